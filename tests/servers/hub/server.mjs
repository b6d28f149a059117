// The Hugging Face of the tests: server.mjs DIR HUB CAS BRIDGE, which are ports.
// tests/servers/hf starts it, and says what it does.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import {Access} from './access.mjs';
import {Bridge} from './bridge.mjs';
import {Cas} from './cas.mjs';
import {Disk} from './disk.mjs';
import {Dropped, Rule} from './faults.mjs';
import {Hub} from './hub.mjs';
import {Refused, Reply, Request, tooMany} from './web.mjs';

const CONFIG = {
	page: 1000, // so many in one, whatever is asked for
	order: 'sorted', // reversed, mixed
	foreign_links: false, // the next page is at another host
	always_public: false, // a bucket is made public, whatever is asked for
	token_seconds: 3600,
	signed_seconds: 3600,
	delete_missing: 'success', // or "failure"
	quota: null, // so many requests to the hub ...
	window: 300, // ... in so many seconds, then 429
};

class State {
	constructor(folder, ports) {
		const [hub, cas, bridge] =
		    ports.map((port) => `http://127.0.0.1:${port}`);
		this.folder = folder;
		this.urls = {hub, cas, bridge};
		this.journal = path.join(folder, 'journal');
		this.disk = new Disk(folder);
		this.access = new Access();
		this.config = {...CONFIG};
		this.rules = [];
		this.moved = new Map(); // from an id to another
		this.signed = new Map();
		this.waiting = [];
		this.n = 0;
		this.window = {until: 0, used: 0};
		this.hosts = {hub: new Hub(this), cas: new Cas(this),
			bridge: new Bridge(this)};
	}

	// So many seconds, or until it is released.
	wait(seconds) {
		return new Promise((resolve) => {
			const done = () => {
				this.waiting = this.waiting.filter((one) => one !== done);
				resolve();
			};
			this.waiting.push(done);
			if (seconds !== undefined)
				setTimeout(done, seconds * 1000);
		});
	}

	release() {
		for (const done of this.waiting)
			done();
	}

	move(from, to) {
		this.disk.moveBucket(from, to);
		this.moved.set(from, to);
	}

	makeBucket({id, files = {}, ...info}) {
		const bucket = this.disk.bucket(id) ??
		    this.disk.makeBucket(id, true);

		bucket.info = {...bucket.info, ...info};
		for (const [name, text] of Object.entries(files)) {
			const file = bucket.fileName(name);
			fs.mkdirSync(path.dirname(file), {recursive: true});
			fs.writeFileSync(file, text);
		}
	}

	// In this order, whatever the order of the words.
	control({reset, calm, forget, release, config = {}, tokens = {},
		buckets = [], move, expire, rules = [], ...rest}) {
		if (Object.keys(rest).length > 0)
			throw new Error(`no verb: ${Object.keys(rest)}`);
		for (const name of Object.keys(config))
			if (!Object.hasOwn(CONFIG, name))
				throw new Error(`no setting: ${name}`);
		rules = rules.map((told) => new Rule(told));
		if (reset) {
			this.config = {...CONFIG};
			this.access = new Access();
		}
		if (calm || reset)
			this.rules = [];
		if (forget)
			fs.rmSync(this.journal, {force: true});
		if (release || calm || reset)
			this.release();
		Object.assign(this.config, config);
		Object.assign(this.access.tokens, tokens);
		for (const bucket of buckets)
			this.makeBucket(bucket);
		if (move)
			this.move(move.from, move.to);
		if (expire)
			this.access.expire();
		this.rules.push(...rules);
	}

	// What a request to the hub uses up: the answer when nothing is left.
	overQuota(request) {
		const {quota, window} = this.config;
		const now = Date.now();

		if (request.host !== 'hub' || quota === null)
			return null;
		if (this.window.until <= now)
			this.window = {until: now + window * 1000, used: 0};
		if (++this.window.used <= quota)
			return null;
		return tooMany(Math.ceil((this.window.until - now) / 1000));
	}

