#!/usr/bin/env python3
"""share/skill/SKILL.md: skill.py TABLES FILE.

skill.md beside this file, with what the tables say put in.  A command or an
option in it that the tables do not know is an error."""
import pathlib
import re
import shlex
import sys

sys.dont_write_bytecode = True
from common import load  # noqa: E402

# What an agent is never to be shown as something that could be done.
FORBIDDEN = {"no-redact"}
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)


def find(commands, words):
    """The command of a line, and the words behind it."""
    for n in (2, 1):
        command = commands.get(" ".join(words[:n]))
        if command:
            return command, words[n:]
    sys.exit(f"skill.md: there is no command '{' '.join(words[:2])}'")


def check(tables, commands, line):
    words = shlex.split(line)
    command, rest = find(commands, words[1:])
    known = {"--" + o["name"] for o in command["options"] + tables["globals"]}
    for word in rest:
        if word.startswith("--") and word not in known - {
                "--" + f for f in FORBIDDEN}:
            sys.exit(f"skill.md: '{command['name']}' has no {word}")


def sentence(text):
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?")) else text + "."


def reference(command):
    args = " " + command["args"] if command["args"] else ""
    out = ["", f"### seshat {command['name']}{args}", "",
           sentence(command["summary"])]
    rows = [o for o in command["options"] if o["name"] not in FORBIDDEN]
    out += [""] if rows else []
    for o in rows:
        value = " " + o["value"] if o["value"] else ""
        out.append(f"- `--{o['name']}{value}`: {o['help']}")
    for output in command["json"]:
        keys = ", ".join(f"`{k['name']}`" for k in output["keys"])
        what = output["what"].split(". ")[0].rstrip(".")
        out += ["", f"JSON: {what}" + (f": {keys}." if keys else ".")]
    return out


def main():
    tables = load(sys.argv[1])
    commands = {c["name"]: c for c in tables["commands"]}
    here = pathlib.Path(__file__).resolve().parent
    text = (here / "skill.md").read_text(encoding="utf-8")
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            check(tables, commands, line)
    exits = "\n".join(f"  - {e['status']}: {e['meaning']}"
                      for e in tables["exits"])
    names = re.search(r"@REFERENCE (.*)@", text).group(1)
    names = re.split(r"[ /](?=log )|(?<!log)[ /]", names)
    rows = [line for name in names for line in reference(commands[name])]
    text = re.sub(r"@REFERENCE .*@", lambda _: "\n".join(rows),
                  text)
    text = text.replace("@EXITS@", exits)
    text = text.replace("@HARNESSES@", ", ".join(tables["harnesses"]))
    pathlib.Path(sys.argv[2]).write_text(text, encoding="utf-8")


main()
