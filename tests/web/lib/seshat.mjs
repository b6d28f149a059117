// The program under test: sessions made by corpus/make.py, a vault that has them,
// and a server in front of it.
import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import {createInterface} from 'node:readline';
import {promisify} from 'node:util';

const run = promisify(execFile);
export const T = process.env.T;
export const bin = process.env.SESHAT_BIN;
export const source = process.env.SESHAT_SOURCE;
const MAX_OUT = 256 << 20;

// What 'seshat ARGS' prints.  It must succeed.
export async function seshat(...args) {
	const {stdout} = await run(bin, args, {maxBuffer: MAX_OUT});
	return stdout;
}

// Make those parts of the corpus; what make.py says of them, by name.
export async function corpus(...parts) {
	const {stdout} = await run('/usr/bin/python3',
	    [path.join(source, 'tests/web/corpus/make.py'), ...parts],
	    {maxBuffer: MAX_OUT});
	return JSON.parse(stdout);
}

// The same, and in the vault with their workspaces.
export async function mirrored(...parts) {
	const made = await corpus(...parts);
	await seshat('mirror', '--everywhere');
	for (const one of Object.values(made)) {
		if (one.workspace !== undefined)
			await seshat('workspace', 'add', one.id, one.workspace);
	}
	return made;
}

// A server: {url, pid, fine, stop()}; stop() demands that it ends well and has had
// nothing to complain of but what is fine.
export async function serve(...args) {
	const child = spawn(bin, ['serve', '--listen', '127.0.0.1:0', '--json',
	    ...args], {stdio: ['ignore', 'pipe', 'pipe']});
	let complaints = '';
	let exited = null;
	child.stderr.setEncoding('utf8');
	child.stderr.on('data', (text) => { complaints += text; });
	const end = once(child, 'exit').then(([status, by]) => {
		exited = status ?? by;
	});
	const lines = createInterface({input: child.stdout});
	const first = await Promise.race([once(lines, 'line'), end]);
	if (first === undefined)
		throw new Error(`serve ended with ${exited}: ${complaints}`);
	lines.on('line', () => {}); // of --follow; a full pipe would stop it
	const {url} = JSON.parse(first[0]);
	return {
		url: url.replace(/\/$/, ''),
		pid: child.pid,
		async stop() {
			child.kill('SIGTERM');
			await end;
			const bad = complaints.split('\n').filter((line) =>
			    line !== '' && !this.fine?.test(line));
			if (exited !== 0 || bad.length > 0)
				throw new Error(`serve ended with ${exited}: ${complaints}`);
		},
	};
}

// A mirror that goes on with what sessions say, ready: {stop()}.
export async function follow() {
	const child = spawn(bin, ['mirror', '--everywhere', '--follow',
	    '--interval', '0.1', '--json'],
	    {stdio: ['ignore', 'pipe', 'inherit']});
	const end = once(child, 'exit');
	const lines = createInterface({input: child.stdout});
	await new Promise((ready, failed) => {
		lines.on('line', (line) => {
			if (JSON.parse(line).event === 'ready')
				ready();
		});
		end.then(() => failed(new Error('no mirror')));
	});
	return {
		async stop() {
			child.kill('SIGTERM');
			await end;
		},
	};
}

// The address of a session's page, or what is below it.
export function pageOf(session, rest = '') {
	return `/sessions/${session.harness}/${encodeURIComponent(session.id)}${rest}`;
}

export function pageOfProject(name, rest = '') {
	return `/projects/${encodeURIComponent(name)}${rest}`;
}
