# gists list, prune and delete: of one's gists, those that hold sessions.
. "$SESHAT_SOURCE/tests/cli/share.sh"

foreign="aaaaaaaaaaaaaaaaaaaa0001 aaaaaaaaaaaaaaaaaaaa0002 aaaaaaaaaaaaaaaaaaaa0003 aaaaaaaaaaaaaaaaaaaa0004"

# mark: of a session "old1", as its gist's description ends.
mark() {
	echo "seshat:$(printf 'claude-code/%s' "$1" | sha256sum | cut -c -16)"
}

# gists_are ID...: these are there, and the foreign ones.
gists_are() {
	printf '%s\n' "$@" $foreign | sort >"$T/wanted"
	hub_gists | sort >"$T/there"
	same "$T/wanted" "$T/there"
}

hub_control '{"gists": [
    {"id": "aaaaaaaaaaaaaaaaaaaa0001", "description": "notes", "files": {"a.md": "x"}, "updated_at": "2020-01-01T00:00:00Z"},
    {"id": "aaaaaaaaaaaaaaaaaaaa0002", "description": "Session for plan #9: seshat:0123456789abcdef", "files": {"a.md": "x"}, "updated_at": "2020-01-01T00:00:00Z"},
    {"id": "aaaaaaaaaaaaaaaaaaaa0003", "description": "Claude Code session abc (local)", "files": {"session-abc.jsonl": "{}"}, "updated_at": "2020-01-01T00:00:00Z"},
    {"id": "aaaaaaaaaaaaaaaaaaaa0004", "owner": "hubot", "description": "Claude Code session x (local) '"$(mark x)"'", "files": {"session-x.jsonl": "{}"}, "updated_at": "2020-01-01T00:00:00Z"}]}'

test_that "who has no gist with a session is told so"
run seshat gists list
expect_status 0
expect_out ''
expect_err 'no gist of yours holds a session'
run seshat gists list --json
expect_status 0
expect_out ''
hub_clean

# one of a plan, one whose plan forgot it, one of no plan, and old ones
new_session
new_plan
uploaded
kept=$gist
kept_id=$id
new_session
new_plan
uploaded --source remote
orphan=$gist
orphan_id=$id
hub_control "{\"issues\": [{\"number\": $plan, \"gone\": true}]}"
new_session
run seshat upload --session-id "$id" --json
alone=$(field gist_id)
hub_control '{"gists": [
    {"id": "bbbbbbbbbbbbbbbbbbbb0001", "description": "Session for plan #1: Claude Code session old1 (remote) '"$(mark old1)"'", "files": {"session-old1.jsonl": "{}"}, "updated_at": "2020-01-01T00:00:00Z"},
    {"id": "bbbbbbbbbbbbbbbbbbbb0002", "description": "Codex session old2 (local) '"$(mark old2)"'", "public": true, "files": {"session-old2.jsonl": "{}"}, "updated_at": "2020-01-02T00:00:00Z"}]}'
old1=bbbbbbbbbbbbbbbbbbbb0001
old2=bbbbbbbbbbbbbbbbbbbb0002

test_that "gists list tells of one's own, with session and plan"
run seshat gists list
expect_status 0
[ "$(wc -l <"$T/out")" = 6 ] || fail "$(cat "$T/out")"
out_has '^GIST +SESSION +AGENT +RAN +PLAN +CHANGED$'
out_has "^$kept +$kept_id +Claude Code +local +#1 +"
out_has "^$orphan +$orphan_id +Claude Code +remote +#2 +"
out_has "^$alone +$id +Claude Code +local +[^#]*\$"
out_has "^$old2 +old2 +Codex +local +"
run seshat gists list --json
expect_status 0
jq -s . <"$T/out" >"$T/list" 2>/dev/null ||
    python 'import json, sys
json.dump([json.loads(line) for line in open(sys.argv[1])], open(sys.argv[2], "w"))' \
	"$T/out" "$T/list"
