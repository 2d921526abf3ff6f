# The node classes: what they show, how nodes are made, shown, copied and pickled.
import _ast, ast
for n in sorted(dir(_ast)):
    c = getattr(_ast, n)
    if isinstance(c, type) and issubclass(c, ast.AST):
        print(n, c.__base__.__name__, repr(c.__doc__), c.__dict__.get('_attributes'), c._fields, c.__match_args__ == c._fields)
        if c is not ast.AST:
            print('   ', c.__dict__.get('_field_types'), c.__module__, c.__qualname__,
                  {k: v for k, v in c.__dict__.items() if v is None})
    elif n.startswith('PyCF'): print(n, c)
print(ast.FunctionDef.__annotations__ is ast.FunctionDef._field_types)
def seen(message, category, filename, lineno, file=None, line=None):
    print('  W', category.__name__, message, lineno)
try:
    import warnings
    warnings.simplefilter('always')
    warnings.showwarning = seen
except ImportError: pass
def t(f):
    try: print(repr(f()))
    except BaseException as e: print(type(e).__name__, e)
t(lambda: ast.Name())
t(lambda: ast.Name('x').__dict__)
t(lambda: ast.Name('x').ctx is ast.parse('x').body[0].value.ctx)
t(lambda: ast.Name('x',1,2))
t(lambda: ast.Pass(1))
t(lambda: ast.Name('x',id=3))
t(lambda: ast.Name('x',foo=3).__dict__)
t(lambda: ast.Name('x',lineno=3).__dict__)
t(lambda: ast.AST(1))
t(lambda: ast.AST(x=1).__dict__)
t(lambda: sorted(ast.FunctionDef(args=1).__dict__.items()))
t(lambda: ast.stmt(lineno=1).__dict__)
t(lambda: ast.stmt(2))
class N(ast.AST): _fields=('a','b')
t(lambda: N(1).__dict__)
t(lambda: N(1,2,c=3).__dict__)
class M(ast.AST):
    _fields=('a','b'); _field_types={'a':int|None,'b':list[int]}
t(lambda: M().__dict__)
class O(ast.AST): _fields=5
t(lambda: O())
class O2(ast.AST): _fields=(5,)
t(lambda: O2(1))
t(lambda: ast.parse('x=1\nfor i in j: pass'))
t(lambda: ast.parse('def f(a,b,c): return a+b*(c-d)'))
t(lambda: ast.parse('def f(a,b,c): return a+b*(c-d)').body[0])
t(lambda: ast.Name('x').__reduce__())
t(lambda: ast.BinOp(ast.Name('x'),ast.Add(),ast.Name('y'), lineno=5).__reduce__())
t(lambda: ast.parse('x').__reduce__())
t(lambda: (ast.Name('x')).__replace__(id='y').__dict__)
t(lambda: (ast.Name('x')).__replace__(foo='y'))
t(lambda: (ast.Name('x')).__replace__(foo='y', bar=1))
t(lambda: ast.Name('x').__replace__(1))
t(lambda: (ast.parse('x').body[0].value).__replace__(id='y',lineno=7).__dict__)
n=ast.Name('x'); del n.id
t(lambda: (n).__replace__(ctx=ast.Store()).__dict__)
n=ast.Name('x'); n.extra=3
t(lambda: (n).__replace__(ctx=ast.Store()).__dict__)
t(lambda: (n).__replace__(extra=1).__dict__)
t(lambda: ast.AST.x)
n=ast.Name('x'); n.id=n
t(lambda: n)
t(lambda: ast.List([1,2,3]))
t(lambda: ast.List([]))
t(lambda: ast.List((1,2,3)))
t(lambda: ast.List([ast.Name('a'),ast.Name('b'),ast.Name('c')]))
t(lambda: ast.List([ast.Name('a'),ast.Name('b')]))
t(lambda: ast.List([ast.List([ast.List([ast.List([ast.List([ast.List([])])])])])]))
t(lambda: ast.Load())
t(lambda: ast.Constant(1))
t(lambda: ast.Constant((1,2,3,4)))
t(lambda: ast.Constant([1,2,3,4]))
t(lambda: ast.Constant({}))
m=ast.Constant(1); del m.value
t(lambda: m)
class Z(ast.AST): _fields=('q',)
t(lambda: Z())
t(lambda: ast.AST())
t(lambda: ast.AST.__text_signature__)
t(lambda: ast.AST.__reduce__.__doc__)
t(lambda: ast.AST.__replace__.__doc__)
t(lambda: ast.AST.__init__.__doc__)
t(lambda: setattr(ast.AST,'foo',1))
t(lambda: setattr(ast.Add,'foo',1))
t(lambda: type(ast.AST.__dict__['__new__']))
t(lambda: ast.AST.__new__(ast.Name).__dict__)
t(lambda: isinstance(ast.Add(), ast.Add) and ast.Add() is ast.Add())
t(lambda: hash(ast.Add()) and 1)
import weakref
t(lambda: weakref.ref(ast.Name('x')) and 1)
t(lambda: ast.Name.__weakref__)
t(lambda: ast.FunctionDef.__qualname__+ast.FunctionDef.__module__)
