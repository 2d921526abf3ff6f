# The tokens of `_tokenize`.
import _tokenize, token
def rl(s):
    out=[];i=0;cur=''
    while i<len(s):
        cur+=s[i]
        if s[i]=='\n' or (s[i]=='\r' and s[i+1:i+2]!='\n'): out.append(cur); cur=''
        i+=1
    if cur: out.append(cur)
    it=iter(out)
    return lambda: next(it)
def t(s):
    print(repr(s))
    try:
        for tok in _tokenize.TokenizerIter(rl(s), extra_tokens=X): print('   ', token.tok_name[tok[0]], *map(repr,tok[1:]))
    except BaseException as e: print('  !', type(e).__name__, e, e.args)
for X in (True,):
  for s in ["(\n# c\n)\nx\n","x = '''a\nb''' + 1\ny\n","x=f'{{a}}b{c}'\n","x\r\ny\r\n","'''a\r\nb'''\r\n","x","# c","x # c","if x:\n  y\n","if x:\n  y","1if 2else 3","0777","1__0","1abc","$","?","`","!","a!b","\x01","(","'abc","'''abc","if x:\n    a\n  b\n","if x:\n\ta\n        b\n","x\\ y","x\\","é = 'é' + é\n","'''é\né''' + é + é\n","\n\n  \n#c\n  #d\nx\n","x = (1,\n\n  2) # a\n","def f():\n  # c\n  x\n# d\n  y\n","f'''\n{x\n}\n'''\n","","\n","async await match\n","a<>b","x;y;\n","\\\nx\n","if 1:\n  x\\\n  y\n","\x0cx\n","  x\n","x\n\n","f'{x!r:>{w}}'","t'{x}'","x = f'''a{{\n}}b'''\n", "f'\\N{DIGIT ONE}'", "0x", "1e", "1.e5j", "1_", "0b2", "0o8","a\rb\n","é$","“", "f'{", "f'{x", "f'{x:'", "lambda:0", "'\\\n'\n","x = '\\\nabc'\ny\n", "a\x00b", "\tif x:\n\t\ty\n", "[\n'''a\nb''', c,\nd]\n","x  \n","class A:\n    pass\n\n\n\n"]: t(s)
