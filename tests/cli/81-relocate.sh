# 'seshat relocate': a project was moved, and its sessions with it.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

a=aaaaaaaa-2222-4333-8444-555555555555
b=bbbbbbbb-2222-4333-8444-555555555555
other=cccccccc-2222-4333-8444-555555555555
near=dddddddd-2222-4333-8444-555555555555
old=$T/work/my.demo
new=$T/code/demo

all_there='every directory with sessions of Claude Code is there
1 session of Codex or GitHub Copilot CLI is found by its id, and not looked at'

# beside ID CWD: the folder beside a session.
beside() {
	source_of "$1" "$2" | sed 's/\.jsonl$//'
}

# project: sessions of $old and of a folder in it, one of a project whose folder
# is named like it, one of a project whose name begins like it, and one of Codex.
project() {
	anew
	rm -rf "$T/code" "$T/work/my.demo"
	mkdir -p "$old/sub" "$T/work/my-demo" "${old}2"
	fake "$a" "$old"
	mkdir -p "$(beside "$a" "$old")/subagents"
	lines "$a" "$old" 1 2 >"$(beside "$a" "$old")/subagents/agent-1a.jsonl"
	fake "$b" "$old/sub"
	fake "$other" "$T/work/my-demo"
	fake "$near" "${old}2"
	day=$CODEX_HOME/sessions/2026/11/21
	mkdir -p "$day" "$T/code"
	printf '{"type":"session_meta","payload":{"id":"01a1fc06-5b92-76a3-afd2-2f8604a12644","cwd":"%s/sub"}}\n' \
	    "$old" >"$day/rollout-2026-11-21T02-53-57-01a1fc06-5b92-76a3-afd2-2f8604a12644.jsonl"
	rm -rf "$T/kept"
	cp -r "$CLAUDE_CONFIG_DIR" "$T/kept"
	mv "$old" "$new"
}

# as_was: each session is what it was, at the new place.
as_was() {
	kept=$T/kept/projects/$(basename "$(dirname "$(source_of "$a" "$old")")")
	same "$kept/$a.jsonl" "$(source_of "$a" "$new")"
	same "$kept/$a/subagents/agent-1a.jsonl" \
	    "$(beside "$a" "$new")/subagents/agent-1a.jsonl"
	same "$kept-sub/$b.jsonl" "$(source_of "$b" "$new/sub")"
	same "$kept/$other.jsonl" "$(source_of "$other" "$T/work/my-demo")"
	same "${kept}2/$near.jsonl" "$(source_of "$near" "${old}2")"
	check test "$(find "$CLAUDE_CONFIG_DIR" -type f | wc -l)" = 5
}

test_that "a scan lists what is gone, and where it may be now"
project
mkdir "$new/.git"
mv "$new" "$T/code/my.demo"
run seshat relocate --scan
expect_status 0
out_has "^ +1 +[0-9]+ B +[0-9-]+ +$old +$T/code/my.demo$"
out_has "^ +1 +[0-9]+ B +[0-9-]+ +$old/sub *$"
out_lacks 'my-demo'
run seshat relocate --scan --json
check python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))["directories"]
assert sorted((r["cwd"], r["sessions"], r["moved_to"]) for r in d) == [
    (sys.argv[2], 1, sys.argv[3]), (sys.argv[2] + "/sub", 1, None)], d' \
    "$T/out" "$old" "$T/code/my.demo"
mv "$T/code/my.demo" "$new"

test_that "a dry run moves nothing"
find "$CLAUDE_CONFIG_DIR" | sort >"$T/before"
run seshat relocate "$old" "$new" --dry-run
expect_status 0
out_has "^would move $(source_of "$a" "$old")$"
out_has '^2 sessions to move, 0 kept$'
find "$CLAUDE_CONFIG_DIR" | sort >"$T/after"
same "$T/before" "$T/after"

test_that "sessions go to where they are looked for, and no byte of them changes"
run seshat relocate "$old/" "$new"
expect_status 0
expect_err ""
out_has '^2 sessions moved, 0 kept$'
out_has "^  codex resume 01a1fc06-5b92-76a3-afd2-2f8604a12644 -C $new/sub$"
as_was

