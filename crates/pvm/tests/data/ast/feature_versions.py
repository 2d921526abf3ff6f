# What older grammars refuse.
import ast
srcs = ["async def f(): pass","async def f():\n  async for x in y: pass","async def f():\n  async with x: pass","[x async for x in y]","async def f(): await x","def f(a,/): pass","lambda a,/:0","(a:=1)","x: int = 1","x: int","(x): int = 1","x.y: int=1","1_000","1_0.0","0x1_0","1_0j","a @ b","a @= b","match x:\n case 1: pass","try: pass\nexcept* E: pass","type X = int","def f[T](): pass","class A[T]: pass","with (a as b, c as d): pass","with (a, b): pass","with (a): pass","with (a,): pass","type X[T=int] = 1","def f[T=int](): pass","def f[*T=int](): pass","def f[**T=int](): pass","def f[T](): pass","f'{x}'","f'{x!r:3}'","t'{x}'","try: pass\nexcept A, B: pass","try: pass\nexcept* A, B: pass","async = 1","await = 1","f(**a, *b)","print(*a, *b)","{**a}","[*a, *b]","return *a, b","for x in *a, b: pass","@a.b[c]\ndef f(): pass","@(x:=1)\ndef f(): pass","x[*a]","def f(*a: *b): pass","a if b else c","nonlocal x","def f(a, *, b): pass","1 if True else 2\n\n\nx: int","f'{x:{y}}'","f\"{x['a']}\"","f'{f'{x}'}'","yield from x","async def f(): return [x async for x in y]","async def f():\n  return (x async for x in y)","def f(a,/,b): pass","class A(**k): pass","try: pass\nfinally: pass","x = 1 if a else yield","from __future__ import annotations","assert (yield)","x[a:=1]","{a:=1}","x[1:2, *b]","while a:=1: pass","continue","lambda: (yield)", "x = f(y:=1)","if (a := 1): pass", "{x async for x in y}","{x:1 async for x in y}","print((await x))","for x in a: pass\nelse: pass","'\\N{DIGIT ONE}'","rb'a'","u'a'","del (a)","a <> b","exec 'a'","x = yield = 1"]
for v in (3, 4, 5, 7, 9, 10, 11, 12, 13, 14):
    for s in srcs:
        try: ast.parse(s, feature_version=(3,v)); r='ok'
        except SyntaxError as e: r=f'{type(e).__name__} {e.msg} {e.lineno} {e.offset} {e.end_lineno} {e.end_offset} {e.text!r}'
        except Exception as e: r=repr(e)
        if v==14: base=r
        print(v, repr(s), r)
