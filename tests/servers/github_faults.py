"""What the GitHub of the tests does wrong when it is told to."""
import re
import time

from github_access import exceeded, too_fast
from github_web import Refused, Reply

HTML = "text/html; charset=utf-8"
MESSAGES = {400: "Problems parsing JSON", 401: "Bad credentials",
            403: "Forbidden", 404: "Not Found",
            409: "Gist cannot be updated.", 410: "This issue was deleted",
            413: "Payload Too Large", 422: "Validation Failed",
            500: "Server Error", 502: "Bad Gateway",
            503: "Service Unavailable"}
DETAILS = {"on", "nth", "times", "n", "do", "status", "body", "headers",
           "message", "retry_after", "reset_in", "seconds", "location",
           "bytes", "control", "host"}


class Dropped(Exception):
    """The connection ends without an answer."""


class Rule:
    """A fault, and which requests it meets."""

    def __init__(self, told):
        unknown = told.keys() - DETAILS
        if unknown or told.get("do", "status") not in FAULTS:
            raise ValueError(f"not a rule: {told}")
        self.told, self.seen = told, 0
        method, _, path = told.get("on", "*").partition(" ")
        self.method = None if method == "*" else re.compile(method)
        self.path = re.compile(path)
        self.nth, self.times = told.get("nth", 1), told.get("times", 1)
        self.do = FAULTS[told.get("do", "status")]

    def get(self, name, default=None):
        return self.told.get(name, default)

    def strikes(self, request, host, n):
        if self.method and not self.method.fullmatch(request.method):
            return False
        if not self.path.search(request.place) or self.get(
                "host", host) != host or self.get("n", n) != n:
            return False
        self.seen += 1
        if self.seen < self.nth:
            return False
        return not self.times or self.seen < self.nth + self.times

    def is_spent(self):
        return self.times and self.seen >= self.nth + self.times - 1


class Rules:
    """Those that are in force, the oldest first."""

    def __init__(self):
        self.all = []

    def add(self, told):
        self.all += [Rule(one) for one in told]

    def struck(self, request, host, n):
        """Those that a request meets: all that only do something before it,
        and the first of the others."""
        found = []
        for rule in self.all:
            done = any(one.do is not FAULTS["before"] for one in found)
            if rule.do is not FAULTS["before"] and done:
                continue
            if rule.strikes(request, host, n):
                found.append(rule)
        self.all = [rule for rule in self.all if not rule.is_spent()]
        return found


# -- the faults: each is called with the rule, the hub, the request, and what
# -- does what was asked


def status(rule, _hub, _request, _go):
    """An answer that nothing led to."""
    code = rule.get("status", 502)
    body = rule.get("body")
    headers = rule.get("headers", {})
    if isinstance(body, str):
        kind = HTML if body.lstrip().startswith("<") else "application/json"
        return Reply(code, body.encode(), headers, kind)
    if body is not None:
        return Reply(code, body, headers)
    message = rule.get("message", MESSAGES.get(code, "told by a rule"))
    return Refused(code, message, headers=headers).reply


def drop(_rule, _hub, _request, _go):
    raise Dropped


def lost(_rule, _hub, _request, go):
    """It is done, and nobody is told."""
    go()
    raise Dropped


def applied(rule, hub, request, go):
    """It is done, and told as a failure."""
    go()
    return status(rule, hub, request, go)


def undone(_rule, hub, request, go):
    """It is told as done, and is not: somebody else's change came after."""
    kept = hub.remember(request)
    reply = go()
    hub.restore(kept)
    return reply


def late(rule, hub, _request, go):
    """Done after some seconds, or when it is released."""
    hub.wait(rule.get("seconds"))
    return go()


def slow(rule, hub, _request, go):
    """Done at once, told after some seconds, or when it is released."""
    reply = go()
    hub.wait(rule.get("seconds"))
    return reply


def hold(rule, hub, request, go):
    """A change of a gist that takes long: others are refused meanwhile."""
    gist = request.path.rpartition("/")[2]
    hub.gists.busy.add(gist)
    hub.wait(rule.get("seconds"))
    hub.gists.busy.discard(gist)
    return go()


def cut(_rule, _hub, _request, go):
    reply = go()
    reply.cut = True
    return reply


def huge(rule, _hub, _request, _go):
    pad = b"x" * rule.get("bytes", 64 << 20)
    return Reply(rule.get("status", 200), b'{"pad":"' + pad + b'"}')


def redirect(rule, _hub, request, _go):
    """Where it says, with what was asked at the end if it ends in a *."""
    to = rule.get("location")
    if to.endswith("*"):
        to = to[:-1] + request.place
    return Reply(rule.get("status", 302), headers={"Location": to})


def malformed(_rule, _hub, _request, go):
    """JSON that ends in the middle, as far as the length can tell whole."""
    reply = go()
    reply.body = reply.body[:len(reply.body) // 2]
    return reply


def html(rule, _hub, _request, _go):
    code = rule.get("status", 200)
    text = f"<!DOCTYPE html><html><body><h1>{code}</h1></body></html>"
    return Reply(code, text.encode(), kind=HTML)


def primary(rule, hub, request, _go):
    """The limit of an hour is used up."""
    reset = int(time.time()) + rule.get("reset_in", 60)
    told = {**hub.limits.headers(request.token), "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": str(reset)}
    return exceeded(rule.get("status", 403), told).reply


def secondary(rule, _hub, _request, _go):
    """Too much in a short time; without retry_after it does not say how long
    to wait."""
    return too_fast(rule.get("status", 403), rule.get("retry_after")).reply


FAULTS = {
    "before": None,  # what stands in control is done first
    "status": status, "drop": drop, "lost": lost, "applied": applied,
    "undone": undone, "late": late, "slow": slow, "hold": hold, "cut": cut,
    "huge": huge, "redirect": redirect, "malformed": malformed, "html": html,
    "primary": primary, "secondary": secondary,
}
