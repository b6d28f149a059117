# 'seshat mirror': which sessions, what the vault holds then, and what a
# second run does.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

a=aaaaaaaa-2222-4333-8444-555555555555
b=bbbbbbbb-2222-4333-8444-555555555555
c=cccccccc-2222-4333-8444-555555555555
x=01a1fc08-649f-7311-a5dc-ba149be77ccd
demo=$T/work/demo
notes=$T/work/notes
mkdir -p "$demo/.git" "$demo/src" "$notes"

# Two sessions of demo, the second written last and with a subagent; one of
# notes; one of codex, also in demo.
sources() {
	anew
	fake "$a" "$demo"
	source_a=$source
	touch -d 2026-01-02T00:00:00Z "$source_a"
	fake "$b" "$demo" 4
	source_b=$source
	source_sub=${source%.jsonl}/subagents/agent-a167912bc9668f9f8.jsonl
	mkdir -p "${source_sub%/*}"
	lines "$b" "$demo" 1 2 >"$source_sub"
	touch -d 2026-01-02T00:00:30Z "$source_sub"
	touch -d 2026-01-02T00:01:00Z "$source_b"
	fake "$c" "$notes" 5
	source_c=$source
	touch -d 2026-01-02T00:02:00Z "$source_c"
	source_x=$CODEX_HOME/sessions/2026/01/02/rollout-2026-01-02T00-00-00-$x.jsonl
	mkdir -p "${source_x%/*}"
	printf '{"timestamp":"2026-01-02T00:00:00.000Z","type":"session_meta",%s}\n' \
	    "\"payload\":{\"id\":\"$x\",\"cwd\":\"$demo\"}" >"$source_x"
	touch -d 2026-01-02T00:00:10Z "$source_x"
}

# stored ID...: these sessions are in the vault, and no others.
stored() {
	find "$vault"/ids -type f 2>/dev/null | sed 's|.*/||' | sort >"$T/ids"
	printf '%s\n' "$@" | sort >"$T/wanted"
	same "$T/wanted" "$T/ids"
}

sources
test_that "the session of this folder that was written last is mirrored, with its subagents"
run at "$demo" seshat mirror
expect_status 0
expect_err ""
out_has '^mirrored 2 of 2 sessions, .* new \(.* stored\), 0 secrets redacted, 0 failed   [0-9.]+ s$'
stored "$b" "$b.a167912bc9668f9f8"
is_whole "$b" "$source_b"
is_whole "$b.a167912bc9668f9f8" "$source_sub"

test_that "the family is the same when the subagent was written last"
sources
touch -d 2026-01-03T00:00:00Z "$source_sub"
run at "$demo" seshat mirror
expect_status 0
stored "$b" "$b.a167912bc9668f9f8"

test_that "--cwd means the session of another folder"
sources
mirror --cwd "$notes"
stored "$c"
sources
run at "$T/work" seshat mirror --cwd ./notes/../notes/
expect_status 0
stored "$c"

test_that "--session-id takes that one, wherever it worked"
sources
mirror --session-id "$a"
stored "$a"
is_whole "$a" "$source_a"
mirror --session-id "$b.a167912bc9668f9f8"
stored "$a" "$b.a167912bc9668f9f8"

test_that "--all --once takes every session of the folder, of every harness"
sources
run at "$demo" seshat mirror --all --once
expect_status 0
out_has '^mirrored 4 of 4 sessions'
stored "$a" "$b" "$b.a167912bc9668f9f8" "$x"

test_that "--harness narrows it"
sources
run at "$demo" seshat mirror --all --once --harness codex
expect_status 0
stored "$x"
is_whole "$x" "$source_x"

test_that "--everywhere takes every session of the machine"
sources
mirror --everywhere
out_has '^mirrored 5 of 5 sessions'
stored "$a" "$b" "$b.a167912bc9668f9f8" "$c" "$x"

test_that "--session-id with --all or --everywhere is refused"
run seshat mirror --session-id "$a" --all --once
expect_status 2
err_has '--session-id and --all exclude each other'
run seshat mirror --session-id "$a" --everywhere
expect_status 2
err_has '--session-id and --everywhere exclude each other'
run seshat mirror --all --once --everywhere
expect_status 2
err_has '--all and --everywhere exclude each other'

test_that "an unknown harness is refused"
run seshat mirror --harness emacs
expect_status 2
err_has "no harness 'emacs'"

