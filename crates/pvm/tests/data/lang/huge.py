# Sizes that cannot be had: MemoryError or OverflowError, never a crash.
def show(src):
    try: print(src, "->", type(eval(src)).__name__)
    except (MemoryError, ArithmeticError, LookupError, ValueError, TypeError) as e: print(src, "->", type(e).__name__)


for src in """'a' * 2**62
b'a' * 2**62
[0] * 2**62
(0,) * 2**62
bytearray(1) * 2**62
'abc' * 2**63
[0] * 2**64
[] * 2**64
'' * 2**62
1 << 2**62
1 << 2**70
1 >> 2**70
-1 >> 2**70
0 << 2**70
bytes(2**62)
bytearray(2**62)
bytes(2**70)
bytes(-1)
range(2**70)
len(range(2**70))
range(2**70)[2**69]
list(range(2**62))
'x'.ljust(2**62)
'x'.center(2**62)
'x'.zfill(2**62)
b'x'.rjust(2**62)
'\\t'.expandtabs(2**62)
'%*d' % (2**62, 1)
'%.*d' % (2**62, 1)
'%99999999999999999999d' % 1
format(1, '99999999999999999999')
format(1, '9999999999999999')
format(1.5, '.9999999999999999f')
'{:9999999999999999}'.format('x')
'a'.replace('', 'b' * 10**9 * 10**9)
'a'.join(['b'] * 2**61)
(2**10).to_bytes(2**62)
int.from_bytes(bytes(8)) 
round(1.5, 2**70)
[1][2**70]
[1][2**70:]
'abc'[-2**70:2**70]
(1, 2)[::2**70]
slice(2**70).indices(5)
[1].insert(2**70, 1)
[1].index(1, -2**70, 2**70)
[1] * -2**70
chr(2**40)
chr(-1)
sum(range(10**6))
float(10**400)
10**400 / 3
10**400 / 10**399
int(float('inf'))
int(float('nan'))
hash(10**400)
10**400 == float('inf')
10**400 < float('inf')
1e308 * 10
(-2) ** 0.5
0.0 ** -1
pow(2, 10**10, 7)
pow(2, -1, 4)
int('1' * 5000)
str(10**5000)
len(str(10**4000))
memoryview(b'x') * 2
{}.fromkeys(range(3), 0)
'a'.encode('utf-8') * 10**18 * 10**18
divmod(2**100, 0)
2**100 % 0
1 // 0
1.0 // 0
complex(1) / 0
(1).__lshift__(10**30)
bytes([256])
bytes(['a'])
bytearray(b'a').extend([300])
'abc'.index('z')
[].pop()
{}.popitem()
set().pop()
[1, 2].remove(3)
bytes.fromhex('zz')
int('z', 36)
int('z', 37)
int('')
float('x')""".splitlines():
    show(src)
