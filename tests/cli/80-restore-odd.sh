# 'seshat restore' where something is in its way: agents at work, odd ids, files
# that cannot be written, damage.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

a=aaaaaaaa-2222-4333-8444-555555555555
old=$T/work/demo
new=$T/other/demo
mkdir -p "$old" "$new"

restore() {
	run seshat restore "$@"
	expect_status 0
}

# family: a session with a subagent and a result of a tool, mirrored; what it
# was is in $T/was.
family() {
	anew
	fake "$a" "$old"
	beside=${source%.jsonl}
	sub=$beside/subagents/agent-1a.jsonl
	result=$beside/tool-results/b1.txt
	mkdir -p "${sub%/*}" "${result%/*}"
	lines "$a" "$old" 1 3 | sed 's/"type"/"isSidechain":true,"type"/' \
	    >"$sub"
	echo "a long result" >"$result"
	rm -rf "$T/was"
	cp -r "$CLAUDE_CONFIG_DIR" "$T/was"
	mirror --everywhere
}

# begun FILE: only its beginning is there.
begun() {
	head -c 10 "$1" >"$T/begun"
	cp "$T/begun" "$1"
}

all_there() {
	diff -r "$T/was" "$CLAUDE_CONFIG_DIR" >"$T/hits" ||
	    fail "$(cat "$T/hits")"
}

test_that "an agent at work is asked for also where its transcript is the same"
family
begun "$sub"
at_work "$a"
run seshat restore "$a"
expect_status 1
err_has "process $busy is at work on this session"
same "$T/begun" "$sub"
at_rest
restore "$a"
all_there

test_that "what a killed agent left behind is not taken for one at work"
family
begun "$sub"
at_work "$a"
# the number was given anew, to a program that began later
touch -d '1 hour ago' "$CLAUDE_CONFIG_DIR/sessions/$busy.json"
restore "$a"
run seshat relocate "$old" "$new"
expect_status 0
out_has '^1 session moved, 0 kept$'
run seshat relocate "$new" "$old"
rmdir "$(dirname "$(source_of "$a" "$new")")"
at_rest
all_there
# an agent writes the file seldom, and the clock may have been set
ln -s "$(command -v sleep)" "$T/claude-like"
"$T/claude-like" 600 &
busy=$!
at_exit "kill $busy 2>/dev/null"
mkdir -p "$CLAUDE_CONFIG_DIR/sessions"
says=$CLAUDE_CONFIG_DIR/sessions/$busy.json
echo '{"pid":'$busy',"sessionId":"'"$a"'"}' >"$says"
touch -d '1 hour ago' "$says"
run seshat restore "$a"
expect_status 1
err_has "process $busy is at work on this session, as $says says: "
run seshat relocate "$old" "$new"
expect_status 5
out_has "^kept $source: process $busy is at work on it, as $says says$"
at_rest

test_that "a subagent or a file that is being written stays, and it says so"
for force in "" --force; do
	family
	begun "$sub"
	{ cat "$sub" && echo more; } >"$T/want"
	begun "$result"
	exec 8>>"$sub" 9>>"$result"
	# shellcheck disable=SC2086
	restore "$a" $force
	echo more >&8
	exec 8>&- 9>&-
	out_has "^kept, a program is writing it, $sub"
	out_has "^kept, a program is writing it, $result"
	same "$T/begun" "$result"
	same "$T/want" "$sub"
	begun "$sub"
	restore "$a"
	all_there
done

