# 'seshat import' of what was shared through GitHub: a gist, and all that the
# issue of a plan tells of, by erk or by seshat.
. "$SESHAT_SOURCE/tests/cli/share.sh"

# gone: nothing is on this machine any more.
gone() {
	rm -rf "$CLAUDE_CONFIG_DIR" "$vault" "$XDG_STATE_HOME/seshat"
}

# is_there HARNESS/ID FILE: that is the session, and it is one.
is_there() {
	run seshat show "$1" --raw
	expect_status 0
	same "$2" "$T/out"
	check test "$(streams "${1#*/}")" = 1
}

# erk_gist ID FILE [NAME]: a gist as erk made them; $gist.
erk_gist() {
	gist=$(printf '%032x' "$((0x1000 + n_ids))")
	python 'import json, sys
print(json.dumps({"gists": [{"id": sys.argv[1],
    "description": "Claude Code session " + sys.argv[2] + " (local)",
    "files": {sys.argv[4]: open(sys.argv[3], encoding="utf-8").read()}}]}))' \
	    "$gist" "$1" "$2" "${3-session-$1.jsonl}" >"$T/hub.json"
	hub_control "@$T/hub.json"
}

test_that "a gist of ours, by its URL and by its id"
new_plan
new_session 5
cp "$source" "$T/one"
uploaded
one=$id
url=$(field gist_url)
for form in "$url" "$gist --format erk-gist"; do
	gone
	# shellcheck disable=SC2086 # two words
	run seshat import $form
	expect_status 0
	out_has '^imported 1 of 1 sessions'
	is_there "claude-code/$one" "$T/one"
	run seshat show "$one" --json
	out_has "\"imported_from\":\"$url\""
done
check test -d "$vault/demo/sessions/claude-code/$one"
hub_clean

test_that "a second time nothing is stored; nor where it was mirrored"
run seshat import "$url"
expect_status 0
out_has '^imported 0 of 1 sessions, 0 B new .* 1 already here'
gone
fake "$one" "$demo" 5
mirror --everywhere
run seshat import "$url"
out_has '^imported 0 of 1 sessions, 0 B new .* 1 already here'
is_there "claude-code/$one" "$T/one"

test_that "one that has grown goes on; one that is packed is unpacked"
fake "$one" "$demo" 5
id=$one
cp "$source" "$T/five"
gone
run seshat import "$url"
fake "$one" "$demo" 9
cp "$source" "$T/nine"
uploaded --compress
gone_source=$CLAUDE_CONFIG_DIR
rm -rf "$gone_source"
run seshat import "$url"
expect_status 0
out_has '^imported 1 of 1 sessions'
is_there "claude-code/$one" "$T/nine"

test_that "erk's: the name of its file tells the session"
looks
gone
new_session 4
cp "$source" "$T/erk"
erk_gist "$id" "$T/erk"
gone
for form in "https://gist.github.com/octo/$gist" \
    "https://gist.githubusercontent.com/octo/$gist/raw/session-$id.jsonl"; do
	gone
	run seshat import "$form"
	expect_status 0
	is_there "claude-code/$id" "$T/erk"
done

test_that "whose it is is found in its lines, where nothing else tells"
codex='{"timestamp":"2026-01-01T00:00:00Z","type":"session_meta","payload":{"id":"cx","cwd":"/x"}}'
python 'import json, sys
print(json.dumps({"gists": [{"id": "a" * 32, "description": "my session",
    "files": {"cx.jsonl": sys.argv[1] + "\n"}},
    {"id": "b" * 32, "description": "data",
    "files": {"d.jsonl": "{\"a\":1}\n"}}]}))' "$codex" >"$T/hub.json"
hub_control "@$T/hub.json"
gone
run seshat import "https://gist.github.com/$(printf 'a%.0s' $(seq 32))"
expect_status 0
run seshat show codex/cx --raw
expect_out "$codex"
run seshat import "https://gist.github.com/$(printf 'b%.0s' $(seq 32))"
expect_status 1
err_has 'no agent that we know writes such lines'

test_that "whose it is is told by our mark, whatever its lines are"
looks
echo '{"prompt":"a"}' >"$T/any.jsonl"
run seshat upload --session-file "$T/any.jsonl" --session-id any \
    --harness generic --json
expect_status 0
url_any=$(field gist_url)
gone
run seshat import "$url_any"
expect_status 0
is_there generic/any "$T/any.jsonl"

test_that "what is not there, and what is no gist"
run seshat import "https://gist.github.com/$(printf 'c%.0s' $(seq 32))"
expect_status 3
run seshat import https://example.org/octo/0123456789abcdef0123
expect_status 2
run seshat import "$url" --only demo
expect_status 2
err_has 'there are no projects in it'

test_that "all sessions of a plan: those of its comments, and erk's last"
looks
new_plan
for i in 1 2 3; do
	new_session $((i + 2))
	cp "$source" "$T/plan-$i"
	eval "plan_$i=$id"
	[ $i = 3 ] || uploaded
done
erk_gist "$id" "$T/plan-3"
hub_plan "last_session_gist_url: https://gist.github.com/octo/$gist" \
    "last_session_gist_id: '$gist'" "last_session_id: $id" \
    "last_session_at: '2026-09-01T00:00:00+00:00'" \
    'last_session_source: local' 'last_session_branch: session/7' |
    python 'import json, sys
print(json.dumps({"issues": [{"number": int(sys.argv[1]),
                              "body": sys.stdin.read()}]}))' "$plan" \
	>"$T/hub.json"
hub_control "@$T/hub.json"
gone
run seshat import --format erk-plan "$plan"
expect_status 0
out_has '^imported 3 of 3 sessions'
err_has '^seshat: session/7: is a branch of the repository: clone it'
is_there "claude-code/$plan_1" "$T/plan-1"
is_there "claude-code/$plan_2" "$T/plan-2"
is_there "claude-code/$plan_3" "$T/plan-3"
run seshat import "https://github.com/o/r/issues/$plan" --json
expect_status 0
out_has '"format":"erk-plan","sessions":3,"imported":0,.*"here":3'
hub_clean

test_that "a gist of a plan that is gone: the others are imported"
field_file=$hub_dir/gists/$gist/gist.json
rm -rf "${hub_dir:?}/gists/$gist"
gone
run seshat import --format erk-plan "$plan"
expect_status 5
out_has '^imported 2 of 3 sessions, .* 1 failed'
err_has "^seshat: claude-code/$plan_3: "
is_there "claude-code/$plan_1" "$T/plan-1"

test_that "what an older erk left in an artifact of a run"
looks
new_plan 'last_remote_impl_run_id: "77"' 'last_remote_impl_session_id: art'
lines art "$demo" 1 2 >"$T/art"
python 'import json, sys
print(json.dumps({"artifacts": [{"repo": "o/r", "run": 77, "id": 1,
    "name": "session-art", "created_at": "2026-01-01T00:00:00Z",
    "files": {"x.jsonl": open(sys.argv[1], encoding="utf-8").read()}}]}))' \
    "$T/art" >"$T/hub.json"
hub_control "@$T/hub.json"
gone
run seshat import --format erk-plan "$plan"
expect_status 0
is_there claude-code/art "$T/art"

test_that "a plan that tells of no session"
new_plan
run seshat import --format erk-plan "$plan"
expect_status 3
err_has "no sessions in $plan: looked for the sessions of a plan.s issue"

test_that "secrets that were shared are scrubbed on the way in"
looks
n_ids=$((n_ids + 1))
printf '{"type":"user","sessionId":"sec","cwd":"/x","uuid":"1","x":"%s%s"}\n' \
    AKIA Q7ZT3MWX5LNB2KDE >"$T/secret"
erk_gist sec "$T/secret"
gone
run seshat import "https://gist.github.com/octo/$gist"
expect_status 0
run seshat show claude-code/sec --raw
out_lacks 'AKIA'
out_has REDACTED

finish
