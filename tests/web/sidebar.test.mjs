// The sidebar of projects: three icons a row, there when the row is pointed at
// or in focus, and none of them selects the row.
import assert from 'node:assert/strict';
import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import {ends, go, look, opacity, PHONE, seen, tabTo} from './lib/browser.mjs';
import {mirrored, serve, T} from './lib/seshat.mjs';

const ICONS = ['Settings', 'Download', 'Trash'];
await mirrored('demo');
const server = await serve();

// A volume knows projects without sessions.
const volume = path.join(T, 'volume');
await mkdir(path.join(volume, 'sessions/s1'), {recursive: true});
await writeFile(path.join(volume, 'sessions/s1/a.txt'), 'a');
await writeFile(path.join(volume, 'projects.json'),
    '{"full": {"s1": "One"}, "empty": []}');
const shelf = await serve('--volume', volume);

function sidebar(page) {
	return page.getByRole('navigation', {name: 'Projects'});
}

function row(page, name) {
	return sidebar(page).getByRole('listitem').filter({hasText: name});
}

function icon(page, project, label) {
	return row(page, project).getByRole('link', {name: label});
}

test('it lists the projects, and leads to them', async () => {
	await look(server, {}, async (page) => {
		await go(page, '/');
		for (const name of ['garden', 'telescope', 'recipes']) {
			await row(page, name).getByRole('link').first().click();
			await page.waitForURL(`**/projects/${name}`);
			await page.getByRole('heading', {level: 1, name}).waitFor();
			const here = sidebar(page).locator('[aria-current=page]');
			assert.equal(await here.count(), 1);
			assert.match(await here.textContent(), new RegExp(name));
		}
	});
});

test('the icons are not seen until the row is pointed at', async () => {
	await look(server, {}, async (page) => {
		await go(page, '/');
		await page.getByRole('heading', {level: 1}).hover();
		for (const label of ICONS)
			await seen(icon(page, 'garden', label), 0);
		await row(page, 'garden').hover();
		for (const label of ICONS)
			await seen(icon(page, 'garden', label), 1);
		// nor are those of other rows
		for (const label of ICONS)
			assert.equal(await opacity(icon(page, 'recipes', label)), 0);
	});
});

test('nor until one of them, or the row, is in focus', async () => {
	await look(server, {}, async (page) => {
		await go(page, '/');
		await tabTo(page, row(page, 'garden').getByRole('link').first());
		for (const label of ICONS)
			await seen(icon(page, 'garden', label), 1);
		for (const label of ICONS) {
			await page.keyboard.press('Tab');
			const one = icon(page, 'garden', label);
			assert.ok(await one.evaluate((e) =>
			    e === document.activeElement), label);
			await seen(one, 1);
			const ring = await one.evaluate((e) =>
			    getComputedStyle(e).outlineStyle);
			assert.notEqual(ring, 'none', `${label}: no ring`);
		}
		await page.keyboard.press('Tab');
		for (const label of ICONS)
			await seen(icon(page, 'garden', label), 0);
	});
});

test('Download stands between Settings and Trash', async () => {
	await look(server, {}, async (page) => {
		await go(page, '/');
		await row(page, 'garden').hover();
		const boxes = await Promise.all(ICONS.map((label) =>
		    icon(page, 'garden', label).boundingBox()));
		assert.ok(boxes[0].x + boxes[0].width <= boxes[1].x);
		assert.ok(boxes[1].x + boxes[1].width <= boxes[2].x);
		for (const box of boxes) {
			// a finger's or an unsteady hand's
			assert.ok(box.width >= 24 && box.height >= 24);
			assert.equal(box.y, boxes[0].y);
		}
	});
});

test('no icon lies within the link of the row, nor selects it', async () => {
	await look(server, {}, async (page) => {
		await go(page, '/projects/recipes');
		for (const [label, where] of [['Settings', '/projects/garden/settings'],
		    ['Trash', '/projects/garden/trash']]) {
			const one = icon(page, 'garden', label);
			assert.equal(await one.evaluate((e) =>
			    e.parentElement.closest('a, button')), null);
			assert.equal(await one.getAttribute('href'), where);
		}
		await row(page, 'garden').hover();
		const [download] = await Promise.all([
			page.waitForEvent('download'),
			icon(page, 'garden', 'Download').click(),
		]);
		assert.equal(download.suggestedFilename(), 'project-garden.zip');
		assert.match(page.url(), /\/projects\/recipes$/);
		assert.match(await sidebar(page).locator('[aria-current=page]')
		    .textContent(), /recipes/);
	});
});

test('Enter on a focused icon does what a click does', async () => {
	await look(server, {}, async (page) => {
		await go(page, '/');
		await tabTo(page, icon(page, 'garden', 'Download'));
		const [download] = await Promise.all([
			page.waitForEvent('download'),
			page.keyboard.press('Enter'),
		]);
		assert.equal(download.suggestedFilename(), 'project-garden.zip');
		assert.equal(new URL(page.url()).pathname, '/');
	});
});

test('Download of a project without sessions is no link, and out of the way',
    async () => {
	await look(shelf, {}, async (page) => {
		await go(page, '/');
		const none = row(page, 'empty');
		assert.equal(await none.locator('a[href*=download]').count(), 0);
		const control = none.getByTitle('no sessions to download')
		    .or(none.getByRole('button', {name: 'Download'}));
		assert.equal(await control.count(), 1);
		assert.equal(await control.getByRole('link').count(), 0);
		assert.ok(await control.isDisabled());
		await control.evaluate((e) => e.focus());
		assert.ok(!await control.evaluate((e) =>
		    e === document.activeElement));
		await none.hover();
		await control.click({force: true});
		assert.equal(new URL(page.url()).pathname, '/');
		assert.equal(await row(page, 'full')
		    .locator('a[href*=download]').count(), 1);
	});
});

test('on a phone it is a menu, whose icons are always seen', async () => {
	for (const js of [true, false]) {
		await look(server, {view: PHONE, js}, async (page) => {
			await go(page, '/');
			assert.ok(!await sidebar(page).isVisible());
			await page.locator('summary', {hasText: 'Projects'}).click();
			await sidebar(page).waitFor();
			for (const label of ICONS) {
				assert.equal(
				    await opacity(icon(page, 'garden', label)), 1);
			}
		});
	}
});

test('it is there without scripts', async () => {
	await look(server, {js: false}, async (page) => {
		await go(page, '/');
		assert.ok(await sidebar(page).isVisible());
		await row(page, 'garden').hover();
		for (const label of ICONS)
			await seen(icon(page, 'garden', label), 1);
	});
});

ends(server, shelf);
