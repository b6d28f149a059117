# Merging and 'seshat compact' killed at every call that changes the disk, and
# at random ones while an agent writes and somebody reads: what can be read is
# the source, and the next one tidies up.
. "$SESHAT_SOURCE/tests/crash/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/stored.sh"

a=aaaaaaaa-2222-4333-8444-555555555555
demo=$T/work/demo
state=$XDG_STATE_HOME/seshat

# stored LINES: a session of so many lines, each a part of its own.
stored() {
	anew
	fake "$a" "$demo" 1
	mirror --everywhere --no-redact
	for i in $(seq 2 "$1"); do
		lines "$a" "$demo" "$i" "$i" >>"$source"
		mirror --everywhere --no-redact
	done
}

# reads: what can be read is the source, and nothing is damaged.
reads() {
	run "$SESHAT_BIN" show "$a" --raw
	expect_status 0
	same "$source" "$T/out"
	run "$SESHAT_BIN" verify --source
	expect_status 0
	out_has ' 0 damaged'
}

test_that "a compact killed at any call changes nothing that can be read, and the next one leaves one object"
after() {
	reads
	run "$SESHAT_BIN" compact "$a"
	expect_status 0
	reads
	[ "$(objects | wc -l)" = 1 ] || fail "$at of $total: $(objects)"
	lines "$a" "$demo" 20 21 >>"$source"
	mirror --everywhere --no-redact
	reads
}
stored 6
objects | xargs touch -d '3 hours ago'
keep many
killed_at_every_call many "$SESHAT_BIN" compact "$a"

test_that "also when a write is torn by it"
CRASH_TORN=1
killed_at_every_call many "$SESHAT_BIN" compact "$a"
CRASH_TORN=

test_that "also of a session that has ended, and has no state"
after() {
	run "$SESHAT_BIN" compact "$a"
	expect_status 0
	reads
	[ "$(objects | wc -l)" = 1 ] || fail "$at of $total: $(objects)"
	[ -z "$(find "$state" -name "$a.json")" ] || fail "$at: a state is left"
}
put_back many
run "$SESHAT_BIN" stop "$a"
expect_status 0
objects | xargs touch -d '3 hours ago'
keep ended
killed_at_every_call ended "$SESHAT_BIN" compact "$a"

test_that "an archive killed at any call changes nothing that can be read, and the next one leaves one object"
after() {
	reads
	run "$SESHAT_BIN" compact --archive "$a"
	expect_status 0
	reads
	[ "$(objects | wc -l)" = 1 ] && [ "$(objects archive | wc -l)" = 1 ] ||
	    fail "$at of $total: $(objects)"
	[ -z "$(find "$state" -name "$a.json")" ] || fail "$at: a state is left"
	[ -z "$(find "$state" -name 'spool-*')" ] || fail "$at: a spool is left"
	lines "$a" "$demo" 20 21 >>"$source"
	mirror --everywhere --no-redact
	reads
}
killed_at_every_call ended "$SESHAT_BIN" compact --archive "$a"

test_that "also when a write is torn by it"
CRASH_TORN=1
killed_at_every_call ended "$SESHAT_BIN" compact --archive "$a"
CRASH_TORN=

test_that "also of what was archived, went on, and is archived again"
put_back ended
run "$SESHAT_BIN" compact --archive "$a"
expect_status 0
lines "$a" "$demo" 12 13 >>"$source"
mirror --everywhere --no-redact
run "$SESHAT_BIN" stop "$a"
expect_status 0
objects | xargs touch -d '3 hours ago'
keep again
after() {
	reads
	run "$SESHAT_BIN" compact --archive "$a"
	expect_status 0
	reads
	# an archive that nobody names any more may just be made: for a day
	objects | xargs touch -d '25 hours ago'
	run "$SESHAT_BIN" compact --archive "$a"
	expect_status 0
	reads
	[ "$(objects | wc -l)" = 1 ] || fail "$at of $total: $(objects)"
}
killed_at_every_call again "$SESHAT_BIN" compact --archive "$a"

test_that "a mirror that goes on behind an archive, killed at any call, goes on where it was"
after() {
	run "$SESHAT_BIN" mirror --everywhere --no-redact
	expect_status 0
	reads
	[ "$(find "$vault" -name 'stream-*' | wc -l)" = 1 ] ||
	    fail "$at: another stream"
	run "$SESHAT_BIN" stop "$a"
	expect_status 0
	run "$SESHAT_BIN" compact --archive "$a"
	expect_status 0
	reads
}
put_back ended
run "$SESHAT_BIN" compact --archive "$a"
expect_status 0
lines "$a" "$demo" 14 15 >>"$source"
keep thawing
killed_at_every_call thawing "$SESHAT_BIN" mirror --everywhere --no-redact

test_that "what a killed compact left goes with the next checkpoint of the mirror"
put_back many
at=1
while put_back many && kill_at "$at" "$SESHAT_BIN" compact "$a" &&
    [ "$status" = 137 ] && [ "$(objects merged | wc -l)" = 0 ]; do
	at=$((at + 1))
