// What a server of content can say about a xorb and a shard.  Every hash is by
// Hugging Face's own functions, none by ours.
import {Hasher, lz4, xet} from './modules.mjs';

export const MAX_CHUNK = 131072;
export const MAX_CHUNKS = 8192;
export const MAX_XORB = 64 << 20;
export const MAX_SHARD = 64 << 20;
export const EMPTY = '0'.repeat(64);

const RECORD = 48;
const FOOTER = 200;
const TAG = Buffer.from(
    '48465265706f4d6574614461746100556967456a7b815783a5bdd95ccdd14aa9', 'hex');
const VERIFIED = 0x80000000;
const HAS_SHA256 = 0x40000000;
const KEY = Uint8Array.from([
	102, 151, 245, 119, 91, 149, 80, 222, 49, 53, 203, 172, 165, 151, 24,
	28, 157, 228, 33, 16, 155, 235, 43, 88, 180, 208, 176, 75, 147, 173,
	242, 41,
]);

// What is wrong with it is the client's mistake: 400.
export class Bad extends Error {}

function must(holds, why) {
	if (!holds)
		throw new Bad(why);
}

export function chunkHash(data) {
	return Hasher.newKeyed(KEY).update(data).finalize(32);
}

// The key is the one that their chunker uses.
{
	const [one] = xet.getChunks(Buffer.from('hello world\n'));
	const ours = chunkHash(Buffer.from('hello world\n'));
	if (xet.hashToHex(one.hash) !== xet.hashToHex(ours))
		throw new Error('the key of chunks is another one');
}

export const text = (hash) => xet.hashToHex(hash);
export const xorbHash = (chunks) => text(xet.xorbHash(chunks));
export const fileHash = (chunks) => text(xet.fileHash(chunks));
export const rangeHash =
    (chunks) => text(xet.verificationHash(chunks.map((c) => c.hash)));

// Bytes 0, 4, 8, ... come first, then 1, 5, 9, ... and so on.
function ungroup(bytes) {
	const out = Buffer.alloc(bytes.length);
	let from = 0;

	for (let group = 0; group < 4; group++)
		for (let to = group; to < bytes.length; to += 4)
			out[to] = bytes[from++];
	return out;
}

function unpack(scheme, stored, length) {
	let raw = stored;

	must(scheme <= 2, `compression scheme ${scheme}`);
	if (scheme > 0) {
		try {
			raw = Buffer.from(lz4.decompress(stored));
		} catch (why) {
			throw new Bad(`a chunk is no LZ4 frame: ${why.message}`);
		}
	}
	must(raw.length === length,
	    `a chunk of ${raw.length} bytes says that it has ${length}`);
	return scheme === 2 ? ungroup(raw) : raw;
}

// The chunks of a xorb: {hash, length, from, to, data}; from and to are where
// it stands in the xorb, header included.
export function readXorb(body) {
	const chunks = [];
	let at = 0;

	must(body.length <= MAX_XORB, `a xorb of ${body.length} bytes`);
	while (at < body.length) {
		must(at + 8 <= body.length, 'a xorb that ends in a header');
		must(body[at] === 0, `a chunk's version is ${body[at]}`);
		const stored = body.readUIntLE(at + 1, 3);
		const length = body.readUIntLE(at + 5, 3);
		const to = at + 8 + stored;
		must(length > 0 && length <= MAX_CHUNK,
		    `a chunk of ${length} bytes`);
		must(to <= body.length, 'a xorb that ends in a chunk');
		const data = unpack(body[at + 4], body.subarray(at + 8, to),
		    length);
		chunks.push({hash: chunkHash(data), length, from: at, to, data});
		at = to;
	}
	must(chunks.length > 0, 'a xorb without chunks');
	must(chunks.length <= MAX_CHUNKS, `a xorb of ${chunks.length} chunks`);
	return chunks;
}

// A xorb of a file that was changed by hand.
export function makeXorb(data) {
	const parts = [];
	let at = 0;

	for (const {length} of xet.getChunks(data)) {
		const header = Buffer.alloc(8);
		header.writeUIntLE(length, 1, 3);
		header.writeUIntLE(length, 5, 3);
		parts.push(header, data.subarray(at, at + length));
		at += length;
	}
	return Buffer.concat(parts);
}

// Walks over the records of a shard.
class Records {
	constructor(body) {
		this.body = body;
		this.at = 0;
	}

	next() {
		must(this.at + RECORD <= this.body.length,
		    'a shard that ends too early');
		this.record = this.body.subarray(this.at, this.at + RECORD);
		this.at += RECORD;
		return this;
	}

