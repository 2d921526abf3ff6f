# Sets and frozensets. The order of ints is CPython's.
def show(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__name__ + ":", e)
print(set(), {1}, set([3, 1, 2]), frozenset(), frozenset([1]), set(range(20)), {1, 1.0, True})
for c in (set, frozenset):
    show(c, 1)
    show(c, 1, 2)
    show(lambda: c(a=1))
    show(c, [[]])
    show(c, [{}])
# Order.
def lcg(n, seed, mod):
    out = []
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) % 2147483648
        out.append((seed >> 8) % mod)
    return out
for n in (3, 5, 6, 17, 50, 200):
    for mod in (10, 100, 5000, 1000003):
        s = set(lcg(n, n + mod, mod))
        print(list(s)[:40])
        for x in lcg(n // 2, 5, mod): s.discard(x)
        for x in lcg(n // 2, 77, mod): s.add(x)
        print(list(s)[:40], list(s.copy())[:20], list(frozenset(s))[:10])
print(list({8 * i for i in range(12)}), list({i << 20 for i in range(40)}), list({i * 1024 + 3 for i in range(30)}))
a, b = set(lcg(60, 1, 200)), set(lcg(40, 2, 200))
for r in (a | b, a & b, a - b, a ^ b, b | a, b & a, b - a, b ^ a, a.union(b, [1, 2]), a.intersection(b, range(100)), a.difference(b, [5]), a.symmetric_difference(list(b)),
          a.union(), a.intersection(), a.difference(), a.intersection({x: 1 for x in b}), a.difference({x: 1 for x in b}), a.difference(range(50)), set({x: 1 for x in b}), set(list(b)), b.difference(set(range(1000)))):
    print(list(r))
for name in ("update", "intersection_update", "difference_update", "symmetric_difference_update"):
    for other in (b, list(b), {x: 1 for x in b}, frozenset(b), iter(b)):
        x = set(a)
        show(getattr(x, name), other)
        print(list(x))
for op in ("|=", "&=", "-=", "^="):
    x = set(a); y = x
    exec("x %s b" % op); print(list(x), x is y)
    try:
        exec("x %s [1]" % op)
    except TypeError as e:
        print(e)
x = set(a); x -= x; print(x); x = set(a); x ^= x; print(x); x = set(a); x |= x; x &= x; print(x == a)
x = set(range(30)); print([x.pop() for _ in range(5)]); x.add(0); print(x.pop(), x.pop()); x.clear(); print(x)
show(x.pop)
show(x.remove, 1)
show(x.remove, [])
show(x.remove, {1})
show(x.discard, 1)
show(x.discard, [])
show(x.add, [])
show(x.add)
show(lambda: [] in x)
show(lambda: {1} in {frozenset([1])})
y = {frozenset([1, 2])}; y.discard({1, 2}); print(y)
y = {frozenset([1, 2])}; y.remove({2, 1}); print(y)
for op in ("==", "!=", "<", "<=", ">", ">="):
    print(op, [eval("p %s q" % op) for p, q in [({1, 2}, {1, 2}), ({1}, {1, 2}), ({1, 2}, {1}), ({3}, {1}), (set(), set()), (frozenset([1]), {1}), ({1}, frozenset([1, 2]))]])
show(lambda: {1} < [1])
show(lambda: {1} | [1])
show(lambda: [1] | {1})
show(lambda: {1} == [1])
print({1, 2}.issubset([1, 2, 3]), {1, 2}.issubset([1]), {1, 2}.issuperset([1]), {1}.issuperset([1, 2]), {1}.isdisjoint([2]), {1}.isdisjoint([1]), {1}.isdisjoint({2}), {1}.issubset({1: 2}))
show({1}.issubset, 5)
show({1}.issuperset, [[]])
show({1}.isdisjoint, 5)
show(set().update, 1)
show(set().union, 1)
print(hash(frozenset([1, 2, 3])) == hash(frozenset([3, 2, 1])), hash(frozenset()) == hash(frozenset()), {frozenset([1]): 2}[frozenset([1])])
show(hash, set())
f = frozenset([1, 2])
print(frozenset(f) is f, f.copy() is f, type(f | {3}), type({3} | f), type(f & f), f | {3}, f ^ {1}, f - {1})
class S(set): pass
class F(frozenset):
    def __new__(cls, it=(), x=0):
        self = super().__new__(cls, it); self.x = x; return self
s, g = S([1, 2]), F([1], 5)
print(s, g, g.x, type(s.copy()), type(s | s), type(g | g), type(g.copy()), type(s.union([1])), F([1]) == frozenset([1]), {F([1]): 1}[frozenset([1])])
print({1, 2}.__reduce__(), S([1]).__reduce__(), frozenset([1]).__reduce__())
s.attr = 5
print(s.__reduce__())
class R:
    def __init__(self): self.s = None
    def __repr__(self): return repr(self.s)
r = R(); r.s = {r}; print(repr(r.s)); r.s = frozenset([r]); print(repr(r.s)); r.s = S([r]); print(repr(r.s))
print(set.add.__doc__, set.union.__text_signature__, set.__text_signature__, set.__hash__, set[int], frozenset[int])
s = {1, 2}; s.__init__([5, 6]); print(s); s.__init__(); print(s)
s = set(range(8)); print([s.pop() for _ in range(3)]); s.clear(); s.update({1, 5}); print(s.pop())
s = set(range(8)); print([s.pop() for _ in range(4)]); s.update([0, 1, 2]); s &= {0, 1, 2, 6, 7}; print(s.pop(), s, frozenset() is frozenset())
