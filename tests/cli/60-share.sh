# upload and download: a session goes into a gist, a plan's issue tells of it,
# and it comes out again.
. "$SESHAT_SOURCE/tests/cli/share.sh"

keys="success gist_id gist_url raw_url session_id issue_number issue_updated"

# description: what every gist of $id and $plan is called.
description() {
	echo "Session for plan #$plan: Claude Code session $id (${1-local}) seshat:$(
	    printf 'claude-code/%s' "$id" | sha256sum | cut -c -16)"
}

test_that "a session goes into a secret gist, and header and comment tell of it"
new_session 20
new_plan
uploaded
is "$keys" keys
is true issue_updated
is "$plan" issue_number
is "$id" session_id
is "https://gist.github.com/octo/$gist" gist_url
gist_is "$(description)" description
gist_is false public
same "$source" "$(hub_file "$gist" "session-$id.jsonl")"
curl -sS "$(field raw_url)" >"$T/raw"
same "$source" "$T/raw"
only_session_changed
header_is last_session_gist_url "https://gist.github.com/octo/$gist"
header_is last_session_gist_id "$gist"
header_is last_session_id "$id"
header_is last_session_source local
issue_is "$plan" 1 comments len
field_file=$hub_dir/repos/o/r/issues/$plan.json field comments 0 body >"$T/comment"
for line in '<!-- erk:metadata-block:session-gist -->' "session_id: $id" \
    'harness: claude-code' "gist_id: $gist" 'source: local' \
    "sha256: $(sha256sum "$source" | cut -c -64)"; do
	tr -d "'" <"$T/comment" | grep -Fxq -e "$line" ||
	    fail "no $line in the comment: $(cat "$T/comment")"
done
curl -sS -H "Authorization: token $GH_TOKEN" "$HUB_API/gists" |
    grep -q "Session for plan #$plan: " || fail "GET /gists does not tell"
[ ! -s "$T/err" ] || fail "stderr: $(cat "$T/err")"
nothing_left
hub_clean

test_that "the same again is the same gist, and one comment"
uploaded
same "$source" "$(hub_file "$gist" "session-$id.jsonl")"
n_gists 1
issue_is "$plan" 1 comments len
check test "$(hub_requests '^(POST|PATCH) /gists')" = 1
hub_clean

test_that "a session that grew is brought up to date in its gist"
first=$gist
lines "$id" "$demo" 21 30 >>"$source"
uploaded
[ "$gist" = "$first" ] || fail "another gist, $gist"
n_gists 1
same "$source" "$(hub_file "$gist" "session-$id.jsonl")"
issue_is "$plan" 2 comments len
rm -rf "$XDG_STATE_HOME/seshat"
lines "$id" "$demo" 31 32 >>"$source"
uploaded
[ "$gist" = "$first" ] || fail "another gist, $gist, when none was known here"
n_gists 1
hub_clean

test_that "without a plan only the gist is made, and people are told of it"
looks
new_session
run seshat upload --session-id "$id"
expect_status 0
out_has "^https://gist.github.com/octo/[0-9a-f]{32}\$"
[ "$(wc -l <"$T/out")" = 1 ] || fail "$(cat "$T/out")"
err_has "^uploaded session $id of claude-code: .*, 0 secrets replaced\$"
check test "$(hub_requests /issues)" = 0
hub_clean

test_that "the newest session of the checkout is meant, and no other's"
new_session
new_plan
newest=$id
new_session
touch -d '1 hour ago' "$source"
mkdir -p "$demo/src/deep" "$T/work/other"
run at "$demo/src/deep" seshat upload --json
expect_status 0
is "$newest" session_id
run at "$T/work/other" seshat upload --json --plan-issue "$plan"
failed 3 "no agent left a session of $T/work/other"
run at "$T/work/other" seshat upload --json --if-present --plan-issue "$plan"
expect_status 0
expect_out '{"success": true, "uploaded": false}'
header_stays
hub_clean

