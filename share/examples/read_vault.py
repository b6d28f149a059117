#!/usr/bin/env python3
"""Reads a seshat vault with Python's standard library alone.

    read_vault.py FOLDER                  the sessions in it
    read_vault.py FOLDER ID               the transcript of one, as it is stored
    read_vault.py FOLDER HARNESS/ID       where two harnesses have the same id

FOLDER is a vault, or a copy of a bucket that holds one.  What it does is told
in FORMATS.md, sections 1 to 3; every part is checked before it is printed.

A session that was archived is packed with zstd.  That is in the library from
Python 3.14 on; before, the program zstd is called, and where there is none,
such a session cannot be read, which is said.
"""
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import zlib
from urllib.parse import unquote

TRIES = 5             # readings of a session that changes meanwhile
OBJECT_MAX = 64 << 20  # no part is larger, packed
TEXT_MAX = 128 << 20   # nor when it is unpacked
SCHEMA = 2            # of checkpoints; what is later is not read
RANGE = r"([0-9a-f]{8})-(\d{8})-(\d{8})-[0-9a-f]{8}"
NAME = re.compile(rf"(?:(part)-(\d{{8}})-([0-9a-f]{{8}})\.jsonl\.gz"
                  rf"|merged-{RANGE}\.jsonl\.gz"
                  rf"|archive-{RANGE}\.jsonl\.zst)$")


class Damaged(Exception):
    pass


class Unsupported(Exception):
    """It may be as it should, but this program cannot read it."""


# Sessions


