"""Format templates, the % operator, __format__: what expressions give."""
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
float.__getformat__('x')
float.__getformat__('float')
complex(1,2).__format__('%')
'%c'%'ab'
'%c'%1.0
'%c'%(-1)
'%d'%'a'
'%x'%1.0
'%f'%'a'
'%d'%1.9
'%d'%float('inf')
'%q'%1
'%'%1
'%s'
'%s%s'%1
'%(a)s'%1
'%(a)s'%{}
'a'%1
'a'%(1,)
'a'%b'x'
'%*d'%('a',1)
'%.*f'%(2,3.14159)
'%*d'%(-5,1)
'%5%'%()
'%r'%'\u1234'
'%a'%'\u1234'
'%i'%True
b'%s'%'a'
b'%b'%5
b'%c'%256
b'%c'%b'ab'
b'%d'%'a'
b'%f'%'a'
b'%q'%1
b'a'%1
b'%s'
b'%(a)s'%{b'a':b'x'}
b'%a'%'\u1234'
b'%r'%'\u1234'
b'%5d|%-5d|%05d'%(1,2,3)
b'%x'%1.0
b'%*d'%('a',1)
'{}'.format()
'{0}{}'.format(1)
'{}{0}'.format(1)
'{'.format()
'}'.format()
'{a'.format()
'{a!'.format()
'{a!r'.format(a=1)
'{a!x}'.format(a=1)
'{a!rx}'.format(a=1)
'{a:{'.format(a=1)
'{a.}'.format(a=1)
'{a[}'.format(a=1)
'{a[]}'.format(a=1)
'{a[0]x}'.format(a=[1])
'{a{}}'.format(a=[1])
'{:{:{}}}'.format(1,2,3)
'{99999999999999999999}'.format(1)
'{0}'.format_map({})
'{a}'.format()
'{0.real}'.format(5)
'{0[a]}'.format({'a':1})
'{!r:>5}'.format('a')
format(1,2)
format('a','d')
format(1,'s')
format(1.5,'d')
format(1,'q')
format('a','=5')
format(1,'99999999999999999999')
format([], 'x')
format(None,'x')
'a'.__format__(1)
format(1+2j,'')
format(1+2j,'.2f')
format(1+2j,'>20')
'%5%'%(1,)
'%(a)%'%{'a':1}
'%-%'%(1,)
'{:n}'.format(12345)
'{:c}'.format(97)
'{:_}'.format(10**9)
'%s'%(10**50)
f'{10**50:,}'
'{}'.format(5)
'{} {}'.format(1, 'a')
'{1} {0}'.format(1, 2)
'{a} {b}'.format(a=1, b=2)
'{0[0]} {0[1]}'.format([1, 2])
'{0.real} {0.imag}'.format(1+2j)
'{a[x]}'.format(a={'x': 5})
'{{}} {}'.format(1)
'{!r} {!s} {!a}'.format('a', 'b', '\xe9')
'{:>10}|{:<10}|{:^10}'.format('a', 'b', 'c')
'{:*^9}'.format('abc')
'{:{}}'.format('a', 5)
'{:{w}.{p}}'.format('abcdef', w=8, p=3)
'{0:{1}}'.format(5, '>5')
'{:+d} {: d} {:-d}'.format(1, 2, 3)
'{:05d} {:x} {:X} {:#x} {:o} {:b}'.format(42, 255, 255, 255, 8, 5)
'{:,} {:_} {:_x}'.format(1234567, 1234567, 0xdeadbeef)
'{:.2f} {:e} {:g} {:%}'.format(3.14159, 12345.678, 1e20, 0.5)
'{:10.3f}|{:<10.3f}|{:^10.3f}'.format(3.14159, 3.14159, 3.14159)
'{:n}'.format(1.5)
'{:c}'.format(0x1234)
'{:.3}'.format('abcdef')
'{:\xe9>5}'.format('a')
'{}'.format_map({})
'{a}'.format_map({'a': 5})
'{a.b}'.format_map({'a': 5})
'{a[b]}'.format(a=5)
'{0[1:2]}'.format([1])
'{:>{}}'.format('x')
'{:d}'.format('a')
'{:s}'.format(5)
'{:.5d}'.format(5)
'{:.2}'.format(5)
'{:c}'.format(-1)
'{:,s}'.format('a')
'{:,x}'.format(5)
'{:z}'.format(-0.0)
'{:z.1f}'.format(-0.01)
'{:#.3g}'.format(1.0)
'{:.0f} {:.0f} {:.0f}'.format(0.5, 1.5, 2.5)
'{:f} {:F}'.format(inf, nan)
'{:010.2f}'.format(-3.14159)
'{:=+10d}'.format(42)
'{: }'.format(1.5)
'{:_.2f}'.format(1234567.891)
'{:.3%}'.format(0.12345)
'{:5}|{:<5}|{:>5}'.format(True, True, True)
'{:d}'.format(True)
'{}'.format(None)
'{:5}'.format(None)
'{}{}{}'.format(1, 2)
'{0}{1}'.format(*[1, 2])
'{x}'.format(**{'x': 3})
f'{5:>5}|{"a":^5}|{1.5:.3f}'
f'{"a"!r:>5}'
f'{1234:,}'
f'{[1,2]}'
f''
f'{5}'
format(5)
format(5, '')
format('a', '>3')
format(1.5, '.3')
format(255, '#06x')
format(10**30, ',')
format(-5, '=+8')
format(3, '08b')
format(1+2j, '.2e')
format(1+2j, '<20.1f')
format(True, 'd')
format(1e100, 'f')
format(0.1, '.20f')
format(123456789, '.3e')
format(5, 'e')
format(10**400, 'e')
format('a', '5.')
format('a', '>>5')
format('a', 'z')
format('a', ' ')
format('a', '#')
format('a', '0>5')
format('a', '05')
format(5, '05')
format(5, '<05')
format(1.5, ',.2f')
format(1.5, '\x00')
format(1234.5, '_')
format('abc', '.2s')
'%s %s' % (1, 'a')
'%d %i %u' % (1, 2, 3)
'%5d|%-5d|%05d|%+d|% d' % (1, 2, 3, 4, 5)
'%x %X %o %#x %#X %#o' % (255, 255, 8, 255, 255, 8)
'%f %.2f %e %E %g %G' % (1.5, 1.5, 1.5, 1.5, 1e20, 1e-10)
'%s %r %a' % ('\xe9', '\xe9', '\xe9')
'%c%c' % ('a', 98)
'%c' % '\u1234'
'%c' % 0x110000
'%%' % ()
'%%%s' % 1
'%5s|%-5s|%.2s|%5.1s' % ('a', 'b', 'cde', 'xyz')
'%(a)s %(b)d' % {'a': 1, 'b': 2}
'%(a)s %(a)s' % {'a': 1}
'%(a(b))s' % {'a(b)': 1}
'%*d|%-*d' % (5, 1, 5, 2)
'%.*f' % (1, 3.14159)
'%.3d' % 5
'%+.3e' % 12345.678
'%#.3g' % 1.0
'%s' % None
'%s' % (1,)
'%s' % [1, 2]
'%s' % {'a': 1}
'%d' % 10**20
'%d' % (10**20)
'%d' % True
'%x' % -255
'%o' % -8
'%ld' % 5
'%hd' % 5
'%s %s' % 'a'
'%(a)s' % {'b': 1}
'%(a' % {}
'%z' % 1
'%\xe9' % 1
'%.' % 1
'%5' % 1
'%-' % 1
'%d' % None
'%i' % 'a'
'%x' % 'a'
'%f' % None
'%e' % (10**400)
'%*s' % (3, 'a')
'%*s' % ('a', 'b')
'%' % ()
'abc' % ()
'abc' % {}
'abc' % []
'%s%%' % 5
'%.0f' % 0.5
'%.10g' % 1e10
'%g' % 100000
'%g' % 1000000
'%-10s|' % 'abc'
'%05s' % 'a'
'%08.3f' % -3.14159
'%s' % 'abc'
'%10c|' % 'a'
'%.99999999999d' % 1
'%99999999999999999999d' % 1
'''

for line in expressions.splitlines():
    if line:
        show(line)
