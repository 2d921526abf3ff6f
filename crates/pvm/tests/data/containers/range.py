# Ranges and slices.
def show(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__name__ + ":", e)
B = 1 << 100
for args in [(), (1, 2, 3, 4), (1.5,), ("a",), (1, 2, 0), (True,), (5,), (2, 5), (5, 2), (5, 2, -1), (0, 10, 3), (10, 0, -3), (0, 10, -1), (B,), (B, B + 10, 3), (-B, B, B // 2), (B, 0, -B), (0, 1 << 62, 1 << 61), (-(1 << 63), (1 << 63) - 1), ((1 << 61) - 2, (1 << 61) + 2)]:
    show(range, *args)
    try:
        r = range(*args)
    except Exception:
        continue
    show(len, r)
    show(bool, r)
    show(lambda: (r.start, r.stop, r.step))
    show(lambda: r[0])
    show(lambda: r[-1])
    show(lambda: r[B])
    show(lambda: r[1:])
    show(lambda: r[::-1])
    show(lambda: r[::2])
    show(lambda: r[-3:-1])
    it = iter(r)
    print([x for x, _ in zip(it, range(4))], it.__reduce__()[1:])
    show(it.__length_hint__)
    it = reversed(r)
    print([x for x, _ in zip(it, range(4))])
    small = abs(r.stop - r.start) < 1000
    print([x in r for x in (0, 1, 3, 9, -1, B, True, r.start, r.stop)], [x in r for x in (3.0, "a", None)] if small else "")
    print(r == range(*args), hash(r) == hash(range(*args)), r != range(3), r == [])
show(lambda: range(a=1))
r = range(0, 20, 3)
print([r[i] for i in (0, 6, -1, -7)], list(r), list(r[1:5:2]), list(r[::-2]), r.index(9), r.count(9), r.count(10), r.count(9.0), r.index(9.0))
for bad in (7, "a", 21, -3):
    show(r.index, bad)
    show(lambda: r[bad])
show(lambda: r["a"])
show(lambda: r[1.5])
show(lambda: r < r)
show(setattr, r, "start", 1)
print(range(0) == range(2, 1), range(0, 3, 2) == range(0, 4, 2), range(1) == range(0, 1, 5), hash(range(0)) == hash(range(5, 5)), hash(range(0, 3, 2)) == hash(range(0, 4, 2)), r.__reduce__())
it = iter(range(10)); next(it); it.__setstate__(3); print(list(it)); it = iter(range(10)); it.__setstate__(100); print(list(it)); it = iter(range(10)); it.__setstate__(-5); print(next(it))
it = iter(range(B, B + 10)); next(it); it.__setstate__(3); print(list(it) == list(range(B + 4, B + 10)), it.__reduce__()[1] == (range(B + 10, B + 10),))
show(iter(range(3)).__setstate__, "a")
show(type(iter(range(3))))
class I:
    def __index__(self): return 4
print(range(I()), range(10)[I()], range(10)[I():], 4 in range(5), I() in range(5))
class E(int):
    def __eq__(self, o): return o == 2
    __hash__ = int.__hash__
print(E(100) in range(5), range(5).index(E(7)))
class BadIndex:
    def __index__(self): return "x"
show(range, BadIndex())
# Slices.
for args in [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), (None, None), ("a", [], {})]:
    show(slice, *args)
show(lambda: slice(a=1))
for s in [slice(None), slice(1, 5), slice(-3, None), slice(None, None, -1), slice(10, -10, -2), slice(B, -B, -1), slice(None, B), slice(I()), slice(None, None, B), slice(None, None, -B)]:
    for n in (0, 1, 5, 10, I(), B):
        show(s.indices, n)
for bad in (-1, "a", 1.5, None):
    show(slice(1).indices, bad)
for s in (slice("a"), slice(1, 2, 0), slice(1.5), slice(None, None, "x")):
    show(s.indices, 5)
    show(lambda: [1, 2][s])
    show(lambda: "ab"[s])
    show(lambda: (1, 2)[s])
    show(lambda: range(5)[s])
print(slice(1, 2) == slice(1, 2), slice(1, 2) < slice(1, 3), slice(1) == slice(None, 1, None), slice(1, 2) != (1, 2, None), hash(slice(1, 2)) == hash(slice(1, 2)))
show(lambda: slice(1) < slice(2))
show(lambda: slice(1, 2, 3) <= slice(1, 2, 3))
show(hash, slice([], 1))
s = slice(1, 2, 3)
print(s.start, s.stop, s.step, s.__reduce__(), s)
show(setattr, s, "start", 5)
try:
    class X(slice): pass
except TypeError as e: print(e)
try:
    class X(range): pass
except TypeError as e: print(e)
