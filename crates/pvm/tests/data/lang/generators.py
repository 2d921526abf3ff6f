# Generators: next, send, throw, close, yield from, the states and the errors.
import sys


def show(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__name__, e, "| cause", repr(e.__cause__), "| ctx", repr(e.__context__))


def gen(n):
    got = None
    try:
        for i in range(n):
            try:
                got = yield i, got
            except ValueError as e:
                print("caught", e)
                got = "error"
    finally:
        print("finally")
    return "result"


g = gen(3)
show(lambda: g.send(1))
print(next(g), g.send("x"), g.throw(ValueError("v")))
show(next, g)
show(next, g)
g = gen(2); next(g); print(g.close(), g.gi_frame, g.gi_running, g.gi_yieldfrom)
g = gen(2); print(g.close())
show(next, g)
g = gen(2); show(lambda: g.throw(KeyError("early"))); show(next, g)
g = gen(2); next(g); show(lambda: g.throw(KeyError("late")))
g = gen(2); show(lambda: g.throw(3)); show(lambda: g.throw(int))
show(lambda: g.throw())


def ignores():
    while True:
        try: yield 1
        except GeneratorExit: pass
i = ignores(); next(i)
show(i.close)
def returns():
    try: yield 1
    except GeneratorExit: return "from close"
r = returns(); next(r); print(r.close())
def raises_stop(): yield 1; raise StopIteration("inner")
r = raises_stop(); next(r); show(next, r)
def reenter():
    try: yield next(me)
    except ValueError as e: yield str(e)
me = reenter(); print(next(me))
w = gen(3); print(next(w), w.send(None), w.send(2)); show(next, w)


def sub():
    try:
        x = yield "s1"
        print("sub got", x)
        yield "s2"
    except KeyError as e:
        print("sub caught", e)
        yield "s3"
    finally:
        print("sub finally")
    return "sub result"
def deleg():
    r = yield from sub()
    print("r =", r)
    r = yield from [1, 2]
    print("r =", r)
d = deleg(); print(next(d), d.gi_yieldfrom.__name__, d.send("hello"), list(d))
d = deleg(); next(d); print(d.throw(KeyError("k")), next(d), next(d)); show(next, d)
d = deleg(); next(d); d.close()
d = deleg(); next(d); show(lambda: d.throw(OSError("o")))
d = deleg(); next(d); next(d); next(d); show(lambda: d.send(5))


class Iter:
    def __iter__(self): return self
    def __next__(self): raise StopIteration(99)
    def throw(self, *a): print("throw", a); return "thrown"
    def close(self): print("closed")
class Iter2(Iter):
    def __next__(self): return 1
    def send(self, v): return ("sent", v)
def over(it):
    r = yield from it
    yield ("r", r)
print(list(over(Iter())))
o = over(Iter2()); print(next(o), o.send(4), o.throw(ValueError("z"))); o.close()
show(lambda: list(over(3)))

print((x * y for x in range(3) for y in range(2) if x != y), end=" ") if False else None
print(list(x * y for x in range(3) for y in range(3) if x != y))
ge = (10 // x for x in [5, 0])
print(next(ge)); show(next, ge); show(next, ge)
show(lambda: (x for x in 3))
print(type(ge).__name__, ge.__name__, ge.__qualname__, ge.gi_code.co_name)
def named(): yield
n = named(); n.__name__ = "other"; n.__qualname__ = "q.other"; print(repr(n)[:25]); show(lambda: setattr(n, "__name__", 3))
def state():
    print(st.gi_running); yield
st = state(); next(st)
print(st.gi_suspended, st.gi_frame.f_lineno, st.gi_frame.f_locals, iter(st) is st)
def exc_state():
    try: raise ValueError("a")
    except ValueError:
        print(sys.exception()); yield
        print(sys.exception()); yield
e = exc_state(); next(e)
try: raise KeyError("b")
except KeyError: next(e); print(repr(sys.exception()))
print(sys.exception())
def deep(n):
    if n: yield from deep(n - 1)
    yield n
print(sum(deep(50)))
def fib():
    a, b = 0, 1
    while True: yield a; a, b = b, a + b
f = fib(); print([next(f) for _ in range(15)])
def two():
    x = (yield 1) + (yield 2)
    yield x
t = two(); print(next(t), t.send(10), t.send(20))
def del_gen():
    try: yield 1
    finally: print("closed on del")
x = del_gen(); next(x); del x
import gc; gc.collect()
def tb():
    yield 1
    1 / 0
t = tb(); next(t)
try: next(t)
except ZeroDivisionError as e:
    tbk = e.__traceback__.tb_next
    print(tbk.tb_frame.f_code.co_name, tbk.tb_lineno - tbk.tb_frame.f_code.co_firstlineno)
def yf_exc():
    try: yield from (1 / 0 for _ in "a")
    except ZeroDivisionError: yield "zde"
print(list(yf_exc()))
show(lambda: sum(1 for _ in [].__iter__().__next__()))
print([*map(lambda g: next(g, "default"), [iter([]), iter([1])])])