test_that "nothing found is status 3, and names the folders searched"
run at "$T/tmp" seshat mirror
expect_status 3
expect_out ""
err_has "No session found in cwd=$T/tmp"
err_has "$CLAUDE_CONFIG_DIR/projects"
err_has "$CODEX_HOME/sessions"
run at "$T/tmp" seshat mirror --harness codex
expect_status 3
err_has "No codex session found in cwd=$T/tmp"
err_lacks "$CLAUDE_CONFIG_DIR/projects"
run seshat mirror --session-id no-such-session
expect_status 3
err_has "no session no-such-session"

test_that "an id that is a path is no session"
run seshat mirror --session-id "../../$a"
expect_status 2
run seshat mirror --session-id ""
check test "$status" -ne 0

test_that "a second run stores nothing and writes nothing"
snapshot >"$T/before"
mirror --everywhere
out_has '^mirrored 0 of 5 sessions, 0 B new \(0 B stored\)'
snapshot >"$T/after"
same "$T/before" "$T/after"

test_that "the sources are not touched"
check test -z "$(find "$CLAUDE_CONFIG_DIR" "$CODEX_HOME" -type f \
    -newermt 2026-01-02T00:03:00Z)"

test_that "--json prints one document, its keys are these"
sources
mirror --everywhere --json
expect_err ""
check test "$(wc -l <"$T/out")" = 1
check test "$(grep -Eo '"[a-z_]+":' "$T/out" | tr -d '\n')" = \
    '"sessions":"mirrored":"new_bytes":"stored_bytes":"redactions":"failed":"untried":"removed":"rewritten":"stored_again":"emptied":"seconds":"errors":'
out_has "\"new_bytes\":$(cat "$source_a" "$source_b" "$source_c" "$source_x" \
    "$source_sub" | wc -c),"
out_has '"sessions":5,"mirrored":5,'
out_has '"errors":\[\]'

test_that "-q prints nothing"
sources
run seshat mirror --everywhere -q
expect_status 0
expect_out ""
expect_err ""

test_that "the vault is laid out as FORMATS.md says"
anew
fake "$a" "$demo"
mirror --everywhere
(cd "$vault" && find . ! -type d) | sort |
    sed 's/-[0-9a-f]\{8\}\(\.json[a-z.]*\)$/-XXXXXXXX\1/
	s|index/[0-9a-f]\{16\}/[0-9a-f]\{12\}|index/OWNER/WHEN|' >"$T/tree"
cat >"$T/wanted" <<END
./demo/sessions/claude-code/$a/meta.json
./demo/sessions/claude-code/$a/part-00000000-XXXXXXXX.jsonl.gz
./demo/sessions/claude-code/$a/stream-XXXXXXXX.json
./ids/claude-code/$a
./index/OWNER/WHEN-XXXXXXXX.jsonl.gz
END
same "$T/wanted" "$T/tree"
check test "$(cat "$vault/ids/claude-code/$a")" = '{"project":"demo"}'
stream=$(parts | sed 's/.*-\([0-9a-f]\{8\}\)\.jsonl\.gz$/\1/')
check test -f "$vault/demo/sessions/claude-code/$a/stream-$stream.json"

if in_folder "a bucket has no modes"; then
	test_that "the vault and the state are the owner's alone"
	check test -z "$(find "$vault" "$XDG_STATE_HOME/seshat" -type d ! -perm 0700)"
	check test -z "$(find "$vault" "$XDG_STATE_HOME/seshat" -type f ! -perm 0600)"
fi

test_that "any gzip reads every object"
find "$vault" -name '*.gz' >"$T/gz"
check test "$(wc -l <"$T/gz")" = 2
while read -r gz; do
	check gzip -t "$gz"
done <"$T/gz"
zcat "$(parts)" >"$T/transcript"
same "$source" "$T/transcript"

test_that "a part tells by itself what it is"
head -c 2000 "$(parts)" | LC_ALL=C tr -c ' -~' '\n' | head -n 20 >"$T/head"
check grep -Eq "^.*1 .*c=0-$(wc -c <"$source")( |$)" "$T/head"
check grep -Eq " s=$(wc -c <"$source")( |$)" "$T/head"
check grep -Eq ' l=3( |$)' "$T/head"
check grep -q " h=$(sha256sum <"$source" | cut -c1-64)" "$T/head"

if in_folder "a bucket has no modes"; then
	test_that "a group shares the vault whose folder is setgid"
	anew
	mkdir -p "$vault"
	chmod 2770 "$vault"
	fake "$a" "$demo"
	mirror --everywhere
	check test -z "$(find "$vault" -type d ! -perm 2770)"
	check test -z "$(find "$vault" -type f ! -perm 0660)"
