import re
def t(f,*a,**k):
    try: print(repr(f(*a,**k)))
    except BaseException as e: print(type(e).__name__, e)
P=[(r'a*?b','aaab'),(r'(a|ab)(c|bcd)(d*)','abcd'),(r'(?:a|b)*c','ababc'),(r'(a)|b','b'),(r'((a)|b)*','ab'),(r'(?P<x>\w+) (?P=x)','foo foo'),(r'(?i)straße','STRAßE'),(r'(?i)[a-z]+','HeLLo'),(r'\bfoo\b','a foo b'),(r'\Bo','foo'),(r'^a','ba'),(r'(?m)^a$','b\na\nc'),(r'a$','a\n'),(r'a\Z','a\n'),(r'(?s).+','a\nb'),(r'.+','a\nb'),(r'(?=a)\w','ba'),(r'(?!a)\w','ab'),(r'(?<=a)b','ab'),(r'(?<!a)b','ab b'),(r'(a)?(?(1)b|c)','ab'),(r'(a)?(?(1)b|c)','c'),(r'(a)?(?(1)b)','x'),(r'(?>a+)a','aaa'),(r'a++a','aaa'),(r'a*+b','aaab'),(r'(?:ab)*+c','ababc'),(r'(?:ab)++ab','ababab'),(r'(a+)+$','aaaaaaaaaaaaaaaaaaaaab'),(r'[^a-c]+','abcxyz'),(r'[\w.]+','a.b-c'),(r'\d+','x12y'),(r'[é-ü]+','aéüb'),('\u20ac+','a\u20ac\u20acb'),(r'x{2,3}','xxxx'),(r'x{2,3}?','xxxx'),(r'(?:x|y){2,}','xyx'),(r'(?:x|y){2,}?z','xyxz'),(r'(a(b)?)+','aba'),(r'(?:(a)|(b)|(c))+','abc'),(r'()*','x'),(r'(?:a?)*b','aab'),(r'(?:a?)*?b','aab'),(r'(?:a?){3}b','aab'),(r'(\w+)\s(?i:\1)','foo FOO'),(r'(?a)\w+','éa'),(r'\s+','a \u3000b'),(r'(?i)ſ','S'),(r'(?i)k','\u212a'),(r'[\U0001F600-\U0001F64F]','x😀'),(r'(?<=\d{2})a','12a'),(r'(?x) a b # c','ab'),(r'',''),(r'\B',''),(r'\b',''),(r'[a-z]*?x','abcx'),(r'(?:a|ab)(?:c|bcd)$','abcd'),(r'a.c','a\u20acc'),(r'(?s:.)b','\nb'),(r'(a{0,3})b','aaaab'),(r'(?:(?:a{1,2}){2,3}b)','aaaab'),(r'([ab])\1*','aab'),(r'(?=(a+))a*b\1','aaaba'),(r'(?!(a)b)a','ac'),(r'(\d+)(?=%)','100%'),(r'^\s*(?:#|$)','   # x'),(r'"(?:[^"\\]|\\.)*"',r'say "a\"b" c')]
for p,s in P:
    for m in ('match','search','fullmatch'):
        def f():
            r=getattr(re.compile(p),m)(s)
            return r and (r.span(), r.groups(), r.lastindex, r.lastgroup, r.regs)
        print(p,s,m,end=' '); t(f)
    t(lambda: re.findall(p,s)); t(lambda: re.sub(p,'<\\g<0>>',s)); t(lambda: re.split(p,s)); t(lambda: [x.span() for x in re.finditer(p,s)])
