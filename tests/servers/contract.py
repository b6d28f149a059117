#!/usr/bin/env python3
"""Hold what is asked of a server, and what it answers, against GitHub's own
description (tests/data/github/openapi.json).

usage: contract.py with COMMAND...   install prism unless it is there, and run
                                     the command with PRISM in the environment
       contract.py DIR URL           start prism as a proxy in front of URL;
                                     DIR/env sets HUB_PROXY

Prism comes through npm, at the versions and hashes of
tests/servers/prism/package-lock.json, into build-prism, which "make clean"
removes.  Where that fails the tests are skipped, or fail when CI is true."""
import os
import pathlib
import shutil
import sys
sys.dont_write_bytecode = True

import npm  # noqa: E402
from server import (Folder, free_ports, start,  # noqa: E402
                    wait_for_port)

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
INSTALLED = ROOT / "build-prism"
PROGRAM = "node_modules/@stoplight/prism-cli/dist/index.js"


def run_with(command):
    why = npm.install(HERE / "prism", INSTALLED)
    if why is not None:
        npm.do_without("npm could not install prism", why)
    os.environ["PRISM"] = str(INSTALLED / PROGRAM)
    os.execvp(command[0], command)


def serve(folder, url):
    def bring_up():
        folder.make("log")
        port, = free_ports(1)
        described = folder.path / "openapi.json"
        shutil.copy(ROOT / "tests/data/github/openapi.json", described)
        child = folder.spawn(
            "prism", "node", os.environ["PRISM"], "proxy", "-h", "127.0.0.1",
            "-p", port, "--errors", described, url)
        wait_for_port(port, child)
        folder.ready(HUB_PROXY=f"http://127.0.0.1:{port}")

    start(folder, bring_up)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    if sys.argv[1] == "with":
        run_with(sys.argv[2:])
    else:
        serve(Folder(sys.argv[1]), sys.argv[2])
