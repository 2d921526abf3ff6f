import io
import os
import tempfile


def t(f, *a, **k):
    try:
        print(repr(f(*a, **k)))
    except OSError as e:
        print(type(e).__name__, e.args[-1] if len(e.args) == 1 else "")
    except Exception as e:
        print(type(e).__name__, e)


fn = os.path.join(tempfile.mkdtemp(), "x")
with open(fn, "wb") as f:
    f.write("aé\r\nb€c\rd\ne😀f".encode())
for newline in (None, "", "\n", "\r", "\r\n"):
    for encoding in ("utf-8", "latin-1"):
        with open(fn, encoding=encoding, newline=newline) as f:
            out = []
            while True:
                at = f.tell()
                c = f.read(1)
                out.append((at, c))
                if not c:
                    break
            print(repr(newline), encoding, "".join(c for _, c in out).encode(), f.newlines)
            # Every position leads back to the text behind it.
            for i, (at, c) in enumerate(out):
                f.seek(at)
                if f.read() != "".join(c for _, c in out[i:]):
                    print("wrong at", i, at)
            f.seek(0)
            print([line.encode() for line in f.readlines()])
with open(fn, encoding="utf-8") as f:
    t(f.readline)
    t(f.tell)
    t(next, f)
    t(f.tell)
    t(f.seek, 0, 2)
    t(f.read)
    t(f.seek, 3, 1)
    t(f.seek, 0, 1)
    t(f.seek, 1, 2)
    t(f.seek, 0, 5)
    t(f.seek, -1)
    t(f.write, "x")
    t(f.readline, 0)
with open(fn, "w", encoding="utf-16") as f:
    f.write("ab\n")
    t(f.tell)
    f.write("c")
with open(fn, "a", encoding="utf-16") as f:
    f.write("d")
with open(fn, "rb") as f:
    t(f.read)
with open(fn, encoding="utf-16") as f:
    positions = []
    while True:
        positions.append(f.tell())
        if not f.read(1):
            break
    for at in positions:
        f.seek(at)
        t(f.read)
with open(fn, "r+", encoding="utf-8-sig") as f:
    f.truncate(0)
    f.write("x")
    f.seek(0)
    f.write("y")
with open(fn, "rb") as f:
    t(f.read)
with open(fn, "w+", encoding="latin-1", newline="\r\n") as f:
    f.write("a\nb")
    f.seek(0)
    t(f.read)
    t(f.reconfigure, encoding="utf-8")
    f.seek(0)
    f.reconfigure(newline="\n", line_buffering=True, write_through=1, errors="replace")
    t(lambda: (f.line_buffering, f.write_through, f.errors, f.newlines, f.encoding))
    t(f.reconfigure, newline="x")
    t(f.reconfigure, encoding=5)
    f.read(1)
    t(f.reconfigure, encoding="ascii")
for mode in ("q", "rw", "rbt", "U", "rr"):
    t(open, fn, mode)
t(open, fn, "rb", encoding="x")
t(open, fn, "r", 0)
t(open, fn, newline="z")
t(open, fn, encoding="nope")
t(open, "a\0b")
t(io.TextIOWrapper, io.BytesIO(), "hex")
t(io.TextIOWrapper)
b = io.BytesIO(b"abc")
x = io.TextIOWrapper(b, encoding="ascii")
t(x.read, 1)
t(lambda: x.detach() is b)
t(x.read)
x = io.TextIOWrapper(io.BytesIO(b"\xff"), encoding="ascii")
t(x.read)
x = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
t(x.write, "é")
t(x.write, b"a")
t(x.write, "abc")
t(x.buffer.getvalue)
x.flush()
t(x.buffer.getvalue)
t(lambda: x._CHUNK_SIZE)
t(setattr, x, "_CHUNK_SIZE", 0)
d = io.IncrementalNewlineDecoder(None, True)
for part in ("a\r", "\nb\rc\n", "x\r"):
    t(d.decode, part)
t(lambda: d.newlines)
t(d.getstate)
t(d.decode, "", True)
p = io.BufferedRWPair(io.BytesIO(b"hello"), io.BytesIO())
t(p.read, 2)
t(p.write, b"x")
t(p.peek)
t(p.read1, 1)
t(p.close)
t(p.read)
