"""Writes the Unicode tables of this crate out of CPython's own: `python3.14 tools/unicode_tables.py` in the crate's directory.

Python gives every property that a Python program can see, so the tables are right by construction for the Unicode version of that
Python. Writes `src/unicode/tables.rs` and, for the test over all code points, `tests/data/unicode.txt`.
"""
import _sre
import sys
import unicodedata
import zlib
from fractions import Fraction

COUNT = sys.maxunicode + 1
CHARS = [chr(c) for c in range(COUNT)]
CATEGORIES = ["Cn", "Lu", "Ll", "Lt", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Lm", "Lo",
              "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So"]
BIDI = ["", "L", "LRE", "LRO", "R", "AL", "RLE", "RLO", "PDF", "EN", "ES", "ET", "AN", "CS", "NSM", "BN", "B", "S", "WS", "ON",
        "LRI", "RLI", "FSI", "PDI"]
WIDTHS = ["F", "H", "W", "Na", "A", "N"]
TAGS = ["", "<noBreak>", "<compat>", "<super>", "<fraction>", "<sub>", "<font>", "<circle>", "<wide>", "<vertical>", "<square>",
        "<isolated>", "<final>", "<initial>", "<medial>", "<small>", "<narrow>"]
FLAGS = ["ALPHA", "NUMERIC", "SPACE", "PRINTABLE", "UPPER", "LOWER", "TITLE", "XID_START", "XID_CONTINUE", "CASED", "CASE_IGNORABLE"]

out = []


def emit(text):
    out.append(text)


def element(values):
    top, low = max(values), min(values)
    if low < 0:
        return "i32"
    return "u8" if top < 256 else "u16" if top < 65536 else "u32"


def array(name, values, kind=None, doc=None):
    kind = kind or element(values)
    emit(f"/// {doc}" if doc else "")
    emit(f"pub(super) static {name}: [{kind}; {len(values)}] = [")
    row = ""
    for value in values:
        text = f"{value},"
        if len(row) + len(text) > 120:
            emit(row)
            row = ""
        row += text
    emit(row)
    emit("];")


SIZES = {"u8": 1, "u16": 2, "u32": 4, "i32": 4}


def two_stage(name, values, doc):
    """Cuts a table over all code points into equal blocks; the size of a block is what gives the fewest bytes."""
    best = None
    for shift in range(4, 10):
        size, blocks, index = 1 << shift, {}, []
        for start in range(0, COUNT, size):
            index.append(blocks.setdefault(tuple(values[start:start + size]), len(blocks)))
        data = [value for block in blocks for value in block]
        total = len(index) * SIZES[element(index)] + len(data) * SIZES[element(data)]
        if best is None or total < best[0]:
            best = total, shift, index, data
    _, shift, index, data = best
    array(name + "_BLOCKS", data, doc=f"{doc}: blocks of equal size.")
    array(name + "_INDEX", index, doc=f"The block of `{name}_BLOCKS` for each run of {1 << shift} code points.")
    emit("")
    emit(f"/// {doc}.")
    emit(f"pub(super) static {name}: Stages<{element(index)}, {element(data)}, {shift}> =")
    emit(f"    Stages {{ index: &{name}_INDEX, blocks: &{name}_BLOCKS }};")


def flags(char):
    category = unicodedata.category(char)
    cased = (char + "\u03a3").lower()[-1] == "\u03c2"
    skipped = ("A" + char + "\u03a3").lower()[-1] == "\u03c2" and not cased
    return [char.isalpha(), char.isnumeric(), char.isspace(), char.isprintable(), char.isupper(), char.islower(), category == "Lt",
            char.isidentifier(), ("a" + char).isidentifier(), cased, skipped]


emit("//! Tables of Unicode " + unicodedata.unidata_version + ", written by `tools/unicode_tables.py`.")
emit("")
emit("use super::Stages;")
emit("")
emit("/// The version of Unicode that the tables are of.")
emit(f"pub(super) const VERSION: &str = {chr(34)}{unicodedata.unidata_version}{chr(34)};")
for i, name in enumerate(FLAGS):
    emit(f"/// Flag of a kind of character.\npub(super) const {name}: u16 = {1 << i};")

# Kinds of characters: flags, decimal value, digit value.
all_flags = [flags(char) for char in CHARS]
kinds, kind_of = {}, []
for char, bits in zip(CHARS, all_flags):
    record = (sum(bit << i for i, bit in enumerate(bits)), unicodedata.decimal(char, 255), unicodedata.digit(char, 255))
    kind_of.append(kinds.setdefault(record, len(kinds)))
two_stage("KINDS", kind_of, "Which entry of `KIND_RECORDS` describes a code point")
emit("/// Flags, decimal value, digit value; 255 is none.")
emit(f"pub(super) static KIND_RECORDS: [(u16, u8, u8); {len(kinds)}] = {list(kinds)};")

# Case mappings as differences, or as indices of longer strings.
longer, maps, map_of = {}, {}, []


def mapping(char, mapped):
    if len(mapped) == 1:
        return ord(mapped) - ord(char)
    mapped = tuple(map(ord, mapped)) + (0,) * (3 - len(mapped))
    return (1 << 24) + longer.setdefault(mapped, len(longer))


for c, char in enumerate(CHARS):
    record = (mapping(char, char.upper()), mapping(char, "a"[:0] + (char.lower() if c != 0x3A3 else "\u03c3")), mapping(char, char.title()),
              mapping(char, char.casefold()), _sre.unicode_tolower(c) - c)
    map_of.append(maps.setdefault(record, len(maps)))
