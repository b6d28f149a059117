#!/usr/bin/env python3
"""Hold our metadata blocks against PyYAML: judge_blocks.py PROGRAM N SEED.

N random headers, many of them nasty, go through PROGRAM (write_blocks.c).  Each
block must be the one erk makes with PyYAML's safe_dump, byte for byte, also
after some of its fields were set; erk's way of reading it must give the values
back; and only what cannot be written is refused.  Then fields are set in blocks
in all of YAML's styles, of which PyYAML must read the same as before, and what
was set.  Prints TAP."""
import json
import random
import re
import subprocess
import sys

try:
    import yaml
except ImportError:
    print("1..0 # SKIP python3-yaml is not there")
    sys.exit(0)

WARNING = ("<!-- WARNING: Machine-generated. Manual edits may break erk "
           "tooling. -->\n")
FORM = WARNING + """<!-- erk:metadata-block:plan-header -->
<details>
<summary><code>plan-header</code></summary>

```yaml

%s

```

</details>
<!-- /erk:metadata-block:plan-header -->"""

# How erk finds a block, and the YAML in it.
BLOCK = re.compile(r"<!-- erk:metadata-block:(.+?) -->(.+?)"
                   r"<!-- /erk:metadata-block(?::\1)? -->", re.S)
INSIDE = re.compile(r"<details(?:\s+open)?>\s*<summary><code>[^<]+</code>"
                    r"</summary>\s*```yaml\s*(.*?)\s*```\s*</details>", re.S)

NAMES = ["schema_version", "created_at", "created_by", "plan_comment_id",
         "last_session_gist_url", "last_session_id", "learn_status"]
WORDS = ["a", "I", "the", "plan", "gist", "https://gist.github.com/octo/0123",
         "don't", '"quoted"', "#1", "a:b", "a:", "-", "--", "---", "...", "?",
         "&a", "*a", "!t", "|", ">", "%", "@x", "`x`", "{", "}", "[x]", ",",
         "\\", "\\n", "\\1", "\\g<0>", "-->", "<!--", "```", "null", "~", "yes",
         "No", "1", "0x1f", "2026-01-21", "12:30:45", "1.5", "1e5", "<<", "=",
         "\u00e9", "e\u0301", "\u05d0\u05d1", "\u0627\u0644", "\u4e2d\u6587",
         "\U0001f600", "\u200b", "\u202e", "x" * 79, "y" * 90, "z" * 200]
ODD = ["\n", "\n\n", "\t", "\r", "\r\n", "\x01", "\x07", "\x1b[0m", "\x7f",
       "\x80", "\x9f", "\xa0", "\u2028", "\u2029", "\ufeff", "\ufffe",
       "\uffff", "\ufffd", "\U0010ffff", "\x85", "  ", "   ", "'", "''", " '",
       "\n ", " \n", "\\", '"']
# Characters of what YAML takes for numbers, times and the rest.
TYPES = ["0123456789+-.:_", "01b_x-+", "0123456789abcdefxo_+-", "-+.0123eE_",
         ".infINFaN+-", "0123456789:.", "0123456789-T:Z +.t\t"]
LIKE = ["1:30.5e+3",
        "true", "True", "TRUE", "tRUE", "on", "OFF", "Yes", "y", "n", "nULL",
        "Null", "NULL", "", "~", "<<", "=", ".inf", "-.INF", "+.inf", ".NaN",
        "-.nan", "1.5e+3", "1.5e3", "1e5", "12e345", "1_000", "0b11", "0x_f",
        "0o17", "017", "08", "0", "-0", "+1", "1:30", "1:60", "190:20:30.15",
        "2026-01-21T12:00:00+00:00", "2026-1-2 3:04:05.6 Z", "2026-01-21T",
        "2026-01-21T13:00:00.123456+00:00", "2026-1-2", "0123abcd", "1234567",
        "!", "&", "*", "-", ":", "?", "- a", "a: b", "a #b", "a#b", "a :b"]
MARKS = ["<!-- /erk:metadata-block:plan-header -->",
         "<!-- /erk:metadata-block -->", "<!-- erk:metadata-block:x -->",
         "```\n</details>", "``` </details>", "</details>", "```yaml"]


