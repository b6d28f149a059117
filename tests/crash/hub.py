"""The GitHub of the tests (tests/servers/github.py), and sessions that are
shared over it, for the tests of what may happen meanwhile."""
import contextlib
import json
import re
import subprocess
import sys
import time
import urllib.request
sys.dont_write_bytecode = True

from sessions import PATIENCE, SERVERS, Home, new_folder  # noqa: E402

HEADER = """<!-- erk:metadata-block:plan-header -->
<details>
<summary><code>plan-header</code></summary>

```yaml

schema_version: '2'
created_at: '2026-01-21T13:00:00+00:00'
created_by: octo
later_field: 'kept: yes'
last_session_id: null

```

</details>
<!-- /erk:metadata-block:plan-header -->"""
BEFORE, AFTER = "# A plan\r\n\r\n", "\n\nand more of it \U0001f600"


class Hub:
    """One that runs."""

    def __init__(self, folder):
        self.folder = folder
        env = dict(re.findall(r"export (\w+)='?([^'\n]*)'?",
                              (folder / "env").read_text("utf-8")))
        self.api = env["HUB_API"]

    def control(self, **told):
        """Tell it."""
        with urllib.request.urlopen(
                self.api + "/_control", json.dumps(told).encode(),
                PATIENCE) as answer:
            answer.read()

    def ask(self, what=""):
        """What it tells of itself."""
        with urllib.request.urlopen(f"{self.api}/_control{what}",
                                    timeout=PATIENCE) as answer:
            return json.load(answer)

    def begin(self):
        """As it was in the beginning, with a plan."""
        self.control(reset=True, issues=[
            {"number": 7, "body": BEFORE + HEADER + AFTER}])

    def await_rule(self, child):
        """Until the rule has met a request: whether it has before the child
        ended."""
        by = time.monotonic() + PATIENCE
        while self.ask()["rules"]:
            if child.poll() is not None or time.monotonic() > by:
                return not self.ask()["rules"]
            time.sleep(0.005)
        return True

    def await_requests(self, count):
        """Until so many are answered."""
        by = time.monotonic() + PATIENCE
        while self.ask()["requests"] < count and time.monotonic() < by:
            time.sleep(0.005)

    def log(self):
        """All that was asked."""
        return self.ask("/log")

    def issue(self):
        """The plan's, as it is."""
        path = self.folder / "repos/o/r/issues/7.json"
        return json.loads(path.read_text("utf-8"))

    def pointer(self):
        """{name: value} of the header's last_session_ fields."""
        return {name: value for name, value in re.findall(
            r"^last_session_(\w+): '?([^'\n]*)'?$", self.issue()["body"],
            re.M) if value != "null"}

    def gists(self):
        """{id: {name: size}}"""
        found = {}
        for path in (self.folder / "gists").glob("*/gist.json"):
            gist = json.loads(path.read_text("utf-8"))
            found[gist["id"]] = {name: size for name, (_, size) in
                                 gist["history"][-1]["files"].items()}
        return found


@contextlib.contextmanager
def new_hub():
    """For the time of it."""
    with new_folder() as folder:
        try:
            subprocess.run([sys.executable, SERVERS / "github.py", folder],
                           check=True)
            yield Hub(folder)
        finally:
            subprocess.run([sys.executable, SERVERS / "stop", folder],
                           check=True)


class Machine(Home):
    """Somebody's, with a session."""

    def __init__(self, path, hub):
        super().__init__(path, GITHUB_API_URL=hub.api, GH_TOKEN="test-classic",
                         GH_REPO="o/r", GH_CONFIG_DIR=f"{path}/gh")
        path.mkdir()

    def write(self, session, data):
        """What its transcript is now."""
        at = self.path / f"claude/projects/-src/{session}.jsonl"
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(data)

    def upload(self, session, *args):
        """Start one."""
        return self.begin("upload", "--session-id", session, "--plan-issue",
                          "7", *args, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)

    def download(self, *args):
        """(status, bytes or None, what it said)"""
        at = self.path / "got"
        (at / "session.jsonl").unlink(missing_ok=True)
        ran = self.seshat("download", "--output", at, *args)
        file = at / "session.jsonl"
        return (ran.returncode, file.read_bytes() if file.exists() else None,
                ran.stderr.decode(errors="replace"))


def transcript(session, size):
    """Of a session, at least so long; longer ones begin like shorter ones.
    In a request it is twice as long, for what stands in it."""
    lines, length = [], 0
    while length < size:
        lines.append(json.dumps(
            {"type": "user", "sessionId": session, "cwd": "/src",
             "uuid": str(len(lines)),
             "message": {"role": "user", "content":
                         f"line {len(lines)} " + "\\" * 900}},
        ).encode() + b"\n")
        length += len(lines[-1])
    return b"".join(lines)