two_stage("CASES", map_of, "Which entry of `CASE_RECORDS` holds the case mappings of a code point")
emit("/// Upper, lower, title, casefold, simple lower: a difference to the code point, or 2^24 and an index of `CASE_LONGER`.")
emit(f"pub(super) static CASE_RECORDS: [[i32; 5]; {len(maps)}] = {[list(record) for record in maps]};")
emit("/// Mappings to two or three code points, filled up with zeros.")
emit(f"pub(super) static CASE_LONGER: [[u32; 3]; {len(longer)}] = {[list(record) for record in longer]};")

# Numeric values: runs of code points whose values rise by one step.
emit("/// First and last code point of a run, value of the first as numerator and denominator, what each further one adds to the numerator.")
runs = []
for c, char in enumerate(CHARS):
    value = unicodedata.numeric(char, None)
    if value is None:
        continue
    value = Fraction(value).limit_denominator(1000)
    assert float(value) == unicodedata.numeric(char)
    if runs and runs[-1][1] == c - 1 and runs[-1][3] == value.denominator:
        first, last, numerator, denominator, step = runs[-1]
        wanted = value.numerator - (numerator + (step or 0) * (last - first))
        if step is None and wanted in (0, 1, 10, 100, 1000) or wanted == step:
            runs[-1] = (first, c, numerator, denominator, wanted)
            continue
    runs.append((c, c, value.numerator, value.denominator, None))
runs = [(first, last, n, d, step or 0) for first, last, n, d, step in runs]
emit(f"pub(super) static NUMERIC_RUNS: [(u32, u32, i64, i64, i64); {len(runs)}] = {runs};")

# The properties of `unicodedata`.
facts, fact_of = {}, []
for char in CHARS:
    record = (CATEGORIES.index(unicodedata.category(char)), BIDI.index(unicodedata.bidirectional(char)), unicodedata.combining(char),
              WIDTHS.index(unicodedata.east_asian_width(char)), unicodedata.mirrored(char))
    fact_of.append(facts.setdefault(record, len(facts)))
two_stage("FACTS", fact_of, "Which entry of `FACT_RECORDS` describes a code point for `unicodedata`")
emit("/// Category, bidirectional class, combining class, east asian width, mirrored.")
emit(f"pub(super) static FACT_RECORDS: [[u8; 5]; {len(facts)}] = {[list(record) for record in facts]};")


def names(name, values, doc):
    emit(f"/// {doc}")
    emit(f"pub(super) static {name}: [&str; {len(values)}] = [" + ",".join(f'"{value}"' for value in values) + "];")


names("CATEGORY_NAMES", CATEGORIES, "Names of general categories.")
names("BIDI_NAMES", BIDI, "Names of bidirectional classes.")
names("WIDTH_NAMES", WIDTHS, "Names of east asian widths.")
names("TAG_NAMES", TAGS, "Tags of compatibility decompositions; the first is that of canonical ones.")

# Decompositions: one entry is 256 · length + tag, then the code points.
entries, offsets, pairs = [0], [], []
for c, char in enumerate(CHARS):
    words = unicodedata.decomposition(char).split()
    if not words:
        offsets.append(0)
        continue
    tag = words.pop(0) if words[0].startswith("<") else ""
    points = [int(word, 16) for word in words]
    offsets.append(len(entries))
    entries += [len(points) << 8 | TAGS.index(tag)] + points
    if not tag and len(points) == 2 and unicodedata.normalize("NFC", char) == char:
        pairs.append((points[0], points[1], c))
two_stage("DECOMPOSITIONS", offsets, "Where the decomposition of a code point starts in `DECOMPOSITION_ENTRIES`; 0 is none")
array("DECOMPOSITION_ENTRIES", entries, doc="Decompositions: 256 · length + tag, then the code points.")
emit("/// First, second and composed code point, sorted.")
emit(f"pub(super) static COMPOSITIONS: [(u32, u32, u32); {len(pairs)}] = {sorted(pairs)};")

with open("src/unicode/tables.rs", "w") as file:
    file.write("\n".join(line for line in out if line) + "\n")

# Checksums of each property over all code points.
checks = {name: [str(int(bits[i])) for bits in all_flags] for i, name in enumerate(FLAGS)}
checks["decimal"] = [str(unicodedata.decimal(char, "-")) for char in CHARS]
checks["digit"] = [str(unicodedata.digit(char, "-")) for char in CHARS]
checks["numeric"] = ["-" if (value := unicodedata.numeric(char, None)) is None else value.hex() for char in CHARS]
for name, method in {"upper": str.upper, "lower": str.lower, "title": str.title, "casefold": str.casefold}.items():
    checks[name] = [method(char) for char in CHARS]
checks["simple_lower"] = [chr(_sre.unicode_tolower(c)) for c in range(COUNT)]
for name in ("category", "bidirectional", "combining", "east_asian_width", "mirrored", "decomposition"):
    checks[name] = [str(getattr(unicodedata, name)(char)) for char in CHARS]
for form in ("NFC", "NFD", "NFKC", "NFKD"):
    # What lies beyond has no decomposition.
    checks[form] = [unicodedata.normalize(form, "a\u0323" + char) for char in CHARS[:0x30000]]
checks["name"] = [unicodedata.name(char, "-") for char in CHARS]
with open("tests/data/unicode.txt", "w") as file:
    for name, values in checks.items():
        file.write(f"{name}\t{len(values):x}\t{zlib.crc32(chr(10).join(values).encode('utf-8', 'surrogatepass')):08x}\n")
