# Hooks where a file is refused, where the home is shared with other machines,
# and where several install at once.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"
. "$SESHAT_SOURCE/tests/cli/hooks.sh"

settings=$CLAUDE_CONFIG_DIR/settings.json
nowhere='s3://vault/p?endpoint=http://127.0.0.1:9&region=us-east-1'
AWS_ACCESS_KEY_ID=key AWS_SECRET_ACCESS_KEY=secret
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
holders=
at_exit '[ -z "$holders" ] || kill $holders 2>/dev/null'

# hold FILE TEXT: somebody locks it, and this is in it.
hold() {
	flock -F "$1" sleep 600 &
	holder=$!
	holders="$holders $holder"
	until ! flock -n "$1" true; do
		sleep 0.01
	done
	echo "$2" >"$1"
}

# let_go: the last of them.
let_go() {
	kill "$holder"
	wait "$holder" 2>/dev/null || :
}

sleep 600 &
stranger=$!
holders=$stranger

fails() { [ "$(standing errors)" -gt 0 ]; }

# takes half a minute: beside the others
mkdir -p "$T/busy/state/seshat/hook" "$T/busy/claude"
hold "$T/busy/state/seshat/hook/worker" 0
XDG_STATE_HOME=$T/busy/state CLAUDE_CONFIG_DIR=$T/busy/claude "$SESHAT_BIN" \
    hook install claude-code --store "file://$T/busy/vault" >"$T/busy/out" 2>&1 &
busy=$!

test_that "taking out what is not there makes nothing"
XDG_STATE_HOME=$T/none run seshat hook uninstall claude-code
expect_status 0
XDG_STATE_HOME=$T/none run seshat hook uninstall --project claude-code
expect_status 0
check test ! -e "$T/none"

if can_deny; then
	test_that "a transcript that cannot be read does not end the follow"
	fake "$one" "$demo"
	source_one=$source
	fake "$two" "$other"
	source_two=$source
	printf '{"session_id":"%s","hook_event_name":"SessionStart"}' "$one" \
	    >"$T/input"
	run plain seshat hook run claude-code <"$T/input"
	expect_status 0
	soon has "$two" "$source_two"
	settled
	follower=$(standing follow_pid)
	: >"$log"
	is_told() { grep -q "\"by\":\"follow\".*$two: .*denied" "$log"; }
	chmod 0 "$source_two"
	grow "$source_two" "$two" 4 4
	soon is_told
	grow "$source_one" "$one" 4 5
	soon has "$one" "$source_one"
	check stands follow_pid "$follower"

	test_that "nor does a folder of the vault that cannot be written"
	chmod 600 "$source_two"
	grow "$source_two" "$two" 5 5
	soon has "$two" "$source_two"
	find "$vault" -path "*$two*" -type d -exec chmod 500 {} +
	: >"$log"
	grow "$source_two" "$two" 6 6
	soon is_told
	grow "$source_one" "$one" 6 6
	soon has "$one" "$source_one"
	check stands follow_pid "$follower"
	chmod -R u+w "$vault"
	soon has "$two" "$source_two"
	quiet_down
	: >"$log"
fi

test_that "an install that changes nothing leaves the worker at work"
run seshat hook install -q claude-code --store "$nowhere"
expect_status 0
hook Stop "$one" "$source_one"
soon fails
worker=$(cat "$state/worker")
run seshat hook install claude-code
expect_status 0
check test "$(cat "$state/worker")" = "$worker"
check is_up "$worker"

test_that "one that does change something puts another in its place"
run seshat hook install -q claude-code --store "s3://vault/q?${nowhere#*\?}"
expect_status 0
soon gone "$worker"
run seshat hook install -q claude-code --store "file://$T/own"
expect_status 0
soon stands waiting 0
settled
quiet_down

test_that "the number of a worker elsewhere is no process of ours"
hold "$state/worker" "$stranger"
run seshat hook uninstall claude-code
expect_status 1
err_has "another machine or container holds .*worker: its process $stranger "
check is_up "$stranger"
check test ! -e "$settings"

test_that "what could not be forgotten then is by the next uninstall"
check test -e "$state/store"
let_go
run seshat hook uninstall claude-code
expect_status 0
check test ! -e "$state/store"
check test ! -e "$state/leaving"

test_that "or by an install, which does not store there again"
run seshat hook install -q claude-code --store "file://$T/own"
hold "$state/worker" "$stranger"
run seshat hook uninstall -q claude-code
expect_status 1
let_go
run seshat hook install -q claude-code
expect_status 0
check test ! -e "$state/store"
check test ! -e "$state/leaving"

test_that "a follow elsewhere is left alone as well, and told"
rm -rf "$XDG_STATE_HOME/seshat/mirror"
hook SessionStart "$one" "$source_one"
soon stands follows True
settled
quiet_down
hold "$(echo "$XDG_STATE_HOME"/seshat/mirror/*/follower)" "$stranger hook 1"
run seshat hook install claude-code --store "file://$T/own"
expect_status 0
err_has "goes on for up to a minute: another machine or container holds"
check is_up "$stranger"
let_go

test_that "metrics count a follow into the store of hooks"
hook SessionStart "$one" "$source_one"
soon stands follows True
settled
run seshat status --prometheus
out_has '^seshat_follow_running 1$'
run seshat hook uninstall -q claude-code
expect_status 0
run seshat status --prometheus
out_has '^seshat_follow_running 0$'

test_that "a follow is seen whatever the environment says that others have"
AWS_ENDPOINT_URL=http://127.0.0.1:9 AWS_REGION=here-1 \
    run seshat hook install -q claude-code --store s3://vault
expect_status 0
hook SessionStart "$one" "$source_one"
soon stands follows True
settled
follower=$(standing follow_pid)
AWS_ENDPOINT_URL=http://127.0.0.1:8 AWS_REGION=here-1 \
    run seshat hook status --store s3://vault
out_has "^followed by process $follower, .*, into the store of hooks$"
AWS_ENDPOINT_URL=http://127.0.0.1:9 AWS_REGION=here-1 \
    run seshat hook status --store s3://vault
out_has "^followed by process $follower, which a hook began, since [^,]*$"
run seshat hook uninstall -q claude-code
expect_status 0

test_that "an uninstall waits for an install that is at work"
run seshat hook install -q claude-code
hold "$state/change" 0
run timeout 1 "$SESHAT_BIN" hook uninstall -q claude-code
expect_status 124
check grep -q 'hook run' "$settings"
let_go
run seshat hook uninstall -q claude-code
expect_status 0

test_that "an option that does not count is told once"
: >"$log"
rm -f "$log.1"
printf '{"session_id":"%s","hook_event_name":"PreCompact"}' \
    cccccccc-1111-4222-8333-444444444444 >"$T/input"
for n in 1 2 3; do
	run seshat --store "file://$T/odd" hook run claude-code <"$T/input"
	expect_status 0
	settled
done
check test "$(grep -c 'hook install --store URL' "$log")" = 1

test_that "who waits in vain for another install is told so"
status=0
wait "$busy" || status=$?
check test "$status" = 1
check grep -q "another 'seshat hook install' or uninstall is at work" \
    "$T/busy/out"
check test ! -e "$T/busy/claude/settings.json"

finish