test_that "a transcript that lies anywhere is taken from there"
cp "$source" "$T/elsewhere.jsonl"
run seshat upload --session-file "$T/elsewhere.jsonl" \
    --harness claude-code --session-id far-away --json
expect_status 0
is far-away session_id
same "$source" "$(hub_file "$(field gist_id)" session-far-away.jsonl)"
run seshat upload --session-file "$T/none.jsonl" --json
failed 3 none.jsonl
hub_clean

test_that "an id that looks like a secret is not shown to anybody"
odd=$(printf 'ghp_%s' q7Rt2Zx9Lm4Kp8Vbc3Wn6Ys1Hd5Gf0JaUo2e)
lines x "$demo" 1 3 >"$T/odd.jsonl"
run seshat upload --session-file "$T/odd.jsonl" --session-id "$odd"
expect_status 2
err_has 'session to be shared: its id looks like a secret'
err_lacks "$odd"
hub_clean

test_that "what is packed is not taken for a transcript"
lines x "$demo" 1 3 | gzip >"$T/packed.jsonl"
run seshat upload --session-file "$T/packed.jsonl" --session-id packed
expect_status 1
err_has 'is packed, or no text'
hub_clean

test_that "what is gone here comes out of the vault"
anew
new_session 12
new_plan
run seshat mirror --session-id "$id"
expect_status 0
mv "$source" "$T/was.jsonl"
uploaded
same "$T/was.jsonl" "$(hub_file "$gist" "session-$id.jsonl")"
nothing_left
hub_clean

test_that "a secret does not leave this machine"
new_session
new_plan
secret=ghp_$(printf '%s' 16C7e42F292c6912E7710c838347Ae178B4a)
printf '{"type":"user","sessionId":"%s","message":{"role":"user","content":"my key is %s"}}\n' \
    "$id" "$secret" >>"$source"
run seshat upload --session-id "$id" --plan-issue "$plan"
expect_status 0
err_has ' 1 secret replaced$'
uploaded
! grep -rq "$secret" "$hub_dir" || fail "the secret is in $(grep -rl "$secret" "$hub_dir")"
! grep -rq "$secret" "$XDG_STATE_HOME" || fail "the secret is in the state"
[ "$(wc -l <"$(hub_file "$gist" "session-$id.jsonl")")" = 4 ] || fail "lines are missing"
hub_clean

test_that "--public makes a public gist, --compress a small one"
new_session 200
new_plan
uploaded --public
gist_is true public
gist_is "$(description)" description
new_session 200
uploaded --compress
check test -s "$(hub_file "$gist" 00-manifest.json)"
check test ! -e "$(hub_file "$gist" "session-$id.jsonl")"
[ "$(cat "$hub_dir/gists/$gist/files/"* | wc -c)" -lt "$(($(wc -c <"$source") / 2))" ] ||
    fail "it is not small"
run seshat download --gist-url "$gist" --output "$T/packed"
expect_status 0
same "$source" "$T/packed/session.jsonl"
hub_clean

test_that "--dry-run sends nothing, and prints the same keys"
looks
gists=$(hub_gists)
new_session 5
run seshat upload --session-id "$id" --plan-issue "$plan" --json --dry-run
expect_status 0
is "$keys dry_run" keys
is true dry_run
is "$id" session_id
err_lacks 'not looked at'
check test "$(hub_requests "^GET /repos/o/r/issues/$plan 200 test-classic")" = 1
run seshat upload --session-id "$id" --plan-issue "$plan" --dry-run -v
expect_status 0
expect_out ''
err_has "^would upload session $id "
err_has "last_session_id: $id"
err_has "Session for plan #$plan: "
check test "$(hub_requests)" = "$(hub_requests '^GET /repos/')"
looks
run seshat upload --session-id "$id" --dry-run --json
expect_status 0
check test "$(hub_requests)" = 0
[ "$gists" = "$(hub_gists)" ] || fail "another gist"
nothing_left