def any_char(rand):
    return chr(rand.choice([rand.randrange(1, 0x100),
                            rand.randrange(0x20, 0x7f),
                            rand.randrange(0x100, 0xd800),
                            rand.randrange(0xe000, 0x110000)]))


def text(rand):
    kind = rand.randrange(11)
    if kind < 2:
        return " ".join(rand.choices(WORDS, k=rand.randrange(15)))
    if kind == 2:
        return "".join(rand.choices(WORDS + ODD * 2 + [" "] * 30,
                                    k=rand.randrange(25)))
    if kind == 3:
        return "".join(any_char(rand) for _ in range(rand.randrange(20)))
    if kind == 4:
        return "".join(rand.choices(rand.choice(TYPES), k=rand.randrange(12)))
    if kind == 5:
        return rand.choice(LIKE)
    if kind == 6:  # one character more or less
        like = rand.choice(LIKE)
        at = rand.randrange(len(like) + 1)
        return like[:at] + rand.choice("0e_: .+-\n\t~") + like[at + 1:]
    if kind == 7:
        return rand.choice([" ", "", "\n"]) + " ".join(
            rand.choices(WORDS, k=rand.randrange(12))) + rand.choice(
                ["", " ", "\n", "  "])
    if kind == 8:
        return "\n".join(" ".join(rand.choices(WORDS, k=rand.randrange(12)))
                         for _ in range(rand.randrange(6)))
    if kind == 9:  # blanks where a line is broken
        return "x" * rand.randrange(60, 85) + "".join(
            rand.choices([" ", "  ", "\u00e9", "\t", "w", "'"], k=25))
    return rand.choice(LIKE) + rand.choice(ODD + WORDS)


def value(rand):
    kind = rand.randrange(20)
    if kind < 2:
        return None
    if kind == 2:
        return rand.choice([0, 1, -1, rand.randrange(-2 ** 63, 2 ** 63)])
    if kind == 3:
        return rand.random() < 0.5
    if kind == 4 and rand.random() < 0.1:
        return text(rand) + rand.choice(MARKS) + text(rand)
    return text(rand)


def name(rand):
    if rand.random() < 0.6:
        return rand.choice(NAMES)
    got = text(rand)
    while not is_simple(got) and rand.random() < 0.99:
        got = text(rand)
    return got


def header(rand, least, most):
    return {name(rand): value(rand) for _ in range(rand.randint(least, most))}


def dump(data):
    return yaml.safe_dump(data, default_flow_style=False, allow_unicode=True,
                          sort_keys=False).rstrip("\n")


def read(block):
    """What erk finds in a block; None: nothing."""
    found = BLOCK.search(block)
    inside = found and INSIDE.search(found[2].strip())
    try:
        return inside and yaml.safe_load(inside[1])
    except (yaml.YAMLError, ValueError):
        return None


def is_simple(key):
    return 0 < len(key) <= 122 and not set(key) & set("\n\x85\u2028\u2029")


def may_refuse(data):
    """Names that are not for writing, and values that end a block.  A name
    over 1024 characters when written is read by no one."""
    if not data or not all(map(is_simple, data)):
        return True
    if any(isinstance(v, str) and "<!-- /erk:metadata-block" in v
           for v in data.values()):
        return True
    return read(FORM % dump(data)) != data and (
        any(len(dump({k: None})) > 900 for k in data)
        or any("```" in s for s in map(str, data.values())))


def is_stripped(data):
    """erk takes white space of Unicode from both ends of the YAML."""
    last = list(data.values())[-1]
    return (next(iter(data))[:1].isspace()
            or isinstance(last, str) and last[-1:].isspace())


def judge(data, got, reads):
    """What is wrong with a block; reading takes PyYAML the longest."""
    want = FORM % dump(data)
    odd = any("\x85" in v for v in data.values() if isinstance(v, str))
    if got != want and not odd:
        return f"want {want!r}"
    if not reads:
        return None
    back = read(got)
    if back != data and is_stripped(data):
        inside = got.split("```yaml\n\n", 1)[1].rsplit("\n\n```", 1)[0]
        back = yaml.safe_load(inside)
    return None if back == data else f"read back as {back!r}"


