#!/usr/bin/env python3
"""Kill a follow again and again while sessions are written and read.

usage: follow.py ROUNDS [SEED], with SESHAT_BIN set

A writer appends lines to three sessions, some of them torn: half a line, and
the rest later.  'seshat mirror --follow' is killed at a random moment and
started again, each time a round; now and then a session is compacted beside
it.  A reader must always see the beginning of what was written, and never less
than before.  Every LEG rounds the follow is ended by Ctrl-C: then what is
stored is the source, byte for byte, in one stream, and three new sessions
begin."""
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

LEG = 30
SESSIONS = 3
PATIENCE = 120  # seconds, for a machine that is busy
BIN = os.environ["SESHAT_BIN"]


class Session:
    """One transcript: what was written of it, what was seen."""

    def __init__(self, home, number):
        self.id = f"{number:08x}-1111-4222-8333-444444444444"
        self.cwd = f"/src/{number % SESSIONS}"
        folder = home / f"claude/projects/-src-{number % SESSIONS}"
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{self.id}.jsonl"
        self.written = bytearray()
        self.rest = b""  # of a torn line
        self.lines = 0
        self.seen = 0

    def line(self, rand):
        """The next one, of a length that varies."""
        self.lines += 1
        return json.dumps(
            {"type": "user", "sessionId": self.id, "cwd": self.cwd,
             "uuid": f"{self.id}/{self.lines}",
             "message": {"role": "user",
                         "content": "x" * rand.choice((5, 90, 2000))}},
        ).encode() + b"\n"

    def append(self, rand):
        """A line, half of one, or the rest of that."""
        if self.rest:
            data, self.rest = self.rest, b""
        else:
            data = self.line(rand)
            if rand.random() < 0.25:
                half = rand.randrange(1, len(data))
                data, self.rest = data[:half], data[half:]
        # first noted: a reader must not see what is not known here
        self.written += data
        with open(self.path, "ab", 0) as f:
            f.write(data)


class Run:
    """All of it, in a home of its own."""

    def __init__(self, home, seed):
        self.home = home
        self.rand = random.Random(seed)
        self.env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
                    "HOME": str(home), "CLAUDE_CONFIG_DIR": f"{home}/claude",
                    "CODEX_HOME": f"{home}/codex"}
        self.faults = []
        self.shown = 0
        self.compacted = 0
        self.number = 0
        self.sessions = []
        self.writing = threading.Event()  # set: the threads go on

    def seshat(self, *args):
        """Run a command to its end."""
        return subprocess.run([BIN, *args], env=self.env, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=PATIENCE)

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
        return subprocess.Popen(
            [BIN, "mirror", "--everywhere", "--follow", "--json", "--interval",
             "0.01"], env=self.env, stdin=subprocess.DEVNULL, **more)

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
            self.sessions.append(Session(self.home, self.number))
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


def main():
    rounds = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 10**9
    print(f"# {rounds} rounds, seed {seed}", flush=True)
    home = pathlib.Path(tempfile.mkdtemp(prefix="seshat-test."))
    try:
        run = Run(home, seed)
        for done in range(0, rounds, LEG):
            run.leg(min(LEG, rounds - done))
        print(f"# {sum(1 for _ in home.rglob('part-*'))} parts of "
              f"{run.number} sessions, shown {run.shown} times, compacted "
              f"{run.compacted} times", flush=True)
    finally:
        shutil.rmtree(home)
    print(("not " if run.faults else "") +
          "ok 1 - a follow that is killed at any moment goes on where it was")
    print("1..1")
    return 1 if run.faults else 0


sys.exit(main())