fi

test_that "--store keeps it elsewhere"
anew
fake "$a" "$demo"
mirror --everywhere --store "file://$T/other%20vault"
check test -d "$T/other vault/demo/sessions/claude-code/$a"
check test ! -e "$vault"
run seshat show "$a" --raw --store "file://$T/other%20vault"
expect_status 0
same "$source" "$T/out"
rm -r "$T/other vault"

test_that "the project is the repository of the session's folder"
anew
fake "$a" "$demo/src"
mirror --everywhere
check test -d "$vault/demo/sessions/claude-code/$a"

test_that "outside a repository it is the folder, made fit for a name"
anew
fake "$a" "$T/work/my notes: all"
mirror --everywhere
check test -d "$vault/my-notes--all/sessions/claude-code/$a"

test_that "a folder of a name that the vault uses itself gets another"
anew
fake "$a" "$T/work/ids"
fake "$b" "$T/work/removed"
fake cccccccc-2222-4333-8444-555555555555 "$T/work/index"
mirror --everywhere
check test -d "$vault/ids-/sessions/claude-code/$a"
check test -d "$vault/removed-/sessions/claude-code/$b"
check test -d "$vault/index-/sessions/claude-code"

test_that "a folder's own file names the project of the sessions that ran there"
anew
mkdir -p "$T/work/clone/sub"
fake "$a" "$T/work/clone/sub"
fake "$b" "$T/work/clone-two"
echo 'project: theirs' >"$T/work/clone/.seshat.yaml"
run at "$T/work/clone" seshat mirror --everywhere
expect_status 0
check test -d "$vault/theirs/sessions/claude-code/$a"
check test -d "$vault/clone-two/sessions/claude-code/$b"
rm -r "$T/work/clone"

test_that "--project is pinned, and obeyed from then on"
anew
fake "$a" "$demo"
mirror --everywhere --project thesis
check test -d "$vault/thesis/sessions/claude-code/$a"
lines "$a" "$demo" 4 5 >>"$source"
mirror --everywhere
mirror --everywhere --project thesis
is_whole "$a" "$source"
check test ! -e "$vault/demo"

test_that "another --project later is an error that names both"
run seshat mirror --everywhere --project other
expect_status 2
err_has "$a.*'thesis'.*'other'"
check test ! -e "$vault/other"
rm -r "$XDG_STATE_HOME/seshat"
lines "$a" "$demo" 6 6 >>"$source"
run seshat mirror --everywhere --project other
expect_status 2
err_has "$a.*'thesis'.*'other'"
check test ! -e "$vault/other"
mirror --everywhere
is_whole "$a" "$source"

test_that "--min-bytes leaves less for later"
anew
fake "$a" "$demo"
mirror --everywhere
lines "$a" "$demo" 4 4 >>"$source"
mirror --everywhere --min-bytes 100000
out_has '^mirrored 0 of 1'
mirror --everywhere --min-bytes 100
out_has '^mirrored 1 of 1'
is_whole "$a" "$source"
run seshat mirror --everywhere --min-bytes -1
expect_status 2
run seshat mirror --everywhere --min-bytes 1x
expect_status 2

test_that "a growing file is one stream, and only new bytes are stored"
anew
fake "$a" "$demo" 0
lines "$a" "$demo" 1 60 >"$T/all"
size=$(wc -c <"$T/all")
sum=0
for cut in 1 700 701 3333 3334 5000 9999 "$size" "$size"; do
	head -c "$cut" "$T/all" >"$source"
	mirror --everywhere --json
	new=$(sed 's/.*"new_bytes":\([0-9]*\).*/\1/' "$T/out")
	sum=$((sum + new))
	whole=$(head -c "$cut" "$T/all" | sed -n '$!p;${/}}$/p}' | wc -c)
	[ "$sum" -le "$cut" ] || fail "at $cut: $sum bytes were read"
	[ "$sum" -ge "$((whole - 1))" ] || fail "at $cut: only $sum bytes"
done
check test "$sum" = "$size"
is_whole "$a" "$T/all"
# shellcheck disable=SC2046 # one part a word
zcat $(parts) >"$T/joined"
same "$T/all" "$T/joined"

