# What strangers, other accounts and other machines bring about while sessions
# are shared.
. "$SESHAT_SOURCE/tests/cli/share.sh"

# mark: as the description of the gist of session $id ends.
mark() {
	echo "seshat:$(printf 'claude-code/%s' "$id" | sha256sum | cut -c -16)"
}

# checkout NAME: a new one, $checkout.
checkout() {
	checkout=$T/work/$1
	mkdir -p "$checkout/.git"
}

# nothing_outside: no session was written to where a link leads.
nothing_outside() {
	[ -z "$(find "$T/outside" -mindepth 1)" ] ||
	    fail "outside: $(find "$T/outside")"
}

new_session 5
new_plan
uploaded
a=$id
a_gist=$gist
a_source=$source
mkdir "$T/outside"

test_that "a gist's URL of another host is refused, and nobody is asked"
looks
for url in "https://evil.example/octo/$a_gist" \
    "https://gist.github.com.evil.example/$a_gist" \
    "https://gist.github.com@evil.example/octo/$a_gist" \
    "https://evil.example/https://gist.github.com/octo/$a_gist" \
    "https://evilgithub.com/$a_gist" "evil.example/gist/$a_gist" \
    "git@evil.example:$a_gist.git" "https:///octo/$a_gist" \
    "https://gist.github.com:8443/octo/$a_gist" \
    "https://ghes.example.org/gist/octo/$a_gist"; do
	run seshat download --gist-url "$url" --output "$T/got" --json
	failed 2 "gist $a_gist is of '.*', not of github.com"
	run seshat gists delete "$url" --yes
	expect_status 2
	err_has "gist $a_gist is of '.*', not of github.com .GH_HOST says which"
	run seshat exec download-remote-session --gist-url "$url" --session-id "$a"
	failed 2 'not of github.com'
done
run seshat gists delete "https://ghes.example.org:8443/gist/$a_gist" --yes
err_has "is of 'ghes.example.org:8443', not of github.com"
check test "$(hub_requests)" = 0
check test ! -e "$T/got"
n_gists 1
hub_clean

test_that "any URL of the right one is taken"
for url in "https://GIST.github.com/octo/$a_gist" "gist.github.com/$a_gist" \
    "https://octo:x@gist.github.com:443/octo/$a_gist.git" \
    "git@gist.github.com:$a_gist.git" "octo/$a_gist" \
    "https://gist.githubusercontent.com/octo/$a_gist/raw/session-$a.jsonl" \
    "https://api.github.com/gists/$a_gist" "$HUB_API/gists/$a_gist"; do
	rm -rf "$T/got"
	run seshat download --gist-url "$url" --output "$T/got"
	expect_status 0
	same "$a_source" "$T/got/session.jsonl"
done
hub_clean

test_that "of an enterprise's server its own are taken, and github.com's are not"
export GH_HOST=ghes.example.org GH_ENTERPRISE_TOKEN=test-classic
for url in "https://ghes.example.org/gist/octo/$a_gist" \
    "https://gist.ghes.example.org/octo/$a_gist" \
    "https://raw.ghes.example.org/octo/$a_gist/raw/x"; do
	run seshat download --gist-url "$url" --output "$T/got"
	expect_status 0
done
for url in "https://gist.github.com/octo/$a_gist" \
    "https://gist.githubusercontent.com/octo/$a_gist/raw" \
    "https://evil.ghes.example.org/octo/$a_gist"; do
	run seshat download --gist-url "$url" --output "$T/got" --json
	failed 2 "not of ghes.example.org"
done
unset GH_HOST GH_ENTERPRISE_TOKEN
hub_clean

test_that "a plan that points to another host's gist leads nowhere"
new_plan "last_session_gist_url: https://evil.example/octo/$a_gist" \
    "last_session_gist_id: null" "last_session_id: $a" \
    "last_session_source: remote"
sed -i '/^last_session_gist_id: null$/d' "$T/body"
run seshat download --issue "$plan" --output "$T/elsewhere" --json
failed 2 "is of 'evil.example', not of github.com"
check test ! -e "$T/elsewhere"
hub_clean

