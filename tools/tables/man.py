#!/usr/bin/env python3
"""Manual pages in mdoc, one for each command: man.py TABLES FOLDER."""
import pathlib
import re
import shutil
import sys

sys.dont_write_bytecode = True
from common import load, of_command, page  # noqa: E402

# The day that the pages bear; it changes with the version.
DATE = "November 22, 2026"
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*|-[a-zA-Z])(?![\w-])")
QUOTED = re.compile(r"'(seshat [^']*)'")
SPECIALS = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha",
            "~": "\\(ti", '"': "\\(dq"}


def plain(text):
    """Text as roff, to be printed as it is."""
    return "".join(SPECIALS.get(c, c) for c in text)


def bold(text):
    return f"\\fB{plain(text)}\\fR"


def prose(text):
    """A sentence: commands and options in it are bold."""
    parts = QUOTED.split(text)
    for i, part in enumerate(parts):
        if i % 2:
            parts[i] = bold(part)
            continue
        words = OPTION.split(part)
        parts[i] = "".join(bold(w) if j % 2 else text_only(w)
                           for j, w in enumerate(words))
    return "".join(parts)


def text_only(text):
    """As plain(), but a hyphen between letters stays one."""
    return re.sub(r"(?<=[a-z])\\-(?=[a-z])", "-", plain(text))


def guarded(line):
    """A line of text that is no request."""
    return "\\&" + line if line.startswith((".", "'")) else line


def text_lines(text):
    """Sentences on lines of their own, as mdoc wants them."""
    return re.split(r"(?<=[.?]) (?=[A-Z\"'(-])", " ".join(text.split()))


def about(text):
    """Paragraphs; what is indented is a table, and stays as it is."""
    out = []
    for block in text.rstrip().split("\n\n"):
        lines = block.split("\n")
        while lines:
            table = lines[0].startswith(" ")
            n = next((i for i, line in enumerate(lines)
                      if line.startswith(" ") != table), len(lines))
            part, lines = lines[:n], lines[n:]
            if table:
                out += [".Bd -literal",
                        *(guarded(plain(line)) for line in part), ".Ed"]
            else:
                out += [".Pp"] if out else []
                out += [guarded(prose(line))
                        for line in text_lines("\n".join(part))]
    return out


def stopped(text):
    return text if text.endswith((".", "?")) else text + "."


def sentence(text):
    """A help text as one: a capital, but for a URL's, and a full stop."""
    if text[0].islower() and "://" not in text.split()[0]:
        text = text[0].upper() + text[1:]
    return stopped(text)


def quoted(text):
    """One argument of a macro."""
    text = plain(text)
    return f'"{text}"' if " " in text else text


def option_items(options):
    out = [".Bl -tag -width Ds"]
    for o in options:
        value = f" Ar {quoted(o['value'])}" if o["value"] else ""
        short = f"Fl {o['letter']} , " if o["letter"] else ""
        out += [f".It {short}Fl \\-{plain(o['name'])}{value}",
                *map(prose, text_lines(sentence(o["help"])))]
    return out + [".El"]


def synopsis(command):
    out = [".Nm seshat " + command["name"]]
    for o in command["options"]:
        value = f" Ar {quoted(o['value'])}" if o["value"] else ""
        name = o["letter"] or "\\-" + plain(o["name"])
        more = " Ns ..." if o["many"] == "yes" else ""
        out += [f".Op Fl {name}{value}{more}"]
    if command["args"]:
        out += [".Ar " + plain(command["args"])]
    return out


def json_section(command):
    if not command["json"]:
        return []
    out = [".Sh JSON", "With", ".Fl \\-json", "it prints, on standard output:"]
    for output in command["json"]:
        out += [".Pp", *map(prose, text_lines(sentence(output["what"])))]
        if output["keys"]:
            out += [".Bl -tag -width Ds"]
            for key in output["keys"]:
                some = " Pq sometimes" if key["when"] == "sometimes" else ""
                out += [f".It Va {plain(key['name'])}{some}"]
                # as it stands: it may begin with a value or a key
                out += list(map(prose, text_lines(stopped(key["about"]))))
            out += [".El"]
    return out


def tagged(title, rows, tag, name):
    if not rows:
        return []
    out = [".Sh " + title, ".Bl -tag -width Ds"]
    for row in rows:
        out += [f".It {tag} {plain(row[name])}",
                *map(prose, text_lines(row["about"]))]
    return out + [".El"]


def exits(tables):
    out = [".Sh EXIT STATUS", ".Bl -tag -width Ds"]
    for row in tables["exits"]:
        out += [f".It {row['status']}", prose(sentence(row["meaning"]))]
    return out + [".El"]


def examples(text):
    return [".Sh EXAMPLES", ".Bd -literal",
            *(guarded(plain(line[2:])) for line in text.rstrip().split("\n")),
            ".Ed"]


def head(name, summary, tables):
    return [f".Dd {DATE}", f".Dt {name.upper()} 1",
            f".Os seshat {tables['version']}",
            ".Sh NAME", f".Nm {name}", f".Nd {text_only(summary)}"]


