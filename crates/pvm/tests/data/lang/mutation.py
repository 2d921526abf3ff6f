# Containers that change under the hands of what walks over them.
def show(f, *args):
    try: print(repr(f(*args)))
    except Exception as e: print(type(e).__name__, e)


def dict_add():
    d = {1: 1}
    for k in d: d[k + 1] = 1
def dict_del():
    d = {1: 1, 2: 2}
    for k in d: del d[k]
def dict_replace():
    d = {1: 1, 2: 2}
    out = []
    for k in d:
        d[k] = 9; out.append(k)
    return out, d
def dict_items():
    d = {i: i for i in range(3)}
    for k, v in d.items(): d.clear()
def set_add():
    s = {1}
    for x in s: s.add(x + 1)
def set_pop():
    s = {1, 2, 3}
    for x in s: s.pop()
def list_grow():
    l = [1, 2, 3]
    for x in l:
        if len(l) < 6: l.append(x)
    return l
def list_shrink():
    l = list(range(6)); out = []
    for x in l: out.append(x); l.pop()
    return out
def list_clear_sort():
    l = [3, 1, 2]
    l.sort(key=lambda x: l.append(x) or x)
def list_sort_see():
    l = [3, 1, 2]; seen = []
    l.sort(key=lambda x: seen.append(list(l)) or x)
    return seen, l
class EvilEq:
    def __init__(self, c): self.c = c
    def __eq__(self, o): self.c.clear(); return False
    def __hash__(self): return 1
def evil_list():
    l = []; l.extend([EvilEq(l), 1, 2]); return 5 in l, l
def evil_index():
    l = []; l.extend([EvilEq(l), 1, 2]); return l.index(5)
def evil_remove():
    l = []; l.extend([EvilEq(l), 1, 2]); l.remove(5)
def evil_count():
    l = []; l.extend([EvilEq(l), 1, 2]); return l.count(5)
def evil_cmp():
    l = []; l.extend([EvilEq(l), 1]); return l == [1, 2], l
def evil_dict():
    d = {}; d[EvilEq(d)] = 1; return d.get(EvilEq({})), len(d)
def evil_set():
    s = set(); s.add(EvilEq(s)); return EvilEq(set()) in s, len(s)
class EvilHash:
    def __init__(self, d): self.d = d
    def __hash__(self):
        if self.d: self.d.clear()
        return 1
def evil_hash():
    d = {1: 2, 3: 4}; d[EvilHash(d)] = 5; return len(d)
class EvilRepr:
    def __init__(self, c): self.c = c
    def __repr__(self): self.c.clear(); return "evil"
def evil_repr():
    l = []; l.extend([EvilRepr(l), 1, 2]); return repr(l)
def evil_repr_dict():
    d = {}; d[1] = EvilRepr(d); d[2] = 3; return repr(d)
def evil_join():
    class S(str): pass
    l = ["a", "b"]
    return "".join(x for x in l)
class EvilIndex:
    def __init__(self, l): self.l = l
    def __index__(self): self.l.clear(); return 0
def evil_getitem():
    l = [1, 2, 3]; return l[EvilIndex(l)]
def evil_setitem():
    l = [1, 2, 3]; l[EvilIndex(l)] = 5; return l
def evil_slice():
    l = [1, 2, 3]; return l[EvilIndex(l):3]
def evil_setslice():
    l = [1, 2, 3]; l[EvilIndex(l):2] = [9]; return l
def evil_insert():
    l = [1, 2, 3]; l.insert(EvilIndex(l), 5); return l
def evil_mul():
    l = [1, 2, 3]; return l * EvilIndex(l)
def evil_bytearray():
    b = bytearray(b"abc")
    class I:
        def __index__(self): b.clear(); return 0
    b[I()] = 5
def evil_bytearray2():
    b = bytearray(b"abc")
    class I:
        def __index__(self): b.clear(); return 65
    b[0] = I()
def resize_export():
    b = bytearray(b"abc"); m = memoryview(b); b.append(1)
def ext_self():
    l = [1, 2]; l.extend(l); l[1:1] = l; l += l[:1]; return l
def slice_self():
    l = [1, 2, 3, 4]; l[::2] = l[1::2]; l[1:3] = l; return l
def gen_mutate():
    l = [1, 2, 3]; l.extend(x for x in l if len(l) < 6); return l
def iter_exhausted():
    l = [1]; it = iter(l); list(it); l.append(2); return list(it)
def dict_iter_exhausted():
    d = {1: 1}; it = iter(d); list(it); d[2] = 2; return list(it)
def update_self():
    d = {1: 2}; d.update(d); d |= d; s = {1}; s |= s; s ^= s; return d, s
def sort_evil():
    class X:
        def __lt__(self, o): l.clear(); return True
    l = [X(), X(), X()]; l.sort()
def zip_mutate():
    l = [1, 2, 3]; out = []
    for a, b in zip(l, l):
        out.append((a, b)); l.pop()
    return out
def map_clear():
    l = [1, 2, 3]; return list(map(lambda x: l.clear() or x, l))
def reversed_mut():
    l = [1, 2, 3]; r = reversed(l); l.clear(); return list(r)
def enum_mut():
    l = [1]
    for i, x in enumerate(l):
        if i < 3: l.append(i)
    return l
def unpack_mut():
    class It:
        def __init__(self): self.n = 0
        def __iter__(self): return self
        def __next__(self): self.n += 1; l.clear(); return self.n
    l = [1, 2, 3]; it = It(); a, b = (next(it), next(it)); return a, b, l
def globals_mut():
    g = {"x": 1}
    exec("for k in list(globals()): globals().pop(k)\ny = 1", g)
    return sorted(g)
def class_mut():
    class A: x = 1
    class B(A): pass
    class D:
        def __get__(self, o, c): A.x = 5; return B.x
    A.d = D(); return B().d, B.x
for name, f in list(globals().items()):
    if callable(f) and name not in ("show",) and not isinstance(f, type):
        print(name, end=": "); show(f)
