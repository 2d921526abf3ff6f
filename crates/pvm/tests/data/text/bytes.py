"""bytes and bytearray: what expressions give."""
inf, nan = float("inf"), float("nan")


def same(a, b):
    return a is b


def show(source):
    try:
        result = ascii(eval(source))
    except BaseException as error:
        result = type(error).__name__ + ": " + str(error)
    print(source, "=>", result)


expressions = r'''
bytes()
bytes(5)
bytes(-1)
bytes('a')
bytes('a','utf-8')
bytes('é','ascii','replace')
bytes(5,'utf-8')
bytes(5,errors='x')
bytes('a',errors='x')
bytes(encoding='x')
bytes(errors='x')
bytes([1,2,256])
bytes([1,'a'])
bytes({1:2})
bytes(1.5)
bytes(None)
bytes(2**70)
bytes(b'a','utf-8')
bytes(1,2,3,4)
bytes('a',5)
bytes(source=3)
bytes(string=3)
bytearray()
bytearray(5)
bytearray(-1)
bytearray('a')
bytearray('a','utf-8')
bytearray(5,'utf-8')
bytearray([256])
bytearray(['a'])
bytearray(1.5)
bytearray(2**70)
bytearray(source=3)
b'abc'[0]
b'abc'[5]
b'abc'[1:2]
bytearray(b'abc')[5]
bytearray(b'abc')['a']
b'abc'+'a'
b'abc'+bytearray(b'd')
bytearray(b'abc')+'a'
bytearray(b'abc')+b'd'
b'abc'*2
b'abc'*-1
97 in b'abc'
256 in b'abc'
'a' in b'abc'
b'bc' in b'abc'
2**70 in b'abc'
b'abc'.find('a')
b'abc'.find(97)
b'abc'.find(256)
b'abc'.find(b'c',-1)
b'abc'.index(b'z')
b'abc'.rindex(120)
b'abc'.count(b'')
b'abc'.startswith('a')
b'abc'.startswith((b'a','b'))
b'abc'.startswith(('b',))
b'abc'.startswith(5)
b'abc'.join(5)
b','.join(['a'])
b','.join([b'a',bytearray(b'b')])
b','.join([b'a'])
bytearray(b',').join([b'a'])
b'abc'.split('a')
b'abc'.split(b'')
b' a b '.split(None,1)
b' a b '.rsplit(None,1)
b'abc'.partition('a')
b'abc'.partition(b'')
b'abc'.partition(b'b')
b'abc'.rpartition(b'z')
bytearray(b'abc').partition(b'b')
b'abc'.strip('a')
b'abc'.strip(97)
b'abc'.center(5,'a')
b'abc'.center(6,b'ab')
b'abc'.center(6,97)
b'abc'.center(6,bytearray(b'-'))
b'abc'.ljust(6,b'-')
b'-5'.zfill(5)
b'a\tb'.expandtabs(4)
b'a\nb\r\nc\rd'.splitlines()
b'a\nb\r\nc\rd'.splitlines(True)
b'a\x0bb\x85c'.splitlines()
b'abc'.translate(None,b'a')
b'abc'.translate(bytes(range(256)))
b'abc'.translate(b'')
b'abc'.translate('a')
b'abc'.translate(None)
b'abc'.translate(None,'a')
bytes.maketrans(b'a',b'bc')
bytes.maketrans('a','b')
bytes.maketrans(b'a',b'b')[97]
b'abc'.hex()
b'abc'.hex(':')
b'abc'.hex(':',2)
b'abcde'.hex(':',-2)
b'abc'.hex('ab')
b'abc'.hex('é')
b'abc'.hex(5)
b'abc'.hex(b'-')
b'abc'.hex(':',0)
bytes.fromhex('61 62')
bytes.fromhex('6')
bytes.fromhex('6 1')
bytes.fromhex('zz')
bytes.fromhex('61z')
bytes.fromhex(5)
bytes.fromhex(b'6162')
bytes.fromhex('61é')
bytes.fromhex('é')
bytes.fromhex('616')
bytearray.fromhex('6162')
b'abc'.decode(5)
b'abc'.decode('utf-8',5)
b'abc'.removeprefix('a')
b'abc'.removeprefix(b'a')
b'abc'.replace('a',b'b')
b'abc'.replace(b'a','b')
b'abc'.replace(b'',b'-')
b'abc'.replace(b'',b'-',2)
b'aXbX'.replace(b'X',b'',1)
b'abc'==bytearray(b'abc')
b'abc'<bytearray(b'abd')
b'abc'=='abc'
b'abc'<'a'
b'aBc'.swapcase()
b'hello world'.title()
b'hELLO'.capitalize()
b'A'.isupper()
b''.isascii()
b''.isalpha()
b'Ab Cd'.istitle()
b'\x1c'.isspace()
repr(b"a'b")
repr(b"a'b\"c\x00\xff\n")
repr(bytearray(b"a'b"))
bytearray(b"a'b\"c").__repr__()
str(b'a')
b'abc'.__getnewargs__()
b'abc'.__bytes__()
bytearray(b'abc').append(256)
bytearray(b'abc').append('a')
bytearray(b'abc').append(b'a')
bytearray(b'abc').extend(5)
bytearray(b'abc').extend('a')
bytearray(b'abc').extend([256])
bytearray(b'abc').extend(['a'])
bytearray(b'abc').insert(1,256)
bytearray(b'abc').insert('a',1)
bytearray(b'abc').pop(5)
bytearray().pop()
bytearray(b'abc').pop()
bytearray(b'abc').remove(100)
bytearray(b'abc').remove('a')
bytearray(b'abc').resize(-1)
bytearray(b'abc').resize('a')
bytearray(b'abc').copy()
bytearray(b'abc').__setitem__(5,1)
bytearray(b'abc').__setitem__(0,256)
bytearray(b'abc').__setitem__('a',1)
bytearray(b'abc').__setitem__(slice(0,1),5)
bytearray(b'abc').__setitem__(slice(0,1),'a')
bytearray(b'abc').__setitem__(slice(0,3,2),b'xyz')
bytearray(b'abc').__delitem__(5)
hash(bytearray())
bytearray(b'abc').__iadd__('a')
bytearray(b'abc').__iadd__(5)
bytearray(b'abc').__imul__(2)
bytearray(b'abc').__mul__('a')
b'%(a)s' % {'a':1}
b'%s' % [1]
b'%5.1s|' % b'abc'
b'%c' % 97
b'%c' % b'a'
b'%c' % 'a'
b'%c' % 1.5
b'%.3d' % 5
b'%#x' % 255
b'%g' % 1e10
b'%%' % ()
b'%5%' % ()
bytearray(b'%d') % 5
b'%d' % 1.7
b'%d' % 10**30
b'%i' % True
b'%u' % 3
iter(b'ab').__length_hint__()
list(iter(bytearray(b'ab')))
b'a'.join([1])
b'abc'.count(b'a','x')
bytes(bytearray(b'x'))
b''.join(())
b'a' b'b'.__mod__(5)
b'abc'.rsplit(b'b',-1)
b''
b'abc'
b'a\'b'
bytes(3)
bytes([65, 66])
bytes((1, 2))
bytes(range(5))
bytes('h\xe9', 'utf-8')
bytes('h\xe9', 'latin-1')
bytes([1]) + b'x'
bytearray(b'abc')
bytearray(3)
bytearray([65, 66])
bytearray('h\xe9', 'utf-8')
bytearray(b'abc')[1]
bytearray(b'abc')[1:]
bytearray(b'abc')[::-1]
b'abcdef'[::2]
b'abcdef'[-1]
b'abcdef'[4:1:-1]
len(b'abc')
len(bytearray(5))
list(b'abc')
tuple(bytearray(b'ab'))
hash(b'abc') == hash(b'abc')
b'abc' == b'abc'
b'abc' < b'abd'
b'abc' == 'abc'
b'abc' != 'abc'
b'abc' in b'xabcx'
bytearray(b'b') in b'abc'
98 in bytearray(b'abc')
b'a' + b'b'
b'a' * 3
bytearray(b'ab') * 2
2 * bytearray(b'ab')
b'abcabc'.find(b'c')
b'abcabc'.find(b'c', 3)
b'abcabc'.rfind(b'a')
b'abcabc'.find(99)
b'abcabc'.index(b'b')
b'abcabc'.count(b'b')
b'abcabc'.count(98, 2)
b'abc'.startswith(b'a')
b'abc'.endswith((b'x', b'c'))
b'a,b,c'.split(b',')
b'a,b,c'.split(b',', 1)
b'a,b,c'.rsplit(b',', 1)
b' a  b '.split()
b' a  b '.rsplit(None, 1)
b'  '.split()
b''.split()
b''.split(b',')
bytearray(b'a b').split()
b'a-b-c'.partition(b'-')
b'a-b-c'.rpartition(b'-')
bytearray(b'abc').rpartition(b'-')
b'  abc '.strip()
b'xxabcxx'.strip(b'x')
b'xxabcxx'.lstrip(b'x')
b'xxabcxx'.rstrip(b'x')
bytearray(b' a ').strip()
b','.join([b'a', b'b'])
b','.join([])
bytearray(b',').join([b'a', bytearray(b'b')])
b'abc'.replace(b'b', b'XX')
b'abcb'.replace(b'b', b'', 1)
b'abc'.replace(b'', b'-')
bytearray(b'abc').replace(b'b', b'x')
b'abc'.upper()
b'ABC'.lower()
b'abc'.center(8, b'*')
b'abc'.rjust(5)
b'abc'.hex(' ')
b'abc'.hex(sep='-', bytes_per_sep=2)
b'abc'.hex(bytes_per_sep=2)
b''.hex()
bytearray(b'abc').hex()
b'abc'.decode()
b'h\xc3\xa9'.decode('utf-8')
b'\xe9'.decode('latin-1')
bytearray(b'abc').decode('ascii')
b'abc'.translate(None, delete=b'b')
b'abc'.translate(bytes.maketrans(b'ab', b'xy'))
bytearray(b'abc').translate(bytes.maketrans(b'ab', b'xy'), b'c')
b'abc'.isalnum()
b'ab c'.isalnum()
b'123'.isdigit()
b'abc'.islower()
b' \t\n'.isspace()
b'a\tb'.expandtabs()
b'a\nb'.splitlines(keepends=True)
bytearray(b'a\rb').splitlines()
b'abc'.removesuffix(b'c')
bytearray(b'abc').removeprefix(b'a')
b'%d %s' % (5, b'x')
b'%5s|%-5s|' % (b'a', b'b')
b'%x %X %o' % (255, 255, 8)
b'%.2f' % 3.14159
b'%(a)d' % {b'a': 5}
b'\xff%s\xfe' % b'\x80'
bytearray(b'%s') % b'x'
b'%s' % 5
b'%c' % -1
repr(b'\x00\x7f\x80\xff')
repr(b'\t\n\r\\')
b'a' is b'a'
same(b'abc'[1:2], b'b')
bytes(b'abc').__class__
bytes.fromhex('  61  62 ')
bytearray.fromhex('')
bytes.fromhex(bytearray(b'61'))
[b'abc'.upper(), b'abc'.title()]
bytearray(b'abc').__iadd__(b'def')
bytearray(b'abc').__iadd__(bytearray(b'def'))
bytearray(b'abc').__imul__(0)
bytearray(b'abc').__contains__(97)
bytearray(b'abc') == b'abc'
bytearray(b'abc') < b'abd'
bytearray(b'abc').__hash__
bytes.__doc__
bytearray.__doc__
bytes.find.__doc__
bytearray.find.__doc__
bytes.maketrans.__doc__
bytes.hex.__text_signature__
bytes.split.__text_signature__
bytes.join.__text_signature__
b'abc'.__getitem__(slice(1, 2))
iter(bytearray(b'ab')).__length_hint__()
b'abc'.center('x')
b'abc'.zfill('x')
b'abc'.find()
b'abc'.replace(b'a')
b'abc'.join()
bytes.fromhex()
bytes(5, 'a', 'b')
b'abc'.nope
'''

for line in expressions.splitlines():
    if line:
        show(line)
