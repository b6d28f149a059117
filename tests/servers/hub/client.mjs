// Hugging Face's own client at the command line, as it comes from npm.
//
//	client.mjs VERB BUCKET ...
//
//	create BUCKET [public]
//	put BUCKET FOLDER [PATH]...      those files of a folder, or all, at once
//	get BUCKET PATH [plain] [FROM TO]    to standard output, by Xet or as bytes
//	pull BUCKET FOLDER [plain]       all there is
//	list BUCKET [PREFIX]             paths, in the order of the answers
//	exists BUCKET PATH               "true" or "false"
//	details BUCKET PATH...           path, size and hash
//	delete BUCKET PATH...
//	remove BUCKET                    with all that is in it
//
// HF_ENDPOINT and HF_TOKEN say where and who.
import fs from 'node:fs';
import path from 'node:path';
import {hub} from './modules.mjs';

const [verb, bucket, ...words] = process.argv.slice(2);
const to = {
	repo: {type: 'bucket', name: bucket},
	accessToken: process.env.HF_TOKEN || undefined,
	hubUrl: process.env.HF_ENDPOINT,
};

async function get(name, plain) {
	const got = await hub.downloadFile(
	    {...to, path: name, ...plain ? {xet: false} : {}});
	if (got === null)
		throw new Error(`${name} is not there`);
	if (!plain && got.size > 0 && got.constructor.name !== 'XetBlob')
		throw new Error(`${name} does not come by Xet`);
	return got;
}

async function bytes(blob) {
	return Buffer.from(await blob.arrayBuffer());
}

function filesOf(folder) {
	return fs.readdirSync(folder, {recursive: true, withFileTypes: true})
	    .filter((one) => one.isFile())
	    .map((one) => path.relative(folder, path.join(one.path, one.name)));
}

const verbs = {
	create: (visibility) => hub.createRepo(
	    {...to, visibility: visibility ?? 'private'}),

	async put(folder, ...names) {
		await hub.commit({...to, title: 'x', operations:
			(names.length > 0 ? names : filesOf(folder)).map((name) => ({
				operation: 'addOrUpdate', path: name, content: new Blob(
				    [fs.readFileSync(path.join(folder, name))])}))});
	},

	async get(name, ...how) {
		const plain = how[0] === 'plain';
		const [from, end] = how.slice(plain ? 1 : 0);
		const blob = await get(name, plain);
		fs.writeSync(1, await bytes(from === undefined ? blob :
		    blob.slice(Number(from), Number(end))));
	},

	async pull(folder, how) {
		for await (const one of hub.listFiles({...to, recursive: true})) {
			const file = path.join(folder, one.path);
			fs.mkdirSync(path.dirname(file), {recursive: true});
			fs.writeFileSync(file,
			    await bytes(await get(one.path, how === 'plain')));
		}
	},

	async list(prefix) {
		for await (const one of hub.listFiles(
		    {...to, recursive: true, path: prefix}))
			console.log(one.path);
	},

	async exists(name) {
		console.log(await hub.fileExists({...to, path: name}));
	},

	async details(...paths) {
		for (const one of await hub.pathsInfo({...to, paths}))
			console.log(one.path, one.size, one.xetHash);
	},

	delete: (...paths) => hub.deleteFiles({...to, paths}),
	remove: () => hub.deleteRepo(to),
};

try {
	await verbs[verb](...words);
} catch (why) {
	console.error(`client.mjs: ${why.statusCode ?? ''} ${why.message}`);
	process.exitCode = 1;
}
