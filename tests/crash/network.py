#!/usr/bin/env python3
"""A bucket is written, read and compacted over a network that is bad.

usage: network.py SCHEDULES [SEED], with SESHAT_BIN set

A schedule is what a seed makes of it: sessions grow, are rewritten and torn;
mirrors, follows and readers run, two at once, are killed, lose what they
remember; between them and radosgw the proxy of tests/servers/faults.py loses,
delays and forges, and perhaps the server does not know conditions.  Whatever
happens no command takes long, a reader sees what was written or an error, an
error says what it is, and nobody sees a secret.  At the end the network is
good: then one mirror stores what is missing, and what is shown is what was
written, in no more streams than there were sources.  What the network still
holds back comes last, and changes nothing.

Each schedule has a seed of its own: SEED, SEED + 1 ...; "network.py 1 SEED" is
the one of that seed again, but for the time that each thing takes.  KEEP=FOLDER keeps the
home of one that fails, with the journal of its requests."""
import concurrent.futures
import gzip
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
sys.dont_write_bytecode = True

from sessions import (REDACTED, SECRET, Home, Session,  # noqa: E402
                      new_folder, radosgw)
# sessions told where these are
from bucket import Client  # noqa: E402
from faults import Plan, Proxy  # noqa: E402
from server import free_ports  # noqa: E402

AT_ONCE = 6
LIMIT = 60  # seconds, for one command
BUCKET = "network"
STATUSES = (0, 1, 3, 4, 5)

PASSING = ["drop", "cut", "lost", "short", "delay", "trickle", "500", "503",
           "503 body=html", "503 body=empty", "503 retry-after=1",
           "500 code=InternalError", "502 body=html", "504 body=empty", "409",
           "429", "400 code=RequestTimeout", "400 code=BadDigest"]
LATE = ["zombie", "zombie seconds=1.5", "zombie seconds=0"]
# what is not tried again; the second is a proxy's in a hotel
REFUSALS = ["403", "404 body=html", "403 code=InvalidAccessKeyId",
            "403 code=ExpiredToken", "403 code=RequestTimeTooSkewed",
            "403 body=empty", "501"]
ODD = ["301 region=eu-central-1", "400 region=eu-central-1", "date"]


class Bad(Exception):
    """What must not be."""


