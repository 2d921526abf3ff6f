# Loads and runs thousands of damaged copies of a module's marshalled code: each is refused with an exception or runs to
# some end. `SHARD COUNT` says which part of them to do. Before each one its description goes to standard error, so that
# the last line there names the copy that crashed the process.
import marshal
import os
import signal
import sys

SOURCE = '''
import math
def f(a, b=2, *args, c=3, **kw):
    x = [i * a for i in range(b) if i]
    try:
        with memoryview(b"ab") as g:
            y = {**kw, "k": x, a: g.nbytes}
    except* (OSError, ValueError) as e:
        y = None
    finally:
        z = lambda q: (q, a, x)
    return z(y)
def gen(n):
    while n > 0:
        n -= (yield n) or 1
    yield from "ab"
class C(list, metaclass=type):
    __slots__ = ("s",)
    def m(self, v):
        match v:
            case [1, *rest] | {"k": rest}: return rest
            case C(s=1): return super().m(v)
        return f"{v!r:>{4}}"
async def co(p):
    async with p as q:
        return [w async for w in q]
r = f(1, 2, 3, d=4), list(gen(3)), C().m([1, 2]), 10**20, 2.5, -1j, b"bytes", "\\u1234", frozenset({1, 2}), ...
co(1).close()
del r
for i in range(3):
    assert i < 5, "message"
'''


class TooLong(BaseException):
    pass


def too_long(*args):
    raise TooLong


def copies(good):
    for at in range(len(good)):
        for change in (1, 0x80, 0xFF, 4):
            yield f"byte {at} ^ {change}", good[:at] + bytes([good[at] ^ change]) + good[at + 1:]
        yield f"byte {at} = 0", good[:at] + b"\0" + good[at + 1:]
    for length in range(0, len(good), 3):
        yield f"first {length} bytes", good[:length]
    seed = 1
    for n in range(2000):
        bad = bytearray(good)
        for _ in range(2 + n % 3):
            seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
            bad[(seed >> 33) % len(bad)] = seed >> 24 & 0xFF
        yield f"random {n}", bytes(bad)


def attempt(bad):
    signal.alarm(1)
    try:
        code = marshal.loads(bad)
        exec(code, {"__name__": "damaged"})
        return "ran"
    except TooLong:
        return "stopped"
    except BaseException as e:
        return "raised"
    finally:
        signal.alarm(0)


def main():
    shard, count = int(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGALRM, too_long)
    sys.unraisablehook = lambda *args: None
    sys.setrecursionlimit(300)
    good = marshal.dumps(compile(SOURCE, "damaged.py", "exec"))
    assert attempt(good) == "ran"
    seen = {"ran": 0, "raised": 0, "stopped": 0}
    for n, (what, bad) in enumerate(copies(good)):
        if n % count != shard:
            continue
        os.write(2, f"{what}\n".encode())
        try:
            seen[attempt(bad)] += 1
        except TooLong:
            seen["stopped"] += 1
    assert seen["ran"] > 100 and seen["raised"] > 100, seen
    print("survived", sum(seen.values()))


main()
