#!/usr/bin/env python3
"""A GitHub of a test's own, as far as a store of sessions asks for one.

usage: github.py DIR [--tls]       start it; tests/servers/stop DIR ends it
       github.py DIR kill          end it as a crash would
       github.py DIR again         start it again, with all it had

Once it is up, DIR/env can be sourced.  It sets

  HUB_API         http://127.0.0.1:PORT, with the paths of github.com (/gists)
                  and those of an enterprise server (/api/v3/gists,
                  /api/graphql, /gist/...)
  HUB_SOCKET      a socket in the file system: what comes by it is for
                  api.github.com, whatever the scheme that the client believes
  HUB_STORAGE     the other host, with raw files and artifacts; it refuses who
                  brings a credential
  HUB_TLS, HUB_TLS_STORAGE
                  with --tls, the same two over TLS, by the certificate HUB_CA

DIR/journal has a line of JSON for each request, and DIR/bodies/N what the
N-th brought; DIR/gists and DIR/repos are what there is (github_gists.py,
github_repo.py say how).

A test says how it is to be with POST /_control, a JSON object of verbs, done
in this order:

  reset       true: as it was in the beginning
  calm        true: without rules; what waits goes on
  forget      true: without what is in the journal
  release     true: what waits goes on
  config      {name: value}, see CONFIG in github_hub.py
  tokens      {token: {login, kind, scopes, permissions, repos} or null}; kind
              is classic, fine-grained, actions or app; see TOKENS in
              github_access.py for those that there are
  gists       [{id, owner, description, public, files: {name: text or
              {"base64": ...} or null}, updated_at, blocked, gone}]
  issues      [{repo, number, title, body, append, replace: [old, new], by,
              crlf, comments: [text or {body, by}], pull, gone,
              moved: [repo, number], hide_edits}]; repo is o/r and number 7
              when not said; of one that is there, a change by somebody
  artifacts   [{repo, run, id, name, files: {name: text} or zip: base64,
              expired, digest, created_at}]
  rules       [{on, nth, times, n, host, do, ...}]

A rule meets requests by on, "METHOD REGEX" of the path in github.com's layout
with its query, "*" for any method; from the nth of those on (1), so many times
(1; 0 is for ever); or by n, the number in the journal; or by host, api or
storage.  do is

  status      answer status= (502) with body= (text or JSON), message=,
              headers=
  drop        end the connection; nothing is done
  lost        end it when it is done
  applied     done, and answered like status
  undone      answered as done, and not done
  late        done after seconds=, or when released
  slow        done, and answered after seconds=, or when released
  hold        late, and other changes of the gist are refused meanwhile (409)
  cut         the answer ends in the middle
  malformed   JSON that ends in the middle
  html        a page with status= (200)
  huge        an answer of bytes= (64 MiB)
  redirect    status= (302) to location=; a * at its end is the path
  primary     the primary rate limit: status= (403), reset_in= (60)
  secondary   the other one: status= (403), retry_after= (none)
  before      do control={verbs} first, and then what was asked

GET /_control tells all that, with the number of requests and violations: what
no client should do.  GET /_control/log is the journal as a list."""
import argparse
import gzip
import http.server
import json
import os
import pathlib
import socket
import socketserver
import ssl
import sys
import threading
sys.dont_write_bytecode = True

from github_faults import Dropped  # noqa: E402
from github_hub import Hub  # noqa: E402
from github_web import (JSON, RAW_HOST, STORAGE_HOST,  # noqa: E402
                        Reply, Request)
from server import Folder, free_ports, start, wait_until  # noqa: E402


