# Gemini CLI and Qwen Code, one prompt a process: mirrored while they work, gone
# on with, put back for another person on another machine, and back again.
. "$SESHAT_SOURCE/tests/agents/lib.sh"
. "$SESHAT_SOURCE/tests/agents/others.sh"

told_to_qwen="env OPENAI_API_KEY=test OPENAI_MODEL=test
OPENAI_BASE_URL=http://127.0.0.1:8765/v1"
program qwen $told_to_qwen "'$agents/.bin/qwen' --yolo"
told_to_gemini="env GEMINI_API_KEY=test GEMINI_CLI_TRUST_WORKSPACE=true
GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:8765"
program gemini $told_to_gemini "'$agents/.bin/gemini' --yolo"

the_source() {
	find "$HOME/.$named" -name "$1.jsonl"
}

settles() {
	mkdir -p "$HOME/.qwen" "$HOME/.gemini"
	cat >"$HOME/.qwen/settings.json" <<-'END'
	{"security": {"auth": {"selectedType": "openai"},
	"folderTrust": {"enabled": false}},
	"general": {"disableAutoUpdate": true},
	"privacy": {"usageStatisticsEnabled": false},
	"telemetry": {"enabled": false}, "$version": 4}
	END
	cat >"$HOME/.gemini/settings.json" <<-'END'
	{"security": {"auth": {"selectedType": "gemini-api-key"},
	"folderTrust": {"enabled": false}},
	"general": {"disableAutoUpdate": true,
	"sessionRetention": {"enabled": false}},
	"privacy": {"usageStatisticsEnabled": false}}
	END
}

settles
named=qwen
again() {
	echo "--resume $id"
}
it_is_mirrored
it_goes_elsewhere
it_is_added_to
it_comes_back

named=gemini
streams=1
again() {
	echo "--resume latest"
}
it_is_mirrored

test_that "gemini: where it was never run there is no folder to put it in"
mv "$demo" "$demo.away"
machine two "$elsewhere"
settles
run seshat restore "$id" --cwd "$elsewhere"
expect_status 1
err_has "Gemini CLI has no folder for $elsewhere yet: run it there once"
cd "$elsewhere"
prompt "A prompt of omega." "+say Nothing."
talks gemini
answers Nothing.
mv "$demo.away" "$demo"

# The number that its list of sessions gives it.
listed_as() {
	(cd "$1" && gemini --list-sessions 2>&1) >"$T/listed"
	sed -n "s/^ *\\([0-9]*\\)\\. .*\\[${id##*-}-.*/\\1/p" "$T/listed"
}

restored() {
	run seshat restore "$id" --cwd "$1"
	expect_status 0
	out_has "^'gemini --list-sessions' in its directory tells the number"
	number=$(listed_as "$1")
	[ -n "$number" ] || fail "it is not listed: $(cat "$T/listed")"
	echo "cd $1 && gemini --resume $number" >"$T/resume"
}

it_goes_elsewhere
it_is_added_to
it_comes_back

# It begins a second file when it goes on in another minute, and when it starts
# after that, both are gone, unless sessionRetention is off.
test_that "gemini: what it deletes comes back, without what made it do so"
source=$(the_source "$id")
beside=$(dirname "$source")/session-2026-01-02T03-04-${id##*-}.jsonl
head -n 2 "$source" >"$beside"
cp "$source" "$T/restored"
run seshat mirror --everywhere --harness gemini --once
expect_status 0
beside_id=${beside##*/}
check vault_says "${beside_id%.jsonl}" sessionId
rm -f "$source" "$beside"
restored "$demo"
check test ! -e "$beside"
prompt "A prompt of iota." "+say Kappa."
resumed
answers Kappa.
model_saw "prompt of iota" "prompt of alpha" "prompt of eta" Theta.
mirrored
it_is_added_to

finish
