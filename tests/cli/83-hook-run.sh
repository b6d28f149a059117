# What hooks do: 'seshat hook run', the worker behind it and the follow that it
# begins.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"
. "$SESHAT_SOURCE/tests/cli/hooks.sh"

test_that "SessionStart begins a follow, before there is a transcript"
hook SessionStart "$one"
soon stands follows True
check stands follow_by_hook True
follower=$(standing follow_pid)
run seshat hook status
expect_status 0
out_has "^followed by process $follower, which a hook began"
run seshat status --prometheus
out_has '^seshat_follow_running 1$'

test_that "that follow stores what is written, without a hook"
fake "$one" "$demo"
source_one=$source
soon has "$one" "$source_one"

test_that "Stop stores at once, and is no end"
grow "$source_one" "$one" 4 5
hook Stop "$one" "$source_one"
soon has "$one" "$source_one"
settled
check test "$(ended "$one")" = no

test_that "PreCompact stores, too"
grow "$source_one" "$one" 6 6
hook PreCompact "$one" "$source_one"
settled
is_whole "$one" "$source_one"

test_that "SessionEnd ends the session, and the follow leaves it so"
grow "$source_one" "$one" 7 7
hook SessionEnd "$one" "$source_one"
soon is_ended "$one"
is_whole "$one" "$source_one"
settled
check is_ended "$one"
check test "$(streams "$one")" = 1

test_that "a line that comes right behind SessionEnd is no new beginning"
grow "$source_one" "$one" 71 71
hook SessionEnd "$one" "$source_one"
soon has "$one" "$source_one"
grow "$source_one" "$one" 72 72
soon has "$one" "$source_one"
settled
check is_ended "$one"
is_whole "$one" "$source_one"

test_that "one that is resumed goes on in its stream"
hook SessionStart "$one" "$source_one"
grow "$source_one" "$one" 8 8
hook Stop "$one" "$source_one"
settled
is_whole "$one" "$source_one"
check test "$(ended "$one")" = no
check test "$(streams "$one")" = 1

test_that "a second hook begins no second follow"
check test "$(standing follow_pid)" = "$follower"

test_that "a follow that was killed begins again with the next hook"
kill -9 "$follower"
soon gone "$follower"
check stands follows False
hook Stop "$one" "$source_one"
soon stands follows True
check test "$(standing follow_pid)" != "$follower"
follower=$(standing follow_pid)

test_that "one whose program was replaced makes room for the new one"
settled
kill -9 "$follower"
soon gone "$follower"
cp "$SESHAT_BIN" "$T/older"
run "$T/older" hook run claude-code <"$T/input"
soon stands follows True
settled
follower=$(standing follow_pid)
rm "$T/older"
hook Stop "$one" "$source_one"
settled
soon gone "$follower"
check stands follows True
follower=$(standing follow_pid)

test_that "a transcript that was moved is found by its id"
moved=$CLAUDE_CONFIG_DIR/projects/-elsewhere/$one.jsonl
mkdir -p "${moved%/*}"
settled
kill -9 "$follower"
soon gone "$follower"
mv "$source_one" "$moved"
grow "$moved" "$one" 9 9
hook SessionEnd "$one" "$source_one"
settled
is_whole "$one" "$moved"
check is_ended "$one"

test_that "a session without a transcript is no failure"
hook Stop "$two"
hook SessionEnd "$two"
settled
check stands errors 0

test_that "where a mirror follows already, hooks begin none"
quiet_down
follow --everywhere --interval 0.05
hook SessionStart "$two"
settled
check stands follow_by_hook False
check test "$(standing follow_pid)" = "$follow_pid"

test_that "and a second one beside it does no harm"
first_pid=$follow_pid
: >"$T/second"
"$SESHAT_BIN" mirror --everywhere --follow --json --interval 0.05 \
    >"$T/second" 2>&1 &
second_pid=$!
at_exit 'kill -9 "$second_pid" 2>/dev/null'
is_ready() { grep -q '"event":"ready"' "$T/second"; }
soon is_ready
fake "$two" "$demo"
source_two=$source
soon has "$two" "$source_two"
check test "$(streams "$two")" = 1
kill -TERM "$second_pid"
wait "$second_pid" || fail "the second one failed: $(cat "$T/second")"
follow_pid=$first_pid
end_follow TERM
expect_status 0

test_that "systemd is asked where its unit is enabled"
mkdir -p "$T/bin"
cat >"$T/bin/systemctl" <<'END'
#!/bin/sh
echo "$*" >>"$T/systemctl"
case "$*" in
*start*) "$SESHAT_BIN" mirror --everywhere --follow -q >/dev/null 2>&1 & ;;
esac
END
chmod +x "$T/bin/systemctl"
old_path=$PATH
PATH=$T/bin:$PATH
hook SessionStart "$two" "$source_two"
soon stands follows True
settled
PATH=$old_path
check stands follow_by_hook False
check grep -q 'is-enabled seshat-mirror.service' "$T/systemctl"
check grep -q -e '--no-block start seshat-mirror.service' "$T/systemctl"
quiet_down