test_that "--dry-run says what is wrong with a plan as the upload does"
hub_control '{"issues": [{"number": 700, "gone": true}, {"number": 701, "body": "no header here"}]}'
looks
for number in 699 700 701; do
	for dry in '' --dry-run; do
		run seshat upload --session-id "$id" --plan-issue "$number" --json $dry
		failed 3 "issue o/r#$number"
		cp "$T/out" "$T/said$dry"
	done
	same "$T/said" "$T/said--dry-run"
done
GH_TOKEN=test-wrong run seshat upload --session-id "$id" --plan-issue "$plan" --json --dry-run
failed 4 'the token in GH_TOKEN is not valid'
check test "$(hub_requests)" = "$(hub_requests '^GET ')"
hub_clean

test_that "a plan that --dry-run cannot ask is told of, and the rest is printed"
looks
GH_TOKEN='' run seshat upload --session-id "$id" --plan-issue 699 --json --dry-run
expect_status 0
is "$keys dry_run" keys
is 699 issue_number
err_has 'issue o/r#699 was not looked at: there is no token'
check test "$(hub_requests)" = 0
GITHUB_API_URL=http://127.0.0.1:9 run seshat upload --session-id "$id" --plan-issue 699 --json --dry-run
expect_status 0
is "$keys dry_run" keys
err_has 'issue o/r#699 was not looked at: .*127.0.0.1'
[ "$gists" = "$(hub_gists)" ] || fail "another gist"
nothing_left

test_that "--source says where it ran"
new_session
new_plan
uploaded --source remote
header_is last_session_source remote
gist_is "$(description remote)" description
uploaded --source local
header_is last_session_source local
gist_is "$(description)" description
run seshat upload --session-id "$id" --source moon
expect_status 2
hub_clean

test_that "no option shows the token"
lines "$id" "$demo" 4 6 >>"$source"
for option in -v --verbose --json; do
	run seshat upload --session-id "$id" --plan-issue "$plan" "$option"
	expect_status 0
	out_lacks test-classic
	err_lacks test-classic
done
GH_TOKEN=test-wrong run seshat upload --session-id "$id" -v
expect_status 4
err_lacks test-wrong
err_has 'the token in GH_TOKEN is not valid'
hub_clean

test_that "a workflow's own token makes no gist, and one beside it does"
new_session
new_plan
GH_TOKEN=test-actions upload
failed 4 "SESHAT_GIST_TOKEN"
out_has "cannot use gists: make one with the scope 'gist'"
header_stays
GH_TOKEN=test-actions SESHAT_GIST_TOKEN=test-classic uploaded
is true issue_updated
check test "$(hub_requests '/gists.* 20. test-actions')" = 0
check test "$(hub_requests 'issues.* test-classic')" = 0
hub_clean

test_that "what GitHub refuses is said, with what helps, and nothing is changed"
n=$(hub_gists | wc -l)
new_session
new_plan
GH_TOKEN=test-wrong upload
failed 4 'the token in GH_TOKEN is not valid'
SESHAT_GIST_TOKEN=test-no-gist upload
failed 4 "lacks the scope 'gist'"
SESHAT_GIST_TOKEN=test-fine-read upload
failed 4 'SESHAT_GIST_TOKEN'
hub_rule '{"on": "POST ^/gists", "status": 422,
    "body": {"message": "Validation Failed", "errors":
    [{"resource": "Gist", "code": "missing_field", "field": "files"}]}}'
upload
failed 1 '422: Validation Failed, Gist.files is missing'
hub_rule '{"on": "POST ^/gists", "status": 403, "message": "Forbidden"}'
upload
failed 4 403
GH_TOKEN='' upload
failed 4 "no token for github.com .set SESHAT_GIST_TOKEN or GH_TOKEN"
n_gists "$n"
header_stays
nothing_left
hub_clean

