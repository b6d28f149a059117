#!/usr/bin/env python3
"""Answer a program's questions on a terminal.

usage: talk.py TRANSCRIPT [QUESTION ANSWER]... -- COMMAND...

The command runs on a terminal of its own.  Once it has printed a question, and
not before, the answer is typed; ^C is that key.  All that the terminal showed
goes to the file, and the exit status is the command's."""
import os
import pty
import select
import sys
import time

PATIENCE = 60  # seconds: for a machine that has much else to do


def main():
    gap = sys.argv.index("--")
    transcript, *talk = sys.argv[1:gap]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[gap + 1], sys.argv[gap + 1:])
    shown = b""
    seen = 0  # up to where questions are answered
    due = time.monotonic() + PATIENCE
    while time.monotonic() < due:
        while talk and (at := shown.find(talk[0].encode(), seen)) >= 0:
            seen = at + len(talk[0])
            answer = talk[1]
            os.write(terminal, b"\x03" if answer == "^C"
                     else answer.encode() + b"\n")
            talk = talk[2:]
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:  # Linux: nobody is at the other end any more
            break
        if not data:
            break
        shown += data
    with open(transcript, "wb") as out:
        out.write(shown.replace(b"\r\n", b"\n"))
    if time.monotonic() >= due:
        os.kill(child, 9)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if talk:
        print(f"never asked: {talk[0]}", file=sys.stderr)
        return 99
    return status


sys.exit(main())
