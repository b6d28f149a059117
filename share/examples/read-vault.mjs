#!/usr/bin/env node
// Reads a seshat vault with nothing but Node:
//
//     read-vault.mjs FOLDER                the sessions in it
//     read-vault.mjs FOLDER ID             the transcript of one, as it is stored
//     read-vault.mjs FOLDER HARNESS/ID     where two harnesses have the same id
//
// FOLDER is a vault, or a copy of a bucket that holds one.  What it does is told
// in FORMATS.md, sections 1 to 3; every part is checked before it is printed.
//
// A session that was archived is packed with zstd.  Node has that from 22.15 on;
// before, the program zstd is called, and where there is none, such a session
// cannot be read, which is said.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";
import * as zlib from "node:zlib";

const TRIES = 5; // readings of a session that changes meanwhile
const OBJECT_MAX = 64 << 20; // no part is larger, packed
const TEXT_MAX = 128 << 20; // nor when it is unpacked
const PART = /^part-(\d{8})-([0-9a-f]{8})\.jsonl\.gz$/;
const MERGED = /^merged-([0-9a-f]{8})-(\d{8})-(\d{8})-[0-9a-f]{8}\.jsonl\.gz$/;
const ARCHIVED =
  /^archive-([0-9a-f]{8})-(\d{8})-(\d{8})-[0-9a-f]{8}\.jsonl\.zst$/;
const SCHEMA = 2; // of checkpoints; what is later is not read
const CHECKPOINT = /^stream-([0-9a-f]{8})\.json$/;

class Damaged extends Error {}

// It may be as it should, but this program cannot read it.
class Unsupported extends Error {}

// Sessions

function folders(path) {
  try {
    return fs.readdirSync(path, { withFileTypes: true })
      .filter((e) => e.isDirectory()).map((e) => e.name).sort();
  } catch (e) {
    if (e.code === "ENOENT" || e.code === "ENOTDIR") return [];
    throw e;
  }
}

// What a component of a key stands for; it may be no UTF-8.
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function* sessions(vault) {
  for (const project of folders(vault)) {
    if (["ids", "index", "removed"].includes(project)) continue;
    const top = join(vault, project, "sessions");
    for (const harness of folders(top))
      for (const name of folders(join(top, harness)))
        if (!fs.existsSync(join(vault, "removed", harness, name)))
          yield {
            project: decoded(project), harness: decoded(harness),
            id: decoded(name), folder: join(top, harness, name),
          };
  }
}

