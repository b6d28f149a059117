"""What the start scripts have in common: a folder that holds all a server
has, its processes, and the file to be sourced when it is up.

Each process stands in DIR/pids, and names something below DIR among its
arguments, so that nothing else is ever ended, whatever became of the
number."""
import os
import pathlib
import random
import shlex
import signal
import socket
import subprocess
import sys
import time

PATIENCE = 60  # seconds, for a machine that is busy
ACCESS = "TESTACCESSKEY0000001"
SECRET = "testing-secret-key-1234567890abcdef"
REGION = "us-east-1"


class DidNotStart(Exception):
    pass


class Folder:
    """Of one server."""

    def __init__(self, path):
        self.path = pathlib.Path(path).resolve()
        self.pids = self.path / "pids"
        self.env = self.path / "env"

    def make(self, *names):
        for name in names:
            (self.path / name).mkdir(parents=True, exist_ok=True)

    def write(self, name, text):
        path = self.path / name
        path.write_text(text)
        return path

    def spawn(self, name, *args):
        """A process that stays; what it says goes to log/<name>.out."""
        with open(self.path / f"log/{name}.out", "ab") as log:
            child = subprocess.Popen(
                [str(arg) for arg in args], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, cwd=self.path)
        with open(self.pids, "a", encoding="ascii") as pids:
            print(child.pid, name, file=pids)
        return child

    def run(self, *args, **named):
        """A command that ends, and must end well."""
        got = subprocess.run([str(arg) for arg in args], text=True,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, timeout=PATIENCE,
                             check=False, **named)
        if got.returncode != 0:
            raise DidNotStart(f"{shlex.join(map(str, args))}: {got.stdout}")

    def processes(self):
        """(pid, name) of those that are still ours."""
        if not self.pids.exists():
            return
        for line in self.pids.read_text().splitlines():
            pid, name = line.split()
            try:
                args = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
            except OSError:
                continue
            if os.fsencode(self.path) in args:
                yield int(pid), name

    def kill(self, wanted=None):
        """End them, or the one of that name, and wait until they are gone.
        What they hold is thrown away, so they are not asked first: to ask
        radosgw takes ten seconds."""
        for pid, name in list(self.processes()):
            if wanted in (None, name):
                os.kill(pid, signal.SIGKILL)
                wait_until(lambda pid=pid: not runs(pid), f"{name} to end")

    def ready(self, **env):
        """Tell those who wait for DIR/env; it is there whole or not at all."""
        text = "".join(f"export {name}={shlex.quote(str(value))}\n"
                       for name, value in env.items())
        self.write("env.new", text).rename(self.env)

    def logs(self):
        """The end of each, for when it does not start."""
        for log in sorted((self.path / "log").glob("*")):
            text = log.read_text(errors="replace").splitlines()[-15:]
            if text:
                yield "\n".join([f"--- {log.name}", *text])


def runs(pid):
    """Neither gone nor a zombie, whose parent is somebody else."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def wait_until(answers, what):
    """Ask until it answers true."""
    end = time.monotonic() + PATIENCE
    while not answers():
        if time.monotonic() > end:
            raise DidNotStart(f"waited {PATIENCE} s for {what}")
        time.sleep(0.01)


def wait_for_port(port, child):
    """Until the process takes connections there."""
    def answers():
        if child.poll() is not None:
            raise DidNotStart(f"{child.args[0]} ended with {child.returncode}")
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", port)) == 0
    wait_until(answers, f"port {port}")


def free_ports(n):
    """Below those that the system gives to whoever connects, so that none is
    taken while the server that has it is down."""
    found = []
    while len(found) < n:
        port = random.randrange(10000, 32000)
        with socket.socket() as line:
            try:
                line.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found


def start(folder, bring_up, tries=3):
    """Call bring_up, again when it failed: another server may have taken the
    port in between.  Leaves no half of a server."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for left in reversed(range(tries)):
        folder.env.unlink(missing_ok=True)
        folder.pids.unlink(missing_ok=True)
        try:
            bring_up()
            return
        except (DidNotStart, OSError, subprocess.TimeoutExpired) as why:
            folder.kill()
            if not left:
                sys.exit("\n".join([f"{sys.argv[0]}: {why}", *folder.logs()]))
        except BaseException:
            folder.kill()
            raise