test_that "a link that a checkout brings is not followed"
for link in .seshat .seshat/sessions ".seshat/sessions/$a" .erk/scratch \
    .erk/scratch/remote-sessions ".erk/scratch/remote-sessions/$a" .erk; do
	rm -rf "$T/work/hostile"
	checkout hostile
	mkdir -p "$checkout/$(dirname "$link")"
	for target in "$T/outside" ../../outside .git; do
		ln -sfn "$target" "$checkout/$link"
		run at "$checkout" seshat download --gist-url "$a_gist"
		if [ "$link" = .erk ] && [ ! -d "$checkout/.erk/" ]; then
			# it leads nowhere, and the other place is free
			expect_status 0
			continue
		fi
		expect_status 1
		err_has "'${link##*/}' is a link, or no folder: nothing is put there"
		nothing_outside
		[ -z "$(find "$checkout/.git" -mindepth 1)" ] || fail "in .git"
		[ -L "$checkout/$link" ] || fail "$link is gone"
	done
done
rm -rf "$T/work/hostile"
checkout hostile
echo x >"$checkout/.seshat"
run at "$checkout" seshat download --gist-url "$a_gist"
expect_status 1
err_has "'.seshat' is a link, or no folder"
nothing_left
hub_clean

test_that "nor one in the place of a file"
checkout files
mkdir -p "$checkout/.seshat/sessions/$a"
echo mine >"$T/mine"
ln -s "$T/mine" "$checkout/.seshat/sessions/$a/session.jsonl"
ln -s "$T/outside/ignore" "$checkout/.seshat/.gitignore"
run at "$checkout" seshat download --gist-url "$a_gist"
expect_status 0
same "$a_source" "$checkout/.seshat/sessions/$a/session.jsonl"
[ ! -L "$checkout/.seshat/sessions/$a/session.jsonl" ] || fail "a link still"
[ "$(cat "$T/mine")" = mine ] || fail "what it led to is changed"
nothing_outside
hub_clean

test_that "a folder that a person names may be one"
mkdir "$T/real"
ln -s "$T/real" "$T/link"
run seshat download --gist-url "$a_gist" --output "$T/link"
expect_status 0
same "$a_source" "$T/real/session.jsonl"
id=$a
plan=1
mv "$a_source" "$T/a"
run seshat discover 1 --fetch "$T/link"
expect_status 0
same "$T/a" "$T/real/$a/session.jsonl"
rm -r "${T:?}/real/$a"
ln -s "$T/outside" "$T/real/$a"
run seshat discover 1 --fetch "$T/link"
expect_status 5
err_has "'$a' is a link, or no folder"
nothing_outside
mv "$T/a" "$a_source"
hub_clean

test_that "outside a checkout the newest session of this folder is meant, of none above"
mkdir -p "$T/loose/deep"
fake above "$T/loose"
run at "$T/loose/deep" seshat upload --json
failed 3 "no agent left a session of $T/loose/deep"
run at "$T/loose" seshat upload --json
expect_status 0
is above session_id
hub_clean

test_that "an encrypted gist of another machine is not made readable in a race"
new_session
n=$(hub_gists | wc -l)
theirs=cccccccccccccccccccc0001
hub_rule '{"on": "POST ^/gists", "do": "before", "control": {"gists": [
    {"id": "'$theirs'", "created_at": "2020-01-01T00:00:00Z",
     "description": "Claude Code session '"$id"' (local) '"$(mark)"'",
     "files": {"00-manifest.json": "{}", "session-'"$id"'.000.age": "secret"}}]}}'
run seshat upload --session-id "$id" --json
failed 2 "gist $theirs holds the session encrypted"
n_gists $((n + 1))
[ "$(ls "$hub_dir/gists/$theirs/files" | tr '\n' ' ')" = \
    "00-manifest.json session-$id.000.age " ] ||
    fail "$(ls "$hub_dir/gists/$theirs/files")"
! grep -rq 'line 2' "$hub_dir/gists/$theirs" || fail "it can be read"
check test "$(hub_requests "^PATCH /gists/$theirs")" = 0
hub_clean

