# The dictionary of an instance and the instance's attributes are the same thing.
def show(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__name__ + ":", e)
class C:
    def __init__(self, **k):
        for n, v in k.items(): setattr(self, n, v)
o = C(a=1, b=2, c=3)
d = o.__dict__
print(d, d is o.__dict__, len(d), list(d), d["a"], "b" in d, "zz" in d, d.get("zz"), list(reversed(d)), list(d.items()))
o.d = 4
print(d, d.keys(), d.values(), {**d}, dict(d), d.copy(), d == {"a": 1, "b": 2, "c": 3, "d": 4}, {"a": 1} == d)
d["e"] = 5; d["a"] = "new"
print(o.e, o.a, vars(o) is d)
del d["e"]; show(lambda: o.e); print(d)
del o.d; print(d)
del d["a"]; print(d, o.__dict__ is d); show(lambda: o.a)
o.a = "again"; print(d, list(o.__dict__))
d["x" + "y"] = 1; print(o.xy, getattr(o, "x" + "y"), d["".join(["x", "y"])])
d[5] = "five"; print(d, o.__dict__[5], d.pop(5))
p = C(a=1, b=2)
e = p.__dict__
e[1.5] = 2
p.c = 3
print(e, p.c, len(e))
q = C(x=1, y=2, z=3)
f = q.__dict__
print(f.popitem(), f, f.pop("x"), f, f.setdefault("n", 9), q.n, f.setdefault("y", 0))
f.clear(); print(f, q.__dict__ is f); show(lambda: q.y)
q.r = 1; print(f)
f.update(r=2, s=3); print(q.r, q.s, f)
q.__dict__ = {"fresh": 1}
print(q.fresh, f, q.__dict__ is f); f["old"] = 1; show(lambda: q.old)
g = C(m=1, n=2)
h = g.__dict__
g.__dict__ = {}
print(h, g.__dict__, h is g.__dict__)
show(setattr, g, "__dict__", 5)
try:
    del g.__dict__
except Exception as ex: print(type(ex).__name__, ex)
print(g.__dict__)
i = C(a=1, b=2, c=3)
def grow():
    for k in i.__dict__:
        i.new = 1
show(grow)
def same():
    for k in i.__dict__:
        setattr(i, k, 0)
    return i.__dict__
show(same)
it = iter(i.__dict__.items()); print(next(it)); i.a = 7; print(next(it)); i.zz = 1
show(next, it)
for n in range(300): setattr(i, "attr%d" % n, n)
print(len(i.__dict__), i.attr299, i.__dict__["attr150"], list(i.__dict__)[:4])
def kw(**k): return k
print(kw(**C(a=1).__dict__), "%(a)s" % C(a=5).__dict__, "{a}".format(**C(a=6).__dict__))
a, b = C(x=1, y=2), C(x=1, y=2)
print(a.__dict__ == b.__dict__, a.__dict__ is b.__dict__, a.__dict__ | b.__dict__, sorted(a.__dict__.keys() & b.__dict__.keys()), sorted(set(a.__dict__)))
class S(str):
    pass
a.__dict__[S("x")] = "sub"; print(a.x, a.__dict__, [type(k).__name__ for k in a.__dict__])
a.__dict__[S("k")] = "key"; print(a.k, len(a.__dict__))
class Sl:
    __slots__ = ("p", "__dict__")
s = Sl(); s.p = 1; s.q = 2
print(s.__dict__, s.p, "p" in s.__dict__); s.__dict__["p"] = 5; print(s.p, s.__dict__)
class L(list): pass
l = L([1]); l.attr = 2; print(l.__dict__, l); l.__dict__["more"] = 3; print(l.more)
class I(int): pass
n = I(5); n.attr = 1; print(n.__dict__, n + 1)
class T(tuple): pass
t = T((1, 2)); t.attr = 1; t.other = [t.attr]; print(t.__dict__, t)
