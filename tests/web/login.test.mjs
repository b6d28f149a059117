// Where a token is demanded a browser shows it once.
import assert from 'node:assert/strict';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {accessible, ends, fits, go, look, PHONE, THEMES} from './lib/browser.mjs';
import {serve, T} from './lib/seshat.mjs';

const TOKEN = 'open-sesame-0123456789';
const REFUSED = /status of 403/;
const file = path.join(T, 'token');
await writeFile(file, `${TOKEN}\n`, {mode: 0o600});
const server = await serve('--token-file', file);
server.fine = /a login with a wrong token/;
const open = await serve();

// A browser that is not known yet goes to the login page, and into its field,
// which takes a moment.
async function arrive(page) {
	const answer = await page.goto('/metrics');
	assert.equal(answer.status(), 200);
	assert.match(page.url(), /\/login\?next=/);
	await page.locator('input:focus').waitFor();
	return page.getByLabel('Token');
}

async function isIn(page) {
	// the login's own address ends with it, too
	await page.waitForURL((url) => url.pathname === '/metrics');
	assert.match(await page.textContent('body'), /seshat_http_requests_total/);
}

test('it asks for the token, then shows what was wanted', async () => {
	await look(server, {}, async (page, context) => {
		const field = await arrive(page);
		assert.equal(await field.getAttribute('type'), 'password');
		await field.fill(TOKEN);
		await page.getByRole('button', {name: 'Log in'}).click();
		await isIn(page);
		const cookies = await context.cookies();
		assert.ok(cookies.length > 0);
		for (const cookie of cookies) {
			assert.ok(cookie.httpOnly, cookie.name);
			assert.equal(cookie.sameSite, 'Strict', cookie.name);
			assert.ok(!cookie.value.includes(TOKEN), cookie.name);
		}
	});
});

test('with the keyboard alone, and without scripts', async () => {
	for (const js of [true, false]) {
		await look(server, {js}, async (page) => {
			await arrive(page);
			await page.keyboard.type(TOKEN);
			await page.keyboard.press('Enter');
			await isIn(page);
		});
	}
});

test('a wrong token is told, and lets nobody in', async () => {
	await look(server, {expect: REFUSED}, async (page, context) => {
		const field = await arrive(page);
		await field.fill('open-sesame-9876543210');
		await page.keyboard.press('Enter');
		await page.getByRole('alert').waitFor();
		assert.match(await page.getByRole('alert').textContent(),
		    /not the token/);
		assert.ok(!(await page.content()).includes('9876543210'));
		const answer = await context.request.get('/metrics',
		    {headers: {Accept: 'application/json'}});
		assert.equal(answer.status(), 401);
		// the right one then leads where one wanted to go
		await page.getByLabel('Token').fill(TOKEN);
		await page.keyboard.press('Enter');
		await isIn(page);
	});
});

test('whoever logs in goes nowhere else', async () => {
	for (const next of ['https://evil.example/', '//evil.example/',
	    '/\\evil.example/', 'javascript:alert(1)']) {
		await look(server, {}, async (page) => {
			await go(page, `/login?next=${encodeURIComponent(next)}`);
			await page.getByLabel('Token').fill(TOKEN);
			await page.keyboard.press('Enter');
			await page.waitForURL((url) => url.pathname !== '/login');
			assert.ok(page.url().startsWith(`${server.url}/`), page.url());
		});
	}
});

test('everybody can use it, in both themes, on a phone', async () => {
	for (const theme of THEMES) {
		await look(server, {theme, view: PHONE, free: true, expect: REFUSED},
		    async (page) => {
			await arrive(page);
			await accessible(page, 'login');
			await fits(page, 'login');
			await page.keyboard.type('wrong');
			await page.keyboard.press('Enter');
			await page.getByRole('alert').waitFor();
			await accessible(page, 'login, wrong');
		});
	}
});

test('where no token is demanded there is none to show', async () => {
	await look(open, {}, async (page) => {
		await page.goto('/login');
		assert.doesNotMatch(page.url(), /login/);
	});
});

ends(server, open);
