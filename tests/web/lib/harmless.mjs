// Whether a page that shows what hostile sessions hold is harmless.  look()
// sees to dialogs, requests, windows and the console.
import assert from 'node:assert/strict';

// In the page: what should not be there.
function dangers(origin) {
	const found = [];
	const tell = (what, e) => found.push(`${what}: ${e.outerHTML.slice(0, 200)}`);
	const urls = ['href', 'src', 'srcset', 'action', 'formaction', 'poster',
	    'data', 'xlink:href', 'ping', 'background', 'cite'];

	if (window.pwned !== undefined)
		found.push('a script ran');
	for (const e of document.querySelectorAll('iframe, frame, object, embed, ' +
	    'base, meta[http-equiv], style, script:not([src]), applet, ' +
	    'foreignObject, portal, template, audio, video, math'))
		tell('an element that is none of ours', e);
	for (const e of document.querySelectorAll('*')) {
		for (const {name, value} of e.attributes) {
			if (name.startsWith('on') || name === 'style' ||
			    name === 'srcdoc')
				tell(name, e);
			if (!urls.includes(name))
				continue;
			const url = new URL(value, document.baseURI);
			const isOurs = url.origin === origin;
			const isLink = e.tagName === 'A' && name === 'href' &&
			    /^(https?|mailto):$/.test(url.protocol);
			const isPicture = e.tagName === 'IMG' && name === 'src' &&
			    /^data:image\/(png|jpeg|gif|webp);/.test(value);
			if (!isOurs && !isLink && !isPicture)
				tell(`${name} to elsewhere`, e);
			if (isLink && !isOurs && !/noopener|noreferrer/.test(e.rel))
				tell('a link out that tells where from', e);
		}
	}
	const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
	for (const id of ids.filter((one, at) => ids.indexOf(one) !== at))
		found.push(`twice: #${id}`);
	return found.slice(0, 10);
}

// In the page: characters that turn lines around, hide, or speak to a terminal.
function controls() {
	const bad = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
	const found = [];
	const walk = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const at = bad.exec(walk.currentNode.data);
		if (at !== null)
			found.push(`U+${at[0].charCodeAt(0).toString(16)} in ` +
			    JSON.stringify(walk.currentNode.data.slice(
			        Math.max(0, at.index - 20), at.index + 20)));
	}
	for (const e of document.querySelectorAll('[title], [aria-label], [alt]'))
		for (const name of ['title', 'aria-label', 'alt'])
			if (bad.test(e.getAttribute(name) ?? ''))
				found.push(`${name}: ${e.outerHTML.slice(0, 200)}`);
	return found.slice(0, 10);
}

// Open what is folded, press what can be pressed on the way, and look.
export async function harmless(page, where, origin = new URL(page.url()).origin) {
	const at = page.url();
	await page.evaluate(() => {
		for (const one of document.querySelectorAll('main details'))
			one.open = true;
		for (const e of document.querySelectorAll('main *'))
			e.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
	});
	// whatever was set off has its turn
	await page.evaluate(() => new Promise((done) =>
	    requestAnimationFrame(() => setTimeout(done, 0))));
	assert.deepEqual(await page.evaluate(dangers, origin), [], where);
	assert.deepEqual(await page.evaluate(controls), [], where);
	assert.equal(page.url(), at);
}
