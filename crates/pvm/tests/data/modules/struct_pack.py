import struct
def t(f,*a):
    try: print(repr(f(*a)))
    except BaseException as e: print(type(e).__name__, e)
for fmt in ['<i','>q','=hhl','5s','p','5p','?','c','e','f','d','x3x','0i','2i 3h','F','D','<n','<P','i 4','4','a','é',b'i','10000000000000000000i','99999999999999999999999999i','!I','b'*3,' ','']:
    t(struct.calcsize,fmt)
t(struct.pack,'i','a'); t(struct.pack,'i',2**40); t(struct.pack,'<b',200); t(struct.pack,'<B',-1);t(struct.pack,'h',40000);t(struct.pack,'H',-1);t(struct.pack,'H',70000);t(struct.pack,'<h',40000);t(struct.pack,'<H',70000)
t(struct.pack,'<q',2**70);t(struct.pack,'q',2**70);t(struct.pack,'Q',-1);t(struct.pack,'<Q',-1);t(struct.pack,'Q',2**64);t(struct.pack,'P',2**64);t(struct.pack,'I',2**32);t(struct.pack,'<L',2**32);t(struct.pack,'<l',2**31);t(struct.pack,'i',1.0);t(struct.pack,'<i',1.0);t(struct.pack,'B',1.0)
t(struct.pack,'c','a');t(struct.pack,'c',b'ab');t(struct.pack,'s','a');t(struct.pack,'p','a');t(struct.pack,'5s',b'abcdefgh');t(struct.pack,'5p',b'abcdefgh');t(struct.pack,'0p',b'abcdefgh');t(struct.pack,'f','a');t(struct.pack,'f',1e300);t(struct.pack,'<f',1e300);t(struct.pack,'e',1e6);t(struct.pack,'d',None);t(struct.pack,'?',[]);t(struct.pack,'?',[1])
t(struct.pack,'e',65520.0);t(struct.pack,'e',65519.9);t(struct.pack,'<e',5.96e-8);t(struct.pack,'<e',float('nan'));t(struct.pack,'<e',float('inf'));t(struct.pack,'<e',2.98e-8);t(struct.pack,'<e',3e-8); t(struct.pack,'<e',-0.0)
t(struct.unpack,'<e',b'\x01\x00');t(struct.unpack,'<e',b'\x00\x7e');t(struct.unpack,'<e',b'\x00\xfc');t(struct.unpack,'<e',b'\x55\x35')
t(struct.pack);t(struct.pack,'ii',1);t(struct.pack,'i',1,2);t(struct.pack,1);t(struct.unpack,'i',b'abc');t(struct.unpack,'i',1);t(struct.unpack,'i','abcd')
t(struct.unpack_from,'i',b'abcdef',3);t(struct.unpack_from,'i',b'abcdef',-2);t(struct.unpack_from,'i',b'abcdef',-7);t(struct.unpack_from,'i',b'abcdef',-5); t(struct.unpack_from,'i',b'abcdef',100)
b=bytearray(8)
t(struct.pack_into,'i',b,2,5);print(b);t(struct.pack_into,'i',b,6,5);t(struct.pack_into,'i',b,-3,5);t(struct.pack_into,'i',b,-30,5);t(struct.pack_into,'i',b,-4,5);t(struct.pack_into,'i',b'abcd',0,5);t(struct.pack_into,'i');t(struct.pack_into,'i',b);t(struct.pack_into,'i',b,0);t(struct.pack_into,'i',b,0,1,2);t(struct.pack_into,'i',b,'x',1)
t(list,struct.iter_unpack('<h',b'abcdef'));t(struct.iter_unpack,'<h',b'abcde');t(struct.iter_unpack,'',b'abcde');it=struct.iter_unpack('<h',b'abcdef');print(type(it),it.__length_hint__(),next(it),it.__length_hint__())
s=struct.Struct('<2i');print(s,s.format,s.size,repr(s)); t(s.pack,1,2);t(s.pack,1);t(s.unpack,b'a');t(s.unpack_from,b'a'*8);t(s.pack_into,b,0,1,2);t(s.iter_unpack,b'a');t(struct.Struct,1);t(struct.Struct);t(struct.Struct,'z')
t(struct.unpack,'5p',b'\x09abcd');t(struct.unpack,'5p',b'\x02abcd');t(struct.unpack,'0s0p?c',b'\x02a');t(struct.unpack,'?xb',b'\x02ab')
class I:
    def __index__(self): return 5
t(struct.pack,'i',I());t(struct.pack,'<B',I()); t(struct.pack,'P','a'); t(struct.pack, 'n', 1.5); t(struct.pack,'b','a')
t(struct.unpack,'@bi',b'\x01\0\0\0\x02\0\0\0');t(struct.calcsize,'@bi');t(struct.calcsize,'=bi');t(struct.calcsize,'bq0i')
t(struct.pack,'F',1j);t(struct.pack,'<F',1.5+2j); t(struct.unpack,'<D',b'\0'*16)
print(struct.error, struct.error.__module__, struct.Struct.__module__)
t(struct._clearcache)
class S(struct.Struct): pass
t(S,'i'); t(S('i').pack,3)
print(struct.pack.__doc__, struct.pack.__text_signature__, struct.Struct.pack.__doc__)
import sys
for n in ('pack','unpack','calcsize','iter_unpack','pack_into','unpack_from'): print(n, getattr(struct,n).__text_signature__)
for n in ('pack','unpack','iter_unpack','pack_into','unpack_from'): print(n, getattr(struct.Struct,n).__text_signature__)
