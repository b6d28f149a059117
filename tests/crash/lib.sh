# What the crash tests share, on top of tests/cli/lib.sh.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

CRASH_TORN=

# count_calls COMMAND...: run it and set $calls to how many calls it made that
# change the disk.
count_calls() {
	rm -f "$T/calls"
	run env LD_PRELOAD="$INTERPOSE" CRASH_COUNT="$T/calls" "$@"
	calls=$(cat "$T/calls")
}

# kill_at N COMMAND...: run it and kill it just before call N; its status is
# 137 when it was killed.  With CRASH_TORN=1 a write is torn in the middle.
kill_at() {
	crash_at=$1
	shift
	run env LD_PRELOAD="$INTERPOSE" CRASH_AT="$crash_at" \
	    CRASH_TORN="$CRASH_TORN" "$@"
}

# killed_at_every_call NAME COMMAND...: on top of what was kept as NAME
# (tests/cli/stored.sh), kill it before each of its calls; "after" must find all
# well.
killed_at_every_call() {
	kept=$1
	shift
	put_back "$kept"
	count_calls "$@"
	expect_status 0
	total=$calls
	check test "$total" -ge 3
	at=1
	while [ "$at" -le "$total" ]; do
		put_back "$kept"
		kill_at "$at" "$@"
		expect_status 137
		after
		at=$((at + 1))
	done
}
