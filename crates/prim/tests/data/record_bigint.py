"""Records what CPython computes on integers: `python3.14 record_bigint.py > bigint.txt`.

A line is an operation, its operands and its result; integers are hexadecimal, floats are `float.hex`.
"""
import math
import random

rng = random.Random(20251)
EDGES = [0, 1, 2, 2**32, 2**63, 2**64 - 1, 2**64 - 2, 2**63 - 1]


def number(limbs):
    n = 0
    for _ in range(limbs):
        n = n << 64 | (rng.choice(EDGES) if rng.random() < 0.4 else rng.getrandbits(64))
    return n >> rng.randrange(64) if rng.random() < 0.3 else n


def signed(limbs):
    n = number(limbs)
    return -n if rng.random() < 0.5 else n


def show(value):
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int):
        return hex(value).replace("0x", "")
    if isinstance(value, tuple):
        return ",".join(map(show, value))
    return str(value)


def attempt(function, *args):
    try:
        return show(function(*args))
    except (ArithmeticError, ValueError) as error:
        return type(error).__name__


def line(name, function, *args):
    print(name, *map(show, args), "=", attempt(function, *args))


def compare(a, b):
    return (a > b) - (a < b)


BINARY = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b, "divmod": divmod,
    "and": lambda a, b: a & b, "or": lambda a, b: a | b, "xor": lambda a, b: a ^ b, "gcd": math.gcd,
    "cmp": compare, "truediv": lambda a, b: a / b,
}
for _ in range(60):
    for name, function in BINARY.items():
        line(name, function, signed(rng.randrange(5)), signed(rng.randrange(5)))
for _ in range(40):
    for name in ("divmod", "mul"):
        line(name, BINARY[name], signed(rng.randrange(5, 9)), signed(rng.randrange(2, 5)))
for _ in range(150):
    a = signed(rng.randrange(5))
    line("shl", lambda a, n: a << n, a, rng.choice([0, 1, 63, 64, 65, 200, rng.randrange(300)]))
    line("shr", lambda a, n: a >> n, a, rng.choice([0, 1, 63, 64, 65, 200, rng.randrange(300)]))
    line("bits", lambda a: (a.bit_length(), a.bit_count(), ~a), a)
    line("isqrt", lambda a: math.isqrt(abs(a)), a)
    line("float", float, a)
    line("frexp", lambda a: math.frexp(float(a)), a)
    line("decimal", lambda a: int(str(a).replace("-", "") or "0", 16), a)
for _ in range(60):
    a = signed(rng.randrange(3))
    line("pow", pow, a, rng.randrange(20))
    line("modpow", pow, signed(rng.randrange(4)), signed(rng.randrange(3)), signed(rng.randrange(4)))
for _ in range(120):
    shift = rng.choice([0, 0, 0, 500, 900, 960, 1000, 1020])
    a, b = signed(rng.randrange(4)) << shift, signed(rng.randrange(4))
    line("truediv", lambda a, b: a / b, a, b)
    line("truediv", lambda a, b: a / b, b, a << rng.randrange(80))
    half = (rng.getrandbits(53) | 2**52) * 2 + 1
    a = half << rng.randrange(200)
    for delta in (-1, 0, 1):
        line("float", float, a + delta)
        line("truediv", lambda a, b: a / b, a + delta, 2 ** rng.randrange(1300))
for _ in range(60):
    f = rng.choice([float(rng.getrandbits(70)), rng.uniform(-1e19, 1e19), float(2 ** rng.randrange(50, 200)), 0.5, -2.5,
                    float(2**63), float(-2**63), math.inf, -math.inf, 1e300])
    base = int(f) if math.isfinite(f) else signed(3)
    for delta in (-1, 0, 1):
        print("cmpfloat", show(base + delta), f.hex(), "=", compare(base + delta, f))
    if math.isfinite(f):
        print("fromfloat", f.hex(), "=", show(int(f)))
for _ in range(100):
    a = signed(rng.randrange(3)) >> rng.randrange(64)
    length = rng.randrange(20)
    for order in ("little", "big"):
        for sign in (False, True):
            name = f"bytes-{order}-{'signed' if sign else 'unsigned'}"
            line(name, lambda a, n: (lambda b: int.from_bytes(b"\1" + b, "big"))(a.to_bytes(n, order, signed=sign)), a, length)
            data = rng.randbytes(length)
            print(f"from{name}", "01" + data.hex(), "=", show(int.from_bytes(data, order, signed=sign)))
for _ in range(60):
    base = rng.randrange(2, 37)
    digits = "".join(rng.choice("0123456789abcdefghijklmnopqrstuvwxyz"[:base]) for _ in range(rng.choice([1, 5, 19, 20, 40, 90])))
    print("parse", show(base), digits, "=", show(int(digits, base)))
