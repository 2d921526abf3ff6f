# Symbol tables.
import _symtable
def show(t, depth=0):
    print('  ' * depth, t.name, t.type, t.lineno, t.nested, t.symbols, t.varnames)
    for c in t.children: show(c, depth + 1)
SOURCE = """
import os as operating, sys
x: int = 1
def f(a, /, b=1, *args, c: int, **kw) -> str:
    global g
    def inner():
        nonlocal a
        a = b
        return [i for i in a if (y := i)]
    return lambda q: q + x + c
class A(object, metaclass=type):
    __private = 1
    def m(self): return super().m() + self.__private
    class B: pass
def generic[T: int, *Ts, **P](x: T = 1): return (T for _ in x)
type Alias[K] = dict[K, int]
class C[T]: z: T
try: pass
except E as e: del e
async def co():
    async for i in aiter(): yield {k: v for k, v in i}
match x:
    case {'a': b, **rest}: pass
    case [p, *q]: pass
"""
show(_symtable.symtable(SOURCE, 'f', 'exec'))
show(_symtable.symtable('from __future__ import annotations' + SOURCE, 'f', 'exec'))
show(_symtable.symtable('lambda: [x for x in y]', 'f', 'eval'))
show(_symtable.symtable('x = 1', 'f', 'single'))
t = _symtable.symtable('x', 'f', 'exec')
print(type(t), t.id == t.id, repr(t).startswith('<symtable entry top('), [n for n in dir(t) if n[0] != '_'])
print({n: getattr(_symtable, n) for n in dir(_symtable) if n.isupper()})
def e(*a):
    try: print(_symtable.symtable(*a).symbols)
    except BaseException as x: print(type(x).__name__, x)
e("x","f","foo"); e(5,"f","exec"); e("x\0","f","exec"); e("x",5,"exec"); e("x","f",5); e("x =","f","exec"); e("def f(x): global x","f","exec"); e("x","f"); e("from __future__ import foo","f","exec"); e(b"x","f","exec"); e("x",b"f","exec")
