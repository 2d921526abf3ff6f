# Template strings, type parameters, type aliases, generic aliases, unions.
name, n = "world", 3.14159
t = t"hello {name!r:>10} {n:.2f} {n + 1}!"
print(type(t).__name__, t.strings, t.values, [(i.value, i.expression, i.conversion, i.format_spec) for i in t.interpolations])
print(list(t)[0], len(list(t)), repr(t"a{1}"))
print((t + t"x{2}").strings, repr(t"{n:{'.3'}f}".interpolations[0].format_spec), repr(t"{name=}"))
try: t + "x"
except TypeError as e: print(e)
try: "x" + t
except TypeError as e: print(e)
from string.templatelib import Template, Interpolation
print(Template("a", Interpolation(1, "e", "r", "s"), "b", "c").strings, Template() == Template(), isinstance(t, Template), Template("x").values)
match t"{1}":
    case Template(strings=s, interpolations=(Interpolation(v, e, c, f),)): print(s, v, e, c, f)
print(rt"\n{1}".strings, t"{{}}".strings, t"".strings, list(t""))
try: Template(3)
except TypeError as e: print(e)
try: Interpolation(1, "x", "z")
except ValueError as e: print(e)


class Box[T, *Ts, **P]:
    def get[S: (int, str) = int](self, x: T) -> S: return x
    attr: T
print(Box.__type_params__, Box[int, str, [bytes]] if False else Box.__name__, Box.__parameters__ if hasattr(Box, "__parameters__") else None)
def first[T: int](x: T) -> T: return x
T, = first.__type_params__
print(first.__type_params__, T.__name__, T.__bound__, T.__constraints__, T.__default__.__class__.__name__, T.has_default(), first(3), type(T).__name__)
S, = Box.get.__type_params__
print(S.__constraints__, S.__default__, S.__bound__, S.has_default())
type Alias[A] = list[A] | dict[str, A]
print(Alias, Alias.__value__, Alias.__type_params__, Alias[int], Alias.__name__, type(Alias).__name__, Alias[int].__args__)
type Rec = int | list[Rec]
print(Rec.__value__)
type Lazy = undefined_thing
try: Lazy.__value__
except NameError as e: print(e)
print(list[int], dict[str, list[int]], tuple[int, ...], type[int], list[int].__origin__, list[int].__args__, list[T].__parameters__, list[T][str])
print(int | str, int | None, list[int] | None, (int | str).__args__, int | str == str | int, isinstance(3, int | str), issubclass(bool, int | None), (int | int))
print(type(int | str), list[int] == list[int], hash(list[int]) == hash(list[int]), list[int]([1]), (int | list[T])[str])
for f in (lambda: int | 3, lambda: isinstance(3, list[int]), lambda: list[int][str], lambda: issubclass(int, list[int] | int), lambda: 3 | int, lambda: int[3]):
    try: print(f())
    except TypeError as e: print(e)
class Sub(list[int]): pass
print(Sub.__orig_bases__, Sub.__mro__)
def outer[T](x: T):
    def inner[U](y: U) -> tuple[T, U]: return x, y
    return inner
print(outer(1)(2), outer(1).__annotations__)
class G[T]:
    class In[U]: v = (T.__name__, U.__name__)
    type A[V] = tuple[T, V]
print(G.In.v, G.A.__value__)
try: exec("class X[T, T]: pass")
except SyntaxError as e: print(e)
try: exec("def f[T](): nonlocal T")
except SyntaxError as e: print(e)
