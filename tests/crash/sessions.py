"""Sessions that are written while they are stored, and the program beside
them, for the tests that do both a thousand times."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
sys.dont_write_bytecode = True

SERVERS = pathlib.Path(__file__).resolve().parent.parent / "servers"
sys.path.insert(0, str(SERVERS))
# a shell lets what it starts in the background ignore Ctrl-C, and so would
# what is started here
signal.signal(signal.SIGINT, signal.default_int_handler)
# who takes too long is told to end, and leaves no server behind
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

PATIENCE = 120  # seconds, for a machine that is busy
BIN = os.environ["SESHAT_BIN"]
# in pieces, as no secret is to stand here, not even an expired one
SECRET = "ghp" + "_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"
REDACTED = "[REDACTED:github-token]"


class Session:
    """One transcript: what was written of it, what was seen."""

    def __init__(self, home, number, folders, secrets=0.0):
        self.id = f"{number:08x}-1111-4222-8333-444444444444"
        self.cwd = f"/src/{number % folders}"
        folder = home / f"claude/projects/-src-{number % folders}"
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{self.id}.jsonl"
        self.secrets = secrets  # that share of the lines has one
        self.written = bytearray()
        self.rest = b""  # of a torn line
        self.lines = 0
        self.seen = 0

    def line(self, rand):
        """The next one, of a length that varies."""
        self.lines += 1
        text = "x" * rand.choice((5, 90, 2000))
        if self.secrets and rand.random() < self.secrets:
            text += f" {SECRET} "
        return json.dumps(
            {"type": "user", "sessionId": self.id, "cwd": self.cwd,
             "uuid": f"{self.id}/{self.lines}",
             "message": {"role": "user", "content": text}},
        ).encode() + b"\n"

    def append(self, rand):
        """A line, half of one, or the rest of that."""
        if self.rest:
            data, self.rest = self.rest, b""
        else:
            data = self.line(rand)
            if rand.random() < 0.25:
                half = rand.randrange(1, len(data))
                data, self.rest = data[:half], data[half:]
        self.write(data)

    def write(self, data):
        """These bytes."""
        # first noted: a reader must not see what is not known here
        self.written += data
        with open(self.path, "ab", 0) as f:
            f.write(data)

    def complete(self):
        """The rest of a line that is torn."""
        if self.rest:
            self.write(self.rest)
            self.rest = b""


class Home:
    """Of a user: what the program keeps and where the sessions are."""

    def __init__(self, path, **more):
        self.path = path
        self.env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8",
                    "HOME": str(path), "CLAUDE_CONFIG_DIR": f"{path}/claude",
                    "CODEX_HOME": f"{path}/codex", **more}

    def begin(self, *args, **more):
        """Start a command."""
        return subprocess.Popen([BIN, *args], env=self.env,
                                stdin=subprocess.DEVNULL, **more)

    def seshat(self, *args):
        """Run a command to its end."""
        return subprocess.run([BIN, *args], env=self.env, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=PATIENCE)


@contextlib.contextmanager
def new_folder():
    """One that is gone afterwards."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="seshat-test."))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def radosgw():
    """A server for the time of it, and what the environment holds then."""
    with new_folder() as folder:
        try:
            subprocess.run([sys.executable, SERVERS / "rgw", folder],
                           check=True)
            env = dict(re.findall(r"export (\w+)=(\S*)",
                                  (folder / "env").read_text("ascii")))
            os.environ.update(env)
            yield {name: env[name] for name in
                   ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                    "AWS_DEFAULT_REGION")}
        finally:
            subprocess.run([sys.executable, SERVERS / "stop", folder],
                           check=True)
