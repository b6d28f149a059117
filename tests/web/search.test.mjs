// Search: what is found is marked, and leads to its line.
import assert from 'node:assert/strict';
import test from 'node:test';
import {ends, go, look} from './lib/browser.mjs';
import {mirrored, serve} from './lib/seshat.mjs';

await mirrored('demo');
const server = await serve();

test('words are found from any page, marked, and one gets to the line', async () => {
	for (const js of [true, false]) {
		await look(server, {js}, async (page) => {
			await go(page, '/');
			const field = page.getByRole('banner').getByRole('searchbox');
			await field.fill('frost taken');
			await field.press('Enter');
			await page.waitForURL(/\/search\?q=frost/);
			assert.equal(await page.getByRole('banner')
			    .getByRole('searchbox').inputValue(), 'frost taken');
			const marks = await page.locator('main mark').allInnerTexts();
			assert.deepEqual([...new Set(marks)].sort(),
			    ['frost', 'taken']);
			await page.getByRole('link', {name: 'line 28'}).click();
			await page.waitForURL(/line=28#L28$/);
			const box = await page.locator('#L28').boundingBox();
			assert.ok(box.y >= 0 && box.y < 800, `${box.y}`);
		});
	}
});

test('phrases and restrictions mean what they say', async () => {
	await look(server, {}, async (page) => {
		for (const [query, hits] of [['"frost is"', 2], ['"is frost"', 0],
		    ['frost project:garden', 2], ['frost project:telescope', 0],
		    ['drift harness:codex', 1], ['drift harness:claude-code', 0],
		    ['frost role:user', 1]]) {
			await go(page, `/search?q=${encodeURIComponent(query)}`);
			const found = await page.locator('main li').filter({
				has: page.locator('mark')}).count();
			assert.ok(hits === 0 ? found === 0 : found >= hits,
			    `${query}: ${found}`);
		}
	});
});

test('a page behind the last one leads to the first', async () => {
	await look(server, {}, async (page) => {
		await go(page, '/search?q=frost&offset=5000');
		await page.getByText('No such page').waitFor();
		assert.equal(await page.getByText('No transcript says').count(), 0);
		await page.getByRole('link', {name: 'First page'}).click();
		await page.locator('main mark').first().waitFor();
	});
});

test('what cannot be understood is told, and nothing breaks', async () => {
	await look(server, {expect: /status of 400/}, async (page) => {
		for (const query of ['"', '(', '*', 'a OR', 'NEAR(', '-', ':',
		    'since:never', 'x'.repeat(900), '\u0000', '😀', '%', '\\',
		    'role:nobody']) {
			const answer = await page.goto(
			    `/search?q=${encodeURIComponent(query)}`);
			assert.ok([200, 400].includes(answer.status()),
			    `${query}: ${answer.status()}`);
			await page.getByRole('heading', {level: 1}).waitFor();
		}
	});
});

ends(server);
