"""The GitHub of the tests as a whole: what it has, what was asked of it, and
what it is told to be like."""
import contextlib
import json
import pathlib
import re
import shutil
import threading
import time

import github_access
import github_gists
import github_graphql
import github_repo
from github_faults import Rules
from github_web import Refused, Reply, VERSIONS, not_found, tagged

CONFIG = {
    "inline_budget": 1_000_000,  # bytes of content in one answer
    "most_files": 300,           # in one answer
    "most_body": 8 << 20,        # bytes of a request
    "big_post": 413,             # what is answered to a longer one
    "raw_most": 10_000_000,      # bytes of a file at its raw address
    "raw_over": 403,             # what is answered beyond; 0: the file
    "normalise": ["c0", "c1", "cr"],  # also del, separators
    "file_order": "name",        # or reverse: who has the budget first
    "only_nulls": "refused",     # or allowed: a PATCH that only removes
    "html_user": True,           # whether html_url has the owner's name
    "private_mode": False,       # raw of an enterprise server wants a token
    "patch_seconds": 0.0,        # how long a change of a gist takes at most
    "edits_order": "newest",     # or oldest
    "storage_name": "127.0.0.1",  # or localhost: of the other host
    "signed_seconds": 60,        # how long an artifact's address is good for
    "limit": 5000,               # requests of a token in a window
    "limit_seconds": 3600,       # the window
    "limit_status": 403,         # or 429
    "versions": list(VERSIONS),  # of the API
    "repos": {},                 # name: public or private, beside those seeded
}
CHOICES = {"file_order": ("name", "reverse"), "edits_order": ("newest",
           "oldest"), "only_nulls": ("refused", "allowed")}
OF_INTEREST = ("accept", "content-type", "if-match", "if-modified-since",
               "if-none-match", "if-unmodified-since", "range", "user-agent",
               "x-github-api-version")
UNSAFE_CONDITIONS = ("if-match", "if-none-match", "if-modified-since",
                     "if-unmodified-since")
ROUTES = [(re.compile(method), re.compile(path), handler)
          for method, path, handler in (
              ("GET", "/rate_limit", github_access.get_rate_limit),
              ("GET", "/", lambda hub, request: {}),
              *github_gists.ROUTES, *github_repo.ROUTES,
              *github_graphql.ROUTES)]
STORAGE = [(re.compile(method), re.compile(path), handler)
           for method, path, handler in (github_gists.RAW,
                                         github_repo.STORED)]