field_file=$T/list
is 5 len
is "gist_id gist_url session_id agent source plan public created_at updated_at" 0 keys
is "$old2" 3 gist_id
is true 3 public
is "$old1" 4 gist_id
is 1 4 plan
is 2020-01-01T00:00:00.000Z 4 updated_at
unset field_file
hub_clean

test_that "with --repo each plan is asked whether it points to its gist"
run seshat gists list --repo o/r --json
expect_status 0
grep "\"$kept\"" "$T/out" | grep -q '"pointed_to":true' || fail "$(cat "$T/out")"
for gist in "$orphan" "$old1" "$alone"; do
	grep "\"$gist\"" "$T/out" | grep -q '"pointed_to":false' || fail "$(cat "$T/out")"
done
run seshat gists list --repo o/r
out_has "^$orphan .*#2 .no longer."
out_has "^$kept .*#1 +[^ (]"
hub_clean

test_that "gists list follows every page"
python 'import hashlib, json
def one(n):
    mark = hashlib.sha256(b"claude-code/many%d" % n).hexdigest()[:16]
    return {"id": "cccccccccccccccc%04d" % n, "owner": "hubot",
            "description": "Claude Code session many%d (local) seshat:%s" % (n, mark),
            "files": {"a.jsonl": "{}"}}
print(json.dumps({"gists": [one(n) for n in range(205)]}))' >"$T/hub.json"
hub_control "@$T/hub.json"
looks
GH_TOKEN=test-other run seshat gists list --json
expect_status 0
[ "$(wc -l <"$T/out")" = 206 ] || fail "$(wc -l <"$T/out") of 206"
check test "$(hub_requests '^GET /gists')" = 3
hub_clean
foreign="$foreign $(hub_gists | grep ^cccc | tr '\n' ' ')"

test_that "without --yes nothing is deleted"
looks
run seshat gists prune --older-than 90
expect_status 0
[ "$(grep -c '^bbbb' "$T/out")" = 2 ] && [ "$(wc -l <"$T/out")" = 3 ] || fail "$(cat "$T/out")"
err_has '^would delete 2 of 5 gists .--yes does it, for good.$'
run seshat gists prune --orphans --repo o/r
expect_status 0
for gist in "$orphan" "$old1" "$old2" "$alone"; do
	out_has "^$gist "
done
out_lacks "^$kept "
run seshat gists delete "$alone"
expect_status 2
err_has 'say --yes to mean it'
check test "$(hub_requests '^DELETE')" = 0
gists_are "$kept" "$orphan" "$alone" "$old1" "$old2"
hub_clean

test_that "prune wants to know which"
for options in '' --yes '--repo o/r --yes' '--older-than x' '--older-than 0 --yes'; do
	run seshat gists prune $options
	expect_status 2
done
gists_are "$kept" "$orphan" "$alone" "$old1" "$old2"
hub_clean

test_that "gists delete deletes one, by id or URL, and only a session's"
run seshat gists delete aaaaaaaaaaaaaaaaaaaa0001 --yes
expect_status 2
err_has 'gist aaaaaaaaaaaaaaaaaaaa0001 is none that seshat made'
run seshat gists delete aaaaaaaaaaaaaaaaaaaa0003 --yes
expect_status 2
run seshat gists delete aaaaaaaaaaaaaaaaaaaa0004 --yes
expect_status 4
err_has "it is not of this token's user"
run seshat gists delete ffffffffffffffffffff --yes
expect_status 3
run seshat gists delete 'no gist' --yes
expect_status 2
gists_are "$kept" "$orphan" "$alone" "$old1" "$old2"
run seshat gists delete "https://gist.github.com/octo/$old2" --yes --json
expect_status 0
expect_out "{\"deleted\":\"$old2\"}"
gists_are "$kept" "$orphan" "$alone" "$old1"
hub_clean

test_that "--older-than takes the old ones"
run seshat gists prune --older-than 100000 --yes
expect_status 0
err_has '^deleted 0 of 4 gists$'
run seshat gists prune --older-than 90 --yes
expect_status 0
out_has "^$old1 "
err_has '^deleted 1 of 4 gists$'
gists_are "$kept" "$orphan" "$alone"
hub_clean

