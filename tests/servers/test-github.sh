# tests/servers/github.py: what GitHub does to who stores something there, and
# each accident that it can be told to have.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/github.sh"

token=test-classic
base=

# ask STATUS METHOD PATH [BODY [CURL'S OPTION]...]: "-" is no answer.
ask() {
	wanted=$1
	asked="$2 $3"
	method=$2
	at=$base$3
	body=${4-}
	[ $# -lt 4 ] && shift 3 || shift 4
	[ -z "$body" ] || set -- "$@" --data-binary "$body"
	[ -z "$token" ] || set -- "$@" -H "Authorization: token $token"
	got=$(curl -sS -X "$method" -D "$T/head" -o "$T/out" \
	    -w '%{http_code}' "$@" "$at" 2>"$T/err") || got=-
	[ "$got" = "$wanted" ] ||
	    fail "$got, not $wanted, to $asked: $(head -c 500 "$T/out")"
}

# head_has REGEX, head_lacks REGEX: of the headers of the answer.
head_has() {
	grep -Eiq -e "$1" "$T/head" || fail "no $1 with $asked: $(cat "$T/head")"
}

head_lacks() {
	! grep -Ei -e "$1" "$T/head" >"$T/hits" || fail "with $asked: $(cat "$T/hits")"
}

# field NAME...: of the answer, as Python shows it; len is how many there are.
field() {
	"$server_python" -IS -c 'import json, sys
thing = json.load(open(sys.argv[1], encoding="utf-8"))
for name in sys.argv[2:]:
    if name == "len":
        thing = len(thing)
    else:
        thing = thing[int(name) if isinstance(thing, list) else name]
print(thing)' "$T/out" "$@"
}

# is VALUE NAME...: that is what it is.
is() {
	is_wanted=$1
	shift
	is_found=$(field "$@" 2>&1) || :
	[ "$is_found" = "$is_wanted" ] ||
	    fail "$* of $asked is $is_found, not $is_wanted"
}

# header NAME: of the answer.
header() {
	sed -n "s/^$1: \(.*\)\r$/\1/ip" "$T/head"
}

# gist [BODY]: make one; its id in $id.
gist() {
	ask 201 POST /gists "${1-{\"files\": {\"a\": {\"content\": \"A\"\}\}\}}"
	id=$(field id)
}

# letters N: so many.
letters() {
	head -c "$1" /dev/zero | tr '\0' x
}

hub_start --tls
base=$HUB_API

test_that "a gist is what was sent, and has an address, a hash and a history"
gist '{"description": "d", "files": {"a b.jsonl": {"content": "{\"\u00e9\": 1}\n"}}}'
head_has "^location: $base/gists/$id"
is False public
is 10 files 'a b.jsonl' size
raw=$(field files 'a b.jsonl' raw_url)
printf '{"\303\251": 1}\n' >"$T/want"
same "$T/want" "$(hub_file "$id" 'a b.jsonl')"
check test "$raw" = "$HUB_STORAGE/octo/$id/raw/$(printf 'blob 10\0{"\303\251": 1}\n' |
    sha1sum | cut -c -40)/a%20b.jsonl"
ask 200 PATCH "/gists/$id" '{"files": {"b": {"content": "B"}}, "description": "e"}'
is 2 history len
is e description
ask 200 GET "/gists/$id/commits"
is 2 len
first=$(hub_file "$id" b)
ask 200 POST "/gists/$id" \
    '{"files": {"a b.jsonl": null, "b": {"filename": "c", "content": "C"}}}'
is 1 files len
is C files c content
check test ! -e "$first"
ask 200 GET "/gists/$id" '' -H 'X-GitHub-Api-Version: 2026-03-10'
out_lacks '"history"'
ask 400 GET "/gists/$id" '' -H 'X-GitHub-Api-Version: 2020-01-01'
ask 204 DELETE "/gists/$id"
ask 404 GET "/gists/$id"
check test -z "$(hub_gists)"

