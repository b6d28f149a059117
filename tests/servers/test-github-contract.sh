# tests/servers/github.py asks and answers as GitHub's description says: prism
# stands in front of it and refuses what does not fit, whichever side it is
# from.  What it must refuse shows that it looks.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/github.sh"

hub_start
at_exit "stop_server '$T/contract'"
"$server_python" "$SESHAT_SOURCE/tests/servers/contract.py" "$T/contract" \
    "$HUB_API"
. "$T/contract/env"

# ask STATUS METHOD PATH [BODY]: through prism, which found nothing to say.
ask() {
	asked="$2 $3 ${4-}"
	body=${4-}
	set -- "$1" "$HUB_PROXY$3" -X "$2"
	[ -z "$body" ] || set -- "$@" -H 'Content-Type: application/json' -d "$body"
	wanted=$1
	shift
	got=$(curl -sS -D "$T/head" -o "$T/out" -w '%{http_code}' \
	    -H 'Authorization: Bearer test-classic' \
	    -H 'Accept: application/vnd.github+json' \
	    -H 'X-GitHub-Api-Version: 2022-11-28' "$@")
	[ "$got" = "$wanted" ] ||
	    fail "$got, not $wanted, to $asked: $(head -c 1000 "$T/out")"
	! grep -i '^sl-violations' "$T/head" >"$T/hits" ||
	    fail "prism, of $asked: $(cat "$T/hits")"
}

# refused METHOD PATH [BODY]: prism itself finds that it is wrong.
refused() {
	hub_forget
	ask 422 "$@"
	grep -qi '^sl-violations\|validation' "$T/head" "$T/out" ||
	    fail "nobody minds: $asked"
	[ "$(hub_requests)" = 0 ] || fail "it went through: $asked"
}

field() {
	"$server_python" -c 'import json, sys
thing = json.load(open(sys.argv[1]))
for name in sys.argv[2:]:
    thing = thing[int(name) if name.isdigit() else name]
print(thing)' "$T/out" "$@"
}

hub_control '{"issues": [{"number": 7, "body": "text", "comments": ["a", "b"]},
                         {"number": 8, "pull": true},
                         {"number": 9, "gone": true}],
              "artifacts": [{"id": 5}, {"id": 6, "expired": true}],
              "config": {"only_nulls": "allowed"}}'

test_that "gists are made, told, changed, listed and removed as described"
ask 201 POST /gists \
    '{"description": "x", "public": false, "files": {"a": {"content": "A"}}}'
id=$(field id)
ask 200 GET "/gists/$id"
ask 200 PATCH "/gists/$id" '{"files": {"b": {"content": "B"}}}'
ask 200 PATCH "/gists/$id" \
    '{"files": {"b": {"filename": "c"}}, "description": "y"}'
ask 200 PATCH "/gists/$id" '{"files": {"c": null}}'
ask 200 GET "/gists/$id/commits"
ask 200 GET "/gists/$id/$(field 0 version)"
ask 200 GET '/gists?per_page=1&since=2020-01-01T00:00:00Z'
ask 200 GET /gists
check test "$(field 0 id)" = "$id"

test_that "and so are its errors"
ask 422 POST /gists '{"files": {"a": {"content": " "}}}'
ask 422 POST /gists '{"files": {}}'
ask 422 PATCH "/gists/$id" '{"files": {"none": null}}'
ask 404 GET /gists/0123456789abcdef
ask 404 PATCH /gists/0123456789abcdef '{"description": "x"}'
ask 204 DELETE "/gists/$id"
ask 404 DELETE "/gists/$id"

test_that "issues and comments"
ask 200 GET /repos/o/r/issues/7
ask 200 GET /repos/o/r/issues/8
ask 200 PATCH /repos/o/r/issues/7 '{"body": "other"}'
ask 200 PATCH /repos/o/r/issues/7 '{"body": null}'
ask 200 GET '/repos/o/r/issues/7/comments?per_page=1'
ask 201 POST /repos/o/r/issues/7/comments '{"body": "c"}'
ask 404 GET /repos/o/r/issues/1
ask 410 GET /repos/o/r/issues/9
ask 422 POST /repos/o/r/issues/7/comments '{"body": " "}'

test_that "artifacts"
ask 200 GET '/repos/o/r/actions/runs/77/artifacts?name=session-abc&per_page=1'
check test "$(field artifacts 0 expired)" = True
ask 200 GET /repos/o/r/actions/artifacts/5
ask 410 GET /repos/o/r/actions/artifacts/6/zip

test_that "who asks, and how often they may"
ask 200 GET /user
ask 200 GET /rate_limit

test_that "what does not fit is refused before it gets here"
refused POST /gists '{"description": "x"}'
refused POST /gists '{"files": {"a": {"contents": "x"}}}'
refused POST /gists '{"files": {"a": {"content": 5}}}'
refused POST /gists \
    '{"files": {"a": {"content": "x"}}, "public": "maybe"}'
refused PATCH /gists/abc '{"files": {"a": "text"}}'
refused GET '/gists?per_page=many'
refused GET /repos/o/r/issues/seven
refused PATCH /repos/o/r/issues/7 '{"body": [1]}'
refused PATCH /repos/o/r/issues/7 '{"state": "weird"}'
refused POST /repos/o/r/issues/7/comments '{"text": "c"}'
refused GET '/repos/o/r/actions/runs/77/artifacts?per_page=x'

# unfit PATH BODY: prism sees that such an answer is none.
unfit() {
	hub_rule "{\"status\": 200, \"body\": $2}"
	got=$(curl -sS -o "$T/out" -w '%{http_code}' \
	    -H 'Authorization: Bearer test-classic' "$HUB_PROXY$1")
	[ "$got" = 500 ] || fail "$got to an answer of $2"
}

test_that "and so is an answer that does not fit"
unfit /gists '{"not": "a list"}'
unfit /gists/abc '{"files": [1]}'
unfit /repos/o/r/issues/7 '{"id": 1, "number": "seven"}'
unfit /repos/o/r/actions/runs/77/artifacts '{"artifacts": []}'

test_that "nobody did what no client should"
hub_clean

finish
