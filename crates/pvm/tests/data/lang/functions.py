# Functions: parameters, calls, the messages for wrong arguments, attributes, closures.
import types


def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw)))
    except Exception as e:
        print(type(e).__name__, e)


def f0(): return "f0"
def f1(a): return a
def f2(a, b=2, *args, c, d=4, **kw): return (a, b, args, c, d, kw)
def pos(a, b=1, /, c=3, *, d=4): return (a, b, c, d)
def kwonly(*, x, y, z=0): return (x, y, z)
def many(a, b, c, d): pass

show(f0, 1); show(f0, x=1); show(f1); show(f1, 1, 2); show(f1, 1, a=2); show(f1, b=1)
show(f2, 1); show(f2, 1, c=3); show(f2, 1, 2, 3, 4, c=5, e=6); show(f2, c=1); show(f2)
show(pos, 1, d=9); show(pos, a=1); show(pos, 1, b=2); show(pos); show(pos, 1, 2, 3, 4); show(pos, a=1, b=2)
show(kwonly); show(kwonly, x=1); show(kwonly, 1); show(kwonly, 1, x=1, y=2); show(kwonly, x=1, y=2, q=3)
show(many); show(many, 1); show(many, 1, 2, 3); show(many, 1, 2, 3, 4, 5); show(many, 1, d=2)
show(lambda: f1(**{"a": 1, "b": 2}))
show(lambda: f1(**{1: 2}))
show(lambda: f1(*3))
show(lambda: f1(**3))
show(lambda: f2(1, **{"c": 1}, **{"c": 2}))
show(lambda: f2(*[1, 2], *(3,), c=1, **{"z": 1}))
show(lambda: f2(1, c=1, nam=1, dd=2))
show(lambda: kwonly(x=1, yy=2))
x = 3; show(lambda: x(4))
show(lambda: None.x)
show(lambda: print(sep=3))
show(lambda: len())
show(lambda: len(1, 2))
show(lambda: len(x=1))
show(lambda: "".join())
show(lambda: "a".replace("b"))
show(lambda: [].append(1, 2))
show(lambda: {}.get())
show(lambda: [].sort(1))
show(lambda: int("1", bas=3))
show(lambda: dict.fromkeys())
show(lambda: str.upper())
show(lambda: str.upper(3))
show(lambda: list.append({}, 1))


class K:
    def m(self, a): return a
    @classmethod
    def c(cls, a): return cls.__name__, a
    @staticmethod
    def s(a): return a
k = K()
show(k.m); show(k.m, 1, 2); show(K.m); show(K.m, 1); show(k.c); show(K.c, 1, 2); show(k.s); show(K.s, 1, 2)
show(lambda: K(1))
show(lambda: k.m(b=1))

print(f2.__defaults__, f2.__kwdefaults__, f2.__name__, f2.__qualname__, f2.__module__, f2.__doc__, f2.__dict__)
f2.__defaults__ = (20,); f2.__kwdefaults__ = {"c": 30}
show(f2, 1)
f2.__defaults__ = None
show(f2, 1)
show(lambda: setattr(f2, "__defaults__", 3))
show(lambda: setattr(f2, "__kwdefaults__", 3))
show(lambda: setattr(f2, "__name__", 3))
show(lambda: setattr(f2, "__code__", 3))
show(lambda: setattr(f2, "__dict__", 3))
show(lambda: setattr(f2, "__closure__", None))
f1.attr = 5
print(f1.__dict__, f1.attr, f1.__code__.co_varnames, f2.__code__.co_argcount, f2.__code__.co_kwonlyargcount, f2.__code__.co_flags)
f0.__code__ = (lambda: "replaced").__code__
show(f0)
show(lambda: setattr(f0, "__code__", (lambda: k).__code__))
def outer():
    x = 1
    def inner(): return x
    return inner
inner = outer()
show(lambda: setattr(f0, "__code__", inner.__code__))
print(inner.__closure__[0].cell_contents, inner.__code__.co_freevars, outer.__code__.co_cellvars)
inner.__closure__[0].cell_contents = 9
show(inner)
def empty():
    def g(): return y
    if 0: y = 1
    return g
show(empty())
show(lambda: empty().__closure__[0].cell_contents)
print(types.CellType(3) == types.CellType(3), types.CellType(1) < types.CellType(2), types.CellType() < types.CellType(1))
g = types.FunctionType(inner.__code__, {"__name__": "m"}, "nm", None, (types.CellType(7),))
print(g(), g.__name__, g.__module__, g.__qualname__)
show(lambda: types.FunctionType(inner.__code__, {}))
show(lambda: types.FunctionType(inner.__code__, {}, None, None, (1,)))


def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    def get(): return n
    return inc, get
inc, get = counter()
inc(); inc(5); print(get())
fs = [lambda i=i: i for i in range(3)] + [lambda: i for i in range(3)]
print([q() for q in fs])


def unbound():
    print(v)
    v = 1
show(unbound)
def deleted():
    v = 1
    del v
    return v
show(deleted)
def del_unbound():
    del w
    w = 1
show(del_unbound)
show(lambda: undefined_name)
def glob():
    global G
    G = 1
    del G
    try: G
    except NameError as e: print(e, e.name)
glob()
def dflt(a=[]): a.append(1); return a
dflt(); print(dflt())
def annotated(a: int, *b: "str", c: undefined = 1) -> None: pass
show(lambda: annotated.__annotations__)
def ann2(a: int, b: "x") -> list[int]: pass
print(ann2.__annotations__, ann2.__annotate__(1))
def star(a, *, b): pass
x, *y, z = range(5); print(x, y, z)
*y, = "ab"; print(y)
(a, b), c = "xy", 1; print(a, b, c)
show(lambda: [(a, b) for a, b in [(1,)]])
show(lambda: [(a, b) for a, b in [(1, 2, 3)]])
show(lambda: [(a, b) for a, b in [iter([1, 2, 3])]])
show(lambda: [(a, b) for a, *c, b in [(1,)]])
show(lambda: [(a, b) for a, b in [3]])
print([*range(3), *"ab"], {**{"a": 1}, "b": 2, **{"a": 3}}, {*"a", 1} == {"a", 1}, (*[], 1))
show(lambda: {**3})
show(lambda: [*3])
print(repr(f1)[:14], repr(k.m)[:25], repr(len), repr([].append)[:38], repr(str.upper), repr(int.__add__), repr((1).__add__)[:38])
print(k.m == k.m, k.m is k.m, k.m.__self__ is k, k.m.__func__ is K.m, hash(k.m) == hash(k.m), k.m.__name__)
def deco(*args):
    def wrap(fn): print("deco", args, fn.__name__); return fn
    return wrap
@deco(1)
@deco(2)
def decorated(): pass
@(lambda c: c)
class Deco: pass