test_that "they belong to the new folder for seshat, too"
run seshat sessions --cwd "$new"
out_has "^$(echo "$a" | cut -c1-8) "
run seshat sessions --cwd "$T/work/my-demo"
out_lacks "^$(echo "$a" | cut -c1-8) "

test_that "again, there is nothing to do, and nothing is missing"
run seshat relocate "$old" "$new"
expect_status 0
out_has '^0 sessions moved, 0 kept$'
as_was
run seshat relocate --scan
expect_out "$all_there"

test_that "nothing is overwritten, and what cannot go is named"
project
fake "$a" "$new" 1
cp "$source" "$T/there"
run seshat relocate "$old" "$new"
expect_status 5
same "$T/there" "$source"
out_has "^kept $(source_of "$a" "$old"): there is another file: $source$"
out_has '^1 session moved, 1 kept$'
check test -e "$(beside "$a" "$old")/subagents/agent-1a.jsonl"
project
mkdir -p "$(beside "$a" "$new")/tool-results"
run seshat relocate "$old" "$new" --json
expect_status 5
check test -e "$(source_of "$a" "$old")"
check python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert (d["moved"], d["kept"], d["stays"]) == (1, 1, 1), d
assert [s["why"] for s in d["sessions"] if s["action"] == "kept"][0]' "$T/out"

test_that "a dry run promises nothing that is refused then"
for what in folder file twin; do
	project
	case $what in
	folder) mkdir -p "$(beside "$a" "$new")/tool-results" ;;
	file)
		mkdir -p "${source%/*}"
		: >"$(dirname "$(source_of "$a" "$new")")"
		;;
	twin)
		# as versions named it that made one "-" of several
		once=$CLAUDE_CONFIG_DIR/projects/$(basename \
		    "$(dirname "$(source_of "$a" "$T/a--b")")" | tr -s -)
		mkdir -p "$T/code" "$once"
		fake "$near" "$T/a--b"
		lines "$near" "$T/a--b" 1 2 >"$once/$near.jsonl"
		run seshat relocate "$T/a--b" "$new" --dry-run
		expect_status 5
		mv "$T/out" "$T/promised"
		run seshat relocate "$T/a--b" "$new"
		expect_status 5
		;;
	esac
	if [ $what != twin ]; then
		run seshat relocate "$old" "$new" --dry-run
		expect_status 5
		mv "$T/out" "$T/promised"
		run seshat relocate "$old" "$new"
		expect_status 5
	fi
	out_has '^1 session moved, 1 kept$'
	sed 's/would move/moved/; s/to move/moved/' "$T/promised" >"$T/said"
	same "$T/said" "$T/out"
done

test_that "a session that is at work stays"
project
at_work "$a"
run seshat relocate "$old" "$new"
expect_status 5
out_has "process $busy is at work on it"
at_rest
run seshat relocate "$old" "$new"
expect_status 0
as_was

test_that "a session stays that a program writes to, or what stands beside it"
project
mkdir -p "$(beside "$a" "$old")/tool-results"
echo result >"$(beside "$a" "$old")/tool-results/b1.txt"
for written in "$(source_of "$a" "$old")" \
    "$(beside "$a" "$old")/subagents/agent-1a.jsonl" \
    "$(beside "$a" "$old")/tool-results/b1.txt"; do
	exec 9>>"$written"
	for how in --dry-run ""; do
		run seshat relocate "$old" "$new" $how
		expect_status 5
		out_has "^kept .*: a program is writing to $written$"
	done
	exec 9>&-
	check test -e "$written"
done
run seshat relocate "$old" "$new"
expect_status 0
rm -r "$(beside "$a" "$new")/tool-results"
as_was

# no_dangling: every link of the agent leads somewhere.
no_dangling() {
	find "$CLAUDE_CONFIG_DIR" -xtype l >"$T/dangling"
	check test ! -s "$T/dangling"
}

