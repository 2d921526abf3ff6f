# Coroutines, async generators, async with/for, driven by hand.
import gc


def show(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__name__, e)


class Yield:
    def __init__(self, v): self.v = v
    def __await__(self):
        got = yield self.v
        return ("got", got)


def run(coro, *sends):
    out = []
    try:
        out.append(coro.send(None))
        for s in sends: out.append(coro.send(s))
        coro.close()
        out.append("closed")
    except StopIteration as e:
        out.append(("return", e.value))
    except BaseException as e:
        out.append((type(e).__name__, str(e)))
    print(out)


async def simple(): return 5
async def awaits():
    a = await Yield(1)
    b = await simple()
    return a, b
run(simple()); run(awaits(), "x"); run(awaits())
c = simple(); print(type(c).__name__, c.cr_running, c.cr_await, c.cr_code.co_name, c.cr_frame is not None, c.cr_origin); c.close()
show(lambda: c.send(None))
show(lambda: iter(c)); show(lambda: next(c)); show(lambda: list(c))
async def bad(): await 3
run(bad())
async def bad2():
    class A:
        def __await__(self): return 3
    await A()
run(bad2())
keep = simple()
async def bad3():
    class A:
        def __await__(self): return keep
    await A()
run(bad3()); keep.close()
async def twice():
    c = simple(); await c; await c
run(twice())
async def stop(): raise StopIteration(3)
run(stop())
async def throws():
    try: await Yield(1)
    except ValueError as e: return "caught", str(e)
t = throws(); t.send(None)
try: t.throw(ValueError("boo"))
except StopIteration as e: print(e.value)
async def cleanup():
    try: await Yield("c")
    finally: print("cleanup")
t = cleanup(); t.send(None); t.close()


class ACM:
    def __init__(self, swallow=False): self.swallow = swallow
    async def __aenter__(self): print("aenter"); return await Yield("in")
    async def __aexit__(self, *exc): print("aexit", exc[0], exc[1]); await Yield("out"); return self.swallow
async def with1():
    async with ACM() as x: print("body", x); return "r"
run(with1(), "v1", None)
async def with2():
    async with ACM(True), ACM() as y: 1 / 0
    return "swallowed"
run(with2(), 1, 2, 3, 4)
async def with3():
    async with 3: pass
run(with3())
async def with4():
    with ACM(): pass
run(with4())


class AIter:
    def __init__(self, n): self.i, self.n = 0, n
    def __aiter__(self): return self
    async def __anext__(self):
        if self.i == self.n: raise StopAsyncIteration
        self.i += 1
        return self.i
async def for1():
    out = []
    async for i in AIter(3): out.append(i)
    else: out.append("else")
    return out, [i async for i in AIter(3) if i != 2], {i: i async for i in AIter(2)}, {i async for i in AIter(2)}
run(for1())
async def for2():
    async for i in [1]: pass
run(for2())
async def for3():
    class A:
        def __aiter__(self): return 3
    async for i in A(): pass
run(for3())
async def for4():
    class A:
        def __aiter__(self): return self
        def __anext__(self): return 3
    async for i in A(): pass
run(for4())


async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got: print("agen got", got)
            await Yield(("await", i))
    finally:
        print("agen finally")
async def use():
    out = []
    async for v in agen(2): out.append(v)
    return out
run(use(), None, None)
async def asend():
    g = agen(3)
    out = [await g.__anext__()]
    out.append(await g.asend("hello"))
    await g.aclose()
    try: await g.__anext__()
    except StopAsyncIteration as e: out.append("stop")
    return out
run(asend(), None, None)
async def athrow():
    g = agen(3)
    await anext(g)
    try: await g.athrow(KeyError("k"))
    except KeyError as e: return "thrown", str(e)
run(athrow())
async def anext_default():
    return await anext(AIter(0), "dflt"), await anext(AIter(1)), [x async for x in (y * 2 async for y in AIter(3))]
run(anext_default())
g = agen(1); print(type(g).__name__, g.ag_running, g.ag_await, g.ag_code.co_name); show(lambda: iter(g)); show(lambda: g.__aiter__() is g)
a = g.asend(1); show(lambda: a.send(None))
async def ignore():
    try: yield 1
    except GeneratorExit: yield 2
async def close_ignored():
    g = ignore(); await anext(g); await g.aclose()
run(close_ignored())
async def agen_stop():
    yield 1
    raise StopAsyncIteration
async def use_stop():
    return [x async for x in agen_stop()]
run(use_stop())
async def empty_agen():
    return
    yield
async def use_empty(): return [x async for x in empty_agen()]
run(use_empty())
async def comp(): return [await Yield(i) for i in range(2)], (await simple() for _ in range(1))
c = comp(); print(c.send(None), c.send("a"))
try: c.send("b")
except StopIteration as e: print(e.value[0], type(e.value[1]).__name__)
async def gather(*cs): return [await c for c in cs]
run(gather(simple(), awaits(), simple()), 7)
import types
@types.coroutine
def gcoro(): x = yield "gc"; return x
async def use_gcoro(): return await gcoro()
run(use_gcoro(), 9)
def plain(): yield 1
async def await_gen(): await plain()
run(await_gen())
try: c = awaits(); c.send(5)
except TypeError as e: print(e)
c.close()
