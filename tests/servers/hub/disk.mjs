// What there is, in a folder.  The files of a bucket are files below
// buckets/<namespace>/<name>, plain, and that folder is the truth: what is
// changed, made or removed there by hand is so for who asks.  xorbs/ and files/
// are what content is kept by.
import fs from 'node:fs';
import path from 'node:path';
import {Bad, checkShard, EMPTY, fileHash, makeXorb, readXorb,
	xorbHash} from './xet.mjs';

function makeParent(name) {
	fs.mkdirSync(path.dirname(name), {recursive: true});
}

// It is there whole or not at all.
function write(name, data) {
	makeParent(name);
	fs.writeFileSync(`${name}.new~`, data);
	fs.renameSync(`${name}.new~`, name);
}

function readOr(name, otherwise) {
	try {
		return fs.readFileSync(name);
	} catch (why) {
		if (why.code === 'ENOENT')
			return otherwise;
		throw why;
	}
}

// Another one when a file has changed; null when it is none.
function stampOf(name) {
	const info = fs.statSync(name, {throwIfNoEntry: false, bigint: true});
	return info === undefined || !info.isFile() ? null : {
		text: [info.mtimeNs, info.ctimeNs, info.size, info.ino].join(),
		time: Number(info.mtimeMs),
		size: Number(info.size),
	};
}

