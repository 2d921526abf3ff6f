# Dictionaries.
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw)))
    except BaseException as e:
        print(type(e).__name__ + ":", e, getattr(e, "__notes__", ""))
print(dict(), dict(a=1), dict([(1, 2), "ab", [3, 4]]), dict({1: 2}, x=3), dict(zip("ab", [1, 2])), {})
for args in [(1,), ([1],), ([(1, 2, 3)],), (["ab", (1,)],), (1, 2), ([[]],), ([None],), ("abc",)]:
    show(dict, *args)
d = {"a": 1, 2: "b", 3.5: None, (1, 2): [3]}
print(d, len(d), d["a"], d[2], d[3.5], d[(1, 2)], 2.0 in d, True in d)
for k in ["zz", 5, [], {}, (1, [])]:
    show(lambda: d[k])
    show(lambda: k in d)
    show(d.get, k)
    show(d.get, k, "default")
    show(d.pop, k)
    show(d.pop, k, "default")
    show(d.__delitem__, k)
show({}.pop, [])
show({}.pop, [], 1)
show({}.popitem)
d[2.0] = "same key"; d["new"] = 1
print(d)
del d[2]; print(d, d.popitem(), d)
print(d.setdefault("a", 5), d.setdefault("z"), d.setdefault("y", []), d)
show(d.setdefault)
show(d.setdefault, [])
print(d.pop("z"), d.pop("zz", None), d)
e = d.copy(); e["more"] = 1; print(d == e, len(d), len(e), d != e, d == dict(d), {} == [], {1: 2} == {1: 2.0}, {1: 2} == {1: 3}, {1: 2} == {2: 1})
show(lambda: {} < {})
d.update({1: 2}, k=3); d.update([("p", "q")], r=4); d.update(); d.update(zz=1); print(d)
show(d.update, 1)
show(d.update, 1, 2)
show(d.update, [1])
show(d.update, [(1, 2, 3)])
class M:
    def keys(self): return iter("xy")
    def __getitem__(self, k): return k * 2
print(dict(M()), {**M()}, {} | dict(M()))
print({1: 2} | {1: 3, 2: 4}, {1: 2, 2: 3} | {}, {}.__or__(1), {}.__ior__([(1, 2)]))
show(lambda: {} | [])
show(lambda: {}.__ior__(5))
x = {1: 2}; x |= {3: 4}; x |= [(5, 6)]; print(x)
print(dict.fromkeys("abc"), dict.fromkeys([1, 2], 0), dict.fromkeys({"a": 1, "b": 2}, 5), dict.fromkeys({3}, 1))
show(dict.fromkeys)
show(dict.fromkeys, 1)
show(dict.fromkeys, [[]])
d.clear(); print(d, bool(d), bool({1: 1}))
r = {}; r["self"] = r; r["list"] = [r]; print(r)
show(hash, {})
# Order, with deletions and re-insertion.
o = {}
for i in range(20): o[i] = i
for i in range(0, 20, 3): del o[i]
o[0] = "back"; o[19] = "changed"
print(list(o), list(reversed(o)), o.popitem(), o.popitem(), list(o))
for i in range(100): o["k%d" % i] = i
print(len(o), list(o)[-3:], list(o.items())[10:13])
for k in list(o)[:50]: del o[k]
print(len(o), list(o)[:3])
while len(o) > 3: o.popitem()
print(o)
q = {}
for i in range(1000):
    q[i] = 1
    if len(q) > 4: q.popitem()
print(q)
for i in range(1000):
    q[i] = i
    q.pop(next(iter(q)))
print(len(q), list(q))
class D(dict):
    def __missing__(self, key): return ("missing", key)
m = D(a=1)
print(m["a"], m["b"], m.get("b"), "b" in m, type(m.copy()), type(m | {}), type({} | m), D.fromkeys("ab"), type(D.fromkeys("ab")))
class K:
    def __init__(self, v, h): self.v, self.h = v, h
    def __hash__(self): return self.h
    def __eq__(self, o): return isinstance(o, K) and self.v == o.v
    def __repr__(self): return f"K{self.v}"
h = {K(i, i % 3): i for i in range(10)}
print(h, h[K(7, 1)], K(7, 2) in h, h.pop(K(4, 1)), h)
class NoHash:
    __hash__ = None
show(lambda: {NoHash(): 1})
class BadHash:
    def __hash__(self): raise ZeroDivisionError("hash")
show(lambda: {BadHash(): 1})
class BadHash2:
    def __hash__(self): return "a"
show(lambda: {BadHash2(): 1})
class BadHash3:
    def __hash__(self): raise TypeError("my own")
show(lambda: {BadHash3(): 1})
show(lambda: {}[BadHash3()])
class S(str):
    def __hash__(self): return hash("a")
    def __eq__(self, o): return True
print({"a": 1}[S("zzz")], {"a": 1}.get(S("q")), {S("x"): 1, "a": 2})
print({1: "int", 1.0: "float", True: "bool"}, {0: 1, False: 2}, {"1": 1, 1: 2})
nan = float("nan")
print({nan: 1}[nan], nan in {nan: 1}, len({float("nan"): 1, float("nan"): 2}) in (1, 2))
print(dict.get.__doc__, dict.get.__text_signature__, dict.__hash__, dict.__doc__.split("\n")[0])
print(dict[int, str], {}.__sizeof__() > 0)
def kw(**k): return k
print(kw(b=1, a=2), list(kw(z=1, **{"y": 2})))
show(lambda: kw(**{1: 2}))
show(lambda: kw(a=1, **{"a": 2}))
