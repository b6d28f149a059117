"""What comes through npm, at the versions and hashes of a package-lock.json
of ours, into a folder that "make clean" removes."""
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys

PINNED = ("package.json", "package-lock.json")


def is_installed(pinned, folder):
    lock = folder / PINNED[1]
    return lock.exists() and (
        lock.read_bytes() == (pinned / PINNED[1]).read_bytes())


def fetch(pinned, folder):
    """What went wrong, or None.  It is there whole or not at all."""
    new = folder.with_name(f"{folder.name}.{os.getpid()}")
    new.mkdir()
    try:
        for name in PINNED:
            shutil.copy(pinned / name, new)
        got = subprocess.run(
            ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=new, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=300, check=False)
        if got.returncode != 0:
            return next((line for line in got.stdout.strip().splitlines()
                         if not line.startswith("npm warn")), "no word")
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
        return None
    except (OSError, subprocess.TimeoutExpired) as why:
        return str(why)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def install(pinned, folder):
    """Install what the folder pinned names, unless it is there; what went
    wrong, or None.  Of several that want it one installs, the others wait."""
    pinned, folder = pathlib.Path(pinned), pathlib.Path(folder)
    with open(pinned / PINNED[1], "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_installed(pinned, folder):
            return None
        return fetch(pinned, folder)


def do_without(what, why):
    """Say so in TAP and end: a failure where CI is true."""
    if os.environ.get("CI") == "true":
        print(f"Bail out! {what}: {why}")
        sys.exit(1)
    print(f"1..0 # SKIP {what}: {why}")
    sys.exit(0)
