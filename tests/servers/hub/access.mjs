// Who may do what.
import crypto from 'node:crypto';
import {noSuchBucket, Refused} from './web.mjs';

const TOKENS = {
	hf_test: {name: 'alice', role: 'write'},
	hf_reader: {name: 'alice', role: 'read'},
	hf_stranger: {name: 'bob', role: 'write'},
};

export class Access {
	constructor() {
		this.tokens = {...TOKENS};
		this.given = new Map(); // for content: what is known of each
	}

	// Who asks; null for nobody.
	user(request) {
		if (request.token?.startsWith('xet_'))
			request.blame('a token for content goes to the hub');
		if (request.token === null)
			return null;
		const user = this.tokens[request.token];
		if (!user)
			throw new Refused(401, 'Invalid credentials in ' +
			    'Authorization header');
		return user;
	}

	// Whoever may not see a bucket is not told that there is one.
	mayRead(request, bucket) {
		const user = this.user(request);

		if (user === null && bucket?.info.private !== false)
			throw new Refused(401, 'Invalid username or password.',
			    {'x-error-code': 'RepoNotFound'});
		if (bucket === null || (bucket.info.private !== false &&
		    user.name !== bucket.id.split('/')[0]))
			throw noSuchBucket();
		return user;
	}

	mayWrite(request, bucket) {
		const user = this.mayRead(request, bucket);

		if (user === null)
			throw new Refused(401, 'Invalid username or password.');
		if (user.role !== 'write' ||
		    user.name !== bucket.id.split('/')[0])
			throw new Refused(403, 'You do not have write access');
	}

	mayCreate(request, namespace) {
		const user = this.user(request);

		if (user === null)
			throw new Refused(401, 'Invalid username or password.');
		if (user.role !== 'write')
			throw new Refused(401, 'This token cannot create');
		if (user.name !== namespace)
			throw new Refused(403, "You don't have the rights to " +
			    `create a bucket under ${namespace}`);
	}

	// A token for content, for so many seconds.
	give(write, seconds) {
		const token = `xet_${crypto.randomBytes(16).toString('hex')}`;
		const exp = Math.floor(Date.now() / 1000 + seconds);

		this.given.set(token, {write, exp});
		return {accessToken: token, exp};
	}

	mayStore(request, write) {
		const given = this.given.get(request.token);

		if (given === undefined || given.exp * 1000 <= Date.now())
			throw new Refused(401, 'token expired or not known');
		if (write && !given.write)
			throw new Refused(403, 'a token for reading');
	}

	// None that was given holds any more.
	expire() {
		this.given.clear();
	}
}
