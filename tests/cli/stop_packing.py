#!/usr/bin/env python3
"""Stop a program while it packs into a file that nobody sees, and holds no lock
of a lock file: stop_packing.py PID FILE.  Fails when it ends before that."""
import fcntl
import os
import signal
import struct
import sys
import time

pid, locks = int(sys.argv[1]), sys.argv[2]


def is_stopped():
    """Wait for it; False when it has ended."""
    while True:
        with open(f"/proc/{pid}/stat") as f:
            state = f.read().rsplit(")", 1)[1].split()[0]
        if state in "tT":
            return True
        if state in "ZX":
            return False
        time.sleep(0.001)


def packs():
    """Whether it has an unnamed file with something in it."""
    for fd in os.listdir(f"/proc/{pid}/fd"):
        path = f"/proc/{pid}/fd/{fd}"
        if "(deleted)" in os.readlink(path) and os.stat(path).st_size > 0:
            return True
    return False


def is_free():
    """Whether every lock of the file can be had."""
    with open(locks, "r+b") as f:
        whole = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)
        try:
            fcntl.fcntl(f, 37, whole)  # F_OFD_SETLK
        except (BlockingIOError, PermissionError):
            return False
    return True


held = 0
try:
    while True:
        os.kill(pid, signal.SIGSTOP)
        if not is_stopped():
            sys.exit(f"it has ended; stopped while it packed under a lock: {held}")
        if packs():
            if is_free():
                sys.exit(0)
            held += 1
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.002)
except (ProcessLookupError, FileNotFoundError):
    sys.exit(f"it is gone; stopped while it packed under a lock: {held}")