test_that "what an agent says wrongly is told in the log, not to it"
for input in '' '{' '[]' '{"session_id":"../x"}' "$(printf '\001\377')"; do
	printf '%s' "$input" >"$T/input"
	run seshat hook run claude-code <"$T/input"
	expect_status 0
	expect_out ""
	expect_err ""
done
run seshat hook run claude-code <&-
expect_status 0
run seshat hook run
expect_status 0
run seshat hook run nobody extra words
expect_status 0
expect_out ""
expect_err ""
for words in 'hook run claude-code --bogus' 'hook run --store' \
    'hook run 1 2 3 4 5 6 7 8 9' '--bogus hook run claude-code' \
    '--json=1 hook run claude-code' 'hook run claude-code --json --odd' \
    '--store hook run claude-code' 'hook --store a:b run claude-code' \
    '--bogus b hook run claude-code' 'hook -q --bogus run claude-code'; do
	run seshat $words <"$T/input"
	expect_status 0
	expect_out ""
	expect_err ""
done
check grep -q 'bogus' "$log"
check grep -q 'the options before it, or between its words, cannot be' "$log"
has_errors() { [ "$(standing errors)" -ge 18 ]; }
soon has_errors
run seshat hook status
expect_status 1
out_has '^hooks failed .*: '
run seshat status
expect_status 0
out_has '^hooks failed .*; .seshat doctor. says what to do'
run seshat doctor
out_has '^warning +hooks +a hook failed'

test_that "and is over once a hook works"
hook Stop "$two" "$source_two"
soon stands errors 0
run seshat hook status
expect_status 0
quiet_down

test_that "an option that says where it should store is not obeyed in silence"
run seshat --store "file://$T/odd" hook run claude-code <"$T/input"
expect_status 0
expect_out ""
expect_err ""
check grep -q "'seshat hook install --store URL' says where hooks" "$log"
settled
check test ! -e "$T/odd"
check stands errors 0
quiet_down

test_that "a word that is none is still told where no hook is called"
for words in 'grep hook run' 'hook walk' 'hook'; do
	run seshat $words
	expect_status 2
done

test_that "long input is enough from its beginning"
grow "$source_two" "$two" 4 4
{
	printf '{"session_id":"%s","hook_event_name":"Stop","last":"' "$two"
	head -c 3000000 /dev/zero | tr '\0' x
	printf '"}'
} >"$T/input"
run seshat hook run claude-code <"$T/input"
expect_status 0
soon has "$two" "$source_two"
settled
quiet_down

test_that "an agent that never ends its input does not keep the hook"
mkfifo "$T/fifo"
(
	exec 9>"$T/fifo"
	printf '{"session_id":"%s"' "$two" >&9
	exec sleep 60
) &
writer=$!
run timeout 3 "$SESHAT_BIN" hook run claude-code <"$T/fifo"
expect_status 0
kill "$writer"
wait "$writer" 2>/dev/null || :
settled
quiet_down

test_that "nor does a queue that somebody holds, or a state that is none"
flock -F "$state/queue" sleep 60 &
holder=$!
is_held() { ! flock -n "$state/queue" true; }
soon is_held
run timeout 1 "$SESHAT_BIN" hook run claude-code <"$T/input"
expect_status 0
expect_out ""
expect_err ""
kill "$holder"
wait "$holder" 2>/dev/null || :
touch "$T/file"
run env XDG_STATE_HOME="$T/file" "$SESHAT_BIN" hook run claude-code \
    <"$T/input"
expect_status 0
expect_out ""
expect_err ""
settled
quiet_down

test_that "hooks at once are one worker and few flushes"
grow "$source_two" "$two" 5 5
printf '{"session_id":"%s","hook_event_name":"Stop"}' "$two" >"$T/input"
seq 200 | xargs -P 50 -I @ sh -c \
    '"$SESHAT_BIN" hook run claude-code <"$T/input"' >"$T/out" 2>&1
expect_out ""
soon has "$two" "$source_two"
settled
check stands errors 0
check test "$(parts "$two")" -le 6
quiet_down

test_that "neither a project nor its environment says where sessions go"
mkdir "$T/evil"
echo "store: file://$T/evil/vault" >"$demo/.seshat.yaml"
grow "$source_two" "$two" 6 6
printf '{"session_id":"%s","hook_event_name":"Stop"}' "$two" >"$T/input"
run at "$demo" env SESHAT_STORE="file://$T/evil/other" "$SESHAT_BIN" \
    hook run claude-code <"$T/input"
soon has "$two" "$source_two"
settled
check test "$(ls "$T/evil")" = ""
rm "$demo/.seshat.yaml"
quiet_down

