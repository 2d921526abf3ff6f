"""Characters beyond ASCII: what expressions give."""
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
[chr(c).upper() for c in [0xdf, 0x149, 0x1f0, 0xfb00, 0x1c6, 0x3c2, 0x131]]
[chr(c).lower() for c in [0x130, 0x1c4, 0x3a3, 0x212a, 0x10400]]
[chr(c).title() for c in [0x1c4, 0x1c6, 0xfb03, 0x10428]]
[chr(c).casefold() for c in [0xdf, 0x130, 0x1e9e, 0x3c2, 0xfb00]]
[chr(c).isalpha() for c in [0x41, 0xaa, 0x2c1, 0x300, 0x4e00, 0x1f600]]
[chr(c).isspace() for c in [0x1c, 0x85, 0xa0, 0x180e, 0x2000, 0x200b, 0x3000]]
[chr(c).isdecimal() for c in [0x30, 0xb2, 0x660, 0xff10, 0x1d7ce]]
[chr(c).isdigit() for c in [0x30, 0xb2, 0x2460, 0x660]]
[chr(c).isnumeric() for c in [0x30, 0xbd, 0x2150, 0x4e03]]
[chr(c).isprintable() for c in [0x20, 0xa0, 0xad, 0x378, 0xe000, 0xd800, 0x1f600]]
[chr(c).isidentifier() for c in [0x5f, 0xb7, 0x2118, 0x309b, 0x30]]
[chr(c).istitle() for c in [0x1c5, 0x41, 0x61]]
['\u03b1\u03a3'.lower(), '\u03a3'.lower(), 'A\u03a3.'.lower(), 'A\u03a3.B'.lower()]
'\u1e9e\xdf'.swapcase()
'\u0149abc'.capitalize()
'o\u0308o'.title()
"they're bill's friends".title()
'\U0001d400'.isalpha()
'\u0345'.isupper()
'\u2160'.isupper()
'\u24d0'.islower()
len('\U0001f468\u200d\U0001f469')
'\xb5'.isalpha()
'\xaa'.islower()
'\u0378'.isalnum()
repr('\U000e0001\u200b\ufeff')
repr('\x85\xa0\xff')
'''

for line in expressions.splitlines():
    if line:
        show(line)
