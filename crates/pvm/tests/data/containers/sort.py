# Sorting: stability, keys, errors, and the number of comparisons, which is CPython's.
import random
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw)))
    except BaseException as e:
        print(type(e).__name__ + ":", e)

class C:
    count = 0
    __slots__ = ("v", "tag")
    def __init__(self, v, tag=None):
        self.v = v
        self.tag = tag
    def __lt__(self, other):
        C.count += 1
        return self.v < other.v
    def __repr__(self):
        return f"{self.v}{self.tag or ''}"

def lcg(n, seed=1, mod=1000):
    out = []
    for _ in range(n):
        seed = (seed * 1103515245 + 12345) % 2147483648
        out.append((seed >> 8) % mod)
    return out

def runs(n):
    out = []
    k = 0
    while len(out) < n:
        k += 7
        part = list(range(k, k + 40 + k % 50))
        if k % 3 == 0:
            part.reverse()
        out += part
    return out[:n]

inputs = {
    "sorted": list(range(500)),
    "reversed": list(range(500, 0, -1)),
    "equal": [5] * 300,
    "saw": [i % 17 for i in range(700)],
    "random64": lcg(64), "random65": lcg(65), "random": lcg(1000), "random2112": lcg(2112, 7), "fewvalues": lcg(900, 3, 4),
    "runs": runs(1500), "desc-equal": [9 - i // 30 for i in range(300)], "tail": list(range(400)) + lcg(20, 9),
    "head": lcg(20, 9) + list(range(400)), "one": [1], "none": [], "two": [2, 1], "swap": [1, 2, 3, 5, 4], "organ": list(range(200)) + list(range(200, 0, -1)),
    "interleave": [x for i in range(300) for x in (i, i + 10000)],
    "blocks": list(range(1000, 2000)) + list(range(1000)),
}
for name, data in inputs.items():
    for reverse in (False, True):
        objs = [C(v, i) for i, v in enumerate(data)]
        C.count = 0
        objs.sort(reverse=reverse)
        n = C.count
        key = [(o.v, o.tag) for o in objs]
        expect = sorted(((v, i) for i, v in enumerate(data)), key=lambda p: p[0], reverse=reverse)
        C.count = 0
        by_key = [C(v, i) for i, v in enumerate(data)]
        by_key.sort(key=lambda o: C(-o.v), reverse=reverse)
        print(name, reverse, n, C.count, key == expect, sorted(data, reverse=reverse) == [o.v for o in objs])

for data in [lcg(500), [float(v) / 3 for v in lcg(500)], [str(v) for v in lcg(500)], [(v % 7, v) for v in lcg(500)], [1 << (v % 90) for v in lcg(200)],
             [v if v % 2 else float(v) for v in lcg(300)], [-v if v % 3 else v for v in lcg(300)], [chr(v * 60 + 32) for v in lcg(300)], [(str(v), v) for v in lcg(300)],
             [float("inf"), 1.0, float("-inf"), 0.0, -0.0, 2.5], [(1, "b"), (1,), (), (0, 5), (1, "a")], [[2, 1], [1, 5], [1]], [True, 3, False, 2, 1.5]]:
    s = sorted(data)
    print(all(not (s[i + 1] < s[i]) for i in range(len(s) - 1)), s[:4], s[-3:], sorted(data, reverse=True) == s[::-1] or sorted(data, reverse=True)[:3])
nan = float("nan")
print(sorted([3.0, nan, 1.0, 2.0, nan, 0.5]), sorted([nan, 1, 0]))
show([1, "a", 2].sort)
show([1, None].sort)
show([3, 1].sort, key=5)
show([3, 1].sort, 5)
show([3, 1].sort, foo=5)
show(sorted, [3, 1], None)
show(sorted)
show(sorted, [3, 1], key=lambda: 1)
print(sorted("hello world", key=lambda c: (-ord(c), c)), sorted({3: 1, 1: 2}), sorted([3, 1, 2], reverse=5))

class Evil:
    def __init__(self, l, act): self.l, self.act = l, act
    def __lt__(self, other):
        self.act(self.l)
        return id(self) < id(other)
for act in (lambda l: l.append(1), lambda l: l.clear(), lambda l: l.extend([]), lambda l: l.insert(0, 1) or l.pop(), lambda l: len(l), lambda l: l.sort()):
    l = []
    l += [Evil(l, act) for _ in range(5)]
    show(l.sort)
    print(len(l), all(type(x) is Evil for x in l))
seen = []
k = [3, 1, 2]
k.sort(key=lambda v: seen.append(list(k)) or v)
print(k, seen)
class Fail:
    n = 0
    def __init__(self, v): self.v = v
    def __lt__(self, other):
        Fail.n += 1
        if Fail.n == 900:
            raise ZeroDivisionError("in __lt__")
        return self.v < other.v
f = [Fail(v) for v in lcg(300)]
before = sorted(id(x) for x in f)
show(f.sort)
print(sorted(id(x) for x in f) == before)
f = [3, 1, "a", 2]
show(f.sort, key=lambda v: v + 1)
print(f)
class T(tuple):
    def __lt__(self, other): return tuple.__gt__(self, other)
print(sorted([T((1,)), T((3,)), T((2,))]))
random.seed(5)
big = [random.random() for _ in range(5000)]
print(sorted(big) == sorted(sorted(big, reverse=True)), sorted(big, key=lambda x: -x) == sorted(big)[::-1])
