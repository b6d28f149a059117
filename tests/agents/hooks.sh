# What is looked at where agents call hooks, on top of lib.sh.

# is_ended ID: the transcript is stored, and marked as ended.
is_ended() {
	has_source "$1" && [ "$(ended "$1")" = yes ]
}

# who_follows: its process, or "null".
who_follows() {
	seshat hook status --json | sed -n 's/.*"follow_pid":\([a-z0-9]*\).*/\1/p'
}

# nobody_follows: end who does.
nobody_follows() {
	[ "$(who_follows)" = null ] || kill "$(who_follows)"
	soon is_nobody
}

is_nobody() {
	[ "$(who_follows)" = null ]
}

is_somebody() {
	! is_nobody
}

# says_nothing: neither the agent nor a hook complained.
says_nothing() {
	[ ! -s "$T/complained" ] || fail "it said: $(cat "$T/complained")"
	run seshat hook status
	expect_status 0
}