class Schedule:
    """One of them, in a home and below a prefix of its own."""

    def __init__(self, seed, home):
        self.seed = seed
        self.home_path = home
        self.rand = random.Random(seed)
        self.conditions = self.rand.choice(
            ("heeded",) * 4 + ("ignored", "refused"))
        kinds = self.rand.sample(PASSING, self.rand.choice((0, 1, 2, 4)))
        kinds += self.rand.sample(LATE, self.rand.choice((1, 1, 2)))
        if self.rand.random() < 0.3:
            kinds.append(self.rand.choice(REFUSALS))
        if self.rand.random() < 0.3:
            odd = self.rand.choice(ODD)
            # of a date: two hours, then it is asked whether all is as it was
            kinds.append("date seconds=" + self.rand.choice(("7200", "-7200"))
                         if odd == "date" else odd)
        self.plan = Plan([], seed, self.rand.choice((0.05, 0.15, 0.4)),
                         ",".join(kinds))
        self.did = [f"conditions {self.conditions}, "
                    f"{self.plan.rate} of {kinds}"]
        self.journal_path = home / "journal"
        self.proxy = None
        self.home = None
        self.sessions = []
        self.versions = {}  # by id: what each source was that had the name
        self.killed = 0
        self.put_back = 0  # old states

    def note(self, text):
        """For whoever looks into a failure."""
        self.did.append(text)

    # The program

    def check(self, ran, status, out, err, wanted):
        """What every command owes."""
        err = err.decode(errors="replace")
        self.note(f"{ran}: {status} {err.strip()[:600]}")
        if status not in wanted:
            raise Bad(f"{ran}: status {status}: {err}")
        if SECRET in err or os.environ["AWS_SECRET_ACCESS_KEY"] in err:
            raise Bad(f"{ran} tells a secret: {err}")
        # what is damaged is told as data
        if status and not (re.search(r"^seshat: .*\S: ?\S", err, re.M)
                           or ran == "verify" and out):
            raise Bad(f"{ran}: status {status}, and no word why: {out} {err}")
        if re.search(r"\(null\)|%s|Success|: *$", err, re.M):
            raise Bad(f"{ran}: an odd message: {err}")

    def end(self, ran, child, wanted=STATUSES):
        """Wait for a command, and look at how it ended; its output."""
        try:
            out, err = child.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            raise Bad(f"{ran}: not done after {LIMIT} s") from None
        self.check(ran, child.returncode, out, err, wanted)
        return child.returncode, out

    def begin(self, *args):
        """Start a command."""
        return self.home.begin(*args, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)

    def run(self, *args, wanted=STATUSES):
        """One command to its end; status and output."""
        return self.end(" ".join(args), self.begin(*args), wanted)

    # What can happen

    def grow(self):
        """Lines are written, the last one perhaps half."""
        s = self.rand.choice(self.sessions)
        for _ in range(self.rand.choice((1, 3, 20))):
            s.append(self.rand)
        self.note(f"grow {s.id[:8]} to {len(s.written)}")

    def rewrite(self):
        """The source becomes another one."""
        s = self.rand.choice(self.sessions)
        self.versions[s.id].append(bytes(s.written))
        s.written.clear()
        s.rest = b""
        s.path.unlink()
        for _ in range(self.rand.choice((1, 5, 40))):
            s.append(self.rand)
        self.note(f"rewrite {s.id[:8]}: {len(s.written)}")

    def mirror(self):
        """What there is."""
        self.run("mirror", "--everywhere")

    def two_mirrors(self):
        """At once."""
        both = [self.begin("mirror", "--everywhere") for _ in range(2)]
        for child in both:
            self.end("mirror, two at once", child)

    def kill(self, child):
        """At once."""
        child.kill()
        child.communicate()
        self.killed += 1
        if self.conditions != "heeded":
            self.settle()

    def settle(self):
        """Wait until the server has heard all that was said to it."""
        self.proxy.settle()

    def killed_mirror(self):
        """At a random moment."""
        child = self.begin("mirror", "--everywhere")
        after = self.rand.random() * self.rand.choice((0.05, 0.2, 1))
        time.sleep(after)
        self.kill(child)
        self.note(f"mirror, killed after {after:.3f} s")

    def follow(self):
        """For a short time, while there is more to store."""
        child = self.begin("mirror", "--everywhere", "--follow", "--interval",
                           "0.05")
        for _ in range(self.rand.randint(1, 6)):
            time.sleep(self.rand.random() * 0.2)
            self.grow()
        if self.rand.random() < 0.4:
            self.kill(child)
            self.note("follow, killed")
            return
        # it must have come as far as to hear of it
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        self.end("follow", child, (*STATUSES, 130, -signal.SIGINT))

    def compact(self):
        """One of them."""
        self.run("compact", self.rand.choice(self.sessions).id)

    def verify(self):
        """Nothing is damaged, whatever cannot be read."""
        _, out = self.run("verify")
        for line in out.decode().splitlines():
            # its place is pinned, and then nothing could be put there
            if not re.search("^verified |: nothing is stored of it$", line):
                raise Bad(f"verify: {line}")

    def listing(self):
        """What there is."""
        self.run("list")

    def look(self):
        """A reader sees a beginning of what was written, or an error."""
        s = self.rand.choice(self.sessions)
        status, out = self.run("show", s.id, "--raw")
        if not any(scrubbed(v).startswith(out)
                   for v in (*self.versions[s.id], bytes(s.written))):
            raise Bad(f"show {s.id}: {len(out)} bytes that were never written")
        if status == 5:
            raise Bad(f"show {s.id}: damaged")

    def forget(self):
        """What the program knew of the store is lost."""
        state = self.home_path / ".local/state/seshat"
        what = self.rand.choice(("mirror", "spool", "cache"))
        shutil.rmtree(self.home_path / ".cache/seshat" if what == "cache"
                      else state / what, ignore_errors=True)
        self.note(f"forget {what}")

    def old_state(self):
        """What is known of the store is put aside, and later back."""
        state = self.home_path / ".local/state/seshat/mirror"
        aside = self.home_path / "aside"
        if not aside.exists():
            if state.exists():
                shutil.copytree(state, aside)
            self.note("the state is put aside")
            return
        shutil.rmtree(state, ignore_errors=True)
        aside.rename(state)
        self.put_back += 1
        self.note("an old state is put back")

    def outage(self):
        """The server is not there for the time of a command."""
        self.proxy.down()
        try:
            self.run(*self.rand.choice((
                ("mirror", "--everywhere"), ("list",),
                ("show", self.sessions[0].id))),
                wanted=(0, 1, 3, 5))
        finally:
            self.proxy.up()

    def hours(self):
        """The server's clock goes forward: what is stored is old."""
        self.proxy.clock.jump(self.rand.choice((3700, 8000)))
        self.note("hours pass")

    # All of it

    def play(self):
        """As the seed has it."""
        steps = [(self.grow, 6), (self.mirror, 5), (self.killed_mirror, 3),
                 (self.follow, 2), (self.two_mirrors, 2), (self.compact, 2),
                 (self.look, 2), (self.verify, 1), (self.listing, 1),
                 (self.rewrite, 1), (self.forget, 1), (self.old_state, 3),
                 (self.outage, 0.3),
                 (self.hours, 0.3)]
        for number in range(self.rand.choice((1, 1, 2))):
            s = Session(self.home_path, number, 2, secrets=0.1)
            self.sessions.append(s)
            self.versions[s.id] = []
            s.write(s.line(self.rand))
        does, weights = zip(*steps)
        for does in self.rand.choices(does, weights,
                                      k=self.rand.randint(6, 14)):
            does()
        for s in self.sessions:
            s.complete()
        # what is half on its way when a program was killed
        self.proxy.settle()
        self.proxy.plan.calm()
        self.finish()
        self.proxy.release()
        self.note("the network holds back nothing more")
        # what came late has undone nothing, also for who looks an hour later
        self.proxy.clock.jump(3700)
        for s in self.sessions:
            s.append(self.rand)
            s.complete()
        self.finish()

    def finish(self):
        """The network is good: all is stored, as it is."""
        self.note("calm")
        self.run("mirror", "--everywhere", wanted=(0,))
        for s in self.sessions:
            self.check_whole(s)
        self.run("verify", "--source", wanted=(0,))
        asked = self.requests()
        self.run("mirror", "--everywhere", wanted=(0,))
        again = [one for one in self.requests()[len(asked):]
                 if one["method"] in ("PUT", "POST", "DELETE")
                 and "zombie" not in one]
        if again:
            raise Bad(f"a mirror with nothing new: {again}")
        self.check_objects()

    def check_whole(self, s):
        """What is stored of it is what was written, once."""
        _, out = self.run("show", s.id, "--raw", wanted=(0,))
        if out != scrubbed(bytes(s.written)):
            raise Bad(f"{s.id}: {len(out)} bytes are stored that are not the "
                      f"{len(s.written)} that were written")

    def requests(self):
        """All that the proxy heard of."""
        return [json.loads(line) for line
                in self.journal_path.read_text("utf-8").splitlines()]

    def check_objects(self):
        """No secret is in any, and no more streams than sources."""
        client = Client(os.environ["S3_ENDPOINT"])
        # a first part that came late, or whose program was killed
        late = {one["key"].rpartition("/")[2] for one in self.requests()
                if one["method"] == "PUT" and "/part-00000000-" in one["key"]
                and one["fault"] in ("zombie", "delay")}
        streams = {s.id: set() for s in self.sessions}
        ranges = {}
        for key, *_ in client.list(BUCKET, f"{self.seed}/"):
            data = client.get(BUCKET, key)
            if key.endswith(".gz"):
                found = part_of(key, data)
                if found:
                    ranges.setdefault(found[:2], []).append(found[2:])
                data = gzip.decompress(data)
            if SECRET.encode() in data:
                raise Bad(f"{key} holds a secret")
            found = re.fullmatch(r".*/([^/]*)/part-00000000-(\w+)\.jsonl\.gz",
                                 key)
            if found and key.rpartition("/")[2] not in late:
                streams[found.group(1)].add(found.group(2))
            elif re.search(r"/\.seshat-probe-|/\.tmp-", key):
                self.note(f"left over: {key}")
        more = self.killed
        if self.conditions != "heeded":
            # such a stream is left when it does not end where the state says,
            # when nobody knows what became of a put, or when a checkpoint of
            # it is an old one that came late (FORMATS.md)
            more += self.put_back + sum(
                one["method"] == "PUT" and one["status"] != 200
                and re.search("/(part|stream)-", one["key"]) is not None
                for one in self.requests())
        for s in self.sessions:
            most = 1 + len(self.versions[s.id])
            if len(streams[s.id]) > most + more:
                raise Bad(f"{s.id}: {len(streams[s.id])} streams of {most} "
                          f"sources: {streams[s.id]}")
        for stream, parts in ranges.items():
            check_ranges(stream, sorted(parts))