test_that "what is refused of a gist"
hub_config '"most_body": 3000'
ask 400 POST /gists '{"files": '
printf '{"files": {"a": {"content": "\377"}}}' >"$T/body"
ask 400 POST /gists "@$T/body"
is 'Problems parsing JSON' message
for blank in '' ' ' '\n' '\u0001'; do
	ask 422 POST /gists "{\"files\": {\"a\": {\"content\": \"$blank\"}}}"
	is missing_field errors 0 code
done
ask 422 POST /gists '{"files": {}}'
ask 422 POST /gists '{"files": {"a/b": {"content": "x"}}}'
gist '{"files": {"a": {"content": "A"}, "blank": {"content": " \n"}}}'
is 1 files len
ask 422 PATCH "/gists/$id" '{"files": {"none": null, "b": {"content": "B"}}}'
ask 422 PATCH "/gists/$id" '{"files": {"a": null}}'
ask 422 PATCH "/gists/$id" '{"files": {"a": {"content": ""}}}'
ask 400 PATCH "/gists/$id" '{"description": "x"}' -H 'If-Match: "x"'
ask 400 DELETE "/gists/$id" '' -H 'If-Unmodified-Since: x'
ask 415 GET "/gists/$id" '' -H 'Accept: application/zip'
ask 403 GET "/gists/$id" '' -H 'User-Agent:'
printf '{"files": {"a": {"content": "%s"}}}' "$(letters 3000)" >"$T/body"
ask 413 POST /gists "@$T/body"
ask 409 PATCH "/gists/$id" "@$T/body"
is 'Gist cannot be updated.' message
run hub_violations
out_has "^PATCH /gists/$id: a condition on a change$"
out_has '^GET .*: no User-Agent$'

test_that "an answer has a megabyte for all its files, then there is the raw file"
hub_control '{"reset": true, "config": {"inline_budget": 10, "most_files": 3,
                                        "raw_most": 20}}'
gist '{"files": {"a": {"content": "AAAA"}, "b": {"content": "BBBBBBBé"},
                 "c": {"content": "C"},
                 "d": {"content": "more than twenty letters"}}}'
is True truncated
is 3 files len
is False files a truncated
is True files b truncated
is BBBBBB files b content
is True files c truncated
is '' files c content
is 1 files c size
raw=$(field files b raw_url)
hub_config '"most_files": 300, "file_order": "reverse"'
ask 200 GET "/gists/$id"
is False truncated
is 'more than ' files d content
token=
big=$(field files d raw_url)
base=
ask 200 GET "$raw"
check test "$(cat "$T/out")" = BBBBBBBé
ask 403 GET "$big"
ask 404 GET "${raw%/raw/*}/raw/0123456789012345678901234567890123456789/b"
base=$HUB_API
token=test-classic

test_that "a raw address without a hash is behind the times"
base=$HUB_STORAGE token=
ask 200 GET "/octo/$id/raw/a"
base=$HUB_API token=test-classic
ask 200 PATCH "/gists/$id" '{"files": {"a": {"content": "new"}}}'
base=$HUB_STORAGE token=
ask 200 GET "/octo/$id/raw/a"
check test "$(cat "$T/out")" = AAAA
base=$HUB_API token=test-classic

test_that "a credential at the other host is refused, and told"
hub_clean
base=
ask 400 GET "$raw"
base=$HUB_API
run hub_violations
expect_out "GET /${raw#*//*/}: a credential went to the storage host"

test_that "control characters do not come back, unless they are to"
hub_control '{"reset": true}'
gist '{"files": {"a": {"content": "1\u00012\r\n3\u00854\r5\t6\u007f"}}}'
printf '12\n34\n5\t6\177' >"$T/want"
same "$T/want" "$(hub_file "$id" a)"
hub_config '"normalise": []'
gist '{"files": {"a": {"content": "1\u00012\r\n3\u00854\r5\ud800"}}}'
printf '1\0012\r\n3\302\2054\r5\357\277\275' >"$T/want"
same "$T/want" "$(hub_file "$id" a)"

test_that "what is no text comes in base64"
hub_control '{"gists": [{"id": "cafe", "files": {"x": {"base64": "//4="}}}]}'
ask 200 GET /gists/cafe
is base64 files x encoding
is '//4=' files x content

