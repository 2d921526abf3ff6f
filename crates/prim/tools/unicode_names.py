"""Writes the names of characters out of CPython's own: `python3.14 tools/unicode_names.py NameAliases.txt NamedSequences.txt`.

Run it in the crate's directory. Python does not list aliases and names of sequences, so they come from the two files of the Unicode
Character Database; what this Python does not know is left out. Writes `src/unicode/names.bin`, whose form is told in `names.rs`.
"""
import collections
import re
import struct
import sys
import unicodedata

HEX, FIRST_LONG = 0xFF, 0xC0
ALGORITHMIC = ("CJK UNIFIED IDEOGRAPH-", "HANGUL SYLLABLE ")


def known(name):
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return None


def lines(path):
    for line in open(path, encoding="utf-8"):
        line = line.split("#")[0].strip()
        if line:
            yield line


entries = []
for c in range(sys.maxunicode + 1):
    name = unicodedata.name(chr(c), None)
    if name and not name.startswith(ALGORITHMIC):
        entries.append((name, c, c))
characters = len(entries)
for line in lines(sys.argv[1]):
    code, alias = line.split(";")[:2]
    if known(alias) == chr(int(code, 16)):
        entries.append((alias, int(code, 16), None))
sequences = []
for line in lines(sys.argv[2]):
    name, points = line.split(";")
    points = [int(point, 16) for point in points.split()]
    if len(points) > 1 and known(name) == "".join(map(chr, points)):
        entries.append((name, 1 << 31 | len(sequences), None))
        sequences += [len(points), *points]


def split(name, c):
    """Words; one that ends in a hyphen is not followed by a space. The code point in hexadecimal at the end is no word."""
    tail = c is not None and name.endswith("-%04X" % c)
    if tail:
        name = name[:-len("%04X" % c)]
    words = [part for word in name.split(" ") for part in re.findall(r"[^-]*-|[^-]+", word)]
    joined = "".join(word if word.endswith("-") else word + " " for word in words).removesuffix(" ")
    return words if joined == name else [name], tail


parts = [split(name, c) for name, _, c in entries]
# A word is worth a short code by how often it occurs.
words = [word for word, _ in collections.Counter(word for words, _ in parts for word in words).most_common()]
ids = {word: i for i, word in enumerate(words)}
assert len(words) <= FIRST_LONG + (HEX - FIRST_LONG) * 256


def encode(word):
    i = ids[word]
    return bytes([i]) if i < FIRST_LONG else struct.pack(">H", (FIRST_LONG << 8) + i - FIRST_LONG)


codes = [b"".join(map(encode, words)) + (bytes([HEX]) if tail else b"") for words, tail in parts]
by_name = sorted(range(len(entries)), key=lambda i: entries[i][0])


def starts(items):
    at = [0]
    for item in items:
        at.append(at[-1] + len(item))
    return struct.pack(f"<{len(at)}I", *at)


with open("src/unicode/names.bin", "wb") as file:
    file.write(struct.pack("<3I", len(words), characters, len(entries)))
    file.write(starts(words) + "".join(words).encode())
    file.write(starts(codes) + b"".join(codes))
    file.write(struct.pack(f"<{len(entries)}I", *(value for _, value, _ in entries)))
    file.write(struct.pack(f"<{len(entries)}H", *by_name))
    file.write(struct.pack(f"<{len(sequences)}I", *sequences))
print(len(words), "words,", characters, "characters,", len(entries) - characters, "aliases and sequences,", sum(map(len, codes)), "bytes of codes")
