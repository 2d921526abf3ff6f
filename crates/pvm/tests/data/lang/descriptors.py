# property, classmethod, staticmethod, super, special method look-up, operators.
def show(f, *args):
    try: print(repr(f(*args)))
    except Exception as e: print(type(e).__name__, e)


class A:
    def __init__(self): self._x = 1
    @property
    def x(self): "doc of x"; return self._x
    @x.setter
    def x(self, v): self._x = v
    @x.deleter
    def x(self): del self._x
    @property
    def ro(self): return "ro"
    wo = property(None, lambda s, v: print("wo", v), doc="wo doc")
    @classmethod
    def cm(cls, *a): return cls.__name__, a
    @staticmethod
    def sm(*a): return a
    @classmethod
    @property
    def both(cls): return 1
a = A(); a.x = 5; print(a.x, A.x.__doc__, A.wo.__doc__, A.x.fget.__name__, A.x.__name__); del a.x
show(lambda: a.x); show(lambda: setattr(a, "ro", 1)); show(lambda: delattr(a, "ro")); show(lambda: a.wo); a.wo = 3
show(lambda: delattr(a, "wo"))
show(lambda: property(1).__get__(a)); show(lambda: property(foo=1)); print(property().__get__(None, A).__class__)
print(a.cm(1), A.cm(2), a.sm(1), A.sm(2), A.__dict__["cm"].__func__.__name__, A.__dict__["sm"].__wrapped__.__name__, A.__dict__["sm"](9))
print(A.cm.__self__ is A, repr(A.__dict__["sm"])[:22], A.__dict__["cm"].__isabstractmethod__)
show(lambda: classmethod(3).__get__(None, A)); show(lambda: staticmethod()); show(lambda: A.__dict__["cm"]())


class B(A):
    def __init__(self): super().__init__(); self.b = 2
    @property
    def x(self): return super().x * 10
    @x.setter
    def x(self, v): super(B, type(self)).x.fset(self, v + 1)
    @classmethod
    def cm(cls, *a): return "B", super().cm(*a)
    @staticmethod
    def sm(*a): return "B", super(B, B).sm(*a)
b = B(); print(b.x, b.cm(1), B.cm(), b.sm(4)); b.x = 7; print(b.x)
print(super(B, b).x, super(B, B).cm(3), repr(super(B, b)), super(B, b).__thisclass__, super(B, b).__self_class__, super(B).__self__)
show(lambda: super(B, 3)); show(lambda: super(3, b)); show(lambda: super()); show(lambda: super(B, b).nope)
class D:
    def f(self): del self; return super().f()
show(lambda: D().f())
class E2:
    def f(x): x = 3; return super().f
show(lambda: E2().f())
def nosuper(): return super()
show(nosuper)
u = super(B).__get__(b, B); print(u.x)


class Num:
    def __init__(self, v): self.v = v
    def _op(n): return lambda s, o: (n, s.v, getattr(o, "v", o))
    for n in "add sub mul truediv floordiv mod divmod pow lshift rshift and or xor matmul".split():
        locals()[f"__{n}__"] = _op(n); locals()[f"__r{n}__"] = _op("r" + n)
    del n
    def __neg__(s): return "neg"
    def __pos__(s): return "pos"
    def __invert__(s): return "inv"
    def __abs__(s): return "abs"
    def __index__(s): return s.v
    def __round__(s, n=None): return ("round", n)
    def __trunc__(s): return "trunc"
    def __floor__(s): return "floor"
    def __ceil__(s): return "ceil"
    def __bool__(s): return s.v > 0
    def __contains__(s, o): return o
    def __getitem__(s, k): return k
    def __setitem__(s, k, v): print("set", k, v)
    def __delitem__(s, k): print("del", k)
    def __len__(s): return s.v
    def __call__(s, *a, **k): return a, k
    def __format__(s, f): return f"<{f}>"
    def __reversed__(s): return "reversed"
    def __length_hint__(s): return 3
    def __hash__(s): return 7
    def __bytes__(s): return b"bytes"
    def __float__(s): return 2.5
    def __complex__(s): return 1j
    def __sizeof__(s): return 10
    def __dir__(s): return ["d"]
n = Num(3)
print(n + 1, 1 + n, n - n, n ** 2, pow(n, 2), divmod(1, n), n @ n, 1 << n, n // 1, n % 2, n & 1, 1 | n, n ^ 1, 7 / n)
print(-n, +n, ~n, abs(n), round(n), round(n, 2), bool(n), 5 in n, 0 in n, n[1:2, ..., ::3], len(n), n(1, k=2), f"{n:>3}", format(n, "z"), reversed(n))
n[1] = 2; n[1:2] = 3; del n[0]; del n[:, 1]
print([10, 20, 30, 40][n], hex(n), "x" * n, list(range(n)), bytes(n), float(n), complex(n), hash(n), dir(n), chr(Num(65)), [1, 2, 3][Num(-1)])
import math; print(math.floor(n), math.ceil(n), math.trunc(n), n.__sizeof__())
class R:
    def __radd__(s, o): return "radd"
    def __add__(s, o): return NotImplemented
    def __lt__(s, o): return NotImplemented
    def __eq__(s, o): return NotImplemented
    def __iadd__(s, o): return "iadd"
show(lambda: R() + R()); show(lambda: 1 + R()); show(lambda: R() < 1); show(lambda: R() == 1); r = R(); r += 1; print(r)
class Sub(int):
    def __radd__(s, o): return "sub radd"
print(1 + Sub(2), Sub(1) + 2, int.__add__(1, Sub(2)), Sub(3) + Sub(4))
class BadBool:
    def __bool__(self): return 3
class BadLen:
    def __len__(self): return -1
class BadLen2:
    def __len__(self): return "x"
class BadIdx:
    def __index__(self): return "x"
class BadStr:
    def __str__(self): return 3
    def __repr__(self): return 4
class BadHash:
    def __hash__(self): return "x"
class BadIter:
    def __iter__(self): return 3
class BadContains:
    __contains__ = None
class BadFormat:
    def __format__(self, s): return 3
for f in (lambda: bool(BadBool()), lambda: bool(BadLen()), lambda: len(BadLen2()), lambda: [1][BadIdx()], lambda: str(BadStr()), lambda: repr(BadStr()), lambda: hash(BadHash()),
          lambda: iter(BadIter()), lambda: 1 in BadContains(), lambda: format(BadFormat()), lambda: range(BadIdx()), lambda: int(BadIdx()), lambda: not BadBool(), lambda: 1 if BadLen() else 2):
    show(f)
class Seq:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i * 10
print(list(Seq()), 20 in Seq(), 5 in Seq(), list(iter(Seq())), [*reversed([1])])
show(lambda: list(reversed(Seq())))
n.__add__ = lambda o: "instance"; print(n + 1)
class Cmp:
    def __lt__(s, o): return "lt"
    def __le__(s, o): return "le"
    def __eq__(s, o): return "eq"
    def __ne__(s, o): return "ne"
    def __gt__(s, o): return "gt"
    def __ge__(s, o): return "ge"
c = Cmp(); print(c < 1, c <= 1, c == 1, c != 1, c > 1, c >= 1, 1 < c, 1 <= c, 1 == c, 1 != c, 1 > c, 1 >= c)