test_that "what is written to a transcript while it is replaced is not lost"
family
begun "$source"
exec 9>>"$source"
run seshat restore "$a"
expect_status 1
err_has "has $source open for writing"
same "$T/begun" "$source"
restore "$a" --force
echo more >&9
exec 9>&-
out_has "^replaced $source"
tail -n 1 "$(find "${source%/*}" -name ".$a.jsonl.before-restore-*")" >"$T/tail"
check grep -q 'more$' "$T/tail"
find "$CLAUDE_CONFIG_DIR" -name '.*before-restore*' -delete
all_there

test_that "a file with a name as long as can be is extended, and set aside"
family
long=$beside/tool-results/$(printf '%0220d' 0).txt
mv "$result" "$long"
echo more >>"$long"
mirror --everywhere
cp "$long" "$T/want"
begun "$long"
restore "$a"
out_has "^extended $long"
same "$T/want" "$long"
echo other >"$long"
restore "$a" --force
same "$T/want" "$long"
check test "$(cat "$beside"/tool-results/.0*before-restore-*)" = other

test_that "a session is set aside when the other one stands, and not before"
family
lines "$a" "$old" 4 4 >>"$source"
cp "$source" "$T/longer"
rm -rf "$beside"
folder=$(source_of "$a" "$new")
folder=${folder%/*}
echo in the way >"$folder"
run seshat restore "$a" --cwd "$new" --force
expect_status 3
same "$T/longer" "$source"
[ -z "$(find "$CLAUDE_CONFIG_DIR" -name '*before-restore*')" ] ||
    fail "it was set aside"
rm "$folder"
restore "$a" --cwd "$new" --force
[ ! -e "$source" ] || fail "it stands in two places"
same "$T/longer" "$(find "${source%/*}" -name ".$a.jsonl.before-restore-*")"

test_that "also where there are no files beside it, and when that was not to be"
anew
fake "$a" "$old"
mirror --everywhere
echo in the way >"$folder.x"
rm -rf "$folder"
mv "$folder.x" "$folder"
cp "$source" "$T/here"
run seshat restore "$a" --cwd "$new" --force
expect_status 3
same "$T/here" "$source"
rm "$folder"

test_that "a subagent that can have no place is left out, and the rest comes"
family
cp "$sub" "${sub%/*}/agent-1 b.jsonl"
mirror --everywhere
rm "${sub%/*}/agent-1 b.jsonl"
check test "$(streams)" = 3
rm -rf "${source%/*}"
run seshat restore "$a"
expect_status 5
err_has "^seshat: $a.1 b is left out: .*cannot be the name of a file"
all_there
run seshat restore "$a" --json
expect_status 5
check python3 -c 'import json, sys
assert "left out" in json.load(open(sys.argv[1]))["damage"]' "$T/out"

test_that "counts in the store that cannot be are not believed"
anew
fake "$a" "$old"
mirror --everywhere
run seshat stop "$a"
rm -rf "${source%/*}"
cat >"$T/counts.py" <<'END'
import json, sys
doc = json.load(open(sys.argv[1]))
doc["parts"][0]["redactions"] = json.loads(sys.argv[2])
json.dump(doc, open(sys.argv[1], "w"))
END
recount() {
	rm -f "$source"
	run python3 "$T/counts.py" \
	    "$(find "$vault" -path "*/$a/stream-*.json")" "$1"
	expect_status 0
	restore "$a"
}
recount '{"a": 9223372036854775807, "b": 9223372036854775807, "c": -3}'
out_lacks redacted
recount '{"a": 9223372036854775807, "b": 2, "c": -3}'
out_has '^2 values are redacted: b x 2 \('
recount '{"a": 9007199254740992, "b": 9007199254740992}'
out_has '^9007199254740992 values are redacted: '

test_that "what differs only by what was redacted stands there already"
key=ghp_$(printf %s 'k3Jf9sLqZ7xTbW2vNc8Ry4Gm6Hd1Pa5Ue0Io')
family
echo "{\"cwd\":\"$old\",\"content\":\"my key is $key\"}" >>"$source"
mirror --everywhere
echo "{\"content\":\"my key is $key\"}" >>"$source"
echo "{\"content\":\"my key is $key\"}" >>"$sub"
mirror --everywhere
cp "$source" "$T/here"
cp "$sub" "$T/there"
restore "$a"
out_has "^left, it is the same but for what was redacted, $source"
out_has "^left, it is the same but for what was redacted, $sub"
out_lacks 'goes on without'
same "$T/here" "$source"
same "$T/there" "$sub"
echo '{"more":1}' >>"$source"
cp "$source" "$T/longer"
run seshat restore "$a"
expect_status 1
err_has "$source is there already and longer"
same "$T/longer" "$source"
sed 's/line 1/line 0/' "$T/here" >"$source"
run seshat restore "$a"
expect_status 1
err_has "$source is there already and differs"
rm "$source"
restore "$a"
check test "$(grep -c REDACTED "$source")" = 2

test_that "what was redacted is told also when it is restored a second time"
# that of the subagent it has
out_has '^2 values are redacted: '
out_lacks 'stands? in it'
rm -rf "$vault" "$XDG_STATE_HOME/seshat" "$sub"
mirror --everywhere
rm "$source"
restore "$a"
check test "$(grep -c REDACTED "$source")" = 2
out_lacks 'values? (is|are) redacted'
out_has '^2 \[REDACTED:\.\.\.\] stand in it'
echo "{\"content\":\"another is $key\"}" >>"$source"
mirror --everywhere
rm "$source"
restore "$a" --json
check python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert d["marks"] == 2 and sum(d["redactions"].values()) == 1, d' "$T/out"

