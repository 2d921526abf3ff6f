"""Records what CPython does with floats: `python3.14 record_float.py > float.txt`.

A line is an operation, its operands and its result, separated by tabs. Floats are shown by their 64 bits in hexadecimal, texts by `ascii`.
"""
import random
import struct

rng = random.Random(20252)


def bits(value):
    return "%016x" % struct.unpack("<Q", struct.pack("<d", value))[0]


def from_bits(n):
    return struct.unpack("<d", struct.pack("<Q", n))[0]


def any_float():
    kind = rng.randrange(6)
    if kind == 0:
        return from_bits(rng.getrandbits(64))
    if kind == 1:
        return rng.uniform(-1000, 1000)
    if kind == 2:
        return rng.randrange(-10**6, 10**6) / 10 ** rng.randrange(8)
    if kind == 3:
        return rng.choice([1, -1]) * rng.randrange(1, 1000) * 10.0 ** rng.randrange(-30, 30)
    if kind == 4:
        return rng.choice([1, -1]) * (rng.randrange(10**rng.randrange(1, 6)) + 0.5) / 2 ** rng.randrange(8)
    return rng.choice([0.0, -0.0, float("inf"), float("-inf"), 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, 0.5, 1.5, 2.5,
                       1e16, 1e15, 9999999999999998.0, 1e-4, 1e-5, 0.00012345, 123456789012345680.0, 1e22, 1e23, 99.5, 999.95])


def show(value):
    if isinstance(value, float):
        return bits(value) if value == value else "nan"
    if isinstance(value, tuple):
        return ",".join(map(show, value))
    if isinstance(value, complex):
        return show((value.real, value.imag))
    return str(value)


def line(name, operands, function, *args):
    try:
        result = show(function(*args))
    except (ArithmeticError, ValueError) as error:
        result = type(error).__name__
    print(name, *operands, result, sep="\t")


for exponent in list(range(-1074, 1024, 7)) + [-44, 60, 61, 62, 63]:
    value = 2.0**exponent
    for neighbour in (value, from_bits(struct.unpack("<Q", struct.pack("<d", value))[0] - 1)):
        line("repr", [bits(neighbour)], repr, neighbour)
for exponent in range(-320, 309, 3):
    line("repr", [bits(float(f"1e{exponent}"))], repr, float(f"1e{exponent}"))
for _ in range(1500):
    value = any_float()
    line("repr", [bits(value)], repr, value)
for _ in range(200):
    a, b = any_float(), any_float()
    line("complex", [bits(a), bits(b)], repr, complex(a, b))
for _ in range(1500):
    value, precision, form = any_float(), rng.choice([0, 1, 2, 3, 5, 6, 10, 17, 20, 30]), rng.choice("efg")
    line("percent", [bits(value), form, precision], lambda v: f"%.{precision}{form}" % v, value)
for _ in range(60):
    value, precision, form = from_bits(rng.getrandbits(63)), rng.choice([60, 300, 800, 1100, 1200]), rng.choice("efg")
    line("percent", [bits(value), form, precision], lambda v: f"%.{precision}{form}" % v, value) if value == value else None
for _ in range(600):
    value, digits = any_float(), rng.randrange(-6, 12)
    line("round", [bits(value), digits], round, value, digits)
for value, digits in [(1e300, -299), (1e300, -300), (9e300, -301), (1.7976931348623157e308, -308), (5e307, -308), (1e-320, 320), (1.5e-323, 323),
                      (5e-324, 323), (25.0, -1), (35.0, -1), (5.0, -1), (15.0, -1), (4.999, -1), (-5.0, -1), (0.3, -1), (99.0, -2), (49.0, -2), (50.0, -2)]:
    line("round", [bits(value), digits], round, value, digits)
for _ in range(300):
    value = any_float()
    line("hex", [bits(value)], float.hex, value)
    line("ratio", [bits(value)], float.as_integer_ratio, value)
    a, b = any_float(), any_float()
    if b:
        line("divmod", [bits(a), bits(b)], divmod, a, b)
        a, b = float(rng.randrange(-20, 20)), rng.choice([-3, 2, 0.5, -0.25]) * 1.0
        line("divmod", [bits(a), bits(b)], divmod, a, b)
    a = rng.choice([any_float(), float(rng.randrange(-5, 6))])
    b = rng.choice([any_float(), float(rng.randrange(-5, 6))])
    line("pow", [bits(a), bits(b)], pow, a, b)
HEX = ["0x1.8p3", "1.8", "-0x.8p0", "0x1p-1074", "0x1p-1075", "0x1.8p-1075", "0x1.0000000000001p-1075", "0x1p1023", "0x1p1024", "0x1.fffffffffffff8p1023",
       "0x1.fffffffffffff7p1023", "0x1.00000000000008p0", "0x1.000000000000080000000000000001p0", "0x1.00000000000018p0", "inf", "-Infinity",
       "nan", "0x", "0x.", ".", "", " 0x1 ", "0x1p", "0x1p+", "1p5x", "0x1.2.3", "0X1.AP+4", "0x0p99999999999999999999", "0x1p99999999999999999999",
       "0x1p-99999999999999999999", "0x" + "0" * 50 + "1p0", "0x123456789abcdef0123456789", "0x0." + "0" * 30 + "1p124", "1_0", "infi", "0xinf", "--1"]
for text in HEX + ["0x%x.%xp%d" % (rng.getrandbits(8), rng.getrandbits(64), rng.randrange(-1100, 1030)) for _ in range(200)]:
    line("fromhex", [ascii(text)[1:-1]], float.fromhex, text)
TEXTS = ["1", "1.", ".5", ".", "", " 1.5\n", "1e5", "1e", "1e+", "1e-5", "1E400", "-1e400", "1e-400", "inf", "-inf", "+Infinity", "NaN", "infinit", "1_000.5",
         "1__0", "_1", "1_", "1_.5", "1._5", "1e1_0", "1e_1", "0x10", "1,5", "--1", "+-1", "1 2", "1\0", "00012.5000", "1.7976931348623159e308", "2.5e-324",
         "2.4703282292062327e-324", "2.4703282292062328e-324", "9007199254740993", "9007199254740993.0000000000000001", "123456789" * 30, "1j", "e5", "+.e1"]
for text in TEXTS + [repr(any_float()) for _ in range(300)] + ["%.*e" % (rng.randrange(40), any_float()) for _ in range(300)]:
    line("parse", [ascii(text)[1:-1]], float, text)
COMPLEX = ["1", "1j", "j", "-j", "+j", "1+j", "1-J", "(1+2j)", " ( 1+2j ) ", "(1+2j", "1+2", "1+2j3", "1e5-2.5e-3j", "inf+nanj", "nan-infj", "1 + 2j", "", "()",
           "infj", "1_0+2_0j", "1+_2j", "1++2j", "1+-2j", "jj", "1j+2", ".5j", "5.j", "+5.-.5j"]
for text in COMPLEX:
    line("parsecomplex", [text], complex, text)
