// Where a file's plain bytes are, by addresses that are signed: whoever brings
// a token there has given it away.
import {ranged, Refused} from './web.mjs';

export class Bridge {
	constructor(state) {
		this.state = state;
		this.routes = ['GET', 'HEAD'].map((method) =>
		    ['bridge', method, /^\/([0-9a-f]{32})$/, this.read]);
	}

	check(request) {
		const told = JSON.stringify(request.headers) + request.place;

		if (request.authorization !== undefined)
			request.blame('Authorization goes to another host');
		if (/\b(hf|xet)_/.test(told))
			request.blame('a token goes to another host');
		if (request.violations.length > 0)
			throw new Refused(400, 'Only one auth mechanism allowed');
	}

	read(request, [, mark]) {
		const signed = this.state.signed.get(mark);

		if (signed === undefined || signed.until < Date.now())
			throw new Refused(403, 'Request has expired');
		const data = signed.bucket.read(signed.path);
		if (data === null)
			throw new Refused(404, 'NoSuchKey');
		return ranged(request, data, {etag: `"${signed.hash}"`,
			'content-type': 'application/octet-stream'});
	}
}
