# Weak references, finalizers, collections.
import gc
import weakref


def collect():
    for _ in range(3): gc.collect()
def clear_stack(n=60): return clear_stack(n - 1) if n else 0
class A:
    def __init__(self, n): self.n = n
    def __del__(self): log.append(("del", self.n))
log = []
def scope():
    a = A(1); b = A(2); a.b = b; b.a = a
    r = weakref.ref(a, lambda ref: log.append(("callback", ref() is None)))
    return r
r = scope(); clear_stack(); collect()
print(sorted(log), r())
log.clear()
class Res:
    def __del__(self):
        global saved
        saved = self
        log.append("resurrected")
def make(): Res().x = 1
make(); clear_stack(); collect(); print(log, hasattr(saved, "x")); del saved; clear_stack(); collect(); print(log)
class W: pass
w = W(); r1 = weakref.ref(w); r2 = weakref.ref(w); print(r1 is r2, r1() is w, r1 == r2, weakref.getweakrefcount(w), hash(r1) == hash(w))
try: weakref.ref(3)
except TypeError as e: print(e)
try: weakref.ref([])
except TypeError as e: print(e)
p = weakref.proxy(w); w.attr = 5; print(p.attr, type(p).__name__)
del w; clear_stack(); collect(); print(r1())
try: p.attr
except ReferenceError as e: print(e)
def temp():
    d = weakref.WeakValueDictionary(); k = weakref.WeakKeyDictionary(); s = weakref.WeakSet()
    x = W(); d["x"] = x; k[x] = 1; s.add(x); print(len(d), len(k), len(s), d["x"] is x)
    return d, k, s
d, k, s = temp(); clear_stack(); collect(); print(len(d), len(k), len(s), list(d), list(s))
class Slots: __slots__ = ("a",)
try: weakref.ref(Slots())
except TypeError as e: print(e)
class Slots2: __slots__ = ("__weakref__",)
s2 = Slots2(); print(weakref.ref(s2)() is s2)
def m():
    class M:
        def f(self): return "f"
    x = M(); wm = weakref.WeakMethod(x.f); print(wm()()); return wm
wm = m(); clear_stack(); collect(); print(wm())
def fin():
    x = W(); return weakref.finalize(x, lambda v: log.append(("finalize", v)), 9)
log.clear(); f = fin(); clear_stack(); collect(); print(log, f.alive)
def gen():
    try: yield 1
    finally: log.append("gen closed")
def use(): g = gen(); next(g)
log.clear(); use(); clear_stack(); collect(); print(log)
print(gc.isenabled(), gc.get_threshold().__class__, gc.is_tracked([]))
gc.disable(); print(gc.isenabled()); gc.enable()
class DelRaises:
    def __del__(self): raise ValueError("in del")
import sys
seen = []
sys.unraisablehook = lambda u: seen.append((u.exc_type.__name__, str(u.exc_value), u.err_msg.split(" <")[0]))
def dr(): DelRaises()
dr(); clear_stack(); collect(); print(seen)