def scrubbed(data):
    """As it is stored."""
    return data.replace(SECRET.encode(), REDACTED.encode())


def part_of(key, data):
    """(session, stream, from, to) of a part that holds whole lines."""
    found = re.fullmatch(r".*/([^/]*)/part-(\d+)-(\w+)\.jsonl\.gz", key)
    if not found:
        return None
    # a gzip header, its one extra field's name and length
    extra = data[16:12 + int.from_bytes(data[10:12], "little")].decode()
    if " t=1" in extra:
        return None
    at = re.search(r" c=(\d+)-(\d+)", extra)
    return found.group(1), found.group(3), int(at.group(1)), int(at.group(2))


def check_ranges(stream, parts):
    """No byte of a source is in two parts."""
    for (_, end), (begin, _) in zip(parts, parts[1:]):
        if begin < end:
            raise Bad(f"{stream}: a byte is stored twice: {parts}")


def open_proxy(plan, conditions, journal):
    """One that is up, on a port that nobody was faster to take."""
    for left in reversed(range(5)):
        proxy = Proxy(free_ports(1)[0], plan, conditions, journal)
        try:
            proxy.up()
            return proxy
        except OSError:
            if not left:
                raise
    return None


def play(one, keys):
    """The schedule in its home; what is wrong, or None."""
    with open(one.journal_path, "w", encoding="utf-8") as journal:
        one.proxy = open_proxy(one.plan, one.conditions, journal)
        one.home = Home(one.home_path, SESHAT_STORE=(
            f"s3://{BUCKET}/{one.seed}?endpoint=http://127.0.0.1:"
            f"{one.proxy.port}"), **keys)
        try:
            one.play()
        except Bad as bad:
            return str(bad)
        except Exception as bad:  # one that is broken is one that failed
            return f"the test itself: {bad!r}"
        finally:
            one.proxy.down()
            one.proxy.release()
    return None