test_that "without session or plan no gist is made"
run seshat upload --session-id nowhere --plan-issue "$plan" --json
failed 3 'no session nowhere on this machine, nor in the vault'
run seshat upload --session-id "$id" --plan-issue 999 --json
failed 3 'issue o/r#999'
hub_control '{"issues": [{"number": 800, "gone": true}, {"number": 801, "body": "no header here"}, {"number": 802, "body": null}]}'
run seshat upload --session-id "$id" --plan-issue 800 --json
failed 3 'issue o/r#800.* 410'
for number in 801 802; do
	run seshat upload --session-id "$id" --plan-issue $number --json
	failed 3 "issue o/r#$number: plan-header block not found"
done
run seshat upload --session-id "$id" --plan-issue x7y --json
failed 2 'Invalid issue identifier: x7y'
n_gists "$n"
check test "$(hub_requests '^(POST|PATCH|DELETE)')" = "$(hub_requests '^POST /gists (401|403|404|422)')"
hub_clean

test_that "when the header cannot be changed the gist is there, and the next run repairs"
for answer in 403 422 500; do
	new_session
	new_plan
	hub_rule "{\"on\": \"PATCH ^/repos/\", \"status\": $answer, \"times\": 0}"
	upload
	expect_status 5
	is "$keys issue_update_error" keys
	is true success
	is false issue_updated
	out_has "issue_update_error\": \"issue o/r#$plan: github.com answers $answer"
	same "$source" "$(hub_file "$gist" "session-$id.jsonl")"
	header_stays
	first=$gist
	looks
	uploaded
	[ "$gist" = "$first" ] || fail "another gist"
	header_is last_session_gist_id "$gist"
	issue_is "$plan" 1 comments len
	check test "$(hub_requests '^(POST|PATCH) /gists')" = 0
done
hub_rule '{"on": "PATCH ^/repos/", "status": 403}'
lines "$id" "$demo" 4 5 >>"$source"
run seshat upload --session-id "$id" --plan-issue "$plan"
expect_status 5
out_has "^https://gist.github.com/octo/$gist\$"
err_has "the plan does not tell of it: .*403.*run the same again"
hub_clean

test_that "and so it is when the comment cannot be made"
new_session
new_plan
hub_rule '{"on": "POST /comments$", "status": 403}'
upload
expect_status 5
is false issue_updated
out_has 'issue_update_error'
issue_is "$plan" 0 comments len
first=$gist
uploaded
[ "$gist" = "$first" ] || fail "another gist"
issue_is "$plan" 1 comments len
header_is last_session_gist_id "$gist"
hub_clean

test_that "what GitHub gives back otherwise than it was sent is told, and no plan tells of it"
new_session
new_plan
uploaded
lines "$id" "$demo" 4 5 >>"$source"
hub_body "$plan" >"$T/before"
hub_rule '{"on": "PATCH ^/gists/", "do": "undone", "times": 0}'
run seshat upload --session-id "$id" --plan-issue "$plan"
expect_status 5
expect_out ""
err_has "gist $gist: GitHub gives other bytes than were sent"
hub_body "$plan" >"$T/body"
same "$T/before" "$T/body"
issue_is "$plan" 1 comments len
looks
uploaded
same "$source" "$(hub_file "$gist" "session-$id.jsonl")"
issue_is "$plan" 2 comments len
hub_clean

test_that "an error that passes is not one"
new_session
new_plan
hub_rule '{"on": "PATCH ^/repos/", "status": 500}, {"on": "GET ^/gists/", "status": 502}'
uploaded
is true issue_updated
issue_is "$plan" 1 comments len
hub_clean

test_that "what was made although the answer was lost is not made twice"
n=$(hub_gists | wc -l)
new_session
new_plan
hub_rule '{"on": "POST ^/gists", "do": "applied", "status": 502}, {"on": "POST /comments$", "do": "lost"}'
uploaded
n_gists $((n + 1))
issue_is "$plan" 1 comments len
hub_clean

test_that "three at once make one gist and one comment"
n=$(hub_gists | wc -l)
new_session
new_plan
for i in 1 2 3; do
	("$SESHAT_BIN" upload --session-id "$id" --plan-issue "$plan" \
	    >"$T/at-once-$i" 2>&1; echo $? >>"$T/at-once-$i") &