test_that "a link leads to the same file afterwards"
for way in relative absolute; do
	project
	mkdir -p "$T/far"
	mv "$(source_of "$a" "$old")" "$T/far/real"
	if [ $way = absolute ]; then
		ln -s "$T/far/real" "$(source_of "$a" "$old")"
	else
		# from its own folder, which is left
		mkdir "$(dirname "$(source_of "$a" "$old")")/.hold"
		ln -s "$T/far" "$(dirname "$(source_of "$a" "$old")")/.hold/far"
		ln -s .hold/far/real "$(source_of "$a" "$old")"
	fi
	run seshat relocate "$old" "$new"
	expect_status 0
	same "$T/far/real" "$(source_of "$a" "$new")"
	no_dangling
done

test_that "a link to what may be moved stays, and so does that"
project
ln -s "$a.jsonl" "$(source_of "$near" "$old")"
for how in --dry-run ""; do
	run seshat relocate "$old" "$new" $how
	expect_status 5
	out_has ': a link leads to it: '
	out_has ': it is a link to a file of a project: '
	no_dangling
done
project
mv "$(beside "$a" "$old")" "$T/beside"
ln -s "$T/beside" "$(beside "$a" "$old")"
run seshat relocate "$old" "$new"
expect_status 5
out_has ': what stands beside it is a link: '
check test -e "$(source_of "$a" "$old")"

test_that "a session that moved on by itself is judged by where it was last"
project
fake "$a" "$old/sub"
rm -r "$(source_of "$a" "$old")" "$(beside "$a" "$old")"
{
	lines "$a" "$T/elsewhere" 1 2
	printf '{"type":"relocated","relocatedCwd":"%s/sub"}\n' "$old"
} >"$source"
cp "$source" "$T/was"
run seshat relocate "$old" "$new"
expect_status 0
same "$T/was" "$(source_of "$a" "$new/sub")"

test_that "the mirror takes a moved session for what it is"
project
mirror --everywhere
run seshat relocate "$old" "$new"
expect_status 0
lines "$a" "$new" 4 4 >>"$(source_of "$a" "$new")"
mirror --everywhere
is_whole "$a" "$(source_of "$a" "$new")"

# stands DIR: what project made is found there, and nowhere else.
stands() {
	kept=$T/kept/projects/$(basename "$(dirname "$(source_of "$a" "$old")")")
	same "$kept/$a.jsonl" "$(source_of "$a" "$1")"
	same "$kept/$a/subagents/agent-1a.jsonl" \
	    "$(beside "$a" "$1")/subagents/agent-1a.jsonl"
	same "$kept-sub/$b.jsonl" "$(source_of "$b" "$1/sub")"
	same "$kept/$other.jsonl" "$(source_of "$other" "$T/work/my-demo")"
	check test "$(find "$CLAUDE_CONFIG_DIR" -type f | wc -l)" = 5
	run seshat sessions --cwd "$1"
	out_has "^$(echo "$a" | cut -c1-8) "
}

# relocates OLD NEW: both sessions go, which then are of NEW.
relocates() {
	run seshat relocate "$1" "$2"
	expect_status 0
	out_has '^2 sessions moved, 0 kept$'
	stands "$2"
}

test_that "a relocate is undone, corrected and followed by others"
project
mkdir -p "$T/wrong/sub"
relocates "$old" "$T/wrong"
run seshat relocate --scan
expect_out "$all_there"
relocates "$T/wrong" "$new"
mkdir -p "$T/third/sub"
relocates "$new" "$T/third"
relocates "$T/third" "$new"
mkdir -p "$old/sub"
relocates "$new" "$old"
relocates "$old" "$new"
run seshat relocate "$T/third" "$new"
out_has '^0 sessions moved, 0 kept$'
stands "$new"

test_that "sessions that were relocated to what is gone are listed, and found again"
mkdir -p "$T/third/sub"
relocates "$new" "$T/third"
rm -r "$T/third" "$old"
run seshat relocate --scan
expect_status 0
name=$(basename "$(dirname "$(source_of "$a" "$T/third")")")
out_has "$old, relocated to $name, which is gone"
out_has "$old/sub, relocated to $name-sub, which is gone"
run seshat relocate --scan --json
check python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))["directories"]
assert sorted((r["cwd"], r["relocated"]) for r in d) == [
    (sys.argv[2], True), (sys.argv[2] + "/sub", True)], d' "$T/out" "$old"
