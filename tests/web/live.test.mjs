// A session that grows while one looks at it.
import assert from 'node:assert/strict';
import {appendFile} from 'node:fs/promises';
import test from 'node:test';
import {ends, go, look} from './lib/browser.mjs';
import {follow, mirrored, pageOf, serve} from './lib/seshat.mjs';

const made = await mirrored('demo');
const server = await serve();
const following = await serve('--follow');
const mirror = await follow();
let lines = 100;

// The agent says something.
async function say(text, session = made.frost) {
	lines++;
	await appendFile(session.file, `${JSON.stringify({
		type: 'user', sessionId: session.id, cwd: session.cwd,
		uuid: `live-${lines}`, timestamp: '2026-03-16T08:00:00.000Z',
		message: {role: 'user', content: text},
	})}\n`);
}

test('what comes is there without asking again', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.frost));
		const stream = page.waitForRequest(/\/stream/);
		await page.evaluate(() => { window.same = true; });
		await page.getByRole('status').filter({hasText: /live/i}).waitFor();
		await say('it grows **now**');
		await page.getByRole('article').filter({hasText: 'it grows now'})
		    .waitFor();
		await page.locator('article strong', {hasText: 'now'}).waitFor();
		await say('and once more');
		await page.getByRole('article').filter({hasText: 'and once more'})
		    .waitFor();
		assert.ok(await page.evaluate(() => window.same), 'it was reloaded');
		stream.catch(() => {});
		const ids = await page.locator('article').evaluateAll((all) =>
		    all.map((e) => e.id));
		assert.equal(new Set(ids).size, ids.length, `twice: ${ids}`);
	});
});

test('the lines that are shown are counted on', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.frost));
		await page.getByRole('status').filter({hasText: /live/i}).waitFor();
		const counts = page.locator('[data-count]');
		const [, from, to, all] = /^Lines (\S+) to (\S+) of (\S+)$/.exec(
		    await counts.first().textContent());
		assert.equal(to, all);
		await say('one more');
		const want = `Lines ${from} to ${+to + 1} of ${+to + 1}`;
		await counts.first().filter({hasText: want}).waitFor();
		await counts.last().filter({hasText: want}).waitFor();
		// a line of which nothing is shown counts, too
		await appendFile(made.frost.file, `${JSON.stringify({
			type: 'system', subtype: 'turn_duration', durationMs: 1,
			sessionId: made.frost.id, cwd: made.frost.cwd,
			uuid: 'unseen', timestamp: '2026-03-16T08:00:00.000Z',
		})}\n`);
		await counts.first().filter({
			hasText: `Lines ${from} to ${+to + 2} of ${+to + 2}`}).waitFor();
	});
});

test('a page that was refused tries again', async () => {
	await look(server, {expect: /503/}, async (page) => {
		let refused = 0;
		await page.clock.install();
		await page.route(/\/stream\?/, async (route) => {
			if (refused++ === 0)
				await route.fulfill({status: 503, body: '{}'});
			else
				await route.continue();
		});
		await go(page, pageOf(made.frost));
		await page.getByRole('status').filter({hasText: /lost/}).waitFor();
		await page.clock.fastForward(11_000);
		await page.getByRole('status').filter({hasText: /live/i}).waitFor();
	});
});

test('what comes is harmless', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.frost));
		await page.getByRole('status').filter({hasText: /live/i}).waitFor();
		await say('<img src=x onerror="window.pwned=1"><script>pwned=1</script>');
		await page.getByRole('article').filter({hasText: 'onerror='})
		    .waitFor();
		assert.equal(await page.evaluate(() => window.pwned), undefined);
		assert.equal(await page.locator('main [onerror]').count(), 0);
	});
});

test('somebody who reads above is not moved', async () => {
	await look(server, {view: {width: 800, height: 300}}, async (page) => {
		await go(page, pageOf(made.frost));
		await page.getByRole('status').filter({hasText: /live/i})
		    .waitFor({state: 'attached'});
		await page.evaluate(() => window.scrollTo(0, 0));
		await say('far below');
		await page.getByRole('article').filter({hasText: 'far below'})
		    .waitFor({state: 'attached'});
		assert.equal(await page.evaluate(() => window.scrollY), 0);
	});
});

test('without scripts it is there when one asks again', async () => {
	await look(server, {js: false}, async (page) => {
		await say('asked again');
		const until = Date.now() + 15_000;
		for (;;) {
			await go(page, pageOf(made.frost));
			if (await page.getByText('asked again').count() > 0)
				break;
			assert.ok(Date.now() < until, 'it never came');
		}
	});
});

test('a server that mirrors needs nobody else for that', async () => {
	await mirror.stop();
	await look(following, {}, async (page) => {
		await go(page, pageOf(made.bread));
		await page.getByRole('status').filter({hasText: /live/i}).waitFor();
		await say('by the server itself', made.bread);
		await page.getByRole('article')
		    .filter({hasText: 'by the server itself'}).waitFor();
	});
});

ends(server, following);
