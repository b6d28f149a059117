"""A folder such as an exported zip leaves, and scripts that run in it."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import textwrap
import unittest

SHARE = pathlib.Path(__file__).resolve().parents[2] / "share" / "python"
FILES = ["trainable.py", "trainable_local.py", "trainable_runtime.py",
         "requirements.txt"]
# Makes modules impossible to import: BLOCKED in the environment names them.
BLOCKER = """
import os, sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in os.environ.get("BLOCKED", "").split():
            raise ImportError(name + " is not to be had")
sys.meta_path.insert(0, Blocker())
"""


def strict(line):
    """What a line of JSON says, and JSON it must be: no NaN."""
    def refuse(word):
        raise ValueError(word + " is no JSON")
    return json.loads(line, parse_constant=refuse)


class Unzipped(unittest.TestCase):
    """Each test has a folder of its own, self.root."""

    def setUp(self):
        self.temp = pathlib.Path(tempfile.mkdtemp(prefix="seshat-python-"))
        self.addCleanup(shutil.rmtree, self.temp, ignore_errors=True)
        self.root = self.temp / "session"
        self.root.mkdir()
        for name in FILES:
            shutil.copy(SHARE / name, self.root)
        self.out = self.root / "trainable_out"

    def script(self, text, name="scripts/deep/train.py"):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def environment(self, env):
        """As bare as a user's may be, with PYTHONPATH as the README says."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.temp),
                "PYTHONPATH": str(self.root), **(env or {})}

    def command(self, text, libraries=True):
        # Without site there is nothing but the standard library.
        return [sys.executable, "-B", *([] if libraries else ["-S"]),
                str(self.script(text))]

    def run_script(self, text, libraries=True, env=None, cwd=None, **more):
        """Run it to its good end; what it printed, and on stderr."""
        got = subprocess.run(
            self.command(text, libraries), env=self.environment(env),
            cwd=cwd or self.root, timeout=240, text=True, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, **more)
        self.assertEqual(got.returncode, 0, got.stderr)
        return got

    def lines(self, path=None):
        text = (path or self.out / "metrics.jsonl").read_bytes().decode("ascii")
        self.assertTrue(text.endswith("\n"))
        return [strict(line) for line in text[:-1].split("\n")]

    def logged(self, text, **more):
        """The lines of a script in local mode that had nothing to say."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.assertEqual(self.run_script(text, **more).stderr, "")
        return self.lines()

    def events(self, text, **more):
        return [line["log"] for line in self.logged(text, **more)]

    def blocking(self, *modules):
        """An environment in which these modules are not there."""
        folder = self.temp / "blocker"
        folder.mkdir(exist_ok=True)
        (folder / "sitecustomize.py").write_text(BLOCKER)
        return {"BLOCKED": " ".join(modules),
                "PYTHONPATH": f"{self.root}:{folder}"}
