# tests/servers/github.py: GitHub's own client, gh, takes it for GitHub, as
# github.com and as an enterprise server.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/github.sh"

export GH_PROMPT_DISABLED=1 GH_NO_UPDATE_NOTIFIER=1 NO_COLOR=1
printf '{"type":"user","n":1}\n{"t":"red \303\251 \360\237\230\200"}\n' >session-abc.jsonl
echo more >more.txt
printf ' \n' >blank.txt

# judged: all that gh can do with gists and issues, on the host it is set to.
judged() {
	hub_control '{"reset": true, "issues": [{"body": "hello\n"}],
	    "config": {"only_nulls": "allowed"}}'

	test_that "$1: a gist is made, and read back as it was"
	run gh gist create -d 'session abc' session-abc.jsonl
	expect_status 0
	url=$(cat "$T/out")
	id=${url##*/}
	check test "$url" = "$2$id"
	run gh gist view --raw -f session-abc.jsonl "$id"
	same session-abc.jsonl "$T/out"
	run gh gist view --files "$url"
	expect_out session-abc.jsonl
	run gh api "gists/$id" --jq '.public, .files["session-abc.jsonl"].size'
	expect_out "false
$(stat -c %s session-abc.jsonl)"
	same session-abc.jsonl "$(hub_file "$id" session-abc.jsonl)"

	test_that "$1: it is found by its description"
	gh gist create --public -d other more.txt >"$T/other" 2>"$T/err"
	run gh gist list
	out_has "^$id	session abc	1 file	secret	"
	out_has '	other	1 file	public	'
	run gh gist list --secret
	out_lacks other
	run gh api --paginate 'gists?per_page=1' --jq '.[].description'
	check test "$(sort "$T/out" | tr '\n' ' ')" = 'other session abc '

	test_that "$1: it is changed and removed"
	run gh gist edit "$id" --add more.txt
	expect_status 0
	run gh gist view --files "$id"
	expect_out 'more.txt
session-abc.jsonl'
	run gh api -X PATCH "gists/$id" -F 'files[more.txt]=null' --jq '.files | keys[]'
	expect_out session-abc.jsonl
	run gh gist delete "$id"
	expect_status 0
	run gh gist view "$id"
	expect_status 1
	err_has 'not found|404'

	test_that "$1: what is refused, gh tells"
	run gh gist create blank.txt
	expect_status 1
	err_has 'cannot be blank'
	run gh api gists -f 'files[a][content]= ' --method POST
	expect_status 1
	err_has 'Validation Failed .*422'
	out_has missing_field
	run gh api -X PATCH gists/none -f description=x
	err_has 'Not Found .*404'
	hub_rule '{"do": "secondary", "retry_after": 1}'
	run gh api user
	err_has 'secondary rate limit.*403'

	test_that "$1: an issue is read, and changed"
	run gh api repos/o/r/issues/7 --jq .body
	expect_out hello
	run gh api -X PATCH repos/o/r/issues/7 -f body=changed --jq .body
	expect_out changed
	run gh api -X PATCH repos/o/r/issues/7 -H 'If-Match: "x"' -f body=other
	err_has 'Conditional request headers .*400'
	check test "$(hub_body 7)" = changed
	gh api repos/o/r/issues/7/comments -f body=first >"$T/out"
	run gh api repos/o/r/issues/7/comments --jq '.[].body'
	expect_out first
	run gh api graphql -F n=7 -f query='query($n: Int!) {
	    repository(owner: "o", name: "r") { issue(number: $n) {
	    userContentEdits(first: 5) { nodes { editor { login } diff } } } } }' \
	    --jq '.data.repository.issue.userContentEdits.nodes[].diff'
	expect_out "changed
hello"
}

artifacts='{"artifacts": [
    {"id": 5, "files": {"abc.jsonl": "{\"type\":\"user\"}\n"}},
    {"id": 6, "name": "session-old", "expired": true}]}'

hub_start --tls
mkdir socket enterprise
printf 'http_unix_socket: %s\n' "$HUB_SOCKET" >socket/config.yml
export GH_CONFIG_DIR=$PWD/socket GH_TOKEN=test-classic
judged github.com https://gist.github.com/octo/

test_that "github.com: artifacts are listed, and one is loaded from elsewhere"
hub_control "$artifacts"
hub_forget
run gh api repos/o/r/actions/runs/77/artifacts \
    --jq '.artifacts[] | [.id, .name, .expired] | @tsv'
expect_out '6	session-old	true
5	session-abc	false'
run gh run download 77 -n session-abc -R o/r -D down
expect_status 0
check grep -q '"type":"user"' down/abc.jsonl
check test "$(hub_requests '^GET /artifacts/5.zip\?sig=.* 200 -$')" = 1
run gh api repos/o/r/actions/artifacts/6/zip
err_has 'Artifact has expired .*410'
hub_clean

test_that "github.com: a token that is none, and one that may not"
GH_TOKEN=nobody run gh api user
err_has 'Bad credentials .*401'
GH_TOKEN=test-no-gist run gh gist create more.txt
expect_status 1
err_has 'requires.*gist|gist.* scope'
GH_TOKEN=test-actions run gh gist create more.txt
err_has 'Resource not accessible by integration'

unset GH_TOKEN
export GH_CONFIG_DIR=$PWD/enterprise GH_HOST="${HUB_TLS#https://}"
export SSL_CERT_FILE="$HUB_CA" GH_ENTERPRISE_TOKEN=test-classic
judged enterprise "$HUB_TLS/gist/"

test_that "enterprise: a client that brings its credential elsewhere is caught"
hub_control "$artifacts"
hub_forget
printf '%s:\n    oauth_token: test-classic\n    user: octo\n' "$GH_HOST" \
    >enterprise/hosts.yml
unset GH_ENTERPRISE_TOKEN
run gh run download 77 -n session-abc -R "$GH_HOST/o/r" -D down-2
expect_status 0
same down/abc.jsonl down-2/abc.jsonl
hub_clean
# gh before 2.35 takes every host for its own
rm enterprise/hosts.yml
GH_ENTERPRISE_TOKEN=test-classic
export GH_ENTERPRISE_TOKEN
run gh run download 77 -n session-abc -R "$GH_HOST/o/r" -D down-3
if [ "$status" != 0 ]; then
	hub_violations >"$T/hits"
	check grep -q 'GET /artifacts/5.zip: a credential went' "$T/hits"
fi

finish
