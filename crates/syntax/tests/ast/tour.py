x = 123456789012345678901234567890; u = u'a'; f = f"a{x!r:>{y}}b{z=}{ w = :d}" 'u'
b = b'\xff\0"'; s = '\ud800é'; c = 1e400; d=3j; e = 1.0; g=...; n=None; t=True
def f(a, /, b=1, *c, d, e=2, **g) -> int: pass
m = t"a{ x = !r:{y}}"
match x:
    case None | 1 | {'a': b, **r} | C(a, b=c) | [*_, d]: pass
type X[T: int = str, *U = *V, **W] = 1
import a.b as c, d
from .x import *
try: pass
except: pass
{**a, b: c}; x[1:, ::2]; 
class C[T](B, metaclass=M, *a, **k): x
async def f():
  async for i in [x async for x in y if z]: await z
rf'{x:\d}{"#"=}'; f'{x # foo
 = }'
with (a): pass
with (a, b): pass
with (a, b) as c: pass
with (yield): pass
with (a, *b): pass
with (x for x in y): pass
with (a := b): pass
with (a as b, c as (d, e),): pass
with (a), b: pass
with (a).b as c: pass
with (a, b)[0]: pass
with a as (b), c as [d, e]: pass
with a as b.c, d as e[0]: pass
with (a as b): pass
async def f():
    async with (a as b, c): pass
    async with a as b, c: pass
    async for x, in y: pass
    return await x ** -await y
match x:
    case -1 | 1+2j | -3 - 4j | "a" "b" | f"x" | a.b.c: pass
    case (a): pass
    case (a,): pass
    case (): pass
    case []: pass
    case [a, *_, b]: pass
    case a, *b: pass
    case *a,: pass
    case {}: pass
    case {"a": 1, -1: b, None: c, a.b: d, **rest}: pass
    case {**rest,}: pass
    case C(): pass
    case a.C(x, y=z,) as w if w: pass
    case (a | b) as c: pass
    case None | True | False: pass
match x, y:
    case _: pass
match *x, y:
    case _: pass
match (x):
    case _: pass
match(x)
match[x]
match = 1
match.x
match: int = 3
match, case, type, _ = 1, 2, 3, 4
match -x:
    case _: pass
match - x
match * x
match [a, b]:
    case _: pass
print(match, type(x), type [1], type)
type X = Y
type (x)
type = 3
case = 5
x = (yield)
(a), b = 1, 2
((a, b)) = c
[a, (b, *c)] = d
*a, = b
*(a), b = c
(a).b += 1
(a): int
((a)): int = 4
(a.b): int
a[0]: int = *b, c
x: int = yield
x = y = yield z
x += yield
for x in *a, b: pass
for (x) in y: pass
for x, *y in z: pass
for x[a in b] in c: pass
for (x) , (y) in z: pass
lambda: 0
lambda *, a: 0
lambda a, /, b=1, *c, d=2, **e: (a, b)
lambda *a, b,: 0
lambda **k,: 0
lambda x=lambda y: y: x
def f(a, b: int, /, c: str = 1, *args: *Ts, d, e: int = 3, **kw: Any) -> (yield): pass
def f(*, a): pass
def f(*a, **k,): pass
def f(a=1, /, *, b): pass
class A: pass
class A(): pass
class A(B, *C, d=1, **e): pass
@a
@b.c(d)
@(e := f)
class A: pass
@x
async def g(): pass
a if b else c if d else e
a or b and not c or d
not not a
not a in b
a not in b is not c < d
-a ** -b
- + ~ -a
a ** b ** c
~a.b ** c
a @ b // c % d
a << b >> c & d ^ e | f
(a, b), = c
()
(a,)
a,
a, b,
[a for b in c if d if e for f, in g]
{a: b for c in d}
{a for b, c in d}
(a for b in c)
f(a for b in c)
f(a, *b, c, d=e, *g, **h, i=j)
f((a for b in c), d)
f(a := b, c := d)
f(*a if b else c)
f(**a or b)
a[b:c:d, ..., *e, f := g]
a[:]
a[::]
a[b:]
a[:b]
a[::b]
a[b, c]
a[b,]
a[*b]
a[b:=1]
{*a, b, *c}
{**a, b: c, **d | e}
{a := 1, b}
[a := 1, *b]
1 .real; 1..real; 1.0.real; 1_0; 0xFF_ff; 0o17; 0b11; 1e10; 1E-5; .5; 5.; 1j; 0xffffffffffffffffffff; 00; 0_0
"a" u'b' """c
d""" r'\n' if x else b"a" rb'\x' Br'x'
f"{x!r}{y:>{w}.{p}}{{}}{z}" "a" f'' F'{a}' rf'\{x}' fr'{x:\n}'
f'{x:{"a"}}' f"{'a' 'b'}" f"{x=}" f"{x = !r:>5}" f"{x:=5}" f"{x!s:=5}" f"{(x:=5)}" f"{lambda_}" f"{ {1: 2}[1] }" f"{(lambda x: 1)}"
f'''
{a
 + b
:>{
w}}
{{ x }} {c
=}
'''
f"{a}{b}" f"{c}"
f""
f"" ""
"" f"{a}" ""
f"\N{DIGIT ONE}{a}\x41\n"
f'{a["b"]}' f"{a['b']:{c!r}}" f"{f"{f"{1}"}"}"
f'{x,}' f'{x, y}' f'{*x, y}' f'{yield_}'
t"a{b}c" t"{d!r:e{f}}" t'{ g = }'
t'' t'{x}' rt'\d{x}'
import a, b.c, d.e as f
from . import a
from .. import (b as c, d,)
from ... import e
from .... import f
from .a.b import c
from a import *
import a . b
global x
def f():
    nonlocal y, z
    global a, b
del a, (b), [c, d], (e, f), g.h, i[j], ()
del (a,)
assert a, b
raise
raise a
raise a from b
try: a
except b: c
except (d, e) as f: g
except: h
else: i
finally: j
try: a
except* b as c: d
except* e, f: g
try: a
except b, c: d
except b, c, : d
try: a
finally: b
while a: b
else: c
for a in b: c
else: d
if a: b
elif c: d
elif e: f
else: g
if a: b
else:
    if c: d
if (a := b): c
while a := b: c
return
return a, *b
yield
a; b;
x = \
  1
if a:
    b

    # c
  # d
    e
# end
é = "é" + ﬁ
class C[T, *U, **V]: pass
class C[T: int = str](B): pass
def f[T: (int, str)](x: T) -> T: pass
type A[T] = list[T]
async def f():
    [x async for x in y]
    {x: y async for x, y in z if await w}
    await a.b(c)[d]
    async for x in y:
        pass
    else:
        pass
    return (await a), await b
print(a, file=b)
a if b else lambda: c
(yield)
((yield x))
x = yield y, *z
x = *a, b
x = [*a, *b]
a < b == c != d >= e is f is not g in h not in i
a.b.c[d](e)(f for g in h).i
"\
a" '\'' "\"" '\a\b\f\n\r\t\v\0\12\1234\xff\u1234\U0010ffff\
'; b'\0\12\377\x41\'' 
if 1:
	a
	if 2:
		b
