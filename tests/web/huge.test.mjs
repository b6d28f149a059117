// Sessions that are very long, and very wide.
import assert from 'node:assert/strict';
import test from 'node:test';
import {ends, go, look} from './lib/browser.mjs';
import {mirrored, pageOf, serve} from './lib/seshat.mjs';

const made = await mirrored('huge');
const server = await serve();
const SOON = 3000; // ms, of the slowest machine; it takes a tenth of that

// How long page takes to be there.
async function opens(page, where) {
	const begin = process.hrtime.bigint();
	await go(page, where);
	const took = Number(process.hrtime.bigint() - begin) / 1e6;
	assert.ok(took < SOON, `${where}: ${took} ms`);
	const size = await page.evaluate(() =>
	    document.documentElement.outerHTML.length);
	assert.ok(size < 8 << 20, `${where}: ${size} characters`);
}

test('100,000 lines open at once: at the beginning, the end, in between',
    async () => {
	await look(server, {}, async (page) => {
		await opens(page, pageOf(made.many));
		await page.locator('article').getByText('question 1', {exact: true}).waitFor();
		await page.getByRole('link', {name: 'Last'}).first().click();
		await page.getByText('the very last line').waitFor();
		await page.getByRole('link', {name: 'Previous'}).first().click();
		await page.getByText(/^answer 99\d\d\d,/).first().waitFor();
		await opens(page, pageOf(made.many, '?line=50001#L50001'));
		await page.getByText('question 50001', {exact: true}).waitFor();
		const box = await page.locator('#L50001').boundingBox();
		assert.ok(box.y >= 0 && box.y < 800, `${box.y}`);
		await page.getByRole('link', {name: 'First'}).first().click();
		await page.locator('article').getByText('question 1', {exact: true}).waitFor();
	});
});

test('pages follow one another without a gap', async () => {
	await look(server, {js: false}, async (page) => {
		await go(page, pageOf(made.many));
		let want = 1;
		for (let i = 0; i < 4; i++) {
			const ids = await page.locator('article').evaluateAll((all) =>
			    all.map((e) => Number(/^L(\d+)/.exec(e.id)[1])));
			for (const id of ids)
				assert.equal(id, want++);
			await page.getByRole('link', {name: 'Next'}).first().click();
			await page.waitForLoadState();
		}
		assert.ok(want > 200);
	});
});

test('a line of 10 MB is shown in part, and what is behind it, too', async () => {
	await look(server, {}, async (page) => {
		await opens(page, pageOf(made.wide));
		await page.getByText('before the wide one').waitFor();
		for (let i = 0; i < 10; i++) {
			const next = page.locator('a[rel=next]');
			if (await next.count() === 0)
				break;
			await next.first().click();
			await page.waitForLoadState();
		}
		await page.getByText('behind the wide one').waitFor();
	});
});

ends(server);
