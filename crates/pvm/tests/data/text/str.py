"""Methods and operators of str: what expressions give."""
inf, nan = float("inf"), float("nan")


def same(a, b):
    return a is b


def show(source):
    try:
        result = ascii(eval(source))
    except BaseException as error:
        result = type(error).__name__ + ": " + str(error)
    print(source, "=>", result)


expressions = r'''
'abc'.find(1)
'abc'.find()
'abc'.startswith(1)
'abc'.startswith((1,))
'abc'.split(1)
'abc'.split('')
'abc'.partition(1)
'abc'.partition('')
'abc'.strip(1)
'abc'.join(1)
','.join([1])
'abc'.center(5,1)
'abc'.center(5,'ab')
'abc'.center('a')
'abc'.zfill('a')
'abc'.expandtabs('a')
'abc'.replace(1,2)
'abc'.replace('a')
'abc'.translate(1)
'abc'.translate({97:1.5})
'abc'.translate({97:-1})
str.maketrans(1)
str.maketrans('a')
str.maketrans('a','bc')
str.maketrans('a',1)
str.maketrans(1,'a')
str.maketrans({'ab':1})
str.maketrans({1.5:1})
str.maketrans('a','b',1)
'abc'[5]
'abc'['a':]
'abc'+1
1+'abc'
'abc'*1.0
'abc'*2**70
'abc'<1
1 in 'abc'
'abc'.count('a',None,None)
'abc'.count('a','b')
'abc'.index('z')
'abc'.removeprefix(1)
'\t'.expandtabs(-1)
'abc'.__getnewargs__()
'abc'.__mod__(1)
'abc'.__rmod__(1)
'abc'.__rmul__(2)
'abc'.__add__(1)
''
'abc'
'a"b'
"a'b"
'a\'b"c'
'\x00\x1f\x7f\x80\xa0\xad\u0378\ud800\U0010ffff'
'tab\tnl\ncr\r\\'
len('h\xe9llo\u1234\U0001f600')
'h\xe9llo\u1234\U0001f600'[1]
'h\xe9llo\u1234\U0001f600'[-1]
'h\xe9llo\u1234\U0001f600'[1:6]
'h\xe9llo\u1234\U0001f600'[::-1]
'h\xe9llo\u1234\U0001f600'[::2]
'abcdef'[4:1:-2]
'abcdef'[10:]
'abc'[1:2]
('\u1234'*500+'x'+'\xe9'*700)[499]
('\u1234'*500+'x'+'\xe9'*700)[500]
('\u1234'*500+'x'+'\xe9'*700)[501]
('\u1234'*500+'x'+'\xe9'*700)[1200]
('\u1234'*500+'x'+'\xe9'*700)[-1]
('\u1234'*500+'x'+'\xe9'*700)[498:503]
('\u1234'*500+'x'+'\xe9'*700).find('x')
('\u1234'*500+'x'+'\xe9'*700).find('\xe9', 600)
('\u1234'*500+'x'+'\xe9'*700).rfind('\u1234')
('\u1234'*500+'x'+'\xe9'*700).index('x\xe9')
[('\U0001f600a\xe9'*300)[i] for i in [0, 1, 2, 63, 64, 65, 127, 128, 511, 512, 899]]
len('ab'*1000+'\xe9'*3)
'\ud83d'+'\ude00' == '\U0001f600'
len('\ud83d'+'\ude00')
hash('')
hash('a') == hash('a')
'a' < 'b'
'a' < 'a'
'\uffff' < '\U00010000'
'\ud800' < '\ue000'
'abc' == 'abd'
'abc' != 5
'abc' == b'abc'
'b' in 'abc'
'' in 'abc'
'abcd' in 'abc'
'a'+'' is 'a'
same('a'+'', 'a')
'abc'*0
'abc'*-1
3*'ab'
''*5
'x'*5
'\xe9'*3
[c for c in 'a\xe9b']
[c for c in 'abc']
iter('abc').__length_hint__()
iter('a\xe9c').__length_hint__()
list('h\u1234')
tuple('ab')
'Hello World'.lower()
'Hello World'.upper()
'hello wORLD'.capitalize()
'hello wORLD they\'re'.title()
'Hello World'.swapcase()
'STRASSE \xdf'.casefold()
'\xdf'.upper()
'\u0130'.lower()
'\u03a3\u03a3 a\u03a3'.lower()
'\ufb01'.title()
'\u01c5'.istitle()
'\u01c4'.lower()
'\xb5'.upper()
'ABC'.islower()
'abc1'.islower()
'ABC1'.isupper()
''.isupper()
'Hello World'.istitle()
'Hello world'.istitle()
' \t\n\x0b\x1c\x85\xa0\u2028'.isspace()
''.isspace()
'123\u0661'.isdecimal()
'\xb2'.isdecimal()
'\xb2'.isdigit()
'\xbd'.isnumeric()
'\u4e00'.isnumeric()
'abc\xe9'.isalpha()
'abc1'.isalpha()
'abc1\xe9'.isalnum()
'ab_1'.isidentifier()
'1a'.isidentifier()
''.isidentifier()
'\xe9'.isidentifier()
'class'.isidentifier()
'abc\x7f'.isprintable()
''.isprintable()
'\xe9'.isprintable()
'abc'.isascii()
'\xe9'.isascii()
''.isascii()
'a,b,,c'.split(',')
'a,b,,c'.split(',', 2)
'a,b,,c'.rsplit(',', 2)
'a--b--c'.split('--')
'a--b--c'.rsplit('--', 1)
'  a  b  c  '.split()
'  a  b  c  '.split(None, 1)
'  a  b  c  '.rsplit(None, 1)
'  a  b  c  '.split(maxsplit=0)
'  a  b  c  '.rsplit(maxsplit=0)
'\u2003a\u2003b\x1cc\x85d'.split()
''.split()
''.split(',')
'   '.split()
'abc'.split('abc')
'a\nb\r\nc\rd\x0be\x0cf\x1cg\x85h\u2028i\u2029j'.splitlines()
'a\nb\r\nc\rd'.splitlines(True)
'a\n\nb\n'.splitlines()
''.splitlines()
'\n'.splitlines(keepends=True)
'a-b-c'.partition('-')
'a-b-c'.rpartition('-')
'abc'.partition('-')
'abc'.rpartition('-')
'  abc  '.strip()
'  abc  '.lstrip()
'  abc  '.rstrip()
'xyxabcyx'.strip('xy')
'xyxabcyx'.lstrip('xy')
'xyxabcyx'.rstrip('xy')
'\xe9abc\xe9'.strip('\xe9')
'\u3000abc\u3000'.strip()
'abc'.strip('')
'abc'.strip(None)
'aaa'.strip('a')
','.join(['a', 'b', 'c'])
','.join(('a',))
','.join([])
''.join(['a', '\xe9', '\u1234'])
'ab'.join('cde')
', '.join({'x': 1, 'y': 2})
','.join(['a', 1])
','.join([b'a'])
'abc'.center(10)
'abc'.center(9, '*')
'abcd'.center(9, '*')
'abc'.center(8, '\xe9')
'abc'.ljust(6, '-')
'abc'.rjust(6, '-')
'abc'.ljust(2)
''.ljust(1)
''.rjust(1, '\xe9')
'42'.zfill(5)
'-42'.zfill(5)
'+42'.zfill(6)
'abc'.zfill(2)
''.zfill(3)
'a\tbc\td'.expandtabs()
'a\tbc\td'.expandtabs(4)
'a\tbc\td'.expandtabs(0)
'a\n\tb'.expandtabs(tabsize=3)
'abcabc'.find('c')
'abcabc'.find('c', 3)
'abcabc'.find('c', 3, 5)
'abcabc'.find('', 6)
'abcabc'.find('', 7)
'abcabc'.rfind('b')
'abcabc'.rfind('b', 0, 4)
'abcabc'.rfind('')
'abcabc'.find('c', -2)
'abcabc'.find('zz')
'\xe9\u1234\xe9'.find('\xe9', 1)
'\xe9\u1234\xe9'.find('\u1234')
'abcabc'.index('b', 2)
'abcabc'.count('bc')
'aaaa'.count('aa')
'abc'.count('')
'abc'.count('', 4)
'\xe9\u1234'.count('')
'abc'.startswith('ab')
'abc'.startswith('bc', 1)
'abc'.startswith(('x', 'a'))
'abc'.startswith(())
'abc'.startswith('', 3)
'abc'.startswith('', 4)
'abc'.endswith('bc')
'abc'.endswith('b', 0, 2)
'abc'.endswith(('x', 'c'))
'abcabc'.replace('b', 'XX')
'abcabc'.replace('b', 'XX', 1)
'abcabc'.replace('b', '', count=1)
'abc'.replace('', '-')
'abc'.replace('', '-', 2)
''.replace('', 'x')
''.replace('', 'x', 0)
'abc'.replace('x', 'y')
'\xe9a\xe9'.replace('a', '\u1234')
'\xe9a\xe9'.replace('\xe9', '')
'abc'.replace('abc', 'z')
'abc'.replace('abc', '')
'prefix-x'.removeprefix('prefix-')
'prefix-x'.removesuffix('-x')
'abc'.removeprefix('x')
'abc'.translate({97: 'X', 98: None, 99: 0x1234})
'abc'.translate('xyz')
'abc'.translate({})
'\xe9a'.translate({0xe9: 'e'})
'abc'.translate([None] * 98)
str.maketrans({'a': 'b', 99: None})
str.maketrans('abc', 'xyz')
str.maketrans('abc', 'xyz', 'de')
'abcde'.translate(str.maketrans('abc', 'xyz', 'de'))
str()
str(5)
str(1.5)
str(None)
str('abc')
str([1, 'a'])
str(object=5)
str(True)
str(10**30)
'abc'.__len__()
'abc'.__contains__('b')
'abc'.__getitem__(1)
'abc'.__hash__() == hash('abc')
'abc'.__eq__('abc')
'abc'.__eq__(5)
'abc'.__lt__(5)
str.lower('ABC')
str.lower(5)
str.join(',', 'abc')
'abc'.lower(1)
'abc'.upper(x=1)
'abc'.split(',', 1, 2)
'abc'.split(sep=',', maxsplit=1)
'abc'.split(foo=1)
'abc'.splitlines(1, 2)
'abc'.nope
'abc'.find.__doc__
'abc'.split.__text_signature__
str.encode.__text_signature__
str.maketrans.__doc__
str.__doc__
str.__name__
str.join.__qualname__
'''

for line in expressions.splitlines():
    if line:
        show(line)
