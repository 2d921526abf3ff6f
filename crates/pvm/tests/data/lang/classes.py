# The data model of classes: C3, metaclasses, slots, mangling, descriptors, hooks.


def show(f, *args):
    try:
        print(repr(f(*args)))
    except Exception as e:
        print(type(e).__name__, e)


def run(src, **ns):
    try:
        exec(src, ns)
        print({k: v for k, v in ns.items() if k.startswith("r")})
    except Exception as e:
        print(type(e).__name__, e)


class A: pass
class B(A): pass
class C(A): pass
class D(B, C): pass
print([c.__name__ for c in D.__mro__], D.__bases__, D.__base__)
show(lambda: type("X", (A, B), {}))
show(lambda: type("X", (A, A), {}))
show(lambda: type("X", (int, str), {}))
show(lambda: type("X", (bool,), {}))
show(lambda: type("X", (3,), {}))
show(lambda: type("X", (A,), 3))
show(lambda: type(3, (A,), {}))
show(lambda: type("X\0", (), {}))
show(lambda: type())
show(lambda: type(1, 2))
show(lambda: type("X", (), {}, a=1))
print(A.__subclasses__(), issubclass(D, (int, C)), isinstance(D(), A))


class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, [b.__name__ for b in bases], kw)
        return {"prepared": 1}

    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, sorted(k for k in ns if not k.startswith("__")), kw)
        return super().__new__(mcs, name, bases, ns)

    def __init__(cls, name, bases, ns, **kw):
        print("init", name, kw)
        super().__init__(name, bases, ns)

    def __call__(cls, *args, **kw):
        print("call", args, kw)
        return super().__call__(*args, **kw)

    def __instancecheck__(cls, o): return o == 5
    def __subclasscheck__(cls, o): return o is int
    def __getattr__(cls, name): return "meta." + name
    def __len__(cls): return 42
    def __iter__(cls): return iter("abc")
    def __contains__(cls, x): return x == 1
    def __repr__(cls): return f"<{cls.__name__}>"
    @property
    def prop(cls): return "prop of " + cls.__name__


class M(metaclass=Meta, flag=True):
    x = 1
    def __init__(self, v=0): self.v = v


m = M(7)
print(m.v, M.prepared, M.nothing, len(M), list(M), 1 in M, M, M.prop, isinstance(5, M), issubclass(int, M))
show(lambda: m.prop)
class Meta2(type): pass
show(lambda: Meta2("Y", (M,), {}))


class S:
    __slots__ = ("a", "__priv", "b")
    def __init__(self): self.a = 1; self.__priv = 2


s = S()
print(S.__slots__, hasattr(S, "_S__priv"), s.a, s._S__priv, S.a, type(S.a).__name__)
show(lambda: s.b)
show(lambda: setattr(s, "c", 1))
show(lambda: s.__dict__)
show(lambda: delattr(s, "b"))
show(lambda: S.a.__get__(3))
show(lambda: type("T", (), {"__slots__": ("x",), "x": 1}))
show(lambda: type("T", (), {"__slots__": ("1x",)}))
show(lambda: type("T", (), {"__slots__": (1,)}))
show(lambda: type("T", (int,), {"__slots__": ("x",)}))
show(lambda: type("T", (tuple,), {"__slots__": ("x",)}))
show(lambda: type("T", (), {"__slots__": ("__dict__", "__dict__")}))
class S2(S): __slots__ = ("__dict__",)
s2 = S2(); s2.z = 3
print(s2.__dict__, s2.a)
class S3: __slots__ = {"doc": "the doc"}
print(S3.doc.__doc__, S3.__slots__)


class Mangle:
    __x = 1
    def __f(self): return self.__x
    def g(self): return self.__f()
    class __Inner: pass
    def names(self):
        __local = 1
        return locals()
print(sorted(k for k in vars(Mangle) if "Mangle" in k), Mangle().g(), sorted(Mangle().names()), Mangle._Mangle__Inner.__qualname__)