done
wait
for i in 1 2 3; do
	[ "$(tail -n 1 "$T/at-once-$i")" = 0 ] || fail "$(cat "$T/at-once-$i")"
done
n_gists $((n + 1))
issue_is "$plan" 1 comments len
header_is last_session_id "$id"
nothing_left
hub_clean

test_that "what others write into the issue meanwhile is kept"
# "before" each look at the issue
for nth in 1 2 3; do
	new_session
	new_plan
	hub_rule "{\"on\": \"GET ^/repos/o/r/issues/$plan\$\", \"nth\": $nth, \"do\": \"before\",
	    \"control\": {\"issues\": [{\"number\": $plan, \"by\": \"hubot\",
	    \"append\": \"\\n\\nmeanwhile $nth\",
	    \"replace\": [\"created_by: octo\", \"created_by: hubot\"]}]}}"
	uploaded
	header_is last_session_gist_id "$gist"
	header_is created_by hubot
	hub_body "$plan" | grep -q "^meanwhile $nth\$" || fail "nth $nth: the other's edit is gone"
done
hub_clean

test_that "and so is what they write in the moment of the change"
new_session
new_plan
hub_rule "{\"on\": \"PATCH ^/repos/\", \"do\": \"before\",
    \"control\": {\"issues\": [{\"number\": $plan, \"by\": \"hubot\",
    \"append\": \"\\n\\nmeanwhile\"}]}}"
upload
header_is last_session_gist_id "$gist"
hub_body "$plan" | grep -q '^meanwhile$' || fail "the other's edit is gone"
hub_clean

test_that "who is overwritten by another tells the plan again"
new_session
new_plan
old=$(hub_body "$plan" | python 'import json, sys; print(json.dumps(sys.stdin.read()))')
hub_rule "{\"on\": \"GET ^/repos/o/r/issues/$plan\$\", \"nth\": 3, \"do\": \"before\",
    \"control\": {\"issues\": [{\"number\": $plan, \"by\": \"hubot\", \"body\": $old}]}}"
uploaded
header_is last_session_gist_id "$gist"
hub_clean

test_that "a header newer than this upload is not moved back"
new_session
new_plan "last_session_gist_url: https://gist.github.com/octo/aaaaaaaa" \
    "last_session_gist_id: aaaaaaaa" "last_session_id: later" \
    "last_session_at: '2099-01-01T00:00:00.000001+00:00'" "last_session_source: remote"
uploaded
header_stays
issue_is "$plan" 1 comments len
hub_clean

test_that "of an issue with CRLF, fields of others and text around every byte stays"
new_session
plan=$((plan + 1))
{
	printf '# A plan\n\ntabs\there, \303\251\303\250, no newline\n\n'
	hub_plan 'lifecycle_stage: "impl"' "node_ids: [a,  b]" '# a comment' \
	    'last_session_id: old' 'review_pr: 12' "objective_issue: 4"
	printf '\n\n```yaml\nlast: word\n```\n<!-- erk:metadata-block:other -->\nx\n<!-- /erk:metadata-block:other -->  \n'
} >"$T/lf"
python 'import json, sys
print(json.dumps({"issues": [{"number": int(sys.argv[2]), "crlf": True,
    "body": open(sys.argv[1], encoding="utf-8").read()}]}))' "$T/lf" "$plan" >"$T/hub.json"
hub_control "@$T/hub.json"
hub_body "$plan" >"$T/body"
grep -q "$(printf '\r')" "$T/body" || fail "no CRLF to begin with"
uploaded
only_session_changed
header_is last_session_id "$id"
check test "$(hub_body "$plan" | grep -vc "$(printf '\r$')")" = 0
hub_clean

test_that "eight warnings above the header become one"
new_session
new_plan
warning=$(head -n 1 "$T/body")
python 'import json, sys
print(json.dumps({"issues": [{"number": int(sys.argv[2]), "body": "above\n\n"
    + (sys.argv[3] + "\n") * 7 + open(sys.argv[1], encoding="utf-8").read()
    + "\n\nbelow"}]}))' "$T/body" "$plan" "$warning" >"$T/hub.json"
