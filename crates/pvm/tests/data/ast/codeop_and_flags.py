# codeop tells incomplete from wrong input; the flags of compile().
import codeop
def t(s, sym='single'):
    try: r=codeop.compile_command(s,'<i>',sym); print(repr(s), sym, None if r is None else 'code')
    except BaseException as e: print(repr(s), sym, type(e).__name__, e.args)
for sym in ('single','exec','eval'):
  for s in ["","\n","a = 1","a = 1\n","if 1:","if 1:\n","if 1:\n  pass","if 1:\n  pass\n","if 1:\n  pass\nelse:","def f():","def f():\n  x\n","def f():\n  x\n\n","(","(1","[1,\n","'''abc","'abc","x = (","x = )","a b","if 1","for x in y:","try:\n  x\n","try:\n x\nexcept:\n y\n","@dec","@dec\n","@dec\ndef f():","class A:","lambda","1+","not","x.","x[","{","{1:","f'{","f'{x","f'''{","\\","a\\","a \\\n","# c","# c\n","pass\n#c","return","yield","await x","1\n2","  x","del","del x","import","import a,","from x import","from x import (a,","with a","with a:","while 1:","match x:","match x:\n case 1:","match x:\n case 1:\n  pass\n","async def f():","x = 5; y","x;","a = 'b\\","\"\"\"","0x","1_","$","a\x00","é","“","if x:\n\ty\n    z","if x:\n  y\n z","raise","assert","print 1","x = yield","lambda x:","[x for","[x for y in","f(a=","f(**","a if b","a if b else","not in","global","nonlocal x","break","__debug__ = 1","def f(a,a): pass\n","x: int","x: int =","type X =","type X = int","def f[T](","t'{x","b'é'","u'a' b'b'","from __future__ import foo","from __future__ import annotations","while","else","elif x:","except:","finally:","case 1:","a := 1","(a := 1)","...","1 if","[","]","}",")","1e","0777","if True:\n  pass\n\n\n","if True:\n  pass\n# c\n"]:
    t(s,sym)
c=codeop.CommandCompiler()
c('from __future__ import annotations'); print(hex(c.compiler.flags))
print(codeop.PyCF_ALLOW_INCOMPLETE_INPUT, codeop.PyCF_DONT_IMPLY_DEDENT)
import builtins
def u(*a,**k):
    try: r=compile(*a,**k); print('ok', hex(r.co_flags) if hasattr(r,'co_flags') else r)
    except BaseException as e: print(type(e).__name__, e, getattr(e,'args',None))
u('x\0y','f','exec'); u(b'x\0y','f','exec'); u('x','f\0','exec'); u(b'# coding: latin-1\nx = "\xe9"','f','exec'); u(b'# coding: foo\nx','f','exec'); u(b'\xef\xbb\xbfx=1','f','exec'); u('# coding: latin-1\nx','f','exec')
u('x','f','foo'); u('x','f','func_type'); u('x','f','exec',0x10000000); u('x','f','exec',optimize=3); u('x','f','exec',optimize=-2); u('x','f','exec',flags='a'); u(5,'f','exec'); u(bytearray(b'x'),'f','exec'); u(memoryview(b'x'),'f','exec'); u('x',5,'exec'); u('x',b'f','exec'); u('x','f',5); u('x','f'); u('await x','f','exec'); u('await x','f','exec',0x2000); u('x=[await y async for y in z]','f','exec',0x2000); u('1 <> 2','f','exec',0x400000); u('1 != 2','f','exec',0x400000); u('1 <> 2','f','exec'); u('x: int','f','exec',0x1000000); u('x\n y','f','exec'); u('\ud800','f','exec'); u('\ud800','\ud800','exec'); u('"\\ud800"','f','exec'); u('def f(): "\\ud800"','f','exec')
u('', 'f','eval'); u('  1','f','eval'); u('\n1','f','eval'); u('1;','f','eval'); u('1\n','f','eval'); u('1\n2','f','single'); u('','f','single'); u('','f','exec'); u('\x0c','f','exec'); u('\r\n','f','exec'); u('a\r\nb\rc','f','exec'); u('('*300,'f','exec'); u('-'*10000+'1','f','eval') if 0 else None
u('if 1:\n  x','f','single'); u('if 1:\n  x','f','single',0x200); u('if 1:\n  x\n','f','single',0x200);u('if 1:\n','f','single',0x4000);u('x = (','f','exec',0x4000);u('x = )','f','exec',0x4000)
