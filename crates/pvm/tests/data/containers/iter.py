# enumerate, zip, map, filter, reversed, iter.
def show(f, *args, **kw):
    try:
        print(repr(f(*args, **kw)))
    except BaseException as e:
        print(type(e).__name__ + ":", e)
def run(f, *args, **kw):
    show(lambda: list(f(*args, **kw)))
def gen(n, err=None):
    for i in range(n): yield i
    if err: raise err
run(enumerate); run(enumerate, 1); run(enumerate, "ab"); run(enumerate, "ab", 5); run(enumerate, "ab", start=5); run(enumerate, iterable="ab", start=1); run(enumerate, start=1, iterable="ab")
run(enumerate, "ab", 1, 2); run(enumerate, "a", foo=1); run(enumerate, foo=1); run(enumerate, start=1); run(enumerate, "a", 1.5); run(enumerate, "a", iterable="b"); run(enumerate, "ab", (1 << 61) - 1); run(enumerate, "ab", (1 << 63) - 1); run(enumerate, "ab", -2)
run(enumerate, "a", 1, start=2)
print(enumerate([1], 5).__reduce__()[1][1], enumerate[int], next(enumerate("x", True)))
run(zip); run(zip, "ab"); run(zip, "ab", [1, 2, 3]); run(zip, "abc", gen(2), "xyz"); run(zip, 1); run(zip, [], 2); run(zip, "a", foo=1); run(zip, *["ab"] * 10)
run(zip, [1], [1, 2], strict=True); run(zip, [1, 2], [1], strict=True); run(zip, [1, 2], [1, 2], [1], strict=True); run(zip, [1], [1], [1, 2], strict=True); run(zip, [], [1], strict=1); run(zip, [1], strict=True); run(zip, strict=True); run(zip, gen(2, KeyError("x")), gen(5))
run(zip, gen(1), gen(1, ValueError("v")), strict=True)
it = gen(5); print(list(zip(it, [1, 2])), list(it)); it = gen(5); print(list(zip([1, 2], it)), list(it))
print(zip([1], strict=True).__reduce__()[2:], len(zip([1]).__reduce__()), zip.__text_signature__)
z = zip([1], [2, 3]); z.__setstate__(1); show(list, z)
run(map); run(map, int); run(map, int, 1); run(map, 5, [1]); run(map, None, [1]); run(map, str, "ab"); run(map, pow, [2, 3], [3, 2, 1]); run(map, lambda *a: a, *["xyz"] * 9); run(map, int, ["1", "a"]); run(map, int, [], foo=1)
run(map, pow, [1], [1, 2], strict=True); run(map, pow, [1, 2], [1], strict=True); run(map, int, strict=True); run(map, lambda a, b, c: a, "ab", "ab", "a", strict=True)
print(len(map(int, [], strict=True).__reduce__()), map.__text_signature__)
run(filter); run(filter, 1); run(filter, 1, 2); run(filter, None, [0, 1, "", "a", [], None]); run(filter, bool, [0, 1]); run(filter, lambda x: x % 2, range(6)); run(filter, 5, [1]); run(filter, None, [], a=1)
class NB:
    def __bool__(self): raise ValueError("bool")
run(filter, None, [NB()])
run(reversed); run(reversed, 1); run(reversed, {1}); run(reversed, "abc"); run(reversed, [1, 2]); run(reversed, (1, 2)); run(reversed, {1: 2, 3: 4}); run(reversed, range(3)); run(reversed, [], 1); run(reversed, b"ab")
class Seq:
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
    def __getitem__(self, i):
        if i >= self.n: raise IndexError(i)
        return i * 10
run(reversed, Seq(3)); run(iter, Seq(3))
r = reversed(Seq(5)); print(next(r), r.__length_hint__(), r.__reduce__()[2]); r.__setstate__(1); print(list(r), r.__reduce__()[1:], r.__length_hint__())
r = reversed(Seq(5)); r.__setstate__(100); print(next(r)); r.__setstate__(-100); print(list(r))
i = iter(Seq(3)); print(next(i), i.__length_hint__(), i.__reduce__()[2], list(i), i.__reduce__()[1:], i.__length_hint__()); i = iter(Seq(3)); i.__setstate__(2); print(list(i)); i.__setstate__(0); print(list(i))
class NoRev:
    __reversed__ = None
    def __len__(self): return 0
    def __getitem__(self, i): raise IndexError
run(reversed, NoRev())
class Rev:
    def __reversed__(self): return "anything"
show(reversed, Rev())
class Stop:
    def __getitem__(self, i):
        if i == 2: raise StopIteration("s")
        return i
run(iter, Stop())
class Err:
    def __getitem__(self, i):
        if i == 2: raise KeyError("k")
        return i
run(iter, Err())
class D(dict):
    pass
run(iter, 1); show(iter, 1, 2); show(iter); show(iter, 1, 2, 3)
n = iter(range(10)); print(list(iter(lambda: next(n), 4)))
n = iter(range(3)); c = iter(lambda: next(n), 10); print(list(c), list(c), c.__reduce__()[1:])
c = iter(int, 0); print(c.__reduce__()[1], list(c), c.__reduce__()[1:])
class BadIter:
    def __iter__(self): return 5
run(iter, BadIter())
class NoneIter:
    __iter__ = None
run(iter, NoneIter())
show(next, 5); show(next, iter([])); show(next, iter([]), "default"); show(next)
l = [1, 2, 3]
i = iter(l); print(next(i), i.__length_hint__(), i.__reduce__()[1:]); l.clear(); print(list(i), i.__reduce__()[1:]); l += [1, 2]; print(list(i))
l = [1, 2, 3]
i = reversed(l); print(next(i), i.__length_hint__(), i.__reduce__()[1:]); l.pop(); l.pop(); print(i.__length_hint__(), list(i)); i = reversed([1, 2, 3]); i.__setstate__(0); print(list(i)); i = reversed([1, 2, 3]); i.__setstate__(-7); print(list(i)); i = reversed([1, 2, 3]); i.__setstate__(70); print(list(i))
i = iter([1, 2, 3]); i.__setstate__(1); print(list(i)); i = iter([1, 2, 3]); i.__setstate__(-1); print(list(i)); i = iter([1, 2, 3]); i.__setstate__(10); print(list(i))
for x in (iter([]), iter(()), iter({}), iter(set()), iter(range(1)), reversed([]), enumerate([]), zip(), map(int, []), filter(None, [])):
    print(type(x).__name__, iter(x) is x, type(x).__doc__ and type(x).__doc__.split("\n")[0])
for t in (type(iter([])), type(iter(())), type({}.keys()), type(iter({})), type(iter(set()))):
    show(t)
class Z(zip): pass
class En(enumerate):
    def __new__(cls, *a, **k): return super().__new__(cls, *a)
print(list(Z("ab", "cd")), list(En("ab", 1)), type(Z().__reduce__()[0]).__name__)
import operator
print([operator.length_hint(x) for x in (iter([1, 2]), iter((1,)), iter({1: 1}), iter({1, 2}), iter(range(5)), reversed([1, 2, 3]), reversed(range(4)), zip([1]), map(int, [1]))])
