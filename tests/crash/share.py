#!/usr/bin/env python3
"""Kill uploads to a plan at each of their requests.

usage: share.py [all], with SESHAT_BIN set

A session is uploaded with its plan told of it: a small one, one of several
files, and one that has grown since it was uploaded.  At each request the
program is killed, once before GitHub did what was asked, once after; and once
each the answer is lost, or is a failure though it was done.  Without "all"
fewer are met, of the longer sessions only those that change the gist.

At every moment whoever reads the gist that the plan points to finds the old
session or the new one.  The same command again then brings all to its end: one
gist, with nothing in it but what belongs there, its bytes, the header and one
comment for each version."""
import concurrent.futures
import sys
import time
sys.dont_write_bytecode = True

from hub import (AFTER, BEFORE, Machine, new_hub,  # noqa: E402
                    transcript)
from sessions import PATIENCE, new_folder  # noqa: E402

AT_ONCE = 8
SESSION = "00000001-1111-4222-8333-444444444444"
SIZES = {  # before, after
    "small": (0, 2_000),
    "long": (0, 5_000_000),
    "grown": (2_500_000, 5_000_000),
    "outgrown": (2_000, 2_500_000),
}
KILLED = ("late", "slow")
UNTOLD = ("lost", "applied")
CHANGES = ("POST", "PATCH", "DELETE")


class Bad(Exception):
    """What must not be."""


class Case:
    """A session of a size, and a GitHub and a home of its own."""

    def __init__(self, name, hub, folder):
        self.hub, self.folder = hub, folder
        self.old, self.new = (transcript(SESSION, size) if size else None
                              for size in SIZES[name])
        self.machine = None
        self.count = 0

    def begin(self):
        """Up to the upload that is to be met."""
        self.hub.begin()
        self.count += 1
        self.machine = Machine(self.folder / str(self.count), self.hub)
        if self.old:
            self.machine.write(SESSION, self.old)
            self.run()
        self.machine.write(SESSION, self.new)
        self.hub.control(forget=True)

    def run(self, wanted=(0,)):
        """An upload to its end."""
        child = self.machine.upload(SESSION)
        _, err = child.communicate(timeout=PATIENCE)
        if child.returncode not in wanted:
            raise Bad(f"status {child.returncode}: {err.decode()}")

    def look(self):
        """What readers see: the old session or the new one, or, where the
        plan tells of none yet, none."""
        at = self.hub.pointer().get("gist_id")
        good = [one for one in (self.old, self.new) if one]
        if bool(at) < bool(self.old):
            raise Bad("the plan tells of no session any more")
        if at and at not in self.hub.gists():
            raise Bad(f"the plan points to gist {at}, which is not there")
        ways = [("--gist-url", gist) for gist in self.hub.gists()]
        for way in [("--issue", "7")] * bool(at) + ways:
            status, got, err = self.machine.download(*way)
            if got not in (good if status == 0 else [None]):
                raise Bad(f"{way}: {len(got)} bytes that nobody wrote")
            if status and (way[0] == "--issue" or way[1] == at):
                raise Bad(f"{way}: {err}")

    def finished(self):
        """All is as it should be in the end."""
        gists = self.hub.gists()
        if len(gists) != 1:
            raise Bad(f"{len(gists)} gists: {gists}")
        gist, files = gists.popitem()
        if "00-manifest.json" in files:
            size = sum(files.values()) - files["00-manifest.json"]
        else:
            size = sum(files.values())
        if size != len(self.new):
            raise Bad(f"files are left over: {files}")
        for way in ("--issue", "7"), ("--gist-url", gist):
            status, got, err = self.machine.download(*way)
            if status or got != self.new:
                raise Bad(f"{way}: status {status}, other bytes: {err}")
        self.check_issue(gist)
        if bad := self.hub.ask()["violations"]:
            raise Bad(f"violations: {bad}")

    def check_issue(self, gist):
        """The header and the comments."""
        issue, told = self.hub.issue(), self.hub.pointer()
        if told.get("gist_id") != gist or told.get("id") != SESSION \
                or told.get("source") != "local" or "at" not in told:
            raise Bad(f"the header: {issue['body']}")
        if not issue["body"].startswith(BEFORE) \
                or not issue["body"].endswith(AFTER) \
                or "\nlater_field: 'kept: yes'\n" not in issue["body"]:
            raise Bad(f"the issue's body: {issue['body']!r}")
        comments = [one["body"] for one in issue["comments"]]
        if len(comments) != 1 + bool(self.old) \
                or not all(gist in one for one in comments):
            raise Bad(f"comments: {comments}")

    def kill(self, n, fault):
        """At a request, and then the same again."""
        self.hub.control(rules=[{"n": n, "do": fault}])
        child = self.machine.upload(SESSION)
        met = self.hub.await_rule(child)
        child.kill()
        child.communicate()
        if not met:
            raise Bad("it never came so far")
        self.look()
        before = self.hub.ask()["requests"]
        self.hub.control(release=True)
        self.hub.await_requests(before + 1)
        self.look()
        self.run()

    def fail(self, n, fault):
        """Nobody is told what became of a request; with luck it ends well all
        the same."""
        self.hub.control(rules=[{"n": n, "do": fault}])
        self.run((0, 1, 5))
        self.look()
        self.run()

    def meet(self, n, fault):
        """One of them."""
        self.begin()
        if fault in KILLED:
            self.kill(n, fault)
        else:
            self.fail(n, fault)
        self.finished()
        gists = self.hub.gists()
        self.run()
        if gists != self.hub.gists():
            raise Bad("the same again changes the gist")
        self.check_issue(next(iter(gists)))


def play(name, n, fault):
    """What is wrong, or None."""
    try:
        with new_hub() as hub, new_folder() as folder:
            Case(name, hub, folder).meet(n, fault)
    except Bad as bad:
        return f"{name}, request {n}, {fault}: {bad}"
    except Exception as bad:  # one that is broken is one that failed
        return f"{name}, request {n}, {fault}: the test itself: {bad!r}"
    return None


def plan(everything):
    """What is to be met: (name, request, fault); each size is run once to see
    what it asks."""
    for name in SIZES:
        with new_hub() as hub, new_folder() as folder:
            case = Case(name, hub, folder)
            case.begin()
            case.run()
            asked = [(one["method"], one["path"]) for one in hub.log()]
            case.finished()
        print(f"# {name}: {' '.join(method for method, _ in asked)}",
              flush=True)
        for n, (method, path) in enumerate(asked, 1):
            for fault in (*KILLED, *UNTOLD):
                if everything or is_enough(name, method, path, fault):
                    yield name, n, fault


def is_enough(name, method, path, fault):
    """Whether it is met when not all are."""
    if name == "small":
            return fault == "late" or (fault in UNTOLD and method in CHANGES)
    return path.startswith("/gists") and method in CHANGES \
        and fault in ("late", "lost")


def main():
    began = time.monotonic()
    everything = sys.argv[1:] == ["all"]
    bad = []
    cases = list(plan(everything))
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for why in pool.map(lambda case: play(*case), cases):
            if why:
                bad.append(why)
                print("# " + why.replace("\n", "\n# "), flush=True)
    print(f"# {len(cases)} cases, {time.monotonic() - began:.0f} s, "
          f"{len(bad)} failed")
    print(("not " if bad else "") + "ok 1 - an upload that ends at any "
          "request leaves a whole session, and the next one finishes")
    print("1..1")
    return 1 if bad else 0


sys.exit(main())
