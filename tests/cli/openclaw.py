#!/usr/bin/env python3
"""What OpenClaw would do to its database: openclaw.py DATABASE VERB...

  make [zstd]           the table, as of 2026.7.2, or as of 2026.9.6
  take SESSION FILE     the lines of a transcript as events
  pack SESSION          compress every second event of a session
  sql STATEMENT...      anything
  lines SESSION         print the events, one a line"""
import sqlite3
import subprocess
import sys


def zstd(data, *how):
    return subprocess.run(["zstd", "-q", "-c", *how], input=data,
                          stdout=subprocess.PIPE, check=True).stdout


def main():
    path, verb, *args = sys.argv[1:]
    db = sqlite3.connect(path)
    if verb == "make":
        db.execute("PRAGMA journal_mode=WAL")
        more = ", event_zstd BLOB, event_utf8_bytes INTEGER" if args else ""
        db.execute("CREATE TABLE transcript_events (session_id TEXT NOT NULL, "
                   "seq INTEGER NOT NULL, event_json TEXT, created_at INTEGER "
                   f"NOT NULL{more}, PRIMARY KEY (session_id, seq)) STRICT")
    elif verb == "take":
        session, file = args
        first = db.execute("SELECT COALESCE(MAX(seq) + 1, 0) FROM "
                           "transcript_events WHERE session_id = ?",
                           (session,)).fetchone()[0]
        with open(file, encoding="utf-8", newline="\n") as lines:
            for seq, line in enumerate(lines, first):
                db.execute(
                    "INSERT INTO transcript_events(session_id, seq, "
                    "event_json, created_at) VALUES (?, ?, ?, ?)",
                    (session, seq, line.rstrip("\n"), 1780000000000 + seq))
    elif verb == "pack":
        for seq, text in db.execute(
                "SELECT seq, event_json FROM transcript_events WHERE "
                "session_id = ? AND seq % 2 = 0 AND event_json IS NOT NULL",
                args).fetchall():
            db.execute("UPDATE transcript_events SET event_json = NULL, "
                       "event_zstd = ? WHERE session_id = ? AND seq = ?",
                       (zstd(text.encode()), args[0], seq))
    elif verb == "sql":
        for statement in args:
            db.execute(statement)
    elif verb == "lines":
        columns = [c[1] for c in db.execute(
            "PRAGMA table_info(transcript_events)")]
        packed = "event_zstd" if "event_zstd" in columns else "NULL"
        for text, blob in db.execute(
                f"SELECT event_json, {packed} FROM transcript_events WHERE "
                "session_id = ? ORDER BY seq", args):
            data = text.encode() if text is not None else zstd(blob, "-d")
            sys.stdout.buffer.write(data + b"\n")
    db.commit()


main()