test_that "gists are listed by pages, without their content"
hub_control '{"reset": true}'
for i in 1 2 3 4 5; do
	hub_control "{\"gists\": [{\"id\": \"$i\", \"files\": {\"f\": \"x\"},
	    \"public\": true, \"updated_at\": \"2026-01-0${i}T00:00:00Z\"}]}"
done
ask 200 GET '/gists?per_page=2'
out_lacks '"(content|truncated)"'
is 5 0 id
head_has "^link: <$base/gists\?per_page=2&page=2>; rel=\"next\", .*page=3>; rel=\"last\""
ask 200 GET '/gists?per_page=2&page=3'
is 1 len
head_lacks 'rel="next"'
ask 200 GET '/gists?since=2026-01-04T00:00:00Z'
is 2 len
head_lacks '^link:'
token=test-other
ask 200 GET /gists
is 0 len
ask 200 GET /users/octo/gists
is 5 len

test_that "who may what"
hub_control '{"reset": true, "issues": [{"number": 7, "body": "x"},
    {"number": 1, "repo": "o/hidden"}], "artifacts": [{"id": 5}],
    "config": {"repos": {"o/hidden": "private"}}}'
token=test-classic
gist
token=test-nobody
ask 401 GET /user
is 'Bad credentials' message
token=
ask 200 GET "/gists/$id"
ask 401 POST /gists '{}'
ask 401 GET /repos/o/r/actions/artifacts/5/zip
ask 404 GET /repos/o/hidden/issues/1
token=test-no-gist
ask 200 GET "/gists/$id"
ask 404 POST /gists '{}'
head_has '^x-oauth-scopes: repo'
head_has '^x-accepted-oauth-scopes: gist'
token=test-no-repo
ask 404 PATCH /repos/o/r/issues/7 '{"body": "y"}'
ask 404 GET /repos/o/hidden/issues/1
token=test-other
ask 404 PATCH "/gists/$id" '{"description": "mine"}'
for token in test-actions test-app; do
	for method in GET PATCH; do
		ask 403 "$method" "/gists/$id" '{}'
		is 'Resource not accessible by integration' message
		head_has '^x-accepted-github-permissions: gists='
	done
	ask 200 PATCH /repos/o/r/issues/7 '{"body": "y"}'
done
token=test-fine
ask 200 PATCH "/gists/$id" '{"description": "z"}'
token=test-fine-read
ask 200 GET "/gists/$id"
ask 403 PATCH "/gists/$id" '{"description": "z"}'
ask 200 GET /repos/o/r/issues/7
ask 403 PATCH /repos/o/r/issues/7 '{"body": "z"}'
is 'Resource not accessible by personal access token' message
head_has '^x-accepted-github-permissions: issues=write'
hub_control '{"tokens": {"own": {"login": "ada", "scopes": ["gist"]}}}'
token=own
ask 200 GET /user
is ada login
token=test-classic

test_that "what has not changed is not told again, and costs nothing"
ask 200 GET "/gists/$id"
tag=$(header etag)
left=$(header x-ratelimit-remaining)
ask 304 GET "/gists/$id" '' -H "If-None-Match: $tag"
head_has "^x-ratelimit-remaining: $left"
ask 200 PATCH "/gists/$id" '{"description": "other"}'
ask 200 GET "/gists/$id" '' -H "If-None-Match: $tag"

test_that "the limit of an hour"
hub_config '"limit": 3'
hub_control '{"tokens": {"new": {"scopes": ["gist"]}}}'
token=new
ask 200 GET /user
ask 200 GET /user
ask 200 GET /rate_limit
is 1 rate remaining
ask 200 GET /user
ask 403 GET /user
head_has '^x-ratelimit-remaining: 0'
head_has '^x-ratelimit-reset: [0-9]{10}'
head_lacks '^retry-after'
hub_config '"limit_status": 429'
ask 429 GET /user
token=test-classic
hub_config '"limit": 5000'
hub_rule '{"do": "primary", "reset_in": 1}'
ask 403 GET /user
head_has '^x-ratelimit-remaining: 0'
ask 200 GET /user

