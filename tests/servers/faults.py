#!/usr/bin/env python3
"""A proxy between a program and an S3 server that treats both badly.

usage: faults.py DIR [--seed N] [--rate P] [--of FAULT,...]
                 [--conditions heeded|ignored|refused] [RULE...]
       faults.py DIR rule RULE... | calm | down | up | release | clock SECONDS

It stands in front of S3_ENDPOINT of the environment.  Once it is up, sourcing
DIR/env makes S3_ENDPOINT the proxy, and S3_DIRECT the server; DIR/journal has
a line of JSON for each request, written before the client can know its
answer; tests/servers/stop DIR ends it.

A rule is a fault, which requests it meets, and details:

  "lost PUT /part- nth=3"    the third PUT whose path or query fits the regex
  "503 * * times=2 retry-after=1"       the next two requests, whatever they are
  "conditions-ignored times=0"          from now on, always

Without a rule that applies, a request meets a fault at random, with
probability --rate, one of those named by --of, "503 body=html" say; what lasts
some seconds lasts up to 0.25 unless it says so.  A seed determines which: by
method, name (but for what is hexadecimal) and how often that was asked, so that
what is done at the same time does not matter.  No request is met three times
in a row.  The seed is printed, and is FAULTS_SEED in DIR/env.

  drop        the connection is reset, the server hears of nothing
  cut         the same in the middle of the request's body, which it hears
  lost        the same when the server has answered
  short       the answer ends in the middle
  delay       seconds=0.1 before anything is done
  trickle     the answer takes seconds=0.5
  zombie      the client's connection is reset at once, the server hears of the
              request seconds=0.2 later; seconds=0: when told to release
  500 503 403 409 ...   an answer with that status: code=, retry-after=,
              body=xml, html or empty, region= (the region that is right)
  region      answer status=400 (or 301), which names region=, to whatever is
              signed for another one; hint=both, header or body
  date        the clock of the answer is wrong by seconds=
  elsewhere   a GET of what is there is answered with status=302, to another
              name of this proxy, which tells what was brought; to=URL: to that
  conditions-ignored    If-Match and If-None-Match are taken away
  conditions-refused    they are answered with 501

--conditions is what the server itself does with them, whatever else happens.
calm ends all rules and what is random, down refuses connections, up ends that.
clock puts the server's clock forward: what was stored is so much older, and
what is signed for another time is refused.  Where a request is changed it is signed again with the keys of the
environment."""
import argparse
import collections
import contextlib
import http.client
import json
import os
import random
import re
import socket
import struct
import sys
import threading
import time
from urllib.parse import unquote, urlsplit
sys.dont_write_bytecode = True

from messages import Answer, Clock, Gone, Request, http_date  # noqa: E402
from server import Folder, free_ports, start, wait_until  # noqa: E402

RANDOM = "drop,cut,lost,short,delay,trickle,zombie,500,503,409"
IN_A_ROW = 2
VERBS = ("rule", "calm", "down", "up", "release", "clock")
CONDITIONS = ("if-match", "if-none-match")


class Rule:
    """One line of it; it counts the requests that it meets."""

    def __init__(self, text):
        self.fault, *words = text.split()
        self.options = {"nth": "1", "times": "1"}
        wanted = []
        for word in words:
            name, equals, value = word.partition("=")
            if equals and re.fullmatch("[a-z-]+", name):
                self.options[name] = value
            else:
                wanted.append(word)
        self.methods, self.target = (wanted + ["*", "*"])[:2]
        if self.target == "*":
            self.target = ""
        if len(wanted) > 2 or not (self.fault in FAULTS
                                   or self.fault.isdigit()):
            raise ValueError(f"not a rule: {text}")
        re.compile(self.target)
        self.met = 0

    def number(self, name, default):
        return float(self.options.get(name, default))

    def wants(self, request):
        """Whether this is the request it is for; to be asked once for each."""
        if self.methods != "*" and request.method not in self.methods.split(
                "|"):
            return False
        if not re.search(self.target, request.target):
            return False
        self.met += 1
        first, times = int(self.options["nth"]), int(self.options["times"])
        return self.met >= first and (not times or self.met < first + times)


