# What was shared is found and read by GitHub's own client, gh, and what gh
# made is downloaded.
. "$SESHAT_SOURCE/tests/cli/share.sh"

export GH_PROMPT_DISABLED=1 GH_NO_UPDATE_NOTIFIER=1 NO_COLOR=1
gh=$(command -v gh) || fail "there is no gh (tools/deps test)"

# by_gh ARGUMENT...: gh, on whatever host the variables say.
by_gh() {
	GH_PATH='' run "$gh" "$@"
}

printf 'http_unix_socket: %s\n' "$HUB_SOCKET" >"$T/gh/config.yml"

test_that "gh finds a session by its plan, and by its id"
new_plan
new_session 40
uploaded
by_gh gist list
expect_status 0
out_has "^$gist	Session for plan #$plan: Claude Code session $id \(local\) seshat:[0-9a-f]{16}	1 file	secret"
by_gh gist view --raw -f "session-$id.jsonl" "$gist"
same "$source" "$T/out"

test_that "gh reads the plan's header, and the comment"
by_gh api "repos/o/r/issues/$plan" --jq .body
out_has "^last_session_gist_id: '?$gist'?$"
by_gh api "repos/o/r/issues/$plan/comments" --jq '.[].body'
out_has "^gist_id: '?$gist'?$"

test_that "a gist that gh made is downloaded"
new_session 5
cp "$source" "session-$id.jsonl"
by_gh gist create -d 'Claude Code session' "session-$id.jsonl"
expect_status 0
url=$(cat "$T/out")
run seshat download --gist-url "$url" --output "$T/down"
expect_status 0
expect_out "$T/down/session.jsonl"
same "$source" "$T/down/session.jsonl"

test_that "what gh changed is taken as it is now"
lines "$id" "$demo" 1 9 >"session-$id.jsonl"
by_gh api -X PATCH "gists/${url##*/}" \
    -F "files[session-$id.jsonl][content]=@session-$id.jsonl"
expect_status 0
run seshat download --gist-url "${url##*/}" --output "$T/down"
expect_status 0
same "session-$id.jsonl" "$T/down/session.jsonl"

test_that "gh deletes the gist, and the next upload makes another"
by_gh gist delete "$gist"
expect_status 0
old=$gist
id=00000001-2222-4333-8444-555555555555
uploaded
check test "$gist" != "$old"
header_is last_session_gist_id "$gist"
hub_clean

# from here on an enterprise's server, over TLS, that shows nobody anything
unset GITHUB_API_URL GH_TOKEN
hub_server kill
hub_dir=$T/github-tls
hub_start --tls
rm "$T/gh/config.yml"
export GH_HOST="${HUB_TLS#https://}" GH_ENTERPRISE_TOKEN=test-classic

test_that "a server whose certificate is not known gets no token"
plan=0
new_plan
new_session 20
run seshat upload --session-id "$id" --plan-issue "$plan"
expect_status 4
err_has 'cannot be trusted.*SSL_CERT_FILE'
check test "$(hub_requests 'gists|repos')" = 0

test_that "with it sessions are shared there, and raw files got with the token"
export SSL_CERT_FILE="$HUB_CA"
hub_config '"private_mode": true, "inline_budget": 100'
uploaded
out_has "\"gist_url\": \"$HUB_TLS/gist/$gist\""
run seshat discover "$HUB_TLS/o/r/issues/$plan"
out_has "^gist +$id +$HUB_TLS/gist/$gist"
run seshat download --gist-url "$HUB_TLS/gist/$gist" --output "$T/there"
expect_status 0
same "$source" "$T/there/session.jsonl"
by_gh gist view --files "$gist"
expect_out "session-$id.jsonl"
hub_clean

finish
