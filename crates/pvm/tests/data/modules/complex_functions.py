import cmath

inf = float("inf")
nan = float("nan")
VALUES = [0j, complex(-0.0, 0.0), 1 + 0j, -1 + 0j, 1j, -1j, 1 + 2j, -3.5 + 0.25j, complex(0.0, -0.0), 1e-300 + 1e-300j,
          1e308 + 1e308j, complex(inf, 0), complex(-inf, 2), complex(1, inf), complex(nan, 1), complex(inf, nan),
          complex(0, nan), 0.5, -2, 3, complex(800, 1), 5e-324 + 0j]


def show(x):
    if isinstance(x, complex):
        return f"({x.real:.11g}, {x.imag:.11g})"
    if isinstance(x, tuple):
        return "[" + " ".join(show(y) for y in x) + "]"
    return f"{x:.11g}" if isinstance(x, float) else repr(x)


def t(f, *a, **k):
    try:
        print(show(f(*a, **k)))
    except Exception as e:
        print(type(e).__name__, e)


for name in """acos acosh asin asinh atan atanh cosh exp log log10 sinh sqrt tanh phase polar isfinite isinf
        isnan""".split():
    for v in VALUES:
        print(name, v, end=" ")
        t(getattr(cmath, name), v)
for r, p in [(1, 0), (2, 1), (inf, 1), (-inf, 1), (inf, inf), (0, inf), (nan, 0), (inf, nan), (1, -0.0), (0, nan)]:
    t(cmath.rect, r, p)
t(cmath.log, 2, 10)
t(cmath.log, 1j, 1)
t(cmath.log, 5, 0)
t(cmath.isclose, 1, 1 + 1e-10j)
t(cmath.isclose, 1, 2, rel_tol=-1)
t(cmath.isclose, 1, 1.1, abs_tol=0.2)
t(cmath.sqrt)