class Plan:
    """What is to happen to each request."""

    def __init__(self, rules, seed, rate, of):
        self.rules = [Rule(text) for text in rules]
        self.seed, self.rate = seed, rate
        self.of = of.split(",")
        for text in self.of:
            Rule(text)
        self.asked = collections.Counter()
        self.row = collections.Counter()
        self.lock = threading.Lock()

    def for_request(self, request):
        """A rule, or None.  All rules count all requests."""
        with self.lock:
            wanting = [rule for rule in self.rules if rule.wants(request)]
            return wanting[0] if wanting else self.draw(request)

    def draw(self, request):
        what = (request.method + " "
                + re.sub("[0-9a-f]{8,}", "#", request.target))
        exactly = request.method + " " + request.target
        self.asked[what] += 1
        dice = random.Random(f"{self.seed} {what} {self.asked[what]}")
        if dice.random() >= self.rate or self.row[exactly] >= IN_A_ROW:
            self.row[exactly] = 0
            return None
        self.row[exactly] += 1
        fault, _, details = dice.choice(self.of).partition(" ")
        return Rule(f"{fault} seconds={dice.random() / 4:.3f} {details}")

    def add(self, rules):
        rules = [Rule(text) for text in rules]
        with self.lock:
            self.rules += rules

    def calm(self):
        with self.lock:
            self.rules, self.rate = [], 0


