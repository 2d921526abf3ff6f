# Lists: construction, subscripts, methods, errors.
def show(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__name__ + ":", e)

print(list(), list("abc"), list((1, 2)), list(range(3)), list({1: 2}), [])
show(list, 1)
show(list, 1, 2)
show(lambda: list(a=1))
a = list(range(10))
for s in [slice(None), slice(2, 5), slice(-3, None), slice(None, None, 2), slice(None, None, -1), slice(8, 2, -2),
          slice(100, -100, -3), slice(3, 3), slice(5, 2), slice(-100, 100, 4), slice(None, None, 10**30), slice(None, None, -10**30)]:
    print(s, a[s])
for i in [0, -1, 9, -10, True]:
    print(a[i])
for i in [10, -11, "x", 1.5, None, 1 << 80]:
    show(lambda: a[i])

def assign(src, s, v):
    x = list(src)
    try:
        x[s] = v
        print(x)
    except BaseException as e:
        print(type(e).__name__ + ":", e, x)

assign(range(5), 2, "X")
assign(range(5), -1, "X")
assign(range(5), 5, "X")
assign(range(5), "a", "X")
for s in [slice(1, 3), slice(1, 1), slice(0, 5), slice(5, 0), slice(3, 1), slice(None), slice(None, None, 2), slice(None, None, -2), slice(4, None, -2)]:
    for v in [[], [10, 20], (7, 8, 9), "xyz", iter([1, 2]), 5, {1: 1, 2: 2}.keys()]:
        assign(range(5), s, v)
x = [1, 2, 3]
x[1:2] = x
print(x)
x[::2] = x[1:4]
print(x)
x[:] = x[::-1]
print(x)
x[::-1] = x
print(x)

def delete(n, s):
    x = list(range(n))
    try:
        del x[s]
        print(x)
    except BaseException as e:
        print(type(e).__name__ + ":", e, x)

for s in [0, -1, 7, 9, "a", slice(2, 4), slice(None), slice(None, None, 2), slice(None, None, -3), slice(6, 1, -2), slice(1, 7, 3), slice(4, 2), slice(2, 2, -1)]:
    delete(8, s)

x = [1, 2]
x.append(3); x.extend("ab"); x.extend(x); x.insert(0, "first"); x.insert(-1, "m"); x.insert(100, "last"); x.insert(-100, "f")
print(x, len(x))
show(x.insert, 1 << 80, 2)
show(x.insert, "a", 2)
show(x.append)
show(x.append, 1, 2)
show(x.extend, 3)
print(x.pop(), x.pop(0), x.pop(-2), x)
show([].pop)
show([1].pop, 5)
show([1].pop, -2)
show([1].pop, "a")
x.remove("a"); print(x)
show(x.remove, "zz")
print(x.index(2), x.index("b", 5), x.index(2, -100, 100), x.count("b"), x.count(0))
show(x.index, "nothing")
show(x.index, 2, "a")
show(x.index, 2, None)
show(x.index, 2, 100, -100)
x.reverse(); print(x); x.clear(); print(x)
print([1, 2] + [3], [1] * 3, 3 * [1, 2], [1] * 0, [1] * -5, [] * 100)
show(lambda: [1] + (2,))
show(lambda: [1] * "a")
show(lambda: [1] * 1.5)
show(lambda: [1] * (1 << 80))
y = [1, 2]
z = y
y += (3, 4); y *= 2; print(y, z is y)
y *= 0; print(y, z)
show(y.__iadd__, 1)
print([1, 2] == [1, 2], [1, 2] == [1, 2.0], [1, 2] != [1, 3], [1, 2] < [1, 3], [1] < [1, 2], [2] > [1, 5], [1] <= [1], [] >= [1], [1] == (1,))
show(lambda: [1] < ["a"])
show(lambda: [1] < (1,))
nan = float("nan")
print([nan] == [nan], nan in [nan], [nan].index(nan), [nan].count(nan), 1 in [1.0], "a" in ["b"])
r = [1]; r.append(r); r.append((r,)); print(r)
show(hash, [])
print(bool([]), bool([0]), len([1, 2]))
print([].__doc__.split("\n")[0], list.append.__doc__, list.__text_signature__, list.sort.__text_signature__, list.__hash__)
class L(list):
    def __init__(self, *a, k=None):
        super().__init__(*a)
        self.k = k
l = L([1, 2], k=5)
print(l, l.k, type(l[:]), type(l + l), type(l * 2), type(l.copy()), l == [1, 2])
print(list.__class_getitem__(int), list[int, str])
class Grow(list):
    pass
g = [1, 2, 3]
for v in g:
    if len(g) < 8:
        g.append(v * 10)
print(g)
for v in g:
    g.remove(v)
print(g)
class Bad:
    def __init__(self, l): self.l = l
    def __eq__(self, other):
        self.l.clear()
        return False
b = []
b += [Bad(b), Bad(b), Bad(b)]
print(b.count(1), b)
b += [Bad(b), Bad(b)]
print(1 in b, b)
b += [1, Bad(b), 1]
show(b.index, 3)
b += [Bad(b), 2]
show(b.remove, 7)
c = []
c += [Bad(c), 5]
print(c == [3, 5], c)
class I(list):
    def __iter__(self): return iter("xyz")
class U(tuple):
    def __iter__(self): return iter("pq")
b = []
b.extend(I([1, 2])); print(b, b + I([3]), list(I([1])), tuple(I([1])), [*I([1])])
b[0:1] = I([7, 8]); b[-1:] = U((1,)); print(b, list(U((1,))), dict([U((5, 6))]))
