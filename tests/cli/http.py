#!/usr/bin/env python3
"""Clients of an HTTP server that no library would be: http.py WHAT PORT ...

raw PORT            what stands on stdin is sent; the statuses until the end
idle PORT N         N connections that are kept alive, each with a request
                    answered; then those that were refused, the server's memory
                    in MiB and descriptors, of process PID: idle PORT N PID
fuzz PORT SEED N    N requests that are nearly right
drip PORT SECONDS   a byte a second; 0 when it is cut before SECONDS are over
launch FD CMD...    run CMD with the listening socket of a port of our own, as
                    systemd does; the port goes to the file of FD
"""
import os
import random
import re
import resource
import select
import socket
import sys
import time


def dial(port):
    s = socket.create_connection(("127.0.0.1", port), 20)
    s.settimeout(20)
    return s


def hear(s):
    """All until the end, or until the other side has cut us."""
    got = b""
    try:
        while True:
            more = s.recv(65536)
            if not more:
                return got
            got += more
    except ConnectionResetError:
        return got


def raw(port):
    s = dial(port)
    try:
        s.sendall(sys.stdin.buffer.read())
    except OSError:
        pass  # refused before all was sent
    for status in re.findall(rb"HTTP/1\.[01] (\d+)", hear(s)):
        print(status.decode())


def idle(port, n, pid):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    want = min(n + 64, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, want), hard))
    n = min(n, want - 64)
    ask = f"GET /healthz HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode()
    conns, refused = [], 0
    for _ in range(n):
        s = dial(port)
        try:
            s.sendall(ask)
            ok = s.recv(4096).startswith(b"HTTP/1.1 200")
        except OSError:
            ok = False
        if ok:
            conns.append(s)
        else:
            refused += 1
            s.close()
    # one of them works all the while
    conns[0].sendall(ask)
    assert conns[0].recv(4096).startswith(b"HTTP/1.1 200")
    with open(f"/proc/{pid}/statm") as f:
        rss = int(f.read().split()[1]) * resource.getpagesize() >> 20
    print(n, refused, rss, len(os.listdir(f"/proc/{pid}/fd")))


PIECES = [b"GET ", b"HEAD ", b"POST ", b"/healthz", b"/metrics", b"/", b"/..",
          b"%2e", b"%00", b"\0", b"%", b" HTTP/1.1\r\n", b" HTTP/1.0\r\n",
          b" HTTP/9.9\r\n", b"\r\n", b"\n", b"\r", b"Host: localhost\r\n",
          b"Content-Length: 5\r\n", b"Content-Length: -1\r\n",
          b"Content-Length: 99999999999999999999\r\n", b"x",
          b"Transfer-Encoding: chunked\r\n", b"5\r\nhello\r\n0\r\n\r\n",
          b"Range: bytes=0-\r\n", b"Range: bytes=\r\n", b"Connection: close\r\n",
          b"Expect: 100-continue\r\n", b": \r\n", b" folded\r\n", b"?a=b&&=&%",
          b"http://", b"A" * 9000, b"\xff\xfe", b"Upgrade: h2c\r\n",
          b"Authorization: Bearer x\r\n", b"If-None-Match: W/\"\r\n"]


def fuzz(port, seed, n):
    rnd = random.Random(seed)
    host = f"Host: localhost:{port}\r\n".encode()
    for _ in range(n):
        text = b"".join(rnd.choice(PIECES) for _ in range(rnd.randrange(1, 9)))
        if rnd.random() < 0.7:
            text = (rnd.choice([b"GET ", b"HEAD ", b"PUT "])
                    + b"/" + rnd.choice(PIECES) + b" HTTP/1.1\r\n" + host
                    + text)
        if rnd.random() < 0.5:
            at = rnd.randrange(len(text))
            text = text[:at] + bytes([rnd.randrange(256)]) + text[at + 1:]
        s = dial(port)
        try:
            s.sendall(text + (b"\r\n\r\n" if rnd.random() < 0.8 else b""))
            if rnd.random() < 0.7:
                # what is not whole is waited for; not here
                s.settimeout(0.05)
                s.shutdown(socket.SHUT_WR)
                hear(s)
        except OSError:
            pass
        s.close()


def drip(port, seconds):
    s = dial(port)
    end = time.monotonic() + seconds
    for byte in b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 10000:
        try:
            s.sendall(bytes([byte]))
        except OSError:
            return 0
        # readable: it was cut
        if select.select([s], [], [], 1)[0]:
            return 0
        if time.monotonic() > end:
            return 1


def launch(fd, command):
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    s.listen(16)
    with open(fd, "w") as f:
        f.write(str(s.getsockname()[1]))
    os.dup2(s.fileno(), 3)
    os.set_inheritable(3, True)
    env = dict(os.environ, LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
    os.execvpe(command[0], command, env)


what, args = sys.argv[1], sys.argv[2:]
if what == "launch":
    launch(args[0], args[1:])
sys.exit({"raw": raw, "idle": idle, "fuzz": fuzz, "drip": drip}[what](
    *map(int, args)))
