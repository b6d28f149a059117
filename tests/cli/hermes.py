#!/usr/bin/env python3
"""What Hermes would do to its database: hermes.py DATABASE VERB...

  make SESSION...      the tables (of schema 30, what matters here), sessions
  say SESSION FROM TO  so many messages, in one transaction
  sql STATEMENT...     anything
  lines SESSION        print what seshat makes of the messages
  hold SECONDS         be in a write transaction; prints "held" then
  lock                 hold an exclusive lock until standard input ends"""
import json
import sqlite3
import sys

SCHEMA = """
CREATE TABLE sessions (id TEXT PRIMARY KEY, source TEXT NOT NULL,
  parent_session_id TEXT, started_at REAL NOT NULL, cwd TEXT, title TEXT);
CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id TEXT NOT NULL REFERENCES sessions(id), role TEXT NOT NULL,
  content TEXT, tool_calls TEXT, tool_name TEXT, timestamp REAL NOT NULL,
  reasoning TEXT, active INTEGER NOT NULL DEFAULT 1, display_identity BLOB);
CREATE INDEX idx_messages_session_id ON messages(session_id, id);
"""


def say(db, session, first, last):
    db.executemany(
        "INSERT INTO messages(session_id, role, content, timestamp) "
        "VALUES (?, ?, ?, ?)",
        [(session, ("assistant", "user")[i % 2], f"message {i} é\n\"q\"",
          1780000000 + i + 0.5) for i in range(int(first), int(last) + 1)])
    db.commit()


def lines(db, session):
    """The rows as JSON, made without seshat."""
    db.row_factory = sqlite3.Row
    for row in db.execute("SELECT * FROM messages WHERE session_id = ? "
                          "ORDER BY id", (session,)):
        line = {k: row[k] for k in row.keys() if row[k] is not None}
        yield json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def main():
    path, verb, *args = sys.argv[1:]
    db = sqlite3.connect(path)
    if verb == "make":
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(SCHEMA)
        for session in args:
            db.execute("INSERT INTO sessions(id, source, started_at, cwd) "
                       "VALUES (?, 'cli', 1780000000.0, '/src/demo')",
                       (session,))
        db.commit()
    elif verb == "say":
        say(db, *args)
    elif verb == "sql":
        for statement in args:
            db.execute(statement)
        db.commit()
    elif verb == "lines":
        for line in lines(db, args[0]):
            sys.stdout.buffer.write(line.encode() + b"\n")
    elif verb in ("hold", "lock"):
        if verb == "lock":
            db.execute("PRAGMA journal_mode=DELETE")
            db.execute("PRAGMA locking_mode=EXCLUSIVE")
        db.execute("BEGIN " + ("EXCLUSIVE" if verb == "lock" else "IMMEDIATE"))
        db.execute("INSERT INTO messages(session_id, role, content, timestamp)"
                   " VALUES ('one', 'user', 'not yet', 1.0)")
        print("held", flush=True)
        sys.stdin.read()


main()
