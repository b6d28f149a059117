# Hooks as agents call them, and what goes on behind them, on top of lib.sh and
# fake.sh.

state=$XDG_STATE_HOME/seshat/hook
log=$state/log

# pids: what runs in the background, by the files that name it.
pids() {
	cat "$state/worker" "$XDG_STATE_HOME"/seshat/mirror/*/follower \
	    2>/dev/null | cut -d ' ' -f 1
}

# is_up PID: it runs, and is no zombie.
is_up() {
	grep -q '^State:[[:space:]]*[^ZX]' "/proc/$1/status" 2>/dev/null
}

gone() { ! is_up "$1"; }

# quiet_down: no worker and no follow are left of the test before.
quiet_down() {
	for pid in $(pids); do
		if grep -qa seshat "/proc/$pid/cmdline" 2>/dev/null; then
			kill -9 "$pid" 2>/dev/null || :
			soon gone "$pid"
		fi
	done
}

at_exit quiet_down

# hook EVENT ID [PATH]: as the agent calls it; must not be heard.
hook() {
	# what the one before has not read yet stays
	rm -f "$T/input"
	printf '{"session_id":"%s","transcript_path":"%s","cwd":"%s",%s}' \
	    "$2" "${3-$CLAUDE_CONFIG_DIR/projects/none/$2.jsonl}" "$demo" \
	    "\"hook_event_name\":\"$1\"" >"$T/input"
	run seshat hook run claude-code <"$T/input"
	expect_status 0
	expect_out ""
	expect_err ""
}

is_ended() { [ "$(ended "$1")" = yes ]; }

# standing KEY: of 'hook status --json'.
standing() {
	seshat hook status --json | python3 -c '
import json, sys
print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

stands() { [ "$(standing "$1")" = "$2" ]; }

# hooks_left: one of this scenario is at work, or the worker, which one became.
hooks_left() {
	for proc in $(grep -lsa 'hook.run.claude-code' /proc/[0-9]*/cmdline); do
		grep -qsazx "T=$T" "${proc%cmdline}environ" && return 0
	done
	return 1
}

# settled: all that was asked for is done.
is_settled() { ! hooks_left && stands waiting 0; }
settled() { soon is_settled; }
