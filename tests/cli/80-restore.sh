# 'seshat restore': a session back where its agent goes on with it.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

a=aaaaaaaa-2222-4333-8444-555555555555
old=$T/work/demo
new=$T/other/my.demo
mkdir -p "$old/deep" "$new"

# mode_of FILE: its permissions.
mode_of() {
	stat -c %a "$1"
}

# gone ID CWD: Claude Code's sweep took it.
gone() {
	rm -rf "$(dirname "$(source_of "$1" "$2")")"
}

# stored: a session of three lines, mirrored, that is not here any more; what
# it was is in $T/was.
stored() {
	anew
	fake "$a" "$old" "$@"
	cp "$source" "$T/was"
	mirror --everywhere
	gone "$a" "$old"
}

# damage FILE: its packed text is not what it was.
damage() {
	size=$(wc -c <"$1")
	printf '~~~~' | dd of="$1" bs=1 seek=$((size - 20)) conv=notrunc \
	    2>/dev/null
}

# recwd FROM TO: what the lines must look like after it.
recwd() {
	sed "s|\"cwd\":\"$1\"|\"cwd\":\"$2\"|"
}

restore() {
	run seshat restore "$@"
	expect_status 0
}

test_that "what the sweep took comes back as it was, at its place, of now"
stored
touch -d '40 days ago' "$T/was"
restore "$a"
same "$T/was" "$source"
[ "$(mode_of "$source")" = 600 ] || fail "mode $(mode_of "$source")"
[ "$(mode_of "${source%/*}")" = 700 ] || fail "$(mode_of "${source%/*}")"
[ -n "$(find "$source" -mmin -5)" ] || fail "its time is not now"
out_has "^wrote $source \("
out_has "^cd $old && claude --resume $a$"
expect_err ""
check test "$(find "${source%/*}" | wc -l)" = 2

test_that "again, there is nothing to do but to keep it young"
touch -d '29 days ago' "$source"
restore "$a"
same "$T/was" "$source"
out_has "the same"
[ -n "$(find "$source" -mmin -5)" ] || fail "its time is not now"

test_that "elsewhere the lines name the new directory, and nothing else changes"
stored
{
	cat "$T/was"
	printf '{"cwd":"%s\\/deep","note":"%s","sub":{"cwd":"%s"}} {"cwd":"%sx"}\n' \
	    "$old" "$old" "$old" "$old"
	printf '{"type":"relocated","relocatedCwd":"%s"}\nnot JSON "cwd":"%s"\n' \
	    "$old" "$old"
	printf '{"odd":"\377\\u00e9","cwd" : "%s"}\n' "$old"
} >"$T/more"
anew
fake "$a" "$old"
cp "$T/more" "$source"
mirror --everywhere
gone "$a" "$old"
restore "$a" --cwd "$new"
source=$(source_of "$a" "$new")
sed -e "s|\"cwd\":\"$old\"|\"cwd\":\"$new\"|" \
    -e "s|\"cwd\":\"$old\\\\/deep|\"cwd\":\"$new\\\\/deep|" \
    -e "s|\"sub\":{\"cwd\":\"$new\"}|\"sub\":{\"cwd\":\"$old\"}|" \
    -e "s|\"relocatedCwd\":\"$old\"|\"relocatedCwd\":\"$new\"|" \
    -e "s|\"cwd\" : \"$old\"|\"cwd\" : \"$new\"|" "$T/more" |
    sed -e "s|not JSON \"cwd\":\"$new\"|not JSON \"cwd\":\"$old\"|" \
	-e "s|\"sub\":{\"cwd\":\"$new\"}|\"sub\":{\"cwd\":\"$old\"}|" >"$T/want"
same "$T/want" "$source"
out_has "^6 working directories: $old becomes $new$"
out_has "^cd $new && claude --resume $a$"

test_that "a directory with odd characters is named as the agent names it, and quoted"
stored
odd="$T/other/it's na\\\"ïve"
mkdir -p "$odd"
restore "$a" --cwd "$odd"
folder=$(ls "$CLAUDE_CONFIG_DIR/projects" | grep -e '-other-it-s-na---ve$')
check test -n "$folder"
python3 - "$CLAUDE_CONFIG_DIR/projects/$folder/$a.jsonl" "$odd" <<'END' ||
import json, sys
for line in open(sys.argv[1]):
    assert json.loads(line)["cwd"] == sys.argv[2]
END
    fail "another cwd"
tail -n 1 "$T/out" >"$T/command"
mkdir -p "$T/bin"
printf '#!/bin/sh\npwd\necho "$@"\n' >"$T/bin/claude"
chmod +x "$T/bin/claude"
PATH=$T/bin:$PATH run sh "$T/command"
expect_out "$odd
--resume $a"

test_that "without a directory that is here it asks for one, by name"
stored
rm -rf "$old"
run seshat restore "$a"
expect_status 3
err_has "$old, where it was at work, is not on this machine.*--cwd DIR"
[ ! -e "$CLAUDE_CONFIG_DIR/projects/$a" ] || fail "something was written"
run seshat restore "$a" --cwd "$T/nowhere"
expect_status 3
err_has "there is no folder $T/nowhere"
mkdir -p "$old/deep"

test_that "a dry run says what would be done, and writes nothing"
stored
find "$T/claude" "$HOME" "$XDG_STATE_HOME" 2>/dev/null | sort >"$T/before"
restore "$a" --dry-run --cwd "$new"
out_has "^would write $(source_of "$a" "$new") \("
out_has "claude --resume"
find "$T/claude" "$HOME" "$XDG_STATE_HOME" 2>/dev/null | sort >"$T/after"
same "$T/before" "$T/after"

test_that "the beginning of it is extended"
stored
mkdir -p "${source%/*}"
head -n 1 "$T/was" >"$source"
restore "$a"
same "$T/was" "$source"
out_has "^extended $source"
head -c 100 "$T/was" >"$source"
restore "$a"
same "$T/was" "$source"
: >"$source"
restore "$a"
same "$T/was" "$source"

test_that "what is longer or different stays, unless it is set aside"
stored
mkdir -p "${source%/*}"
cp "$T/was" "$source"
lines "$a" "$old" 4 4 >>"$source"
cp "$source" "$T/longer"
run seshat restore "$a"
expect_status 1
err_has "$source is there already and longer"
same "$T/longer" "$source"
lines "$a" "$old" 2 4 >"$source"
cp "$source" "$T/other.jsonl"
run seshat restore "$a"
expect_status 1
err_has "$source is there already and differs"
same "$T/other.jsonl" "$source"
restore "$a" --force
same "$T/was" "$source"
aside=$(find "${source%/*}" -name ".$a.jsonl.before-restore-*")
same "$T/other.jsonl" "$aside"
out_has "^replaced $source"
out_has "the old one is $aside$"
run seshat sessions --everywhere
check test "$(grep -c "^$(echo $a | cut -c1-8)" "$T/out")" = 1

test_that "so does what stands in another place"
stored
fake "$a" "$new"
cp "$source" "$T/here"
run seshat restore "$a" --cwd "$old"
expect_status 1
err_has "on this machine already: $source, of $new"
same "$T/here" "$source"
restore "$a" --force
same "$T/was" "$(source_of "$a" "$old")"
[ ! -e "$source" ] || fail "it stands in two places"
same "$T/here" "$(find "${source%/*}" -name ".$a.jsonl.before-restore-*")"

test_that "an agent at work on it is not disturbed"
stored
at_work "$a"
run seshat restore "$a"
expect_status 1
err_has "process $busy is at work on this session"
# one that was killed leaves the file behind
kill "$busy"
wait "$busy" || :
restore "$a"
same "$T/was" "$(source_of "$a" "$old")"

test_that "what is open for writing is not replaced"
stored
mkdir -p "${source%/*}"
head -n 1 "$T/was" >"$source"
exec 9>>"$source"
run seshat restore "$a"
exec 9>&-
expect_status 1
err_has "has $source open for writing"
restore "$a"

test_that "secrets stay redacted, and it says so"
anew
fake "$a" "$old" 1
key=ghp_$(printf %s 'k3Jf9sLqZ7xTbW2vNc8Ry4Gm6Hd1Pa5Ue0Io')
lines "$a" "$old" 2 2 | sed "s/line 2/my key is $key/" >>"$source"
lines "$a" "$old" 3 3 >>"$source"
mirror --everywhere
gone "$a" "$old"
restore "$a"
out_has '^1 value is redacted: [a-z-]+ x 1 \(it reads \[REDACTED:'
check test "$(grep -c REDACTED "$source")" = 1
check test "$(grep -c ghp_ "$source")" = 0
run seshat restore "$a" --json
expect_status 0
check python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert sum(d["redactions"].values()) == 1 and d["files"][0]["action"] == "same"
assert d["cwd"] == d["recorded_cwd"] == sys.argv[2]
assert d["resume"].endswith("claude --resume " + d["session_id"])' \
    "$T/out" "$old"

test_that "subagents come with it, also those in folders of their own"
anew
fake "$a" "$old"
beside=${source%.jsonl}
mkdir -p "$beside/subagents/workflows/w1"
for s in subagents/agent-1a subagents/workflows/w1/agent-2b; do
	lines "$a" "$old" 1 2 | sed 's/"type"/"isSidechain":true,"type"/' \
	    >"$beside/$s.jsonl"
done
cp -r "$CLAUDE_CONFIG_DIR" "$T/kept"
mirror --everywhere
check test "$(streams)" = 3
gone "$a" "$old"
restore "$a"
diff -r "$T/kept" "$CLAUDE_CONFIG_DIR" >"$T/hits" || fail "$(cat "$T/hits")"
gone "$a" "$old"
restore "$a" --cwd "$new"
beside=$(source_of "$a" "$new")
beside=${beside%.jsonl}
recwd "$old" "$new" <"$T/kept/projects/$(basename "$(dirname "$(source_of "$a" "$old")")")/$a/subagents/agent-1a.jsonl" >"$T/want"
same "$T/want" "$beside/subagents/agent-1a.jsonl"
check test -e "$beside/subagents/workflows/w1/agent-2b.jsonl"

test_that "a subagent alone is nothing to go on with"
run seshat restore "$a.1a"
expect_status 2
err_has "restore the session that began it, $a"

test_that "a longer subagent stays and does not stop the rest"
lines "$a" "$new" 3 3 >>"$beside/subagents/agent-1a.jsonl"
cp "$beside/subagents/agent-1a.jsonl" "$T/longer"
rm "$beside.jsonl"
restore "$a" --cwd "$new"
same "$T/longer" "$beside/subagents/agent-1a.jsonl"
check test -e "$beside.jsonl"
out_has "^kept, it is longer or differs, $beside/subagents/agent-1a.jsonl"

test_that "results of tools come with it, and what an agent has is not touched"
anew
fake "$a" "$old"
beside=${source%.jsonl}
mkdir -p "$beside/tool-results/deep" "$beside/subagents"
echo "a long result" >"$beside/tool-results/b1.txt"
echo "with $key in it" >"$beside/tool-results/deep/b2.txt"
echo '{"title":"Mine"}' >"$beside/custom-title.json"
lines "$a" "$old" 1 2 >"$beside/subagents/agent-1a.jsonl"
echo '{"agentType":"Explore"}' >"$beside/subagents/agent-1a.meta.json"
rm -rf "$T/kept"
cp -r "$CLAUDE_CONFIG_DIR" "$T/kept"
mirror --everywhere
gone "$a" "$old"
restore "$a"
out_has '^1 value is redacted'
check grep -q REDACTED "$beside/tool-results/deep/b2.txt"
cp "$beside/tool-results/deep/b2.txt" "$T/redacted"
cp "$T"/kept/projects/*/"$a"/tool-results/deep/b2.txt \
    "$beside/tool-results/deep/b2.txt"
diff -r "$T/kept" "$CLAUDE_CONFIG_DIR" >"$T/hits" || fail "$(cat "$T/hits")"
[ "$(mode_of "$beside/tool-results/b1.txt")" = 600 ] || fail "its mode"
restore "$a"
diff -r "$T/kept" "$CLAUDE_CONFIG_DIR" >"$T/hits" || fail "$(cat "$T/hits")"
restore "$a" --force
same "$T/redacted" "$beside/tool-results/deep/b2.txt"
mirror --everywhere
run seshat verify "$a"
expect_status 0

test_that "a file beside it that is damaged in the store is told, and left out on request"
gone "$a" "$old"
object=$(find "$vault" -path "*/$a/beside/*" -name 'b1.txt*')
check test -n "$object"
damage "$object"
run seshat restore "$a"
expect_status 5
err_has 'tool-results/b1.txt of .* is damaged \(--force leaves it out\)'
[ ! -e "$source" ] || fail "the session is there"
run seshat restore "$a" --force
expect_status 5
err_has 'tool-results/b1.txt is damaged and left out'
[ ! -e "$beside/tool-results/b1.txt" ] || fail "it was written"
check test -e "$source"

test_that "a transcript that is a link stays one"
stored
mkdir -p "${source%/*}" "$T/far"
head -n 1 "$T/was" >"$T/far/kept.jsonl"
ln -s "$T/far/kept.jsonl" "$source"
restore "$a"
check test -L "$source"
same "$T/was" "$T/far/kept.jsonl"

test_that "a last line without its end comes back as it was"
anew
fake "$a" "$old"
printf '{"cwd":"%s","to' "$old" >>"$source"
cp "$source" "$T/was"
mirror --everywhere
run seshat stop "$a"
gone "$a" "$old"
restore "$a"
same "$T/was" "$source"

test_that "Codex finds a thread where it was, and knows where it goes on"
anew
c=01a1fc06-5b92-76a3-afd2-2f8604a12644
day=$CODEX_HOME/sessions/2026/11/21
rollout=$day/rollout-2026-11-21T02-53-57-$c.jsonl
mkdir -p "$day"
thread() {
	printf '{"timestamp":"2026-11-21T02:53:57.000Z","type":"session_meta","payload":{"id":"%s","cwd":"%s","runtime_workspace_roots":["%s"]}}\n' "$c" "$1" "$1"
	printf '{"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"<cwd>%s</cwd>"}]}}\n' "$old"
	printf '{"type":"turn_context","payload":{"cwd":"%s/deep","model":"m"}}\n' "$1"
	printf '{"type":"event_msg","payload":{"item":{"cwd":"file://%s"},"thread_settings":{"cwd":"%s"}}}\n' "$old" "$1"
	printf '{"type":"world_state","payload":{"state":{"environments":{"environments":{"local":{"cwd":"%s"}}}}}}\n' "$1"
}
thread "$old" >"$rollout"
cp "$rollout" "$T/was"
mirror --everywhere
rm -rf "$CODEX_HOME"
restore "$c"
same "$T/was" "$rollout"
[ "$(mode_of "$rollout")" = 644 ] || fail "mode $(mode_of "$rollout")"
out_has "^cd $old && codex resume $c$"
rm -rf "$CODEX_HOME"
restore "$c" --cwd "$new"
thread "$new" >"$T/want"
same "$T/want" "$rollout"
out_has "^5 working directories: "

test_that "a rollout that was put away stands there already"
mkdir -p "$CODEX_HOME/archived_sessions"
thread "$old" >"$rollout"
mv "$rollout" "$CODEX_HOME/archived_sessions/"
restore "$c"
out_has "the same, $CODEX_HOME/archived_sessions/"
out_has "^codex unarchive $c && cd $old && codex resume $c$"
restore "$c" --cwd "$new"
out_has "the same, $CODEX_HOME/archived_sessions/"
out_has "^its lines name $old still; the command names the new folder$"
out_has "^codex unarchive $c && cd $new && codex resume $c -C $new$"
run seshat relocate "$old" "$new"
out_has "^  codex unarchive $c && codex resume $c -C $new$"
[ ! -e "$rollout" ] || fail "it stands in two places"
echo '{}' >>"$CODEX_HOME/archived_sessions/${rollout##*/}"
run seshat restore "$c"
expect_status 1
err_has 'on this machine already'
if command -v zstd >"$T/hits"; then
	test_that "so does a compressed one"
	rm -rf "$CODEX_HOME/archived_sessions"
	thread "$old" >"$rollout"
	zstd -q --rm "$rollout"
	restore "$c"
	out_has "the same, $rollout.zst"
	out_has "^cd $old && codex resume $c$"
	[ ! -e "$rollout" ] || fail "it stands in two places"
fi

test_that "a stream that is not there is answered with those that are"
stored
run seshat restore "$a" --stream 00000000
expect_status 3
err_has 'no stream 00000000; there are: [0-9a-f]{8} \(of '

test_that "damage is not restored as if it were whole"
anew
fake "$a" "$old" 1
for i in 2 3; do
	mirror --everywhere
	lines "$a" "$old" $i $i >>"$source"
done
mirror --everywhere
gone "$a" "$old"
damage "$(parts "$a" | sed -n 2p)"
run seshat restore "$a"
expect_status 5
err_has 'damaged'
err_has 'nothing was restored'
[ ! -e "$source" ] || fail "it was written"
run seshat restore "$a" --force
expect_status 5
lines "$a" "$old" 1 1 >"$T/want"
same "$T/want" "$source"
err_has "only the $(wc -c <"$T/want") bytes"

test_that "the continued session is a stream beside the old, and is what is shown"
stored
restore "$a" --cwd "$new"
source=$(source_of "$a" "$new")
lines "$a" "$new" 4 5 >>"$source"
cp "$source" "$T/want"
mirror --everywhere
[ "$(streams "$a")" = 2 ] || fail "$(streams "$a") streams"
run seshat show "$a" --raw
same "$T/want" "$T/out"
first=$(run seshat show "$a" --json; python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
print([s["stream"] for s in d["streams"] if s["stream"] != d["stream"]][0])' "$T/out")
run seshat show "$a" --raw --stream "$first"
same "$T/was" "$T/out"
rm "$source"
restore "$a" --cwd "$new"
same "$T/want" "$source"
err_has "this is stream [0-9a-f]{8}; there is another .*$first"
rm "$source"
restore "$a" --stream "$first"
same "$T/was" "$(source_of "$a" "$old")"

test_that "at its old place it goes on as if it had never been away"
stored
restore "$a"
lines "$a" "$old" 4 5 >>"$source"
is_whole_after() {
	mirror --everywhere
	run seshat show "$a" --raw
	same "$source" "$T/out"
}
is_whole_after
[ "$(streams "$a")" = 1 ] || fail "$(streams "$a") streams"

test_that "also when the mirror saw that it was gone, or lost its state"
stored
run seshat mirror --everywhere
restore "$a"
lines "$a" "$old" 4 5 >>"$source"
is_whole_after
stored
rm -rf "$XDG_STATE_HOME/seshat"
restore "$a"
lines "$a" "$old" 4 5 >>"$source"
is_whole_after

test_that "also when secrets were redacted: nothing old is stored wrongly"
anew
fake "$a" "$old" 1
lines "$a" "$old" 2 2 | sed "s/line 2/my key is $key/" >>"$source"
mirror --everywhere
gone "$a" "$old"
restore "$a"
lines "$a" "$old" 3 4 >>"$source"
is_whole_after
run seshat verify "$a" --source
expect_status 0

test_that "from another store, on another machine"
stored
cp -r "$vault" "$T/shared"
anew
rm -rf "$T/home2"
mkdir "$T/home2"
restore "$a" --from "file://$T/shared" --cwd "$new"
recwd "$old" "$new" <"$T/was" >"$T/want"
same "$T/want" "$(source_of "$a" "$new")"

test_that "what an agent keeps in a database is not restored, with what to do instead"
anew
HERMES_HOME=$T/hermes
export HERMES_HOME
mkdir -p "$HERMES_HOME"
hermes() {
	python3 "$SESHAT_SOURCE/tests/cli/hermes.py" "$HERMES_HOME/state.db" "$@"
}
hermes make one
hermes say one 1 5
mirror --everywhere
run seshat restore one
expect_status 1
err_has "database or a folder of events, and can be put into none; 'seshat show one --raw' has the text$"
seshat mirror -q --everywhere --store "file://$T/shared"
run seshat restore one --from "file://$T/shared"
expect_status 1
err_has "'seshat show one --raw --store file://$T/shared' has the text$"

test_that "OpenClaw takes a session back where it keeps files, and no other"
anew
OPENCLAW_STATE_DIR=$T/openclaw
export OPENCLAW_STATE_DIR
claw=$OPENCLAW_STATE_DIR/agents/main/sessions/5ca1ab1e.jsonl
mkdir -p "${claw%/*}"
printf '{"type":"session","id":"5ca1ab1e","cwd":"%s","timestamp":"2026-01-01T00:00:00.000Z"}\n{"type":"message","id":"1","message":{"role":"user","content":"%s"}}\n' \
    "$old" "$old" >"$claw"
cp "$claw" "$T/was"
mirror --everywhere
rm "$claw"
restore main__5ca1ab1e --cwd "$new"
sed "1s|$old|$new|" "$T/was" >"$T/want"
same "$T/want" "$claw"
out_has 'sessions.json'
rm "$claw"
mkdir -p "$OPENCLAW_STATE_DIR/agents/main/agent"
: >"$OPENCLAW_STATE_DIR/agents/main/agent/openclaw-agent.sqlite"
run seshat restore main__5ca1ab1e --cwd "$new"
expect_status 1
err_has 'database'
rm -r "$OPENCLAW_STATE_DIR"
run seshat restore main__5ca1ab1e --cwd "$new"
expect_status 3

test_that "a session log goes back to where it was, and nowhere else"
anew
run seshat log append mine --skill s --final-status ok
log=$XDG_DATA_HOME/seshat/sessions/mine.jsonl
cp "$log" "$T/was"
mirror --everywhere
rm "$log"
id=$(basename "$vault"/*/sessions/seshat-log/mine*)
restore "$id"
same "$T/was" "$log"
out_lacks resume
rm "$log"
SESHAT_SESSIONS_DIR=$T/elsewhere run seshat restore "$id"
expect_status 1
err_has 'below none of the folders'

# from here on stored, parts and is_whole are those of a mirror that follows
. "$SESHAT_SOURCE/tests/cli/following.sh"

test_that "a mirror that follows goes on with what was taken and came back"
fresh
cp "$source_one" "$T/was"
follow --everywhere --interval 0.1
stored "$one"
rm "$source_one"
restore "$one"
same "$T/was" "$source_one"
grow "$source_one" "$one" 4 5
soon has "$one" "$source_one"
rm "$source_one"
restore "$one" --cwd "$other"
source=$(source_of "$one" "$other")
lines "$one" "$other" 6 6 >>"$source"
soon has "$one" "$source"
end_follow
is_whole "$one" "$source"
check test "$(wc -l <"$source")" = 6

test_that "wrong use"
run seshat restore
expect_status 2
run seshat restore nosuchsession
expect_status 3
run at "$new" seshat restore "$one" --cwd ""
expect_status 2
err_has 'empty name'

finish