def nested(rand, depth=0):
    kind = rand.randrange(4 if depth < 3 else 2)
    if kind == 2:
        return [nested(rand, depth + 1) for _ in range(rand.randrange(4))]
    if kind == 3:
        return {text(rand): nested(rand, depth + 1)
                for _ in range(rand.randrange(3))}
    return value(rand) if kind else rand.choice([1.5, -7, "x", 1e300])


def by_hand(rand):
    """A body that another program, or a person, wrote in a style of its own."""
    data = {name(rand): nested(rand) if rand.random() < 0.4 else value(rand)
            for _ in range(rand.randint(1, 6))}
    lines = "\n".join(
        yaml.dump({k: v}, Dumper=Plain, width=rand.choice([20, 80, 1000]),
                  default_flow_style=rand.choice([None, False])
                  if isinstance(v, (list, dict)) else False,
                  allow_unicode=rand.random() < 0.5,
                  default_style=rand.choice([None, None, "'", '"', "|", ">"]))
        .rstrip("\n") + rand.choice(["", "", "\n", "\n\n# why", "\n# a: b\n"])
        for k, v in data.items())
    body = "before\n" + FORM % lines + "\nbehind\n"
    return body.replace("\n", "\r\n") if rand.random() < 0.3 else body


class Plain(yaml.SafeDumper):
    """Without anchors, which we do not take."""

    def ignore_aliases(self, data):
        return True


def judge_by_hand(body, more, got):
    """Whether PyYAML finds in the new body what it found, and what was set;
    why not."""
    # behind a last field that nobody strips
    old, new = (read(re.sub(r"(\r?\n)\r?\n```(?=\r?\n\r?\n</details>)",
                            r"\1end_of_it: 1\1\1```", text))
                for text in (body, got.get("updated", "")))
    if old is None:
        return None
    if "error" in got:
        if may_refuse(more) and more or may_refuse(old | more):
            return None
        return f"{body!r} and {more!r}: refused: {got['why']}"
    if new == old | more:
        return None
    return f"{body!r} and {more!r}: {new!r} instead of {old | more!r}"


def ask(program, requests):
    lines = "".join(json.dumps(one) + "\n" for one in requests)
    ran = subprocess.run([program], input=lines, stdout=subprocess.PIPE,
                         text=True, check=True)
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert len(answers) == len(requests), f"{len(answers)} answers"
    return answers


def judge_ours(first, more, got):
    if "error" not in got:
        return (judge(first, got["block"], False)
                or judge(first | more, got["updated"], True))
    if may_refuse(first) or may_refuse(first | more) or may_refuse(more):
        return None
    return f"refused: {got['why']}"


def report(number, sentence, answers, wrong):
    """A line of TAP; whether all is well."""
    bad = [text for text in wrong if text]
    for text in bad[:5]:
        print("#", text)
    refused = sum("error" in one for one in answers)
    print(f"# {len(answers) - refused} written, {refused} refused, "
          f"{len(bad)} wrong")
    good = not bad and refused < len(answers) / 10
    print("ok" if good else "not ok", number, "-", sentence)
    return good


def main():
    program, n, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    rand = random.Random(seed)
    print("1..2")
    print(f"# {n} headers of seed {seed}, PyYAML {yaml.__version__}")
    cases = [(header(rand, 1, 6), header(rand, 0, 2)) for _ in range(n)]
    got = ask(program, [{"fields": list(a.items()), "set": list(b.items())}
                        for a, b in cases])
    wrong = [why and f"{a!r} and {b!r}: {why}; got {one!r}"
             for (a, b), one in zip(cases, got)
             for why in [judge_ours(a, b, one)]]
    good = report(1, "blocks are as PyYAML writes them", got, wrong)
    cases = [(by_hand(rand), header(rand, 0, 2)) for _ in range(n // 20)]
    got = ask(program, [{"body": a, "set": list(b.items())}
                        for a, b in cases])
    wrong = [judge_by_hand(a, b, one) for (a, b), one in zip(cases, got)]
    good &= report(2, "fields are set beside what others wrote", got, wrong)
    return not good


sys.exit(main())
