# discover and download: the sessions of a plan, wherever they are.
. "$SESHAT_SOURCE/tests/cli/share.sh"

download() {
	run seshat download --json "$@"
}

# refused STATUS TEXT OPTION...: that fails, and what was there before stays.
refused() {
	refused_status=$1
	refused_text=$2
	shift 2
	mkdir -p "$T/kept"
	echo before >"$T/kept/session.jsonl"
	download --output "$T/kept" "$@"
	failed "$refused_status" "$refused_text"
	[ "$(cat "$T/kept/session.jsonl")" = before ] ||
	    fail "what was there is gone, with: $*"
	[ "$(ls -A "$T/kept")" = session.jsonl ] || fail "left: $(ls -A "$T/kept")"
	nothing_left
}

# fetched FILE OPTION...: its bytes come.
fetched() {
	fetched_file=$1
	shift
	rm -rf "$T/got"
	download --output "$T/got" "$@"
	expect_status 0
	is "$T/got/session.jsonl" path
	same "$fetched_file" "$T/got/session.jsonl"
	nothing_left
}

# gist_of ID NAME FILE: a gist with this file.
gist_of() {
	python 'import json, sys
print(json.dumps({"gists": [{"id": sys.argv[1], "files":
    {sys.argv[2]: open(sys.argv[3], encoding="utf-8").read()}}]}))' "$@" >"$T/hub.json"
	hub_control "@$T/hub.json"
}

# artifact JSON-MEMBERS [ZIP]: an artifact of run 77.
artifact() {
	python 'import base64, json, sys
one = json.loads("{%s}" % sys.argv[1])
if len(sys.argv) > 2:
    one["zip"] = base64.b64encode(open(sys.argv[2], "rb").read()).decode()
print(json.dumps({"artifacts": [one]}))' "$@" >"$T/hub.json"
	hub_control "@$T/hub.json"
}

new_session 10
new_plan
uploaded
a=$id
a_gist=$gist
a_source=$source

test_that "download takes every form of a gist's URL"
for url in "$a_gist" "https://gist.github.com/octo/$a_gist" \
    "https://gist.github.com/$a_gist" "https://gist.github.com/$a_gist.git" \
    "https://gist.github.com/octo/$a_gist/raw" \
    "https://gist.github.com/octo/$a_gist/raw/0123456789012345678901234567890123456789/session-$a.jsonl" \
    "https://gist.githubusercontent.com/octo/$a_gist/raw/session-$a.jsonl" \
    "https://gist.github.com/octo/$a_gist#file-session-jsonl" \
    "https://gist.github.com/octo/$a_gist?x=y" "https://api.github.com/gists/$a_gist"; do
	fetched "$a_source" --gist-url "$url"
	is "$a" session_id
	is gist source
	is 'success session_id path source' keys
done
fetched "$a_source" --gist-url "$a_gist" --session-id "$a"
refused 2 'is neither the id nor the URL of a gist' --gist-url "file:///etc/passwd"
refused 3 "gist ffffffffffffffffffff" --gist-url ffffffffffffffffffff
refused 2 'one of --gist-url, --run-id and --issue' --issue 1 --gist-url "$a_gist"
hub_clean

test_that "the path is printed, of the checkout's place"
new=$T/work/checkout
mkdir -p "$new/.git" "$new/sub"
run at "$new/sub" seshat download --gist-url "$a_gist"
expect_status 0
expect_out "$new/.seshat/sessions/$a/session.jsonl"
err_has "^downloaded session $a .gist, "
same "$a_source" "$new/.seshat/sessions/$a/session.jsonl"
[ "$(stat -c %a "$new/.seshat/sessions/$a/session.jsonl")" = 600 ] || fail "anybody can read it"
mkdir "$new/.erk"
run at "$new/sub" seshat download --issue "$plan"
expect_out "$new/.erk/scratch/remote-sessions/$a/session.jsonl"
same "$a_source" "$new/.erk/scratch/remote-sessions/$a/session.jsonl"
hub_clean