class Desc:
    def __set_name__(self, owner, name): print("set_name", owner.__name__, name); self.name = name
    def __get__(self, obj, cls=None): return ("get", self.name, obj is None, cls.__name__)
    def __set__(self, obj, v): print("set", self.name, v)
    def __delete__(self, obj): print("delete", self.name)
class NonData:
    def __get__(self, obj, cls=None): return "nondata"
class HasDesc:
    d = Desc()
    n = NonData()
h = HasDesc(); h.__dict__["d"] = 1; h.__dict__["n"] = 2
print(h.d, HasDesc.d, h.n, HasDesc.n)
h.d = 5
del h.d
class BadName:
    def __set_name__(self, o, n): raise ValueError("bad name")
try:
    class Q: z = BadName()
except ValueError as e:
    print(e, e.__notes__)


class Base:
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.tag = tag
    def __class_getitem__(cls, item): return (cls.__name__, item)
class Sub(Base, tag="t"): pass
print(Sub.tag, Sub[int, 3], Base["x"])
run("class Z(Base, other=1): pass", Base=Base)
run("class Z(int, metaclass=3): pass")
run("class Z(metaclass=lambda *a, **k: (a[0], sorted(k))): pass\nr = Z")
run("class Z(*[int], **{'metaclass': type}): pass\nr = Z.__mro__")
class Entries:
    def __mro_entries__(self, bases): return (int, str.__base__)
class FromEntries(Entries()): pass
print(FromEntries.__bases__, hasattr(FromEntries, "__orig_bases__"))


class Attr:
    def __getattribute__(self, name):
        if name == "raises": raise AttributeError("no " + name)
        return super().__getattribute__(name)
    def __getattr__(self, name): return f"getattr({name})"
    def __setattr__(self, name, v): super().__setattr__(name, v * 2)
    def __delattr__(self, name): print("del", name); super().__delattr__(name)
    def __dir__(self): return ["z", "a"]
a = Attr(); a.x = 4
print(a.x, a.y, a.raises, dir(a))
del a.x
show(lambda: Attr.__delattr__(a, "x"))

class P1: pass
class P2:
    def hi(self): return "hi"
p = P1(); p.__class__ = P2
print(p.hi(), type(p).__name__)
show(lambda: setattr(p, "__class__", int))
show(lambda: setattr(p, "__class__", 3))
show(lambda: setattr(3, "__class__", P1))
show(lambda: setattr(s, "__class__", P1))
show(lambda: delattr(p, "__class__"))
show(lambda: setattr(int, "x", 1))
show(lambda: setattr(P1, "__bases__", ()))
show(lambda: setattr(D, "__bases__", (B,)))
print(D.__mro__[1:2], D.__name__)
D.__name__ = "DD"; D.__qualname__ = "q.DD"
print(D, D.__module__, D.__doc__)
show(lambda: setattr(D, "__name__", 3))
show(lambda: delattr(D, "__name__"))
show(lambda: object(1))
show(lambda: A(1))
show(lambda: object.__new__(int))
show(lambda: int.__new__(str))
show(lambda: object.__new__())
class NewArgs:
    def __new__(cls, *a): return super().__new__(cls, *a)
show(lambda: NewArgs(1))
class InitRet:
    def __init__(self): return 1
show(InitRet)
class NewOther:
    def __new__(cls): return 3
    def __init__(self): print("never")
show(NewOther)
print([A().__eq__(1), A().__ne__(1), A() == A(), A.__hash__ is object.__hash__])
class EqOnly:
    def __eq__(self, o): return True
show(lambda: hash(EqOnly()))
print(EqOnly.__hash__, EqOnly() != 3)
show(lambda: A() < A())
show(lambda: A() + 1)
show(lambda: A()[0])
show(lambda: A()())
show(lambda: A().x)
show(lambda: A.x)
show(lambda: len(A()))
show(lambda: iter(A()))
show(lambda: -A())
show(lambda: 1 in A())
