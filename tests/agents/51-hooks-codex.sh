# Hooks that Codex calls: no mirror is started here.
. "$SESHAT_SOURCE/tests/agents/lib.sh"
. "$SESHAT_SOURCE/tests/agents/hooks.sh"

works() {
	starts codex exec --skip-git-repo-check "$@" -
}

# is_next: a session has begun that is not $id.
is_next() {
	[ "$(the_thread)" != "$id" ]
}

# is_chosen: that they are trusted; a key that comes early is lost.
is_chosen() {
	on_screen "› 2. Trust all" && return 0
	tmux send-keys 2
	return 1
}

cd "$demo"
test_that "hooks that nobody has looked at are not called, and it is silent"
run seshat hook install codex
expect_status 0
out_has /hooks
prompt "A prompt of alpha." "+say Beta."
works
ends Beta.
check is_nobody
run grep hook "$T/complained"
expect_out ""

test_that "once they are trusted a session is stored while it is at work"
id=$(the_thread)
begin_screen "Trust all and continue" codex
soon is_chosen
tmux send-keys Enter
shows "To get started"
enter "A prompt of gamma. // +run echo the first // +say Delta."
soon is_next
id=$(the_thread)
soon vault_says "$id" '"text":"Delta."'
check is_somebody

# A server of Codex's keeps it open for another minute, and ends it then.
test_that "and whole when it is left"
enter "/quit"
soon has_left
comes_whole "$id"
run seshat hook status
expect_status 0

test_that "one prompt a process: they are called there, too"
nobody_follows
prompt "A prompt of epsilon." "+run echo the second" "+say Zeta."
works
ends Zeta.
check grep -q "hook: SessionStart Completed" "$T/complained"
check grep -q "hook: Stop Completed" "$T/complained"
id=$(the_thread)
soon is_ended "$id"
comes_whole "$id"
check vault_says "$id" Zeta.

test_that "gone on with, it is one session, which ends"
prompt "A prompt of eta." "+say Theta."
works resume "$id"
ends Theta.
soon vault_says "$id" Theta.
soon is_ended "$id"
comes_whole "$id"

test_that "killed in the middle of an answer, it loses nothing"
nobody_follows
prompt "A prompt of iota." "+run echo the third" "+hold $T/hold Not all."
works
soon test -e "$T/hold.half"
is_killed
soon is_next
id=$(the_thread)
comes_whole "$id"
check vault_says "$id" "the third"

finish
