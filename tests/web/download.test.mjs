// Downloads are plain anchors: the browser saves them, no script touches the
// bytes, and what is saved opens.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {pathToFileURL} from 'node:url';
import {promisify} from 'node:util';
import {accessible, ends, fits, go, look, THEMES} from './lib/browser.mjs';
import {mirrored, pageOf, pageOfProject, seshat, serve, T} from
    './lib/seshat.mjs';

const run = promisify(execFile);
const made = await mirrored('demo');
const server = await serve();
let count = 0;

// Press it; where it was saved, and under which name.
async function saved(page, link) {
	assert.equal(await link.evaluate((e) => e.tagName), 'A');
	const [download] = await Promise.all([page.waitForEvent('download'),
	    link.click()]);
	const file = path.join(T, `saved-${count++}.zip`);
	await download.saveAs(file);
	assert.equal(await download.failure(), null);
	return {file, name: download.suggestedFilename()};
}

async function unzipped(file) {
	const {stdout} = await run('unzip', ['-Z1', file]);
	await run('unzip', ['-tqq', file]);
	return stdout.trim().split('\n');
}

test('a session, from its page, with and without scripts', async () => {
	for (const js of [true, false]) {
		await look(server, {js}, async (page) => {
			await go(page, pageOf(made.stars));
			const {file, name} = await saved(page, page.locator(
			    'main > header').getByRole('link', {name: 'Download'}));
			assert.equal(name, 'session-9be41d07.zip');
			const inside = await unzipped(file);
			for (const one of ['transcript.jsonl', 'README.md',
			    'session.json', 'train.py', 'figures/loss.png'])
				assert.ok(inside.includes(one), `${one}: ${inside}`);
			const {stdout} = await run('unzip', ['-p', file,
			    'transcript.jsonl']);
			assert.equal(stdout, await seshat('show', '--raw',
			    made.stars.id));
			assert.equal(stdout, await readFile(made.stars.file, 'utf8'));
		});
	}
});

test('a project, from its page and from the sidebar', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOfProject('garden'));
		for (const link of [
		    page.getByRole('main').getByRole('link', {name: 'Download'}),
		    page.getByRole('navigation', {name: 'Projects'})
		        .getByRole('link', {name: /Download.*garden/})]) {
			const {file, name} = await saved(page, link);
			assert.equal(name, 'project-garden.zip');
			const inside = await unzipped(file);
			assert.ok(inside.filter((one) =>
			    one.endsWith('/transcript.jsonl')).length >= 2, `${inside}`);
		}
	});
});

test('no script stands between a browser and the bytes', async () => {
	await look(server, {}, async (page) => {
		const asked = [];
		page.on('request', (request) => {
			if (request.url().includes('/download'))
				asked.push(request.resourceType());
		});
		await go(page, pageOf(made.stars));
		await saved(page, page.locator('main > header')
		    .getByRole('link', {name: 'Download'}));
		assert.deepEqual(asked, ['document']);
	});
});

test('a transcript as a page of its own opens from the zip', async () => {
	const zip = path.join(T, 'html.zip');
	const html = path.join(T, 'transcript.html');
	await look(server, {}, async (page, context) => {
		const answer = await context.request.get(
		    `/api/sessions/${made.watering.id}/download?html=1`);
		assert.equal(answer.status(), 200);
		await writeFile(zip, await answer.body());
	});
	const {stdout} = await run('unzip', ['-p', zip, 'transcript.html']);
	await writeFile(html, stdout);
	for (const theme of THEMES) {
		await look({url: pathToFileURL(T).href}, {theme, free: true},
		    async (page) => {
			await page.goto(pathToFileURL(html).href);
			await page.getByText('I have looked at the beds').waitFor();
			await accessible(page, 'transcript.html');
			await fits(page, 'transcript.html');
			const picture = page.locator('img').first();
			await page.waitForFunction((e) => e.naturalWidth === 160,
			    await picture.elementHandle());
		});
	}
});

ends(server);
