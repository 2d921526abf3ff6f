# Tuples.
def show(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__name__ + ":", e)
print(tuple(), tuple("ab"), tuple([1]), tuple(range(3)), (1,), ())
t = (1, 2, 3, 4, 5)
print(tuple(t) is t, t[:] is t, t[::1] is t, (t + ()) is t, (() + t) is t, t * 1 is t, tuple() is tuple([]), t[0:0] is tuple())
print(t[1:3], t[::-1], t[::2], t[-2:], t[10:], t[4:0:-3], t[0], t[-1])
for i in [5, -6, "a", 1.0, None, 1 << 90]:
    show(lambda: t[i])
show(lambda: t + [1])
show(lambda: t * "a")
show(lambda: t * (1 << 70))
show(tuple, 1)
show(tuple, 1, 2)
show(lambda: tuple(a=1))
print(t + (6,), t * 2, 2 * t, t * -1, 3 in t, 9 in t, t.index(3), t.count(1), len(t))
show(t.index, 9)
show(t.index, 3, 3)
show(t.index, 3, "a")
print(t.index(3, -4), t.index(3, 0, 3), t.index(3, -100, 100))
print((1, 2) == (1, 2), (1, 2) < (1, 3), (1,) < (1, 0), (1, 2) != [1, 2], (2,) > (1, 9), () <= (), (1, 2) >= (1, 2, 3))
show(lambda: (1,) < ("a",))
show(lambda: (1,) < [1])
print(hash((1, 2)) == hash((1, 2)), hash((1, 2)) == hash((1.0, 2.0)), hash(()) == hash(()))
show(hash, (1, []))
r = []
r.append((r,))
print(r, r[0])
print(t.__getnewargs__(), tuple.__text_signature__, tuple.count.__doc__)
class T(tuple):
    def __new__(cls, *a): return super().__new__(cls, a)
x = T(1, 2)
x.attr = 5
print(x, x.attr, type(x[:]), type(x + x), type(x * 1), type(tuple(x)), x == (1, 2), x.__dict__, T() == ())
print(tuple[int, ...])
show(setattr, (), "a", 1)
show(lambda: t.__setitem__(0, 1))
a, *b, c = t
print(a, b, c)
print(tuple(x * 2 for x in range(4)))
class Bad:
    def __eq__(self, other): raise ValueError("eq")
show(lambda: (1, Bad()) == (1, 2))
show(lambda: 5 in (Bad(),))
show((Bad(),).index, 5)
it = iter((1, 2, 3))
print(next(it), it.__length_hint__(), it.__reduce__()[1:], list(it), it.__reduce__()[1:], list(it))
it = iter((1, 2, 3)); it.__setstate__(2); print(list(it))
it = iter((1, 2, 3)); it.__setstate__(-5); print(list(it))
show(it.__setstate__, "a")