test_that "a line without its newline is left for later"
anew
fake "$a" "$demo"
cp "$source" "$T/whole"
printf '{"type":"user","torn' >>"$source"
mirror --everywhere
is_whole "$a" "$T/whole"
mirror --everywhere
out_has '^mirrored 0 of 1'
printf '":1}\n' >>"$source"
mirror --everywhere
is_whole "$a" "$source"

test_that "a rewritten source is a second stream, and both stay readable"
anew
fake "$a" "$demo" 9
cp "$source" "$T/first"
mirror --everywhere
first=$(parts | sed 's/.*-\([0-9a-f]\{8\}\)\.jsonl\.gz$/\1/')
lines "$a" "$demo" 20 24 >"$source"
mirror --everywhere
check test "$(streams)" = 2
run seshat show "$a" --raw
expect_status 0
same "$source" "$T/out"
run seshat show "$a" --raw --stream "$first"
expect_status 0
same "$T/first" "$T/out"
run seshat show "$a"
out_has "^streams .*$first \\(kept, $(wc -c <"$T/first") bytes\\)"
run seshat verify
expect_status 0

test_that "an edit just before the end is found at once"
anew
fake "$a" "$demo" 9
mirror --everywhere
sed -i 's/line 9"/LINE 9"/' "$source"
lines "$a" "$demo" 10 10 >>"$source"
mirror --everywhere
check test "$(streams)" = 2
run seshat show "$a" --raw
same "$source" "$T/out"

test_that "a source that is cut is a second stream"
head -n 2 "$source" >"$T/cut"
cp "$T/cut" "$source"
mirror --everywhere
run seshat show "$a" --raw
same "$T/cut" "$T/out"
check test "$(streams)" = 3

test_that "without the local state it goes on where it was"
anew
fake "$a" "$demo"
mirror --everywhere
rm -r "$XDG_STATE_HOME/seshat"
snapshot >"$T/before"
mirror --everywhere
out_has '^mirrored 0 of 1'
snapshot >"$T/after"
same "$T/before" "$T/after"
lines "$a" "$demo" 4 6 >>"$source"
rm -r "$XDG_STATE_HOME/seshat"
mirror --everywhere
is_whole "$a" "$source"
check test "$(parts | wc -l)" = 2

test_that "a broken local state is as good as none"
find "$XDG_STATE_HOME/seshat" -name "$a*" >"$T/state"
check test -s "$T/state"
for junk in '' '{' '[]' '{"sources":3}'; do
	printf '%s' "$junk" >"$(cat "$T/state")"
	lines "$a" "$demo" 7 7 >>"$source"
	mirror --everywhere
	is_whole "$a" "$source"
done

test_that "without the vault the whole source is stored again"
rm -r "$vault"
lines "$a" "$demo" 8 8 >>"$source"
mirror --everywhere
is_whole "$a" "$source"

test_that "a session whose file moved is no new stream"
moved=$(source_of "$a" /somewhere/else)
mkdir -p "${moved%/*}"
mv "$source" "$moved"
lines "$a" "$demo" 9 9 >>"$moved"
mirror --everywhere
is_whole "$a" "$moved"

test_that "an empty source is no session yet"
anew
fake "$a" "$demo" 0
mirror --everywhere
out_has '^mirrored 0 of 1'
check test ! -e "$vault/ids"

test_that "what is no file does not stop the others, and is told"
anew
fake "$a" "$demo"
mkfifo "${source%/*}/$b.jsonl"
mkdir "${source%/*}/$c.jsonl"
run timeout 60 "$SESHAT_BIN" mirror --everywhere
case $status in
0 | 5) ;;
*) fail "status $status" ;;
esac
is_whole "$a" "$source"

if can_deny; then
	test_that "what cannot be read does not stop the others: status 5"
	anew
	fake "$b" "$notes"
	chmod 0 "$source"
	mkdir -p "$CODEX_HOME/sessions"
	chmod 0 "$CODEX_HOME/sessions"
	fake "$a" "$demo"
	run plain seshat mirror --everywhere
	expect_status 5
	err_has "$CODEX_HOME/sessions.*Permission denied|$b.*Permission denied"
	is_whole "$a" "$source"

	chmod 700 "$CODEX_HOME/sessions"
	rm -f "$(source_of "$b" "$notes")"
else
	test_that "what cannot be read # SKIP root can read all"
fi

