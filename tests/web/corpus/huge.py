"""A session of 100,000 lines, and one with a line of 10 MB."""
from transcript import Claude, text

LINES = 100_000
CWD = "/srv/huge"


def many():
    s = Claude("a0000000-0000-4000-8000-00000000000a", CWD,
               "2026-01-01T00:00:00")
    for i in range(1, LINES):
        if i % 2:
            s.user(f"question {i}", seconds=1)
        else:
            s.assistant(text(f"answer {i}, neither long nor short, which "
                             "says that all is well"))
    s.user("the very last line")
    return s.made("huge")


def wide():
    s = Claude("a0000000-0000-4000-8000-00000000000b", CWD,
               "2026-01-02T00:00:00")
    s.user("before the wide one")
    s.tool("Bash", {"command": "cat all"}, "0123456789abcde\n" * (10 << 16))
    s.assistant(text("word " * (2 << 20)))
    s.user("behind the wide one")
    s.title("10 MB in a line")
    return s.made("huge")


def make():
    return {"many": many(), "wide": wide()}
