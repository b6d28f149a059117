// Requests and answers.

export class Reply {
	constructor(status, body = '', headers = {}) {
		const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
		this.status = status;
		this.body = isJson ? Buffer.from(JSON.stringify(body)) :
		    Buffer.from(body);
		this.headers = {...isJson ?
		    {'content-type': 'application/json; charset=utf-8'} : {},
			...headers};
		this.cut = false; // at half of its body
	}
}

// Thrown where what is asked for is refused.
export class Refused extends Error {
	constructor(status, error, headers = {}) {
		super(error);
		this.reply = new Reply(status, {error}, headers);
	}
}

export function noSuchBucket() {
	return new Refused(404, 'Repository not found',
	    {'x-error-code': 'RepoNotFound'});
}

export function noSuchEntry() {
	return new Refused(404, 'Entry not found',
	    {'x-error-code': 'EntryNotFound'});
}

// More than is allowed, for so many seconds.
export function tooMany(seconds) {
	return new Reply(429, {error: 'We had to rate limit you'}, {
		'ratelimit': `"api";r=0;t=${seconds}`,
		'ratelimit-policy': '"fixed window";"api";q=1000;w=300'});
}

// What a client sent, as far as it is known.
export class Request {
	constructor(n, host, raw) {
		this.n = n;
		this.host = host; // hub, cas or bridge
		this.raw = raw;
		this.method = raw.method;
		this.place = raw.url;
		this.url = new URL(raw.url, 'http://127.0.0.1');
		this.path = this.url.pathname;
		this.headers = raw.headers;
		this.authorization = raw.headers.authorization;
		this.token = this.authorization?.replace(/^Bearer +/, '') ?? null;
		this.body = null;
		this.kind = '-';
		this.violations = []; // what no client should do
	}

	blame(what) {
		this.violations.push(what);
	}

	json() {
		try {
			return JSON.parse(this.body.toString() || '{}');
		} catch {
			throw new Refused(400, 'the body is no JSON');
		}
	}

	// A part of the path that is encoded.
	decode(text) {
		try {
			return decodeURIComponent(text);
		} catch {
			throw new Refused(400, 'the path is not well encoded');
		}
	}
}

// A part of the bytes, when a range is asked for.
export function ranged(request, data, headers) {
	const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
	const size = data.length;
	let from;
	let to = size - 1;

	headers = {'accept-ranges': 'bytes', ...headers};
	if (range === null || (range[1] === '' && range[2] === ''))
		return new Reply(200, data, headers);
	if (range[1] === '') {
		from = Math.max(0, size - Number(range[2]));
	} else {
		from = Number(range[1]);
		if (range[2] !== '')
			to = Math.min(to, Number(range[2]));
	}
	if (from > to)
		return new Reply(416, '', {...headers,
			'content-range': `bytes */${size}`});
	return new Reply(206, data.subarray(from, to + 1), {...headers,
		'content-range': `bytes ${from}-${to}/${size}`});
}