test_that "a manifest cannot make more of a file than a file is"
sum=$(printf %064d 0)
# manifest SIZE STORED: of one file of so many bytes
manifest() {
	python 'import json, sys
size, stored, sum = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
text = json.dumps({"seshat_bundle": 1, "session_id": "x", "harness": "codex",
    "encoding": "text", "size": stored, "sha256": sum, "stored_size": stored,
    "stored_sha256": sum,
    "files": [{"name": "session-x.000.jsonl", "size": size, "sha256": sum}]})
print(json.dumps({"gists": [{"id": "cccccccccccccccccccc0002", "files": {
    "00-manifest.json": text, "session-x.000.jsonl": "{}\n"}}]}))' \
	    "$1" "$2" "$sum" >"$T/hub.json"
	hub_control "@$T/hub.json"
	looks
}
manifest 9000000000000 9000000000000
run seshat download --gist-url cccccccccccccccccccc0002 --output "$T/big" --json
failed 1 'manifest: session-x.000.jsonl stands there twice, or is too long'
manifest 3 9000000000000
run seshat download --gist-url cccccccccccccccccccc0002 --output "$T/big" --json
failed 1 'manifest: its files are not .*stored_size.* bytes'
check test "$(hub_requests '/raw/')" = 0
# what comes is more than was said
hub_config '"inline_budget": 0'
hub_rule '{"on": "GET /raw/.*/session-x", "do": "huge", "bytes": 20000000}'
manifest 3 3
hub_rule '{"on": "GET /raw/.*/session-x", "do": "huge", "bytes": 20000000}'
run seshat download --gist-url cccccccccccccccccccc0002 --output "$T/big" --json
failed 1 'session-x.000.jsonl is longer than 3 bytes'
hub_config '"inline_budget": 1000000'
check test ! -e "$T/big"
nothing_left
looks

test_that "the gist of another account, known here, is let be, and a new one made"
new_session
new_plan
GH_TOKEN=test-other SESHAT_GIST_TOKEN=test-other run seshat upload --session-id "$id" --json
expect_status 0
other=$(field gist_id)
lines "$id" "$demo" 4 6 >>"$source"
cp "$(hub_file "$other" "session-$id.jsonl")" "$T/other-was"
looks
uploaded
[ "$gist" != "$other" ] || fail "the same gist"
gist_is octo owner
same "$source" "$(hub_file "$gist" "session-$id.jsonl")"
same "$T/other-was" "$(hub_file "$other" "session-$id.jsonl")"
header_is last_session_gist_id "$gist"
check test "$(hub_requests "^PATCH /gists/$other 404")" = 1
# and it is known from now on
looks
uploaded
check test "$(hub_requests "$other")" = 0
hub_clean

test_that "what an issue says does not reach the terminal as it is"
new_plan 'last_session_gist_url: "https://gist.github.com/\e]0;owned\a\e[2J"' \
    'last_session_id: "a\e[31mb"' "last_session_source: remote"
run seshat discover "$plan"
expect_status 0
out_has '^gist '
out_has owned
for way in '' --json "--fetch $T/escapes" "--fetch $T/escapes --json"; do
	run seshat discover "$plan" $way
	! LC_ALL=C grep -q "$(printf '[\033\007]')" "$T/out" "$T/err" ||
	    fail "$way: $(cat -v "$T/out" "$T/err")"
done
run seshat download --issue "$plan"
! LC_ALL=C grep -q "$(printf '[\033\007]')" "$T/out" "$T/err" ||
    fail "$(cat -v "$T/out" "$T/err")"
hub_clean

test_that "a redirect that names no host stays where it is"
looks
hub_rule '{"on": "GET ^/gists/ffffffffffffffffffff", "do": "redirect",
    "status": 301, "location": "/gists/'"$a_gist"'?x=y"}'
run seshat download --gist-url ffffffffffffffffffff --output "$T/moved"
expect_status 0
same "$a_source" "$T/moved/session.jsonl"
# by the token: it is the same host
check test "$(hub_requests "^GET /gists/$a_gist.* 200 test-classic")" = 1
hub_rule '{"on": "GET ^/gists/ffffffffffffffffffff", "do": "redirect",
    "location": "//evil.example/gists/'"$a_gist"'"}'
run seshat download --gist-url ffffffffffffffffffff --output "$T/moved" --json
check test "$status" != 0
is false success
hub_clean

test_that "--repo does not contradict the URL of an issue"
new_session
looks
for repo in o/other x/r ghes.example.org/o/r; do
	run seshat upload --session-id "$id" --json --repo "$repo" \
	    --plan-issue "https://github.com/o/r/issues/1"
	failed 2 "--repo is $repo, but the issue is of github.com/o/r"
	run seshat download --issue "https://github.com/o/r/issues/1" \
	    --repo "$repo" --output "$T/repo" --json
	failed 2 "--repo is $repo, but"
	run seshat discover "https://github.com/o/r/issues/1" --repo "$repo"
	expect_status 2
	run seshat plan get "https://github.com/o/r/issues/1" created_by --repo "$repo"
	expect_status 2
done
check test "$(hub_requests)" = 0
for repo in o/r O/R github.com/o/r; do
	run seshat plan get "https://github.com/o/r/issues/1" created_by --repo "$repo"
	expect_status 0
	expect_out octo
done
hub_clean

finish
