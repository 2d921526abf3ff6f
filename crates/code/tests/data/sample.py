"""Everything a code object can hold."""
import sys as _sys
from os.path import (join, split)

class C[T](object, metaclass=type):
    x: int = 1
    def m(self, a, /, b=2.5, *args: int, k=-0.0, **kw):
        def inner():
            nonlocal b
            b += a
            return __class__, self
        try:
            with open(a) as f, b:
                return [i for i in f if i in {"x"}]
        except (ValueError, TypeError) as e:
            raise RuntimeError(f"{e!r:>{a}} {k}") from e
        finally:
            print(a[1:2], 10**20, 1e400, 2j, b"\xff", ..., "\ud800é")
    async def co(self):
        async for i in self:
            yield await i

if _sys: lambda *, q=None: (yield)