	isBookend() {
		return this.record.subarray(0, 32).every((byte) => byte === 255) &&
		    this.zero(32, 16);
	}

	hash() {
		return text(this.record.subarray(0, 32));
	}

	u32(at) {
		return this.record.readUInt32LE(at);
	}

	u64(at) {
		return Number(this.record.readBigUInt64LE(at));
	}

	zero(at, n) {
		return this.record.subarray(at, at + n).every((byte) => byte === 0);
	}
}

function readFile(records) {
	const file = {hash: records.hash(), terms: []};
	const flags = records.u32(32);
	const n = records.u32(36);

	must((flags & ~(VERIFIED | HAS_SHA256)) === 0,
	    `flags ${flags.toString(16)} of a file`);
	must(flags & VERIFIED, 'a file without verification');
	must(records.zero(40, 8), 'a file record that is not zero at its end');
	for (let i = 0; i < n; i++) {
		records.next();
		must(records.u32(32) === 0, 'a term with flags');
		file.terms.push({xorb: records.hash(), bytes: records.u32(36),
			start: records.u32(40), end: records.u32(44)});
	}
	for (const term of file.terms) {
		term.range = records.next().hash();
		must(records.zero(32, 16), 'a verification with more in it');
	}
	if (flags & HAS_SHA256)
		records.next();
	return file;
}

function readXorbRecord(records) {
	const xorb = {hash: records.hash(), n: records.u32(36),
		raw: records.u32(40), stored: records.u32(44), chunks: []};

	must(records.u32(32) === 0, 'a xorb with flags');
	for (let i = 0; i < xorb.n; i++) {
		records.next();
		must((records.u32(40) & 0x7fffffff) === 0 && records.zero(44, 4),
		    'a chunk with flags');
		xorb.chunks.push({hash: records.hash(), offset: records.u32(32),
			length: records.u32(36)});
	}
	return xorb;
}

// {files, xorbs} of a shard, which is laid out as it must be.
function readShard(body) {
	const records = new Records(body);
	const shard = {files: [], xorbs: []};
	let footer;

	must(body.length <= MAX_SHARD, `a shard of ${body.length} bytes`);
	records.next();
	must(records.record.subarray(0, 32).equals(TAG), 'not a shard');
	must(records.u64(32) === 2, `version ${records.u64(32)} of shards`);
	footer = records.u64(40);
	must(footer === 0 || footer === FOOTER, `a footer of ${footer} bytes`);
	while (!records.next().isBookend())
		shard.files.push(readFile(records));
	while (!records.next().isBookend())
		shard.xorbs.push(readXorbRecord(records));
	must(records.at + footer === body.length,
	    `${body.length - records.at} bytes behind the last record`);
	return shard;
}

function checkXorbRecord(record, chunks, contents) {
	let offset = 0;

	must(record.n === chunks.length, `${record.n} chunks of a xorb that ` +
	    `has ${chunks.length}`);
	for (const [i, {hash, length}] of chunks.entries()) {
		const told = record.chunks[i];
		must(told.hash === text(hash), `the hash of chunk ${i}`);
		must(told.length === length, `the length of chunk ${i}`);
		must(told.offset === offset, `the offset of chunk ${i}`);
		offset += length;
	}
	must(record.raw === offset, 'the raw length of a xorb');
	must(contents.isLength(record.hash, record.stored),
	    'the stored length of a xorb');
}

function checkFile(file, contents) {
	const all = [];

	for (const term of file.terms) {
		const chunks = contents.chunksOf(term.xorb);
		must(chunks !== null, `xorb ${term.xorb} is not known`);
		must(term.start < term.end && term.end <= chunks.length,
		    `chunks ${term.start} to ${term.end} of ${chunks.length}`);
		const some = chunks.slice(term.start, term.end);
		must(some.reduce((sum, c) => sum + c.length, 0) === term.bytes,
		    'the length of a term');
		must(rangeHash(some) === term.range, 'the hash of a term');
		for (const chunk of some)
			all.push(chunk);
	}
	must(fileHash(all) === file.hash,
	    `file ${file.hash} is ${fileHash(all)}`);
}

// The files that a shard tells of.  contents.chunksOf(xorb) says which chunks one
// has, null when there is none; contents.isLength(xorb, n), whether it came so
// long.
export function checkShard(body, contents) {
	const {files, xorbs} = readShard(body);

	for (const record of xorbs) {
		const chunks = contents.chunksOf(record.hash);
		must(chunks !== null, `xorb ${record.hash} is not known`);
		checkXorbRecord(record, chunks, contents);
	}
	for (const file of files)
		checkFile(file, contents);
	return files;
}
