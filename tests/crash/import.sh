# 'seshat import' killed at every call that changes the disk, then run again:
# the store is as if it had never been killed.
. "$SESHAT_SOURCE/tests/crash/lib.sh"

golden=$SESHAT_SOURCE/tests/data/tracecraft
export CLAUDE_CONFIG_DIR="$T/claude" CODEX_HOME="$T/codex"
export XDG_DATA_HOME="$T/data" XDG_STATE_HOME="$T/state"

import() {
	$how "$SESHAT_BIN" import "$T/bucket"
}

empty() {
	rm -rf "$T/data" "$T/state"
}

# ids: of the sessions that are there.
ids() {
	for session in "$T"/bucket/*/sessions/*/*; do
		basename "$session"
	done
}

# whole: every session of the bucket, in so many streams and no more.
whole() {
	import
	expect_status 0
	for id in $(ids); do
		run "$SESHAT_BIN" show "$id" --raw
		expect_status 0
		same "$T/want/$id.jsonl" "$T/out"
	done
	run "$SESHAT_BIN" verify
	expect_status 0
	n=$(find "$T/data" -name 'part-00000000-*' | wc -l)
	[ "$n" = "$streams" ] || fail "$at: $n streams"
	[ -z "$(find "$T/state" -name 'spool-*')" ] || fail "$at: a spool"
	import
	expect_status 0
	out_has '^imported 0 of '
}

# at_every_call: from empty, kill the import before each of its calls.
at_every_call() {
	empty
	how=count_calls
	import
	expect_status 0
	total=$calls
	check test "$total" -ge 3
	at=1
	while [ "$at" -le "$total" ]; do
		empty
		how="kill_at $at"
		import
		expect_status 137
		how=run
		whole
		at=$((at + 1))
	done
}

take() {
	rm -rf "$T/bucket"
	mkdir -p "$T/bucket/demo/sessions/claude-code"
	for name; do
		cp -r "$golden/bucket/demo/sessions/claude-code/$name" \
		    "$T/bucket/demo/sessions/claude-code/"
	done
}
mkdir "$T/want"
cp "$golden"/expected/*.jsonl "$T/want"

test_that "a session killed at any call is imported once"
take plain
streams=1
at_every_call

test_that "so are two versions of one, and a torn last line"
take rewritten cut-line
streams=3
at_every_call

test_that "a write torn by the kill is no part"
take cut-line
streams=1
CRASH_TORN=1
at_every_call
CRASH_TORN=

test_that "streams of seshat's own are copied once"
rm -rf "$T/bucket"
mkdir -p "$T/claude/projects/-x"
cp "$golden/expected/plain.jsonl" "$T/claude/projects/-x/own.jsonl"
cp "$golden/expected/plain.jsonl" "$T/want/own.jsonl"
run "$SESHAT_BIN" mirror --everywhere --store "file://$T/bucket"
expect_status 0
streams=1
at_every_call

test_that "so are the parts of the Claude Agent SDK's stores"
rm -rf "$T/bucket"
mkdir -p "$T/bucket/-x/own"
head -n 3 "$T/want/own.jsonl" >"$T/bucket/-x/own/part-1767225600000-00aa11.jsonl"
tail -n +4 "$T/want/own.jsonl" >"$T/bucket/-x/own/part-1767225601000-00aa11.jsonl"
ids() { echo own; }
streams=1
at_every_call

test_that "one that goes on behind what came from elsewhere is killed at any call"
other=$T/other/m/raw/claude/-x
mkdir -p "$other"
head -n 3 "$T/want/own.jsonl" >"$other/own.jsonl"
empty() {
	rm -rf "$T/data" "$T/state"
	"$SESHAT_BIN" import "$T/other" -q
}
at_every_call

finish