test_that "a gist is read without any token"
looks
GH_TOKEN='' fetched "$a_source" --gist-url "https://gist.github.com/octo/$a_gist"
GH_TOKEN='' fetched "$a_source" --issue "$plan"
[ "$(hub_requests ' -$')" = "$(hub_requests)" ] || fail "$(hub_log)"
hub_clean

test_that "no token goes to the other host"
hub_config '"inline_budget": 1000'
looks
fetched "$a_source" --gist-url "$a_gist"
check test "$(hub_requests /raw/)" != 0
[ "$(hub_requests '/raw/.* -$')" = "$(hub_requests /raw/)" ] || fail "$(hub_log)"
hub_config '"inline_budget": 1000000'
hub_clean

test_that "what is longer than an answer comes whole"
new_session 30000
long=$source
[ "$(wc -c <"$long")" -gt 4500000 ] || fail "it is not long"
run seshat upload --session-id "$id" --json
expect_status 0
gist=$(field gist_id)
[ "$(ls "$hub_dir/gists/$gist/files" | wc -l)" -gt 2 ] || fail "it is one file"
fetched "$long" --gist-url "$gist"
head -n 9000 "$long" >"$T/medium"
gist_of dddddddddddddddddddd "session-medium.jsonl" "$T/medium"
fetched "$T/medium" --gist-url dddddddddddddddddddd
is medium session_id
hub_clean

test_that "what was tampered with, or is not finished, is refused"
piece=$(basename "$(find "$hub_dir/gists/$gist/files" -name '*.001.*')")
python 'import json, sys
files = json.loads(sys.argv[2])
print(json.dumps({"gists": [{"id": sys.argv[1], "files": files}]}))' "$gist" \
    "{\"$piece\": \"something else\"}" >"$T/hub.json"
cp "$hub_dir/gists/$gist/files/$piece" "$T/piece"
hub_control "@$T/hub.json"
refused 5 "gist.*$piece|$piece is not what was uploaded" --gist-url "$gist"
hub_control "{\"gists\": [{\"id\": \"$gist\", \"files\": {\"$piece\": null}}]}"
refused 5 "$piece is missing, or another one .if it is being uploaded right now, try again" --gist-url "$gist"
hub_control '{"gists": [{"id": "eeeeeeeeeeeeeeeeeeee", "files": {"session-x.000.jsonl": "a", "session-x.001.jsonl": "b"}},
    {"id": "eeeeeeeeeeeeeeeeeee1", "files": {"00-manifest.json": "{\"schema\": 99}", "a.jsonl": "x"}},
    {"id": "eeeeeeeeeeeeeeeeeee2", "files": {"a.md": "x"}}]}'
refused 3 'holds no session .or its upload was not finished' --gist-url eeeeeeeeeeeeeeeeeeee
refused 1 manifest --gist-url eeeeeeeeeeeeeeeeeee1
refused 3 'holds no session' --gist-url eeeeeeeeeeeeeeeeeee2
refused 3 "holds session $id, not $a" --gist-url "$gist" --session-id "$a"
hub_clean

test_that "a download that breaks leaves what was there"
hub_rule '{"on": "GET ^/gists/", "status": 404}'
refused 3 "gist $a_gist" --gist-url "$a_gist"
hub_rule '{"on": "GET ^/gists/", "status": 403, "body": {"message": "Forbidden Gist", "block": {"reason": "dmca", "created_at": "2020-01-01T00:00:00Z", "html_url": "x"}}}'
refused 4 'blocked: dmca' --gist-url "$a_gist"
hub_rule '{"on": "GET ^/gists/", "do": "malformed"}'
refused 1 "$a_gist" --gist-url "$a_gist"
hub_config '"inline_budget": 1000'
hub_rule '{"on": "GET /raw/", "do": "html", "times": 0}'
refused 5 "$a_gist|session-$a" --gist-url "$a_gist"
hub_config '"inline_budget": 1000000'
looks

