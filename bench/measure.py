"""What the bench scripts share: run commands in turn, take medians, print a
table and append it to bench/RESULTS.md."""
import datetime
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

SOURCE = pathlib.Path(os.environ.get("SESHAT_SOURCE", "."))
SESHAT = os.environ.get("SESHAT_BIN", str(SOURCE / "build/seshat"))


class Home:
    """A home of its own for one bench, removed at the end."""

    def __init__(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="seshat-bench-"))
        self.claude = self.dir / "claude"
        self.env = dict(os.environ, HOME=str(self.dir),
                        CLAUDE_CONFIG_DIR=str(self.claude),
                        CODEX_HOME=str(self.dir / "codex"),
                        XDG_DATA_HOME=str(self.dir / "data"),
                        XDG_STATE_HOME=str(self.dir / "state"),
                        XDG_CACHE_HOME=str(self.dir / "cache"),
                        XDG_CONFIG_HOME=str(self.dir / "config"))

    def forget(self):
        """An empty vault and no state."""
        for name in ("data", "state"):
            shutil.rmtree(self.dir / name, ignore_errors=True)

    def session(self, n, folder="-work-demo"):
        path = (self.claude / "projects" / folder /
                f"{n:08x}-0000-4000-8000-000000000000.jsonl")
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.dir)


def line(n, size=200):
    """One line of a transcript, of about size bytes."""
    head = (f'{{"type":"user","cwd":"/home/u/demo","timestamp":'
            f'"2026-01-01T00:00:00.{n % 1000:03}Z","uuid":"{n}","message":'
            f'{{"role":"user","content":"')
    words = "the quick brown fox jumps over the lazy dog " * (size // 44 + 1)
    return head + words[:max(0, size - len(head) - 4)] + '"}}\n'


def run(args, env):
    """Run once: wall seconds, CPU seconds, peak memory in MiB."""
    start = time.perf_counter()
    p = subprocess.Popen(args, env=env, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(p.pid, 0)
    wall = time.perf_counter() - start
    if status != 0:
        raise SystemExit(f"{args}: status {status}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def interleaved(cases, rounds):
    """cases: name -> function that answers run()'s triple.  Medians."""
    got = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            got[name].append(case())
    return {name: tuple(statistics.median(t[i] for t in rows)
                        for i in range(3))
            for name, rows in got.items()}


def cpu_model():
    for text in open("/proc/cpuinfo"):
        if text.startswith("model name"):
            return text.split(":", 1)[1].strip()
    return "unknown processor"


def report(name, head, rows):
    """Print a table and append it to RESULTS.md."""
    text = f"\n## bench/{name}, {datetime.date.today()}\n\n"
    text += f"{cpu_model()}, {os.cpu_count()} cores\n\n"
    text += "| " + " | ".join(head) + " |\n"
    text += "|---" + "|--:" * (len(head) - 1) + "|\n"
    for row in rows:
        text += "| " + " | ".join(str(cell) for cell in row) + " |\n"
    print(text)
    with open(SOURCE / "bench/RESULTS.md", "a") as f:
        f.write(text)
