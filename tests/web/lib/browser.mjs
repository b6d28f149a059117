// Chromium, driven by playwright-core.  One browser for a file of tests, one
// context for each look at a page; whatever goes wrong in a page fails the
// test, also what nobody looks for: errors on the console, scripts and styles
// that the page's own policy forbids, requests to anywhere else, dialogs.
import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import path from 'node:path';
import test from 'node:test';

const modules = createRequire(path.join(process.env.WEB_MODULES, 'x.js'));
const {chromium} = modules('playwright-core');
const AXE = modules.resolve('axe-core/axe.min.js');
export const DESKTOP = {width: 1280, height: 800};
export const PHONE = {width: 360, height: 740};
export const THEMES = ['light', 'dark'];
const PATIENCE = 30_000; // ms; a machine may be busy, and sanitizers are slow
let browser = null;

async function launch() {
	const options = {
		executablePath: '/usr/bin/chromium',
		headless: true,
		// root cannot have the sandbox
		chromiumSandbox: process.getuid() !== 0,
		args: ['--force-color-profile=srgb', '--font-render-hinting=none'],
	};
	try {
		return await chromium.launch(options);
	} catch (e) {
		// nor can others in most containers
		if (!options.chromiumSandbox || !/sandbox/i.test(e.message))
			throw e;
		return chromium.launch({...options, chromiumSandbox: false});
	}
}

// What page does that it should not; filled until the context is closed.
function watch(context, page, origin) {
	const troubles = [];
	page.on('console', (message) => {
		if (['error', 'warning', 'assert'].includes(message.type()))
			troubles.push(`console: ${message.text()} ` +
			    `(${message.location().url})`);
	});
	page.on('pageerror', (e) => troubles.push(`error: ${e.message}`));
	page.on('crash', () => troubles.push('the page crashed'));
	page.on('popup', () => troubles.push('a window was opened'));
	page.on('dialog', (dialog) => {
		troubles.push(`dialog: ${dialog.message()}`);
		dialog.dismiss().catch(() => {});
	});
	context.on('request', (request) => {
		const url = request.url();
		if (!url.startsWith(`${origin}/`) && !/^(data|blob):/.test(url))
			troubles.push(`request to ${url.slice(0, 200)}`);
	});
	context.on('requestfailed', (request) => {
		const why = request.failure()?.errorText;
		// going on to another page, a download
		if (why !== 'net::ERR_ABORTED')
			troubles.push(`${request.url()}: ${why}`);
	});
	return troubles;
}

// look(server, {theme, view, js, free, expect}, async (page) => ...): a page
// with its own cookies.  free: without the page's own policy.  expect: console
// messages that belong to the test.
export async function look(server, how, act) {
	browser ??= await launch();
	const context = await browser.newContext({
		baseURL: server.url,
		colorScheme: how.theme ?? 'light',
		viewport: how.view ?? DESKTOP,
		javaScriptEnabled: how.js ?? true,
		bypassCSP: how.free ?? false,
		reducedMotion: 'reduce',
		acceptDownloads: true,
		locale: 'en-GB',
		timezoneId: 'UTC',
	});
	context.setDefaultTimeout(PATIENCE);
	try {
		const page = await context.newPage();
		const troubles = watch(context, page, server.url);
		await act(page, context);
		const told = troubles.filter((one) => !how.expect?.test(one));
		assert.deepEqual(told, []);
	} finally {
		await context.close();
	}
}

// Go there; it answers what it should.
export async function go(page, where, status = 200) {
	const answer = await page.goto(where);
	assert.equal(answer.status(), status, `${where}: ${answer.status()}`);
	return answer;
}

// axe-core finds nothing that keeps anybody from using the page.  The page
// must be free of its own policy: axe is a script from elsewhere.
export async function accessible(page, where) {
	await page.addScriptTag({path: AXE});
	const {violations} = await page.evaluate(() => window.axe.run(document, {
		resultTypes: ['violations'],
	}));
	if (violations.length > 0)
		throw new Error(`${where}: not everybody can use this:\n` +
		    violations.map(explain).join('\n'));
}

function explain(violation) {
	const nodes = violation.nodes.slice(0, 3).map((node) =>
	    `  ${node.html.slice(0, 300)}\n    ${node.failureSummary}`);
	return `${violation.id}: ${violation.help}\n${nodes.join('\n')}`;
}

// Nothing reaches beyond the window's edge: nobody must scroll sideways.
export async function fits(page, where) {
	const [wide, window_] = await page.evaluate(() => [
		document.documentElement.scrollWidth, window.innerWidth]);
	assert.ok(wide <= window_, `${where}: ${wide} wide in ${window_}`);
}

// How much of it is seen, all that it lies in taken into account: 0 to 1.
export function opacity(locator) {
	return locator.evaluate((e) => {
		let seen = 1;
		for (; e !== null; e = e.parentElement) {
			const style = getComputedStyle(e);
			seen *= style.visibility === 'visible' ? style.opacity : 0;
		}
		return seen;
	});
}

// It comes to be seen so much.
export async function seen(locator, much) {
	const until = Date.now() + PATIENCE;
	let found = await opacity(locator);
	while (found !== much && Date.now() < until)
		found = await opacity(locator);
	assert.equal(found, much, `${locator}: ${found}`);
}

// Press Tab until it is in focus, from wherever the page is.
export async function tabTo(page, locator) {
	const target = await locator.elementHandle();
	for (let i = 0; i < 200; i++) {
		await page.keyboard.press('Tab');
		if (await target.evaluate((e) => e === document.activeElement))
			return;
	}
	assert.fail(`no Tab leads to ${locator}`);
}

// Where Tab leads from the page's top to its end: for each stop its name,
// place in the document, size, whether it is seen and has a ring.
export async function tabbed(page) {
	const stops = [];
	await page.evaluate(() => document.activeElement?.blur());
	while (stops.length < 300) {
		await page.keyboard.press('Tab');
		const stop = await page.evaluate(describe);
		if (stop === null)
			return stops;
		stops.push(stop);
	}
	return stops;
}

// In the page: what is in focus; null when nothing is, or the first again.
function describe() {
	const e = document.activeElement;
	if (e === null || e === document.body || e.dataset.tabbed === '1')
		return null;
	e.dataset.tabbed = '1';
	for (const fading of document.getAnimations())
		fading.finish();
	const box = e.getBoundingClientRect();
	const style = getComputedStyle(e);
	let seen = 1;
	for (let p = e; p !== null; p = p.parentElement)
		seen *= getComputedStyle(p).opacity;
	return {
		at: [...document.querySelectorAll('*')].indexOf(e),
		name: (e.ariaLabel ?? '') + (e.labels?.[0]?.textContent ?? '') +
		    (e.textContent ?? '').trim() + (e.title ?? ''),
		size: Math.min(box.width, box.height),
		ring: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
		seen: Math.round(seen * 100) / 100,
		html: e.outerHTML.slice(0, 200),
	};
}

// The browser goes.
export async function close() {
	await browser?.close();
}

// The last test of a file: what was started ends well.
export function ends(...servers) {
	test('what was started ends well', async () => {
		const all = await Promise.allSettled([close(),
		    ...servers.map((server) => server.stop())]);
		for (const one of all)
			assert.equal(one.reason, undefined);
	});
}
