"""Records what CPython makes of whole texts: `python3.14 record_case.py > case.txt`."""
import random
import unicodedata

rng = random.Random(20253)
POOL = list("abcXYZ 019_-'.ßéÉıİſǅǆΣσςΑαΆ\u0301\u0307\u0323\u0345ﬁﬀŉ字가각\u1100\u1161\u11a8ªº²Ⅷⅷ\u00ad\u200d😀𐐀𐐨\u0f71\u0f72\u0f74ΐ½\u0344\u212b\u1e9b\u0958")
TEXTS = ["", "hello world", "HELLO", "Hello World", "they're bill's", "ΑΣ", "ΑΣ Σ", "ΑΣΑ", "Α\u0301Σ\u0301", "Σ", "ᾳ", "ﬃx", "2nd Title"]
TEXTS += ["".join(rng.choices(POOL, k=rng.randrange(1, 9))) for _ in range(400)]
for text in TEXTS:
    fields = [text, text.upper(), text.lower(), text.casefold(), text.swapcase(), text.capitalize(), text.title(),
              "%d%d%d%d" % (text.isupper(), text.islower(), text.istitle(), text.isidentifier())]
    print(*fields, *(unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")), sep="\t")
