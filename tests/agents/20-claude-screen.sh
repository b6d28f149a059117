# Claude Code in a terminal: what is done to a session there by command.
. "$SESHAT_SOURCE/tests/agents/lib.sh"

is_there() {
	[ -f "$(the_source "$1")" ]
}

test_that "what is typed is stored when it is answered"
id=$(new_id)
follow --everywhere --interval 0.05
begin_screen "? for shortcuts" claude --session-id "$id"
enter "A prompt of alpha. // +run echo one more // +say Beta."
soon vault_says "$id" '"text":"Beta."'
comes_whole "$id"

test_that "/rename is stored, and what lists sessions tells it"
enter "/rename gamma"
soon vault_says "$id" '"customTitle":"gamma"'
run seshat sessions --everywhere --json
out_has "$id.*\"title\":\"gamma\""

test_that "/compact goes on in the same session"
enter "/compact"
soon vault_says "$id" '"subtype":"compact_boundary"'
shows "? for shortcuts"
enter "A prompt of delta. // +say Epsilon."
soon vault_says "$id" '"text":"Epsilon."'
comes_whole "$id"

test_that "/cd moves it to another folder, and it is followed there, once"
before=$(the_source "$id")
enter "/cd $other"
soon test ! -e "$before"
soon is_there "$id"
enter "A prompt of zeta. // +say Eta."
soon vault_says "$id" '"text":"Eta."'
model_saw "A prompt of zeta" "A prompt of delta"
comes_whole "$id"
check vault_says "$id" "A prompt of alpha"

test_that "/clear begins another; the one before is whole and stays"
cp "$(the_source "$id")" "$T/before"
enter "/clear"
enter "A prompt of theta. // +say Iota."
soon is_another
soon vault_says "$next" '"text":"Iota."'
comes_whole "$next"
comes_whole "$id"

test_that "when it has ended all of it is stored, each session once"
tmux send-keys C-c
tmux send-keys C-c
soon has_left
comes_whole "$id"
comes_whole "$next"
end_follow
expect_status 0
expect_err ""
check test "$(ended "$id")$(ended "$next")" = yesyes
run seshat list --json
out_has "$id.*\"title\":\"gamma\""
check test "$(grep -c '"harness":"claude-code"' "$T/out")" = 2

finish