def folders(path):
    try:
        return sorted(e.name for e in os.scandir(path) if e.is_dir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def sessions(vault):
    """Each session: project, harness, id, folder."""
    for project in folders(vault):
        if project in ("ids", "index", "removed"):
            continue
        top = os.path.join(vault, project, "sessions")
        for harness in folders(top):
            for name in folders(os.path.join(top, harness)):
                if os.path.exists(os.path.join(vault, "removed", harness, name)):
                    continue
                yield (*(unquote(s, errors="surrogateescape")
                         for s in (project, harness, name)),
                       os.path.join(top, harness, name))


def printable(text):
    return "".join(c if c.isprintable() else "?" for c in str(text))


def list_sessions(vault):
    for project, harness, name, folder in sessions(vault):
        try:
            with open(os.path.join(folder, "meta.json"), encoding="utf-8") as f:
                title = json.load(f).get("title") or ""
        except (OSError, ValueError, AttributeError, RecursionError):
            title = ""  # a cache: nothing depends on it
        print(*map(printable, (project, f"{harness}/{name}", title)), sep="\t")


# Parts


def read_part(path):
    """The header of a part and its text, which was checked by it."""
    with open(path, "rb") as f:
        data = f.read(OBJECT_MAX + 1)
    if len(data) > OBJECT_MAX:
        raise Damaged("is larger than any part")
    archived = path.endswith(".zst")
    line, frame = archived_line(data) if archived else (subfield(data), 0)
    head = dict(w.split("=", 1) for w in line.split(" ")[1:])
    try:
        size = int(head["s"])
        head["from"], head["to"] = map(int, head["c"].split("-"))
        head["o"] = int(head["o"])
        if not {"w", "d", "h"} <= head.keys():
            raise ValueError("its header is not complete")
    except (KeyError, ValueError) as e:
        raise Damaged(f"cannot be unpacked ({e})") from None
    text = unzstd(data[frame:], path) if archived else gunzip(data)
    if len(text) != size or hashlib.sha256(text).hexdigest() != head["h"]:
        raise Damaged("does not hold what its header says (SHA-256)")
    return head, text


def gunzip(data):
    unpack = zlib.decompressobj(31)  # gzip, its CRC-32 and its length
    try:
        text = unpack.decompress(data, TEXT_MAX)
    except zlib.error as e:
        raise Damaged(f"cannot be unpacked ({e})") from None
    if not unpack.eof or unpack.unused_data:
        raise Damaged("is cut off, or something stands behind it")
    return text


def unzstd(frame, path):
    """What a frame of zstd holds: by the library, or by the program, which
    passes over what stands before the frame."""
    try:
        from compression import zstd
    except ImportError:
        return call_zstd(path)
    unpack = zstd.ZstdDecompressor(
        options={zstd.DecompressionParameter.window_log_max: 27})
    try:
        text = unpack.decompress(frame, TEXT_MAX)
    except zstd.ZstdError as e:
        raise Damaged(f"cannot be unpacked ({e})") from None
    if not unpack.eof or unpack.unused_data:
        raise Damaged("is cut off, or something stands behind it")
    return text


def call_zstd(path):
    try:
        with open(path, "rb") as f:
            ran = subprocess.Popen(["zstd", "-d", "--long=27", "-q", "-c"],
                                   stdin=f, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL)
    except FileNotFoundError:
        if not os.path.exists(path):
            raise
        raise Unsupported("is archived: this needs Python 3.14, or the program "
                          "zstd") from None
    with ran:
        text = ran.stdout.read(TEXT_MAX + 1)
    if ran.returncode != 0 or len(text) > TEXT_MAX:
        raise Damaged("cannot be unpacked")
    return text


def archived_line(data):
    """The same text in front of an archived object, and where that begins."""
    end = 8 + int.from_bytes(data[4:8], "little")
    text = data[10:end].decode("ascii", "replace")
    if data[:4] != b"S*M\x18" or data[8:10] != b"SE" or end > len(data) or \
            not all("=" in w for w in text.split(" ")[1:]) or text[:2] != "1 ":
        raise Damaged("is no part of a session")
    return text, end


def subfield(data):
    """The text of the subfield "SE" in the header of a gzip member."""
    if data[:4] != b"\x1f\x8b\x08\x04" or data[12:14] != b"SE":
        raise Damaged("is no part of a session")
    end = 16 + int.from_bytes(data[14:16], "little")
    text = data[16:end].decode("ascii", "replace")
    if end != 12 + int.from_bytes(data[10:12], "little") or \
            not all("=" in w for w in text.split(" ")[1:]) or text[:2] != "1 ":
        raise Damaged("is no part of a session")
    return text


# Streams


def numbers(values):
    """Whether they are what a checkpoint counts: whole and not negative."""
    return all(type(n) is int and n >= 0 for n in values)


class Stream:
    """What there is of a stream: objects, in order, each a row of the
    checkpoint, or the little that a name tells."""

    def __init__(self, folder, name, seen):
        self.folder, self.name = folder, name
        self.problem = None
        self.doc = self.checkpoint()
        self.rows = self.doc["parts"][:] if self.doc else []
        self.next = self.doc["next_seq"] if self.doc else 0
        for first, last, key in sorted(seen, key=lambda s: (s[0], -s[1])):
            if first < self.next or \
                    (self.doc and not key.startswith("part-")):
                continue  # garbage of a merge
            if first > self.next:
                self.problem = f"part {self.next} is missing"
                break
            self.rows.append({"key": key})
            self.next = last + 1
        self.where_it_stands()

    def checkpoint(self):
        path = os.path.join(self.folder, f"stream-{self.name}.json")
        try:
            with open(path, encoding="utf-8") as f:
                doc = json.load(f)
            schema = doc.get("schema_version")
            if numbers([schema]) and schema > SCHEMA:
                raise Unsupported(f"is of schema {schema}, which this program "
                                  "does not know")
            at = 0
            for row in doc["parts"]:
                if row["seq"][0] != at or not NAME.match(row["key"]) or \
                        len(row["cursor_range"]) != 2 or not row["h"] or \
                        not numbers(row["seq"] + row["cursor_range"]) or \
                        not isinstance(row["h"], list) or \
                        not all(isinstance(h, str) for h in row["h"]):
                    raise ValueError("a part is not in its place")
                at = row["seq"][1] + 1
            if doc["next_seq"] != at or doc["stream"] != self.name:
                raise ValueError("it is not that of this stream")
            return doc
        except FileNotFoundError:
            return None
        except (ValueError, LookupError, TypeError, AttributeError,
                RecursionError) as e:
            self.problem = f"its checkpoint cannot be used ({e})"
            return None

    def where_it_stands(self):
        """What tells the streams of a session apart."""
        doc = self.doc or {}
        self.w = doc.get("w") if isinstance(doc.get("w"), str) else None
        self.opened = str(doc.get("opened_at"))
        size = doc.get("source_size_at_open")
        self.size = size if numbers([size]) else 0
        self.event = str(doc.get("last_event_at") or "")
        self.cursor = 0
        if not self.rows:
            return
        last = self.rows[-1]
        if "seq" in last:
            self.cursor = last["cursor_range"][1]
            return
        try:
            head, _ = read_part(os.path.join(self.folder, last["key"]))
        except Damaged:
            return  # told when it is read
        self.w, self.opened, self.size = head["w"], head["d"], head["o"]
        self.event = max(self.event, head.get("e", ""))
        self.cursor = head["to"]

    def is_complete(self):
        return self.cursor >= self.size

    def text(self):
        """The text of its objects, one after another."""
        at = None
        w = self.doc.get("w") if self.doc else None
        w = w if isinstance(w, str) else None
        for row in self.rows:
            is_last = row is self.rows[-1]
            if row.get("torn") and not is_last:
                continue  # the part behind it begins with the whole line
            try:
                head, text = read_part(os.path.join(self.folder, row["key"]))
                if "seq" in row:
                    check_row(row, head)
                if head["w"] != (w or head["w"]):
                    raise Damaged("is a part of another stream")
                if head["from"] != (0 if at is None else at):
                    raise Damaged("does not begin where the part before it ends")
            except (Damaged, Unsupported) as e:
                raise type(e)(f"{row['key']} {e}") from None
            w = head["w"]
            at = head["from"] if head.get("t") == "1" else head["to"]
            if head.get("t") != "1" or is_last:
                yield text
        if self.problem:
            raise Damaged(self.problem)


def check_row(row, head):
    """A part must be the one that the checkpoint means."""
    if [head["from"], head["to"]] != row["cursor_range"] or \
            head["h"] not in row["h"] or \
            (head.get("t") == "1") != bool(row.get("torn")):
        raise Damaged("is not the object that its checkpoint describes")


def streams(folder):
    seen = {}
    for name in os.listdir(folder):
        part = NAME.match(name)
        if part and part[1] == "part":
            seen.setdefault(part[3], []).append((int(part[2]),) * 2 + (name,))
        elif part:
            stream, first, last = [g for g in part.groups() if g]
            seen.setdefault(stream, []).append((int(first), int(last), name))
        elif re.match(r"stream-[0-9a-f]{8}\.json$", name):
            seen.setdefault(name[7:15], [])
    return [Stream(folder, name, parts) for name, parts in seen.items()]


def believed(stream):
    """When the last event was; what is dated over a day after the last object
    was put counts as of that time."""
    put = max(os.path.getmtime(os.path.join(stream.folder, name))
              for name in os.listdir(stream.folder) if stream.name in name)
    when = datetime.datetime.fromtimestamp(put, datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    return iso(when) if stream.event > iso(when + day) else stream.event


def iso(when):
    return when.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def current(all_streams):
    """The stream that is the session: of each writer the complete one that
    was opened last, of these the one with the latest event."""
    there = [s for s in all_streams if s.rows]
    complete = {}
    for s in there:
        if s.is_complete():
            other = complete.get(s.w)
            if other is None or s.opened > other.opened:
                complete[s.w] = s
    if complete:
        return max(complete.values(), key=lambda s: (believed(s), s.cursor))
    return max(there, key=lambda s: s.cursor, default=None)


def print_session(folder, out):
    given = 0
    for tries in range(TRIES):
        try:
            stream = current(streams(folder))
            if stream is None:
                raise Damaged("nothing is stored of it")
            passed = 0
            for text in stream.text():
                new = text[max(0, given - passed):]
                passed += len(text)
                given = max(given, passed)
                out.write(new)
            return
        except (FileNotFoundError, Damaged):
            # parts may just have been merged: their text is the same
            if tries == TRIES - 1:
                raise


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[1].startswith("-"):
        sys.exit(__doc__.strip())
    vault = sys.argv[1]
    if not os.path.isdir(os.path.join(vault, "ids")):
        sys.exit(f"read_vault.py: {vault} is no vault: it has no folder 'ids'")
    if len(sys.argv) == 2:
        return list_sessions(vault)
    found = [f for _, harness, name, f in sessions(vault)
             if sys.argv[2] in (name, f"{harness}/{name}")]
    if not found:
        sys.exit(f"read_vault.py: no session {sys.argv[2]} in {vault}")
    if len(found) > 1:
        sys.exit(f"read_vault.py: {sys.argv[2]} is in {len(found)} places: "
                 "say HARNESS/ID")
    try:
        print_session(found[0], sys.stdout.buffer)
    except Unsupported as e:
        sys.exit(f"read_vault.py: {sys.argv[2]} cannot be read: {e}")
    except (Damaged, FileNotFoundError) as e:
        sys.exit(f"read_vault.py: {sys.argv[2]} is damaged: {e}")


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.exit(1)
    except OSError as e:
        sys.exit(f"read_vault.py: {e}")
