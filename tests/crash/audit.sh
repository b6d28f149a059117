# 'seshat audit --fix' killed at every call that changes the disk: no line is
# lost, and the next one leaves nothing of a secret, also of one that is known
# by what stood elsewhere.
. "$SESHAT_SOURCE/tests/crash/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/stored.sh"
. "$SESHAT_SOURCE/tests/crash/secrets.sh"

a=aaaaaaaa-2222-4333-8444-555555555555
demo=$T/work/demo
state=$XDG_STATE_HOME/seshat

# line TEXT: one more, stored as it stands, in a part of its own.
line() {
	printf '{"type":"user","sessionId":"%s","cwd":"%s","timestamp":"2026-01-01T00:00:00.000Z","message":{"role":"user","content":"%s"}}\n' \
	    "$a" "$demo" "$1" >>"$source"
	mirror --everywhere --no-redact
}

cat >"$T/same.py" <<'END'
import re, sys
want, got = (open(p).read().splitlines() for p in sys.argv[1:])
assert len(want) == len(got), (len(want), len(got))
for w, g in zip(want, got):
    parts = re.split(r"\[REDACTED:[a-z0-9-]+\]", g)
    assert re.fullmatch(".*".join(map(re.escape, parts)), w), g
END

# reads: what can be read is the source, but for the marks, and is not damaged.
reads() {
	run "$SESHAT_BIN" show "$a" --raw
	expect_status 0
	"$python" "$T/same.py" "$source" "$T/out" 2>"$T/hits" ||
	    fail "$at of $total: $(cat "$T/hits")"
	run "$SESHAT_BIN" verify --source
	expect_status 0
	out_has ' 0 damaged'
}

# goes_on: all is read; the next one finishes; and the mirror goes on behind it.
goes_on() {
	reads
	run "$SESHAT_BIN" audit --fix
	expect_status 0
	nowhere
	reads
	run "$SESHAT_BIN" audit
	expect_status 0
	[ "$(objects | wc -l)" = "$left" ] || fail "$at of $total: $(objects)"
	lines "$a" "$demo" 20 21 >>"$source"
	run "$SESHAT_BIN" mirror --everywhere --no-redact
	expect_status 0
	out_has "^mirrored 1 of 1 session, $(tail -n 2 "$source" | wc -c) B new"
	run "$SESHAT_BIN" stop "$a"
	expect_status 0
	reads
	run "$SESHAT_BIN" show "$a" --raw
	sum=$(sha256sum "$T/out" | cut -c1-64)
	run "$SESHAT_BIN" show "$a" --json
	out_has "\"transcript_sha256_so_far\":(null|\"$sum\")"
}

# ends_well: the same, and no more.
ends_well() {
	run "$SESHAT_BIN" audit --fix
	expect_status 0
	nowhere
	reads
}

after() {
	"$check_by"
}

check_by=goes_on
test_that "killed at any call it loses no line, and the next one finishes"
anew
fake "$a" "$demo" 0
line "use $key"
line "DB_PASSWORD=$word"
line "nothing"
line "it is $word, is it?"
keep parts
left=4
killed_at_every_call parts "$SESHAT_BIN" audit --fix

test_that "also when a write is torn by it"
check_by=ends_well
CRASH_TORN=1
killed_at_every_call parts "$SESHAT_BIN" audit --fix
CRASH_TORN=
check_by=goes_on

test_that "also with what a merge has replaced, and new parts behind it"
put_back parts
run "$SESHAT_BIN" compact "$a"
expect_status 0
line "the key $key once more, and $word"
keep merged
left=3 # the part that holds nothing waits for its readers
killed_at_every_call merged "$SESHAT_BIN" audit --fix "$a"

test_that "also of a session that has ended, and has no state"
put_back merged
run "$SESHAT_BIN" stop "$a"
expect_status 0
keep ended
check_by=ends_well
killed_at_every_call ended "$SESHAT_BIN" audit --fix

test_that "also where a later stream only says what an earlier one tells"
put_back parts
fake "$a" "$demo" 1
line "only $word"
keep streams
killed_at_every_call streams "$SESHAT_BIN" audit --fix

test_that "what a killed one has replaced goes with the next mirror, too"
put_back parts
at=1
while put_back parts && kill_at "$at" "$SESHAT_BIN" audit --fix &&
    [ "$status" = 137 ] &&
    ! grep -q '"put_by":null' "$vault"/demo/sessions/*/*/stream-*; do
	at=$((at + 1))
done
check test "$(objects part | wc -l)" = 4
run "$SESHAT_BIN" audit
expect_status 1
err_has 'holds a secret that was replaced, and was to be deleted'
lines "$a" "$demo" 30 31 >>"$source"
mirror --everywhere
run "$SESHAT_BIN" stop "$a"
expect_status 0
nowhere
reads

test_that "and with the next compact"
put_back parts
kill_at "$at" "$SESHAT_BIN" audit --fix
expect_status 137
run "$SESHAT_BIN" compact "$a"
expect_status 0
nowhere
reads

finish
