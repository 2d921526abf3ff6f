"""int, bool, float, complex: what expressions give."""
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
1//0
1%0
1/0
divmod(1,0)
10**30//0
1.0//0
1.0%0
1.0/0
divmod(1.0,0)
0**-1
0.0**-1
0.0**-1.5
pow(2,3,0)
pow(2,-1,4)
pow(2,1.5,3)
pow(2.0,3,3)
1<<-1
1>>-1
1<<2**70
0<<2**70
1>>2**70
(10**400)/3
10**400+1.0
float(10**400)
(-1)**0.5
1j/0
0j**-1
1j//1
1j%1
pow(1j,2,3)
abs(complex(1e308,1e308))
1j<2
int('abc')
int('12',1)
int(b'xx')
int(bytearray(b'zz'),16)
int([])
int('1',base=2.5)
int(base=3)
int(5,base=3)
int(float('inf'))
int(float('nan'))
int('9'*5000)
10**5000
str(10**5000)
int('\ud800')
int('a'*300)
float('abc')
float(b'abc')
float([])
float('1_0')
float('1__0')
float.fromhex('zz')
float.fromhex('0x1p99999')
float('inf').as_integer_ratio()
float('nan').as_integer_ratio()
round(1e308,-308)
round(1.5,2**70)
round(2.675,2)
round(12345,-2)
round(12345,1.0)
round(1.5,'a')
float.from_number('1')
float.from_number(3)
complex.from_number('1')
complex.from_number(2)
complex('abc')
complex('1',2)
complex(1,'2')
complex([])
complex(1,[])
complex('1+2j',imag=2)
(5).to_bytes(0)
(-5).to_bytes(2)
(256).to_bytes(1)
(5).to_bytes(-1)
(5).to_bytes(2,'x')
int.from_bytes(5)
int.from_bytes([1,2])
int.from_bytes('a')
int.from_bytes(b'a','q')
True+True
True&1
True&True
True|2.0
bool(1,2)
bool(x=1)
float(1,2)
float(x=1)
1 .__add__(1.0)
1 .__pow__(2,3)
(5).__round__(None)
1 .__divmod__(0)
5 .__rpow__(2)
5 .__rpow__(2,3)
int('0x_f',0)
int('0_0',0)
int('00',0)
int('01',0)
str(encoding='x')
str(object=5)
5 .__rmod__('%d')
complex()
complex(1,1j)
complex(real=2)
complex(imag=2)
complex(1,2,3)
complex(x=1)
complex('  (1+2j) ')
complex('\u0661')
complex('1+2')
complex(b'1')
complex('a'*300)
complex.from_number([])
1j**2
1j**0
1j**-1
(1+2j)**3
(1+2j)**100
(1+2j)**101
(1+2j)**0.5
(1+2j)**1j
2**1j
0j**0
0j**1j
complex(1e200,1e200)**5
abs(complex(inf,nan))
abs(complex(1e308,1.7e308))
hash(1+0j)==hash(1)
1j==1j
1j==1
1+0j==1
1+0j==1.0
1j!='a'
1j>1j
-(-0.0+0j)
complex(-0.0,-0.0)
complex(inf,nan)
repr(complex(nan,-0.0))
1j.conjugate()
1j.__getnewargs__()
1j.__complex__()
1j.real
1j.imag
complex(inf,1)*complex(1,inf)
complex(1,1)*inf
inf*1j
complex(inf,inf)/complex(1,1)
1/complex(inf,nan)
1/complex(1e-320,1e-320)
(1+1j)/complex(0,inf)
-0.0+1j
1-0j
0.0-0j
(1+2j)/2
2/(1+2j)
1j.__add__('a')
1j.__pow__(2)
1j.__pow__(2,1)
1j.__rpow__(2)
bool(0j)
int(1j)
float(1j)
complex.__doc__ is not None
1j+10**400
1j==10**400
complex('1',imag='2')
complex(imag='2')
complex(real='1')
complex(real=[],imag=1)
float.fromhex(1)
1.5 .__round__(None)
1.5 .__round__(400)
int.from_bytes(b'\x01\x02','little')
int.from_bytes({1,2})
int.from_bytes([256])
int.from_bytes(bytearray(b'ab'))
(1).__round__('a')
round(-15,-1)
round(25,-1)
round(35,-1)
round(10**50+5,-1)
True.__round__()
type(True.__round__())
(True).real
True.to_bytes(1)
True.bit_length()
0
-0
5
-5
10**30
-10**30
2**62
2**61
-2**61
2**61-1
-2**61-1
2**63
2**64
2**64-1
-2**63
2**61+2**61
2**61*2
(2**61)*(2**61)
3**100
(-3)**101
(-2)**63
7//2
-7//2
7//-2
-7//-2
7%3
-7%3
7%-3
-7%-3
divmod(7, 3)
divmod(-7, 3)
divmod(7, -3)
divmod(10**30, 7)
divmod(-10**30, 10**10+1)
(-2**63)//-1
-2**63%-1
10**30//10**10
10**30%(10**10+7)
1/3
10**30/3
-7/2
2**1000/2**999
2**-1
2**-2
(-2)**-3
10**0
0**0
pow(3, 100, 7)
pow(3, -1, 7)
pow(-3, 5, 7)
pow(3, 5, -7)
pow(2, 1000, 10**20)
pow(0, 0, 1)
1<<10
1<<62
1<<63
1<<100
-1<<64
-5<<3
5<<0
0<<100
100>>2
-100>>3
-1>>100
10**30>>50
-10**30>>50
2**100>>100
1>>64
5&3
5|3
5^3
-5&3
-5|3
-5^3
(2**70)&(2**70-1)
(2**70)|1
(-2**70)&(2**80-1)
(-2**70)^(2**70)
~5
~-1
~(2**70)
-(2**70)
-(-2**61)
+5
abs(-5)
abs(-2**70)
5 == 5.0
2**70 == float(2**70)
2**70+1 == float(2**70)
2**53+1 == 2.0**53
2**53+1 > 2.0**53
10**400 > inf
10**400 < inf
-10**400 > -inf
5 < 6
5 < 2**70
-2**70 < 5
2**70 < 2**71
5 == 'a'
5 < 'a'
nan == nan
nan != nan
1 < nan
inf == inf
0.0 == -0.0
0.0 == 0
True == 1
hash(5)
hash(-1)
hash(1.0)
hash(1.5) == hash(3/2)
hash(inf)
hash(-inf)
hash(1j)
hash(2.0**70) == hash(2**70)
hash(True)
5+2.5
2.5+5
5-2.5
5*2.5
5/2.5
5//2.5
5%2.5
-5.5//2
-5.5%2
5.5%-2
divmod(5.5, 2)
divmod(-5.5, 2)
0.1+0.2
1e16+1
1.0**inf
(-1.0)**inf
0.0**0
(-8.0)**2
(-8.0)**(1/3)
2.0**-1
2.0**0.5
-1.5
-(-0.0)
+(-0.0)
abs(-1.5)
1e308+1e308
1e308*10
-0.0
1e22
1e21
123456789012345680.0
1e16
9999999999999998.0
0.0001
0.00001
1e-5
5e-324
1.7976931348623157e308
1.1
100.0
3.0e10
float('1e400')
float('-inf')
float('nan')
float('  1.5  ')
float('1_000.5')
float('\u0661.\u0665')
float('.5')
float('5.')
float('1e5')
float('+1.5')
float('infinity')
float('-Infinity')
float('0x10')
float('')
float(' ')
float('1.5.5')
float(5)
float(2**70)
float(True)
float()
float(b'1.5')
float(bytearray(b'2.5'))
float('1'*400)
int('5')
int('-5')
int('  42  ')
int('1_000')
int('1__0')
int('_1')
int('0x10', 16)
int('10', 2)
int('0b10', 0)
int('0o17', 0)
int('0x1F', 0)
int('z', 36)
int('\u0661\u0662')
int(1.9)
int(-1.9)
int(1e20)
int(2.0**70)
int(True)
int('')
int(' ')
int('1.5')
int('+5')
int('- 5')
int(b'42')
int(bytearray(b'42'))
int('12', 37)
int('12', -1)
int('12', 2**70)
int('9'*30)
int('-'+'9'*30)
int(None)
int()
int(5, 10)
(5).bit_length()
(0).bit_length()
(-5).bit_length()
(2**70).bit_length()
(5).bit_count()
(-2**70-1).bit_count()
(1024).to_bytes(2)
(1024).to_bytes(2, 'little')
(1024).to_bytes(length=4, byteorder='big')
(-1024).to_bytes(2, signed=True)
(-1).to_bytes(1, 'big', signed=True)
(128).to_bytes(1, signed=True)
(0).to_bytes(0)
(255).to_bytes()
(2**70).to_bytes(9)
int.from_bytes(b'\x04\x00')
int.from_bytes(b'\x04\x00', 'little')
int.from_bytes(b'\xff\xfe', signed=True)
int.from_bytes(b'')
int.from_bytes(b'\xff'*10)
(5).as_integer_ratio()
(5).conjugate()
(5).real
(5).imag
(5).numerator
(5).denominator
(5).is_integer()
(5).__trunc__()
(5).__floor__()
(5).__ceil__()
(5).__index__()
(5).__int__()
(5).__float__()
(5).__bool__()
(0).__bool__()
(5).__getnewargs__()
(5).__add__(3)
(5).__radd__(3)
(5).__rsub__(3)
(5).__truediv__(2)
(5).__add__('a')
(5).__lt__(6)
(5).__eq__('a')
(5).__neg__()
(5).__hash__()
int.__add__(True, True)
int.__add__('a', 1)
round(5)
round(15, -1)
round(25, -1)
round(-25, -1)
round(123456, -3)
round(5, 2)
round(10**30+5*10**9, -10)
round(5, -400)
round(2.5)
round(3.5)
round(-2.5)
round(2.675, 2)
round(1234.5678, -2)
round(1e20)
round(0.5)
round(1.5, 0)
round(5.015, 2)
round(inf)
round(nan)
round(inf, 2)
(1.5).as_integer_ratio()
(0.1).as_integer_ratio()
(-0.5).as_integer_ratio()
(0.0).as_integer_ratio()
(1e300).as_integer_ratio()
(1.5).is_integer()
(2.0).is_integer()
inf.is_integer()
(1.5).hex()
(0.1).hex()
(-0.0).hex()
(5e-324).hex()
inf.hex()
nan.hex()
float.fromhex('0x1.8p+0')
float.fromhex('-0x1p-1074')
float.fromhex('inf')
float.fromhex('1.5')
float.fromhex(' 0x.8 ')
(1.5).conjugate()
(1.5).real
(1.5).imag
(1.5).__trunc__()
(-1.5).__floor__()
(-1.5).__ceil__()
(1.5).__int__()
(1.5).__getnewargs__()
(1.5).__add__(1)
(1.5).__add__('a')
(1.5).__eq__(1.5)
(1.5).__divmod__(1)
(1.5).__rpow__(2)
(1.5).__pow__(2, 3)
float.from_number(True)
bool()
bool(5)
bool('')
bool([])
True & False
True | False
True ^ True
True & 5
5 & True
True + 1
True * 5
-True
+True
True == 1.0
str(True)
repr(False)
True.__and__(False)
True.__or__(5)
True.real
True < 2
int.__doc__
int.__name__
float.__doc__
bool.__doc__
bool.__base__
complex.__doc__
int.from_bytes.__text_signature__
int.to_bytes.__text_signature__
float.__text_signature__
bool.__text_signature__
complex.__text_signature__
(5).to_bytes(2, byteorder=5)
(5).to_bytes('a')
(5).bit_length(1)
int.from_bytes()
5 + 'a'
5 - None
5 * None
5 / 'a'
5 // []
5 % {}
5 ** 'a'
5 << 1.0
5 & 1.5
1.5 & 1
1.5 << 1
-'a'
~1.5
abs('a')
1j+1
1+1j
1j-1
1-1j
1j*2
2*1j
1j/2
2/1j
1j*1j
(1+2j)*(3-4j)
(1+2j)/(3-4j)
(1+2j)-(3-4j)
(1+2j)+(3-4j)
(1+2j)**2
(1+2j)**-2
(1+2j)**0
1j**0.5
0j**2
abs(3+4j)
-(1+2j)
+(1+2j)
(1+2j) == (1+2j)
(1+2j) != (1+2j)
complex('1+2j')
complex('1e5-3.5j')
complex('j')
complex('-j')
complex('(1+2j)')
complex('nan+infj')
complex(' 1 ')
complex('')
complex('1 + 2j')
complex(1.5, 2)
complex(True)
complex(2**70)
hash(1+2j) == hash(complex(1, 2))
hash(complex(1e300, -1e300)) == hash(complex(1e300, -1e300))
complex(inf, -inf)
complex(-0.0, 0.0)
complex(0.0, -0.0)
complex(1e16, 1e-5)
(1+2j).conjugate()
type(1+2j)
type(2**70)
type(True)
(2**70).__format__('x')
1 .__class__
(2**100)*(2**100) == 2**200
(10**50)*(10**50) == 10**100
(10**100)//(10**50) == 10**50
(10**100+1)%(10**50)
3**200 % 10**20
(7**300)//(3**200)
(-7**300)//(3**200)
(-7**300)%(3**200)
(2**1000).bit_length()
int(str(3**500)) == 3**500
'''

for line in expressions.splitlines():
    if line:
        show(line)
