# Trees, unparsed text and code objects of a program with most of the syntax.
import ast
SOURCE = r"""
from __future__ import annotations
import a.b as c, d
from . import e
from ..f import (g, h as i)
@dec(1)
class K[S, T: int = str, *U = *tuple[int], **V = [int]](Base, metaclass=M, **kw):
    'doc'
    x: int = 1
    (y): str
    def m(self, a, /, b: int = 1, *args: *Ts, c, d=2, **kwargs) -> int:
        global g1; nonlocal_ = 2
        return a if b else -c ** ~d // (not e)
    async def n(self):
        async with a as b, c: await d
        async for i in j: await i
        else: pass
        return [x async for x in y if z if w]
def f(): yield (yield from g)
lambda *, a=1, **k: (a, *k)
for x, *y in z: break
else: continue_ = 1
while (n := f(n)): continue
if a < b <= c != d is e is not f in g not in h: pass
elif b: ...
else: x[1:2, ::3, *y] = a.b[c]
with (open(a) as b, c): pass
try: pass
except A: raise
except (B, C) as e: raise X from e
else: pass
finally: del x, y[0], z.w
try: pass
except* E: pass
assert a, 'b'
x += 1; y @= 2; z **= 3
match v:
    case 1 | -2.5 | 3+4j | 'a' b'' if g: pass
    case [a, *_, {'k': 1, **rest}]: pass
    case P(x, y=1) as q: pass
    case None | True | a.b: pass
    case _: pass
type L[T] = list[T]
f'{a!r:>{w}} {b=} {{}}' 'c' rf'\d{x:%Y}'
t'{a!s:x{y}} b'
print(*a, b, *c, k=1, **d)
{1, *a}; {1: 2, **b}; [*a]; {k: v for k, v in x}; {x for x in y}; (x for x in y)
u'u', b'b', 1j, 1e100, 0x_ff, 10**30, ..., None, True
a and b or not c
"""
SOURCE = SOURCE.replace("1 | -2.5 | 3+4j | 'a' b''", "1 | -2.5 | 3+4j | 'a'").replace("nonlocal_ = 2", "l = 2")
tree = ast.parse(SOURCE)
print(ast.dump(tree, include_attributes=True))
text = ast.unparse(tree)
print(text)
print(ast.dump(ast.parse(text)) == ast.dump(tree))
a = compile(SOURCE, 'f', 'exec', dont_inherit=True)
b = compile(tree, 'f', 'exec', dont_inherit=True)
def same(a, b):
    if hasattr(a, 'co_code'):
        return a == b and len(a.co_consts) == len(b.co_consts) and all(map(same, a.co_consts, b.co_consts))
    return type(a) is type(b) and repr(a) == repr(b)
print(same(a, b))
print(ast.dump(ast.parse(SOURCE, optimize=2)))
for node in ast.walk(ast.parse('def f(x): return x + 1')): print(type(node).__name__, ast.get_source_segment('def f(x): return x + 1', node))
class Swap(ast.NodeTransformer):
    def visit_BinOp(self, node): return ast.copy_location(ast.BinOp(node.right, ast.Sub(), node.left), node)
print(ast.unparse(ast.fix_missing_locations(Swap().visit(ast.parse('a + b * c')))))
print(eval(compile(Swap().visit(ast.parse('1 + 5', mode='eval')), '', 'eval')))
