// Every page there is, of a vault with the demo corpus.
import {pageOf, pageOfProject} from './seshat.mjs';

export function places(made) {
	return {
		'the list': '/',
		'the list, filtered': '/?q=plan&harness=claude-code&sort=size',
		'the list, nothing fits': '/?q=nothing-of-the-kind',
		'a project': pageOfProject('garden'),
		'its settings': pageOfProject('garden', '/settings'),
		'its trash': pageOfProject('garden', '/trash'),
		'a session': pageOf(made.watering),
		'a subagent': pageOf(made.basil),
		'a session of Codex': pageOf(made.mount),
		'a line': pageOf(made.watering, '?line=20#L20'),
		'files': pageOf(made.stars, '/files'),
		'a file': pageOf(made.stars, '/files?path=train.py'),
		'a document': pageOf(made.stars, '/files?path=README.md'),
		'a picture': pageOf(made.stars, '/files?path=figures/loss.png'),
		'bytes': pageOf(made.stars, '/files?path=weights.bin'),
		'metrics': pageOf(made.stars, '/metrics'),
		'no metrics': pageOf(made.frost, '/metrics'),
		'trash of a session': pageOf(made.frost, '/trash'),
		'search': '/search',
		'search, found': '/search?q=frost',
		'search, nothing found': '/search?q=nothingofthekind',
		'stats': '/stats',
	};
}
