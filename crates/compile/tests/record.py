"""Records what CPython 3.14 makes of the snippets in the data files of the compiler's tests.

Run it with the oracle: node oracle.mjs run crates/compile/tests/record.py crates/compile/tests/data

A snippet starts with a line "=== name", optionally followed by words: "single" or "eval" for the mode, "-O" or "-OO", "await" for
top-level await. What follows a line "---" is the record, which this script replaces: in codegen/ the code object as JSON, in
errors/ the error and the warnings.
"""

import json
import os
import sys
import types
import warnings

FLAGS = {"await": 0x2000}


def const(value):
    if isinstance(value, types.CodeType):
        return code_json(value)
    kind = type(value).__name__
    if isinstance(value, tuple):
        return [kind, [const(v) for v in value]]
    if isinstance(value, frozenset):
        return [kind, sorted((const(v) for v in value), key=json.dumps)]
    if isinstance(value, slice):
        return [kind, [const(value.start), const(value.stop), const(value.step)]]
    return [kind, value if isinstance(value, str) else ascii(value)]


def code_json(co):
    """All fields, in the form of `code::json`."""
    return {
        "name": co.co_name, "qualname": co.co_qualname, "filename": co.co_filename,
        "firstlineno": co.co_firstlineno, "argcount": co.co_argcount,
        "posonlyargcount": co.co_posonlyargcount, "kwonlyargcount": co.co_kwonlyargcount,
        "flags": co.co_flags, "stacksize": co.co_stacksize, "names": list(co.co_names),
        "varnames": list(co.co_varnames), "cellvars": list(co.co_cellvars),
        "freevars": list(co.co_freevars), "code": co.co_code.hex(),
        "linetable": co.co_linetable.hex(), "exceptiontable": co.co_exceptiontable.hex(),
        "consts": [const(c) for c in co.co_consts],
    }


def options(words):
    return {
        "mode": next((w for w in words if w in ("single", "eval")), "exec"),
        "optimize": 2 if "-OO" in words else 1 if "-O" in words else 0,
        "flags": sum(FLAGS.get(w, 0) for w in words),
        "dont_inherit": True,
    }


def record(source, words, errors):
    lines = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            co = compile(source, "<test>", **options(words))
            if not errors:
                lines.append(json.dumps(code_json(co), separators=(",", ":")))
        except SyntaxError as e:
            lines.append(f"{type(e).__name__} {e.lineno}:{e.offset}-{e.end_lineno}:{e.end_offset} {e.msg}")
        except Exception as e:
            lines.append(f"{type(e).__name__} {e}")
    shown = [f"warning {w.lineno} {w.message}" for w in caught if w.category is SyntaxWarning]
    return (shown if errors else []) + lines


def rewrite(path, errors):
    out, source, words = [], None, None

    def finish():
        if source is not None:
            out.extend(["---"] + record("".join(s + "\n" for s in source), words, errors))

    for line in open(path, encoding="utf-8").read().splitlines():
        if line.startswith("=== "):
            finish()
            source, words, recorded = [], line.split()[2:], False
            out.append(line)
        elif line == "---":
            recorded = True
        elif not recorded:
            source.append(line)
            out.append(line)
    finish()
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(out) + "\n")


for root, _, files in os.walk(sys.argv[1]):
    kind = os.path.basename(root)
    if kind in ("codegen", "errors"):
        for name in sorted(files):
            rewrite(os.path.join(root, name), kind == "errors")
