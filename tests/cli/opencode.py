#!/usr/bin/env python3
"""What OpenCode does to its database: opencode.py DATABASE VERB...

  make [SQL]             the tables of a real one, or all that is in SQL
  turn SESSION N [OLD]   question and answer N, as finished; OLD seconds ago
  begin SESSION N        an answer that is being written: a text and a tool
  grow SESSION N TEXT    more of that text
  run SESSION N          the text is done, the tool runs
  done SESSION N         and has ended, and so has the answer
  stream SESSION N M     the turns N to M, written as OpenCode writes them
  sql STATEMENT...       anything
  lines SESSION          print what seshat makes of it when all is finished
  lock                   hold an exclusive lock until standard input ends"""
import json
import sqlite3
import sys
import time

BASE = 1795383271060


def now():
    return int(time.time() * 1000)


def put(db, table, id, session, data, message=None, at=None, old=0):
    """As OpenCode does: one row inserted or changed, with the time."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    if db.execute(f"UPDATE {table} SET data = ?, time_updated = ? WHERE id = ?",
                  (text, now() - old, id)).rowcount == 0:
        row = {"id": id, "session_id": session, "time_created": at,
               "time_updated": now() - old, "data": text}
        if message:
            row["message_id"] = message
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})",
                   list(row.values()))
    db.execute("UPDATE session SET time_updated = ? WHERE id = ?",
               (now() - old, session))
    db.commit()


def make(db, sql=None):
    db.execute("PRAGMA journal_mode=WAL")
    text = open(sql, encoding="utf-8").read()
    db.executescript(text)
    db.commit()


def session(db, id, parent=None, directory="/src/demo"):
    if db.execute("SELECT 1 FROM session WHERE id = ?", (id,)).fetchone():
        return
    db.execute("INSERT OR IGNORE INTO project (id, worktree, time_created, "
               "time_updated, sandboxes) VALUES ('global', '/', 0, 0, '[]')")
    db.execute("INSERT INTO session (id, project_id, parent_id, slug, "
               "directory, title, version, time_created, time_updated) "
               "VALUES (?, 'global', ?, ?, ?, ?, '1.18.33', ?, ?)",
               (id, parent, id, directory, f"About {id}", BASE, BASE))
    db.commit()


class Turn:
    """A question and its answer, row by row."""

    def __init__(self, db, sid, n, old=0):
        self.db, self.sid, self.n, self.old = db, sid, n, old
        self.at = BASE + n * 10000
        self.user = f"msg_{n:06d}a"
        self.answer = f"msg_{n:06d}b"
        session(db, sid)

    def message(self, id, data, at):
        put(self.db, "message", f"{self.sid}{id}", self.sid, data, at=at,
            old=self.old)

    def part(self, message, k, data, at):
        put(self.db, "part", f"prt_{self.sid}{self.n:06d}{message[-1]}{k}",
            self.sid, data, f"{self.sid}{message}", at, old=self.old)

    def ask(self):
        self.message(self.user, {"role": "user", "time": {"created": self.at}},
                     self.at)
        self.part(self.user, 0, {"type": "text",
                                 "text": f"question {self.n} é\n\"q\""},
                  self.at)

    def head(self, done=False):
        data = {"role": "assistant", "modelID": "m",
                "tokens": {"input": 7, "output": 3 if done else 0,
                           "cache": {"read": 0, "write": 0}},
                "time": {"created": self.at + 1}}
        if done:
            data["time"]["completed"] = self.at + 9
        self.message(self.answer, data, self.at + 1)

    def text(self, text, done=False):
        data = {"type": "text", "text": text, "time": {"start": self.at + 2}}
        if done:
            data["time"]["end"] = self.at + 3
        self.part(self.answer, 1, data, self.at + 2)

    def tool(self, status):
        state = {"status": status, "input": {"command": f"run {self.n}"}}
        if status == "completed":
            state["output"] = f"ran {self.n}"
        self.part(self.answer, 2, {"type": "tool", "tool": "bash",
                                   "callID": f"call_{self.n}", "state": state},
                  self.at + 4)

    def sum_up(self, files):
        """What is changed in the question when a step has ended."""
        self.message(self.user, {"role": "user", "time": {"created": self.at},
                                 "summary": {"diffs": [{"file": "a"}] * files}},
                     self.at)

    def begin(self):
        self.ask()
        self.head()
        self.part(self.answer, 0, {"type": "step-start"}, self.at + 1)
        self.text("")
        self.text("one")
        self.tool("pending")

    def run(self):
        self.text("one two three", True)
        self.tool("running")

    def done(self):
        self.tool("completed")
        self.part(self.answer, 3, {"type": "step-finish"}, self.at + 5)
        self.head(True)
        self.sum_up(self.n % 3)

    def whole(self):
        self.begin()
        self.run()
        self.done()


def lines(db, sid):
    """The rows as JSON, in order, made without seshat."""
    db.row_factory = sqlite3.Row
    one = db.execute("SELECT id, project_id, parent_id, directory, version, "
                     "time_created FROM session WHERE id = ?", (sid,)).fetchone()
    yield {"table": "session", **dict(one)}
    for m in db.execute("SELECT * FROM message WHERE session_id = ? ORDER BY "
                        "time_created, id", (sid,)).fetchall():
        data = json.loads(m["data"])
        line = {"table": "message", **dict(m), "data": data}
        parts = []
        for p in db.execute("SELECT * FROM part WHERE message_id = ? "
                            "ORDER BY id", (m["id"],)).fetchall():
            part = {"table": "part", **dict(p), "data": json.loads(p["data"]),
                    "role": data["role"]}
            if data.get("summary") is True:
                part["summary"] = 1
            parts.append(part)
        if data["role"] == "user":
            data.pop("summary", None)
            yield line
            yield from parts
        else:
            yield from parts
            yield line


def printed(line):
    line = {k: v for k, v in line.items()
            if v is not None and k != "time_updated"}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def main():
    path, verb, *args = sys.argv[1:]
    db = sqlite3.connect(path, timeout=20)
    if verb == "make":
        make(db, *args)
    elif verb == "turn":
        Turn(db, args[0], int(args[1]),
             int(args[2]) * 1000 if len(args) > 2 else 0).whole()
    elif verb == "child":
        session(db, args[0], args[1])
        Turn(db, args[0], 1).whole()
    elif verb == "begin":
        Turn(db, args[0], int(args[1])).begin()
    elif verb == "grow":
        Turn(db, args[0], int(args[1])).text(args[2])
    elif verb == "run":
        Turn(db, args[0], int(args[1])).run()
    elif verb == "done":
        Turn(db, args[0], int(args[1])).done()
    elif verb == "stream":
        for n in range(int(args[1]), int(args[2]) + 1):
            Turn(db, args[0], n).whole()
    elif verb == "sql":
        for statement in args:
            db.execute(statement)
        db.commit()
    elif verb == "lines":
        for line in lines(db, args[0]):
            sys.stdout.buffer.write(printed(line).encode() + b"\n")
    elif verb == "lock":
        db.execute("PRAGMA journal_mode=DELETE")
        db.execute("PRAGMA locking_mode=EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        db.execute("UPDATE session SET title = 'not yet'")
        print("held", flush=True)
        sys.stdin.read()


main()