test_that "an id that would leave its folder is refused"
looks
for bad in ../x a/b .. . -x '' /etc/x; do
	refused 2 'is no session id' --gist-url "$a_gist" --session-id "$bad"
	refused 2 'is no session id' --run-id 77 --session-id "$bad"
done
check test "$(hub_requests)" = 0
gist_of eeeeeeeeeeeeeeeeeee3 'session-..jsonl' "$a_source"
download --gist-url eeeeeeeeeeeeeeeeeee3
check test "$status" != 0
hub_clean

test_that "a gist of erk's, with one file of any name, is read"
gist_of 1234567890 "session-of-erk.jsonl" "$a_source"
fetched "$a_source" --gist-url https://gist.github.com/1234567890
is of-erk session_id
gist_of 1234567891 upload.jsonl "$a_source"
fetched "$a_source" --gist-url 1234567891 --session-id asked-for
is asked-for session_id
hub_clean

test_that "an artifact of an old run is found, the newest that is there"
printf '{"n":1}\n' >"$T/one"
printf '{"n":2}\n' >"$T/two"
artifact '"id": 1, "name": "session-abc", "files": {"old.jsonl": "{\"n\":1}\n"}, "created_at": "2026-01-01T00:00:00Z"'
artifact '"id": 2, "name": "session-abc", "files": {"new.jsonl": "{\"n\":2}\n", "sub/x.jsonl": "no", "a.txt": "no"}, "created_at": "2026-01-02T00:00:00Z"'
artifact '"id": 3, "name": "session-abc", "files": {"new.jsonl": "gone"}, "expired": true, "created_at": "2026-01-03T00:00:00Z"'
artifact '"id": 4, "name": "session-abcd", "files": {"new.jsonl": "another"}, "created_at": "2026-01-04T00:00:00Z"'
looks
fetched "$T/two" --run-id 77 --session-id abc
is artifact source
hub_log | grep -v '^GET /repos/' | grep -q test-classic && fail "$(hub_log)"
refused 3 "run 77 of o/r has no artifact 'session-nope'" --run-id 77 --session-id nope
refused 2 'a workflow run needs the id of the session' --run-id 77
refused 2 'is no id of a workflow run' --run-id seven --session-id abc
GH_TOKEN='' refused 4 'no token' --run-id 77 --session-id abc
hub_clean

test_that "an artifact that expired, or is not what it was, is explained"
artifact '"id": 5, "name": "session-exp", "expired": true, "files": {"a.jsonl": "x"}'
refused 3 "'session-exp' of run 77 of o/r expired.*nothing can bring it back" --run-id 77 --session-id exp
artifact '"id": 6, "name": "session-bad", "files": {"a.jsonl": "x"}, "digest": "sha256:0000000000000000000000000000000000000000000000000000000000000000"'
refused 5 'the artifact came damaged' --run-id 77 --session-id bad
artifact '"id": 7, "name": "session-410", "files": {"a.jsonl": "x"}'
hub_rule '{"on": "GET /artifacts/7/zip", "status": 410}'
refused 3 'the artifact has expired' --run-id 77 --session-id 410
artifact '"id": 8, "name": "session-none", "files": {"a.txt": "x"}'
refused 1 '0 files end in .jsonl' --run-id 77 --session-id none
artifact '"id": 9, "name": "session-two", "files": {"a.jsonl": "x", "b.jsonl": "x"}'
refused 1 '2 files end in .jsonl' --run-id 77 --session-id two
hub_clean

test_that "a zip file with tricks does no harm"
python 'import sys, zipfile
def make(name, *members):
    with zipfile.ZipFile(sys.argv[1] + name, "w", zipfile.ZIP_DEFLATED) as z:
        for member, data in members:
            z.writestr(member, data)