test_that "--orphans lets those of plans be, unless --repo says where they are"
run seshat gists prune --orphans
out_has "^$alone "
out_lacks "^($kept|$orphan) "
err_has '^those of plans were let be'
run seshat gists prune --orphans --older-than 1 --repo o/r --yes
expect_status 0
gists_are "$kept" "$orphan" "$alone"
run seshat gists prune --orphans --repo o/r --yes --json
expect_status 0
[ "$(wc -l <"$T/out")" = 2 ] || fail "$(cat "$T/out")"
out_has "\"gist_id\":\"$orphan\""
out_has "\"gist_id\":\"$alone\""
gists_are "$kept"
hub_clean

test_that "when GitHub does not say whether a plan points to it, nothing is deleted"
hub_rule '{"on": "GET ^/repos/", "status": 403, "times": 0}'
run seshat gists prune --orphans --repo o/r --yes
expect_status 4
gists_are "$kept"
looks
GH_TOKEN='' run seshat gists prune --orphans --repo o/r --yes
expect_status 4
GH_TOKEN=test-actions run seshat gists list
expect_status 4
err_has SESHAT_GIST_TOKEN
gists_are "$kept"
hub_clean

test_that "when a deletion fails, what is gone by then is told, and the rest stays"
for n in 1 2 3; do
	hub_control '{"gists": [{"id": "dddddddddddddddddddd000'$n'", "description": "Codex session del'$n' (local) '"$(mark del$n)"'", "files": {"session-del'$n'.jsonl": "{}"}, "updated_at": "2020-01-0'$n'T00:00:00Z"}]}'
done
for way in '' --json; do
	hub_rule '{"on": "DELETE ^/gists/dddddddddddddddddddd0002", "status": 403, "message": "Forbidden"}'
	run seshat gists prune --older-than 90 --yes $way
	expect_status 4
	err_has 'gist dddddddddddddddddddd0002'
	out_lacks 'dddddddddddddddddddd000[12]'
	if [ "$way" = --json ]; then
		expect_out ''
	else
		out_has '^dddddddddddddddddddd0003 '
		err_has '^deleted 1 of 4 gists$'
	fi
	gists_are "$kept" dddddddddddddddddddd0001 dddddddddddddddddddd0002
	looks
done
run seshat gists prune --older-than 90 --yes --json
expect_status 0
[ "$(wc -l <"$T/out")" = 2 ] || fail "$(cat "$T/out")"
gists_are "$kept"
hub_clean

test_that "a gist that is deleted is made anew by the next upload"
run seshat gists delete "$kept" --yes
expect_status 0
expect_err "deleted gist $kept"
id=$kept_id plan=1
uploaded
[ "$gist" != "$kept" ] || fail "the same gist"
header_is last_session_gist_id "$gist"
nothing_left
hub_clean
test_that "what cannot be asked is no orphan, and an odd age none"
hub_control '{"reset": true}'
new_plan
new_session
uploaded
n_gists 1
run seshat gists prune --orphans --repo o/typo --yes
expect_status 3
err_has 'o/typo .nothing was done'
hub_config '"repos": {"o/r": "private"}'
GH_TOKEN='' SESHAT_GIST_TOKEN=test-no-repo run seshat gists prune --orphans --repo o/r --yes
check test "$status" != 0
n_gists 1
hub_config '"repos": {}'
run seshat gists prune --older-than 106751991168 --yes
expect_status 0
n_gists 1

test_that "without a plan the gist stays its plan's"
run seshat upload --session-id "$id"
expect_status 0
field_file=$hub_dir/gists/$gist/gist.json field description >"$T/description"
grep -q "^Session for plan #$plan: " "$T/description" || fail "$(cat "$T/description")"
run seshat gists prune --orphans --yes
expect_status 0
n_gists 1
hub_clean

finish
