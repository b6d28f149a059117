// What session logs say of a session, on its page: skills that ran, where they
// ran.
import assert from 'node:assert/strict';
import {appendFile, mkdir} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {accessible, ends, fits, go, look, PHONE, tabTo, THEMES} from './lib/browser.mjs';
import {mirrored, pageOf, seshat, serve} from './lib/seshat.mjs';

const LOGS = path.join(process.env.XDG_DATA_HOME, 'seshat/sessions');

// A skill ran in the session.
async function ran(session, timestamp, skill, more = {}, log = session.id) {
	await mkdir(LOGS, {recursive: true});
	await appendFile(path.join(LOGS, `${log}.jsonl`), `${JSON.stringify({
		session_id: session.id, timestamp, skill, phase: 'verify',
		project_root: session.cwd,
		input: {command: 'make check', strict: true},
		attempts: [{attempt: 1, model: 'claude-sonnet-4-5',
			output_summary: 'Two beds have **no** valve: <b>glasshouse</b>.',
			runner_output: '2 failed, 11 passed', verified: false},
		{attempt: 2, model: 'claude-opus-4-1',
			output_summary: 'All beds have one.', verified: true}],
		final_status: 'success', file_path: 'plan.md', duration_ms: 83_400,
		...more})}\n`);
}

const made = await mirrored('demo');
await ran(made.watering, '2026-03-14T09:00:05.500Z', 'check-the-plan');
await ran(made.watering, '2026-03-14T09:00:05.600Z', 'publish',
    {final_status: 'failed: <i>no</i> network', attempts: []});
const EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>\u202e';
await ran(made.stars, '2026-03-20T00:00:00Z', EVIL, {phase: EVIL,
	project_root: EVIL, input: {[EVIL]: EVIL}, final_status: EVIL,
	file_path: EVIL, model_used: EVIL, attempts: [{attempt: 1, model: EVIL,
		output_summary: EVIL, runner_output: EVIL, verified: false}]},
    `a"b'c<d>&e #?%41`);
await seshat('mirror', '--everywhere');
await seshat('search', 'anything');
const server = await serve();
const following = await serve('--follow');

function turn(page, text) {
	return page.locator('article.run', {hasText: text});
}

test('a run stands between the lines, folded, with all that is known', async () => {
	for (const js of [true, false]) {
		await look(server, {js}, async (page) => {
			await go(page, pageOf(made.watering));
			const run = turn(page, 'check-the-plan');
			assert.match(await run.locator('summary').innerText(),
			    /Skill\s+check-the-plan\s+verify\s+success\s+2 attempts, verified · 1 min 23 s/);
			const [before, after] = await run.evaluate((e) =>
			    [e.previousElementSibling, e.nextElementSibling]
			        .map((one) => one?.querySelector('time')?.dateTime));
			assert.ok(before === undefined || before <= '2026-03-14T09:00:05.5');
			assert.ok(after === undefined || after > '2026-03-14T09:00:05.5');
			await run.getByText('make check').waitFor({state: 'hidden'});
			await tabTo(page, run.locator('summary').first());
			await page.keyboard.press('Enter');
			await run.getByText('make check').waitFor();
			await run.getByText('<b>glasshouse</b>').waitFor();
			await run.getByText('2 failed, 11 passed').waitFor();
			assert.equal(await run.getByRole('listitem').count(), 2);
			await turn(page, 'publish').locator('summary')
			    .getByText('failed: <i>no</i> network').waitFor();
			await page.locator('main > header').getByText('Skill runs')
			    .waitFor();
			await run.getByRole('cell').getByRole('link', {name: /, line 1$/}).click();
			await page.waitForURL(/seshat-log.*#L1$/);
			await page.locator('main > header')
			    .getByRole('link', {name: 'Add a watering plan'}).click();
			await page.waitForURL(`**${pageOf(made.watering)}`);
		});
	}
});

test('a search leads to the run on the page of its session', async () => {
	await look(server, {}, async (page) => {
		await go(page, '/search?q=glasshouse+valve');
		assert.equal(await page.locator('main li.hit').count(), 1);
		await page.getByRole('link', {name: /before line/}).click();
		await page.waitForURL(/\?run=.*#log:/);
		const box = await page.locator('article.run:target').boundingBox();
		assert.ok(box.y >= 0 && box.y < 800, `${box.y}`);
	});
});

test('nothing that a log says is anything but text', async () => {
	await look(server, {}, async (page) => {
		await go(page, `${pageOf(made.stars)}?from=last`);
		const run = page.locator('article.run');
		assert.equal(await run.count(), 1);
		await run.locator('summary').first().click();
		assert.equal(await page.locator('main img[src=x], main script')
		    .count(), 0);
		assert.ok((await run.innerText()).includes('<script>alert(2)'));
		await run.getByRole('cell').getByRole('link', {name: /, line 1$/})
		    .click();
		await page.waitForURL(/#L1$/);
		await page.locator('#L1').waitFor();
		await go(page, '/search?q=onerror');
		await page.getByRole('link', {name: /before line/}).first().click();
		await page.locator('article.run:target').waitFor();
	});
});

test('everybody can use it, in both themes and on a telephone', async () => {
	for (const theme of THEMES) {
		for (const view of [undefined, PHONE]) {
			await look(server, {theme, view, free: true}, async (page) => {
				await go(page, pageOf(made.watering));
				for (const run of await page.locator('article.run summary')
				    .all())
					await run.click();
				await accessible(page, `${theme}`);
				await fits(page, `${theme}`);
			});
		}
	}
});

test('what a log says while one looks comes by itself, once', async () => {
	await look(following, {}, async (page) => {
		await go(page, pageOf(made.frost));
		await page.getByRole('status').filter({hasText: /live/i}).waitFor();
		await ran(made.frost, new Date().toISOString(), 'come-by-itself');
		await turn(page, 'come-by-itself').waitFor();
		await go(page, pageOf(made.frost, '?from=last'));
		await turn(page, 'come-by-itself').waitFor();
		assert.equal(await turn(page, 'come-by-itself').count(), 1);
	});
});

ends(server, following);