test_that "what stands behind a damage is to be had, and it says where"
anew
fake "$a" "$old" 1
for i in 2 3; do
	mirror --everywhere
	lines "$a" "$old" $i $i >>"$source"
done
mirror --everywhere
rm -rf "${source%/*}"
part=$(parts "$a" | sed -n 2p)
printf '~~~~' | dd of="$part" bs=1 seek=$(($(wc -c <"$part") - 20)) \
    conv=notrunc 2>"$T/hits"
run seshat restore "$a" --force
expect_status 5
err_has "behind the damage has 'seshat show $a --text --stream [0-9a-f]{8}'"
behind=$(sed -n "s/.*has 'seshat \(show .*\)'$/\1/p" "$T/err")
mirror --everywhere
# shellcheck disable=SC2086
run seshat $behind
out_has "line 3"

test_that "a subagent whose pin is damaged is not passed over"
family
run seshat stop "$a"
rm -rf "${source%/*}"
pin=$vault/ids/claude-code/$a.1a
check test -s "$pin"
# nor does an index know of it
rm -rf "$vault/index"
flip_byte "$pin" 3
run seshat restore "$a"
expect_status 5
err_has "$a.1a cannot be read, nothing was restored .--force leaves it out.: "
err_has "seshat verify --repair"
[ ! -e "$source" ] || fail "the session is there"
run seshat restore "$a" --force
expect_status 5
err_has "^seshat: $a.1a is left out: "
check test -e "$source"
[ ! -e "$sub" ] || fail "the subagent is there"
run seshat verify --repair
restore "$a"
all_there

# grown LINES: a session of so many lines, each in a part of its own.
grown() {
	anew
	fake "$a" "$old" 1
	mirror --everywhere
	for i in $(seq 2 "$1"); do
		lines "$a" "$old" "$i" "$i" >>"$source"
		mirror --everywhere
	done
	rm -rf "${source%/*}"
}

test_that "what stands before a part whose header is damaged comes back"
grown 6
# the last one is behind what the checkpoint lists
python3 - "$(parts "$a" | sed -n 4p)" <<'END'
import sys
with open(sys.argv[1], "r+b") as f:
    text = f.read()
    f.seek(text.index(b" k=") + 3)
    f.write(b"?")
END
run seshat restore "$a"
expect_status 5
err_has '.--force restores the lines before that'
run seshat restore "$a" --force
expect_status 5
lines "$a" "$old" 1 3 >"$T/want"
same "$T/want" "$source"

test_that "a session of which nothing whole is left is not restored by force"
grown 2
printf '~~~~' | dd of="$(parts "$a" | head -n 1)" bs=1 seek=100 \
    conv=notrunc 2>"$T/hits"
for to in "" "--cwd $new"; do
	# shellcheck disable=SC2086
	run seshat restore "$a" --force $to
	expect_status 5
	err_has 'no whole line stands before that, so there is nothing to restore'
	err_has "seshat show $a --text --stream [0-9a-f]{8}"
done
check test -z "$(find "$CLAUDE_CONFIG_DIR" -type f)"
fake "$a" "$old" 1
cp "$source" "$T/here"
run seshat restore "$a" --force
expect_status 5
same "$T/here" "$source"

test_that "what stands beside a session goes aside with it, and is listed once"
family
cp -r "$beside" "$T/beside"
run seshat restore "$a" --cwd "$new" --force --dry-run
expect_status 0
out_has "^would set aside $beside$"
all_there
restore "$a" --cwd "$new" --force
out_has "^set aside $beside$"
[ ! -e "$beside" ] || fail "it is there still"
aside=$(find "${source%/*}" -name ".$a.before-restore-*")
diff -r "$T/beside" "$aside" >"$T/hits" || fail "$(cat "$T/hits")"
run seshat sessions --everywhere --json
expect_status 0
check test "$(grep -o "\"[^\"]*agent-1a.jsonl\"" "$T/out" | wc -l)" = 1
run seshat restore "$a" --cwd "$old" --force --json
expect_status 0
check python3 -c 'import json, sys
assert [f["kind"] for f in json.load(open(sys.argv[1]))["files"]
    if f["set_aside"]] == ["folder", "transcript"]' "$T/out"

