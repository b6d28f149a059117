"""What Hugging Face's storage is to be given for a thousand random files: made
again here from the protocol's rules, every hash by b3sum.

xet.py TOOL SEED GEAR.C

Prints what differs, and what was compared.  GEAR.C is where the numbers of the
gear hash stand; their own hash is that of the published ones.
"""
import hashlib
import json
import os
import random
import re
import struct
import subprocess
import sys
import tempfile

import numpy as np

FILES = 1000
LEAST, MOST, XORB = 8192, 131072, 16 << 20
BLOCK = 4 << 20  # bytes looked at together
HEAD = 8

CHUNK = bytes([102, 151, 245, 119, 91, 149, 80, 222, 49, 53, 203, 172, 165,
               151, 24, 28, 157, 228, 33, 16, 155, 235, 43, 88, 180, 208, 176,
               75, 147, 173, 242, 41])
NODE = bytes([1, 126, 197, 199, 165, 71, 41, 150, 253, 148, 102, 102, 180, 138,
              2, 230, 93, 221, 83, 111, 55, 199, 109, 210, 248, 99, 82, 230,
              74, 83, 113, 63])
RANGE = bytes([127, 24, 87, 214, 206, 86, 237, 102, 18, 127, 249, 19, 231, 165,
               195, 243, 164, 205, 38, 213, 181, 219, 73, 230, 65, 36, 152,
               127, 40, 251, 148, 195])
FILE = bytes(32)
TAG = bytes.fromhex("48465265706f4d657461446174610055"
                    "6967456a7b815783a5bdd95ccdd14aa9")
GEAR_SHA = "e1d3936666d7ae7a977c958e9afcc75f90aaca758ce5fbe4ece61dffefe1912c"


def gear_table(path):
    with open(path, encoding="ascii") as f:
        numbers = [int(n, 16) for n in re.findall(r"0x[0-9a-f]{16}", f.read())]
    table = struct.pack("<256Q", *numbers)
    if hashlib.sha256(table).hexdigest() != GEAR_SHA:
        sys.exit(f"{path}: not the published numbers")
    return np.frombuffer(table, dtype="<u8")


