#!/usr/bin/env python3
"""A Hugging Face of a test's own, as far as buckets go.

usage: hf.py DIR                  start it; tests/servers/stop DIR ends it
       hf.py DIR kill             end it as a crash would
       hf.py DIR again            start it again, with all it had
       hf.py need                 install what it needs, or say in TAP why that
                                  cannot be, and nothing else

Once it is up, DIR/env can be sourced.  It sets

  HF_ENDPOINT     the hub: http://127.0.0.1:PORT
  HF_CAS          the server of content, which the hub names
  HF_BRIDGE       the one that has plain files; it refuses who brings a token
  HF_TOKEN        hf_test, of alice, who may write; hf_reader may read what is
                  alice's, hf_stranger is of bob
  HF_DIR          DIR

What comes from npm, Hugging Face's client and the functions by which every
hash is checked, goes to build-hub, at the versions and hashes of
tests/servers/hub/package-lock.json.

DIR/buckets/alice/name holds the files of a bucket, plain.  That folder is the
truth: what is changed there by hand has changed.  DIR/xorbs and DIR/files are
what content consists of.  DIR/journal has a line of JSON for each request:
host (hub, cas, bridge), kind (create, info, settings, delete, buckets, move,
whoami, tree, paths-info, token, batch, resolve; xorb, shard, chunk-query,
reconstruction, xorb-data; bridge), method, path, status (null: no answer),
token, range, length, faults, and violations: what no client should do.

A test says how it is to be with POST /_control, a JSON object of verbs, done
in this order:

  reset       true: settings, tokens and rules as in the beginning
  calm        true: without rules; what waits goes on
  forget      true: without what is in the journal
  release     true: what waits goes on
  config      {name: value}, see CONFIG in hub/server.mjs
  tokens      {token: {name, role} or null}
  buckets     [{id, private, files: {path: text}}]; of one that is there, a
              change; private is told as it stands here
  move        {from, to}: a bucket has another name, and says so (307)
  expire      true: no token for content holds any more
  rules       [{on, kind, host, nth, times, do, ...}]

A rule meets requests by on, "METHOD REGEX" of the path with its query, "*" for
any method; by kind and host of the journal; from the nth of those on (1), so
many times (1; 0 is for ever).  do is

  status      answer status= (503) with body= (text or JSON), headers=
  limit       429, with RateLimit: wait for seconds= (1)
  drop        end the connection; nothing is done
  lost        end it when it is done
  applied     done, and answered like status
  cut         the answer ends at half of its body
  cut-request the connection ends at half of the body that is sent
  late        done after seconds=, or when released
  slow        done, and answered after seconds=, or when released
  redirect    status= (302) to location=; a * in it is what was asked
  malformed   JSON that ends in the middle
  html        a page with status= (200)
  partial     those lines of a batch are not done whose path fits fails=; a 200
              all the same
  undone      a batch is told as done, and is not
  expired     no token for content that was given holds any more
  before      do control={verbs} first, and then what was asked"""
import pathlib
import sys
sys.dont_write_bytecode = True

import npm  # noqa: E402
from server import Folder, free_ports, start, wait_for_port  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
INSTALLED = HERE.parent.parent / "build-hub"


def need():
    why = npm.install(HERE / "hub", INSTALLED)
    if why is not None:
        npm.do_without("npm could not install Hugging Face's client", why)


def spawn(folder, ports):
    child = folder.spawn("hf", "node", HERE / "hub/server.mjs", folder.path,
                         *ports)
    for port in ports:
        wait_for_port(int(port), child)


def main():
    if sys.argv[1:] == ["need"]:
        need()
        return
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in (
            [], ["kill"], ["again"]):
        sys.exit(__doc__)
    folder = Folder(sys.argv[1])
    kept = folder.path / "ports"
    if sys.argv[2:]:
        folder.kill()
    if sys.argv[2:] == ["again"]:
        spawn(folder, kept.read_text().split())
    if sys.argv[2:]:
        return

    def bring_up():
        folder.make("log", "buckets")
        ports = free_ports(3)
        folder.write("ports", " ".join(map(str, ports)))
        spawn(folder, ports)
        hub, cas, bridge = (f"http://127.0.0.1:{port}" for port in ports)
        folder.ready(HF_ENDPOINT=hub, HF_CAS=cas, HF_BRIDGE=bridge,
                     HF_TOKEN="hf_test", HF_DIR=folder.path)

    start(folder, bring_up)


if __name__ == "__main__":
    main()
