import unicodedata as u


def t(f, *a):
    try:
        print(repr(f(*a)))
    except Exception as e:
        print(type(e).__name__, e)


for c in "a1½Ⅷ٣\u0301ﬁé\u200f中カ(\U0001f600\n":
    print(ascii(c), u.category(c), u.bidirectional(c), u.combining(c), u.mirrored(c), u.east_asian_width(c),
          u.decomposition(c), u.name(c, "-"), u.decimal(c, None), u.digit(c, None), u.numeric(c, None))
for f in (u.decimal, u.digit, u.numeric, u.name):
    t(f, "\n")
    t(f, "ab")
    t(f, 5)
t(u.lookup, "LATIN SMALL LETTER A WITH ACUTE")
t(u.lookup, "no such name")
for form in ("NFC", "NFD", "NFKC", "NFKD", "x"):
    t(u.normalize, form, "ﬁé\u0301가")
    t(u.is_normalized, form, "e\u0301")
print(u.unidata_version)
