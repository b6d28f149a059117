// The API of buckets.
import crypto from 'node:crypto';
import {noSuchEntry, Refused, Reply} from './web.mjs';

const MAX_LINES = 1000;
const MAX_PATHS = 2000;
const MAX_PAGE = 5000;
const NAME = /^(?![-.])(?!.*(?:--|\.\.))[\w.-]{1,96}(?<![-.])(?<!\.git)$/;
const ID = '([^/]+/[^/]+)';

function route(kind, method, path, handler) {
	return [kind, method, new RegExp(`^${path}$`), handler];
}

// Why a name cannot be a file's, or null.
function wrongName(name) {
	if (typeof name !== 'string' || name === '' || name.length > 1024)
		return 'a path is missing, or too long';
	if (/[\0\\]/.test(name))
		return 'a path has a backslash or a NUL';
	if (name.split('/').some((part) => ['', '.', '..'].includes(part)))
		return 'a path has an empty part, or a dot for one';
	return null;
}

function byBytes(a, b) {
	return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

// Of what has nothing to do with the names.
function mixed(name) {
	return crypto.createHash('sha1').update(name).digest('hex');
}

// In which a listing comes.
const ORDERS = {
	sorted: byBytes,
	reversed: (a, b) => byBytes(b, a),
	mixed: (a, b) => byBytes(mixed(a), mixed(b)),
};

function told(entry) {
	return {type: 'file', path: entry.path, size: entry.size,
		xetHash: entry.hash, uploadedAt: new Date(entry.time).toISOString(),
		...entry.contentType ? {contentType: entry.contentType} : {}};
}

export class Hub {
	constructor(state) {
		this.state = state;
		this.routes = [
			route('whoami', 'GET', '/api/whoami-v2', this.whoami),
			route('move', 'POST', '/api/repos/move', this.move),
			route('create', 'POST', `/api/buckets/${ID}`, this.create),
			route('info', 'GET', `/api/buckets/${ID}`, this.info),
			route('delete', 'DELETE', `/api/buckets/${ID}`, this.drop),
			route('buckets', 'GET', '/api/buckets/([^/]+)', this.buckets),
			route('settings', 'PUT', `/api/buckets/${ID}/settings`,
			    this.settings),
			route('tree', 'GET', `/api/buckets/${ID}/tree(?:/(.*))?`,
			    this.tree),
			route('paths-info', 'POST', `/api/buckets/${ID}/paths-info`,
			    this.pathsInfo),
			route('token', 'GET',
			    `/api/buckets/${ID}/xet-(read|write)-token`, this.token),
			route('batch', 'POST', `/api/buckets/${ID}/batch`,
			    this.batch),
			route('resolve', 'GET', `/buckets/${ID}/resolve/(.*)`,
			    this.resolve),
			route('resolve', 'HEAD', `/buckets/${ID}/resolve/(.*)`,
			    this.resolve),
		];
	}

	check(request) {
		if (request.headers.authorization !== undefined &&
		    !/^Bearer \S+$/.test(request.headers.authorization))
			request.blame('Authorization is no bearer');
	}

	// The bucket that is meant; one that has moved says where to.
	bucket(id, request) {
		const to = this.state.moved.get(id);

		if (to !== undefined) {
			const refused = new Refused(307, 'moved');
			refused.reply.headers.location =
			    request.place.replace(`buckets/${id}`, `buckets/${to}`);
			throw refused;
		}
		return this.state.disk.bucket(id);
	}

	toRead(id, request) {
		const bucket = this.bucket(id, request);
		this.state.access.mayRead(request, bucket);
		return bucket;
	}

	toWrite(id, request) {
		const bucket = this.bucket(id, request);
		this.state.access.mayWrite(request, bucket);
		return bucket;
	}

	whoami(request) {
		const user = this.state.access.user(request);

		if (user === null)
			throw new Refused(401, 'Invalid username or password.');
		return new Reply(200, {type: 'user', name: user.name, orgs: [],
			auth: {type: 'access_token',
				accessToken: {role: user.role}}});
	}

	create(request, [, asked]) {
		const id = asked.replace(/^me\//, () =>
		    `${this.state.access.user(request)?.name ?? 'me'}/`);
		const [namespace, name] = id.split('/');
		const wanted = request.json();
		const place = {url: `${this.state.urls.hub}/buckets/${id}`, id};

		this.state.access.mayCreate(request, namespace);
		if (!NAME.test(name) || !NAME.test(namespace))
			throw new Refused(400, 'no name of a bucket');
		if (this.state.disk.bucket(id) !== null)
			return new Reply(409, {...place,
				error: 'You already created this bucket'});
		// public unless it says otherwise, as the real one
		const isPrivate = wanted.private === true ||
		    wanted.visibility === 'private';
		this.state.disk.makeBucket(id,
		    isPrivate && !this.state.config.always_public);
		return new Reply(200, {...place, name: id});
	}

	describe(bucket) {
		const entries = bucket.list('');
		const {_id, createdAt, updatedAt, ...rest} = bucket.info;

		return {_id, author: bucket.id.split('/')[0], id: bucket.id,
			...rest, createdAt, updatedAt,
			size: entries.reduce((sum, one) => sum + one.size, 0),
			totalFiles: entries.length, repoType: 'bucket',
			cdnRegions: []};
	}

	info(request, [, id]) {
		return new Reply(200, this.describe(this.toRead(id, request)));
	}

	buckets(request, [, namespace]) {
		const user = this.state.access.user(request);

		return new Reply(200, this.state.disk.buckets(namespace)
		    .filter((one) => one.info.private === false ||
			one.id.startsWith(`${user?.name}/`))
		    .map((one) => this.describe(one)));
	}

	drop(request, [, id]) {
		this.toWrite(id, request);
		this.state.disk.removeBucket(id);
		return new Reply(200, {});
	}

	settings(request, [, id]) {
		const bucket = this.toWrite(id, request);
		const wanted = request.json();

		if (typeof wanted.private !== 'boolean')
			throw new Refused(400, 'private is no boolean');
		bucket.info = {...bucket.info, private: wanted.private};
		return new Reply(200, {private: wanted.private, cdnRegions: []});
	}

	move(request) {
		const {fromRepo, toRepo, type} = request.json();

		if (type !== 'bucket')
			throw new Refused(400, 'only buckets');
		this.toWrite(fromRepo, request);
		this.state.move(fromRepo, toRepo);
		return new Reply(200, {});
	}

	// One page, and behind what the next begins, null at the end.
	page(entries, request) {
		const {config} = this.state;
		const query = request.url.searchParams;
		const limit = Number(query.get('limit') ?? 1000);
		let from = 0;

		if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE))
			throw new Refused(400, 'no good limit');
		if (query.has('cursor')) {
			const after = Buffer.from(query.get('cursor'), 'base64url')
			    .toString();
			from = entries.findIndex((one) =>
			    ORDERS[config.order](one.path, after) > 0);
			if (from < 0)
				from = entries.length;
		}
		const to = from + Math.min(limit, config.page);
		return {entries: entries.slice(from, to), next:
			to < entries.length ? entries[to - 1].path : null};
	}

	tree(request, [, id, prefix = '']) {
		const bucket = this.toRead(id, request);
		const {config, urls} = this.state;
		const query = request.url.searchParams;
		const headers = {};

		if (request.path.endsWith('/tree/'))
			return new Reply(307, '', {location:
				request.place.replace(/tree\//, 'tree')});
		if (query.get('recursive') === 'false')
			request.blame('a listing by folders is not consistent');
		const entries = bucket.list(request.decode(prefix)).map(told);
		entries.sort((a, b) => ORDERS[config.order](a.path, b.path));
		const page = this.page(entries, request);
		if (page.next !== null) {
			const next = new URL(request.place,
			    config.foreign_links ? urls.bridge : urls.hub);
			next.searchParams.set('cursor',
			    Buffer.from(page.next).toString('base64url'));
			headers.link = `<${urls.hub}/x>; rel="first", ` +
			    `<${next.href}>; rel="next"`;
		}
		return new Reply(200, page.entries, headers);
	}

	pathsInfo(request, [, id]) {
		const bucket = this.toRead(id, request);
		const {paths} = request.json();

		if (!Array.isArray(paths) || paths.length > MAX_PATHS)
			throw new Refused(400, 'no list of paths, or a long one');
		return new Reply(200, paths.filter((one) => !wrongName(one))
		    .map((one) => bucket.look(one))
		    .filter((one) => one !== null).map(told));
	}

	token(request, [, id, what]) {
		const {access, config, urls} = this.state;

		if (what === 'write')
			this.toWrite(id, request);
		else
			this.toRead(id, request);
		const {accessToken, exp} = access.give(what === 'write',
		    config.token_seconds);
		return new Reply(200, {casUrl: urls.cas, exp, accessToken}, {
			'x-xet-cas-url': urls.cas, 'x-xet-access-token': accessToken,
			'x-xet-token-expiration': String(exp)});
	}

	// The lines of a batch, which is refused when it breaks a rule.
	lines(request) {
		const lines = [];
		let deleting = false;

		if (!/^application\/x-ndjson/.test(request.headers['content-type']))
			request.blame('a batch is application/x-ndjson');
		for (const line of request.body.toString().split('\n')) {
			if (line === '')
				continue;
			try {
				lines.push(JSON.parse(line));
			} catch {
				throw new Refused(400, 'a line is no JSON');
			}
		}
		if (lines.length === 0 || lines.length > MAX_LINES) {
			request.blame(`a batch of ${lines.length} lines`);
			throw new Refused(400, `${lines.length} operations`);
		}
		for (const {type} of lines) {
			if (!['addFile', 'deleteFile'].includes(type))
				throw new Refused(400, `no operation: ${type}`);
			if (deleting && type === 'addFile') {
				request.blame('in a batch one is added after a delete');
				throw new Refused(400, 'adds come before deletes');
			}
			deleting ||= type === 'deleteFile';
		}
		return lines;
	}

	// Why it was not done, or null.
	apply(bucket, line) {
		const why = wrongName(line.path);

		if (why !== null)
			return why;
		if (line.type === 'deleteFile')
			return bucket.remove(line.path) ||
			    this.state.config.delete_missing === 'success' ?
			    null : 'no such file';
		try {
			bucket.add(line.path, line.xetHash, line.contentType);
			return null;
		} catch (error) {
			return error.message;
		}
	}

	batch(request, [, id]) {
		const bucket = this.toWrite(id, request);
		const lines = this.lines(request);
		const failed = [];

		for (const line of lines) {
			const error = request.fails?.(line.path) ?
			    'internal error' : this.apply(bucket, line);
			if (error !== null)
				failed.push({path: line.path, error});
		}
		bucket.info = {...bucket.info, updatedAt: new Date().toISOString()};
		return new Reply(
		    failed.length === 0 || request.fails !== undefined ? 200 : 422,
		    {success: failed.length === 0, processed: lines.length,
			succeeded: lines.length - failed.length, failed});
	}

	resolve(request, [, id, encoded]) {
		const bucket = this.toRead(id, request);
		const {signed, urls, config} = this.state;
		const name = request.decode(encoded);
		const entry = wrongName(name) ? null : bucket.look(name);

		if (name === '')
			throw new Refused(400, 'the path is empty');
		if (entry === null)
			throw noSuchEntry();
		const auth = `${urls.hub}/api/buckets/${id}/xet-read-token`;
		const info = `${urls.cas}/v1/reconstructions/${entry.hash}`;
		const headers = {
			'x-xet-hash': entry.hash,
			'x-linked-size': String(entry.size),
			'x-linked-etag': `"${entry.hash}"`,
			etag: `"${entry.hash}"`,
			link: `<${auth}>; rel="xet-auth", ` +
			    `<${info}>; rel="xet-reconstruction-info"`,
		};
		if (/vnd\.xet-fileinfo/.test(request.headers.accept ?? ''))
			return new Reply(200, {hash: entry.hash, refreshUrl: auth,
				reconstructionUrl: info, etag: headers.etag,
				size: entry.size}, {...headers,
				'content-type': 'application/vnd.xet-fileinfo+json'});
		const mark = crypto.randomBytes(16).toString('hex');
		signed.set(mark, {bucket, path: name, hash: entry.hash,
			until: Date.now() + config.signed_seconds * 1000});
		return new Reply(302, `Found. Redirecting to ${urls.bridge}`,
		    {...headers, location: `${urls.bridge}/${mark}`});
	}
}