done
check test "$(objects merged | wc -l)" = 1
run "$SESHAT_BIN" stop "$a"
expect_status 0
reads
lines "$a" "$demo" 30 31 >>"$source"
mirror --everywhere --no-redact
run "$SESHAT_BIN" stop "$a"
reads
check test "$(objects merged | wc -l)" = 0

test_that "a mirror that merges, killed at any call, goes on where it was"
after() {
	run "$SESHAT_BIN" mirror --everywhere --no-redact
	expect_status 0
	reads
	lines "$a" "$demo" 200 201 >>"$source"
	mirror --everywhere --no-redact
	reads
	run "$SESHAT_BIN" compact "$a"
	expect_status 0
	reads
	[ "$(objects merged | wc -l)" -le 2 ] || fail "$at: $(objects merged)"
}
stored 64
check test "$(objects merged | wc -l)" = 0
lines "$a" "$demo" 65 65 >>"$source"
keep merging
killed_at_every_call merging "$SESHAT_BIN" mirror --everywhere --no-redact
put_back merging
mirror --everywhere --no-redact
check test "$(objects merged | wc -l)" = 1

# An agent that writes lines in pieces, by chance, until it is told to stop.
cat >"$T/agent.py" <<'EOF'
import os, random, sys, time
seed, path, stop, session, cwd = sys.argv[1:]
chance = random.Random(int(seed))
n = 1000
while not os.path.exists(stop):
    n += 1
    line = ('{"type":"user","sessionId":"%s","cwd":"%s","uuid":"%d","timestamp"'
            ':"2026-01-01T00:00:00.000Z","message":{"role":"user","content":'
            '"%s"}}\n' % (session, cwd, n, "x" * chance.randrange(2000)))
    while line:
        k = chance.randrange(1, len(line) + 1)
        with open(path, "a") as f:
            f.write(line[:k])
        line = line[k:]
        time.sleep(0.001)
EOF

# A reader: whatever it is given is what the source begins with.
cat >"$T/reader.sh" <<'EOF'
while [ ! -e "$3" ]; do
	"$SESHAT_BIN" show "$1" --raw >"$3.read" || { echo "exit $?"; exit 1; }
	head -c "$(wc -c <"$3.read")" "$2" | cmp - "$3.read" || exit 1
done
EOF

test_that "killed at random calls beside an agent and a reader: every line once, in order"
seed=${SEED-1}
stored 3
stop=$T/stop
rm -f "$stop"
python3 "$T/agent.py" "$seed" "$source" "$stop" "$a" "$demo" &
agent=$!
sh "$T/reader.sh" "$a" "$source" "$stop" >"$T/reader" 2>&1 &
reader=$!
env --default-signal=INT "$SESHAT_BIN" show "$a" --raw --follow \
    >"$T/followed" 2>"$T/follower" &
follower=$!
python3 -c '
import random, sys
chance = random.Random(int(sys.argv[1]))
for i in range(int(sys.argv[2])):
    verb = chance.choice(["mirror --everywhere --no-redact"] * 5 +
        ["compact"] * 2 + ["compact --keep-tail 3", "stop", "age"] +
        ["stop & compact --archive"])
    print(chance.choice([0, chance.randrange(1, 60)]), verb)
' "$seed" "${ROUNDS-150}" >"$T/plan"
while read -r at verb; do
	case $verb in
	age) objects | xargs touch -d '3 hours ago' ; continue ;;
	stop\ *)
		run "$SESHAT_BIN" stop "$a"
		expect_status 0
		verb="compact --archive $a"
		;;
	mirror*) ;;
	*) verb="$verb $a" ;;
	esac
	# shellcheck disable=SC2086
	if [ "$at" = 0 ]; then
		run "$SESHAT_BIN" $verb
	else
		kill_at "$at" "$SESHAT_BIN" $verb
	fi
	case $status in
	0 | 137) ;;
	*) fail "$verb: $status: $(cat "$T/err")" ;;
	esac
done <"$T/plan"
: >"$stop"
wait "$agent" || fail "the agent: $?"
wait "$reader" || fail "the reader: $(cat "$T/reader")"
# it may have come to an end that was stamped
kill -INT "$follower" 2>/dev/null || :
status=0
wait "$follower" || status=$?
[ "$status" = 0 ] || [ "$status" = 130 ] ||
    fail "the follower: $status: $(cat "$T/follower")"
check test "$(wc -l <"$T/followed")" -ge 3
head -c "$(wc -c <"$T/followed")" "$source" >"$T/begin"
same "$T/begin" "$T/followed"
mirror --everywhere --no-redact
run "$SESHAT_BIN" stop "$a"
expect_status 0
reads
check test "$(wc -c <"$source")" -ge 20000
objects | xargs touch -d '3 hours ago'
run "$SESHAT_BIN" compact "$a"
expect_status 0
reads
check test "$(streams "$a")" = 0
# what was left by those that were killed when they had no state, too
objects | xargs touch -d '25 hours ago'
run "$SESHAT_BIN" compact --archive "$a"
expect_status 0
reads
check test "$(objects | wc -l)" = 1

finish