def see_also(names):
    names = sorted(set(names))
    return [".Sh SEE ALSO",
            *(f".Xr {n} 1" + (" ," if n != names[-1] else "") for n in names)]


def command_page(tables, command):
    name = command["name"]
    said = command["about"] + command["summary"]
    others = [c["name"] for c in tables["commands"] if c["name"] != name]
    first = name.split()[0]
    near = [page(n) for n in others if f"seshat {n}'" in said or
            (" " in name and n.split()[0] == first)
            or f"'seshat {n} " in said or f"as '{n}" in said]
    out = head(page(name), command["summary"], tables)
    out += [".Sh SYNOPSIS", *synopsis(command)]
    out += [".Sh DESCRIPTION", *about(command["about"])]
    out += [".Sh OPTIONS"]
    if command["options"]:
        out += option_items(command["options"])
        out += [".Pp"]
    out += ["Options of every command are in", ".Xr seshat 1 :",
            *(f".Fl \\-{plain(o['name'])}"
              + (" ," if o is not tables["globals"][-1] else " .")
              for o in tables["globals"])]
    out += json_section(command)
    variables = [v for v in tables["variables"] if of_command(v, name)]
    out += tagged("ENVIRONMENT", variables, "Ev", "name")
    if variables:
        out += [".Pp", "Others, which count for every command, are in",
                ".Xr seshat 1 ."]
    else:
        out += [".Sh ENVIRONMENT", "The variables that count are in",
                ".Xr seshat 1 ."]
    out += tagged("FILES", [p for p in tables["places"]
                            if of_command(p, name)], "Pa", "path")
    out += exits(tables)
    out += examples(command["examples"])
    return out + see_also(["seshat", *near])


def item_list(commands):
    out = [".Bl -tag -width Ds"]
    for name, target, summary in commands:
        out += [f".It Xr {page(target)} 1" if name == target else
                f".It Nm seshat {name}", prose(sentence(summary))]
    return out + [".El"]


def main_page(tables):
    commands = tables["commands"]
    out = head("seshat", "keep the sessions of AI coding agents", tables)
    out += [".Sh SYNOPSIS", ".Nm", ".Ar COMMAND", ".Op Ar OPTIONS",
            ".Op Ar ARGUMENTS", ".Nm", ".Fl \\-version", ".Nm", ".Fl \\-help"]
    out += [".Sh DESCRIPTION", ".Nm",
            "copies every session of the AI coding agents on a machine into a",
            "vault, scrubs the secrets out of it on the way, and gives it back",
            "byte for byte.",
            "It reads the agents\\(aq files and never changes them.", ".Pp",
            "The commands, each with a page of its own:"]
    out += item_list([(c["name"], c["name"], c["summary"]) for c in commands])
    out += [".Pp", "Options and arguments may stand in any order;",
            ".Fl \\-", "ends the options.",
            "An id of a session may be shortened as long as it is unique.",
            "Data goes to standard output, everything else to standard error."]
    out += [".Sh OPTIONS", *option_items(tables["globals"])]
    out += [".Sh JSON", "With", ".Fl \\-json",
            "standard output holds JSON and nothing else; the keys stand in",
            "the page of each command.",
            "A failure is one object on standard error:",
            ".Bl -tag -width Ds", ".It Va error", "What is wrong.",
            ".It Va reason", "The kind of failure, a word.",
            ".It Va exit", "The exit status.", ".El"]
    out += tagged("ENVIRONMENT", tables["variables"], "Ev", "name")
    out += tagged("FILES", tables["places"], "Pa", "path")
    out += exits(tables)
    out += examples("  seshat mirror --everywhere\n  seshat list\n"
                    "  seshat show 3fa9c2d1 --text")
    return out + see_also(page(c["name"]) for c in commands)


def session_page(tables):
    """The other names of some commands."""
    by_name = {c["name"]: c for c in tables["commands"]}
    out = head("seshat-session", "other names for commands", tables)
    out += [".Sh SYNOPSIS", ".Nm seshat session", ".Ar COMMAND",
            ".Op Ar OPTIONS", ".Sh DESCRIPTION",
            "Names that users of tracecraft know, for the same commands:"]
    out += [".Bl -tag -width Ds"]
    for alias in tables["aliases"]:
        out += [f".It {bold('seshat ' + alias['name'])}",
                prose(sentence(by_name[alias["is"]]["summary"])), "See",
                f".Xr {page(alias['is'])} 1 ."]
    return out + [".El", *see_also(page(a["is"]) for a in tables["aliases"])]


def main():
    tables = load(sys.argv[1])
    folder = pathlib.Path(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pages = {"seshat": main_page(tables), "seshat-session": session_page(tables)}
    for command in tables["commands"]:
        pages[page(command["name"])] = command_page(tables, command)
    for name, lines in pages.items():
        (folder / f"{name}.1").write_text("\n".join(lines) + "\n",
                                          encoding="utf-8")


main()
