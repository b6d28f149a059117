// What goes wrong when it is told to.
import {Reply, tooMany} from './web.mjs';

// The connection ends without an answer.
export class Dropped extends Error {}

const DETAILS = ['on', 'kind', 'host', 'nth', 'times', 'do', 'status', 'body',
	'headers', 'seconds', 'location', 'fails', 'control', 'link',
	'cursors'];

// Each is called with the rule, the state, the request and what does what was
// asked.  Those with "early" do not wait for the body.
const FAULTS = {
	// An answer that nothing led to.
	status({status = 503, body = {error: 'told by a rule'}, headers}) {
		return new Reply(status, body, headers);
	},

	// Too much was asked.
	limit({seconds = 1}) {
		return tooMany(seconds);
	},

	// Control, and too much was asked, once: when a line of a batch fits.
	taken(rule, state, request, go) {
		if (rule.done || !new RegExp(rule.fails).test(request.body.toString()))
			return go();
		rule.done = true;
		state.control(rule.control);
		return tooMany(rule.seconds ?? 1);
	},

	drop() {
		throw new Dropped();
	},

	// It is done, and nobody is told.
	async lost(_rule, _state, _request, go) {
		await go();
		throw new Dropped();
	},

	// It is done, and told as a failure.
	async applied(rule, _state, _request, go) {
		await go();
		return FAULTS.status(rule);
	},

	// The answer ends at half of its body.
	async cut(_rule, _state, _request, go) {
		const reply = await go();
		reply.cut = true;
		return reply;
	},

	// Done after so many seconds, or when it is released.
	async late({seconds}, state, _request, go) {
		await state.wait(seconds);
		return go();
	},

	// Done at once, told then.
	async slow({seconds}, state, _request, go) {
		const reply = await go();
		await state.wait(seconds);
		return reply;
	},

	// Where it says, with what was asked in place of a *.
	redirect({status = 302, location}, _state, request) {
		return new Reply(status, '',
		    {location: location.replace('*', request.place)});
	},

	// The next page is told of in another spelling, all of which mean the same;
	// or what stands there cannot be understood.
	async linked({link}, _state, _request, go) {
		const reply = await go();
		const next = reply.headers.link?.match(/<[^>]*>(?=; rel="next")/)[0];
		if (next !== undefined)
			reply.headers.link = link.map((one) => one.replace('*', next));
		return reply;
	},

	// Pages that name nothing, each with a next one, of so many cursors.
	empty({cursors}, state, request) {
		const at = Number(request.url.searchParams.get('cursor') ?? 0);
		const next = cursors > 0 ? at % cursors + 1 : at + 1;
		return new Reply(200, '[]', {'content-type': 'application/json',
			link: `<${state.urls.hub}/x?cursor=${next}>; rel="next"`});
	},

	// Names that come in their order for longer than anybody looks.
	disordered(_rule, state, request) {
		const isFirst = !request.url.searchParams.has('cursor');
		const from = isFirst ? 1000 : 0;
		const to = isFirst ? 10000 : 1000;
		const page = [];

		for (let i = from; i < to; i++)
			page.push({type: 'file', size: 1, path: 'ids/claude-code/' +
				`${String(i).padStart(8, '0')}-1111-4222-8333-444444444444`,
				uploadedAt: '2026-01-01T00:00:00.000Z'});
		return new Reply(200, page, isFirst ?
		    {link: `<${state.urls.hub}/x?cursor=1>; rel="next"`} : {});
	},

	// JSON that ends in the middle, and is as long as it says.
	async malformed(_rule, _state, _request, go) {
		const reply = await go();
		reply.body = reply.body.subarray(0, reply.body.length / 2);
		return reply;
	},

	html({status = 200}) {
		return new Reply(status, '<!DOCTYPE html><html><h1>Hello</h1></html>',
		    {'content-type': 'text/html'});
	},

	// The operations of a batch whose paths fit are not done.
	partial({fails = ''}, _state, request, go) {
		request.fails = (path) => new RegExp(fails).test(path);
		return go();
	},

	// A batch that is told as done, and was not.
	undone(_rule, _state, request) {
		const n = request.body.toString().split('\n')
		    .filter((line) => line !== '').length;
		return new Reply(200,
		    {success: true, processed: n, succeeded: n, failed: []});
	},

	// The tokens for content that were given hold no more.
	expired(_rule, state, _request, go) {
		state.access.expire();
		return go();
	},

	// The verbs of control first, and then what was asked.
	before({control}, state, _request, go) {
		state.control(control);
		return go();
	},

	// The connection ends at half of the body that is sent.
	'cut-request'() {
		throw new Dropped();
	},
};

export class Rule {
	constructor(told) {
		const {on = '', nth = 1, times = 1, host, kind} = told;
		const [method, ...path] = on.split(' ');

		for (const name of Object.keys(told))
			if (!DETAILS.includes(name))
				throw new Error(`a rule has no ${name}`);
		this.name = told.do ?? 'status';
		if (!Object.hasOwn(FAULTS, this.name))
			throw new Error(`no fault: ${this.name}`);
		Object.assign(this, {told, nth, times, host, kind, seen: 0});
		this.method = ['', '*'].includes(method) ? null :
		    new RegExp(`^(?:${method})$`);
		this.path = new RegExp(path.join(' '));
	}

	strikes(request) {
		if (this.host !== undefined && this.host !== request.host)
			return false;
		if (this.kind !== undefined && this.kind !== request.kind)
			return false;
		if (!(this.method?.test(request.method) ?? true) ||
		    !this.path.test(request.place))
			return false;
		this.seen++;
		return this.seen >= this.nth && (this.times === 0 ||
		    this.seen < this.nth + this.times);
	}

	isSpent() {
		return this.times !== 0 && this.seen >= this.nth + this.times - 1;
	}

	apply(state, request, go) {
		return FAULTS[this.name](this.told, state, request, go);
	}
}
