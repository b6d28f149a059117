#!/usr/bin/env python3
"""Two machines upload to one plan at the same moment.

usage: share_race.py ROUNDS, with SESHAT_BIN set

In each round the two know nothing of each other.  First each shares a session
of its own: both are found afterwards, the header points to one of them, and
the rest of the issue is as it was.  Then both share the same session: once
each has run again there is one gist of it."""
import sys
import time
sys.dont_write_bytecode = True

from hub import AFTER, BEFORE, Machine, new_hub, transcript  # noqa: E402
from sessions import PATIENCE, new_folder  # noqa: E402

IDS = [f"0000000{n}-1111-4222-8333-444444444444" for n in range(3)]


class Bad(Exception):
    """What must not be."""


def upload(machines, sessions):
    """All at once; the exit statuses."""
    children = [machine.upload(session)
                for machine, session in zip(machines, sessions)]
    said = [child.communicate(timeout=PATIENCE)[1] for child in children]
    for child, err in zip(children, said):
        if child.returncode != 0:
            raise Bad(f"status {child.returncode}: {err.decode()}")


def check_issue(hub, sessions):
    """It is whole and points to one of them, which are all found."""
    issue, told = hub.issue(), hub.pointer()
    if not issue["body"].startswith(BEFORE) \
            or not issue["body"].endswith(AFTER) \
            or "\nlater_field: 'kept: yes'\n" not in issue["body"] \
            or issue["body"].count("last_session_id") != 1:
        raise Bad(f"the issue's body: {issue['body']!r}")
    if told.get("id") not in sessions:
        raise Bad(f"the header: {told}")
    if told["gist_id"] not in hub.gists():
        raise Bad(f"the header points to no gist: {told}")


def check_download(machine, session, data):
    """The plan leads to it."""
    status, got, err = machine.download("--issue", "7", "--session-id",
                                        session)
    if status or got != data:
        raise Bad(f"{session}: status {status}: {err}")


def play(hub, folder):
    """A round; how many gists there were of the one session at first."""
    hub.begin()
    machines = [Machine(folder / name, hub) for name in ("one", "two")]
    data = {session: transcript(session, 3_000) for session in IDS}
    for machine, session in zip(machines, IDS):
        machine.write(session, data[session])
        machine.write(IDS[2], data[IDS[2]])
    upload(machines, IDS[:2])
    check_issue(hub, IDS[:2])
    for session in IDS[:2]:
        for machine in machines:
            check_download(machine, session, data[session])
    if len(hub.gists()) != 2:
        raise Bad(f"{len(hub.gists())} gists of two sessions")
    upload(machines, [IDS[2]] * 2)
    first = len(hub.gists()) - 2
    for machine in machines:
        upload([machine], [IDS[2]])
    if len(hub.gists()) != 3:
        raise Bad(f"{len(hub.gists()) - 2} gists of a session that two "
                  "machines shared")
    check_issue(hub, IDS)
    for machine in machines:
        for session in IDS:
            check_download(machine, session, data[session])
    if bad := hub.ask()["violations"]:
        raise Bad(f"violations: {bad}")
    return first


def main():
    rounds = int(sys.argv[1])
    began = time.monotonic()
    bad = 0
    firsts = []
    with new_hub() as hub:
        for n in range(rounds):
            try:
                with new_folder() as folder:
                    firsts.append(play(hub, folder))
            except Bad as why:
                bad += 1
                print(f"# round {n}: " + str(why).replace("\n", "\n# "),
                      flush=True)
    print(f"# {rounds} rounds, {time.monotonic() - began:.0f} s, {bad} "
          f"failed; {sum(one > 1 for one in firsts)} times there were two "
          "gists for a while")
    print(("not " if bad else "") + "ok 1 - of two uploads to a plan at once "
          "neither is lost")
    print("1..1")
    return 1 if bad else 0


sys.exit(main())