const printable = (text) => String(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");

function listSessions(vault) {
  for (const s of sessions(vault)) {
    let title = ""; // of a cache: nothing depends on it
    try {
      title = JSON.parse(fs.readFileSync(join(s.folder, "meta.json"), "utf8"))
        ?.title ?? "";
    } catch { /* none, then */ }
    console.log([s.project, `${s.harness}/${s.id}`, title]
      .map(printable).join("\t"));
  }
}

// Parts

// What the text of the subfield "SE" in a header says.
function header(text) {
  const [version, ...values] = text.split(" ");
  const head = Object.fromEntries(values.map((v) =>
    [v.split("=", 1)[0], v.slice(v.indexOf("=") + 1)]));
  if (version !== "1" ||
      !["w", "d", "o", "c", "s", "h"].every((k) => Object.hasOwn(head, k)))
    throw new Damaged("is no part of a session");
  [head.from, head.to] = head.c.split("-").map(Number);
  head.torn = head.t === "1";
  return head;
}

// That text: in the header of a gzip member, and in front of what is archived.
function subfield(data) {
  const end = data.length < 16 ? 0 : 16 + data.readUInt16LE(14);
  if (end === 0 || data.readUInt32BE(0) !== 0x1f8b0804 ||
      data.toString("latin1", 12, 14) !== "SE" ||
      end !== 12 + data.readUInt16LE(10))
    throw new Damaged("is no part of a session");
  return data.toString("latin1", 16, end);
}

function archivedLine(data) {
  const end = data.length < 10 ? 0 : 8 + data.readUInt32LE(4);
  if (end < 10 || end > data.length || data.readUInt32BE(0) !== 0x532a4d18 ||
      data.toString("latin1", 8, 10) !== "SE")
    throw new Damaged("is no part of a session");
  return [data.toString("latin1", 10, end), end];
}

// What a frame of zstd holds: by Node, or by the program.
function unzstd(frame) {
  if (zlib.zstdDecompressSync)
    return zlib.zstdDecompressSync(frame, { maxOutputLength: TEXT_MAX });
  const ran = spawnSync("zstd", ["-d", "--long=27", "-q", "-c"],
    { input: frame, maxBuffer: TEXT_MAX });
  if (ran.error?.code === "ENOENT")
    throw new Unsupported("is archived: this needs Node 22.15, or the program " +
      "zstd");
  if (ran.error) throw ran.error;
  if (ran.status !== 0) throw new Error(printable(String(ran.stderr).trim()));
  return ran.stdout;
}

// The header of a part and its text, which was checked by it.
function readPart(path) {
  if (fs.statSync(path).size > OBJECT_MAX)
    throw new Damaged("is larger than any part");
  const data = fs.readFileSync(path);
  const isArchived = path.endsWith(".zst");
  const [line, frame] = isArchived ? archivedLine(data) : [subfield(data)];
  const head = header(line);
  let text;
  try {
    text = isArchived ? unzstd(data.subarray(frame))
      : zlib.gunzipSync(data, { maxOutputLength: TEXT_MAX });
  } catch (e) {
    if (e instanceof Unsupported) throw e;
    throw new Damaged(`cannot be unpacked (${e.message})`);
  }
  if (String(text.length) !== head.s ||
      createHash("sha256").update(text).digest("hex") !== head.h)
    throw new Damaged("does not hold what its header says (SHA-256)");
  return { head, text };
}

// Streams

// Whether they are what a checkpoint counts: whole and not negative.
const areNumbers = (values) => Array.isArray(values) &&
  values.every((n) => Number.isSafeInteger(n) && n >= 0);

// The checkpoint; null where there is none, an error where it is of no use.
function checkpoint(folder, name) {
  let text;
  try {
    text = fs.readFileSync(join(folder, `stream-${name}.json`), "utf8");
  } catch (e) {
    if (e.code === "ENOENT") return null;
    throw e;
  }
  try {
    const doc = JSON.parse(text);
    if (doc.schema_version > SCHEMA)
      throw new Unsupported(`is of schema ${doc.schema_version}, which this ` +
        "program does not know");
    let at = 0;
    for (const row of doc.parts) {
      if (row.seq[0] !== at ||
          ![PART, MERGED, ARCHIVED].some((name) => name.test(row.key)) ||
          row.cursor_range.length !== 2 || !areNumbers(row.seq) ||
          !areNumbers(row.cursor_range) || !Array.isArray(row.h) ||
          !row.h.every((h) => typeof h === "string"))
        throw new Error("a part is not in its place");
      at = row.seq[1] + 1;
    }
    if (doc.next_seq !== at || doc.stream !== name)
      throw new Error("it is not that of this stream");
    return doc;
  } catch (e) {
    if (e instanceof Unsupported) throw e;
    throw new Damaged(`its checkpoint cannot be used (${e.message})`);
  }
}

const isText = (value) => typeof value === "string" ? value : undefined;

// What there is of a stream: objects, in order, each a row of the checkpoint,
// or the little that a name tells.
class Stream {
  constructor(folder, name, seen) {
    this.folder = folder;
    this.name = name;
    this.problem = null;
    this.doc = null;
    try {
      this.doc = checkpoint(folder, name);
    } catch (e) {
      if (!(e instanceof Damaged)) throw e;
      this.problem = e.message;
    }
    this.rows = [...(this.doc?.parts ?? [])];
    let next = this.doc?.next_seq ?? 0;
    seen.sort((a, b) => a.first - b.first || b.last - a.last);
    for (const o of seen) {
      if (o.first < next || (this.doc && !PART.test(o.key)))
        continue; // garbage of a merge
      if (o.first > next) {
        this.problem = `part ${next} is missing`;
        break;
      }
      this.rows.push({ key: o.key });
      next = o.last + 1;
    }
    this.whereItStands();
  }

  // What tells the streams of a session apart.
  whereItStands() {
    const last = this.rows.at(-1);
    this.w = isText(this.doc?.w);
    this.opened = String(this.doc?.opened_at);
    const size = this.doc?.source_size_at_open;
    this.size = areNumbers([size]) ? size : 0;
    this.event = String(this.doc?.last_event_at ?? "");
    this.cursor = last?.seq ? last.cursor_range[1] : 0;
    if (last === undefined || last.seq) return;
    try {
      const { head } = readPart(join(this.folder, last.key));
      this.w = head.w;
      this.opened = head.d;
      this.size = Number(head.o);
      if (head.e > this.event) this.event = head.e;
      this.cursor = head.to;
    } catch (e) {
      if (!(e instanceof Damaged)) throw e; // told when it is read
    }
  }

  get isComplete() {
    return this.cursor >= this.size;
  }

  // The text of its objects, one after another.
  * text() {
    let at = 0;
    let w = isText(this.doc?.w);
    for (const row of this.rows) {
      const isLast = row === this.rows.at(-1);
      if (row.torn && !isLast)
        continue; // the part behind it begins with the whole line
      const { head, text } = this.part(row, at, w);
      w = head.w;
      at = head.torn ? head.from : head.to;
      if (!head.torn || isLast) yield text;
    }
    if (this.problem) throw new Damaged(this.problem);
  }

  // One part, if it is the one that the checkpoint means, and goes on at "at".
  part(row, at, w) {
    try {
      const part = readPart(join(this.folder, row.key));
      const { head } = part;
      if (row.seq && (head.from !== row.cursor_range[0] ||
          head.to !== row.cursor_range[1] || !row.h.includes(head.h) ||
          head.torn !== Boolean(row.torn)))
        throw new Damaged("is not the object that its checkpoint describes");
      if (head.w !== (w ?? head.w))
        throw new Damaged("is a part of another stream");
      if (head.from !== at)
        throw new Damaged("does not begin where the part before it ends");
      return part;
    } catch (e) {
      if (e instanceof Damaged || e instanceof Unsupported)
        e.message = `${row.key} ${e.message}`;
      throw e;
    }
  }
}

function streams(folder) {
  const seen = new Map();
  const of = (name) => {
    if (!seen.has(name)) seen.set(name, []);
    return seen.get(name);
  };
  for (const key of fs.readdirSync(folder)) {
    let m;
    if ((m = PART.exec(key)))
      of(m[2]).push({ first: Number(m[1]), last: Number(m[1]), key });
    else if ((m = MERGED.exec(key) ?? ARCHIVED.exec(key)))
      of(m[1]).push({ first: Number(m[2]), last: Number(m[3]), key });
    else if ((m = CHECKPOINT.exec(key)))
      of(m[1]);
  }
  return [...seen].map(([name, objects]) => new Stream(folder, name, objects));
}

// When the last event was; what is dated over a day after the last object was
// put counts as of that time.
function believed(stream) {
  const put = Math.max(...fs.readdirSync(stream.folder)
    .filter((name) => name.includes(stream.name))
    .map((name) => fs.statSync(join(stream.folder, name)).mtimeMs));
  const at = (ms) => new Date(ms).toISOString();
  return stream.event > at(put + 86400000) ? at(put) : stream.event;
}

// The stream that is the session: of each writer the complete one that was
// opened last, of these the one with the latest event.
function current(all) {
  const there = all.filter((s) => s.rows.length > 0);
  const complete = new Map();
  for (const s of there.filter((t) => t.isComplete))
    if (!(complete.get(s.w)?.opened >= s.opened)) complete.set(s.w, s);
  const best = (list, better) =>
    list.reduce((a, b) => (a === undefined || better(b, a) ? b : a), undefined);
  for (const s of complete.values()) s.event = believed(s);
  if (complete.size > 0)
    return best([...complete.values()], (a, b) => a.event > b.event ||
      (a.event === b.event && a.cursor > b.cursor));
  return best(there, (a, b) => a.cursor > b.cursor);
}

function write(fd, data) {
  for (let at = 0; at < data.length;) {
    try {
      at += fs.writeSync(fd, data, at);
    } catch (e) {
      if (e.code !== "EAGAIN") throw e; // a pipe that is full
    }
  }
}

function printSession(folder) {
  let given = 0;
  for (let tries = 1; ; tries++) {
    try {
      const stream = current(streams(folder));
      if (stream === undefined) throw new Damaged("nothing is stored of it");
      let passed = 0;
      for (const text of stream.text()) {
        write(1, text.subarray(Math.max(0, given - passed)));
        passed += text.length;
        given = Math.max(given, passed);
      }
      return;
    } catch (e) {
      // parts may just have been merged: their text is the same
      if (tries === TRIES || !(e instanceof Damaged || e.code === "ENOENT"))
        throw e;
    }
  }
}

function main([vault, id, ...more]) {
  if (vault === undefined || vault.startsWith("-") || more.length > 0)
    throw new Error("usage: read-vault.mjs FOLDER [[HARNESS/]ID]");
  if (!fs.existsSync(join(vault, "ids")))
    throw new Error(`${vault} is no vault: it has no folder 'ids'`);
  if (id === undefined) return listSessions(vault);
  const found = [...sessions(vault)]
    .filter((s) => id === s.id || id === `${s.harness}/${s.id}`);
  if (found.length === 0) throw new Error(`no session ${id} in ${vault}`);
  if (found.length > 1)
    throw new Error(`${id} is in ${found.length} places: say HARNESS/ID`);
  try {
    printSession(found[0].folder);
  } catch (e) {
    if (e instanceof Unsupported)
      e.message = `${id} cannot be read: ${e.message}`;
    else if (e instanceof Damaged || e.code === "ENOENT")
      e.message = `${id} is damaged: ${e.message}`;
    throw e;
  }
}

try {
  main(process.argv.slice(2));
} catch (e) {
  if (e.code !== "EPIPE") console.error(`read-vault.mjs: ${e.message}`);
  process.exitCode = 1;
}
