// A session's page: its head, the conversation, its files and metrics.
import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {readFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {ends, go, look, seen, tabTo} from './lib/browser.mjs';
import {mirrored, pageOf, serve} from './lib/seshat.mjs';

const made = await mirrored('demo');
const server = await serve();
server.fine = /no file '/;

function turn(page, text) {
	return page.getByRole('article').filter({hasText: text});
}

test('its head says what it is', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.watering));
		await page.getByRole('heading', {level: 1, name: 'Add a watering plan'})
		    .waitFor();
		const head = await page.getByRole('main').getByRole('banner')
		    .or(page.locator('main > header')).first().innerText();
		for (const what of ['claude-code', 'garden', '19 KB', '2026-03-14',
		    '/home/ada/garden', made.watering.id, 'rotected', 'edaction'])
			assert.ok(head.includes(what), `${what}: ${head}`);
		await page.getByRole('main').getByText('github-token: 1')
		    .waitFor({state: 'attached'});
		assert.ok(!(await page.content()).includes('ghp_'));
	});
});

test('Metrics and Download stand side by side in it', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.stars));
		const head = page.locator('main > header');
		const [metrics, download] = await Promise.all(['Metrics', 'Download']
		    .map((name) => head.getByRole('link', {name}).boundingBox()));
		assert.equal(metrics.y, download.y);
		assert.ok(download.x - metrics.x - metrics.width < 24);
		for (const name of ['Metrics', 'Download'])
			await seen(head.getByRole('link', {name}), 1);
		await head.getByRole('link', {name: 'Metrics'}).click();
		await page.waitForURL('**/metrics');
	});
});

test('Markdown is a table, a list, code, a quotation, a link', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.watering));
		const plan = turn(page, 'I have looked at the beds');
		assert.equal(await plan.getByRole('row').count(), 4);
		assert.equal(await plan.locator('th').count(), 3);
		await plan.getByRole('cell', {name: 'under glass'}).waitFor();
		assert.equal(await plan.locator('ol > li').count(), 3);
		assert.match(await plan.locator('pre').innerText(),
		    /def litres\(bed: Bed/);
		await plan.locator('blockquote').waitFor();
		const link = plan.getByRole('link', {name: 'the manual'});
		assert.equal(await link.getAttribute('href'),
		    'https://example.org/valves');
		assert.match(await link.getAttribute('rel'), /noreferrer|noopener/);
		await plan.locator('strong', {hasText: 'plan'}).waitFor();
	});
});

test('thinking and calls fold, with the keyboard too', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.watering));
		for (const [summary, inside] of [['Thinking', /columns decide/],
		    ['Bash', /python3 -m pytest -q/]]) {
			const fold = page.locator('details', {has: page.locator(
			    'summary', {hasText: summary})}).first();
			const body = fold.locator(':scope > :not(summary)').first();
			await body.waitFor({state: 'hidden'});
			await tabTo(page, fold.locator('summary').first());
			await page.keyboard.press('Enter');
			await body.waitFor();
			assert.match(await fold.innerText(), inside);
			await page.keyboard.press('Space');
			await body.waitFor({state: 'hidden'});
		}
	});
});

test('a call that failed says so', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.watering));
		await turn(page, '1 failed, 3 passed').getByText('failed', {exact: true})
		    .waitFor();
	});
});

test('an edit is shown as what went and what came', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.watering));
		const edit = page.getByRole('article').filter({has: page.locator('del')});
		await edit.locator('summary').first().click();
		assert.match(await edit.locator('del').first().innerText(),
		    /def litres\(bed, rain\):/);
		assert.match(await edit.locator('ins').first().innerText(),
		    /def litres\(bed, rain_mm\):/);
	});
});

test('a picture is there, and is the one that was stored', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.watering));
		const picture = page.locator('main article img').first();
		await picture.scrollIntoViewIfNeeded();
		await page.waitForFunction((e) => e.complete && e.naturalWidth > 0,
		    await picture.elementHandle());
		assert.deepEqual(await picture.evaluate((e) =>
		    [e.naturalWidth, e.naturalHeight]), [160, 120]);
		assert.notEqual(await picture.getAttribute('alt'), '');
	});
});

test('a subagent is reached from where it was called, and leads back', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.watering));
		await page.getByRole('article').getByRole('link', {name: 'b4511'})
		    .first().click();
		await page.getByRole('heading', {level: 1,
			name: 'Find out about basil'}).waitFor();
		await page.getByText('needs 1.2 litres a day').waitFor();
		await page.locator('main > header').getByRole('link',
		    {name: made.watering.id}).click();
		await page.getByRole('heading', {level: 1,
			name: 'Add a watering plan'}).waitFor();
	});
});

test('compactions and branches are marked', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.watering));
		await page.getByText('summed up').first().waitFor();
		await turn(page, 'Add a winter mode').getByRole('link',
		    {name: 'line 19'}).click();
		await page.waitForURL(/#L19$/);
	});
});

test('a line has an address, which leads to it', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.watering, '?line=28#L28'));
		const box = await page.locator('#L28').boundingBox();
		assert.ok(box.y >= 0 && box.y < 800, `${box.y}`);
		assert.match(await page.locator('#L28').innerText(),
		    /frost is taken care of/);
	});
});

test('a session of Codex is a conversation, too', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.mount));
		await turn(page, 'polar alignment').locator('strong').waitFor();
		await page.locator('summary', {hasText: 'shell'}).first().waitFor();
	});
});

test('its files are listed, shown, and downloaded as they are', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.stars));
		await page.getByRole('link', {name: 'Files'}).click();
		await page.getByRole('link', {name: 'train.py'}).click();
		await page.getByText('from trainable import log').waitFor();
		const [download] = await Promise.all([
			page.waitForEvent('download'),
			page.locator('main a[download]').click(),
		]);
		assert.equal(download.suggestedFilename(), 'train.py');
		const hash = async (file) => createHash('sha256')
		    .update(await readFile(file)).digest('hex');
		assert.equal(await hash(await download.path()),
		    await hash(path.join(made.stars.workspace, 'train.py')));
		await go(page, pageOf(made.stars, '/files?path=figures/loss.png'));
		const picture = page.locator('main img');
		await page.waitForFunction((e) => e.naturalWidth === 120,
		    await picture.elementHandle());
	});
});

test('no path leads out of its files', async () => {
	await look(server, {expect: /status of 40[04]/}, async (page, context) => {
		for (const where of ['../../../../etc/passwd', '/etc/passwd',
		    'figures/../../x', '..%2f..%2fetc%2fpasswd', '.', '']) {
			for (const raw of ['', 'raw=1&']) {
				const answer = await context.request.get(pageOf(made.stars,
				    `/files?${raw}path=${where}`));
				assert.doesNotMatch(await answer.text(), /root:/);
				if (raw !== '')
					assert.ok(answer.status() >= 400, where);
			}
		}
	});
});

test('its metrics are plotted, and told in numbers', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.stars, '/metrics'));
		const plots = page.getByRole('figure');
		assert.ok(await plots.count() >= 2);
		for (const name of ['loss', 'accuracy']) {
			const plot = plots.filter({hasText: name}).first();
			const line = plot.locator('svg polyline, svg path').first();
			await line.waitFor({state: 'attached'});
			assert.equal(await line.evaluate((e) =>
			    getComputedStyle(e).fill), 'none', name);
			await plot.locator('summary').click();
			assert.equal(await plot.getByRole('row').count() >= 10, true);
		}
	});
});

ends(server);
