# Where hooks store to stays what the user chose, whatever was begun before.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"
. "$SESHAT_SOURCE/tests/cli/hooks.sh"

nowhere='s3://vault/p?endpoint=http://127.0.0.1:9&region=us-east-1'
AWS_ACCESS_KEY_ID=key AWS_SECRET_ACCESS_KEY=secret
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY

fails() { [ "$(standing errors)" -gt 0 ]; }
ended_all() { flock -n "$state/worker" true && stands follows False; }
is_quiet() { ! hooks_left && stands follows False; }

fake "$one" "$demo"
source_one=$source
fake "$two" "$demo"
source_two=$source

test_that "uninstalling ends the worker that still tries, and what it began"
run seshat hook install claude-code --store "$nowhere"
expect_status 0
hook Stop "$one" "$source_one"
soon fails
check test -s "$state/taken"
run seshat hook uninstall claude-code
expect_status 0
check ended_all
check test ! -e "$vault"
check test ! -e "$state/store"

test_that "and what failed is no trouble any more"
run seshat hook status
expect_status 0

test_that "a follow that was begun for another store than is chosen now ends"
run env SESHAT_HOOK_CHOICE=another timeout 20 "$SESHAT_BIN" hook follow
expect_status 0
expect_err ""
check test ! -e "$vault/demo"
check stands follows False

test_that "a worker that still tries makes room for a store that was mended"
run seshat hook install -q claude-code --store "$nowhere"
hook SessionEnd "$one" "$source_one"
soon fails
run seshat hook install claude-code --store "file://$T/own"
expect_status 0
soon stands waiting 0
hook SessionEnd "$two" "$source_two"
settled
check stands errors 0
SESHAT_STORE=file://$T/own
export SESHAT_STORE
is_whole "$two" "$source_two"
check is_ended "$one"
check is_ended "$two"
unset SESHAT_STORE
run seshat hook uninstall -q claude-code

test_that "a follow without keys makes room for one that has them"
s3_start
s3_bucket vault
run seshat hook install -q claude-code --store "$(s3_url vault)"
expect_status 0
(
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
	hook Stop "$two" "$source_two"
)
soon fails
soon is_quiet
check fails
hook Stop "$two" "$source_two"
settled
soon stands follows True
SESHAT_STORE=$(s3_url vault)
export SESHAT_STORE
soon has "$one" "$source_one"
unset SESHAT_STORE
soon stands errors 0

test_that "a hook that works does not hide what the follow failed at"
printf '%s\n' '{"time":"2026-01-01T00:00:00.000Z","level":"failed","by":"follow","text":"odd"}' >>"$log"
hook Stop "$two" "$source_two"
settled
check stands errors 1
check stands last_error odd

test_that "until another follow has stored all"
quiet_down
hook Stop "$two" "$source_two"
soon stands errors 0

test_that "an end that was overtaken is an end"
run seshat hook uninstall -q claude-code
quiet_down
for row in 9000:SessionEnd 8999:Stop; do
	printf '{"time":%s,"agent":"claude-code","event":"%s","id":"%s",%s}\n' \
	    "${row%:*}" "${row#*:}" "$one" "\"home\":\"$CLAUDE_CONFIG_DIR\""
done >"$state/queue"
grow "$source_one" "$one" 4 4
hook Stop "$two" "$source_two"
settled
check is_ended "$one"

test_that "an agent's folder that is named relative counts from the agent's own"
quiet_down
mkdir -p "$T/odd"
mv "$CLAUDE_CONFIG_DIR" "$T/odd/claude"
grow "$T/odd/claude/${source_one#"$CLAUDE_CONFIG_DIR/"}" "$one" 5 5
hook_there() {
	cd "$T/odd"
	CLAUDE_CONFIG_DIR=claude
	hook Stop "$one" /nowhere
	cd "$T"
}
old_claude=$CLAUDE_CONFIG_DIR
hook_there
settled
CLAUDE_CONFIG_DIR=$old_claude
is_whole "$one" "$T/odd/claude/${source_one#"$old_claude/"}"

test_that "what hooks fail at is told without secrets"
quiet_down
printf '{"session_id":"%s","hook_event_name":"Stop","transcript_path":"%s"}' \
    cccccccc-1111-4222-8333-444444444444 \
    "/x/ghp_""aB3dE5gH7jK9mN1pQ3sT5vW7xY9zA1cD3eF5/y.jsonl" >"$T/input"
run seshat hook run claude-code <"$T/input"
settled
check grep -q '/x/.REDACTED:' "$log"
check test "$(grep -c 'ghp''_' "$log")" = 0

test_that "a hook that can begin no process is silent, and tells that"
: >"$log"
run sh -c 'ulimit -n 4; exec "$SESHAT_BIN" hook run claude-code' <"$T/input"
expect_status 0
expect_out ""
expect_err ""
check fails
check grep -q 'no process could be begun' "$log"

finish
