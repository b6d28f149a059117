"""Who may do what on the GitHub of the tests, and how often."""
import base64
import time

from github_web import Refused, not_found

# A token is a row.  scopes: of a classic one; permissions: of all others;
# repos: the only ones that it reaches.
TOKENS = {
    "test-classic": {"login": "octo", "kind": "classic",
                     "scopes": ["gist", "repo"]},
    "test-other": {"login": "hubot", "kind": "classic",
                   "scopes": ["gist", "repo"]},
    "test-no-gist": {"login": "octo", "kind": "classic", "scopes": ["repo"]},
    "test-no-repo": {"login": "octo", "kind": "classic", "scopes": ["gist"]},
    "test-fine": {"login": "octo", "kind": "fine-grained", "permissions": {
        "gists": "write", "issues": "write", "actions": "read",
        "metadata": "read"}},
    "test-fine-read": {"login": "octo", "kind": "fine-grained",
                       "permissions": {"issues": "read", "metadata": "read"}},
    "test-actions": {"login": "github-actions[bot]", "kind": "actions",
                     "permissions": {"issues": "write", "actions": "read",
                                     "metadata": "read"}},
    "test-app": {"login": "seshat[bot]", "kind": "app", "permissions": {
        "issues": "write", "metadata": "read"}},
}
SCOPES = {"gists": "gist", "issues": "repo", "actions": "repo"}
WHOM = {"fine-grained": "personal access token", "actions": "integration",
        "app": "integration"}


def spoken(header):
    """(how, token) of an Authorization header."""
    how, _, text = header.partition(" ")
    if how.lower() == "basic":
        try:
            text = base64.b64decode(text).decode().partition(":")[2]
        except ValueError:
            text = ""
    return how.lower(), text.strip()


def identify(tokens, request):
    """Whose request it is; None of nobody."""
    header = request.header("authorization")
    if not header:
        return None
    how, text = spoken(header)
    if how not in ("token", "bearer", "basic") or text not in tokens:
        raise Refused(401, "Bad credentials")
    return {"name": text, **tokens[text]}


def need(request, what, level):
    """Refuse who may not: what is gists, issues, actions or metadata, level
    read or write."""
    token = request.token
    if token is None:
        if level == "write" or what == "actions":
            raise Refused(401, "Requires authentication")
    elif token["kind"] == "classic":
        scope = SCOPES.get(what)
        if scope not in (*token["scopes"], None) and (
                level == "write" or what == "actions"):
            raise not_found(**{"X-Accepted-OAuth-Scopes": scope})
    elif not permits(token, what, level):
        raise Refused(403, "Resource not accessible by "
                      + WHOM[token["kind"]], headers={
                          "X-Accepted-GitHub-Permissions": f"{what}={level}"})


def permits(token, what, level):
    """Of a token that has permissions."""
    if what == "gists" and token["kind"] != "fine-grained":
        return False
    if what == "gists" and level == "read":
        return True
    has = token["permissions"].get(what)
    return has == "write" or has == level


def reaches(token, repo, private):
    """Whether the repository is there at all, for them."""
    if not token:
        return not private
    if token["kind"] == "classic":
        return not private or "repo" in token["scopes"]
    return not private or repo in token.get("repos", [repo])


def identity_headers(token):
    if token and token["kind"] == "classic":
        return {"X-OAuth-Scopes": ", ".join(token["scopes"])}
    return {}


class Limits:
    """The primary rate limit, of each token for itself.  The secondary one
    strikes when a rule says so."""

    def __init__(self, config):
        self.config = config
        self.used = {}  # by token: how many, and when it begins anew

    def window(self, token):
        who = token["name"] if token else ""
        used, reset = self.used.get(who, (0, 0))
        if reset <= time.time():
            used, reset = 0, int(time.time()) + self.config["limit_seconds"]
            self.used[who] = used, reset
        return who, used, reset

    def most(self, token):
        if not token:
            return min(60, self.config["limit"])
        return self.config["limit"]

    def spend(self, token):
        """One request, if there is one left."""
        who, used, reset = self.window(token)
        if used >= self.most(token):
            raise exceeded(self.config["limit_status"],
                           self.headers(token))
        self.used[who] = used + 1, reset

    def refund(self, token):
        who, used, reset = self.window(token)
        self.used[who] = max(0, used - 1), reset

    def told(self, token):
        _, used, reset = self.window(token)
        most = self.most(token)
        return {"limit": most, "used": used, "remaining": most - used,
                "reset": reset}

    def headers(self, token):
        told = {**self.told(token), "resource": "core"}
        return {f"X-RateLimit-{name.capitalize()}": str(value)
                for name, value in told.items()}


def exceeded(status, headers):
    return Refused(status, "API rate limit exceeded for user ID 1. If you "
                   "reach out to GitHub Support for help, please include the "
                   "request ID FAKE:1.", headers=headers)


def too_fast(status, retry_after):
    """The secondary limit; retry_after may be None, and often is."""
    return Refused(status, "You have exceeded a secondary rate limit. Please "
                   "wait a few minutes before you try again.", headers={
                       "Retry-After": str(retry_after)}
                   if retry_after is not None else {})


def get_rate_limit(hub, request):
    one = hub.limits.told(request.token)
    told = {"resources": {name: one for name in ("core", "search",
                                                 "graphql")}}
    if request.version() == "2022-11-28":
        told["rate"] = one
    return told