test_that "the limit of too much at once, which may not say how long"
hub_rule '{"do": "secondary", "retry_after": 2, "on": "GET ^/user"},
    {"do": "secondary", "status": 429, "on": "GET ^/user", "nth": 1}'
ask 403 GET /user
head_has '^retry-after: 2'
ask 429 GET /user
head_lacks '^retry-after'
head_lacks '^x-ratelimit-remaining: 0'
err_lacks .
out_has 'secondary rate limit'

test_that "an issue is read and changed, and its history is told"
hub_control '{"reset": true, "issues": [{"body": "one\ntwo", "crlf": true}]}'
ask 200 GET /repos/o/r/issues/7
out_has 'one\\r\\ntwo'
edits='{"query": "query($n: Int!) { repository(owner: \"o\", name: \"r\") { issue(number: $n) { body userContentEdits(first: 5) { totalCount nodes { editedAt editor { login } diff } } } } }", "variables": {"n": 7}}'
ask 200 POST /graphql "$edits"
is 0 data repository issue userContentEdits totalCount
ask 200 PATCH /repos/o/r/issues/7 '{"body": "mine"}'
hub_control '{"issues": [{"append": " and theirs", "by": "hubot"}]}'
check test "$(hub_body 7)" = "mine and theirs"
ask 200 POST /graphql "$edits"
is 3 data repository issue userContentEdits totalCount
is 'mine and theirs' data repository issue userContentEdits nodes 0 diff
is hubot data repository issue userContentEdits nodes 0 editor login
is mine data repository issue userContentEdits nodes 1 diff
token=test-fine-read
ask 200 POST /graphql "$edits"
is None data repository issue userContentEdits nodes 0 diff
token=test-classic
ask 200 POST /graphql '{"query": "{ viewer { nonsense } }"}'
is "Field 'nonsense' doesn't exist" errors 0 message
ask 200 POST /graphql '{"query": "{ viewer { login "}'
check test -n "$(field errors)"

test_that "its limits: 65,536 characters, gone, moved, without a body, a pull request"
"$server_python" -c 'import json
print(json.dumps({"body": "é" * 65536}, ensure_ascii=False))' >"$T/body"
ask 200 PATCH /repos/o/r/issues/7 "@$T/body"
"$server_python" -c 'import json
print(json.dumps({"body": "é" * 65537}))' >"$T/body"
ask 422 PATCH /repos/o/r/issues/7 "@$T/body"
is 'body is too long (maximum is 65536 characters)' errors 0 message
ask 200 PATCH /repos/o/r/issues/7 '{"body": null}'
is None body
ask 404 GET /repos/o/r/issues/6
hub_control '{"issues": [{"number": 8, "gone": true}, {"number": 10, "pull": true},
    {"number": 9, "moved": ["o/new", 3]},
    {"repo": "o/new", "number": 3, "body": "moved"}]}'
ask 410 GET /repos/o/r/issues/8
ask 301 GET /repos/o/r/issues/9
ask 200 GET /repos/o/r/issues/9 '' -L
is moved body
ask 200 GET /repos/o/r/issues/10
is "https://github.com/o/r/pull/10" html_url

test_that "comments come by pages, whose addresses are others"
hub_control "{\"issues\": [{\"comments\": [$(seq -s, 1 31 | sed 's/[0-9]*/"&"/g')]}]}"
ask 200 GET /repos/o/r/issues/7/comments
is 30 len
next=$(header link | sed 's/^<\([^>]*\)>; rel="next".*/\1/')
check test "${next#"$base"/repositories/}" != "$next"
base=
ask 200 GET "$next"
is 31 0 body
base=$HUB_API
ask 201 POST /repos/o/r/issues/7/comments '{"body": "last"}'
ask 200 GET '/repos/o/r/issues/7/comments?per_page=100'
is 32 len
is last 31 body

