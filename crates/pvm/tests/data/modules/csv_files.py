import csv, io, _csv
def t(f,*a,**k):
    try: print(repr(f(*a,**k)))
    except BaseException as e: print(type(e).__name__, e)
R=lambda s,**k: list(csv.reader(s if isinstance(s,list) else [s],**k))
for s in ['a,b,c','"a","b ""x""",c','a, "b"','"a\nb",c','','a,,','"a"b,c','a"b',"'a,b'",'"a','a\rb','a\nb','\n','a;b','x,"y',' a , b ','1,2.5,"3"','"",x', 'a,b\r\n', '"a"\r']: t(R,s)
t(R,['"a','b"','c']); t(R,'a,"b',strict=True); t(R,'"a"b',strict=True); t(R,'a, "b"',skipinitialspace=True); t(R,"'a,b',c",quotechar="'"); t(R,'a\\,b,c',escapechar='\\'); t(R,'a\\',escapechar='\\'); t(R,'a|b',delimiter='|'); t(R,'1,"2",x',quoting=csv.QUOTE_NONNUMERIC); t(R,'1,"2",3.5,',quoting=csv.QUOTE_NONNUMERIC); t(R,'"a",b',quoting=csv.QUOTE_NONE); t(R,',"",x',quoting=csv.QUOTE_NOTNULL); t(R,',"",1',quoting=csv.QUOTE_STRINGS); t(R,'a""b,"c""d"',doublequote=False); t(R,'a\tb',dialect='excel-tab'); t(R,b'a'); t(csv.reader,5); t(R,'a',dialect='nope'); t(R,'a',delimiter=''); t(R,'a',delimiter='ab'); t(R,'a',delimiter=5); t(R,'a',quotechar='ab'); t(R,'a',quotechar=None); t(R,'a',quoting=9); t(R,'a',quotechar=None,quoting=0); t(R,'a',lineterminator=None); t(R,'a',bad=1); t(R,'a',delimiter='\n'); t(R,'a',escapechar='\r'); t(R,'a',delimiter=' ',skipinitialspace=True); t(R,'a',quotechar=',') ; t(R,'a',escapechar=','); t(R,'a',lineterminator=','); t(R,'a',strict='x'); t(R,'a',quoting='x'); t(R,'a',delimiter=None); t(R,5); t(R,[5])
r=csv.reader(['a','"b','c"','d']); 
for x in r: print(x,r.line_num)
t(lambda:(r.dialect.delimiter,r.dialect.quotechar,r.dialect.lineterminator,r.dialect.quoting,r.dialect.strict,r.dialect.doublequote,r.dialect.escapechar,r.dialect.skipinitialspace)); t(next,r)
def W(rows,**k):
    b=io.StringIO(newline=''); w=csv.writer(b,**k); x=[w.writerow(r) for r in rows]; return b.getvalue(),x
for q in range(6): t(W,[['a','b c','d,e','f"g',1,2.5,None,'','x\ny',True]],quoting=q,escapechar='\\')
t(W,[['a,b']],quoting=3); t(W,[[None]]); t(W,[['']]); t(W,[[]]); t(W,[['']],quoting=3); t(W,[[None]],quoting=3); t(W,[['a']],lineterminator='!'); t(W,[['a"b']],doublequote=False); t(W,[['a"b']],doublequote=False,escapechar='\\'); t(W,[['a\\b']],escapechar='\\'); t(W,[[' a']],skipinitialspace=True); t(W,[['a b']],delimiter=' '); t(W,[["a'b"]],quotechar="'"); t(W,[[' ']],delimiter=' '); t(W,[5]); t(W,['ab']); t(W,[['','a']],delimiter=' '); t(W,[['']],delimiter=' ',skipinitialspace=True); t(W,[['a\rb','c\0d']]); t(W,[['a!b']],lineterminator='!\n'); t(csv.writer,5); t(W,[[1.1,1e300,float('nan')]]); t(W,[['x']],quoting=4); t(W,[[None,'',5]],quoting=5); t(W, [['a\nb']],quoting=3,escapechar='\\'); t(W,[[object]],); t(W,[['']],quoting=2)
b=io.StringIO(); w=csv.writer(b); t(w.writerows,[[1,2],[3]]); t(w.writerows,5); t(w.writerows,[5]); t(b.getvalue); t(lambda:w.dialect.delimiter)
t(csv.list_dialects); t(csv.register_dialect,'q',delimiter='|'); t(csv.list_dialects); t(lambda:csv.get_dialect('q').delimiter); t(csv.unregister_dialect,'q'); t(csv.unregister_dialect,'q'); t(csv.get_dialect,'q'); t(csv.register_dialect,5); t(csv.register_dialect,'z',5); t(csv.field_size_limit); t(csv.field_size_limit,10); t(R,'x'*20); t(csv.field_size_limit,131072); t(csv.field_size_limit,'x')
class D(csv.Dialect): delimiter=';'; quotechar='"'; lineterminator='\n'; quoting=0
t(R,'a;b',dialect=D); t(R,'a;b',dialect=D()); t(csv.register_dialect,'d',D); t(R,'a;b',dialect='d'); t(lambda:_csv.Dialect(delimiter='x').delimiter); d=_csv.Dialect(); t(lambda:_csv.Dialect(d) is d); t(setattr,d,'delimiter','x');
t(list,csv.DictReader(['a,b','1,2'])); b=io.StringIO(); dw=csv.DictWriter(b,['a','b']); dw.writeheader(); dw.writerow({'a':1,'b':2}); t(b.getvalue); t(csv.Sniffer().sniff,'a;b\n1;2\n'); t(csv.Sniffer().has_header,'a,b\n1,2\n')
t(lambda:type(csv.reader([]))); t(lambda:type(csv.writer(io.StringIO()))); t(_csv.Reader); print(csv.Error.__mro__)
def g():
    yield 'a,"b'
    raise KeyError('q')
t(lambda: list(csv.reader(g())))
