#!/usr/bin/env python3
"""An S3 client for tests that shares nothing with the one it looks after.

usage: bucket.py [--header 'NAME: VALUE']... VERB ...

  make BUCKET               create it
  remove BUCKET             with all that is in it
  put BUCKET KEY            standard input
  get BUCKET KEY            to standard output
  head BUCKET KEY           status and headers
  list BUCKET [PREFIX]      keys
  details BUCKET [PREFIX]   size, etag, time and key
  delete BUCKET KEY...
  pull BUCKET[/PREFIX] FOLDER   the folder becomes what is in the bucket
  push FOLDER BUCKET[/PREFIX]   the bucket becomes what is in the folder

Where and who: S3_ENDPOINT, S3_CA, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY,
AWS_SESSION_TOKEN, AWS_DEFAULT_REGION.  It tries once and follows nothing.
Exit status: 0 done, 1 failed, 2 usage, 3 there is no such thing."""
import base64
import calendar
import hashlib
import hmac
import http.client
import os
import re
import sys
import time
from urllib.parse import quote, unquote, urlsplit

MOST_KEYS = 1000  # of one request to delete, by S3's rules


class Failed(Exception):
    """The server's answer was no."""

    def __init__(self, what, answer):
        code = re.search(rb"<Code>([^<]*)", answer.body)
        text = re.search(rb"<Message>([^<]+)", answer.body)
        words = [str(answer.status)] + [m.group(1).decode()
                                        for m in (code, text) if m]
        super().__init__(f"{what}: {' '.join(words)}")
        self.status = answer.status


class Answer:
    """Status, headers (names in lower case) and body."""

    def __init__(self, got):
        self.status = got.status
        self.headers = {k.lower(): v for k, v in got.getheaders()}
        self.body = got.read()


class Credentials:
    """Of the environment, unless they are given."""

    def __init__(self, access=None, secret=None, token=None, region=None):
        self.access = access or os.environ["AWS_ACCESS_KEY_ID"]
        self.secret = secret or os.environ["AWS_SECRET_ACCESS_KEY"]
        self.token = token if access else os.environ.get("AWS_SESSION_TOKEN")
        self.region = region or os.environ.get("AWS_DEFAULT_REGION",
                                               "us-east-1")


def encode(text, safe=""):
    """As AWS signs it: everything but letters, digits and -_.~"""
    return quote(text, safe=safe + "-_.~")


def canonical_query(pairs):
    return "&".join(f"{k}={v}" for k, v in
                    sorted((encode(k), encode(v)) for k, v in pairs))


def sign(who, method, path, query, headers, body, service="s3"):
    """Add to headers, which must hold Host, what Signature Version 4 needs.

    path and query are as they are sent: encoded, the query sorted."""
    now = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    payload = hashlib.sha256(body).hexdigest()
    headers["x-amz-date"] = now
    headers["x-amz-content-sha256"] = payload
    if who.token:
        headers["x-amz-security-token"] = who.token
    signed = sorted((k.lower(), " ".join(v.split()))
                    for k, v in headers.items())
    names = ";".join(k for k, _ in signed)
    request = "\n".join([method, path, query,
                         *(f"{k}:{v}" for k, v in signed), "", names, payload])
    scope = f"{now[:8]}/{who.region}/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", now, scope,
                      hashlib.sha256(request.encode()).hexdigest()])
    key = ("AWS4" + who.secret).encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    mark = hmac.new(key, text.encode(), "sha256").hexdigest()
    headers["Authorization"] = (f"AWS4-HMAC-SHA256 Credential={who.access}/"
                                f"{scope},SignedHeaders={names},"
                                f"Signature={mark}")


