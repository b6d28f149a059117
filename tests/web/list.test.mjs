// The list of sessions: what it says, filters, order, keys, pages.
import assert from 'node:assert/strict';
import test from 'node:test';
import {ends, go, look} from './lib/browser.mjs';
import {mirrored, serve} from './lib/seshat.mjs';

await mirrored('demo', 'crowd');
const server = await serve();

function rows(page) {
	return page.getByRole('table', {name: 'Sessions'}).locator('tbody tr');
}

function titles(page) {
	return rows(page).locator('td:first-child a:first-child').allInnerTexts();
}

test('a row says what a session is, and leads to it', async () => {
	await look(server, {}, async (page) => {
		await go(page, '/projects/garden');
		const row = rows(page).filter({hasText: 'Add a watering plan'});
		for (const what of ['claude-code', '19 KB', '29', '2026-03-14', 'idle',
		    '1 subagent'])
			await row.getByText(what, {exact: true}).waitFor();
		await row.getByRole('link', {name: 'Add a watering plan'}).click();
		await page.getByRole('heading', {level: 1,
			name: 'Add a watering plan'}).waitFor();
		await page.goBack();
		await row.getByRole('link', {name: '1 subagent'}).click();
		await page.waitForURL(/parent=/);
		assert.deepEqual(await titles(page), ['Find out about basil']);
	});
});

test('latest first, or largest', async () => {
	await look(server, {}, async (page) => {
		await go(page, '/projects/garden');
		assert.deepEqual(await titles(page),
		    ['Add a watering plan', 'Warn of frost']);
		await page.getByLabel('Order').selectOption({label: 'Largest first'});
		await page.waitForURL(/sort=size/);
		await go(page, '/?sort=size');
		assert.equal((await titles(page))[0], 'Add a watering plan');
	});
});

test('filters, with scripts and without', async () => {
	for (const js of [true, false]) {
		await look(server, {js}, async (page) => {
			await go(page, '/');
			await page.getByLabel('Agent').selectOption('codex');
			if (!js)
				await page.getByRole('button', {name: 'Show'}).click();
			await page.waitForURL(/harness=codex/);
			assert.deepEqual(await titles(page),
			    ['Why does the mount drift in declination?']);
			await go(page, '/');
			const field = page.getByRole('textbox', {name: 'Filter'})
			    .or(page.getByRole('searchbox', {name: 'Filter'}));
			await field.fill('bread');
			await field.press('Enter');
			await page.waitForURL(/q=bread/);
			assert.deepEqual(await titles(page), ['Scale the bread recipe']);
		});
	}
});

test('keys: / to search, j and k in the list, Enter into a session', async () => {
	await look(server, {}, async (page) => {
		await go(page, '/projects/garden');
		await page.keyboard.press('/');
		await page.locator('header input:focus').waitFor();
		await page.keyboard.press('Escape');
		await page.keyboard.press('j');
		await page.keyboard.press('j');
		await page.keyboard.press('k');
		assert.equal(await page.evaluate(() =>
		    document.activeElement.textContent.trim()), 'Add a watering plan');
		await page.keyboard.press('Enter');
		await page.getByRole('heading', {level: 1,
			name: 'Add a watering plan'}).waitFor();
	});
});

test('many sessions come in pages, each of them once', async () => {
	await look(server, {js: false}, async (page) => {
		await go(page, '/projects/crowd');
		const seen = [];
		for (let i = 0; i < 10; i++) {
			seen.push(...await titles(page));
			const next = page.getByRole('main').getByRole('link',
			    {name: /next|more|older/i});
			if (await next.count() === 0)
				break;
			await next.first().click();
			await page.waitForLoadState();
		}
		assert.equal(seen.length, 230);
		assert.equal(new Set(seen).size, 230);
		assert.equal(seen[0], 'Number 229');
	});
});

ends(server);