hub_control "@$T/hub.json"
[ "$(hub_body "$plan" | grep -c WARNING)" = 8 ] || fail "not eight"
uploaded
{ printf 'above\n\n'; cat "$T/body"; printf '\n\nbelow'; } >"$T/body.new"
mv "$T/body.new" "$T/body"
only_session_changed
hub_clean

test_that "rate limits are waited out, and one that lasts is told"
new_session
new_plan
hub_rule '{"on": "POST ^/gists", "do": "secondary", "retry_after": 1},
    {"on": "PATCH ^/repos/", "do": "secondary", "status": 429, "retry_after": 1},
    {"on": "GET ^/gists/", "do": "primary", "reset_in": 1}'
uploaded
is true issue_updated
issue_is "$plan" 1 comments len
hub_rule '{"on": "GET ^/gists/", "do": "secondary", "retry_after": 1}'
run seshat upload --session-id "$id"
expect_status 0
err_has 'the rate limit of github.com is reached: waiting 1 s'
new_session
hub_rule '{"on": "POST ^/gists", "do": "secondary", "retry_after": 3600}'
upload
failed 1 'the rate limit of github.com lasts 3600 s'
looks
hub_rule '{"on": "GET ^/repos/", "do": "primary", "reset_in": 3000}'
upload
failed 1 'the rate limit of github.com lasts (299|300)[0-9] s'
nothing_left
hub_clean

if command -v age-keygen >/dev/null && command -v age >/dev/null; then
	test_that "what is encrypted is for who has the key, and nobody else"
	new_session 30
	new_plan
	age-keygen -o "$T/key" 2>/dev/null
	recipient=$(age-keygen -y "$T/key")
	uploaded --encrypt-to "$recipient"
	! grep -rq 'line 7' "$hub_dir/gists/$gist" || fail "it can be read"
	file=$(find "$hub_dir/gists/$gist/files" -name '*.age*')
	age -d -i "$T/key" "$file" >"$T/plain" || fail "age does not open $file"
	same "$source" "$T/plain"
	run seshat download --issue "$plan" --identity "$T/key" --output "$T/opened"
	expect_status 0
	same "$source" "$T/opened/session.jsonl"
	age-keygen -o "$T/other-key" 2>/dev/null
	run seshat download --issue "$plan" --identity "$T/other-key" --output "$T/unopened"
	check test "$status" != 0
	check test ! -e "$T/unopened/session.jsonl"
	run seshat download --issue "$plan" --output "$T/unopened" --json
	check test "$status" != 0
	is false success
	uploaded --encrypt-to "$recipient" --compress
	SESHAT_IDENTITY=$T/key run seshat download --gist-url "$gist" --output "$T/opened"
	expect_status 0
	same "$source" "$T/opened/session.jsonl"
	upload --encrypt-to age1nonsense
	failed 2 '--encrypt-to'
	nothing_left
	hub_clean

	test_that "or who knows the passphrase"
	new_session 30
	export SESHAT_PASSPHRASE='a horse of some battery'
	run seshat upload --session-id "$id" --encrypt-to passphrase
	expect_status 0
	url=$(cat "$T/out")
	gist=${url##*/}
	! grep -rq 'line 7' "$hub_dir/gists/$gist" || fail "it can be read"
	run seshat download --gist-url "$url" --output "$T/known"
	expect_status 0
	same "$source" "$T/known/session.jsonl"
	SESHAT_PASSPHRASE=another run seshat download --gist-url "$url" --output "$T/unknown"
	expect_status 4
	err_has passphrase
	unset SESHAT_PASSPHRASE
	run seshat download --gist-url "$url" --output "$T/unknown"
	check test "$status" != 0
	check test ! -e "$T/unknown/session.jsonl"
	hub_clean
fi
finish
