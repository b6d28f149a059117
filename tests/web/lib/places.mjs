// Every page there is, of a vault with the demo corpus.
import {pageOf, pageOfProject} from './seshat.mjs';

export function places(made) {
	return {
		'the list': '/',
		'the list, filtered': '/?q=plan&harness=claude-code&sort=size',
		'the list, nothing fits': '/?q=nothing-of-the-kind',
		'a project': pageOfProject('garden'),
	};
}