class Hub:
    """Used by many threads, one at a time: who holds the lock."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.lock = threading.RLock()
        self.released = threading.Event()
        self.config, self.tokens = dict(CONFIG), dict(github_access.TOKENS)
        if (self.folder / "config.json").exists():
            told = json.loads((self.folder / "config.json").read_text())
            self.config.update(told["config"])
            self.tokens = told["tokens"]
        self.open()
        self.rules = Rules()
        journal = self.folder / "journal"
        self.n = len(self.log()) if journal.exists() else 0
        self.journal = open(journal, "a", encoding="utf-8")

    def open(self):
        self.gists = github_gists.Gists(self.folder, self.config)
        self.repos = github_repo.Repos(self.folder, self.config)
        self.limits = github_access.Limits(self.config)

    # -- what a test says

    def configure(self, told):
        for name, value in told.items():
            kinds = (int, float) if name == "patch_seconds" else type(
                CONFIG.get(name))
            if name not in CONFIG or not isinstance(value, kinds):
                raise ValueError(f"no such setting: {name}: {value!r}")
            if value not in CHOICES.get(name, (value,)):
                raise ValueError(f"{name} is one of {CHOICES[name]}")
        self.config.update(told)

    def control(self, told):
        """Each key is a verb; they are done in the order of VERBS."""
        unknown = told.keys() - VERBS.keys()
        if unknown:
            raise ValueError(f"no such verb: {', '.join(sorted(unknown))}")
        with self.lock:
            for verb in VERBS:
                if verb in told:
                    VERBS[verb](self, told[verb])
            (self.folder / "config.json").write_text(json.dumps(
                {"config": self.config, "tokens": self.tokens}, indent=1))

    def reset(self):
        for name in "gists", "repos":
            shutil.rmtree(self.folder / name, ignore_errors=True)
        self.config.update(CONFIG)
        self.tokens = dict(github_access.TOKENS)
        self.calm()
        self.forget()
        self.open()

    def calm(self):
        self.rules = Rules()
        self.release()

    def forget(self):
        self.journal.truncate(0)
        shutil.rmtree(self.folder / "bodies", ignore_errors=True)
        self.n = 0

    def set_tokens(self, told):
        for name, row in told.items():
            if row is None:
                self.tokens.pop(name, None)
            else:
                self.tokens[name] = {"login": "octo", "kind": "classic",
                                     "scopes": [], "permissions": {}, **row}

    def log(self):
        lines = (self.folder / "journal").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def status(self):
        log = self.log()
        return {"config": self.config, "tokens": self.tokens,
                "rules": [rule.told for rule in self.rules.all],
                "requests": len(log), "violations": violations(log),
                "gists": list(self.gists.all),
                "busy": sorted(self.gists.busy)}

    # -- time

    def release(self):
        """All that waits."""
        released, self.released = self.released, threading.Event()
        released.set()

    def wait(self, seconds=None):
        """So long, or until released; others have the lock meanwhile."""
        released = self.released
        self.lock.release()
        try:
            released.wait(60 if seconds is None else seconds)
        finally:
            self.lock.acquire()

    # -- for what is told as done and is not

    def remember(self, request):
        gist = self.gists.all.get(request.path.rpartition("/")[2])
        issues = json.dumps([[key, one] for key, one
                             in self.repos.issues.items()])
        return json.dumps(gist), issues

    def restore(self, kept):
        gist, issues = (json.loads(one) for one in kept)
        if gist:
            self.gists.save(gist)
        for key, issue in issues:
            self.repos.issues[tuple(key)] = issue
            self.repos.save("issues", tuple(key))

    # -- requests

    def serve(self, request, host):
        """The answer to a request at api or storage, which is in the journal
        then; Dropped when there is to be none."""
        with self.lock:
            self.n += 1
            if request.body:
                (self.folder / "bodies").mkdir(exist_ok=True)
                (self.folder / f"bodies/{self.n}").write_bytes(request.body)
            entry = begin(self.n, request, host)
            reply = None
            try:
                reply = self.faulty(request, host, entry)
                return reply
            finally:
                entry["status"] = reply.status if reply else None
                entry["told"] = len(reply.body) if reply else None
                print(json.dumps(entry), file=self.journal, flush=True)

    def faulty(self, request, host, entry):
        with contextlib.suppress(Refused):
            request.token = github_access.identify(self.tokens, request)
        if request.token:
            entry["token"] = request.token["name"]
        entry["violations"] = complaints(request, host)

        def go():
            reply = (self.stored(request) if host == "storage"
                     else self.answer(request))
            entry["real"] = reply.status
            return reply

        fault = None
        for rule in self.rules.struck(request, host, self.n):
            if rule.do:
                fault = rule
            else:
                self.control(rule.get("control"))
        if not fault:
            return go()
        entry["fault"] = fault.get("do", "status")
        return fault.do(fault, self, request, go)

    def stored(self, request):
        """The other host, which knows nobody."""
        if request.header("authorization"):
            return Reply(400, b"<Error><Code>InvalidAuthenticationInfo"
                         b"</Code></Error>", kind=github_repo.AZURE)
        try:
            return route(self, request, STORAGE)
        except Refused as why:
            return Reply(why.reply.status, b"%d: %s" % (
                why.reply.status, str(why).encode()), kind="text/plain")

    def answer(self, request):
        """What GitHub says."""
        free = request.path == "/rate_limit"
        try:
            if not request.header("user-agent"):
                raise Refused(403, "Request forbidden by administrative "
                              "rules. Please make sure your request has a "
                              "User-Agent header.")
            request.token = github_access.identify(self.tokens, request)
            if not free:
                self.limits.spend(request.token)
            check_form(self.config, request)
            routes = ROUTES
            if request.enterprise and request.path.startswith("/gist/"):
                routes = STORAGE
            reply = tagged(request, route(self, request, routes))
            if reply.status == 304:
                self.limits.refund(request.token)
        except Refused as why:
            reply = why.reply
        reply.headers = {**self.limits.headers(request.token),
                         **github_access.identity_headers(request.token),
                         "X-GitHub-Api-Version-Selected": request.version(),
                         **reply.headers}
        return reply


VERBS = {
    "reset": lambda hub, told: hub.reset(),
    "calm": lambda hub, told: hub.calm(),
    "forget": lambda hub, told: hub.forget(),
    "release": lambda hub, told: hub.release(),
    "config": Hub.configure,
    "tokens": Hub.set_tokens,
    "gists": lambda hub, told: [hub.gists.seed(one) for one in told],
    "issues": lambda hub, told: [hub.repos.seed_issue(one) for one in told],
    "artifacts": lambda hub, told: [hub.repos.seed_artifact(one)
                                    for one in told],
    "rules": lambda hub, told: hub.rules.add(told),
}


def route(hub, request, routes):
    method = "GET" if request.method == "HEAD" else request.method
    for verb, path, handler in routes:
        found = path.fullmatch(named(hub, request.path))
        if found and verb.fullmatch(method):
            reply = handler(hub, request, *found.groups())
            return reply if isinstance(reply, Reply) else Reply(200, reply)
    raise not_found()


def named(hub, path):
    """Addresses of pages have the number of a repository."""
    found = re.match(r"/repositories/(\d+)(?=/|$)", path)
    if not found:
        return path
    return "/repos/" + hub.repos.named(int(found[1])) + path[found.end():]


def check_form(config, request):
    """What is refused whatever it is that was asked for."""
    if request.is_write() and any(request.header(name)
                                  for name in UNSAFE_CONDITIONS):
        raise Refused(400, "Conditional request headers are not allowed in "
                      "unsafe requests unless supported by the endpoint")
    if request.version() not in config["versions"]:
        raise Refused(400, "Invalid API version")
    accept = request.header("accept")
    if accept and not re.search(r"json|\*/\*|application/vnd\.github|text/",
                                accept):
        raise Refused(415, f"Unsupported 'Accept' header: '{accept}'. Must "
                      "accept 'application/json'.")
    if len(request.body) > config["most_body"]:
        if request.method == "POST" and request.path == "/gists":
            raise Refused(config["big_post"], "Payload Too Large")
        raise Refused(409, "Gist cannot be updated.")


def begin(n, request, host):
    how = github_access.spoken(request.header("authorization"))[0]
    return {"n": n, "at": round(time.time(), 3), "method": request.method,
            "path": request.target, "host": host,
            "name": request.header("host"), "auth": how or None,
            "token": None, "length": len(request.body),
            "headers": {name: request.header(name) for name in OF_INTEREST
                        if request.header(name)}, "fault": None, "real": None}


def complaints(request, host):
    """What no client should do, whatever comes of it."""
    found = []
    if host == "storage" and request.header("authorization"):
        found.append("a credential went to the storage host")
    if "access_token" in request.query or "token" in request.query:
        found.append("a credential stands in the address")
    if not request.header("user-agent"):
        found.append("no User-Agent")
    if request.is_write() and any(request.header(name)
                                  for name in UNSAFE_CONDITIONS):
        found.append("a condition on a change")
    return found


def violations(log):
    return [{"n": entry["n"], "what": what} for entry in log
            for what in entry["violations"]]