relocates "$old" "$new"

test_that "one that was relocated to what is there is not taken along from OLD"
mkdir -p "$T/third/sub"
relocates "$new" "$T/third"
run seshat relocate "$old" "$new"
out_has '^0 sessions moved, 0 kept$'
stands "$T/third"
rm -r "$T/third"

test_that "a folder of a project that was renamed goes along with the project"
project
mv "$new" "$old"
mv "$old/sub" "$old/lib"
run seshat relocate "$old/sub" "$old/lib"
out_has '^1 session moved, 0 kept$'
mv "$old" "$new"
run seshat relocate "$old" "$new" --dry-run
out_has "^would move $(source_of "$b" "$old/lib")$"
run seshat relocate "$old" "$new"
expect_status 0
expect_err ""
out_has '^2 sessions moved, 0 kept$'
check test -e "$(source_of "$a" "$new")"
same "$T/kept/projects/$(basename "$(dirname "$(source_of "$b" "$old/sub")")")/$b.jsonl" \
    "$(source_of "$b" "$new/lib")"
run seshat relocate "$old" "$new"
expect_status 0
expect_err ""
out_has '^0 sessions moved, 0 kept$'
# and back again, step by step
mv "$new" "$old"
run seshat relocate "$new" "$old"
expect_status 0
out_has '^2 sessions moved, 0 kept$'
check test -e "$(source_of "$b" "$old/lib")"
mv "$old/lib" "$old/sub"
run seshat relocate "$old/lib" "$old/sub"
out_has '^1 session moved, 0 kept$'
check test -e "$(source_of "$b" "$old/sub")"
check test -e "$(source_of "$other" "$T/work/my-demo")"
check test -e "$(source_of "$near" "${old}2")"

test_that "a session that recorded nothing goes with its folder, if that is one project's"
project
echo '{"type":"summary","summary":"x"}' >"$(source_of "$near" "$old")"
run seshat relocate "$old" "$new"
out_has '^2 sessions moved, 0 kept$'
rm "$(source_of "$other" "$old")"
run seshat relocate "$old" "$new"
out_has '^1 session moved, 0 kept$'
check test -e "$(source_of "$near" "$new")"

test_that "a project that went into itself is moved once"
project
mkdir -p "$old/sub"
mv "$new" "$old/my.demo"
relocates "$old" "$old/my.demo"
run seshat relocate "$old" "$old/my.demo"
out_has '^0 sessions moved, 0 kept$'
fake "$near" "$old/my.demo"
run seshat relocate "$old" "$old/my.demo"
out_has '^0 sessions moved, 0 kept$'
rm "$source"
fake "$near" "${old}2"
relocates "$old/my.demo" "$old"

test_that "an old folder that no session was in is told from one that was done"
project
run seshat relocate "$T/work/typo" "$T/code"
expect_status 3
err_has "no session was at work in $T/work/typo .see 'seshat relocate --scan'"
run seshat relocate "$old" "$new"
expect_status 0
rm -r "$CODEX_HOME"
run seshat relocate "$old" "$new"
expect_status 0
err_has "no session was at work in $old"
mkdir -p "$T/third"
run seshat relocate "$old" "$T/third"
expect_status 3
err_has '2 sessions of .* were relocated before, to what is there'

test_that "a folder is the same by any of its names"
for name in link/my.demo ./work//my.demo/ work/my.demo work/x/../my.demo; do
	project
	rm -f "$T/link"
	ln -s work "$T/link"
	mkdir -p "$T/work/x"
	run at "$T" seshat relocate "$name" "$new"
	expect_status 0
	out_has '^2 sessions moved, 0 kept$'
	as_was
done
project
run seshat relocate "$T/link/my.demo" "$new"
expect_status 0
as_was
project
ln -s "$new" "$old"
for name in "$old" my.demo; do
	run at "$T/work" seshat relocate "$name" "$new"
	expect_status 0
	expect_err ""
	as_was
done
rm "$old" "$T/link"
run at "$T/code" seshat relocate ./demo "$new"
expect_status 2

