#!/usr/bin/env python3
"""Keep a folder and a bucket the same, each time it is asked to.

usage: twin.py BUCKET ASK TOLD

A scenario looks into a vault and damages it with find, cp and rm.  Where the
vault is in a bucket, it does so to a folder that is the bucket's twin: what
was changed in the folder since it was last asked goes to the bucket, and then
what else is in the bucket comes to the folder.  Nothing else is touched, so
that a program may be at work in the bucket meanwhile.

BUCKET is the name of one of S3, or the folder in which tests/servers/hf has
the files of one.  ASK and TOLD are FIFOs: the name of a folder is read from the
one; "same", "changed", which is by hand, or what went wrong is written to the
other.  A file that came from the bucket has the time at which its object was
stored.  Folders that are empty are none."""
import hashlib
import http.client
import os
import stat
import sys
sys.dont_write_bytecode = True

from bucket import Client, Failed, md5_of, set_time  # noqa: E402


def stamp_of(path):
    """Another one when the file has changed; None when there is none."""
    try:
        info = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(info.st_mode):
        return None
    return (info.st_mtime_ns, info.st_ctime_ns, info.st_size, info.st_ino)


def files_below(folder):
    """(name, stamp) of each."""
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            stamp = stamp_of(path)
            if stamp:
                yield os.path.relpath(path, folder), stamp


class Files:
    """Of a bucket that is a folder: what Client does, in that."""

    def __init__(self):
        self.etags = {}  # by path: (stamp, etag)

    def put(self, bucket, key, data):
        path = os.path.join(bucket, key)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".new~", "wb") as out:
            out.write(data)
        os.rename(path + ".new~", path)

    def get(self, bucket, key):
        with open(os.path.join(bucket, key), "rb") as data:
            return data.read()

    def delete(self, bucket, keys):
        for key in keys:
            if os.path.lexists(os.path.join(bucket, key)):
                os.unlink(os.path.join(bucket, key))

    def list(self, bucket):
        for key, stamp in files_below(bucket):
            path = os.path.join(bucket, key)
            if self.etags.get(path, (None,))[0] != stamp:
                self.etags[path] = stamp, md5_of(path)
            if self.etags[path][1] and not key.endswith(".new~"):
                yield (key, stamp[2], self.etags[path][1],
                       stamp[0] // 1000000 / 1000)


class Twin:
    def __init__(self, client, bucket, folder):
        self.client, self.bucket, self.folder = client, bucket, folder
        self.stamps = {}  # by key: of the file, when it was last the same
        self.stored = {}  # by key: of the object, at that time

    def path(self, key):
        return os.path.join(self.folder, key)

    def push(self):
        """What was changed here: whether anything was, and the etags of what
        was put."""
        here = dict(files_below(self.folder))
        etags = {}
        for key, stamp in here.items():
            if stamp != self.stamps.get(key):
                with open(self.path(key), "rb") as file:
                    data = file.read()
                self.client.put(self.bucket, key, data)
                self.stamps[key] = stamp
                etags[key] = hashlib.md5(data).hexdigest()
        gone = [key for key in self.stamps if key not in here]
        self.client.delete(self.bucket, gone)
        for key in gone:
            del self.stamps[key]
            self.stored.pop(key, None)
        return bool(etags or gone), etags

    def pull(self, pushed):
        """What was changed there."""
        there = {key: (etag, when) for key, _, etag, when
                 in self.client.list(self.bucket)}
        for key, now in there.items():
            if now != self.stored.get(key) and now[0] != pushed.get(key):
                self.fetch(key, now[1])
        for key in [key for key in self.stamps if key not in there]:
            os.unlink(self.path(key))
            del self.stamps[key]
        self.stored = there

    def fetch(self, key, when):
        path = self.path(key)
        try:
            data = self.client.get(self.bucket, key)
        except (Failed, FileNotFoundError) as e:
            if getattr(e, "status", 404) != 404:
                raise
            return  # deleted since; the next time it is told
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(data)
        set_time(path, when)
        self.stamps[key] = stamp_of(path)

    def sync(self):
        """Whether anything was changed by hand."""
        changed, etags = self.push()
        self.pull(etags)
        for at, _, _ in os.walk(self.folder, topdown=False):
            if not os.listdir(at):
                os.rmdir(at)
        return changed


def main():
    bucket, ask, told = sys.argv[1:]
    client = Files() if bucket.startswith("/") else Client()
    twins = {}
    # both ways, so that neither ends when nobody has it open
    with (open(os.open(ask, os.O_RDWR), encoding="utf-8") as asked,
          open(os.open(told, os.O_RDWR), "w", encoding="utf-8") as answer):
        while folder := asked.readline().rstrip("\n"):
            twin = twins.setdefault(folder, Twin(client, bucket, folder))
            try:
                said = "changed" if twin.sync() else "same"
            except (Failed, OSError, http.client.HTTPException) as why:
                if isinstance(client, Client):
                    client.line.close()
                said = f"twin.py: {why!r}"
            print(said, file=answer, flush=True)


main()
