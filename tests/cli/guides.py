#!/usr/bin/env python3
"""Run what a guide shows: guides.py [--write] GUIDE COMMAND...

Every block of a guide that begins with ```console is typed into one shell, which
COMMAND starts, 90 columns wide: each line behind "$ " is a command, a "\\" at its end goes on,
and what follows up to the next is what it prints.  Without --write the two are
compared, but for what differs each time: durations, ages, times of today, ids
that are made up, and how wide a column is.  A line "..." stands for any lines.
With --write the guide gets what was printed, where it showed no "..."."""
import pathlib
import re
import subprocess
import sys

VARIES = [
    (r"\b\d+(\.\d+)? m?s\b", "SECONDS"),
    (r"\b(just now|\d+ (s|min|h|days?|weeks?) ago)\b", "AGO"),
    (r"\b20\d\d-\d\d-\d\dT[0-9:.]+Z?", lambda m: m.group()
     if m.group().startswith("2026-06") else "TIME"),
    (r"\bocto/[0-9a-f]{32}", "octo/GIST"),
    (r"@[0-9a-f]{8}\b", "@OWNER"),
    (r"(stream +|seshat:)[0-9a-f]{8,16}\b", r"\1ID"),
    (r"\b127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
    # pages and scripts of ours are in it
    (r"(\.zip: .* files?), .* in .*", r"\1, SIZE"),
    (r"-{3,}", "---"),
    (r"[ \t]+", " "),
]
MARK = "\x01"


def plain(line):
    for what, by in VARIES:
        line = re.sub(what, by, line)
    return line.strip()


def fits(shown, printed):
    """Whether the lines shown, some of them "...", are those printed."""
    if not shown:
        return not printed
    if shown[0].strip() == "...":
        return any(fits(shown[1:], printed[i:])
                   for i in range(len(printed) + 1))
    return bool(printed) and plain(shown[0]) == plain(printed[0]) and fits(
        shown[1:], printed[1:])


def steps(lines):
    """(line of its end, command, its output) of each that is to be typed."""
    found, inside, n = [], False, 0
    while n < len(lines):
        line = lines[n]
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and line.startswith("$ "):
            command = line[2:]
            while command.endswith("\\"):
                n += 1
                command += "\n" + lines[n].removeprefix("> ")
            found.append([n, command, []])
        elif inside and found:
            found[-1][2].append(line)
        n += 1
    return found


def run(found, command):
    script = "export COLUMNS=90\n" + "".join(f"printf '{MARK}'\n{{ {one[1]}\n}} 2>&1 </dev/null\n"
                     for one in found)
    got = subprocess.run([*command, "bash", "-c", script], check=False,
                         stdout=subprocess.PIPE)
    return [text.splitlines() for text in
            got.stdout.decode("utf-8").split(MARK)[1:]]


def main():
    write = sys.argv[1] == "--write"
    guide = pathlib.Path(sys.argv[1 + write])
    lines = guide.read_text("utf-8").splitlines()
    found = steps(lines)
    outputs = run(found, sys.argv[2 + write:])
    bad = len(outputs) != len(found)
    for (end, command, shown), printed in reversed(
            list(zip(found, outputs))):
        if fits(shown, printed):
            continue
        bad = True
        print(f"{guide.name}:{end + 1}: $ {command}", "--- shown", *shown,
              "--- printed", *printed, sep="\n")
        if write:
            lines[end + 1:end + 1 + len(shown)] = printed
    if write:
        guide.write_text("\n".join(lines) + "\n", "utf-8")
    return bad and not write


sys.exit(main())
