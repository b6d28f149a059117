# 'seshat log append' killed at every call it makes, then run again: what was
# acknowledged is there exactly once, and no line is torn.
. "$SESHAT_SOURCE/tests/crash/lib.sh"

"$SESHAT_BIN" log append --help >/dev/null 2>&1 ||
    skip_all "this build has no session log"

# append N: an entry that can be told by its number.  Its text is long enough
# that half of it is worth tearing.
append() {
	log append --skill crash --final-status ok --input "{\"n\":$1}" \
	    --file-path "/a/rather/long/path/to/make/the/line/longer"
}

# log COMMAND ARGS...: on the session "s" of the folder d, run the way of $how.
log() {
	command=$1
	shift
	$how "$SESHAT_BIN" log "$command" s --sessions-dir "$T/work/d" "$@"
}

# The numbers of the entries in the file, by the program and by eye.
numbers() {
	sed -nE 's/.*"input":\{"n":([0-9]+)\}.*/\1/p' "$1" | tr '\n' ' '
}

# killed_everywhere PRIOR: PRIOR entries are there before.  How many torn tails
# were set aside is in $torn.
killed_everywhere() {
	torn=0
	how=count_calls
	rm -rf d
	prior "$1"
	append 7
	expect_status 0
	total=$calls
	check test "$total" -ge 2 # a write and a sync at least
	at=1
	while [ "$at" -le "$total" ]; do
		rm -rf d
		prior "$1"
		how="kill_at $at"
		append 7
		expect_status 137
		how=run
		append 8
		expect_status 0
		log read --json
		expect_status 0
		cp "$T/out" "$T/read"
		got=$(numbers "$T/read")
		# 7 was not acknowledged: it may be there, but whole and once
		[ "$got" = "${before}8 " ] || [ "$got" = "${before}7 8 " ] ||
		    fail "killed before call $at: entries '$got'"
		check test "$(numbers d/s.jsonl)" = "$got"
		check test "$(grep -c '^{.*}$' d/s.jsonl)" = \
		    "$(wc -l <d/s.jsonl)"
		torn=$((torn + $(ls d | grep -c -F 's.jsonl.torn-' || true)))
		at=$((at + 1))
	done
}

# prior N: as many acknowledged entries, 1 to N; their numbers in $before.
prior() {
	before=
	i=1
	how=run
	while [ "$i" -le "$1" ]; do
		append "$i"
		expect_status 0
		before="$before$i "
		i=$((i + 1))
	done
	how=count_calls
}

test_that "killed at any call, the first entry of a log is whole or absent"
killed_everywhere 0

test_that "killed at any call, entries that were acknowledged stay, once"
killed_everywhere 3

test_that "a write torn by the kill is cut off and set aside"
CRASH_TORN=1
killed_everywhere 3
check test "$torn" = 1

finish
