// The pictures in docs/screenshots, made anew: tests/web/run tests/web/shots.mjs
//
// Of the demo corpus alone, at a time that stands still, so that a picture
// changes only where a page does.  SHOTS names another folder.  They need the
// library that makes clocks wrong: ninja -C build tests/crash/interpose.so.
import {mkdir, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {close, go, look, DESKTOP, PHONE, THEMES} from './lib/browser.mjs';
import {bin, corpus, pageOf, pageOfProject, seshat, serve, source, T} from
    './lib/seshat.mjs';

const MAX_BYTES = 150 << 10;
const out = process.env.SHOTS ?? path.join(source, 'docs/screenshots');

// The program's clock says that it is then.
async function at(when) {
	const shift = Math.round((Date.parse(when) - Date.now()) / 1000);
	const file = path.join(T, `shift-${when.replace(/\W/g, '')}`);
	await writeFile(file, `${shift}\n`);
	process.env.CLOCK_SHIFT = file;
	process.env.LD_PRELOAD = path.join(path.dirname(bin),
	    'tests/crash/interpose.so');
	await stat(process.env.LD_PRELOAD);
}

await at('2026-03-16T08:00:30Z');
const made = await corpus('demo');
await seshat('mirror', '--everywhere');
await seshat('workspace', 'add', made.stars.id, made.stars.workspace);
await at('2026-03-16T09:00:30Z');
const server = await serve();
// it waits by a clock that is not wrong
server.fine = /took longer than ten seconds/;
delete process.env.LD_PRELOAD;

const SHOTS = {
	'sessions': {where: '/', async act(page) {
		await page.getByRole('navigation', {name: 'Projects'})
		    .getByRole('listitem').filter({hasText: 'garden'}).hover();
	}},
	'project': {where: pageOfProject('garden')},
	'session': {where: pageOf(made.watering)},
	'edit': {where: pageOf(made.watering, '?line=11#L11'), async act(page) {
		await page.locator('#L11 summary').click();
	}},
	'files': {where: pageOf(made.stars, '/files')},
	'metrics': {where: pageOf(made.stars, '/metrics')},
	'search': {where: '/search?q=frost'},
	'stats': {where: '/stats'},
	'trash': {where: pageOfProject('garden', '/trash')},
	'phone': {where: pageOf(made.watering), view: PHONE},
};

await mkdir(out, {recursive: true});
for (const theme of THEMES) {
	for (const [name, {where, view, act}] of Object.entries(SHOTS)) {
		await look(server, {theme, view: view ?? DESKTOP}, async (page) => {
			await go(page, where);
			// the name of this machine is nobody's business, and the
			// store's time is the file system's
			await page.evaluate(() => {
				for (const dt of document.querySelectorAll('dt'))
					if (dt.textContent === 'Machine')
						dt.nextElementSibling.textContent = 'ada-laptop';
				for (const time of document.querySelectorAll('time'))
					if (Date.parse(time.dateTime) > Date.UTC(2026, 2, 17) &&
					    time.closest('table') === null)
						time.textContent = '1 h ago';
			});
			await act?.(page);
			await page.evaluate(() => new Promise((drawn) =>
			    document.fonts.ready.then(() => requestAnimationFrame(() =>
			        requestAnimationFrame(drawn)))));
			const file = path.join(out, `${name}-${theme}.png`);
			await page.screenshot({path: file, animations: 'disabled'});
			const {size} = await stat(file);
			if (size > MAX_BYTES)
				throw new Error(`${file}: ${size} bytes`);
			console.log(`${file}: ${size}`);
		});
	}
}
await close();
await server.stop();
