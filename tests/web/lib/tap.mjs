// What Node's test runner tells, as flat TAP: a line for each test, and why
// one failed in comments behind it.  Its own TAP is nested, which those that
// count our tests do not read.

const MAX_WHY = 6000;

function reason(error) {
	const cause = error?.cause ?? error;
	const text = cause?.stack ?? cause?.message ?? String(cause);
	// the colours of the browser's driver
	return text.replace(/\u001b\[[0-9;]*m/g, '').slice(0, MAX_WHY);
}

export default async function* tap(source) {
	let count = 0;
	for await (const {type, data} of source) {
		if (type !== 'test:pass' && type !== 'test:fail')
			continue;
		// Node 18 and 20 also tell of the file as if it were a test.
		if (data.nesting > 0 || data.name.endsWith('.mjs'))
			continue;
		count++;
		const name = data.name.replace(/#/g, '');
		const skip = data.skip === undefined ? '' :
		    ` # SKIP ${data.skip === true ? '' : data.skip}`;
		const ok = type === 'test:pass' ? 'ok' : 'not ok';
		yield `${ok} ${count} - ${name}${skip}\n`;
		if (type === 'test:fail')
			yield reason(data.details.error).replace(/^/gm, '# ') + '\n';
	}
	yield `1..${count}\n`;
}
