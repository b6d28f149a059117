// The frame itself: what it should find wrong it finds.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import http from 'node:http';
import test from 'node:test';
import {accessible, ends, fits, go, look} from './lib/browser.mjs';

const PAGES = {
	'/good': '<p>Good.</p>',
	'/console': '<script>console.error("bad")</script>',
	'/throws': '<script>throw new Error("bad")</script>',
	'/dialog': '<script>alert("bad")</script>',
	'/popup': '<script>open("about:blank")</script>',
	'/foreign': '<img src="http://127.0.0.1:9/x.png" alt="">',
	'/policy': '<p onclick="x()" style="color: red">x</p>',
	'/broken': '<img src="/nothing.png" alt="">',
	'/wide': '<p style="width: 3000px">Wide.</p>',
	'/unnamed': '<button></button>',
	'/pale': '<p style="color: #ccc; background: #fff">Pale.</p>',
};

const server = http.createServer((request, response) => {
	const page = PAGES[request.url];
	const headers = {'Content-Type': 'text/html; charset=utf-8'};
	if (request.url === '/policy')
		headers['Content-Security-Policy'] = "default-src 'self'";
	response.writeHead(page === undefined ? 404 : 200, headers);
	response.end('<!DOCTYPE html><html lang="en"><title>Page</title>' +
	    '<meta name="viewport" content="width=device-width">' +
	    `<link rel="icon" href="data:,"><main><h1>Page</h1>${page}</main>`);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const site = {
	url: `http://127.0.0.1:${server.address().port}`,
	stop: async () => server.close(),
};

test('a good page is good', async () => {
	for (const how of [{}, {js: false}, {theme: 'dark'}, {free: true}]) {
		await look(site, how, async (page) => {
			await go(page, '/good');
			await fits(page, '/good');
			assert.equal(await page.getByRole('main').count(), 1);
		});
	}
	await look(site, {free: true}, async (page) => {
		await go(page, '/good');
		await accessible(page, '/good');
	});
});

test('what a page does that it should not is told', async () => {
	for (const [bad, what] of [['console', /console: bad/],
	    ['throws', /error: bad/], ['dialog', /dialog: bad/],
	    ['popup', /window/], ['foreign', /request to .*:9/],
	    ['policy', /Content Security Policy/], ['broken', /404/]]) {
		await assert.rejects(look(site, {}, async (page) => {
			await go(page, `/${bad}`);
			await page.waitForLoadState('networkidle');
		}), what);
	}
});

test('so is one that is too wide', async () => {
	await assert.rejects(look(site, {}, async (page) => {
		await go(page, '/wide');
		await fits(page, '/wide');
	}), /3\d\d\d wide/);
});

test('and one that not everybody can use', async () => {
	for (const [bad, what] of [['/unnamed', /button-name/],
	    ['/pale', /color-contrast/]]) {
		await assert.rejects(look(site, {free: true}, async (page) => {
			await go(page, bad);
			await accessible(page, bad);
		}), what);
	}
});

ends(site);