class Line:
    """A client's connection, and what becomes of its requests.

    Each fault is a method: it answers with an Answer, or None when there is
    none and the connection ends."""

    def __init__(self, proxy, client):
        self.proxy, self.client = proxy, client
        self.stream = client.makefile("rb")

    def serve(self):
        try:
            while self.one():
                pass
        except (OSError, Gone):
            pass  # the client, and so this line
        finally:
            self.stream.close()
            self.client.close()

    def one(self):
        """One request; whether there may be another one."""
        line = self.stream.readline().decode("latin-1").strip()
        if not line:
            return False
        headers = []
        while pair := self.stream.readline().decode("latin-1").strip():
            name, _, value = pair.partition(":")
            headers.append((name, value.strip()))
        request = Request(line, headers, self.stream, self.client)
        with self.proxy.at_work():
            return self.deal_with(request)

    def deal_with(self, request):
        rule = self.proxy.plan.for_request(request)
        entry = self.proxy.entry(request, rule)
        if request.target.startswith("/elsewhere/"):
            answer = self.from_elsewhere(request, entry)
        elif rule is None:
            answer = self.forward(request, entry)
        elif rule.fault.isdigit():
            request.read()
            answer = self.error(request, int(rule.fault), rule)
        else:
            answer = FAULTS[rule.fault](self, request, rule, entry)
        if answer is None:
            self.proxy.write(entry)
            self.reset()
            return False
        entry["status"] = answer.status
        self.proxy.write(entry)
        self.send(answer.bytes(), rule)
        return (request.header("connection") or "").lower() != "close" and (
            rule is None or rule.fault != "short")

    def send(self, data, rule):
        if rule and rule.fault == "short":
            # half of the body, or of the headers where there is no body
            head = data.index(b"\r\n\r\n") + 4
            self.client.sendall(data[:(head + len(data)) // 2
                                     if len(data) > head else head // 2])
        elif rule and rule.fault == "trickle":
            piece = len(data) // 10 + 1
            for at in range(0, len(data), piece):
                self.client.sendall(data[at:at + piece])
                time.sleep(rule.number("seconds", 0.5) / 10)
        else:
            self.client.sendall(data)

    def reset(self):
        self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                               struct.pack("ii", 1, 0))

    def error(self, request, status, rule):
        named = rule.options.get
        return Answer.error(request, status, named("code"), named("region"),
                            named("hint", "both"), named("body", "xml"),
                            named("retry-after"))

    def forward(self, request, entry):
        """To the server, by its clock; None when there is no server."""
        request.read()
        clock = self.proxy.clock
        if not clock.is_right():
            if clock.is_skewed(request.header("x-amz-date")):
                return clock.show(Answer.error(request, 403,
                                               "RequestTimeTooSkewed"))
            request.sign_again()
        if self.is_conditional(request) and (
                self.proxy.conditions != "heeded"):
            if self.proxy.conditions == "refused":
                return clock.show(Answer.error(request, 501))
            request.sign_again(without=CONDITIONS)
        answer = self.ask(request, entry)
        return answer and clock.show(answer)

    def ask(self, request, entry):
        try:
            with socket.create_connection(self.proxy.server) as up:
                up.sendall(request.bytes(request.body))
                got = http.client.HTTPResponse(up, method=request.method)
                got.begin()
                body = got.read()
        except (OSError, http.client.HTTPException) as why:
            entry["gone"] = str(why) or type(why).__name__
            return None
        entry["server"] = got.status
        headers = [(name, value) for name, value in got.getheaders()
                   if name.lower() not in ("connection", "transfer-encoding",
                                           "keep-alive")]
        answer = Answer(got.status, got.reason, headers, body)
        if request.method != "HEAD" and got.status != 304:
            answer.set("Content-Length", str(len(body)))
        return answer

    def drop(self, _request, _rule, _entry):
        return None

    def cut(self, request, _rule, _entry):
        if request.length:
            request.read(0.5)
            with socket.create_connection(self.proxy.server) as up:
                up.sendall(request.bytes(request.body))

    def lost(self, request, _rule, entry):
        self.forward(request, entry)

    def plain(self, request, _rule, entry):
        """For those that are about sending the answer."""
        return self.forward(request, entry)

    def delay(self, request, rule, entry):
        time.sleep(rule.number("seconds", 0.1))
        return self.forward(request, entry)

    def zombie(self, request, rule, entry):
        request.read()
        wait = rule.number("seconds", 0.2)
        later = dict(entry, zombie=True)
        released = self.proxy.released

        def deliver():
            if wait:
                time.sleep(wait)
            else:
                released.wait()
            self.forward(request, later)
            self.proxy.write(later)

        self.proxy.held(deliver)

    def region(self, request, rule, entry):
        region = rule.options["region"]
        scope = (request.header("authorization") or "").split("/")
        if len(scope) > 2 and scope[2] == region:
            return self.forward(request, entry)
        request.read()
        return self.error(request, int(rule.number("status", 400)), rule)

    def date(self, request, rule, entry):
        answer = self.forward(request, entry)
        if answer:
            answer.set("Date", http_date(time.time()
                                         + rule.number("seconds", 0)))
        return answer

    def elsewhere(self, request, rule, entry):
        path = request.target.partition("/")[2]
        where = rule.options.get("to",
                                 f"http://localhost:{self.proxy.port}")
        answer = self.forward(request, entry)
        if request.method != "GET" or not answer or answer.status > 206:
            return answer
        return Answer(int(rule.number("status", 302)), "Found",
                      [("Date", http_date(time.time())),
                       ("Location", f"{where}/elsewhere/{path}"),
                       ("Content-Length", "0")], b"")

    def from_elsewhere(self, request, entry):
        """To the server, with our own keys; the journal says whose came."""
        entry["brought"] = [
            name for name, _ in request.headers
            if re.match("authorization|x-amz-|cookie", name, re.I)]
        request.target = request.target.replace("/elsewhere/", "/", 1)
        host = ("Host", f"{self.proxy.server[0]}:{self.proxy.server[1]}")
        request.headers = [pair for pair in request.headers
                           if pair[0].lower() == "range"] + [
            host, ("Authorization", "SignedHeaders=host")]
        request.sign_again()
        return self.ask(request, entry)

    def conditions_ignored(self, request, _rule, entry):
        if self.is_conditional(request):
            request.read()
            request.sign_again(without=CONDITIONS)
            entry["ignored"] = True
        return self.forward(request, entry)

    def conditions_refused(self, request, _rule, entry):
        if not self.is_conditional(request):
            return self.forward(request, entry)
        request.read()
        return Answer.error(request, 501)

    @staticmethod
    def is_conditional(request):
        """And changes something: who only reads may ask for what is new."""
        return request.method in ("PUT", "POST", "DELETE") and any(
            request.header(name) for name in CONDITIONS)


FAULTS = {"drop": Line.drop, "cut": Line.cut, "lost": Line.lost,
          "short": Line.plain, "trickle": Line.plain, "delay": Line.delay,
          "zombie": Line.zombie, "region": Line.region, "date": Line.date,
          "elsewhere": Line.elsewhere,
          "conditions-ignored": Line.conditions_ignored,
          "conditions-refused": Line.conditions_refused}


class Proxy:
    """In front of S3_ENDPOINT; journal is a file."""

    def __init__(self, port, plan, conditions, journal):
        where = urlsplit(os.environ["S3_ENDPOINT"])
        self.server = (where.hostname, where.port)
        self.port = port
        self.plan = plan
        self.conditions = conditions
        self.clock = Clock()
        self.released = threading.Event()
        self.waiting = []
        self.busy = 0  # requests that are being dealt with
        self.lock = threading.Lock()
        self.count = 0
        self.journal = journal
        self.listener = None

    def entry(self, request, rule):
        """Of the journal."""
        path, _, query = request.target.partition("?")
        with self.lock:
            self.count += 1
            return {"n": self.count, "method": request.method,
                    "key": unquote(path), "query": query,
                    "bytes": request.length, "status": None, "server": None,
                    "fault": rule and rule.fault}

    def write(self, entry):
        with self.lock:
            print(json.dumps(entry), file=self.journal, flush=True)

    def held(self, deliver):
        thread = threading.Thread(target=deliver, daemon=True)
        with self.lock:
            self.waiting.append(thread)
        thread.start()

    @contextlib.contextmanager
    def at_work(self):
        with self.lock:
            self.busy += 1
        try:
            yield
        finally:
            with self.lock:
                self.busy -= 1

    def settle(self):
        """Wait until nothing is being dealt with, but for what is held."""
        wait_until(lambda: not self.busy, "the proxy")

    def release(self):
        """All that is held, and wait until the server has answered."""
        with self.lock:
            waiting, self.waiting = self.waiting, []
            released, self.released = self.released, threading.Event()
        released.set()
        for thread in waiting:
            thread.join()

    def up(self):
        if self.listener:
            return
        self.listener = socket.create_server(("127.0.0.1", self.port),
                                             backlog=64)
        threading.Thread(target=self.accept, args=(self.listener,),
                         daemon=True).start()

    def down(self):
        if self.listener:
            # wakes who accepts, too
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None

    def accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=Line(self, client).serve,
                             daemon=True).start()

    def obey(self, verb, *words):
        if verb == "rule":
            self.plan.add(words)
        else:
            {"calm": self.plan.calm, "down": self.down, "up": self.up,
             "release": self.release,
             "clock": self.clock.jump}[verb](*words)

    def run(self):
        """Until it is killed; commands come from a socket in the folder."""
        self.up()
        control = socket.socket(socket.AF_UNIX)
        control.bind("control.new")
        control.listen()
        os.rename("control.new", "control")
        while True:
            who, _ = control.accept()
            with who, who.makefile("rw", encoding="utf-8") as line:
                try:
                    self.obey(*json.loads(line.readline()))
                    print("done", file=line)
                except (KeyError, ValueError, TypeError, re.error) as why:
                    print(f"faults.py: {why!r}", file=line)


