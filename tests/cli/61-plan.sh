# plan get, set and show: a field of an issue's header, and not a byte beside it.
. "$SESHAT_SOURCE/tests/cli/share.sh"

# changed_by SED: the body is what it was, but for what sed makes of it.
changed_by() {
	sed -e "$1" "$T/body" >"$T/was"
	# sed ends the last line, which has no end
	hub_body "$plan" | sed -e '' >"$T/now"
	same "$T/was" "$T/now"
}

new_plan 'objective_issue: 12' "source_repo: o/r" 'lifecycle_stage: impl' \
    'is_draft: true' "note: 'a: b'"

test_that "plan get prints a field, and of one that is not set nothing"
run seshat plan get 1 created_by
expect_status 0
expect_out octo
run seshat plan get 1 schema_version
expect_out 2
run seshat plan get '#1' lifecycle_stage
expect_out impl
for field in last_session_id plan_comment_id last_remote_impl_run_id; do
	run seshat plan get 1 $field
	expect_status 0
	[ ! -s "$T/out" ] && [ ! -s "$T/err" ] || fail "$field: $(cat "$T/out" "$T/err")"
	run seshat plan get 1 $field --json
	expect_status 0
	expect_out "{\"success\": true, \"value\": null, \"issue_number\": 1, \"field\": \"$field\"}"
done
hub_clean

test_that "with --json a value is of its kind"
run seshat plan get 1 objective_issue --json
expect_out '{"success": true, "value": 12, "issue_number": 1, "field": "objective_issue"}'
run seshat plan get 1 is_draft --json
is true value
run seshat plan get 1 schema_version --json
out_has '"value": "2"'
run seshat plan get 1 note --json
is 'a: b' value
hub_clean

test_that "a field that no header has is a mistake of the caller"
run seshat plan get 1 no_such_field
expect_status 2
expect_out ''
err_has "a plan header has no field 'no_such_field'"
run seshat plan get 1 no_such_field --json
failed 2 no_such_field
run seshat plan get 1
expect_status 2
run seshat plan get seven created_by --json
failed 2 'Invalid issue identifier: seven'
hub_clean

test_that "an issue is meant by number, P-number and URL"
hub_control '{"issues": [{"repo": "octo/app", "number": 5, "body": null}]}'
hub_plan 'branch_name: far' | python 'import json, sys
print(json.dumps({"issues": [{"repo": "octo/app", "number": 5, "body": sys.stdin.read()}]}))' >"$T/hub.json"
hub_control "@$T/hub.json"
for name in 5 P5 '#5' https://github.com/octo/app/issues/5 \
    https://github.com/octo/app/issues/5#issuecomment-1 octo/app/issues/5; do
	run seshat plan get "$name" branch_name -R octo/app
	expect_status 0
	expect_out far
done
run seshat plan get https://github.com/octo/app/issues/5 branch_name
expect_out far
hub_clean

test_that "an issue that is not there, or without a header, is not found"
hub_control '{"issues": [{"number": 80, "gone": true}, {"number": 81, "body": "nothing"}]}'
run seshat plan get 79 created_by --json
failed 3 'issue o/r#79'
run seshat plan get 80 created_by --json
failed 3 'issue o/r#80'
for command in 'get 81 created_by' 'set 81 created_by x' 'show 81'; do
	run seshat plan $command
	expect_status 3
	err_has 'issue o/r#81: plan-header block not found in issue body'
done
hub_clean