if can_deny; then
	test_that "one that cannot be moved is named, and keeps no other"
	project
	chmod 500 "$(beside "$a" "$old")"
	for how in --dry-run ""; do
		run plain seshat relocate "$old" "$new" $how
		expect_status 5
		out_has "^kept $(source_of "$a" "$old"): the folder beside it cannot move: $(beside "$a" "$old"): Permission denied$"
		out_has '^1 session (to move|moved), 1 kept$'
	done
	check test -e "$(source_of "$a" "$old")"
	check test -e "$(source_of "$b" "$new/sub")"
	chmod 700 "$(beside "$a" "$old")"
	run plain seshat relocate "$old" "$new"
	expect_status 0
	as_was
	project
	chmod 500 "$CLAUDE_CONFIG_DIR/projects"
	for how in --dry-run ""; do
		run plain seshat relocate "$old" "$new" $how
		expect_status 5
		out_has ': nothing can be put into .*/projects: Permission denied$'
		out_has '^0 sessions (to move|moved), 2 kept$'
	done
	chmod 700 "$CLAUDE_CONFIG_DIR/projects"
	run plain seshat relocate "$old" "$new"
	expect_status 0
	as_was
fi

if can_deny && [ "$(id -u)" = 0 ]; then
	test_that "what stands beside one that cannot go comes back to it"
	project
	folder=$(dirname "$(source_of "$a" "$old")")
	# only their owners may take files out of it, and one is another's
	chown 65534 "$folder" "$(source_of "$a" "$old")"
	chmod 1777 "$folder"
	run setpriv --bounding-set=-fowner,-dac_override,-dac_read_search \
	    "$SESHAT_BIN" relocate "$old" "$new" --json
	expect_status 5
	check python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert (d["moved"], d["kept"]) == (1, 1), d
assert ["not permitted" in s["why"] for s in d["sessions"]
    if s["action"] == "kept"] == [True], d' "$T/out"
	check test -e "$(beside "$a" "$old")/subagents/agent-1a.jsonl"
	check test -e "$(source_of "$a" "$old")"
	check test ! -e "$(beside "$a" "$new")"
	run seshat relocate "$old" "$new"
	expect_status 0
	as_was
fi

test_that "a new folder whose name is no UTF-8 is shown as far as JSON can"
project
odd=$T/code/$(printf 'a\377b')
mkdir "$odd"
run seshat relocate "$old" "$odd" --json
expect_status 0
check python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert d["moved"] == 2, d
assert all("/a\ufffdb" in s["cwd"] for s in d["sessions"]), d' "$T/out"

test_that "why one stays is said where its paths are no UTF-8, and memory goes"
project
mv "$CLAUDE_CONFIG_DIR" "$T/$(printf 'c\377d')"
usual=$CLAUDE_CONFIG_DIR
CLAUDE_CONFIG_DIR=$T/$(printf 'c\377d')
source=$(source_of "$a" "$old")
rm "$(source_of "$other" "$T/work/my-demo")"
echo fact >"$T/fact"
mkdir "${source%/*}/memory"
cp "$T/fact" "${source%/*}/memory/MEMORY.md"
kept_one=$(source_of "$b" "$new/sub")
mkdir -p "${kept_one%/*}"
echo other >"$kept_one"
for how in --dry-run ""; do
	run seshat relocate "$old" "$new" --json $how
	expect_status 5
	check python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert (d["moved"], d["kept"]) == (1, 1), d
why = [s["why"] for s in d["sessions"] if s["action"] == "kept"]
assert len(why) == 1 and "there is another file: " in why[0], d
assert "/c\ufffdd/" in why[0], d
assert [(f["action"], "/c\ufffdd/" in f["from"], "/c\ufffdd/" in f["to"])
    for f in d["folders"]] == [("moved", True, True)], d' "$T/out"
done
moved=$(source_of "$a" "$new")
same "$T/fact" "${moved%/*}/memory/MEMORY.md"
run seshat relocate "$old" "$new"
expect_status 5
out_has '^kept .*: there is another file: .*/projects/.*-sub/'
rm -rf "$CLAUDE_CONFIG_DIR"
CLAUDE_CONFIG_DIR=$usual