def make_file(rng, n):
    """Bytes of the nth: mostly little; noise, text, repetitions, few values."""
    if n == 0:
        return rng.randbytes(37_000_000)
    if n == 1:
        return bytes(33_600_000)
    low, high = rng.choice([(0, 20), (0, 9000), (8000, 9000), (0, 150_000),
                            (0, 150_000), (131_000, 131_200), (0, 300_000)]
                           if n % 40 else [(1_000_000, 4_000_000)])
    size = rng.randint(low, high) if n != 2 else 0
    kind = rng.randrange(5)
    if kind == 0:
        some = rng.randbytes(rng.randint(1, 20_000))
        return (some * (size // len(some) + 1))[:size]
    if kind == 1:
        some = json.dumps({"n": rng.random(), "text": "word " * 9}).encode()
        return b"".join(b"%d %s\n" % (i, some)
                        for i in range(size // len(some) + 1))[:size]
    if kind == 2:
        return bytes([rng.randrange(256)]) * size
    return rng.randbytes(size)


def ends_of(data, table):
    """Where chunks end, from the hash of every window of 64 bytes."""
    cuts = []
    for at in range(0, len(data), BLOCK):
        before = min(at, 63)
        block = np.frombuffer(data, np.uint8,
                              min(BLOCK, len(data) - at) + before, at - before)
        gear = table[block].astype(np.uint64)
        for width in 1, 2, 4, 8, 16, 32:
            more = gear.copy()
            more[width:] += gear[:-width] << np.uint64(width)
            gear = more
        hits = np.flatnonzero(gear >> np.uint64(48) == 0)
        cuts.append(hits[hits >= before] + at - before + 1)
    cuts = np.concatenate(cuts or [[]])
    start = 0
    while start < len(data):
        at = np.searchsorted(cuts, start + LEAST)
        end = min(start + MOST, len(data))
        if at < len(cuts) and cuts[at] < end:
            end = int(cuts[at])
        yield start, end
        start = end


def b3sum(key, blocks):
    """The keyed hash of each block."""
    blocks = list(blocks)
    with tempfile.TemporaryDirectory() as folder:
        for i, block in enumerate(blocks):
            with open(os.path.join(folder, str(i)), "wb") as f:
                f.write(block)
        out = []
        for at in range(0, len(blocks), 5000):
            names = map(str, range(at, min(at + 5000, len(blocks))))
            out += subprocess.run(["b3sum", "--keyed", "--no-names", *names],
                                  input=key, cwd=folder, check=True,
                                  stdout=subprocess.PIPE).stdout.split()
    return [bytes.fromhex(line.decode()) for line in out]


def text_of(hash_):
    return "".join(f"{n:016x}" for n in struct.unpack("<4Q", hash_))


def groups(nodes):
    """How a row of a tree falls into groups."""
    while nodes:
        size = min(9, len(nodes))
        if len(nodes) > 2:
            size = next((i + 1 for i in range(2, size)
                         if struct.unpack("<Q", nodes[i][0][24:])[0] % 4 == 0),
                        size)
        yield nodes[:size]
        nodes = nodes[size:]


def roots(trees):
    """The root of each list of (hash, length), all trees at once, row by row."""
    trees = [list(t) for t in trees]
    while any(len(t) > 1 for t in trees):
        rows = {i: list(groups(t)) for i, t in enumerate(trees) if len(t) > 1}
        texts = ["".join(f"{text_of(h)} : {n}\n" for h, n in g).encode()
                 for row in rows.values() for g in row]
        hashes = iter(b3sum(NODE, texts))
        for i, row in rows.items():
            trees[i] = [(next(hashes), sum(n for _, n in g)) for g in row]
    return [t[0][0] if t else bytes(32) for t in trees]


def xorbs_of(chunks):
    """Chunks go into one as long as it had room for the longest."""
    xorbs, size = [], XORB
    for chunk in chunks:
        if XORB - size < HEAD + MOST:
            xorbs.append([])
            size = 0
        xorbs[-1].append(chunk)
        size += HEAD + chunk[1]
    return xorbs


def record(first, *numbers):
    return first + struct.pack("<4I", *numbers, *[0] * (4 - len(numbers)))


def shard_of(file_hash, xorbs, names, ranges):
    ends = record(b"\xff" * 32)
    raws = [sum(n for _, n, _ in x) for x in xorbs]
    out = [TAG + struct.pack("<2Q", 2, 0),
           record(file_hash, 1 << 31, len(xorbs))]
    out += [record(h, 0, raw, 0, len(x))
            for h, raw, x in zip(names, raws, xorbs)]
    out += [record(r) for r in ranges] + [ends]
    seen = set()
    for name, raw, x in zip(names, raws, xorbs):
        if name in seen:
            continue
        seen.add(name)
        out.append(record(name, 0, len(x), raw, raw + HEAD * len(x)))
        at = 0
        for h, n, _ in x:
            out.append(record(h, at, n))
            at += n
    return b"".join(out + [ends])


def bytes_of(xorb):
    return b"".join(bytes([0]) + struct.pack("<I", n)[:3] + bytes([0])
                    + struct.pack("<I", n)[:3] + body for _, n, body in xorb)


def expected(files, table):
    """Of each file what the tool is to print."""
    cut = [[data[a:b] for a, b in ends_of(data, table)] for data in files]
    hashes = iter(b3sum(CHUNK, (body for chunks in cut for body in chunks)))
    chunks = [[(next(hashes), len(body), body) for body in c] for c in cut]
    xorbs = [xorbs_of(c) for c in chunks]
    flat = [x for some in xorbs for x in some]
    names = iter(roots([(h, n) for h, n, _ in x] for x in flat))
    ranges = iter(b3sum(RANGE, (b"".join(h for h, _, _ in x) for x in flat)))
    whole = roots([(h, n) for h, n, _ in c] for c in chunks)
    named = [root if not data else h for data, root, h
             in zip(files, whole, b3sum(FILE, whole))]
    for file_hash, some in zip(named, xorbs):
        mine = [next(names) for _ in some]
        sent = {text_of(n): bytes_of(x) for n, x in zip(mine, some)}
        yield {"file": text_of(file_hash),
               "shard": shard_of(file_hash, some, mine,
                                 [next(ranges) for _ in some]).hex(),
               "xorbs": [[n, len(b), hashlib.sha256(b).hexdigest()]
                         for n, b in sent.items()]}


def main():
    tool, seed, gear = sys.argv[1:]
    rng = random.Random(int(seed))
    table = gear_table(gear)
    files = [make_file(rng, n) for n in range(FILES)]
    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, str(n)) for n in range(FILES)]
        for name, data in zip(names, files):
            with open(name, "wb") as f:
                f.write(data)
        got = subprocess.run([tool, seed, *names], check=True,
                             stdout=subprocess.PIPE).stdout.splitlines()
    bad = len(got) != FILES
    chunks = 0
    for n, (line, want) in enumerate(zip(got, expected(files, table))):
        have = json.loads(line)
        chunks += len(want["shard"]) // 96
        for what, value in want.items():
            if have[what] != value:
                bad = True
                print(f"file {n} of seed {seed}, {len(files[n])} bytes: "
                      f"another {what}")
    size = sum(map(len, files))
    print(f"seed {seed}: {len(got)} files, {size / 1e6:.0f} MB, "
          f"{chunks} records")
    return bad


if __name__ == "__main__":
    sys.exit(main())