test_that "plan show prints all of them in their order"
run seshat plan show 1
expect_status 0
[ "$(wc -l <"$T/out")" = 19 ] || fail "$(cat "$T/out")"
[ "$(head -n 3 "$T/out")" = "schema_version: 2
created_at: 2026-01-21T13:00:00+00:00
created_by: octo" ] || fail "$(cat "$T/out")"
out_has '^note: a: b$'
run seshat plan show 1 --json
expect_status 0
is "schema_version created_at created_by plan_comment_id last_dispatched_run_id last_dispatched_node_id last_dispatched_at last_local_impl_at last_local_impl_event last_local_impl_session last_local_impl_user last_remote_impl_at last_remote_impl_run_id last_remote_impl_session_id objective_issue source_repo lifecycle_stage is_draft note" keys
is null plan_comment_id
is 12 objective_issue
hub_clean

test_that "plan show and get need no token"
GH_TOKEN='' run seshat plan show 1
expect_status 0
GH_TOKEN='' run seshat plan set 1 branch_name x --json
failed 4 'no token for github.com .set GH_TOKEN'
header_stays
hub_clean

test_that "plan set changes one line"
run seshat plan set 1 objective_issue 13
expect_status 0
expect_out ''
expect_err 'issue #1: objective_issue is set'
changed_by 's/^objective_issue: 12$/objective_issue: 13/'
hub_body 1 >"$T/body"
run seshat plan set 1 note "it's: # 1" --json
expect_status 0
expect_out '{"success": true, "changed": true, "issue_number": 1}'
changed_by "s/^note: .*/note: 'it''s: # 1'/"
hub_body 1 >"$T/body"
run seshat plan set 1 objective_issue null
expect_err 'issue #1: objective_issue is empty now'
changed_by 's/^objective_issue: 13$/objective_issue: null/'
hub_body 1 >"$T/body"
run seshat plan set 1 learn_status completed
changed_by '/^note: /a\
learn_status: completed'
run seshat plan get 1 note
expect_out "it's: # 1"
hub_clean

test_that "what a field has already is not written"
looks
hub_body 1 >"$T/body"
run seshat plan set 1 learn_status completed --json
expect_status 0
expect_out '{"success": true, "changed": false, "issue_number": 1}'
header_stays
check test "$(hub_requests '^PATCH')" = 0
hub_clean

test_that "a value that no tool would read is refused"
for what in 'schema_version 3' 'learn_status done' 'objective_issue x' \
    'objective_issue 0' 'source_repo norepo' 'created_by null' \
    'last_session_source moon' 'no_such_field 1' "branch_name "; do
	run seshat plan set 1 "${what%% *}" "${what#* }" --json
	failed 2 "${what%% *}"
done
header_stays
check test "$(hub_requests '^PATCH')" = 0
hub_clean

test_that "CRLF, other blocks and text around it stay as they are"
plan=2
{
	printf 'before \303\251\t\n\n'
	hub_plan 'branch_name: a' 'strange: {a: 1}   # why'
	printf '\n\n<!-- erk:metadata-block:other -->\nbranch_name: b\n<!-- /erk:metadata-block:other -->\n\nbranch_name: c  \n\n\n'
} | python 'import json, sys
print(json.dumps({"issues": [{"number": 2, "crlf": True, "body": sys.stdin.read()}]}))' >"$T/hub.json"
hub_control "@$T/hub.json"
hub_body 2 >"$T/body"
run seshat plan set 2 branch_name d
expect_status 0
hub_body 2 >"$T/now"
sed -e 's/^branch_name: a/branch_name: d/' "$T/body" >"$T/was"
same "$T/was" "$T/now"
hub_clean

test_that "two who set different fields at once are both heeded"
plan=3
hub_issue 3 'branch_name: a'
hub_rule '{"on": "GET ^/repos/o/r/issues/3$", "nth": 2, "do": "before", "control": {"issues":
    [{"number": 3, "by": "hubot", "replace": ["created_by: octo", "created_by: hubot"]}]}}'
run seshat plan set 3 branch_name b
expect_status 0
header_is branch_name b
header_is created_by hubot
i=0
while [ $i -lt 4 ]; do
	i=$((i + 1))
	"$SESHAT_BIN" plan set 3 branch_name "n$i" >/dev/null 2>&1 &
done
wait
run seshat plan get 3 branch_name
out_has '^n[1-4]$'
header_is created_by hubot
hub_clean

test_that "what GitHub refuses is said"
hub_rule '{"on": "PATCH ^/repos/", "status": 403, "message": "Resource not accessible"}'
run seshat plan set 3 branch_name z --json
failed 4 '403: Resource not accessible'
GH_TOKEN=test-wrong run seshat plan get 3 branch_name --json
failed 4 'the token in GH_TOKEN is not valid'
nothing_left
hub_clean

test_that "erk's get-plan-metadata prints JSON always"
run seshat exec get-plan-metadata 3 created_by
expect_status 0
expect_out '{"success": true, "value": "hubot", "issue_number": 3, "field": "created_by"}'
run seshat exec get-plan-metadata 3 last_session_gist_url
expect_status 0
is null value
run seshat exec get-plan-metadata 99 created_by
failed 3 'issue o/r#99'
run seshat exec get-plan-metadata 3
failed 2 'an issue and a field are needed'
hub_clean
finish
