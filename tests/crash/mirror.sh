# 'seshat mirror' killed at every call that changes the disk, then run again:
# what can be read back is the source, byte for byte, nothing twice.
. "$SESHAT_SOURCE/tests/crash/lib.sh"

id=11111111-2222-4333-8444-555555555555
folder=$T/claude/projects/-work-demo
source=$folder/$id.jsonl
export CLAUDE_CONFIG_DIR="$T/claude"
export CODEX_HOME="$T/codex"
export XDG_DATA_HOME="$T/data" XDG_STATE_HOME="$T/state"

# lines FROM TO: so many lines of a transcript.
lines() {
	i=$1
	while [ "$i" -le "$2" ]; do
		printf '{"type":"user","sessionId":"%s","cwd":"/home/u/demo",' "$id"
		printf '"timestamp":"2026-01-01T00:00:%02dZ",' "$i"
		printf '"uuid":"%s","message":{"role":"user",' "$i"
		printf '"content":"line %s"}}\n' "$i"
		i=$((i + 1))
	done
}

# fresh: an empty vault, no state, a source of three lines.
fresh() {
	rm -rf "$T/data" "$T/state" "$folder"
	mkdir -p "$folder"
	lines 1 3 >"$source"
}

mirror() {
	$how "$SESHAT_BIN" mirror --everywhere --no-redact
}

# whole: the vault gives back the source, from one stream.
whole() {
	run "$SESHAT_BIN" show "$id" --raw
	expect_status 0
	same "$source" "$T/out"
	run "$SESHAT_BIN" verify --source
	expect_status 0
	streams=$(find "$T/data/seshat/vault/demo/sessions" -name 'part-00000000-*' |
	    wc -l)
	[ "$streams" = "${1:-1}" ] || fail "$at: $streams streams"
	run "$SESHAT_BIN" list --json
	expect_status 0
	check test "$(wc -l <"$T/out")" = 1
}

# at_every_call PREPARE WHAT AFTER: after PREPARE, kill WHAT before each of
# its calls; AFTER must find all well.
at_every_call() {
	how=count_calls
	"$1"
	"$2"
	expect_status 0
	total=$calls
	check test "$total" -ge 3
	at=1
	while [ "$at" -le "$total" ]; do
		how=run
		"$1"
		how="kill_at $at"
		"$2"
		expect_status 137
		how=run
		"$3"
		at=$((at + 1))
	done
}

again() {
	mirror
	expect_status 0
	whole
	lines 7 8 >>"$source"
	mirror
	expect_status 0
	whole
}

test_that "a first mirror killed at any call goes on where it was"
at_every_call fresh mirror again

# grown: mirrored once, then written on.
grown() {
	fresh
	was=$how
	how=run
	mirror
	expect_status 0
	lines 4 6 >>"$source"
	how=$was
}

test_that "an increment killed at any call goes on where it was"
at_every_call grown mirror again

# A password that only its name tells, scrubbed where it has none, too.
value=$(printf %s 'Vn7Kq2Ws9Lx4Tz')

told() {
	grown
	printf '{"type":"user","t":"DB_PASSWORD=%s"}\n' "$value" >>"$source"
}

scrub() {
	$how "$SESHAT_BIN" mirror --everywhere
}

scrubbed() {
	printf '{"type":"user","t":"it is %s, is it?"}\n' "$value" >>"$source"
	scrub
	expect_status 0
	run "$SESHAT_BIN" show "$id" --raw
	out_lacks "$value"
	[ "$(wc -l <"$T/out")" = "$(wc -l <"$source")" ] || fail "$at: lines"
}

test_that "a secret is known again wherever it was killed"
at_every_call told scrub scrubbed

# Files beside the transcript: new ones, one that changed, one that told a
# password and one that only says it.
beside=$folder/$id

results() {
	mkdir -p "$beside/tool-results/deep"
	printf 'DB_PASSWORD=%s\n' "$value" >"$beside/tool-results/a.txt"
	printf 'it is %s, is it?\n' "$value" >"$beside/tool-results/deep/b.txt"
	printf '{"customTitle":"%s"}' "$1" >"$beside/custom-title.json"
}

