// What holds for every page: everybody can use it, in both themes, at any size,
// with the keyboard alone, without scripts; nothing is on the console.
import assert from 'node:assert/strict';
import test from 'node:test';
import {accessible, DESKTOP, ends, fits, go, look, PHONE, tabbed, THEMES} from
    './lib/browser.mjs';
import {places} from './lib/places.mjs';
import {mirrored, pageOf, serve} from './lib/seshat.mjs';

const made = await mirrored('demo');
const server = await serve();
const PLACES = Object.entries(places(made));
// On a phone these are laid out in another way; the rest is like them.
const OTHERWISE = new Set(['/', '/stats', '/search?q=frost',
    pageOf(made.watering), pageOf(made.stars, '/files')]);

for (const theme of THEMES) {
	test(`everybody can use every page, ${theme}`, async () => {
		await look(server, {theme, free: true}, async (page) => {
			for (const [, where] of PLACES) {
				await go(page, where);
				await accessible(page, where);
				const light = await page.evaluate(brightness);
				assert.ok(theme === 'light' ? light > 0.8 : light < 0.2,
				    `${where}: ${light}`);
			}
		});
	});
}

// Of the page's ground, 0 to 1.
function brightness() {
	const [r, g, b] = getComputedStyle(document.body).backgroundColor
	    .match(/[\d.]+/g).map(Number);
	return (r + g + b) / 765;
}

test('on a phone nobody scrolls sideways, and everybody can use it', async () => {
	await look(server, {view: PHONE, free: true}, async (page) => {
		for (const [, where] of PLACES) {
			await go(page, where);
			await fits(page, where);
			if (OTHERWISE.has(where))
				await accessible(page, where);
		}
	});
});

test('plots say their days, and can be read on a phone, too', async () => {
	for (const view of [DESKTOP, PHONE]) {
		await look(server, {view}, async (page) => {
			await go(page, '/stats');
			const plots = page.locator('figure.plot');
			assert.ok(await plots.count() >= 2);
			for (const text of await plots.locator('figcaption')
			    .allTextContents())
				assert.match(text, /the 60 days up to \d{4}-\d\d-\d\d$/);
			const bad = await plots.locator('svg text').evaluateAll((all) =>
			    all.filter((e) => getComputedStyle(e).display !== 'none')
			    .filter((e) => {
				const box = e.getBoundingClientRect();
				const svg = e.ownerSVGElement.getBoundingClientRect();
				const size = parseFloat(getComputedStyle(e).fontSize) *
				    svg.width / 720;

				return size < 9 || box.right > svg.right + 1 ||
				    box.left < 0;
			    }).map((e) => e.textContent));
			assert.deepEqual(bad, [], JSON.stringify(view));
		});
	}
});

test('nor where letters are twice as large', async () => {
	await look(server, {view: {width: 640, height: 400}}, async (page) => {
		for (const [, where] of PLACES) {
			await go(page, where);
			await fits(page, where);
		}
	});
});

test('a page has a title, one heading at its top, a language', async () => {
	await look(server, {}, async (page) => {
		const titles = new Map();
		for (const [, where] of PLACES) {
			await go(page, where);
			assert.equal(await page.getByRole('heading', {level: 1}).count(),
			    1, where);
			assert.equal(await page.locator('html').getAttribute('lang'),
			    'en', where);
			assert.match(await page.title(), /\S.* (·|–) seshat$/, where);
			titles.set(where, await page.title());
		}
		assert.notEqual(titles.get('/'), titles.get('/projects/garden'));
	});
});

test('the first Tab offers to skip to the content', async () => {
	await look(server, {}, async (page) => {
		// where an address names a place in the page, Tab begins there
		for (const [, where] of PLACES.filter(([, one]) =>
		    !one.includes('#'))) {
			await go(page, where);
			await page.keyboard.press('Tab');
			const skip = page.getByRole('link', {name: /^skip/i});
			assert.ok(await skip.evaluate((e) =>
			    e === document.activeElement), where);
			await page.waitForFunction(() => document.activeElement
			    .getBoundingClientRect().top >= 0);
			await page.keyboard.press('Enter');
			await page.keyboard.press('Tab');
			assert.ok(await page.evaluate(() =>
			    document.activeElement === document.body ||
			    document.querySelector('main')
			        .contains(document.activeElement)), where);
		}
	});
});

test('Tab goes through a page in the order in which it is read, and is seen',
    async () => {
	await look(server, {}, async (page) => {
		for (const [, where] of PLACES) {
			await go(page, where);
			const stops = await tabbed(page);
			assert.ok(stops.length > 5, `${where}: ${stops.length}`);
			for (const stop of stops) {
				assert.notEqual(stop.name, '', `${where}: ${stop.html}`);
				assert.ok(stop.ring, `${where}: no ring: ${stop.html}`);
				assert.ok(stop.size >= 1 && stop.seen === 1,
				    `${where}: not seen: ${stop.html}`);
			}
			// from the place that the address names, round to it
			let order = stops.map((stop) => stop.at);
			const first = order.indexOf(Math.min(...order));
			order = [...order.slice(first), ...order.slice(0, first)];
			assert.deepEqual(order, [...order].sort((a, b) => a - b), where);
		}
	});
});

test('without scripts every page says the same', async () => {
	const texts = {};
	for (const js of [true, false]) {
		await look(server, {js}, async (page) => {
			for (const [, where] of PLACES) {
				await go(page, where);
				// but that it is live
				await page.evaluate(() => document.querySelectorAll(
				    '[role=status]').forEach((e) => e.remove()));
				const text = (await page.locator('main').innerText())
				    .replace(/\d+ (s|min) ago/g, 'lately');
				texts[where] ??= text;
				assert.equal(text, texts[where], where);
			}
		});
	}
});

test('the pages bring their own policy, and what they need from here',
    async () => {
	await look(server, {}, async (page) => {
		for (const [, where] of PLACES) {
			const answer = await go(page, where);
			const headers = answer.headers();
			const policy = headers['content-security-policy'];
			assert.match(policy, /default-src 'none'/, where);
			assert.match(policy, /script-src 'self'(;|$)/, where);
			assert.match(policy, /frame-ancestors 'none'/, where);
			assert.match(policy, /base-uri 'none'/, where);
			assert.doesNotMatch(policy, /unsafe|\*|http/, where);
			assert.equal(headers['x-content-type-options'], 'nosniff');
			// neither inline scripts nor styles, which it forbids
			const inline = await page.evaluate(() =>
			    [...document.querySelectorAll('*')].filter((e) =>
			        e.matches('script:not([src]), style') ||
			        [...e.attributes].some((a) => a.name === 'style' ||
			            a.name.startsWith('on'))).length);
			assert.equal(inline, 0, where);
		}
	});
});

test('what is not there is told in a page', async () => {
	await look(server, {free: true, expect: /status of 404/}, async (page) => {
		for (const where of ['/nothing', '/projects/nothing',
		    '/sessions/claude-code/nothing']) {
			await go(page, where, 404);
			await page.getByRole('alert').waitFor();
			await accessible(page, where);
			await page.getByRole('link', {name: 'first page'}).click();
			await page.getByRole('heading', {level: 1}).waitFor();
			assert.equal(new URL(page.url()).pathname, '/');
		}
	});
});

ends(server);
