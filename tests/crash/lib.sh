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