link = zipfile.ZipInfo("a.jsonl")
link.create_system, link.external_attr = 3, 0o120777 << 16
make("path", ("../../evil.jsonl", "x"), ("/etc/evil.jsonl", "x"), ("..\\evil.jsonl", "x"))
make("link", (link, "/etc/passwd"))
# one that says it is short, and is not
make("bomb", ("a.jsonl", b"\0" * (64 << 20)))
data = bytearray(open(sys.argv[1] + "bomb", "rb").read())
for mark, at in (b"PK\x03\x04", 22), (b"PK\x01\x02", 24):
    at += data.rindex(mark)
    data[at:at + 4] = (10).to_bytes(4, "little")
open(sys.argv[1] + "bomb", "wb").write(data)
open(sys.argv[1] + "none", "wb").write(b"no zip file at all")' "$T/zip-"
n=10
for trick in 1-path 1-link 5-bomb 5-none; do
	n=$((n + 1))
	answer=${trick%%-*}
	trick=${trick#*-}
	artifact "\"id\": $n, \"name\": \"session-$trick\"" "$T/zip-$trick"
	refused "$answer" "artifact session-$trick" --run-id 77 --session-id $trick
done
[ -z "$(find "$T" -name 'evil*')" ] || fail "evil"
rm -f "$T"/zip-*
hub_clean

test_that "discover prints erk's fields in erk's order"
new_session 20
b=$id
new_session 20
c=$id
new_plan "created_from_session: $a" 'last_local_impl_session: gone-1' "last_learn_session: $c"
sed -i '/^last_local_impl_session: null$/d' "$T/body" # the first counts else
python 'import json, sys
print(json.dumps({"issues": [{"number": int(sys.argv[1]), "replace":
    ["last_local_impl_session: null\n", ""]}]}))' "$plan" >"$T/hub.json"
hub_control "@$T/hub.json"
id=$b
source=$(source_of "$b" "$demo")
uploaded --source remote
run seshat discover "$plan" --json
expect_status 0
order='success issue_number planning_session_id implementation_session_ids learn_session_ids readable_session_ids session_paths local_session_ids last_remote_impl_at last_remote_impl_run_id last_remote_impl_session_id session_sources last_session_gist_url last_session_id last_session_source'
is "$order" keys
is "$a" planning_session_id
is '["gone-1"]' implementation_session_ids
is "[\"$c\"]" learn_session_ids
is "[\"$a\", \"$c\"]" readable_session_ids
is '[]' local_session_ids
is "[\"$(source_of "$a" "$demo")\", \"$(source_of "$c" "$demo")\", \"$source\"]" session_paths
is 'source_type session_id run_id path gist_url' session_sources 0 keys
is 4 session_sources len
is local session_sources 2 source_type
is "$b" session_sources 2 session_id
is gist session_sources 3 source_type
is "$b" session_sources 3 session_id
is "https://gist.github.com/octo/$gist" session_sources 3 gist_url
is null session_sources 3 path
is "$b" last_session_id
is remote last_session_source
b_gist=$gist
cp "$T/out" "$T/discovered"
run seshat exec get-learn-sessions "$plan"
expect_status 0
same "$T/discovered" "$T/out"
run seshat exec get-learn-sessions "https://github.com/o/r/issues/$plan"
same "$T/discovered" "$T/out"
run seshat discover "$plan"
expect_status 0
out_has "^local +$a  $(source_of "$a" "$demo")\$"
out_has "^gist +$b  https://gist.github.com/octo/$gist\$"
hub_clean

test_that "comments count on every page"
python 'import json, sys
def block(key, id):
    return ("<!-- erk:metadata-block:%s -->\n<details>\n<summary><code>%s</code></summary>\n\n"
            "```yaml\n\nsession_id: %s\n\n```\n\n</details>\n<!-- /erk:metadata-block:%s -->"
            % (key, key, id, key))
print(json.dumps({"issues": [{"number": int(sys.argv[1]), "comments":
    [block("impl-started", "early"), block("impl-ended", "early"), "chat\n"] +
    ["no %d" % i for i in range(120)] +
    [block("impl-ended", "late"), block("learn-invoked", "learnt")]}]}))' "$plan" >"$T/hub.json"
hub_control "@$T/hub.json"
looks
run seshat discover "$plan" --json
expect_status 0
is '["gone-1", "early", "late"]' implementation_session_ids
is "[\"$c\", \"learnt\"]" learn_session_ids
check test "$(hub_requests /comments)" = 2
hub_clean

test_that "--fetch prints one path for each session, and the bytes are those"
mv "$(source_of "$b" "$demo")" "$T/b"
run seshat discover "$plan" --fetch "$T/all"
expect_status 0
expect_out "$(source_of "$a" "$demo")
$(source_of "$c" "$demo")
$T/all/$b/session.jsonl"
same "$T/b" "$T/all/$b/session.jsonl"
hub_clean

test_that "when one cannot be had the others still are, and the status is 5"
id=$a
source=$a_source
uploaded
mv "$a_source" "$T/a"
run seshat gists delete "$b_gist" --yes
expect_status 0
rm -rf "$T/all"
run seshat discover "$plan" --fetch "$T/all"
expect_status 5
expect_out "$(source_of "$c" "$demo")
$T/all/$a/session.jsonl"
same "$T/a" "$T/all/$a/session.jsonl"
err_has "^seshat: session $b: gist $b_gist"
check test ! -e "$T/all/$b"
nothing_left
hub_clean

test_that "download --issue takes the last session, or the one that is named"
fetched "$T/a" --issue "$plan"
is "$a" session_id
fetched "$T/a" --issue "https://github.com/o/r/issues/$plan" --session-id "$a"
refused 3 "$b_gist" --issue "$plan" --session-id "$b"
refused 3 "issue o/r#$plan|issue #$plan tells of no session never" --issue "$plan" --session-id never
hub_clean

test_that "an issue of before the gists has its artifact"
anew
new_plan
python 'import json, sys
n = int(sys.argv[1])
print(json.dumps({"issues": [{"number": n, "replace": ["last_remote_impl_run_id: null\nlast_remote_impl_session_id: null",
    "last_remote_impl_run_id: \u002777\u0027\nlast_remote_impl_session_id: abc"]}]}))' "$plan" >"$T/hub.json"
hub_control "@$T/hub.json"
run seshat discover "$plan" --json
expect_status 0
is '{"source_type": "remote", "session_id": "abc", "run_id": "77", "path": null, "gist_url": null}' session_sources 0
is 1 session_sources len
is 77 last_remote_impl_run_id
run seshat discover "$plan" --fetch "$T/legacy"
expect_status 0
expect_out "$T/legacy/abc/session.jsonl"
same "$T/two" "$T/legacy/abc/session.jsonl"
fetched "$T/two" --issue "$plan"
is artifact source
run seshat discover "$plan"
out_has '^artifact +abc  77$'
hub_clean

test_that "where none of the plan is here the newest of the project stand in"
new_plan
mkdir -p "$T/work/other"
fake big "$demo" 20
big=$source
fake small "$demo" 1
fake others "$T/work/other" 20
run at "$demo" seshat discover "$plan" --json
expect_status 0
is '["big"]' local_session_ids
is "[\"$big\"]" session_paths
is '[]' readable_session_ids
mkdir "$T/work/empty"
run at "$T/work/empty" seshat discover "$plan"
expect_status 0
expect_out ''
err_has "^issue #$plan has no sessions\$"
hub_clean

test_that "the branch tells the issue"
git init -q "$T/work/branches"
for branch in "P$plan-some-work" "p$plan-x" "$plan-more"; do
	git -C "$T/work/branches" symbolic-ref HEAD "refs/heads/$branch"
	run at "$T/work/branches" seshat discover --json
	expect_status 0
	is "$plan" issue_number
done
git -C "$T/work/branches" symbolic-ref HEAD refs/heads/main
run at "$T/work/branches" seshat exec get-learn-sessions
failed 2 'No issue specified and could not infer from branch name'
GITHUB_HEAD_REF=$plan-pull run at "$T/work/branches" seshat discover --json
is "$plan" issue_number
run seshat discover seven --json
failed 2 'Invalid issue identifier: seven'
run seshat discover 999 --json
failed 3 'issue o/r#999'
hub_clean

test_that "erk's names upload and download"
fake "$c" "$demo" 5
run seshat exec upload-session --session-file "$source" --session-id "$c" \
    --source remote --issue-number "$plan"
expect_status 0
is 'success gist_id gist_url raw_url session_id issue_number issue_updated' keys
header_is last_session_id "$c"
header_is last_session_source remote
url=$(field gist_url)
run seshat exec download-remote-session --gist-url "$url" --session-id "$c"
expect_status 0
is 'success session_id path source' keys
same "$source" "$(field path)"
run seshat exec download-remote-session --gist-url "$url" --session-id ../x
failed 2 'is no session id'
run seshat exec upload-session --session-file "$source"
failed 2 'session-file and --session-id are needed'
run seshat exec upload-session --session-file "$T/nowhere" --session-id x
failed 3 nowhere
hub_clean
test_that "what a passer-by wrote leads nowhere"
new_plan
new_session
uploaded
mine=$gist
hub_control '{"gists": [{"id": "dddddddddddddddddddd0001", "owner": "stranger",
    "description": "x", "files": {"session-'"$id"'.jsonl": "{\"evil\":1}\n"}}]}'