	// All that only do something first, and the first of the others.
	struck(request) {
		const found = [];

		for (const rule of this.rules) {
			if (found.some((one) => one.name !== 'before') &&
			    rule.name !== 'before')
				continue;
			if (rule.strikes(request))
				found.push(rule);
		}
		this.rules = this.rules.filter((rule) => !rule.isSpent());
		return found.sort((a, b) =>
		    (b.name === 'before') - (a.name === 'before'));
	}

	tell(request, status, rules) {
		const {n, host, kind, method, place, token, headers} = request;

		fs.appendFileSync(this.journal, `${JSON.stringify({
			n, host, kind, method, path: place, status,
			token: token?.startsWith('xet_') ? 'xet' : token,
			range: headers.range ?? null, length: request.body?.length,
			faults: rules.map((rule) => rule.name),
			violations: request.violations})}\n`);
	}
}

// The route that a request takes.
function routeOf(host, request) {
	for (const [kind, method, expression, handler] of host.routes) {
		const match = expression.exec(request.path);
		if (match !== null && method === request.method)
			return {kind, handler: () =>
			    handler.call(host, request, match)};
	}
	return {kind: '-', handler() {
		throw new Refused(404, 'Sorry, we can\'t find the page');
	}};
}

// All of the body, or its half when the connection is to end there.
function readBody(raw, toHalf) {
	const half = Number(raw.headers['content-length'] ?? 0) / 2;
	const parts = [];
	let length = 0;

	return new Promise((resolve, reject) => {
		raw.on('data', (part) => {
			parts.push(part);
			length += part.length;
			if (toHalf && length >= half)
				reject(new Dropped());
		});
		raw.on('end', () => resolve(Buffer.concat(parts)));
		raw.on('error', () => reject(new Dropped()));
	});
}

function send(raw, response, reply) {
	const {status, headers, body, cut} = reply;

	response.writeHead(status, {'content-length': body.length, ...headers});
	if (cut) {
		response.write(body.subarray(0, Math.floor(body.length / 2)),
		    () => raw.socket.destroy());
	} else {
		response.end(raw.method === 'HEAD' ? undefined : body);
	}
}

async function answer(state, request, rules, handler) {
	const go = async () => {
		try {
			return await handler();
		} catch (why) {
			if (why instanceof Refused)
				return why.reply;
			throw why;
		}
	};
	const toHalf = rules.some((rule) => rule.name === 'cut-request');

	request.body = await readBody(request.raw, toHalf);
	return rules.reduceRight(
	    (next, rule) => async () => rule.apply(state, request, next),
	    go)();
}

async function serve(state, name, raw, response) {
	const request = new Request(++state.n, name, raw);
	const {kind, handler} = routeOf(state.hosts[name], request);
	let rules = [];

	request.kind = kind;
	try {
		rules = state.struck(request);
		const over = state.overQuota(request);
		const reply = await answer(state, request, rules, () => {
			state.hosts[name].check(request);
			return over ?? handler();
		});
		// before the client knows, so that it is there when it asks
		state.tell(request, reply.status, rules);
		send(raw, response, reply);
	} catch (why) {
		if (!(why instanceof Dropped))
			console.error(why);
		state.tell(request, why instanceof Dropped ? null : 500, rules);
		if (why instanceof Dropped)
			raw.socket.destroy();
		else
			send(raw, response, new Reply(500, String(why)));
	}
}

async function control(state, raw, response) {
	const told = () => ({requests: state.n, waiting: state.waiting.length});

	try {
		const body = await readBody(raw, false);
		if (raw.method === 'POST')
			state.control(JSON.parse(body));
		send(raw, response, new Reply(200, told()));
	} catch (why) {
		send(raw, response, new Reply(400, `server.mjs: ${why}\n`));
	}
}

const [folder, ...ports] = process.argv.slice(2);
const state = new State(folder, ports);

for (const [i, name] of ['hub', 'cas', 'bridge'].entries()) {
	const server = http.createServer((raw, response) => {
		if (name === 'hub' && raw.url === '/_control')
			control(state, raw, response);
		else
			serve(state, name, raw, response);
	});
	server.keepAliveTimeout = 60000;
	server.requestTimeout = 0;
	server.listen(Number(ports[i]), '127.0.0.1');
}