test_that "a follow goes where the configuration says, also when that changes"
own_config=$XDG_CONFIG_HOME/seshat/config.yaml
mkdir -p "${own_config%/*}"
hook SessionStart "$two" "$source_two"
soon stands follows True
settled
follower=$(standing follow_pid)
: >"$log"
echo 'store: [' >"$own_config"
grow "$source_two" "$two" 7 7
is_told() { grep -q 'the follow goes on as configured before: ' "$log"; }
soon is_told
check is_up "$follower"
echo "store: file://$T/changed" >"$own_config"
grow "$source_two" "$two" 8 8
soon has "$two" "$source_two"
soon stands follow_pid "$follower"
check test -d "$T/changed/demo"
check stands errors 0
rm "$own_config"
grow "$source_two" "$two" 9 9
soon has "$two" "$source_two"
soon stands follow_pid "$follower"
check stands errors 0
kill "$follower"
soon gone "$follower"

test_that "the store of 'hook install --store' is that of hooks"
run seshat hook install -q claude-code --store "file://$T/own"
expect_status 0
hook Stop "$two" "$source_two"
stored_there() { [ -d "$T/own/demo" ]; }
soon stored_there
settled
soon stands follows True
follower=$(standing follow_pid)

test_that "uninstalling ends the follow"
run seshat hook uninstall claude-code
expect_status 0
out_has 'the follow in the background has ended'
soon gone "$follower"
check test ! -e "$state/store"

test_that "while the store is down hooks are as fast and as silent"
s3_start
s3_bucket vault
run seshat hook install -q claude-code --store "$(s3_url vault)"
expect_status 0
hook Stop "$two" "$source_two"
settled
s3_server kill
grow "$source_two" "$two" 7 7
hook Stop "$two" "$source_two"
hook SessionEnd "$one" "$moved"
has_error() { standing last_error | grep -q 127.0.0.1; }
soon has_error
soon stands waiting 2
run seshat status --prometheus --store "$(s3_url vault)"
check test "$status" -gt 0
out_has '^seshat_store_up 0$'
out_has '^seshat_hook_errors [1-9]'

test_that "as many as there are, it says"
run seshat hook status
out_has ' \(2 sessions wait for the next hook\); '
cp "$state/taken" "$T/taken"
quiet_down
sed -i 1d "$state/taken"
: >"$state/queue"
run seshat hook status
out_has ' \(1 session waits for the next hook\); '
mv "$T/taken" "$state/taken"

test_that "a worker that is killed leaves no lock, and loses nothing"
quiet_down
check test "$(standing waiting)" = 2

test_that "and when the store is back the next hook catches up with all"
s3_server again
hook SessionStart "$two" "$source_two"
settled
check stands errors 0
SESHAT_STORE=$(s3_url vault)
export SESHAT_STORE
is_whole "$two" "$source_two"
is_whole "$one" "$moved"
check is_ended "$one"
run seshat verify --source
expect_status 0

test_that "a worker that is there when it is back needs no hook"
quiet_down
s3_server kill
grow "$source_two" "$two" 8 8
hook SessionEnd "$two" "$source_two"
soon has_error
s3_server again
settled
is_whole "$two" "$source_two"
check is_ended "$two"

test_that "what an agent's environment says of the way there does not count"
quiet_down
run seshat hook uninstall -q claude-code
expect_status 0
unset SESHAT_STORE
own_config=$XDG_CONFIG_HOME/seshat/config.yaml
mkdir -p "${own_config%/*}"
printf 'store: s3://vault\nendpoint: %s\nregion: %s\n' "$S3_ENDPOINT" \
    "$AWS_DEFAULT_REGION" >"$own_config"
grow "$source_two" "$two" 9 9
printf '{"session_id":"%s","hook_event_name":"Stop"}' "$two" >"$T/input"
run env AWS_ENDPOINT_URL=http://127.0.0.1:1 \
    AWS_ENDPOINT_URL_S3=http://127.0.0.1:1 AWS_REGION=nowhere-1 \
    AWS_PROFILE=nobody AWS_CA_BUNDLE=/nowhere AWS_CONFIG_FILE="$T/input" \
    "$SESHAT_BIN" hook run claude-code <"$T/input"
soon stands follows True
settled
check stands errors 0
is_whole "$two" "$source_two"
pid=$(standing follow_pid)
check test "$(grep -zc '^AWS_ENDPOINT' "/proc/$pid/environ")" = 0

test_that "but what it said when they were installed does"
sed -i '/^endpoint/d' "$own_config"
run env AWS_ENDPOINT_URL_S3="$S3_ENDPOINT" "$SESHAT_BIN" hook install \
    claude-code
expect_status 0
out_has '^hooks store to s3://vault now, with AWS_ENDPOINT_URL_S3, .* as remembered$'
soon gone "$pid"
out_has 'the follow in the background has ended'
grow "$source_two" "$two" 10 10
hook Stop "$two"
settled
check stands errors 0
SESHAT_STORE=$(s3_url vault) is_whole "$two" "$source_two"
run seshat hook status
out_has '^hooks store to s3://vault, with AWS_ENDPOINT_URL_S3, AWS_DEFAULT_REG'

test_that "a follow into a store of before ends with the others"
pid=$(standing follow_pid)
run seshat hook uninstall claude-code --store "file://$T/own"
expect_status 0
out_has 'the follow in the background has ended'
soon gone "$pid"

finish
