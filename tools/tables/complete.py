#!/usr/bin/env python3
"""Completions: complete.py bash|zsh|fish TABLES FILE.

A script of each shell is complete.bash, .zsh or .fish beside this file, with
the tables put in where it says @...@; complete.shared is what the first two have in
common.  What is put in are words and texts of the program's own, quoted; what
comes from a vault never is part of a script."""
import pathlib
import sys

sys.dont_write_bytecode = True
from common import arguments, kind, load  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent


def quote(text):
    """A word of bash and zsh."""
    return "'" + text.replace("'", "'\\''") + "'"


def quote_fish(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def spelled(found):
    """A kind as one word: "dir", or "=one two"."""
    if found is None:
        return "none"
    return found if isinstance(found, str) else "=" + " ".join(found)


class Tables:
    """The tables, as the scripts want them."""

    def __init__(self, tables):
        self.tables = tables
        by_name = {c["name"]: c for c in tables["commands"]}
        self.commands = dict(by_name)
        for alias in tables["aliases"]:
            self.commands[alias["name"]] = by_name[alias["is"]]

    def first_words(self):
        """Every first word, and what it is."""
        words = {}
        for name, command in self.commands.items():
            first, _, second = name.partition(" ")
            if second:
                words.setdefault(first, []).append(second)
            else:
                words[first] = command["summary"]
        return {w: s if isinstance(s, str) else ", ".join(s)
                for w, s in words.items()}

    def groups(self):
        """The second words of each first word, and what they are."""
        found = {}
        for name, command in self.commands.items():
            first, _, second = name.partition(" ")
            if second:
                found.setdefault(first, {})[second] = command["summary"]
        return found

    def options(self, name):
        """(word, help, kind, takes a value) of a command, "" of every one."""
        rows = (self.commands[name]["options"] if name
                else self.tables["globals"])
        # "session show" is completed as "show" is
        own = self.commands[name]["name"] if name else ""
        for o in rows:
            found = kind(self.tables, own, o["name"], o["value"])
            value = o["value"] is not None
            yield "--" + o["name"], o["help"], spelled(found), value
            if o["letter"]:
                yield "-" + o["letter"], o["help"], spelled(found), value

    def names(self):
        """Commands with the other names they have."""
        for command in self.tables["commands"]:
            yield [command["name"]] + [a["name"] for a in self.tables["aliases"]
                                       if a["is"] == command["name"]]


def cases(t, quoting, open_case, body, close_case):
    """A case for each command, with its other names."""
    out = []
    for names in t.names():
        lines = body(names[0])
        if lines:
            out += [open_case([quoting(n) for n in names]), *lines]
            out += [close_case] if close_case else []
    return "\n".join(out)


def argument_lines(t, name, line):
    kinds, goes_on = arguments(t.tables, t.commands[name])
    if not kinds:
        return []
    return [line(i + 1, spelled(k), goes_on and i == len(kinds) - 1)
            for i, k in enumerate(kinds)]


def sh(t):
    """What bash and zsh have in common."""
    def value_case(name):
        return [f"\t\t{word}) kind={quote(found)} ;;"
                for word, _, found, value in t.options(name) if value]

    def arg_case(name):
        return argument_lines(t, name, lambda n, found, goes_on:
                              f"\t\t{'*' if goes_on else n}) "
                              f"kind={quote(found)} ;;")

    def option_case(name):
        return [f"\t\tswitches+=({quote(word + ':' + text)})"
                for word, text, _, _ in t.options(name)]

    def nested(body, subject):
        def lines(name):
            inner = body(name)
            return ([f"\t\tcase {subject} in", *inner, "\t\tesac"]
                    if inner else [])
        return lines

    def opened(names):
        return "\t" + " | ".join(names) + ")"

    words = [f"\toffers+=({quote(w + ':' + s)})"
             for w, s in t.first_words().items()]
    seconds = []
    for first, rows in t.groups().items():
        seconds.append(f"\t{first})")
        seconds += [f"\t\toffers+=({quote(w + ':' + s)})"
                    for w, s in rows.items()]
        seconds.append("\t\t;;")
    return {
        "SHARED": (HERE / "complete.shared").read_text(encoding="utf-8").rstrip(),
        "WORDS": "\n".join(words),
        "SECONDS": "\n".join(seconds),
        "GROUPS": " | ".join(t.groups()),
        "GLOBAL_VALUES": "\n".join(value_case("")).replace("\t\t", "\t"),
        "GLOBAL_TAKERS": " | ".join(w for w, _, _, v in t.options("") if v),
        "GLOBAL_OPTIONS": "\n".join(option_case("")).replace("\t\t", "\t"),
        "VALUES": cases(t, quote, opened, nested(value_case, '"$2"'),
                        "\t\t;;"),
        "ARGUMENTS": cases(t, quote, opened, nested(arg_case, '"$2"'),
                           "\t\t;;"),
        "OPTIONS": cases(t, quote, opened, option_case, "\t\t;;"),
    }


def fish(t):
    def opened(names):
        return "        case " + " ".join(names)

    def pairs(rows):
        return [f"            printf '%s\\t%s\\n' {w} {quote_fish(s)}"
                for w, s in rows]

    def values(name):
        inner = []
        for word, _, found, value in t.options(name):
            if value:
                inner += [f"                case {quote_fish(word)}",
                          f"                    echo {quote_fish(found)}"]
        return (["            switch $argv[2]", *inner, "            end"]
                if inner else [])

    def args(name):
        inner = argument_lines(
            t, name, lambda n, found, goes_on:
            f"                case {quote_fish('*' if goes_on else str(n))}\n"
            f"                    echo {quote_fish(found)}")
        return (["            switch $argv[2]", *inner, "            end"]
                if inner else [])

    def options(name):
        return pairs((w, s) for w, s, _, _ in t.options(name))

    seconds = []
    for first, rows in t.groups().items():
        seconds.append(f"        case {first}")
        seconds += pairs(rows.items())
    globals_ = []
    for word, _, found, value in t.options(""):
        if value:
            globals_ += [f"        case {quote_fish(word)}",
                         f"            echo {quote_fish(found)}"]
    return {
        "WORDS": "\n".join(pairs(t.first_words().items()))
                 .replace("            ", "    "),
        "SECONDS": "\n".join(seconds),
        "GROUPS": " ".join(t.groups()),
        "GLOBAL_VALUES": "\n".join(globals_),
        "GLOBAL_TAKERS": " ".join(w for w, _, _, v in t.options("") if v),
        "GLOBAL_OPTIONS": "\n".join(options("")).replace("            ",
                                                         "    "),
        "VALUES": cases(t, quote_fish, opened, values, ""),
        "ARGUMENTS": cases(t, quote_fish, opened, args, ""),
        "OPTIONS": cases(t, quote_fish, opened, options, ""),
    }


def main():
    shell, tables, to = sys.argv[1:]
    t = Tables(load(tables))
    text = (HERE / f"complete.{shell}").read_text(encoding="utf-8")
    for name, value in (fish(t) if shell == "fish" else sh(t)).items():
        text = text.replace(f"@{name}@", value)
    pathlib.Path(to).write_text(text, encoding="utf-8")


main()
