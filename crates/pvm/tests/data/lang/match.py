# match statements.
class P:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
class NoArgs:
    pass
class Color: RED = 1; GREEN = "g"
class BadArgs: __match_args__ = [1]
class BadArgs2: __match_args__ = (1,)
class DupArgs:
    __match_args__ = ("x", "x")
    x = 1


def m(v):
    match v:
        case 0: return "zero"
        case -1 | -2: return "neg"
        case 1.5: return "float"
        case 2 + 3j: return "complex"
        case "a" "b": return "ab"
        case b"x": return "bytes"
        case None: return "None"
        case True: return "True"
        case Color.GREEN: return "green"
        case []: return "empty"
        case [x]: return ("one", x)
        case [1, *rest]: return ("1 and", rest)
        case [[a, b], *_, {"k": c}]: return ("nested", a, b, c)
        case (x, y) if x == y: return ("equal", x)
        case [*_, "last"]: return "ends with last"
        case {"type": "t", "v": v2, **rest}: return ("mapping", v2, rest)
        case {"only": _}: return "only"
        case {**all} if len(all) == 1: return ("rest", all)
        case P(0, y=yy): return ("P0", yy)
        case P(x=xx, y=P(q, w)): return ("PP", xx, q, w)
        case P() as p: return ("P", p.x)
        case int(n) | float(n): return ("num", n)
        case str() as s: return ("str", s)
        case (set() | frozenset()) as s: return ("set", sorted(s))
        case _: return "default"


for v in (0, -1, -2, 1.5, 2 + 3j, "ab", b"x", None, True, False, "g", [], [9], (9,), [1, 2, 3], [[1, 2], 3, {"k": 4}], (7, 7), ["x", "y", "last"],
          {"type": "t", "v": 1, "z": 2}, {"only": 1, "more": 2}, {"single": 1}, {}, P(0, 5), P(1, P(2, 3)), P(8, 8), 77, 7.5, "str", {1, 2}, frozenset([3]),
          object, range(3), b"yy", bytearray(b"x"), 0.0, 1):
    print(v if not isinstance(v, P) else "P", "->", m(v))


def show(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
def e1():
    match P(1, 2):
        case P(1, 2, 3): pass
def e2():
    match NoArgs():
        case NoArgs(1): pass
def e3():
    match 3:
        case e1(): pass
def e4():
    match BadArgs():
        case BadArgs(1): pass
def e5():
    match BadArgs2():
        case BadArgs2(1): pass
def e6():
    match DupArgs():
        case DupArgs(1, 1): pass
def e7():
    match P(1, 2):
        case P(1, x=1): pass
def e8():
    match 5:
        case int(1, 2): pass
def e9():
    match {"a": 1}:
        case {Color.RED: x, Color.RED: y}: pass
    k = "a"
    class K: a = "a"; b = "a"
    match {"a": 1}:
        case {K.a: x, K.b: y}: pass
for f in (e1, e2, e3, e4, e5, e6, e7, e8, e9): show(f)
def binding(v):
    match v:
        case (a, b, c) | [a, b, *c]: return a, b, c
        case {"x": a, "y": [b, *c]}: return a, b, c
    return "none"
print(binding((1, 2, 3)), binding([1, 2]), binding({"x": 1, "y": (2, 3)}), binding("abc"))
def guard(v):
    match v:
        case x if x > 5: return "big"
        case x if (y := x * 2) > 5: return y
        case x: return x
print(guard(10), guard(4), guard(1))
class Meta(type):
    def __instancecheck__(c, o): return o == "magic"
class Magic(metaclass=Meta): pass
match "magic":
    case Magic(): print("instance by metaclass")
from collections import OrderedDict, defaultdict
match OrderedDict(a=1):
    case {"a": 1}: print("mapping subclass")
d = defaultdict(list)
match d:
    case {"missing": _}: print("no")
    case {}: print("no default made", len(d))
match = case = 1; print(match, case)
match (match, case):
    case 1, 1: print("soft keywords")
match 1, *[2, 3]:
    case [a, *b]: print(a, b)
match -0.0:
    case 0: print("minus zero")
match {"a": {"b": [1, {"c": (2, 3)}]}}:
    case {"a": {"b": [one, {"c": (two, three)}]}}: print(one, two, three)
