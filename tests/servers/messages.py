"""What goes through the proxy of faults.py: requests, answers, and the time
that they tell."""
import calendar
import re
import time

from bucket import Credentials, seconds, sign

CODES = {301: "PermanentRedirect", 400: "AuthorizationHeaderMalformed",
         403: "AccessDenied", 409: "ConditionalRequestConflict",
         412: "PreconditionFailed", 429: "TooManyRequests",
         500: "InternalError", 501: "NotImplemented", 503: "SlowDown"}
SKEW_ALLOWED = 15 * 60  # seconds, as S3 does


class Gone(Exception):
    """Whoever was to be heard or told closed the connection."""


class Request:
    """A request, its body read as far as it is wanted."""

    def __init__(self, line, headers, stream, client):
        self.method, self.target, _ = line.split(" ", 2)
        self.headers = headers  # pairs, as they were sent
        self.stream, self.client = stream, client
        self.body = b""
        self.length = int(self.header("content-length") or 0)

    def header(self, name):
        for one, value in self.headers:
            if one.lower() == name:
                return value
        return None

    def read(self, part=1.0):
        """The body, or a part of it; what was there before stays."""
        if self.header("expect") and not self.body:
            self.client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        wanted = int(self.length * part) - len(self.body)
        got = self.stream.read(wanted) if wanted > 0 else b""
        if len(got) < wanted:
            raise Gone("in the middle of a request")
        self.body += got

    def bytes(self, body):
        lines = [f"{self.method} {self.target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in self.headers
                  if name.lower() != "connection"]
        return "\r\n".join(lines + ["Connection: close", "", ""]).encode(
            "latin-1") + body

    def sign_again(self, without=()):
        """Leave headers out, and sign for the time that it is."""
        signed = re.search("SignedHeaders=([^,]*)",
                           self.header("authorization") or "")
        if not signed:
            return
        signed = signed.group(1).split(";")
        path, _, query = self.target.partition("?")
        query = "&".join(sorted(one if "=" in one else one + "="
                                for one in query.split("&") if one))
        rest = [(name, value) for name, value in self.headers
                if name.lower() not in (*without, "authorization",
                                        "x-amz-date", "x-amz-content-sha256",
                                        "x-amz-security-token")]
        headers = {name.lower(): value for name, value in rest
                   if name.lower() in signed}
        sign(Credentials(), self.method, path, query, headers, self.body)
        self.headers = list(headers.items()) + [
            (name, value) for name, value in rest
            if name.lower() not in signed]


class Answer:
    """To the client."""

    def __init__(self, status, reason, headers, body):
        self.status, self.reason = status, reason
        self.headers, self.body = headers, body

    @classmethod
    def error(cls, request, status, code=None, region=None, hint="both",
              body="xml", retry_after=None):
        """One that the server never gave."""
        code = code or CODES.get(status, "Error")
        named = (f"<Region>{region}</Region>"
                 if region and hint in ("both", "body") else "")
        text = {"xml": '<?xml version="1.0" encoding="UTF-8"?><Error>'
                       f"<Code>{code}</Code><Message>told by the proxy"
                       f"</Message>{named}</Error>",
                "html": f"<html><body><h1>{status} {code}</h1></body></html>",
                "empty": ""}[body].encode()
        headers = [("Date", http_date(time.time())),
                   ("Content-Length", str(len(text)))]
        if text:
            headers.append(("Content-Type", "text/html" if body == "html"
                            else "application/xml"))
        if region and hint in ("both", "header"):
            headers.append(("x-amz-bucket-region", region))
        if retry_after:
            headers.append(("Retry-After", retry_after))
        return cls(status, code, headers,
                   b"" if request.method == "HEAD" else text)

    def set(self, name, value):
        self.headers = [(one, old) for one, old in self.headers
                        if one.lower() != name.lower()] + [(name, value)]

    def bytes(self):
        lines = [f"HTTP/1.1 {self.status} {self.reason}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return "\r\n".join(lines + ["", ""]).encode("latin-1") + self.body


def http_date(when):
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(when))


class Clock:
    """The server's, as the client is to see it: it can jump."""

    def __init__(self):
        self.jumps = [(0, 0)]  # since when, how far it is off

    def is_right(self):
        return len(self.jumps) == 1

    def jump(self, by):
        """At the beginning of a second, since headers know no less."""
        time.sleep(1 - time.time() % 1)
        self.jumps.append((int(time.time()),
                           self.jumps[-1][1] + int(by)))

    def at(self, when):
        """What it showed at that time."""
        return when + next(off for since, off in reversed(self.jumps)
                           if when >= since)

    def is_skewed(self, signed):
        if not signed:
            return False
        signed = calendar.timegm(time.strptime(signed, "%Y%m%dT%H%M%SZ"))
        return abs(self.at(time.time()) - signed) > SKEW_ALLOWED

    def show(self, answer):
        """The times of an answer."""
        if self.is_right():
            return answer

        def listed(found):
            when = self.at(seconds(found.group(1).decode()))
            return time.strftime("<LastModified>%Y-%m-%dT%H:%M:%S.000Z<",
                                 time.gmtime(when)).encode()

        for name, value in answer.headers:
            if name.lower() in ("date", "last-modified"):
                when = calendar.timegm(time.strptime(
                    value, "%a, %d %b %Y %H:%M:%S GMT"))
                answer.set(name, http_date(self.at(when)))
        if dict(answer.headers).get("Content-Type") == "application/xml":
            answer.body = re.sub(rb"<LastModified>([^<]*)<", listed,
                                 answer.body)
            answer.set("Content-Length", str(len(answer.body)))
        return answer
