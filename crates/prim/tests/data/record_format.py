"""Records what CPython formats: `python3.14 record_format.py > format.txt`.

A line is an operation, its operands and its result, separated by tabs, all as `ascii` shows them without the quotes. An error is "!" and its type and message.
"""
import itertools
import random
import struct
import sys

rng = random.Random(20254)


def show(value):
    if isinstance(value, float):
        return "%016x" % struct.unpack("<Q", struct.pack("<d", value))[0]
    if isinstance(value, complex):
        return show(value.real) + "," + show(value.imag)
    if isinstance(value, int):
        return "%x" % value
    return ascii(str(value)).replace("\t", "\\t")[1:-1]


def line(name, operands, function, *args):
    try:
        result = show(function(*args))
    except (ArithmeticError, ValueError) as error:
        result = "!" + type(error).__name__ + " " + show(error)
    print(name, *map(show, operands), result, sep="\t")


INTS = [0, 1, -1, 7, -255, 1234567, 12345, -1234567890, 2**64, -2**70, 10**25, 65, 0x10FFFF, 0x110000, 0xD800, 2**1100]
FLOATS = [0.0, -0.0, 1.0, -1.5, 1234.5678, -1234567.891, 1e16, 1e-7, 123456789.123456789, 0.00001, float("inf"), float("-inf"), float("nan"), 0.5, 99.99,
          -0.001, 1e300, 999999.5, 5e-324]
TEXTS = ["", "abc", "h\u00e9llo", "\U0001f600x", "\udc80", "longer text"]
COMPLEX = [0j, 1 + 2j, -1.5 - 2.25j, complex(-0.0, 1), complex(float("nan"), float("-inf")), 1234567.891 - 12345j]


def spec():
    return "".join([
        rng.choice(["", "", "", "<", ">", "^", "=", "*<", "0>", "\u00e9^", "x="]), rng.choice(["", "", "", "+", "-", " "]), rng.choice(["", "", "", "", "", "z"]),
        rng.choice(["", "", "", "#"]), rng.choice(["", "", "0"]), rng.choice(["", "", "1", "5", "12", "20", "33"]),
        rng.choice(["", "", "", ",", "_"]), rng.choice(["", "", "", ".0", ".1", ".3", ".6", ".10", ".", ".,", ".4_", "._", ".8,"]),
        rng.choice(["", "", *"bcdoxXneEfFgG%s"])])


KINDS = {"int": INTS, "float": FLOATS, "str": TEXTS, "complex": COMPLEX}
for name, values in KINDS.items():
    for _ in range({"int": 1200, "float": 1500, "str": 300, "complex": 500}[name]):
        value, text = rng.choice(values), spec()
        line(name, [value, text], format, value, text)
    # Combinations that make sense are rare among the random ones.
    for _ in range(500 if name in ("int", "float") else 150):
        value = rng.choice(values)
        kind = {"int": "bdoxXn", "float": "eEfFgG%n", "str": "s", "complex": "eEfFgGn"}[name]
        text = rng.choice(["", "<", "^"]) + rng.choice(["", "+"] if name != "str" else [""]) + rng.choice(["", "0"] if name != "complex" else [""]) + rng.choice(["", "9", "24"])
        text += rng.choice(["", "_"] if name == "int" else ["", ",", "_"] if name != "str" else [""])
        text += rng.choice(["", ".2", ".7", ".12"] if name != "int" else [""]) + rng.choice(["", *kind])
        line(name, [value, text], format, value, text)
BAD = ["q", "10q", "ab", "10.5.5", ",_", "_,", ",,", "__", ".3,_", "._,", "99999999999999999999", ".99999999999999999999", "\u0663", "5\u0664", "\x01", "\u00e9",
       "\udc80", "=", "#", "z", "+", " ", "08", "<08", ",x", "_s", ",c", "_b", ",n", "_n", ".3_s", ".3,d", ".,f", "._f", ".,", "0",
       "00", "-", "--", "zz", "10_", "10,", "\0<5", "<\0", "c", "+c", "#c", "5c", "=5c", "05c", "<5c", ".1c", "zd", "zf", "z.1f", "z%", "zs", "#s", "%", "n", "10n"]
for name, values in KINDS.items():
    for text in BAD:
        line(name, [values[1], text], format, values[1], text)
line("int", [10**5000, ""], format, 10**5000, "d")
line("int", [10**5000, "x"], format, 10**5000, "x")
line("int", [10**400, ".2f"], format, 10**400, ".2f")

PERCENT_INT = [0, 1, -1, 255, -12345, 2**70, -2**65]
for _ in range(700):
    flags = "".join(rng.sample("-+ #0", rng.choice([0, 0, 1, 2, 3])))
    text = "%" + flags + rng.choice(["", "", "3", "12", "30"]) + rng.choice(["", "", ".", ".0", ".1", ".5", ".20"]) + rng.choice(["", "", "h", "l"])
    kind = rng.choice("diuoxXeEfFgGsc")
    if kind in "diuoxX":
        value, name = rng.choice(PERCENT_INT), "percentint"
    elif kind in "sc":
        value, name = rng.choice(TEXTS if kind == "s" else TEXTS[3][:1]), "percenttext"
    else:
        value, name = rng.choice(FLOATS), "percentfloat"
    line(name, [value, text + kind], lambda text, value: text % value, text + kind, value)
for text in ["%", "%(", "%(a", "%(a)", "%5", "%.", "%-", "%l", "%y", "ab%y", "\u00e9\u00e9%\u00e9", "%\x01", "%99999999999999999999d", "%.99999999999999999999d",
             "%hhd", "%\udc80", "%9223372036854775808d"]:
    line("percenterror", [text], lambda text: text % ({"a": 1} if "(" in text else 1), text)

for text in ["", "a", "'", '"', "'\"", "it's", 'say "x"', "\\", "\t\n\r", "\0\x1f\x7f\x80\xa0\xad\xff", "\u0100\u0378\u2028\ud800\ufeff\uffff", "\U0001f600\U000e0001\U0010ffff", "a'b\\c\"d\n\u00e9"]:
    line("repr", [text], repr, text)
    line("ascii", [text], ascii, text)
for data in [b"", b"a", b"'", b'"', b"'\"", b"it's", bytes(range(256))]:
    line("reprbytes", [data.decode("latin-1")], repr, data)

TEXT_INTS = ["1", "-1", "+1", " 12 ", "\t12\n", "", " ", "1_000", "1__0", "_1", "1_", "0x10", "0X_1f", "0x__1", "0x", "0b101", "0b12", "0o17", "017", "00", "0_0", "1.5", "z",
             "Zz", "\u0661\u0662", "\u2003\u0663\u00a0", "1\u00e9", "\xb2", "9" * 18, "9" * 19, "-9223372036854775808", "9223372036854775808", "1\0", "0b1_0", "- 1", "+-1",
             "1 2", "\x1f5", "0x_", "f" * 30, "9" * 641, "9" * 4300, "9" * 4301, "_" + "9" * 4301, "-" + "0" * 4301]
for text in TEXT_INTS:
    for base in (10, 0, 2, 8, 16, 36):
        def convert(text, base):
            sys.set_int_max_str_digits(0 if base in (2, 8, 16) or len(text) < 4301 else 4300)
            return "%x" % int(text, base)
        line("parseint", [text, base], convert, text, base)
for base in (1, 37):
    line("parseint", ["1", base], int, "1", base)
