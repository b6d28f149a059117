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
import subprocess
import sys
sys.dont_write_bytecode = True

from server import (Folder, free_ports, start,  # noqa: E402
                    wait_for_port)

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
INSTALLED = ROOT / "build-prism"
PROGRAM = "node_modules/@stoplight/prism-cli/dist/index.js"
PINNED = ("package.json", "package-lock.json")


def is_installed():
    lock = INSTALLED / PINNED[1]
    return lock.exists() and (
        lock.read_bytes() == (HERE / "prism" / PINNED[1]).read_bytes())


def install():
    """What went wrong, or None.  It is there whole or not at all."""
    new = ROOT / f"build-prism.{os.getpid()}"
    new.mkdir()
    try:
        for name in PINNED:
            shutil.copy(HERE / "prism" / name, new)
        got = subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=new, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
        if got.returncode != 0:
            return (got.stdout.strip().splitlines() or ["no word"])[0]
        shutil.rmtree(INSTALLED, ignore_errors=True)
        new.rename(INSTALLED)
        return None
    except (OSError, subprocess.TimeoutExpired) as why:
        return str(why)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def run_with(command):
    why = None if is_installed() else install()
    if why is None:
        os.environ["PRISM"] = str(INSTALLED / PROGRAM)
        os.execvp(command[0], command)
    if os.environ.get("CI") == "true":
        print(f"Bail out! npm could not install prism: {why}")
        sys.exit(1)
    print(f"1..0 # SKIP npm could not install prism: {why}")


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