test_that "an artifact is on another host, for a minute, and not for ever"
hub_control '{"artifacts": [{"id": 5, "files": {"abc.jsonl": "{}\n"}},
    {"id": 6, "name": "old", "expired": true, "digest": false}]}'
ask 200 GET '/repos/o/r/actions/runs/77/artifacts?name=session-abc'
is 1 total_count
digest=$(field artifacts 0 digest)
ask 302 GET /repos/o/r/actions/artifacts/5/zip
check test "$(header location | cut -d : -f 1,2)" = http://127.0.0.1
hub_config '"storage_name": "localhost"'
ask 302 GET /repos/o/r/actions/artifacts/5/zip
check test "$(header location | cut -d : -f 1,2)" = http://localhost
hub_config '"storage_name": "127.0.0.1"'
ask 302 GET /repos/o/r/actions/artifacts/5/zip
at=$(header location)
check test "${at#"$HUB_STORAGE"}" != "$at"
hub_forget
base=
ask 400 GET "$at"
out_has InvalidAuthenticationInfo
run hub_violations
expect_out 'GET /artifacts/5.zip: a credential went to the storage host'
hub_forget
token=
ask 200 GET "$at"
check test "sha256:$(sha256sum "$T/out" | cut -c -64)" = "$digest"
hub_clean
ask 403 GET "${at}0"
base=$HUB_API token=test-classic
hub_config '"signed_seconds": 0'
ask 403 GET /repos/o/r/actions/artifacts/5/zip '' -L
hub_config '"signed_seconds": 60'
ask 200 GET /repos/o/r/actions/artifacts/5/zip '' -L
ask 410 GET /repos/o/r/actions/artifacts/6/zip
ask 415 GET /repos/o/r/actions/artifacts/5/zip '' -H 'Accept: application/zip'

test_that "a change is lost, told or not, as a rule wants it"
hub_control '{"reset": true, "issues": [{"body": "0"}]}'
change() {
	ask "$1" PATCH /repos/o/r/issues/7 "{\"body\": \"$2\"}"
}
hub_rule '{"on": "PATCH /issues/", "nth": 2, "do": "drop"}'
change 200 1
change - 2
check test "$(hub_body 7)" = 1
hub_rule '{"on": "PATCH .", "do": "lost"}'
change - 3
check test "$(hub_body 7)" = 3
hub_rule '{"on": "PATCH .", "do": "applied", "status": 502}'
change 502 4
check test "$(hub_body 7)" = 4
hub_rule '{"on": "PATCH .", "do": "undone"}'
change 200 5
is 5 body
check test "$(hub_body 7)" = 4
run hub_log
expect_out 'PATCH /repos/o/r/issues/7 200 test-classic
PATCH /repos/o/r/issues/7 - test-classic drop
PATCH /repos/o/r/issues/7 - test-classic lost
PATCH /repos/o/r/issues/7 502 test-classic applied
PATCH /repos/o/r/issues/7 200 test-classic undone'

test_that "somebody is quicker"
hub_rule '{"on": "PATCH .", "do": "before",
           "control": {"issues": [{"body": "theirs", "by": "hubot"}]}},
          {"n": 7, "status": 500}'
change 200 mine
ask 500 POST /graphql "$edits"
ask 200 POST /graphql "$edits"
is theirs data repository issue userContentEdits nodes 1 diff
check test "$(hub_requests ' 500 test-classic status$')" = 1

test_that "answers that are none"
hub_calm
hub_rule '{"status": 418, "body": {"message": "tea"}, "headers": {"X-Tea": "1"}}'
ask 418 GET /user
is tea message
head_has '^x-tea: 1'
hub_rule '{"do": "html", "times": 2}'
ask 200 GET /user
ask 200 GET /user
head_has '^content-type: text/html'
hub_rule '{"do": "malformed"}, {"do": "huge", "bytes": 3000000}, {"do": "cut"}'
ask 200 GET /user
run field login
expect_status 1
ask 200 GET /user
check test "$(stat -c %s "$T/out")" = 3000010
ask - GET /user
hub_rule "{\"do\": \"redirect\", \"location\": \"$HUB_STORAGE*\", \"status\": 307}"
ask 307 GET /user
head_has "^location: $HUB_STORAGE/user"
ask 200 GET /user

