// Sessions that try to do harm do none, in no page and in no file.
import assert from 'node:assert/strict';
import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {pathToFileURL} from 'node:url';
import {ends, fits, go, look, PHONE} from './lib/browser.mjs';
import {harmless} from './lib/harmless.mjs';
import {mirrored, pageOf, pageOfProject, seshat, serve, T} from
    './lib/seshat.mjs';

const made = await mirrored('hostile');
const server = await serve();
const project = made.script.project;
// A picture of theirs that is none, and a name that says so, are refused or
// broken; that is told on the console and harms nobody.
const BROKEN = /status of (4\d\d)/;

// First, so that the name stands in every page behind.
test('a name that a user gives is harmless', async () => {
	await look(server, {}, async (page) => {
		const name = '"><img src=x onerror=pwned=1>';
		await go(page, pageOfProject(project, '/settings'));
		await page.getByLabel('Shown in these pages').fill(name);
		await page.getByRole('button', {name: 'Rename'}).click();
		await page.waitForLoadState();
		for (const where of ['/', pageOfProject(project)]) {
			await go(page, where);
			await harmless(page, where);
		}
	});
});

for (const [name, session] of Object.entries(made)) {
	test(`the transcript is harmless: ${name}`, async () => {
		for (const js of [true, false]) {
			await look(server, {js, expect: BROKEN}, async (page) => {
				await go(page, pageOf(session));
				if (name === 'script') {
					// it is shown as what it is
					await page.getByText('<script>window.pwned=1')
					    .first().waitFor();
				}
				// as far as it goes
				for (let i = 0; i < 20; i++) {
					if (js)
						await harmless(page, page.url());
					const next = page.locator('a[rel=next]');
					if (await next.count() === 0)
						break;
					await next.first().click();
				}
				assert.equal(await page.getByRole('heading',
				    {level: 1}).count(), 1);
			});
		}
	});
}

test('it fits a phone, however wide its words are', async () => {
	await look(server, {view: PHONE, expect: BROKEN}, async (page) => {
		for (const session of Object.values(made)) {
			await go(page, pageOf(session));
			await fits(page, session.id);
		}
	});
});

test('lists, settings, trash and search are harmless', async () => {
	await look(server, {}, async (page) => {
		for (const where of ['/', '/?q=%3Cscript%3Ealert(1)%3C/script%3E',
		    '/?harness=%22%3E%3Cscript%3E', '/?parent=%22%3E%3Cscript%3E',
		    pageOfProject(project), pageOfProject(project, '/settings'),
		    pageOfProject(project, '/trash'),
		    ...Object.values(made).map((one) => pageOf(one, '/trash')),
		    '/search?q=script', '/search?q=onerror', '/search?q=bidi',
		    '/search?q=%3Cscript%3Ealert(1)%3C/script%3E',
		    '/search?q=%22%3E%3Cimg%20src=x%20onerror=pwned=1%3E']) {
			await go(page, where);
			await harmless(page, where);
		}
	});
});

test('files of a workspace are shown, never run', async () => {
	await look(server, {expect: BROKEN}, async (page) => {
		await go(page, pageOf(made.files, '/files'));
		await harmless(page, 'files');
		const all = await page.locator('main table a').evaluateAll((list) =>
		    list.map((a) => a.href));
		assert.ok(all.length >= 15, `${all.length} files`);
		for (const one of all) {
			await go(page, one);
			await harmless(page, one);
		}
	});
});

test('nor are they when they are opened by themselves', async () => {
	await look(server, {}, async (page, context) => {
		await go(page, pageOf(made.files, '/files'));
		const all = await page.locator('main table a').evaluateAll((list) =>
		    list.map((a) => a.href));
		for (const one of all) {
			const raw = one.replace('files?', 'files?raw=1&');
			const answer = await context.request.get(raw);
			const headers = answer.headers();
			const what = `${raw}: ${JSON.stringify(headers)}`;
			assert.equal(answer.status(), 200, what);
			assert.equal(headers['x-content-type-options'], 'nosniff', what);
			assert.match(headers['content-security-policy'],
			    /default-src 'none'/, what);
			assert.doesNotMatch(headers['content-type'],
			    /html|xml|svg|javascript|css/, what);
		}
	});
});

test('metrics are harmless', async () => {
	await look(server, {}, async (page) => {
		for (const session of Object.values(made)) {
			await go(page, pageOf(session, '/metrics'));
			await harmless(page, session.id);
		}
	});
});

test('pictures of a transcript are pictures, or nothing', async () => {
	await look(server, {expect: BROKEN}, async (page, context) => {
		await go(page, pageOf(made.tools));
		const all = await page.locator('main img').evaluateAll((list) =>
		    list.map((e) => e.src));
		for (const one of all) {
			const answer = await context.request.get(one);
			const headers = answer.headers();
			if (answer.status() === 200) {
				assert.match(headers['content-type'],
				    /^image\/(png|jpeg|gif|webp)/);
			}
			assert.equal(headers['x-content-type-options'], 'nosniff');
		}
	});
});

test('one page of a session, as show --html writes it, is harmless', async () => {
	for (const [name, session] of Object.entries(made)) {
		const file = path.join(T, `${name}.html`);
		await writeFile(file, await seshat('show', '--html', session.id));
		await look({url: pathToFileURL(T).href}, {}, async (page) => {
			await page.goto(pathToFileURL(file).href);
			await page.waitForLoadState();
			const text = await readFile(file, 'utf8');
			assert.match(text, /Content-Security-Policy/i);
			assert.equal(await page.getByRole('heading',
			    {level: 1}).count(), 1);
			assert.equal(await page.evaluate(() => window.pwned),
			    undefined);
			assert.equal(await page.locator(
			    'script, iframe, object, embed, base, link').count(), 0);
			const bad = await page.evaluate(() =>
			    [...document.querySelectorAll('main *, body *')].filter((e) =>
			        [...e.attributes].some((a) => a.name.startsWith('on') ||
			            /^\s*javascript:/i.test(a.value))).length);
			assert.equal(bad, 0, name);
		});
	}
});

ends(server);
