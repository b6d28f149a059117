// What npm installed into build-hub, at the versions of package-lock.json.
import {createRequire} from 'node:module';

const modules = createRequire(
    new URL('../../../build-hub/x.js', import.meta.url));

export const hub = modules('@huggingface/hub');
export const xet = modules('@huggingface/xetchunk-wasm');
export const {Hasher} = modules('@huggingface/blake3-jit');
export const lz4 = modules('lz4js');
