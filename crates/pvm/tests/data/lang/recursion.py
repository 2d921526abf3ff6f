# Deep recursion and deep nesting end in RecursionError (or succeed), never in a crash.
import sys


def show(f, *args):
    try:
        r = f(*args)
        print("ok", type(r).__name__)
    except (RecursionError, MemoryError, OverflowError, ValueError, SyntaxError) as e:
        print(type(e).__name__, str(e)[:34])


def survives(f, *args):
    """How deep native code may nest differs between platforms."""
    try: f(*args)
    except (RecursionError, MemoryError): pass
    print("survived")


def rec(n): return rec(n + 1)
show(rec, 0)
def depth():
    n = 0
    def r():
        nonlocal n
        n += 1
        r()
    try: r()
    except RecursionError: pass
    return n
a = depth(); print(900 < a < 1001, depth() == a)
sys.setrecursionlimit(200); print(depth() < 200); sys.setrecursionlimit(1000)
try: sys.setrecursionlimit(0)
except ValueError as e: print(e)
try: sys.setrecursionlimit("x")
except TypeError as e: print(e)
class R:
    def __repr__(self): return repr(self)
    def __str__(self): return str(self)
    def __eq__(self, o): return self == o
    def __hash__(self): return hash(self)
    def __add__(self, o): return self + o
    def __getattr__(self, n): return getattr(self, n + "x")
    def __len__(self): return len(self)
    def __iter__(self): return iter(self)
    def __call__(self): return self()
    def __contains__(self, o): return o in self
    def __getitem__(self, k): return self[k]
    def __lt__(self, o): return self < o
    def __bool__(self): return bool(self)
    def __index__(self): return [1][self]
    def __format__(self, s): return format(self)
    def __enter__(self): return self.__enter__()
    def __next__(self): return next(self)
    def __del__(self): pass
r = R()
for f in (repr, str, hash, len, iter, bool, format, lambda x: x == x + 0 if False else x == 3, lambda x: x + 1, lambda x: x(), lambda x: 1 in x, lambda x: x[0], lambda x: x < 1, lambda x: [1][x], lambda x: x.__enter__(), lambda x: x.attr, lambda x: f"{x}", lambda x: {x: 1}, lambda x: [x] == [3], lambda x: sorted([x, x])):
    show(f, r)
class Prop:
    @property
    def p(self): return self.p
show(lambda: Prop().p)
class Ga:
    def __getattribute__(self, n): return getattr(self, n)
show(lambda: Ga().x)
class Meta(type):
    def __instancecheck__(cls, o): return isinstance(o, cls)
class I(metaclass=Meta): pass
show(lambda: isinstance(3, I))
def gen(): yield from gen()
show(lambda: next(gen()))
def gen2(n):
    for x in gen2(n): yield x
show(lambda: list(gen2(1)))
nest = []
for _ in range(100000): nest = [nest]
survives(repr, nest); survives(lambda: nest == nest[0]); survives(str, nest)
t = ()
for _ in range(100000): t = (t,)
survives(hash, t); survives(repr, t)
d = {}
for _ in range(100000): d = {"k": d}
survives(repr, d); survives(lambda: d == d["k"])
del nest, t, d
show(lambda: eval("(" * 150 + ")" * 150)); show(lambda: eval("[" * 250 + "]" * 250))
survives(lambda: eval("-" * 100000 + "1"))
survives(lambda: eval("1" + "+1" * 3000))
show(lambda: compile("if 1:\n" + "".join(" " * i + "if 1:\n" for i in range(1, 99)) + " " * 99 + "pass\n", "", "exec"))
show(lambda: compile("if 1:\n" + "".join(" " * i + "if 1:\n" for i in range(1, 101)) + " " * 101 + "pass\n", "", "exec"))
show(lambda: compile("f(" * 120 + ")" * 120, "", "exec"))
x = []; x.append(x); print(x, x == x); y = {}; y["y"] = y; print(y); s = [1]; s2 = (s,); s.append(s2); print(s)
show(lambda: [x] < [x] if False else x == [x])
def a1(): return b1()
def b1(): return a1()
show(a1)
show(lambda: [rec(0) for _ in range(1)])
show(lambda: max([1], key=lambda v: rec(v))); show(lambda: sorted([1], key=rec)); show(lambda: list(map(rec, [1])))
class InitRec:
    def __init__(self): InitRec()
show(InitRec)
class NewRec:
    def __new__(cls): return NewRec()
show(NewRec)
class Sub:
    def __init_subclass__(cls): type("X", (Sub,), {})
show(lambda: type("Y", (Sub,), {}))
def deco_rec():
    with open("/dev/null") as f: deco_rec()
def tryrec():
    try: tryrec()
    finally: pass
show(tryrec)
def catch(n):
    try: return catch(n + 1)
    except RecursionError: return n
print(catch(0) > 500)
