"""What goes into the GitHub of the tests and comes out: requests, answers,
and the addresses that stand in them."""
import hashlib
import json
import re
import time
from urllib.parse import parse_qsl, urlencode

JSON = "application/json; charset=utf-8"
VERSIONS = ("2022-11-28", "2026-03-10")
# how the hosts are called by who comes through the socket
RAW_HOST = "gist.githubusercontent.com"
STORAGE_HOST = "results.blob.example"


def now(offset=0):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(
        time.time() + offset))


def to_json(thing):
    return json.dumps(thing, ensure_ascii=False).encode()


def whole(text):
    """Half of a surrogate pair is no character: it becomes U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Reply:
    """An answer.  Its body is bytes, or what is told as JSON."""

    def __init__(self, status, body=None, headers=None, kind=JSON):
        self.status, self.kind = status, kind
        self.headers = dict(headers or {})
        self.cut = False  # the connection ends in the middle of the body
        self.body = (body if isinstance(body, bytes)
                     else b"" if body is None else to_json(body))


class Refused(Exception):
    """A request is answered with an error."""

    def __init__(self, status, message, errors=None, headers=None, **more):
        super().__init__(message)
        told = {"message": message, **more}
        if errors:
            told["errors"] = errors
        told.update(documentation_url="https://docs.github.com/rest",
                    status=str(status))
        self.reply = Reply(status, told, headers)


def invalid(resource, code, field, message=None):
    """422, as GitHub tells it."""
    error = {"resource": resource, "code": code, "field": field}
    if message:
        error["message"] = message
    return Refused(422, "Validation Failed", [error])


def not_found(**headers):
    return Refused(404, "Not Found", headers=headers)


class Site:
    """The addresses of one GitHub, as this client reached it."""

    def __init__(self, scheme, host, storage, enterprise, by_socket):
        here = f"{scheme}://{host}"
        if enterprise:
            self.api, self.web = here + "/api/v3", here
            self.gist = self.raw = here + "/gist"
            self.storage = storage
        elif by_socket:
            self.api, self.web = "https://api.github.com", "https://github.com"
            self.gist = "https://gist.github.com"
            self.raw = "https://" + RAW_HOST
            self.storage = "https://" + STORAGE_HOST
        else:
            self.api, self.web = here, "https://github.com"
            self.gist = "https://gist.github.com"
            self.raw = self.storage = storage
        self.enterprise = enterprise


class Request:
    """What was asked.  The path is that of github.com's layout, whichever
    was used; token is who asks, None when nobody says so."""

    def __init__(self, method, target, headers, body, storage, place):
        """place: scheme, host, by_socket."""
        scheme, host, by_socket = place
        path, _, query = target.partition("?")
        self.method, self.target = method, target
        self.headers, self.body = headers, body
        self.enterprise = path.startswith(("/api/", "/gist/"))
        self.site = Site(scheme, host, storage, self.enterprise, by_socket)
        self.path = re.sub("^/api/v3(?=/)", "", path)
        if self.path == "/api/graphql":
            self.path = "/graphql"
        self.query = dict(parse_qsl(query, keep_blank_values=True))
        self.place = self.path + (query and "?" + query)
        self.token = None

    def header(self, name):
        return self.headers.get(name) or ""

    def is_write(self):
        return self.method in ("POST", "PATCH", "PUT", "DELETE")

    def version(self):
        return self.header("x-github-api-version") or VERSIONS[0]

    def json(self):
        """The body, which must be an object."""
        try:
            told = json.loads(self.body.decode("utf-8"))
        except ValueError:
            raise Refused(400, "Problems parsing JSON") from None
        if not isinstance(told, dict):
            raise Refused(400, "Body should be a JSON object")
        return told

    def number(self, name, default, most=None):
        """Of the query; what is no number counts as not said."""
        text = self.query.get(name, "")
        n = int(text) if text.isdecimal() and int(text) else default
        return min(n, most) if most else n

    def page(self, things, path=None):
        """Those on the page that was asked for, and the headers that say
        where the others are."""
        per_page = self.number("per_page", 30, 100)
        page = self.number("page", 1)
        last = max(1, -(-len(things) // per_page))
        links = []
        if page < last:
            links += [(page + 1, "next"), (last, "last")]
        if page > 1:
            links = [(min(page - 1, last), "prev"), *links, (1, "first")]
        at = self.site.api + (path or self.path)
        told = ", ".join(
            f'<{at}?{urlencode({**self.query, "page": n})}>; rel="{rel}"'
            for n, rel in links)
        return (things[(page - 1) * per_page:page * per_page],
                {"Link": told} if told else {})


def tagged(request, reply):
    """An answer with its ETag, or 304 when the client has it already."""
    if reply.status != 200 or request.method not in ("GET", "HEAD"):
        return reply
    tag = hashlib.sha256(reply.body).hexdigest()
    reply.headers["ETag"] = f'W/"{tag}"'
    known = re.findall(r'"([^"]*)"', request.header("if-none-match"))
    if tag in known or request.header("if-none-match").strip() == "*":
        return Reply(304, headers={"ETag": f'W/"{tag}"'})
    return reply


def association(login):
    """What somebody is to a repository: octo and hubot may write to all."""
    return {"octo": "OWNER", "hubot": "COLLABORATOR"}.get(login, "NONE")


def user(site, login):
    """As GitHub tells of somebody."""
    at = f"{site.api}/users/{login}"
    number = int(hashlib.sha1(login.encode()).hexdigest()[:6], 16)
    return {"login": login, "id": number, "node_id": f"U_{number}",
            "gravatar_id": "", "site_admin": False,
            "type": "Bot" if login.endswith("[bot]") else "User",
            "avatar_url": f"{site.web}/{login}.png", "url": at,
            "html_url": f"{site.web}/{login}",
            **{f"{name}_url": f"{at}/{name}" for name in (
                "followers", "following", "gists", "starred",
                "subscriptions", "repos", "events", "received_events")},
            "organizations_url": f"{at}/orgs"}

