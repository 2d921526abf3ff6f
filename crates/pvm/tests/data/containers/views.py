# Views of dictionaries and mapping proxies.
from types import MappingProxyType as P
def show(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__name__ + ":", e)
d = {1: "a", 2: "b", 3: "c"}
k, v, i = d.keys(), d.values(), d.items()
print(k, v, i, len(k), len(v), len(i), list(reversed(k)), list(reversed(v)), list(reversed(i)))
print(1 in k, 9 in k, "a" in v, "z" in v, (1, "a") in i, (1, "b") in i, (9, 1) in i, 5 in i, (1,) in i)
show(lambda: [] in k)
show(lambda: ([], 1) in i)
d[4] = "d"; print(k, len(v), i.mapping, k.mapping == d, type(v.mapping).__name__)
show(lambda: i.mapping.__setitem__(1, 2))
for a, b in [(k, {1, 9}), (k, [1, 9]), (k, {1: 0, 7: 0}.keys()), ({1, 9}, k), ([1, 9], k), (i, {(1, "a"), (5, 5)}), (i, {1: "a", 2: "x"}.items()), (k, {}.keys()), (k, range(20)), ({2: 1}.keys(), set(range(30)))]:
    for op in ("&", "|", "-", "^"):
        try:
            r = eval("a %s b" % op)
            print(op, type(r).__name__, sorted(r, key=repr))
        except TypeError as e:
            print(op, e)
for op in ("==", "!=", "<", "<=", ">", ">="):
    print(op, end=" ")
    for a, b in [(k, {1, 2, 3, 4}), (k, {1, 2}), (k, set(range(10))), (k, {1: 0, 2: 0}.keys()), (i, set(i)), (i, set()), (k, frozenset(k)), ({1, 2}, k)]:
        print(eval("a %s b" % op), end=" ")
    print()
show(lambda: k < [1])
show(lambda: v == d.values())
show(lambda: k | 5)
show(lambda: k - 5)
show(lambda: v | {1})
print(k.isdisjoint([9]), k.isdisjoint([1]), i.isdisjoint(k), k.isdisjoint(k), {}.keys().isdisjoint({}), k.isdisjoint({7: 1}.keys()))
show(k.isdisjoint, 5)
show(hash, k)
show(hash, v) if False else None
show(type(k))
show(lambda: {1: []}.items() ^ {1: []}.items())
show(lambda: {1: []}.items() ^ {1: [2]}.items())
show(lambda: {1: []}.items() | set())
r = {}; r[1] = r.keys(); r[2] = r.values(); r[3] = r.items()
print(r.keys(), len(repr(r)) > 10)
p = P(d)
print(p, str(p), p[1], len(p), list(p), list(reversed(p)), 1 in p, 9 in p, p.get(9), p.get(9, 5), p.keys(), p.values(), p.items(), p.copy(), p == d, p != {}, type(p.copy()))
show(lambda: p[9])
show(lambda: p.__setitem__)
show(lambda: p | {5: 5})
show(lambda: {5: 5} | p)
def ior():
    global p
    p |= {}
show(ior)
show(P)
show(P, 1)
show(P, [1])
show(P, (1,))
show(lambda: P(mapping={1: 2}))
show(hash, p)
show(lambda: P[int, str])
class M:
    def __getitem__(self, k): return k * 2
    def keys(self): return ["x"]
    def get(self, k, d): return (k, d)
    def __len__(self): return 7
m = P(M())
print(m["q"], m.keys(), m.get("q"), len(m))
show(m.values)
show(lambda: type(int.__dict__))