test_that "so do subagents that stand in the folder of the session itself"
# earlier: of this session, of another one, and one that is being written
earlier() {
	anew
	fake "$a" "$old"
	with=${source%/*}
	lines "$a" "$old" 1 2 >"$with/agent-1a.jsonl"
	lines bbbbbbbb-2222-4333-8444-555555555555 "$old" 1 2 \
	    >"$with/agent-2b.jsonl"
	rm -rf "$T/was"
	cp -r "$CLAUDE_CONFIG_DIR" "$T/was"
	mirror --everywhere
}
earlier
restore "$a" --cwd "$new" --force --dry-run
out_has "^would set aside $with/agent-1a.jsonl$"
out_lacks 'agent-2b'
all_there
restore "$a" --cwd "$new" --force
out_has "^set aside $with/agent-1a.jsonl$"
check test ! -e "$with/agent-1a.jsonl"
check test -e "$with/agent-2b.jsonl"
check test -e "${folder%/*}/$(basename "$folder")/agent-1a.jsonl"
same "$T/was/projects/$(basename "$with")/agent-1a.jsonl" \
    "$(find "$with" -name '.agent-1a.jsonl.before-restore-*')"
run seshat sessions --everywhere --json
check test "$(grep -o "\"[^\"]*agent-1a.jsonl\"" "$T/out" | wc -l)" = 1
earlier
exec 9>>"$with/agent-1a.jsonl"
restore "$a" --cwd "$new" --force
exec 9>&-
check test -e "$with/agent-1a.jsonl"
out_has "^kept, a program is writing it, $with/agent-1a.jsonl"

test_that "where something cannot be written is named, and what to do"
family
rm -rf "${source%/*}"
TMPDIR=$T/nowhere run seshat restore "$a"
expect_status 1
err_has "a temporary file in $T/nowhere .TMPDIR names another folder.: "
# a disk of $1 kilobytes there
disk() {
	mkdir -p "$2"
	if mount -t tmpfs -o "size=$1k" none "$2" 2>"$T/hits"; then
		at_exit "umount '$2' 2>/dev/null"
	else
		return 1
	fi
}
if disk 8 "$T/small"; then
	fake "$a" "$old" 400
	mirror --everywhere
	cp "$source" "$T/large"
	rm -rf "${source%/*}"
	TMPDIR=$T/small run seshat restore "$a"
	expect_status 1
	err_has "a temporary file in $T/small .*: No space left on device; what is whole stays: make room, and the same command goes on$"
	mkdir -p "$T/small/claude"
	rm -rf "$CLAUDE_CONFIG_DIR"
	ln -s "$T/small/claude" "$CLAUDE_CONFIG_DIR"
	run seshat restore "$a"
	expect_status 1
	err_has "/.seshat-restoring-[0-9a-f]+: write: No space left on device; what is whole stays: make room"
	check test -z "$(find "$T/small" -name '.seshat*')"
	mount -o remount,size=800k "$T/small"
	restore "$a"
	same "$T/large" "$source"
	rm "$CLAUDE_CONFIG_DIR"
	umount "$T/small"
fi

test_that "a name that is no UTF-8 is shown as far as JSON can, and kept in the command"
family
odd=$T/other/$(printf 'a\377b')
mkdir -p "$odd"
restore "$a" --cwd "$odd" --force --json
check python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert d["cwd"].endswith("/a\ufffdb"), d
assert "377" in d["resume"] or "xff" in d["resume"], d["resume"]' "$T/out"

test_that "a link that leads nowhere, and what is no file, are named"
family
rm "$source"
ln -s "$T/nowhere" "$source"
run seshat restore "$a"
expect_status 1
err_has "$source is a link that leads nowhere: remove it, and restore again$"
rm "$source"
mkdir "$source"
run seshat restore "$a"
expect_status 1
err_has "$source is no file, but a folder or the like: move it away, and restore again$"
rmdir "$source"
restore "$a"
all_there

if command -v bash >"$T/hits"; then
	test_that "the command leads to the folder also where its name has control characters"
	odd=$T/other/$(printf "it's\ta \303\257 \033[1m")
	mkdir -p "$odd"
	restore "$a" --cwd "$odd" --force
	tail -n 1 "$T/out" >"$T/command"
	check test "$(LC_ALL=C tr -d ' -~\n' <"$T/command" | wc -c)" = 0
	mkdir -p "$T/bin"
	printf '#!/bin/sh\npwd\necho "$@"\n' >"$T/bin/claude"
	chmod +x "$T/bin/claude"
	PATH=$T/bin:$PATH run bash "$T/command"
	expect_out "$odd
--resume $a"
fi

finish