// As LC_ALL=C sorts.
function byBytes(a, b) {
	return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

class Contents {
	constructor(folder) {
		this.folder = folder;
		this.chunks = new Map(); // of a xorb, without their data
		// how long they came: the same chunks may be packed otherwise
		this.lengths = new Map();
	}

	xorbName(hash) {
		return path.join(this.folder, 'xorbs', hash);
	}

	readXorb(hash) {
		return readOr(this.xorbName(hash), null);
	}

	// Whether it was not there.
	addXorb(hash, body) {
		const chunks = readXorb(body);
		if (xorbHash(chunks) !== hash)
			throw new Bad(`xorb ${hash} is ${xorbHash(chunks)}`);
		return this.keepXorb(hash, body, chunks);
	}

	// Whether it was not there; what is there stays.
	keepXorb(hash, body, chunks) {
		const isNew = !fs.existsSync(this.xorbName(hash));
		if (isNew) {
			write(this.xorbName(hash), body);
			this.chunks.set(hash, chunks.map(({data, ...rest}) => rest));
		}
		if (!this.lengths.has(hash))
			this.lengths.set(hash, new Set());
		this.lengths.get(hash).add(body.length);
		return isNew;
	}

	isLength(hash, length) {
		const known = this.lengths.get(hash)?.has(length) ?? false;
		return known || length === fs.statSync(this.xorbName(hash)).size;
	}

	// {hash, length, from, to} of each, null when there is no such xorb.
	chunksOf(hash) {
		const known = this.chunks.get(hash);
		if (known !== undefined)
			return known;
		const body = this.readXorb(hash);
		if (body === null)
			return null;
		const chunks = readXorb(body).map(({data, ...rest}) => rest);
		this.chunks.set(hash, chunks);
		return chunks;
	}

	fileName(hash) {
		return path.join(this.folder, 'files', hash);
	}

	// How many of the files are new.
	addShard(body) {
		let n = 0;
		for (const file of checkShard(body, this)) {
			if (!fs.existsSync(this.fileName(file.hash)))
				n++;
			write(this.fileName(file.hash), JSON.stringify(file.terms));
		}
		return n;
	}

	// The terms of a file, null when it is not known.
	termsOf(hash) {
		const text = readOr(this.fileName(hash), null);
		return text === null ? null : JSON.parse(text);
	}

	// The bytes of a file, null when it is not known.
	assemble(hash) {
		const terms = this.termsOf(hash);
		if (terms === null)
			return null;
		return Buffer.concat(terms.flatMap(({xorb, start, end}) =>
		    readXorb(this.readXorb(xorb)).slice(start, end)
		    .map((chunk) => chunk.data)));
	}

	// What was written by hand gets a hash like everything else.
	adopt(data) {
		const terms = [];
		let hash = EMPTY;

		if (data.length > 0) {
			const body = makeXorb(data);
			const chunks = readXorb(body);
			const xorb = xorbHash(chunks);
			this.keepXorb(xorb, body, chunks);
			terms.push({xorb, bytes: data.length, start: 0,
				end: chunks.length});
			hash = fileHash(chunks);
		}
		if (!fs.existsSync(this.fileName(hash)))
			write(this.fileName(hash), JSON.stringify(terms));
		return hash;
	}
}

class Bucket {
	constructor(disk, id) {
		this.disk = disk;
		this.id = id;
		this.folder = path.join(disk.folder, 'buckets', id);
		this.entries = new Map();
	}

	get info() {
		return JSON.parse(fs.readFileSync(this.disk.infoName(this.id)));
	}

	set info(info) {
		write(this.disk.infoName(this.id), JSON.stringify(info));
	}

	fileName(name) {
		return path.join(this.folder, name);
	}

	// {path, hash, size, time, contentType}, null when there is none.
	look(name) {
		const stamp = stampOf(this.fileName(name));
		let entry = this.entries.get(name);

		if (stamp === null) {
			this.entries.delete(name);
			return null;
		}
		if (entry?.stamp !== stamp.text) {
			const hash = this.disk.contents.adopt(
			    fs.readFileSync(this.fileName(name)));
			entry = {path: name, hash, size: stamp.size,
				time: stamp.time, stamp: stamp.text};
			this.entries.set(name, entry);
		}
		return entry;
	}

	read(name) {
		return readOr(this.fileName(name), null);
	}

	add(name, hash, contentType) {
		const data = this.disk.contents.assemble(hash);
		if (data === null)
			throw new Bad(`content ${hash} is not known`);
		write(this.fileName(name), data);
		const stamp = stampOf(this.fileName(name));
		this.entries.set(name, {path: name, hash, size: stamp.size,
			time: stamp.time, stamp: stamp.text, contentType});
	}

	remove(name) {
		const gone = this.look(name) !== null;
		if (gone)
			fs.unlinkSync(this.fileName(name));
		this.entries.delete(name);
		for (let up = path.dirname(this.fileName(name));
		    up.length > this.folder.length; up = path.dirname(up)) {
			if (!fs.existsSync(up) || fs.readdirSync(up).length > 0)
				break;
			fs.rmdirSync(up);
		}
		return gone;
	}

	// All whose name begins so, sorted.
	list(prefix) {
		const names = [];
		const walk = (below) => {
			for (const one of fs.readdirSync(this.fileName(below),
			    {withFileTypes: true})) {
				const name = below + one.name;
				if (one.isDirectory())
					walk(`${name}/`);
				else if (name.startsWith(prefix) &&
				    !name.endsWith('.new~'))
					names.push(name);
			}
		};
		walk('');
		return names.sort(byBytes).map((name) => this.look(name))
		    .filter((entry) => entry !== null);
	}
}

export class Disk {
	constructor(folder) {
		this.folder = folder;
		this.contents = new Contents(folder);
		this.open = new Map();
	}

	infoName(id) {
		return path.join(this.folder, 'info', `${id}.json`);
	}

	// null when there is no such bucket.
	bucket(id) {
		if (!fs.existsSync(this.infoName(id)))
			return null;
		if (!this.open.has(id))
			this.open.set(id, new Bucket(this, id));
		return this.open.get(id);
	}

	makeBucket(id, isPrivate) {
		const now = new Date().toISOString();
		write(this.infoName(id), JSON.stringify({
			_id: Buffer.from(id).toString('hex').padEnd(24, '0')
			    .slice(0, 24),
			private: isPrivate, createdAt: now, updatedAt: now}));
		fs.mkdirSync(path.join(this.folder, 'buckets', id),
		    {recursive: true});
		return this.bucket(id);
	}

	removeBucket(id) {
		fs.rmSync(path.join(this.folder, 'buckets', id),
		    {recursive: true, force: true});
		fs.rmSync(this.infoName(id));
		this.open.delete(id);
	}

	moveBucket(from, to) {
		makeParent(path.join(this.folder, 'buckets', to));
		makeParent(this.infoName(to));
		fs.renameSync(path.join(this.folder, 'buckets', from),
		    path.join(this.folder, 'buckets', to));
		fs.renameSync(this.infoName(from), this.infoName(to));
		this.open.delete(from);
	}

	buckets(namespace) {
		const folder = path.join(this.folder, 'info', namespace);
		if (!fs.existsSync(folder))
			return [];
		return fs.readdirSync(folder).sort().map((name) =>
		    this.bucket(`${namespace}/${name.slice(0, -5)}`));
	}
}
