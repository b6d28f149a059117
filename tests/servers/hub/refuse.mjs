// Send what is right, and then the same with one thing wrong: refuse.mjs BUCKET
// says what was taken that must not be, and nothing else.  HF_ENDPOINT and
// HF_TOKEN say where and who.
//
// "hello world\n" is written down as it was seen, so that what is right does
// not depend on what decides here.
import {xet} from './modules.mjs';
import {chunkHash, makeXorb, readXorb, text} from './xet.mjs';

const HELLO = '6899563fa6b6abb19b8ecdd9f662a6c9acfca9fd4ff9f513086ec6c5685193ab';
const HELLO_XORB = '000c0000000c000068656c6c6f20776f726c640a';
const HELLO_SHARD = [
	'48465265706f4d6574614461746100556967456a7b815783a5bdd95ccdd14aa9',
	'02000000000000000000000000000000',
	'f03d76b831d902a3116bf29f6b92b9bfcee4dde85b7da7c281866a2a20b78b1c',
	'00000080010000000000000000000000',
	'b1abb6a63f569968c9a662f6d9cd8e9b13f5f94ffda9fcacab935168c5c66e08',
	'000000000c0000000000000001000000',
	'4daba4bbe9d44ad805e452c0b8cf7e3ee9a7cc579c82a5df763b6b36010516b1',
	'00000000000000000000000000000000',
	'ff'.repeat(32), '00'.repeat(16),
	'b1abb6a63f569968c9a662f6d9cd8e9b13f5f94ffda9fcacab935168c5c66e08',
	'00000000010000000c00000014000000',
	'b1abb6a63f569968c9a662f6d9cd8e9b13f5f94ffda9fcacab935168c5c66e08',
	'000000000c0000000000000000000000',
	'ff'.repeat(32), '00'.repeat(16),
].join('');
const DEDUPLICATED = 6 * 48 + 43; // the byte of that flag, of the one chunk

const {HF_ENDPOINT, HF_TOKEN} = process.env;
const [bucket] = process.argv.slice(2);
const given = await (await fetch(
    `${HF_ENDPOINT}/api/buckets/${bucket}/xet-write-token`,
    {headers: {authorization: `Bearer ${HF_TOKEN}`}})).json();

async function post(place, body) {
	const got = await fetch(given.casUrl + place, {method: 'POST', body,
		headers: {authorization: `Bearer ${given.accessToken}`}});
	await got.text();
	return got.status;
}

const xorb = (hash, body) => post(`/v1/xorbs/default/${hash}`, body);
const shard = (body) => post('/v1/shards', body);

async function expect(wanted, what, status) {
	if (await status !== wanted)
		console.log(`${what}: ${await status}, not ${wanted}`);
}

function changed(bytes, at, value) {
	const copy = Buffer.from(bytes);
	copy[at] = value ?? copy[at] ^ 1;
	return copy;
}

const helloXorb = Buffer.from(HELLO_XORB, 'hex');
const helloShard = Buffer.from(HELLO_SHARD, 'hex');

await expect(400, 'a shard before its xorb', shard(helloShard));
for (let i = 0; i < helloXorb.length; i++)
	await expect(400, `byte ${i} of a xorb`,
	    xorb(HELLO, changed(helloXorb, i)));
await expect(400, 'a xorb without chunks', xorb('0'.repeat(64), ''));
await expect(400, 'a xorb that ends early',
    xorb(HELLO, helloXorb.subarray(0, -1)));
await expect(400, 'a xorb with more behind it',
    xorb(HELLO, Buffer.concat([helloXorb, Buffer.alloc(1)])));
await expect(400, 'an LZ4 frame that is none',
    xorb(HELLO, changed(helloXorb, 4, 1)));
await expect(200, 'the xorb', xorb(HELLO, helloXorb));
await expect(200, 'the xorb again', xorb(HELLO, helloXorb));

for (let i = 0; i < helloShard.length; i++)
	await expect(400, `byte ${i} of a shard`, shard(changed(helloShard, i)));
await expect(200, 'a chunk that is marked',
    shard(changed(helloShard, DEDUPLICATED, 0x80)));
await expect(400, 'a shard that ends early',
    shard(helloShard.subarray(0, -48)));
await expect(400, 'a shard with more behind it',
    shard(Buffer.concat([helloShard, Buffer.alloc(48)])));
await expect(200, 'the shard', shard(helloShard));

// A chunk that is longer than one may be.
const long = Buffer.alloc(8 + 131073);
long.writeUIntLE(131073, 1, 3);
long.writeUIntLE(131073, 5, 3);
await expect(400, 'a chunk of 131,073 bytes',
    xorb(text(chunkHash(long.subarray(8))), long));

// Chunks in another order are another xorb.
const data = Buffer.alloc(400000, 'abcdefg').map((one, i) => one + (i >> 12));
const good = makeXorb(data);
const chunks = readXorb(good);
const hash = xet.hashToHex(xet.xorbHash(chunks));
const parts = chunks.map(({from, to}) => good.subarray(from, to));
await expect(400, 'chunks in another order',
    xorb(hash, Buffer.concat(parts.reverse())));
await expect(200, 'the same in order', xorb(hash, good));
if (chunks.length < 3)
	console.log('that was no test');
