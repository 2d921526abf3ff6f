# sys.settrace, sys.setprofile and frames: the events in order.
import sys
events = []
HERE = sys._getframe().f_code.co_filename


def base(frame): return frame.f_lineno - frame.f_code.co_firstlineno
def tracer(frame, event, arg):
    if frame.f_code.co_filename != HERE: return None
    events.append((frame.f_code.co_name, event, base(frame), arg if event == "return" and not hasattr(arg, "gi_frame") else type(arg).__name__ if event == "exception" else None))
    return tracer
def trace(f, *args):
    events.clear()
    sys.settrace(tracer)
    try: f(*args)
    except Exception as e: pass
    finally: sys.settrace(None)
    for e in events: print(*e)
    print("--")


def simple(a):
    b = a + 1
    if b > 1:
        c = 2
    else:
        c = 3
    return c
def loop():
    for i in range(2):
        x = i
    while x:
        x -= 1
    else:
        y = 1
    return [j for j in range(2)]
def exc():
    try:
        1 / 0
    except ZeroDivisionError as e:
        x = 1
    finally:
        y = 2
    raise ValueError
def calls():
    simple(0)
    return (lambda: 1)()
def gen():
    yield 1
    yield 2
def usegen():
    for x in gen():
        pass
def withs():
    class CM:
        def __enter__(self): return 1
        def __exit__(self, *a): return None
    with CM() as c:
        d = c
    return d
def multi():
    x = [1,
         2,
         simple(
             3)]
    return (x
            and
            4)
def nested_exc():
    def inner():
        raise KeyError
    try:
        inner()
    except KeyError:
        pass
def matched(v):
    match v:
        case 1:
            return "one"
        case [a, b]:
            return "pair"
        case _:
            return "other"
def deco():
    def d(f): return 1
    @d
    def g(): pass
    class K:
        x = 1
    return 2
for f, a in ((simple, (1,)), (loop, ()), (exc, ()), (calls, ()), (usegen, ()), (withs, ()), (multi, ()), (nested_exc, ()), (matched, ([1, 2],)), (matched, (5,)), (deco, ())):
    trace(f, *a)


prof = []
def profiler(frame, event, arg):
    if frame.f_code.co_filename == HERE and frame.f_code.co_name != "<module>":
        prof.append((frame.f_code.co_name, event, getattr(arg, "__name__", arg) if event.startswith("c_") else None))
def profiled():
    len("abc")
    [].append(1)
    simple(1)
    try: int("x")
    except ValueError: pass
    return list(gen())
sys.setprofile(profiler); profiled(); sys.setprofile(None)
for p in prof: print(*p)
print(sys.gettrace(), sys.getprofile())
def local_off(frame, event, arg):
    frame.f_trace_lines = False
    return lambda f, e, a: print("local", e, a)
sys.settrace(local_off); simple(0); sys.settrace(None)
def opcodes(frame, event, arg):
    frame.f_trace_opcodes = True; frame.f_trace_lines = False
    ops.append(event); return opcodes
ops = []; sys.settrace(opcodes); simple(0); sys.settrace(None); print(ops[0], ops[-1])
def bad(frame, event, arg): raise RuntimeError("in tracer")
sys.settrace(bad)
try: simple(1)
except RuntimeError as e: print(e, sys.gettrace())
def f_locals_write():
    x = 1
    sys._getframe().f_locals["x"] = 5
    sys._getframe().f_locals["new"] = 6
    return x, sorted(sys._getframe().f_locals)
print(f_locals_write())
def back(): return sys._getframe(1).f_code.co_name, sys._getframe().f_back is sys._getframe(1)
def caller(): return back()
print(caller())
try: sys._getframe(1000)
except ValueError as e: print(e)
