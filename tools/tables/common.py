"""What man.py, complete.py and skill.py share: the tables of the program
(src/cli/tables.c prints them), and what the words in them stand for."""
import json
import re


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def page(name):
    """The manual page of a command: "seshat-log-append"."""
    return "seshat-" + name.replace(" ", "-")


def of_command(row, name):
    """Whether a variable or a place is named for this command alone."""
    return row["commands"] and name in row["commands"].split(",")


# What a shell can offer for a value, by the word that the tables have for it;
# what is not here is typed.  "ids": sessions of the vault; "here": of this
# machine; "logs": session logs.
KINDS = {
    "FILE": "file", "DIR": "dir", "URL|DIR": "dir", "STORE": "dir",
    "URL|DIR|GIST|ISSUE": "dir", "OLD": "dir", "NEW": "dir",
    "ID": "ids", "SESSION": "logs", "AGENT": ["claude-code", "codex"],
}
# Where a word means something else: (command, option).
SPECIAL = {
    ("", "store"): "dir",
    ("mirror", "session-id"): "here",
    ("upload", "session-id"): "here",
    ("exec upload-session", "session-id"): "here",
    ("download", "session-id"): None,
    ("exec download-remote-session", "session-id"): None,
}
ALTERNATIVES = re.compile(r"[a-z][a-z-]*(\|[a-z][a-z-]*)+")


def kind(tables, command, option, word):
    """What can be offered: "file", "dir", "ids", "here", "logs", a list of
    words, or None."""
    if word is None:
        return None
    if (command, option) in SPECIAL:
        return SPECIAL[command, option]
    if word == "HARNESS":
        return tables["harnesses"]
    if word == "FORMAT":
        return tables.get(command + "_formats")
    if ALTERNATIVES.fullmatch(word):
        return word.split("|")
    return KINDS.get(word)


def arguments(tables, command):
    """The kinds of a command's arguments, and whether the last goes on."""
    # of "ID... | --project NAME" the first
    words = [w for w in command["args"].split(" | ")[0].split()
             if not w.startswith("-")]
    names = [w.strip("[]") for w in words]
    if names and all(n.islower() for n in names):
        return [names], True
    kinds = [kind(tables, command["name"], None, n.removesuffix("..."))
             for n in names]
    return kinds, bool(names) and names[-1].endswith("...")
