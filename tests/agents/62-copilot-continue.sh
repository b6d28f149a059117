# Copilot CLI and Continue CLI, one prompt a process: mirrored while they work,
# gone on with, put back for another person on another machine, and back again.
. "$SESHAT_SOURCE/tests/agents/lib.sh"
. "$SESHAT_SOURCE/tests/agents/others.sh"

told_to_copilot="env COPILOT_PROVIDER_BASE_URL=http://127.0.0.1:8765/v1
COPILOT_PROVIDER_API_KEY=test COPILOT_MODEL=test COPILOT_OFFLINE=true"
program copilot $told_to_copilot "'$agents/.bin/copilot' --allow-all"
program cn "'$agents/.bin/cn' --config \"\$HOME/.continue/config.yaml\" --auto"

settles() {
	mkdir -p "$HOME/.continue"
	cat >"$HOME/.continue/config.yaml" <<-'END'
	name: test
	version: 0.0.1
	schema: v1
	models:
	  - name: test
	    provider: openai
	    model: test
	    apiBase: http://127.0.0.1:8765/v1
	    apiKey: test
	    roles: [chat]
	END
}

settles
named=copilot
again() {
	echo "--resume=$id"
}
the_source() {
	find "$HOME/.copilot/session-state/$1" -name events.jsonl
}
it_is_mirrored at-the-end
it_goes_elsewhere
it_is_added_to
it_comes_back

# A document, written anew: each turn is a stream.
named=continue
again_streams=2
streams=3
program continue cn
again() {
	echo "--resume"
}
the_source() {
	find "$HOME/.continue/sessions" -name "$1.json"
}
it_is_mirrored at-the-end
it_goes_elsewhere
it_comes_back --force

finish
