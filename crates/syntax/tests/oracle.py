"""Writes the expected outcomes of tests/errors out of what CPython says.

usage: oracle.py SNIPPETS.jsonl ANSWERS.jsonl > tests/errors/NAME.txt

SNIPPETS has lines {"id", "code" or "code_b64", "mode"?}, ANSWERS is what the oracle's `errors` command makes of
them. A line of the result is: mode, source, outcome, with tabs between. See tests/errors.rs for the form.
"""

import base64
import json
import sys


def escape(data):
    out = []
    for c in data:
        if c == 0x5C:
            out.append("\\\\")
        elif 0x20 <= c < 0x7F:
            out.append(chr(c))
        else:
            out.append(f"\\x{c:02x}")
    return "".join(out)


def escape_str(text):
    return escape(text.encode())


def outcome(answer):
    error = answer["error"] if answer.get("stage") == "parse" else None
    # The others come from the compiler.
    ours = [w for w in answer.get("warnings") or [] if w["msg"].startswith("invalid") or "escape" in w["msg"]]
    lines = [str(w["lineno"]) for w in ours]
    head = f"warn {','.join(lines)} " if lines else ""
    if error is None:
        return head + "ok"
    place = "nowhere"
    if error.get("lineno") is not None:
        place = f"{error['lineno']}:{error['offset']}"
        if error.get("end_lineno") is not None:
            place += f"-{error['end_lineno']}:{error['end_offset']}"
    text = "" if error.get("text") is None else escape_str(error["text"])
    return f"{head}{error['type']} {place} [{text}] {escape_str(error['msg'])}"


def main():
    snippets, answers = ([json.loads(line) for line in open(path)] for path in sys.argv[1:3])
    answers = {answer["id"]: answer for answer in answers}
    for snippet in snippets:
        answer = answers[snippet["id"]]
        error = answer["error"]
        if error and error["type"] in ("UnicodeEncodeError", "RecursionError"):
            continue
        mode = snippet.get("mode", "exec")
        if "code_b64" in snippet:
            mode, code = mode + "-bytes", base64.b64decode(snippet["code_b64"])
        else:
            code = snippet["code"].encode()
        print(mode, escape(code), outcome(answer), sep="\t")


if __name__ == "__main__":
    main()
