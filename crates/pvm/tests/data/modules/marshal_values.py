import marshal
def t(f,*a,**k):
    try: print(repr(f(*a,**k)))
    except BaseException as e: print(type(e).__name__, e)
for v in [None,True,...,StopIteration,5,-5,300,2**31,2**62,-2**100,1.5,float('inf'),1j,'a','abc d','é'*3,'x'*300,b'ab',(),(1,2),[1,'a'],{1:2},{1,2,3},frozenset([3,1,2]),slice(1,2,3),bytearray(b'x'),[],{}, ['ab'*2+chr(99)]*2, [[1.5],[1.5]]]:
    for ver in (0,1,2,3,4,5):
        t(marshal.dumps,v,ver)
t(marshal.dumps,object()); t(marshal.dumps,[object()]); t(marshal.dumps,int); t(marshal.dumps); t(marshal.dumps,1,'x'); 
l=[]; l.append(l); t(marshal.dumps,l); t(marshal.dumps,l,2)
x=marshal.loads(marshal.dumps(l)); print(x is x[0])
n=[]
for i in range(3000): n=[n]
t(marshal.dumps,n)
t(marshal.loads,b''); t(marshal.loads,b'['); t(marshal.loads,b'i\1'); t(marshal.loads,b'q'); t(marshal.loads,b'r\0\0\0\0'); t(marshal.loads,'x'); t(marshal.loads,b'0'); t(marshal.loads,b'{0'); t(marshal.loads,b'{i\1\0\0\0N0'); t(marshal.loads,b'l\3\0\0\0\1\0\0\0\0\0'); t(marshal.loads,b'(\xff\xff\xff\xff'); t(marshal.loads,b'{[\0\0\0\0N0'); t(marshal.loads,b'NN');t(marshal.loads,bytearray(b'N'));
def f(a,b=1,*c,d,**e):
    "doc"
    def g(): return a
    return (1,'x',g, frozenset((1,)), 2.5)
c=marshal.loads(marshal.dumps(f.__code__)); print(c==f.__code__, c.co_name, c.co_varnames, c.co_cellvars)
t(marshal.dumps,f.__code__,allow_code=False); t(marshal.dumps,[f.__code__],allow_code=False); t(marshal.loads,marshal.dumps(f.__code__),allow_code=False)
c=marshal.loads(marshal.dumps([f.__code__,f.__code__])); print(c[0]==f.__code__, c[0] is c[1])
import io
b=io.BytesIO(); marshal.dump([1,2],b); marshal.dump('x',b); b.seek(0); t(marshal.load,b); t(b.tell); t(marshal.load,b); t(marshal.load,b)
t(marshal.load,5); t(marshal.dump,1,5)
class F:
    def read(s,n): return 'x'
    def readinto(s,b): return 0
t(marshal.load,F())
print(marshal.version)
