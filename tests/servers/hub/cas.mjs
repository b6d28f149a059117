// The server of content: xorbs and shards come in, the parts of a file go out.
import {Bad} from './xet.mjs';
import {ranged, Refused, Reply} from './web.mjs';

export class Cas {
	constructor(state) {
		this.state = state;
		this.routes = [
			['xorb', 'POST', /^\/v1\/xorbs\/default\/([0-9a-f]{64})$/,
			    this.xorb],
			['shard', 'POST', /^\/v1\/shards$/, this.shard],
			['chunk-query', 'GET',
			    /^\/v1\/chunks\/default(?:-merkledb)?\/[0-9a-f]{64}$/,
			    this.chunk],
			['reconstruction', 'GET',
			    /^\/v2\/reconstructions\/([0-9a-f]{64})$/,
			    this.reconstruction],
			['xorb-data', 'GET', /^\/data\/([0-9a-f]{64})$/,
			    this.data],
		];
	}

	// Whatever it is that is asked for.
	check(request) {
		const told = JSON.stringify(request.headers) + request.place;

		if (/\bhf_/.test(told))
			request.blame("the user's token goes to the server of content");
		if (request.method === 'POST' &&
		    request.headers['content-length'] === undefined)
			request.blame('a body of unknown length');
	}

	refuseBad(what) {
		try {
			return what();
		} catch (why) {
			if (why instanceof Bad)
				throw new Refused(400, why.message);
			throw why;
		}
	}

	xorb(request, [, hash]) {
		this.state.access.mayStore(request, true);
		return new Reply(200, {was_inserted: this.refuseBad(() =>
		    this.state.disk.contents.addXorb(hash, request.body))});
	}

	shard(request) {
		this.state.access.mayStore(request, true);
		const n = this.refuseBad(() =>
		    this.state.disk.contents.addShard(request.body));
		return new Reply(200, {result: n > 0 ? 1 : 0});
	}

	// Whether somebody has such a chunk already: never.
	chunk(request) {
		this.state.access.mayStore(request, true);
		throw new Refused(404, 'no such chunk');
	}

	reconstruction(request, [, hash]) {
		const {contents} = this.state.disk;
		const terms = contents.termsOf(hash);
		const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
		const answer = {offset_into_first_range: 0, terms: [], xorbs: {}};
		let [from, to] = [0, Infinity];
		let at = 0;

		this.state.access.mayStore(request, false);
		if (terms === null)
			throw new Refused(404, 'no such file');
		if (range !== null)
			[from, to] = [Number(range[1]), Number(range[2]) + 1];
		for (const {xorb, bytes, start, end} of terms) {
			const begins = at;
			at += bytes;
			if (at <= from || begins >= to)
				continue;
			if (answer.terms.length === 0)
				answer.offset_into_first_range =
				    Math.max(0, from - begins);
			answer.terms.push({hash: xorb, unpacked_length: bytes,
				range: {start, end}});
			const chunks = contents.chunksOf(xorb);
			(answer.xorbs[xorb] ??= []).push({
				url: `${this.state.urls.cas}/data/${xorb}`,
				ranges: [{chunks: {start, end}, bytes: {
					start: chunks[start].from,
					end: chunks[end - 1].to - 1}}]});
		}
		return new Reply(200, answer);
	}

	// The signature of such an address is left out.
	data(request, [, hash]) {
		const body = this.state.disk.contents.readXorb(hash);

		if (request.authorization !== undefined)
			request.blame('a token goes to a signed address');
		if (body === null)
			throw new Refused(404, 'no such xorb');
		return ranged(request, body, {});
	}
}