class Client:
    """One connection to one endpoint, which stays open."""

    def __init__(self, endpoint=None, who=None, headers=None):
        where = urlsplit(endpoint or os.environ["S3_ENDPOINT"])
        self.host = where.netloc
        self.who = who or Credentials()
        self.extra = headers or {}
        if where.scheme == "https":
            import ssl  # slow to load, and hardly ever needed
            self.line = http.client.HTTPSConnection(
                self.host, timeout=60, context=ssl.create_default_context(
                    cafile=os.environ.get("S3_CA")))
        else:
            self.line = http.client.HTTPConnection(self.host, timeout=60)

    def request(self, method, path, query=(), body=b"", headers=(),
                service="s3"):
        """path is not encoded yet; the answer, whatever its status."""
        path = encode(path, "/")
        query = canonical_query(query)
        send = {"Host": self.host, **self.extra, **dict(headers)}
        sign(self.who, method, path, query, send, body, service)
        self.line.request(method, path + (query and "?" + query),
                          body if body or method in ("PUT", "POST") else None,
                          send)
        return Answer(self.line.getresponse())

    def must(self, method, path, *args, **named):
        """The same, but an error unless the status is one of success."""
        answer = self.request(method, path, *args, **named)
        if answer.status >= 300:
            raise Failed(f"{method} {path}", answer)
        return answer

    def make(self, bucket):
        self.must("PUT", f"/{bucket}")

    def put(self, bucket, key, data):
        self.must("PUT", f"/{bucket}/{key}", body=data)

    def get(self, bucket, key):
        return self.must("GET", f"/{bucket}/{key}").body

    def list(self, bucket, prefix=""):
        """(key, size, etag, time) of everything below prefix, sorted."""
        import xml.etree.ElementTree as xml  # slow to load
        query = {"list-type": "2", "prefix": prefix, "encoding-type": "url"}
        while True:
            page = xml.fromstring(
                self.must("GET", f"/{bucket}", query.items()).body)
            # "{namespace}Contents" or, from some servers, "Contents"
            space = page.tag[:-len("ListBucketResult")]
            for one in page.findall(space + "Contents"):
                size, etag, when = (one.findtext(space + name) for name in
                                    ("Size", "ETag", "LastModified"))
                yield (unquote(one.findtext(space + "Key")), int(size),
                       etag.strip('"'), seconds(when))
            if page.findtext(space + "IsTruncated") != "true":
                return
            query["continuation-token"] = page.findtext(
                space + "NextContinuationToken")

    def delete(self, bucket, keys):
        """As few requests as possible; keys that are not there are no error."""
        from xml.sax.saxutils import escape
        keys = list(keys)
        for at in range(0, len(keys), MOST_KEYS):
            body = "".join(f"<Object><Key>{escape(key)}</Key></Object>"
                           for key in keys[at:at + MOST_KEYS])
            body = f"<Delete><Quiet>true</Quiet>{body}</Delete>".encode()
            digest = base64.b64encode(hashlib.md5(body).digest()).decode()
            answer = self.must("POST", f"/{bucket}", [("delete", "")],
                               body=body, headers={"Content-MD5": digest})
            if b"<Error>" in answer.body:
                raise Failed(f"delete from {bucket}", answer)

    def remove(self, bucket):
        self.delete(bucket, [one[0] for one in self.list(bucket)])
        self.must("DELETE", f"/{bucket}")

    def pull(self, bucket, prefix, folder):
        """A file keeps the time at which its object was stored; one that is
        the same already is not touched."""
        kept = set()
        os.makedirs(folder, exist_ok=True)
        for key, _, etag, when in list(self.list(bucket, prefix)):
            name = key[len(prefix):]
            if any(part in ("", ".", "..") for part in name.split("/")):
                raise SystemExit(f"bucket.py: {key!r} cannot be a file's name")
            path = os.path.join(folder, name)
            kept.add(path)
            if (md5_of(path) == etag
                    and abs(os.stat(path).st_mtime - when) < 0.001):
                continue
            os.makedirs(os.path.dirname(path), exist_ok=True)
            # anew, so that a link or a file that may not be written is none
            if os.path.lexists(path):
                os.unlink(path)
            with open(path, "wb") as out:
                out.write(self.get(bucket, key))
            set_time(path, when)
        for at, _, files in os.walk(folder, topdown=False):
            for path in (os.path.join(at, name) for name in files):
                if path not in kept:
                    os.unlink(path)
            if at != folder and not os.listdir(at):
                os.rmdir(at)

    def push(self, folder, bucket, prefix):
        """What is the same already is not written again."""
        stored = {key: etag for key, _, etag, _ in self.list(bucket, prefix)}
        for at, _, files in os.walk(folder):
            for path in (os.path.join(at, name) for name in files):
                key = prefix + os.path.relpath(path, folder)
                if stored.pop(key, None) != md5_of(path):
                    with open(path, "rb") as data:
                        self.put(bucket, key, data.read())
        self.delete(bucket, stored)


def seconds(when):
    """Of "2026-01-31T01:02:03.456Z"."""
    whole, _, rest = when.rstrip("Z").partition(".")
    return (calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S"))
            + float("0." + (rest or "0")))


def set_time(path, when):
    """To the millisecond, which is what a server tells."""
    when = round(when * 1000) * 1000000
    os.utime(path, ns=(when, when))


def md5_of(path):
    """The etag of an object that was put in one piece, or None."""
    try:
        with open(path, "rb") as data:
            return hashlib.md5(data.read()).hexdigest()
    except FileNotFoundError:
        return None


def split(place):
    """"bucket/some/prefix" into the bucket and "some/prefix/"."""
    bucket, _, prefix = place.partition("/")
    return bucket, prefix and prefix.rstrip("/") + "/"


def head(client, bucket, key):
    answer = client.request("HEAD", f"/{bucket}/{key}")
    print(answer.status)
    for name, value in sorted(answer.headers.items()):
        print(f"{name}: {value}")
    return 0 if answer.status < 300 else 3 if answer.status == 404 else 1


def get(client, bucket, key):
    sys.stdout.buffer.write(client.get(bucket, key))


def show_keys(client, bucket, prefix=""):
    for key, *_ in client.list(bucket, prefix):
        print(key)


def details(client, bucket, prefix=""):
    for key, size, etag, when in client.list(bucket, prefix):
        print(size, etag, f"{when:.3f}", key)


VERBS = {
    "make": Client.make,
    "remove": Client.remove,
    "put": lambda client, bucket, key: client.put(bucket, key,
                                                  sys.stdin.buffer.read()),
    "get": get,
    "head": head,
    "list": show_keys,
    "details": details,
    "delete": lambda client, bucket, *keys: client.delete(bucket, keys),
    "pull": lambda client, place, folder: client.pull(*split(place), folder),
    "push": lambda client, folder, place: client.push(folder, *split(place)),
}


def main(args):
    headers = {}
    while args[:1] == ["--header"] and len(args) > 1:
        name, _, value = args[1].partition(":")
        headers[name] = value.strip()
        args = args[2:]
    if not args or args[0] not in VERBS:
        print(__doc__, file=sys.stderr)
        return 2
    client = Client(headers=headers)
    try:
        return VERBS[args[0]](client, *args[1:]) or 0
    except Failed as e:
        print(f"bucket.py: {e}", file=sys.stderr)
        return 3 if e.status == 404 else 1
    except (OSError, http.client.HTTPException) as e:
        print(f"bucket.py: {client.host}: {e or type(e).__name__}",
              file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
