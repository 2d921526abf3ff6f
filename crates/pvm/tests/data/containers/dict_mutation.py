# Dictionaries and sets changed while they are iterated, compared or looked up.
def show(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__name__ + ":", e)
def loop(d, act):
    n = 0
    for k in d:
        n += 1
        act(d, k)
        if n > 50: return "endless"
    return n
show(loop, {1: 1, 2: 2}, lambda d, k: d.__setitem__(k + 10, 1))
show(loop, {1: 1, 2: 2}, lambda d, k: d.__setitem__(k, 5))
show(loop, {1: 1, 2: 2}, lambda d, k: d.pop(k))
show(loop, {1: 1}, lambda d, k: (d.pop(k), d.__setitem__(k + 10, 1)))
show(loop, {1: 1, 2: 2}, lambda d, k: d.clear())
show(loop, {1, 2}, lambda d, k: d.add(k + 10))
show(loop, {1, 2}, lambda d, k: d.discard(k))
show(loop, {1, 2}, lambda d, k: d.add(k))
d = {1: 1, 2: 2}
it = iter(d)
d[3] = 3
show(next, it)
del d[3]
show(next, it)
for make in (iter, lambda d: iter(d.values()), lambda d: iter(d.items()), reversed, lambda d: reversed(d.values()), lambda d: reversed(d.items())):
    d = {1: "a", 2: "b", 3: "c"}
    it = make(d)
    print(it.__length_hint__(), next(it), it.__length_hint__(), it.__reduce__()[1], list(it), it.__length_hint__(), list(it))
    it = make(d)
    d[4] = 1
    show(next, it)
    print(type(it).__name__, it.__length_hint__())
s = {1, 2, 3}
it = iter(s)
print(it.__length_hint__(), next(it), it.__length_hint__(), it.__reduce__()[1], list(it))
it = iter(s); s.add(9)
show(next, it)
class Evil:
    def __init__(self, act, h=1): self.act, self.h = act, h
    def __hash__(self): return self.h
    def __eq__(self, other):
        act, self.act = self.act, lambda: None
        act()
        return self is other
d = {}
d[Evil(lambda: d.clear())] = 1
print(d.get(1), len(d), 1 in d)
d = {}
d[Evil(lambda: d.clear())] = 1
d[1] = "one"
print(d)
d = {}
d[Evil(lambda: [d.__setitem__(i, i) for i in range(100)])] = 1
print(d.get(1), len(d))
d = {}
e = Evil(lambda: d.pop(e))
d[e] = 1
d[1] = 2
print(len(d), d[1])
d = {}
d[Evil(lambda: d.clear())] = 1
print(d == {1: 1}, len(d))
d = {Evil(lambda: d.clear()): 1, 5: 2}
print({1: 1, 5: 2} == d)
s = set()
s.add(Evil(lambda: s.clear()))
print(1 in s, len(s))
s = set()
s.add(Evil(lambda: s.clear())); s.add(1)
print(s)
s = set()
s.add(Evil(lambda: s.update(range(100))))
s.discard(1)
print(len(s))
class Val:
    def __init__(self, act): self.act = act
    def __repr__(self): self.act(); return "Val"
    def __eq__(self, o): self.act(); return True
d = {1: Val(lambda: d.clear()), 2: 3}
print(repr(d))
l = []
l += [Val(lambda: l.clear()), 2, 3]
print(repr(l))
d = {i: Val(lambda: d.clear()) for i in range(5)}
print(d == dict(d), len(d))
class Src(dict):
    pass
src = {i: i for i in range(5)}
class Key:
    def __hash__(self): return 0
    def __eq__(self, o): src["x%d" % len(src)] = 1; return False
dst = {Key(): 1}
show(dst.update, src)
class Keys:
    def __init__(self, n): self.n = n
    def keys(self): return (k for k in range(self.n))
    def __getitem__(self, k):
        if k == 3: raise KeyError("three")
        return k
d = {}
show(d.update, Keys(6))
print(d)
