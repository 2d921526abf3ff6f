# Comprehensions, scopes, walrus, global/nonlocal, del, star expressions, chained comparison, ...
print([x for x in range(5) if x % 2], {x: y for x, y in zip("ab", [1, 2])}, {x // 2 for x in range(4)}, tuple(x for x in "ab"))
print([(x, y) for x in range(3) for y in range(x) if x + y > 1], [[j for j in range(i)] for i in range(3)])
x = "outer"
print([x for x in "in"], x)
fs = [lambda: i for i in range(3)]; print([f() for f in fs])
fs = [lambda i=i: i for i in range(3)]; print([f() for f in fs])
class C:
    y = 5
    z = [y for _ in range(2)] if False else [q for q in range(y)]
    try: w = [y for _ in range(2)]
    except NameError as e: w = str(e)
print(C.z, C.w)
def f():
    a = 1
    r = [a := a + v for v in range(3)]
    return a, r
print(f())
if (n := 10) > 5: print(n)
print([y := 1, y ** 2], (lambda: (k := 3) + k)())
def loc():
    r = [locals() for v in "a"]
    return sorted(r[0])
print(loc())
def gl():
    global G1
    G1 = [1]
    G1 += [2]
gl(); print(G1)
def nl():
    v = 1
    def a():
        nonlocal v
        v += 1
        def b():
            nonlocal v
            v *= 10
        b()
    a(); return v
print(nl())
class K:
    global GK
    GK = 3
    def m(self): return __class__.__name__
print(GK, hasattr(K, "GK"), K().m())
a = [1, 2, 3, 4]; del a[0], a[-1]; print(a); del (a[0], a); print("a" in globals())
d = {1: 2}; del d[1]; print(d)
print(1 < 2 < 3 != 4 in [4], 1 < 3 > 2, not 1 == 2, 1 if [] else 2, [] or {} or 0, 1 and 2 and 3, not not "x")
def side(v): print("side", v); return v
print(side(1) < side(2) < side(0) < side(9))
print(side(0) and side(1) or side(2))
i = 0
while i < 5:
    i += 1
    if i == 2: continue
    if i == 4: break
else: print("no")
print(i)
for i in []: pass
else: print("else", i)
for i, (j, *k) in enumerate(["abc", "d"]): print(i, j, k)
x = [0]
for x[0] in range(2): pass
print(x)
def idx(): print("idx"); return 0
def val(): print("val"); return 5
l = [0]; l[idx()] = val(); l[idx()] += val(); print(l)
a = b = c = []; a.append(1); print(b is c, c)
a, b = b, a = 1, 2; print(a, b)
(a, (b, c)), *d = (1, (2, 3)), 4, 5; print(a, b, c, d)
[a, *b, c] = "hello"; print(a, b, c)
try: a, b = 1, 2, 3
except ValueError as e: print(e)
try: a, b = {1: 2, 3: 4, 5: 6}
except ValueError as e: print(e)
try: a, b = (1 for _ in range(1))
except ValueError as e: print(e)
try: a, *b, c = [1]
except ValueError as e: print(e)
try: a, b = 5
except TypeError as e: print(e)
try: a, b = [1, 2, 3, 4]
except ValueError as e: print(e)
try: a, b = iter(range(1000))
except ValueError as e: print(e)
v: int = 3; w: "str"; print(v, __annotations__ if "__annotations__" in globals() else "lazy", __annotate__(1))
class Ann:
    x: int
    y: undefined
    z: "q" = 4
try: Ann.__annotations__
except NameError as e: print(e)
print(*[1, 2], *(3,), **{"sep": "-"}); print([*"ab", *range(2)], {*[1], *[2]}, {**{1: 2}, **{3: 4}}, (*"x", *"y"))
print("a" "b" 'c', r"\n", b"a" b"\x00", "\x41\u0042\U00000043\N{LATIN SMALL LETTER A}\101\
cont")
print(0x1F, 0o17, 0b11, 1_000, 1e3, 1_0.5_0, 10j, .5, 5., 1E-2)
x = 5; x += 1; x -= 2; x *= 3; x //= 2; x **= 2; x %= 7; x <<= 3; x >>= 1; x |= 1; x &= 7; x ^= 2; x /= 2; print(x)
m = type("M", (), {"__matmul__": lambda s, o: ("mm", o), "__rmatmul__": lambda s, o: ("rmm", o), "__imatmul__": lambda s, o: ("imm", o)})()
print(m @ 1, 1 @ m); m @= 2; print(m)
try: exec("def f():\n  nonlocal q")
except SyntaxError as e: print(e)
try: exec("x = = 1")
except SyntaxError as e: print(e, e.lineno, e.offset, e.text)
print([lambda: (yield)] and "ok", (lambda *a, k=1, **kw: (a, k, kw))(1, 2, z=3), (lambda: 0)())
print({i: {j: i * j for j in range(2)} for i in range(2)})
gen = (yy for yy in [1, 2]); print(next(gen), list(gen))
print(sum(x for x in range(4)), max((c for c in "abc"), default=0), [*map(lambda a, b: a + b, [1, 2], [3, 4])])
print([a for a in [1, 2, 3] if a > 1 if a < 3], [1 if a else 2 for a in (0, 1)], [a for a in range(3) for a in range(a)])
def nested():
    cells = []
    for i in range(2):
        def inner(j=i): return i, j
        cells.append(inner)
    return [c() for c in cells]
print(nested())
def comp_closure(): return [lambda: n for n in range(2)], [(lambda: z)() for z in range(2)]
print([f() for f in comp_closure()[0]], comp_closure()[1])
assert True, "not shown"
try: assert (False), f"{1 + 1} shown"
except AssertionError as e: print(repr(e))
print(__name__, __doc__, __debug__)
print(f"{x!r:>5}|{'a':^5}|{3.14159:.2f}|{10:#x}|{'nested':{'>'}{10}}|{x = }|{1 + 1 = !s}|{{}}|{'q' + "w"}")