def tell(folder, words):
    """A proxy that runs; what it said, unless it is done."""
    os.chdir(folder.path)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as control:
        control.connect("control")
        with control.makefile("rw", encoding="utf-8") as line:
            print(json.dumps(words), file=line, flush=True)
            said = line.readline().strip()
    return said if said != "done" else None


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("dir")
    parser.add_argument("rules", nargs="*")
    parser.add_argument("--seed", default=str(random.randrange(10 ** 9)))
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--of", default=RANDOM)
    parser.add_argument("--conditions", default="heeded",
                        choices=("heeded", "ignored", "refused"))
    parser.add_argument("--port", type=int)
    parser.add_argument("--serve", action="store_true")
    args = parser.parse_args()
    folder = Folder(args.dir)
    plan = Plan(args.rules, args.seed, args.rate, args.of) if (
        not args.rules or args.rules[0] not in VERBS) else None
    if args.serve:
        os.chdir(folder.path)
        with open("journal", "a", encoding="utf-8") as journal:
            Proxy(args.port, plan, args.conditions, journal).run()
    elif plan is None:
        sys.exit(tell(folder, args.rules))

    def bring_up():
        port = args.port or free_ports(1)[0]
        folder.make("log")
        for old in "control", "journal":
            (folder.path / old).unlink(missing_ok=True)
        child = folder.spawn(
            "faults", sys.executable, __file__, folder.path, *args.rules,
            "--serve", "--port", port, "--seed", args.seed, "--rate",
            args.rate, "--of", args.of, "--conditions", args.conditions)
        wait_until(lambda: child.poll() is not None
                   or (folder.path / "control").exists(), "the proxy")
        if child.poll() is not None:
            raise OSError(f"the proxy ended with {child.returncode}")
        folder.ready(S3_DIRECT=os.environ["S3_ENDPOINT"],
                     S3_ENDPOINT=f"http://127.0.0.1:{port}",
                     FAULTS_SEED=args.seed)

    start(folder, bring_up, tries=1 if args.port else 3)
    print(f"faults.py: seed {args.seed}", file=sys.stderr)


if __name__ == "__main__":
    main()