python 'import json, sys
body = json.load(open(sys.argv[1], encoding="utf-8"))["comments"][0]["body"]
print(json.dumps({"issues": [{"number": int(sys.argv[2]), "comments": [
    {"by": "stranger",
     "body": body.replace(sys.argv[3], "dddddddddddddddddddd0001")}]}]}))' \
    "$hub_dir/repos/o/r/issues/$plan.json" "$plan" "$mine" >"$T/stranger.json"
hub_control "@$T/stranger.json"
run seshat discover "$plan"
expect_status 0
out_has "$mine"
out_lacks dddddddddddddddddddd0001
err_has '1 comment of people who may not write to o/r tells of sessions, too'
run seshat download --issue "$plan" --session-id "$id" --output "$T/mine"
expect_status 0
same "$source" "$T/mine/session.jsonl"
hub_clean

test_that "a gist is another session's, a folder has a name"
run seshat download --gist-url "$mine" --session-id other --output "$T/other"
expect_status 3
check test ! -e "$T/other"
run seshat download --gist-url "$mine" --output ''
expect_status 2
run seshat discover "$plan" --fetch ''
expect_status 2

test_that "what is fetched into a checkout is ignored by git"
cd "$demo"
run seshat download --gist-url "$mine"
expect_status 0
check grep -qx '\*' .seshat/.gitignore
cd "$T/work"

test_that "a limit that asks for no wait is not asked for ever"
hub_rule '{"on": "GET ^/gists/", "times": 0, "do": "secondary", "retry_after": 0}'
hub_control '{"forget": true}'
run seshat download --gist-url "$mine" --output "$T/other"
expect_status 1
err_has 'rate limit'
[ "$(hub_requests)" -lt 20 ] || fail "$(hub_requests) requests"
hub_calm
hub_clean

test_that "a host that nobody knows gets no token, and no session"
unset GITHUB_API_URL
export SESHAT_GIST_TOKEN=test-classic
run seshat upload --session-id "$id" --repo evil.example.org/o/r --json
expect_status 4
out_has 'evil.example.org is no host that gh knows: it gets no token'

finish
