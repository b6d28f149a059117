# Accidents: what they have in common, on top of fake.sh.  Session a has one,
# session b beside it must be mirrored in the same run all the same.

a=aaaaaaaa-2222-4333-8444-555555555555
b=bbbbbbbb-2222-4333-8444-555555555555
demo=$T/work/demo
beside=$(source_of "$b" "$T/work/beside")
grown=0
mkdir -p "$demo"

# again: the session beside grows by a line, then all is mirrored.  What is
# told goes to $T/told, the totals to $T/totals.
again() {
	grown=$((grown + 1))
	mkdir -p "${beside%/*}"
	lines "$b" "$T/work/beside" "$grown" "$grown" >>"$beside"
	run timeout 120 "$SESHAT_BIN" mirror --everywhere --no-redact
	expect_status 0
	cp "$T/err" "$T/told"
	cp "$T/out" "$T/totals"
	is_whole "$b" "$beside"
}

# session [LINES=40]: one that is mirrored, 40 lines are 8 KB; its stream is
# $first and what it held $T/first.
session() {
	anew
	grown=0
	fake "$a" "$demo" "${1-40}"
	again
	first=$(stream_now)
	cp "$source" "$T/first"
}

# told REGEX, silent: what the last mirror said on stderr; silent also that it
# found nothing rewritten.
told() {
	grep -Eq -e "$1" "$T/told" || fail "no '$1' told:
$(head -c 2000 "$T/told")"
}

silent() {
	[ ! -s "$T/told" ] || fail "told: $(head -c 2000 "$T/told")"
	! grep rewritten "$T/totals" >"$T/hits" || fail "$(cat "$T/hits")"
}

# rewritten: the totals say so, and where to look.
rewritten() {
	grep -Eq "^1 was rewritten .* is kept, too: seshat show $a" "$T/totals" ||
	    fail "no word of the rewriting: $(cat "$T/totals")"
}

# stream_now: the current stream of the session.
stream_now() {
	seshat show "$a" --json | sed 's/.*"stream":"\([0-9a-f]*\)".*/\1/'
}

# both STREAMS: the source is what is shown, what was first stored is still
# there under its stream, and all can be read.
both() {
	run seshat show "$a" --raw
	expect_status 0
	same "$source" "$T/out"
	run seshat show "$a" --raw --stream "$first"
	expect_status 0
	same "$T/first" "$T/out"
	[ "$(streams "$a")" = "$1" ] || fail "$(streams "$a") streams, not $1"
	run seshat verify
	expect_status 0
}