m=re.match(r'(?P<a>x)(y)?(?P<c>z)','xz')
t(m.group,0); t(m.group,1,2,'c'); t(m.group,'zz'); t(m.group,9); t(m.group,-1); t(m.__getitem__,'a'); t(m.groups,'-'); t(m.groupdict); t(m.groupdict,5); t(m.start,2); t(m.span,'c'); t(m.expand,r'\1-\g<c>-\2'); t(lambda:(m.pos,m.endpos,m.string,m.re,m.lastgroup)); t(repr,m); t(m.group,2.5); t(m.end,'q')
p=re.compile('(a)(?P<n>b)',re.I|re.M); t(lambda:(p.flags,p.groups,p.groupindex,p.pattern)); t(repr,p); t(repr,re.compile(b'x')); t(repr,re.compile('x'*300)); t(p.match,b'x'); t(re.compile(b'x').match,'x'); t(p.match,5); t(p.sub,5,'ab'); t(p.sub,r'\3','ab'); t(p.sub,r'\g<n>\1','abAB'); t(p.subn,lambda m:m.group(1).upper(),'ab ab',1); t(p.sub,lambda m:5,'ab'); t(p.split,'xabyABz',1); t(p.sub,lambda m:None,'xaby'); t(hash(p).__class__); t(lambda:p==re.compile('(a)(?P<n>b)',re.I|re.M)); t(lambda:p!=5); t(lambda: p<p)
s=p.scanner('abab'); t(s.match); t(s.search); t(s.match); t(s.search); t(lambda: s.pattern is p)
t(re.compile('b').search,'abc',1); t(re.compile('^b').search,'abc',1); t(re.compile('c').search,'abc',0,2); t(re.compile('c$').search,'abcd',0,3); t(re.compile('a').search,'éa',1); t(re.compile('a').match,'xa',-5,100); t(re.compile('').match,'abc',2,1)
t(re.findall,'(a)(b)?','abа'); t(re.findall,b'[\x80-\xff]',b'a\x80\xffb'); t(re.sub,b'a',b'\\x41' if 0 else b'bb',b'xax'); t(re.sub,'a',r'\n\\','xax'); t(re.split,'(-)|(,)','a-b,c'); t(re.split,'','abc'); t(re.sub,'','-','abc'); t(re.sub,'x*','-','abxd'); t(re.findall,'x*','axb'); t(re.findall, bytearray(b'a'), b'aa') ; t(re.search,'b',memoryview(b'ab')); t(re.search,b'b',memoryview(b'ab')); t(re.search,b'b',bytearray(b'ab'))
for bad in ['(','*a','a**','[a','(?P<1>a)','(?P=x)','\\','a{2,1}','(?<=a*)b','(?z)','\\1','(?(2)a)','[z-a]','(?P<a>)(?P<a>)']: t(re.compile,bad)
t(re.escape,'a.b*c\n'); print(re.Pattern, re.Match, re.Pattern[str], re.NOFLAG, re.template if hasattr(re,'template') else '')
import copy,pickle; t(lambda:copy.copy(p) is p); t(lambda: copy.deepcopy(m) is m); t(lambda: pickle.loads(pickle.dumps(p))==p)
import _sre; t(_sre.compile,'a',0,[1],0,{},()); t(_sre.compile,'a',0,[],0,{},()); t(_sre.compile,'a',0,[99,1],0,{},()); t(_sre.compile,'a',0,[17,0,1],0,{},()); t(_sre.compile,'a',0,['x'],0,{},()); t(_sre.compile,'a',0,[15,5,1],0,{},()); t(_sre.compile,'a',0,[24,100,1,1,1],0,{},()); t(_sre.template,p,[]); t(_sre.template,p,['a',1])
t(lambda: re.match('(?:a|b)*','ab'*200000).end()); t(lambda: re.match('((?:a|b)+?)*c','ab'*12)); t(lambda: len(re.findall('\\w+ ','word '*50000))); t(lambda: re.match('(?:'*200+'a'+')'*200,'a'))
t(lambda: re.sub('(?P<q>a)',r'[\g<q>\g<1>]','banana')); t(lambda: re.fullmatch('a|ab','ab')); t(lambda: re.search('[^\\W\\d_]+','12_ab')); t(lambda: re.match('\\d+','٣٤')); t(lambda: re.match('[[:alpha:]]','a')) if 0 else None
t(lambda: re.compile('a').search(string='ba')); t(lambda: re.compile('a').search()); t(lambda: re.compile('a').search('a',b=1)); t(lambda: re.compile('(a)').sub(repl='x',string='aa',count=1)); t(lambda: re.compile('a').split('bab',maxsplit=0))