results_fresh() {
	fresh
	results first
}

results_grown() {
	fresh
	results first
	was=$how
	how=run
	scrub
	expect_status 0
	how=$was
	results other
	echo new >"$beside/tool-results/new.txt"
	lines 4 6 >>"$source"
}

# has NAME TEXT: it is stored so.
has() {
	gzip -dc "$T/data/seshat/vault/demo/sessions/claude-code/$id"/beside/*/"$1.gz" \
	    >"$T/held" 2>"$T/hits" || fail "$at: $1: $(cat "$T/hits")"
	[ "$(cat "$T/held")" = "$2" ] || fail "$at: $1 is $(cat "$T/held")"
}

results_stored() {
	run "$SESHAT_BIN" verify
	out_lacks 'beside/' # what is there is whole
	scrub
	expect_status 0
	has tool-results/a.txt 'DB_PASSWORD=[REDACTED:named-password]'
	has tool-results/deep/b.txt 'it is [REDACTED:named-password], is it?'
	has custom-title.json "$(cat "$beside/custom-title.json")"
	[ ! -e "$beside/tool-results/new.txt" ] || has tool-results/new.txt new
	run "$SESHAT_BIN" show "$id" --raw
	same "$source" "$T/out"
	run "$SESHAT_BIN" verify
	expect_status 0
	scrub
	out_has '^mirrored 0 of 1 session, 0 B new'
}

test_that "what stands beside it is stored, whole, wherever it was killed"
at_every_call results_fresh scrub results_stored
at_every_call results_grown scrub results_stored

test_that "a write torn by the kill is no part"
CRASH_TORN=1
at_every_call fresh mirror again
at_every_call grown mirror again
at_every_call told scrub scrubbed
at_every_call results_grown scrub results_stored
CRASH_TORN=

stop() {
	$how "$SESHAT_BIN" stop "$id"
}

# torn: mirrored, then a line without its newline.
torn() {
	grown
	printf '{"type":"user","torn' >>"$source"
}

stopped() {
	stop
	expect_status 0
	whole
	printf '":1}\n' >>"$source"
	mirror
	expect_status 0
	whole
}

test_that "a stop killed at any call can be repeated"
at_every_call torn stop stopped

remove() {
	$how "$SESHAT_BIN" rm --yes "$id"
}

# removed: it stays away, whether it was killed or not.
removed() {
	run "$SESHAT_BIN" rm --yes "$id"
	case $status in
	0 | 3) ;; # 3: all was done before the kill
	*) fail "$at: rm: status $status" ;;
	esac
	run "$SESHAT_BIN" list --json
	expect_status 0
	expect_out ""
	mirror
	expect_status 0
	run "$SESHAT_BIN" list --json
	expect_out ""
}

test_that "a removal killed at any call leaves nothing, once it is repeated"
at_every_call grown remove removed

# A session that is a folder of files, a line each.
export OPENHANDS_CONVERSATIONS_DIR="$T/openhands"
rm -rf "$folder"
id=086c7ecf6cb746b69fbcb900358d1247
events=$OPENHANDS_CONVERSATIONS_DIR/$id/events
source=$T/events.jsonl

# put_events FROM TO
put_events() {
	n=$1
	while [ "$n" -le "$2" ]; do
		lines "$n" "$n" >"$events/event-0000$n-0f8a1c52-$n.json"
		n=$((n + 1))
	done
	cat "$events"/event-* >"$source"
}

events_fresh() {
	rm -rf "$T/data" "$T/state" "$OPENHANDS_CONVERSATIONS_DIR"
	mkdir -p "$events"
	printf '{"workspace":"/home/u/demo"}' >"$events/../base_state.json"
	put_events 0 2
}

events_grown() {
	events_fresh
	was=$how
	how=run
	mirror
	expect_status 0
	put_events 3 5
	how=$was
}

events_again() {
	mirror
	expect_status 0
	whole
	n=$(find "$events" -name 'event-*' | wc -l)
	put_events "$n" "$((n + 1))"
	mirror
	expect_status 0
	whole
}

test_that "files that are lines are stored once, wherever it was killed"
at_every_call events_fresh mirror events_again
at_every_call events_grown mirror events_again

finish