def run_one(seed, keys):
    """(what is wrong or None, the schedule)"""
    began = time.monotonic()
    with new_folder() as home:
        one = Schedule(seed, home)
        why = play(one, keys)
        if why and os.environ.get("KEEP"):
            shutil.copytree(home, os.environ["KEEP"])
    one.note(f"{time.monotonic() - began:.1f} s, {one.proxy.count} requests")
    return why, one


def run_all(seeds, keys):
    """How many failed."""
    bad = requests = 0
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for why, one in pool.map(lambda seed: run_one(seed, keys), seeds):
            requests += one.proxy.count
            if why is None:
                continue
            bad += 1
            print(f"# seed {one.seed}: {why}")
            for line in one.did:
                print("#     " + line.replace("\n", "\n#     "))
            sys.stdout.flush()
    print(f"# {requests} requests, {time.monotonic() - began:.0f} s, "
          f"{bad} schedules failed", flush=True)
    return bad


def main():
    count = int(sys.argv[1])
    first = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10**6)
    print(f"# {count} schedules, seeds from {first} on", flush=True)
    with radosgw() as keys:
        Client().make(BUCKET)
        bad = run_all(range(first, first + count), keys)
    print(("not " if bad else "") + "ok 1 - what a bad network does to a "
          "bucket, it is whole and told once")
    print("1..1")
    return 1 if bad else 0


sys.exit(main())
