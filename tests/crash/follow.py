#!/usr/bin/env python3
"""Kill a follow again and again while sessions are written and read.

usage: follow.py ROUNDS [SEED] [s3], with SESHAT_BIN set

A writer appends lines to three sessions, some of them torn: half a line, and
the rest later.  'seshat mirror --follow' is killed at a random moment and
started again, each time a round; now and then a session is compacted beside
it.  A reader must always see the beginning of what was written, and never less
than before.  Every LEG rounds the follow is ended by Ctrl-C: then what is
stored is the source, byte for byte, in one stream, and three new sessions
begin.  The vault is a folder, with "s3" a bucket of a radosgw."""
import contextlib
import json
import random
import signal
import subprocess
import sys
import threading
import time
sys.dont_write_bytecode = True

from sessions import Home, Session, new_folder, radosgw  # noqa: E402
from bucket import Client  # noqa: E402  # sessions told where it is

LEG = 30
SESSIONS = 3


class Run(Home):
    """All of it, in a home of its own."""

    def __init__(self, path, seed, **more):
        super().__init__(path, **more)
        self.rand = random.Random(seed)
        self.faults = []
        self.shown = 0
        self.compacted = 0
        self.number = 0
        self.sessions = []
        self.writing = threading.Event()  # set: the threads go on

    def fault(self, text):
        """Something that must not be."""
        self.faults.append(text)
        print(f"# {text}", flush=True)

    def write(self, seed):
        """The thread of the writer."""
        rand = random.Random(seed)
        while self.writing.is_set():
            rand.choice(self.sessions).append(rand)
            time.sleep(rand.choice((0, 0.001, 0.005)))

    def look(self, session):
        """What is stored is a beginning of what was written."""
        r = self.seshat("show", session.id, "--raw")
        if r.returncode == 3 and session.seen == 0:
            return
        if r.returncode != 0:
            self.fault(f"{session.id}: show: status {r.returncode}: "
                       f"{r.stderr.decode()}")
        elif not session.written.startswith(r.stdout):
            self.fault(f"{session.id}: {len(r.stdout)} bytes are shown that "
                       "are no beginning of what was written")
        elif len(r.stdout) < session.seen:
            self.fault(f"{session.id}: {len(r.stdout)} bytes are shown, and "
                       f"{session.seen} were before")
        else:
            session.seen = len(r.stdout)
            self.shown += 1

    def read(self, seed):
        """The thread of the reader."""
        rand = random.Random(seed)
        while self.writing.is_set():
            try:
                self.look(rand.choice(self.sessions))
            except subprocess.TimeoutExpired as e:
                self.fault(f"{e}")

    def follow(self, **more):
        """Start one."""
        return self.begin("mirror", "--everywhere", "--follow", "--json",
                          "--interval", "0.01", **more)

    def round(self):
        """Start one, and kill it."""
        p = self.follow(stdout=subprocess.DEVNULL)
        time.sleep(self.rand.choice((0.01, 0.05, 0.2)) * self.rand.random())
        if self.rand.random() < 0.3:
            r = self.seshat("compact", self.rand.choice(self.sessions).id)
            self.compacted += r.returncode == 0
            if r.returncode not in (0, 3):
                self.fault(f"compact: status {r.returncode}: "
                           f"{r.stderr.decode()}")
        if p.poll() is not None:
            self.fault(f"the follow ended by itself, with {p.returncode}")
        p.kill()
        p.wait()

    def end(self):
        """A last one that is ended by Ctrl-C."""
        with self.follow(stdout=subprocess.PIPE) as p:
            for line in p.stdout:
                if b'"ready"' in line:
                    break
            # of all sessions only what grew is marked as ended
            for s in self.sessions:
                s.append(self.rand)
                s.append(self.rand)
            p.send_signal(signal.SIGINT)
            p.stdout.read()
        if p.returncode != 0:
            self.fault(f"Ctrl-C: status {p.returncode}")
        for s in self.sessions:
            self.check_end(s)
        r = self.seshat("verify", "--source")
        if r.returncode != 0:
            self.fault(f"verify: status {r.returncode}: "
                       f"{r.stdout.decode()[-2000:]}")

    def check_end(self, s):
        """All of a session is stored, once."""
        r = self.seshat("show", s.id, "--raw")
        if r.stdout != s.path.read_bytes():
            self.fault(f"{s.id}: {len(r.stdout)} of {len(s.written)} bytes "
                       "are stored, or others")
        r = self.seshat("show", s.id, "--json")
        told = json.loads(r.stdout) if r.returncode == 0 else {}
        if told.get("ended_at") is None or len(told["streams"]) != 1:
            self.fault(f"{s.id}: no end, or not one stream: "
                       f"{r.stdout.decode()}{r.stderr.decode()}")

    def leg(self, rounds):
        """Some rounds with three sessions."""
        self.sessions = []
        for _ in range(SESSIONS):
            self.sessions.append(Session(self.path, self.number, SESSIONS))
            self.number += 1
        self.writing.set()
        threads = [threading.Thread(target=work, args=(self.rand.random(),))
                   for work in (self.write, self.read)]
        for t in threads:
            t.start()
        try:
            for _ in range(rounds):
                self.round()
        finally:
            self.writing.clear()
            for t in threads:
                t.join()
        self.end()


def run_rounds(rounds, seed, path, store):
    """Whether nothing was wrong; store: what the environment says of it."""
    run = Run(path, seed, **store)
    for done in range(0, rounds, LEG):
        run.leg(min(LEG, rounds - done))
    parts = ([key for key, *_ in Client().list("vault") if "/part-" in key]
             if store else list(path.rglob("part-*")))
    print(f"# {len(parts)} parts of {run.number} sessions, shown {run.shown} "
          f"times, compacted {run.compacted} times", flush=True)
    return not run.faults


def main():
    args = [word for word in sys.argv[1:] if word != "s3"]
    rounds = int(args[0])
    seed = int(args[1]) if len(args) > 1 else time.time_ns() % 10**9
    print(f"# {rounds} rounds, seed {seed}", flush=True)
    with contextlib.ExitStack() as stack:
        store = {}
        if "s3" in sys.argv:
            store = stack.enter_context(radosgw())
            client = Client()
            client.make("vault")
            store["SESHAT_STORE"] = f"s3://vault?endpoint=http://{client.host}"
        good = run_rounds(rounds, seed, stack.enter_context(new_folder()),
                          store)
    print(("" if good else "not ") +
          "ok 1 - a follow that is killed at any moment goes on where it was")
    print("1..1")
    return 0 if good else 1


sys.exit(main())
