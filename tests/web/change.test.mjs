// What pages change: a project's name, and what goes for good; and that nobody
// else's page can.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import test from 'node:test';
import {ends, go, look} from './lib/browser.mjs';
import {mirrored, pageOf, pageOfProject, seshat, serve} from
    './lib/seshat.mjs';

const made = await mirrored('demo');
const server = await serve();

async function stored() {
	return (await seshat('list', '--json', '--limit', '0')).trim().split('\n')
	    .filter((line) => line !== '').map((line) => JSON.parse(line).session_id);
}

function sidebar(page) {
	return page.getByRole('navigation', {name: 'Projects'});
}

test('Settings shows the stores of a project, and gives it a name', async () => {
	for (const [js, name] of [[true, 'The kitchen'], [false, 'Rezepte 🍞']]) {
		await look(server, {js}, async (page) => {
			await go(page, pageOfProject('recipes', '/settings'));
			await page.getByText(/file:\/\/.*vault/).waitFor();
			await page.getByLabel('Shown in these pages').fill(name);
			await page.getByRole('button', {name: 'Rename'}).click();
			await page.getByRole('status').filter({hasText: 'new name'})
			    .waitFor();
			await sidebar(page).getByText(name, {exact: true})
			    .waitFor({state: 'attached'});
			await go(page, pageOfProject('recipes'));
			await page.getByRole('heading', {level: 1, name}).waitFor();
			await go(page, pageOf(made.bread));
			await page.locator('main > header').getByText(name).waitFor();
		});
	}
	// the key, by which programs know it, is what it was
	assert.match(await seshat('list', '--json'), /"project":"recipes"/);
});

test('no name is the key again', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOfProject('recipes', '/settings'));
		await page.getByLabel('Shown in these pages').fill('');
		await page.keyboard.press('Enter');
		await page.waitForURL(/done=/);
		await go(page, pageOfProject('recipes'));
		await page.getByRole('heading', {level: 1, name: 'recipes'}).waitFor();
	});
});

test('Trash asks, says what goes, and keeps it when told so', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOfProject('garden', '/trash'));
		const text = await page.getByRole('main').innerText();
		for (const what of [/3 sessions/, /38 lines/, /23 KB/, /for good/i])
			assert.match(text, what);
		await page.getByRole('button', {name: 'Keep'}).click();
		await page.waitForLoadState();
		assert.equal((await stored()).length, 6);
	});
});

test('who keeps it is back where the question was asked', async () => {
	await look(server, {}, async (page) => {
		const kept = () => page.getByRole('status')
		    .filter({hasText: 'Nothing was removed'}).waitFor();
		const at = () => {
			const {pathname, searchParams} = new URL(page.url());
			return `${pathname}?${searchParams.get('q')}`;
		};
		await go(page, '/search?q=frost');
		await page.evaluate((to) => { location.href = to; },
		    pageOfProject('garden', '/trash'));
		await page.getByRole('button', {name: 'Keep'}).click();
		await kept();
		assert.equal(at(), '/search?frost');
		await go(page, pageOf(made.frost));
		await page.locator('main > header').getByRole('link',
		    {name: 'Trash'}).click();
		await page.getByRole('button', {name: 'Keep'}).click();
		await kept();
		assert.equal(at(), `${pageOf(made.frost)}?null`);
		// nobody says where from: what was asked about is shown
		await go(page, pageOfProject('garden', '/trash'));
		await page.getByRole('button', {name: 'Keep'}).click();
		await kept();
		assert.equal(at(), `${pageOfProject('garden')}?null`);
	});
});

test('asking alone removes nothing', async () => {
	await look(server, {}, async (page) => {
		await go(page, pageOf(made.frost, '/trash'));
		await go(page, pageOfProject('garden', '/trash'));
		assert.equal((await stored()).length, 6);
	});
});

test('a session is removed from its page, with the keyboard', async () => {
	await look(server, {expect: /status of 404/}, async (page) => {
		await go(page, pageOf(made.frost));
		await page.locator('main > header').getByRole('link',
		    {name: 'Trash'}).focus();
		await page.keyboard.press('Enter');
		await page.getByRole('heading', {name: /Warn of frost/}).waitFor();
		await page.getByRole('button', {name: 'Remove for good'}).focus();
		await page.keyboard.press('Enter');
		await page.getByRole('status').filter({hasText: 'removed'}).waitFor();
		assert.ok(!(await stored()).includes(made.frost.id));
		await go(page, pageOf(made.frost), 404);
		await go(page, '/');
		assert.equal(await page.getByText('Warn of frost').count(), 0);
	});
});

test('a project is removed, without scripts', async () => {
	await look(server, {js: false}, async (page) => {
		await go(page, pageOfProject('recipes', '/trash'));
		await page.getByRole('button', {name: 'Remove for good'}).click();
		await page.getByRole('status').filter({hasText: 'removed'}).waitFor();
		assert.ok(!(await stored()).includes(made.bread.id));
		assert.equal(await sidebar(page).getByText('recipes').count(), 0);
	});
});

test('the page of somebody else changes nothing', async () => {
	const where = `${server.url}${pageOfProject('telescope', '/trash')}`;
	const other = http.createServer((request, response) => {
		response.writeHead(200, {'Content-Type': 'text/html'});
		response.end('<!DOCTYPE html><html lang="en"><title>Evil</title>' +
		    `<form method="post" action="${where}">` +
		    '<input name="do" value="remove"><input name="sessions" ' +
		    'value="2"><button>Win</button></form>');
	});
	other.listen(0, '127.0.0.1');
	await once(other, 'listening');
	const before = (await stored()).length;
	// each of them is refused, which is what the console tells
	await look(server, {expect: /status of 40\d|request to|favicon/},
	    async (page) => {
		// this browser has been here, and has cookies
		await go(page, pageOfProject('telescope', '/trash'));
		await page.goto(`http://127.0.0.1:${other.address().port}/`);
		await page.getByRole('button').click();
		await page.waitForLoadState();
		assert.equal((await stored()).length, before);
		// nor do a form without its proof, and one with another's
		for (const csrf of ['', '0'.repeat(64)]) {
			await go(page, pageOfProject('telescope', '/trash'));
			await page.locator('input[name=csrf]').evaluate((e, value) => {
				e.value = value;
			}, csrf);
			await page.getByRole('button', {name: 'Remove'}).click();
			await page.waitForLoadState();
			assert.equal((await stored()).length, before);
		}
	});
	other.close();
});

ends(server);