test_that "sessions of a folder that is still there stay with it"
project
mkdir -p "$old/sub"
rmdir "$new/sub"
for how in --dry-run ""; do
	run seshat relocate "$old" "$new" $how
	expect_status 5
	out_has "^kept $(source_of "$b" "$old/sub"): $old/sub is still there, and there is no $new/sub$"
	out_has "^kept $day/rollout-.*: $old/sub is still there, and there is no $new/sub$"
	out_has '^1 session (to move|moved), 2 kept$'
	out_lacks 'codex resume'
done
check test -e "$(source_of "$b" "$old/sub")"
check test -e "$(source_of "$a" "$new")"
rm -r "$old"
run seshat relocate "$old" "$new"
expect_status 0
out_has "^  codex resume 01a1fc06-5b92-76a3-afd2-2f8604a12644 -C $new$"
as_was

test_that "what was relocated is followed when a folder above it moves"
project
mkdir -p "$T/far/code"
for step in "$T/far/code $T/far/lib" "$T/far $T/near"; do
	if [ "${step%% *}" = "$T/far/code" ]; then
		rmdir "$T/far/code"
		mv "$new" "$T/far/code"
		run seshat relocate "$old" "$T/far/code"
		expect_status 0
		out_has '^2 sessions moved, 0 kept$'
	fi
	mv "${step%% *}" "${step#* }"
	run seshat relocate $step
	expect_status 0
	out_has '^2 sessions moved, 0 kept$'
done
check test -e "$(source_of "$a" "$T/near/lib")"
check test -e "$(source_of "$b" "$T/near/lib/sub")"
mkdir -p "$T/code"
mv "$T/near/lib" "$new"
run seshat relocate "$T/near/lib" "$new"
expect_status 0
as_was

# memory DIR: what Claude Code remembers of a project.
memory() {
	echo "$(dirname "$(source_of "$a" "$1")")/memory"
}

# remembers DIR: it does so.
remembers() {
	mkdir -p "$(memory "$1")"
	echo fact >"$(memory "$1")/MEMORY.md"
}

test_that "what is remembered of a project goes with its last session"
project
rm "$(source_of "$other" "$T/work/my-demo")"
remembers "$old"
run seshat relocate "$old" "$new" --dry-run
out_has "^would move $(memory "$old")$"
check test -e "$(memory "$old")/MEMORY.md"
run seshat relocate "$old" "$new"
expect_status 0
out_has "^moved $(memory "$old")$"
check test -e "$(memory "$new")/MEMORY.md"
check test ! -e "$(memory "$old")"

test_that "it stays with sessions of another project, and over nothing"
project
remembers "$old"
for how in --dry-run ""; do
	run seshat relocate "$old" "$new" $how
	expect_status 0
	out_has "^kept $(memory "$old"): other sessions stay there$"
done
check test -e "$(memory "$old")/MEMORY.md"
project
rm "$(source_of "$other" "$T/work/my-demo")"
remembers "$old"
remembers "$new"
for how in --dry-run ""; do
	run seshat relocate "$old" "$new" $how
	out_has "^kept $(memory "$old"): there is another folder$"
done
check test -e "$(memory "$old")/MEMORY.md"

test_that "it goes when all sessions are deleted, if no other folder is named so"
anew
remembers "$old"
run seshat relocate "$old" "$new"
check test -e "$(memory "$old")/MEMORY.md"
rmdir "$T/work/my-demo"
run seshat relocate "$old" "$new"
expect_status 0
expect_err ""
check test -e "$(memory "$new")/MEMORY.md"

test_that "wrong use"
project
run seshat relocate "$old"
expect_status 2
run seshat relocate "$old" "$T/nowhere"
expect_status 3
run seshat relocate "$new" "$new"
expect_status 2
run seshat relocate --scan "$old"
expect_status 2
run at "$T/code" seshat relocate "" "$T/work"
expect_status 2
err_has 'empty name'
run at "$T/work" seshat relocate "$old" ""
expect_status 2
check test -e "$(source_of "$a" "$old")"

finish
