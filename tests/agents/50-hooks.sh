# Hooks that Claude Code calls: no mirror is started here.
. "$SESHAT_SOURCE/tests/agents/lib.sh"
. "$SESHAT_SOURCE/tests/agents/hooks.sh"

settings=$HOME/.claude/settings.json

cd "$demo"
test_that "Claude Code takes the hooks: it says what it says without them"
prompt "A prompt of alpha." "+run echo the first" "+say Beta."
starts claude -p
ends Beta.
cp "$settings" "$T/settings"
run seshat hook install claude-code
expect_status 0
check grep -q '"allow"' "$settings"
id=$(new_id)
starts claude -p --session-id "$id"
ends Beta.
says_nothing

test_that "its session is stored, and ended, and nobody was asked to mirror"
soon is_ended "$id"
comes_whole "$id"
check vault_says "$id" Beta.

test_that "it is stored while it is at work, too"
nobody_follows
id=$(new_id)
prompt "A prompt of gamma." \
    "+run echo the second; until [ -e '$T/gate' ]; do sleep 0.05; done" \
    "+say Delta."
starts claude -p --session-id "$id"
soon vault_says "$id" "the second"
check test "$(ended "$id")" = no
check is_somebody
: >"$T/gate"
ends Delta.
soon is_ended "$id"
comes_whole "$id"
says_nothing

test_that "and at its end even when who followed was killed meanwhile"
id=$(new_id)
prompt "A prompt of epsilon." "+hold $T/hold Zeta it is."
starts claude -p --session-id "$id"
soon test -e "$T/hold.half"
soon is_somebody
kill -9 "$(who_follows)"
: >"$T/hold"
ends "Zeta it is."
soon is_ended "$id"
comes_whole "$id"

test_that "an agent that is killed loses nothing, though it fires no hook"
nobody_follows
id=$(new_id)
rm -f "$T/hold" "$T/hold.half"
prompt "A prompt of eta." "+run echo the third" "+hold $T/hold Not all."
starts claude -p --session-id "$id"
soon test -e "$T/hold.half"
is_killed
comes_whole "$id"
check vault_says "$id" "the third"

test_that "gone on with, it is one session, which ends"
prompt "A prompt of theta." "+say Iota."
starts claude -p --resume "$id"
ends Iota.
soon is_ended "$id"
comes_whole "$id"
check vault_says "$id" Iota.
says_nothing

test_that "of what the agent keeps no transcript of nothing is said"
prompt "A prompt of mu." "+say Nu."
starts claude -p --no-session-persistence
ends Nu.
says_nothing
run claude -p --resume "$(new_id)" "Is it there?"
check test "$status" != 0
: >"$T/complained"
says_nothing

test_that "whoever reads what the agent says is not kept waiting"
nobody_follows
id=$(new_id)
run timeout 30 sh -c "claude -p --session-id $id <'$T/prompt' 2>&1 | cat"
expect_status 0
expect_out Nu.
soon is_ended "$id"

# Claude Code adds a line to the one before after it said that this has ended.
test_that "in a terminal: /clear begins another session; both are stored"
id=$(new_id)
begin_screen "? for shortcuts" claude --session-id "$id"
enter "A prompt of xi. // +say Omicron."
soon vault_says "$id" '"text":"Omicron."'
enter "/clear"
enter "A prompt of pi. // +say Rho."
soon is_another
soon vault_says "$next" '"text":"Rho."'
check test "$(ended "$next")" = no
enter "/exit"
soon has_left
soon is_ended "$next"
comes_whole "$id"
soon is_ended "$id"
: >"$T/complained"
says_nothing

test_that "taken out, the settings are as they were to the byte"
run seshat hook uninstall claude-code
expect_status 0
same "$T/settings" "$settings"
nobody_follows
id=$(new_id)
starts claude -p --session-id "$id"
ends Nu.
check is_nobody
run seshat show "$id"
expect_status 3

test_that "in a project they are for those who work there"
run seshat hook install claude-code --project
expect_status 0
id=$(new_id)
starts claude -p --session-id "$id"
ends Nu.
soon is_ended "$id"
run seshat hook uninstall claude-code --project
expect_status 0
check test ! -e "$demo/.claude/settings.json"
nobody_follows

test_that "the plugin does the same, also beside hooks that are installed"
id=$(new_id)
plugin=$SESHAT_SOURCE/share/claude-plugin
starts claude -p --plugin-dir "$plugin" --session-id "$id"
ends Nu.
soon is_ended "$id"
comes_whole "$id"
says_nothing
run seshat hook install claude-code
expect_status 0
id=$(new_id)
starts claude -p --plugin-dir "$plugin" --session-id "$id"
ends Nu.
soon is_ended "$id"
comes_whole "$id"
says_nothing
run seshat hook uninstall claude-code
expect_status 0

test_that "hooks whose program is gone do not stop the agent"
mv "$T/bin/seshat" "$T/gone"
starts claude -p --plugin-dir "$plugin" --session-id "$(new_id)"
ends Nu.

finish