if in_folder "a bucket has no modes" && can_deny; then
	test_that "a vault that may not be written is status 4, and can be read"
	lines "$a" "$demo" 4 4 >>"$source"
	find "$vault" -type d -exec chmod 500 {} +
	snapshot >"$T/before"
	run plain seshat mirror --everywhere
	expect_status 4
	err_has "$vault.*Permission denied"
	run plain seshat show "$a" --raw
	expect_status 0
	snapshot >"$T/after"
	same "$T/before" "$T/after"
	find "$vault" -type d -exec chmod 700 {} +
	run plain seshat mirror --everywhere
	expect_status 0
	is_whole "$a" "$source"
fi

if in_folder "in a bucket nothing is in the way of a name"; then
	test_that "a session that cannot be stored does not stop the others: status 5"
	anew
	fake "$a" "$demo"
	source_a=$source
	fake "$b" "$notes"
	mkdir -p "$vault/notes"
	: >"$vault/notes/sessions"
	run seshat mirror --everywhere
	expect_status 5
	err_has "^seshat: claude-code/$b: "
	out_has ', 1 failed'
	is_whole "$a" "$source_a"
	rm "$vault/notes/sessions"
	mirror --everywhere
	is_whole "$b" "$source"
fi

test_that "spaces and other letters in names are no trouble"
anew
fake "$a" "$T/work/été 你好"
cp "$source" "$T/whole"
mirror --everywhere
is_whole "$a" "$T/whole"
run seshat verify --source
expect_status 0

# A vault on a disk of its own, which can be full or read-only.
disk=$T/disk
mkdir "$disk"
if ! in_folder "a bucket is on no disk"; then
	:
elif mount -t tmpfs -o size=256k,mode=0700 none "$disk" 2>/dev/null; then
	umount_disk() { umount "$disk" 2>/dev/null || umount -l "$disk"; }
	at_exit '! mountpoint -q "$disk" || umount_disk'
	test_that "a full disk is a clear error, and nothing is half written"
	anew
	fake "$a" "$demo"
	run seshat mirror --everywhere --store "file://$disk"
	expect_status 0
	cp "$source" "$T/whole"
	# the same each time: one of many such texts holds what looks like a token
	python3 -c 'import random; print(random.Random(1).randbytes(900000).hex())' |
	    fold -w 1000 | sed 's/.*/{"type":"user","x":"&"}/' >>"$source"
	run seshat mirror --everywhere --store "file://$disk"
	expect_status 1
	err_has 'No space left on device'
	check test -z "$(find "$disk" -name '.tmp-*')"
	find "$disk" -name '*.gz' -exec gzip -t {} + || fail "a torn object"
	run seshat show "$a" --raw --store "file://$disk"
	expect_status 0
	same "$T/whole" "$T/out"
	run seshat verify --store "file://$disk"
	expect_status 0

	test_that "with room it goes on"
	mount -o remount,size=16m "$disk"
	run seshat mirror --everywhere --store "file://$disk"
	expect_status 0
	run seshat show "$a" --raw --store "file://$disk"
	expect_status 0
	same "$source" "$T/out"
	check test "$(find "$disk" -name 'part-00000000-*' | wc -l)" = 1

	test_that "a read-only vault is a clear error, and can be read"
	# of which nothing is new
	fake dddddddd-2222-4333-8444-555555555555 "$demo"
	run seshat mirror --everywhere --store "file://$disk"
	expect_status 0
	source=$(source_of "$a" "$demo")
	mount -o remount,ro "$disk"
	lines "$a" "$demo" 30 30 >>"$source"
	run seshat mirror --everywhere --store "file://$disk"
	expect_status 4
	err_has 'Read-only file system'
	for id in bbbbbbbb cccccccc; do
		fake "$id-2222-4333-8444-555555555555" "$demo"
	done
	run seshat mirror --everywhere --store "file://$disk"
	expect_status 4
	check test "$(grep -c 'Read-only file system' "$T/err")" = 1
	err_has '^seshat: and 2 more sessions could not be stored, for the same'
	source=$(source_of "$a" "$demo")
	run seshat mirror --everywhere --store "file://$disk" --json
	expect_status 4
	out_has '"failed":3,.*"errors":\[(\{[^}]*Read-only[^}]*\},?){3}\]'
	run seshat list --store "file://$disk"
	expect_status 0
	out_has "^aaaaaaaa "
	run seshat verify --store "file://$disk"
	expect_status 0
	mount -o remount,rw "$disk"
	run seshat mirror --everywhere --store "file://$disk"
	expect_status 0
	run seshat show "$a" --raw --store "file://$disk"
	same "$source" "$T/out"
	umount_disk
else
	test_that "a full or read-only disk # SKIP it needs root to mount one"
fi

finish