class Handler(http.server.BaseHTTPRequestHandler):
    """A connection."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "GitHub.com", ""
    timeout = 120
    wbufsize = 1 << 16  # head and body leave together

    def address_string(self):
        return "local"

    def log_message(self, *args):
        """The journal tells more."""

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (ConnectionError, ssl.SSLError, TimeoutError):
            self.close_connection = True

    def host(self):
        """Which of the two is spoken to."""
        by_name = self.headers.get("host") in (RAW_HOST, STORAGE_HOST)
        return "storage" if self.server.storage or by_name else "api"

    def body(self):
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length")
                                       or 0))
        parts = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # what may come after the last part
        return b"".join(parts)

    def answer(self):
        body = self.body()
        if self.path.partition("?")[0].startswith("/_control"):
            self.send(self.control(body))
            return
        request = Request(
            self.command, self.path, self.headers, body,
            self.server.storage_url(),
            (self.server.scheme, self.headers.get("host") or "localhost",
             self.server.by_socket))
        try:
            self.send(self.server.hub.serve(request, self.host()))
        except Dropped:
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PATCH = do_PUT = do_DELETE = answer

    def control(self, body):
        hub = self.server.hub
        try:
            if self.command == "POST":
                hub.control(json.loads(body))
                return Reply(200, {})
            with hub.lock:
                return Reply(200, hub.log() if self.path.endswith("/log")
                             else hub.status())
        except (ValueError, TypeError, KeyError, AttributeError) as why:
            return Reply(400, {"message": f"github.py: {why!r}"})

    def pack(self, reply):
        """As small as the client understands it."""
        if reply.body and not reply.cut and reply.kind == JSON and "gzip" in (
                self.headers.get("accept-encoding") or ""):
            reply.body = gzip.compress(reply.body, 1)
            reply.headers["Content-Encoding"] = "gzip"

    def send(self, reply):
        self.pack(reply)
        self.send_response(reply.status)
        if reply.status not in (204, 304):
            self.send_header("Content-Type", reply.kind)
            self.send_header("Content-Length", str(len(reply.body)))
        self.send_header("X-GitHub-Request-Id", "FAKE:1")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if reply.cut:
            self.close_connection = True
            self.wfile.write(reply.body[:len(reply.body) // 2])
        elif self.command != "HEAD":
            self.wfile.write(reply.body)


class Server(http.server.ThreadingHTTPServer):
    """At a port, in the clear or over TLS."""

    request_queue_size = 64
    by_socket = storage = False
    scheme = "http"
    tls = storage_port = None

    def storage_url(self):
        name = self.hub.config["storage_name"]
        return f"{self.scheme}://{name}:{self.storage_port}"

    def server_bind(self):
        # not the one of HTTPServer, which asks for this machine's name
        socketserver.TCPServer.server_bind(self)

    def get_request(self):
        line, where = self.socket.accept()
        if self.tls:
            # who accepts does not wait for the handshake
            line = self.tls.wrap_socket(line, server_side=True,
                                        do_handshake_on_connect=False)
        return line, where

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, ssl.SSLError)):
            super().handle_error(request, client_address)


class SocketServer(Server):
    address_family = socket.AF_UNIX
    by_socket = True


def servers_at(ports):
    """Ports: of the API and of the other host; the same over TLS."""
    for api, storage in zip(ports[::2], ports[1::2]):
        pair = [Server(("127.0.0.1", port), Handler)
                for port in (storage, api)]
        pair[0].storage = True
        if api != ports[0]:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain("cert.pem", "key.pem")
            for server in pair:
                server.tls, server.scheme = tls, "https"
        for server in pair:
            server.storage_port = storage
            yield server


def serve(folder, ports):
    """Until it is killed."""
    os.chdir(folder.path)  # the name of a socket must be short
    hub = Hub(folder.path)
    pathlib.Path("socket").unlink(missing_ok=True)
    servers = [SocketServer("socket", Handler), *servers_at(ports)]
    for server in servers:
        server.hub = hub
        threading.Thread(target=server.serve_forever).start()
    pathlib.Path("up").touch()


def make_certificate(folder):
    folder.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
               "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
               "-subj", "/CN=localhost", "-addext",
               "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout",
               folder.path / "key.pem", "-out", folder.path / "cert.pem")


def spawn(folder, ports):
    up = folder.path / "up"
    up.unlink(missing_ok=True)
    child = folder.spawn("github", sys.executable, __file__, folder.path,
                         "--serve", *ports)
    wait_until(lambda: up.exists() or child.poll() is not None, "the server")
    if child.poll() is not None:
        raise OSError(f"the server ended with {child.returncode}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("dir")
    parser.add_argument("verb", nargs="?", choices=("kill", "again"))
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--serve", type=int, nargs="+")
    args = parser.parse_args()
    folder = Folder(args.dir)
    kept = folder.path / "ports"
    if args.serve:
        serve(folder, args.serve)
        return
    if args.verb:
        folder.kill()
    if args.verb == "again":
        spawn(folder, kept.read_text().split())
    if args.verb:
        return

    def bring_up():
        folder.make("log")
        ports = free_ports(4 if args.tls else 2)
        folder.write("ports", " ".join(map(str, ports)))
        if args.tls:
            make_certificate(folder)
        spawn(folder, ports)
        by_tls = {"HUB_TLS": f"https://127.0.0.1:{ports[2]}",
                  "HUB_TLS_STORAGE": f"https://127.0.0.1:{ports[3]}",
                  "HUB_CA": folder.path / "cert.pem"} if args.tls else {}
        folder.ready(HUB_API=f"http://127.0.0.1:{ports[0]}",
                     HUB_STORAGE=f"http://127.0.0.1:{ports[1]}",
                     HUB_SOCKET=folder.path / "socket",
                     HUB_DIR=folder.path, **by_tls)

    start(folder, bring_up)


if __name__ == "__main__":
    main()
