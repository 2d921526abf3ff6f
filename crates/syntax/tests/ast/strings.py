x = 123456789012345678901234567890; u = u'a'; f = f"a{x!r:>{y}}b{z=}{ w = :d}" 'u'
b = b'\xff\0"'; s = '\ud800é'; c = 1e400; d=3j; e = 1.0; g=...; n=None; t=True
def f(a, /, b=1, *c, d, e=2, **g) -> int: pass
m = t"a{ x = !r:{y}}"
match x:
    case None | 1 | {'a': b, **r} | C(a, b=c) | [*_, d]: pass
type X[T: int = str, *U = *V, **W] = 1
import a.b as c, d
from .x import *
try: pass
except: pass
{**a, b: c}; x[1:, ::2]; 
class C[T](B, metaclass=M, *a, **k): x
async def f():
  async for i in [x async for x in y if z]: await z
rf'{x:\d}{"#"=}'; f'{x # foo
 = }'
