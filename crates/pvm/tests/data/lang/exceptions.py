# Exceptions: chaining, finally, notes, groups, except*, attributes.
import sys


def show(f, *args):
    try:
        print(repr(f(*args)))
    except BaseException as e:
        print(type(e).__name__, e, "| cause", repr(e.__cause__), "| ctx", repr(e.__context__), "|", e.__suppress_context__)


def chain():
    try: 1 / 0
    except ZeroDivisionError as e: raise ValueError("v") from e
def implicit():
    try: 1 / 0
    except ZeroDivisionError: {}["k"]
def from_none():
    try: 1 / 0
    except ZeroDivisionError: raise KeyError("k") from None
def bad_from(): raise ValueError from 3
def from_class(): raise ValueError from KeyError
def bad_raise(): raise 3
def bad_raise2(): raise int
def bare(): raise
def fin():
    try: return "try"
    finally: print("finally")
def fin_override():
    for i in range(3):
        try:
            if i == 1: continue
            if i == 2: break
        finally: print("f", i)
    else: print("else")
    return i
def nested_finally():
    try:
        try: 1 / 0
        finally: print("inner")
    except ZeroDivisionError: print("caught")
    else: print("not here")
    finally: print("outer")
def else_clause():
    try: x = 1
    except Exception: pass
    else: return "else"
for f in (chain, implicit, from_none, bad_from, from_class, bad_raise, bad_raise2, bare, fin, fin_override, nested_finally, else_clause):
    show(f)
def exc_name():
    try: 1 / 0
    except ZeroDivisionError as e: pass
    return e
show(exc_name)
def bad_match():
    try: 1 / 0
    except 3: pass
show(bad_match)
def bad_match2():
    try: 1 / 0
    except (ValueError, "x"): pass
show(bad_match2)
def reraise():
    try:
        try: raise KeyError(1)
        except KeyError:
            try: raise ValueError
            except ValueError: pass
            raise
    except KeyError as e: return e.args, e.__context__
show(reraise)
class Custom(Exception):
    def __init__(self, a, b): self.a = a; super().__init__(a, b)
    def __str__(self): return f"custom {self.a}"
def custom(): raise Custom(1, 2)
show(custom)
show(lambda: Custom(1, 2).args)
show(lambda: Custom(1))
e = ValueError("x"); e.add_note("n1"); e.add_note("n2"); print(e.__notes__)
show(lambda: e.add_note(3))
print(repr(ValueError()), repr(ValueError(1)), repr(ValueError(1, 2)), str(ValueError()), str(ValueError(1, 2)), str(KeyError("k")), str(KeyError(1, 2)))
print(e.with_traceback(None) is e, e.__traceback__)
show(lambda: e.with_traceback(3))
show(lambda: setattr(e, "__traceback__", 3))
show(lambda: setattr(e, "__cause__", 3))
show(lambda: setattr(e, "args", 3))
e.args = [1, 2]; print(e.args)
show(lambda: BaseException(a=1))


print(OSError(9999, "m"), OSError("a", "b"), IOError is OSError)
s = StopIteration(5, 6); print(s.value, s.args)
s = SystemExit(); print(s.code); s = SystemExit(1, 2); print(s.code)
i = ImportError("m", name="n", path="p"); print(i.name, i.path, i.msg, i)
show(lambda: ImportError("m", foo=1))
n = NameError("m", name="q"); print(n.name)
a = AttributeError("m", name="q", obj=3); print(a.name, a.obj)
s = SyntaxError("m", ("f", 1, 2, "text", 3, 4)); print(s, s.filename, s.lineno, s.offset, s.text, s.end_lineno, s.end_offset, s.msg, s.print_file_and_line)
show(lambda: SyntaxError("m", (1,)))
u = UnicodeDecodeError("utf-8", b"abc", 1, 2, "why"); print(u, u.start, u.end, u.object, u.encoding, u.reason)
u = UnicodeEncodeError("ascii", "a\xff\u1234", 1, 3, "why"); print(u)
print(UnicodeEncodeError("ascii", "a\xff", 1, 2, "why"), UnicodeTranslateError("a\u1234", 1, 2, "why"))
show(lambda: UnicodeDecodeError("utf-8", "x", 1, 2, "w"))

g = ExceptionGroup("g", [ValueError(1), TypeError(2), ExceptionGroup("h", [ValueError(3)])])
print(repr(g), g, g.message, len(g.exceptions))
print(g.subgroup(ValueError), g.split(TypeError), g.subgroup(KeyError), g.subgroup(lambda e: isinstance(e, TypeError)))
print(repr(g.derive([KeyError()])), g.split((ValueError, TypeError)))
show(lambda: ExceptionGroup("g", []))
show(lambda: ExceptionGroup("g", [3]))
show(lambda: ExceptionGroup(3, [ValueError()]))
show(lambda: ExceptionGroup("g", 3))
show(lambda: ExceptionGroup("g", [KeyboardInterrupt()]))
show(lambda: BaseExceptionGroup("g", [KeyboardInterrupt()]))
show(lambda: type(BaseExceptionGroup("g", [ValueError()])))
show(lambda: ExceptionGroup("g"))
show(lambda: g.split(3))
def star(exc):
    try:
        try: raise exc
        except* ValueError as eg: print("V", repr(eg))
        except* (TypeError, KeyError) as eg: print("T", repr(eg)); raise
        else: print("no exc")
        finally: print("fin")
    except BaseException as e: print("left", repr(e), repr(e.__context__))
star(g); star(ValueError("naked")); star(OSError("other")); star(ExceptionGroup("x", [ValueError(), OSError()]))
def star_raise():
    try: raise ExceptionGroup("a", [ValueError(1), KeyError(2)])
    except* ValueError: raise TypeError("new")
    except* KeyError as e: raise e
show(star_raise)
def star_bad():
    try: raise ValueError
    except* ExceptionGroup: pass
show(star_bad)
def ctx_cycle():
    try: raise ValueError("a")
    except ValueError as a:
        try: raise KeyError("b")
        except KeyError as b:
            try: raise a
            except ValueError as c: return c.__context__, c.__context__.__context__
show(ctx_cycle)
print(sys.exc_info(), sys.exception())
try: raise ValueError
except ValueError: print(sys.exc_info()[0], sys.exception())
class CM:
    def __init__(self, ret): self.ret = ret
    def __enter__(self): print("enter"); return self
    def __exit__(self, *a): print("exit", a[0], a[1]); return self.ret
def with_swallow():
    with CM(True) as c: raise ValueError("in with")
    return "after"
def with_pass():
    with CM(0), CM(None): raise ValueError("in with")
def with_return():
    with CM(False): return "returned"
class ExitRaises(CM):
    def __exit__(self, *a): raise KeyError("exit")
def with_raises():
    with ExitRaises(0): 1 / 0
for f in (with_swallow, with_pass, with_return, with_raises): show(f)
def no_enter():
    with 3: pass
class NoExit:
    def __enter__(self): pass
def no_exit():
    with NoExit(): pass
show(no_enter); show(no_exit)
def assertion():
    assert 1 == 2, ("msg", 1)
show(assertion)
def assertion2(): assert []
show(assertion2)
print([c.__name__ for c in ExceptionGroup.__mro__], ExceptionGroup[int])
print(issubclass(ConnectionResetError, OSError), EnvironmentError is OSError, PythonFinalizationError.__mro__[1].__name__)