# refused_meanwhile: a change of $id takes until it is released, and nobody
# else can change it.
refused_meanwhile() {
	curl -sS -X PATCH -H "Authorization: token $token" -o "$T/held" \
	    --data-binary '{"description": "held"}' "$base/gists/$id" &
	held=$!
	waited=0
	until curl -sS "$HUB_API/_control" | grep -q "\"busy\": \[\"$id\"\]"; do
		waited=$((waited + 1))
		[ "$waited" -lt 500 ] || {
			fail "it is not held"
			break
		}
		sleep 0.02
	done
	ask 409 PATCH "/gists/$id" '{"description": "other"}'
	ask 200 GET "/gists/$id"
	is None description
	hub_control '{"release": true}'
	wait "$held"
	ask 200 GET "/gists/$id"
	is held description
}

test_that "of changes at the same time one is done, the others are refused"
gist
hub_config '"patch_seconds": 60'
refused_meanwhile
hub_config '"patch_seconds": 0'
gist
hub_rule '{"on": "PATCH .", "do": "hold"}'
refused_meanwhile

test_that "an answer is as small as the client understands it"
ask 200 GET "/gists/$id" '' -H 'Accept-Encoding: gzip'
head_has '^content-encoding: gzip'
ask 200 GET "/gists/$id" '' --compressed
is held description

test_that "what was sent can be looked at"
hub_forget
ask 200 PATCH "/gists/$id" '{"description": "sent"}'
check test "$(cat "$hub_dir/bodies/1")" = '{"description": "sent"}'

test_that "what is late comes all the same"
hub_rule '{"do": "slow", "seconds": 0.01}, {"do": "late", "seconds": 0.01}'
ask 200 GET /user
ask 200 GET /user

test_that "an enterprise server has other paths, and the socket other names"
hub_control '{"reset": true}'
base=$HUB_TLS/api/v3
ask 201 POST /gists '{"files": {"a": {"content": "A"}}}' --cacert "$HUB_CA"
id=$(field id)
is "$HUB_TLS/gist/$id" html_url
raw=$(field files a raw_url)
check test "${raw#"$HUB_TLS/gist/octo/$id/raw/"}" != "$raw"
base=
ask 200 GET "$raw" '' --cacert "$HUB_CA"
hub_clean
hub_config '"private_mode": true'
token=
ask 404 GET "$raw" '' --cacert "$HUB_CA"
token=test-classic
ask 200 GET "$raw" '' --cacert "$HUB_CA"
ask 200 POST "$HUB_TLS/api/graphql" '{"query": "{viewer{login}}"}' --cacert "$HUB_CA"
is octo data viewer login
ask 200 GET http://api.github.com/gists '' --unix-socket "$HUB_SOCKET"
is "https://api.github.com/gists/$id" 0 url
raw=$(field 0 files a raw_url)
check test "${raw#https://gist.githubusercontent.com/}" != "$raw"
ask 400 GET "http://${raw#https://}" '' --unix-socket "$HUB_SOCKET"
token=
ask 200 GET "http://${raw#https://}" '' --unix-socket "$HUB_SOCKET"
token=test-classic
base=$HUB_API

test_that "a server that is killed has all it had when it is there again"
hub_control '{"issues": [{"body": "kept"}], "config": {"limit": 77}}'
hub_server kill
ask - GET "/gists/$id"
hub_server again
ask 200 GET "/gists/$id"
is A files a content
head_has '^x-ratelimit-limit: 77'
ask 200 GET /repos/o/r/issues/7
is kept body

test_that "what is not understood is refused"
for said in '{"rules": [{"do": "nonsense"}]}' '{"rulez": []}' \
    '{"config": {"limit": "many"}}' '{"rules": [{"does": "drop"}]}'; do
	run curl -sS --fail-with-body -d "$said" "$HUB_API/_control"
	expect_status 22
	out_has '^\{"message": "github.py: '
done

finish
