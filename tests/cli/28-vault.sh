# Accidents of the vault and of the state: deleted, older, half-written,
# foreign.  Disks that fail and machines that meet are in
# tests/crash/accidents.sh.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/accident.sh"

state=$XDG_STATE_HOME/seshat

# grow N: one more line and mirrored, N times.
grow() {
	for line in $(seq "$1"); do
		lines "$a" "$demo" $((100 + line)) $((100 + line)) >>"$source"
		again
	done
}

# keep NAME WHAT, put_back NAME WHAT: copies of the vault and the state.
keep() {
	rm -rf "${T:?}/$1"
	cp -a "$2" "$T/$1"
}

put_back() {
	rm -rf "$2"
	cp -a "$T/$1" "$2"
}

# folder: where the session lies in the vault.
folder() {
	echo "$vault/demo/sessions/claude-code/$a"
}

test_that "the state deleted: nothing is stored twice, of any stream"
session
lines "$a" "$demo" 300 380 >"$source"
again
cp "$source" "$T/second"
rm -r "$state"
snapshot >"$T/before"
mirror --everywhere --no-redact
snapshot >"$T/after"
same "$T/before" "$T/after"
both 2
cp "$T/first" "$source"
rm -r "$state"
again
check test "$(streams "$a")" -le 3
run seshat show "$a" --raw --stream "$first"
same "$T/first" "$T/out"

test_that "an older copy of the state: what is there is taken over, not stored twice"
session 3
keep older "$state"
grow 3
parts "$a" >"$T/before"
put_back older "$state"
again
silent
parts "$a" >"$T/after"
same "$T/before" "$T/after"
grow 2
is_whole "$a" "$source"

test_that "an older copy of the state, and the source grew"
put_back older "$state"
lines "$a" "$demo" 200 201 >>"$source"
again
silent
is_whole "$a" "$source"

test_that "an older copy of the state, of before the rewriting: nothing is lost"
session
keep older "$state"
lines "$a" "$demo" 300 380 >"$source"
again
put_back older "$state"
again
both "$(streams "$a")"

test_that "an older copy of the state, of before the rewriting: stored once"
check test "$(streams "$a")" = 2

test_that "a state that is half-written, at every length"
session 3
file=$(find "$state" -name "$a*")
cp "$file" "$T/state"
size=$(wc -c <"$file")
for part in 0 1 2 3 5 7 8 9; do
	head -c $((size * part / 10)) "$T/state" >"$file"
	lines "$a" "$demo" $((50 + part)) $((50 + part)) >>"$source"
	again
	silent
	is_whole "$a" "$source"
done

test_that "a state that is a folder, or of another session: told or harmless"
session 3
file=$(find "$state" -name "$a*")
cp "$(find "$state" -name "$b*")" "$file"
grow 1
is_whole "$a" "$source"

test_that "a file in place of the state's folder is named"
session 3
rm -r "$state"
: >"$state"
lines "$a" "$demo" 50 50 >>"$source"
run seshat mirror --everywhere
check test "$status" -ne 0
err_has "$state.*Not a directory"
rm "$state"
again
is_whole "$a" "$source"

test_that "the vault emptied, the source grew: all is stored again"
session 3
rm -r "$vault"
grow 1
is_whole "$a" "$source"

test_that "the vault emptied, the source unchanged: all is stored again"
session 3
rm -r "$vault"
again
is_whole "$a" "$source"

test_that "one session's folder deleted, the source unchanged: it is stored again"
session 3
rm -r "$(folder)"
again
is_whole "$a" "$source"

test_that "one session's folder deleted, the source grew: it is stored again"
session 3
rm -r "$(folder)"
grow 1
is_whole "$a" "$source"

test_that "one session's folder deleted: verify says so, --repair stores it again"
session 3
rm -r "$(folder)"
run seshat verify
expect_status 5
out_has "^claude-code/$a: nothing is stored of it"
out_has '1 damaged, 0 repaired$'
run seshat verify --repair
expect_status 0
is_whole "$a" "$source"

test_that "an older copy of the vault, the state kept: no hole, nothing missing"
session 3
keep older "$vault"
grow 3
put_back older "$vault"
grow 1
run seshat show "$a" --raw
expect_status 0
same "$source" "$T/out"
run seshat verify --source
expect_status 0

test_that "an older copy of the vault, the state kept, the source unchanged"
session 3
keep older "$vault"
grow 3
put_back older "$vault"
again
run seshat show "$a" --raw
expect_status 0
same "$source" "$T/out"
run seshat verify --source
expect_status 0

test_that "an older copy of the vault, the state deleted: no hole, nothing missing"
session 3
keep older "$vault"
grow 3
put_back older "$vault"
rm -r "$state"
again
is_whole "$a" "$source"
grow 1
is_whole "$a" "$source"
run seshat verify --source
expect_status 0

test_that "vault and state of the same day put back: it goes on from there"
session 3
keep older "$vault"
keep older-state "$state"
grow 3
put_back older "$vault"
put_back older-state "$state"
again
silent
is_whole "$a" "$source"

test_that "the vault moved: it goes on there, without storing anything twice"
session 3
mv "$vault" "$T/moved"
lines "$a" "$demo" 50 50 >>"$source"
mirror --everywhere --no-redact --store "file://$T/moved"
check test ! -e "$vault"
mv "$T/moved" "$vault"
again
is_whole "$a" "$source"

if in_folder "a bucket has one name"; then
	test_that "file:///v and file:///v/ are one store with one state"
	session 3
	rm -r "$state"
	mirror --everywhere --store "file://$vault"
	mirror --everywhere --store "file://$vault/"
	check test "$(find "$state/mirror" -mindepth 1 -maxdepth 1 | wc -l)" = 1

	test_that "file:///v and file:///v/: nothing is stored twice"
	lines "$a" "$demo" 50 50 >>"$source"
	mirror --everywhere --store "file://$vault"
	lines "$a" "$demo" 51 51 >>"$source"
	mirror --everywhere --store "file://$vault/"
	lines "$a" "$demo" 52 52 >>"$source"
	mirror --everywhere --store "file://$vault"
	is_whole "$a" "$source"
fi

# damaged WHAT: verify names session and WHAT, and nothing of the one beside.
damaged() {
	run seshat verify
	expect_status 5
	out_has "^claude-code/$a: .*$1"
	out_lacks "^claude-code/$b"
	out_has ' 1 damaged, 0 repaired$'
}

mended() {
	run seshat verify --repair
	expect_status 0
	out_has ' 0 damaged, 1 repaired$'
	is_whole "$a" "$source"
	again
	is_whole "$a" "$source"
}

test_that "a part that is a part of another session"
session 3
grow 2
part=$(parts "$a" | sed -n 2p)
cp "$(parts "$b" | head -n 1)" "$part"
damaged "stream $first.*written by another writer"
run seshat show "$a" --raw
expect_status 5
same "$T/first" "$T/out"
err_has "${part##*/}: is a part of another stream"
snapshot >"$T/before"
run seshat verify --repair
expect_status 5
err_has "^seshat: claude-code/$a: cannot be repaired here: ${part##*/} is a part of another stream; move it out of the vault, then repair"
snapshot >"$T/after"
same "$T/before" "$T/after"
mv "$part" "$T/foreign"
damaged "stream $first: part 1 is missing"
mended

test_that "a part that another part was copied over"
session 3
grow 2
cp "$(parts "$a" | sed -n 2p)" "$(parts "$a" | sed -n 3p)"
damaged "stream $first: .*does not go on where the part before it ends"
mended

test_that "a part that is cut off, empty, no gzip, or another gzip"
for how in 'head -c -20' 'head -c 0' 'tr a-z A-Z' 'gzip -c'; do
	session 3
	grow 2
	part=$(parts "$a" | sed -n 2p)
	cp "$part" "$T/part"
	$how <"$T/part" >"$part"
	damaged "stream $first: "
	run seshat show "$a" --raw
	expect_status 5
	same "$T/first" "$T/out"
	err_has "claude-code/$a: .*part|source bytes"
	mended
done

if in_folder "a bucket holds no folders and no links"; then
	test_that "a part that is a folder, a FIFO or a link to nothing"
	for how in mkdir mkfifo "ln -s $T/nothing"; do
		session 3
		grow 2
		part=$(parts "$a" | sed -n 2p)
		rm "$part"
		$how "$part"
		run timeout 60 "$SESHAT_BIN" verify
		expect_status 5
		out_has "^claude-code/$a: stream $first: "
		rm -r "$part"
		damaged "stream $first: .*part 1 is missing|$first"
		mended
	done
fi

test_that "a checkpoint that is another session's"
session 3
grow 1
cp "$vault"/beside/sessions/claude-code/*/stream-*.json \
    "$(folder)/stream-$first.json"
damaged "stream $first: "
mended

test_that "a checkpoint that is another session's, and the source grows"
session 3
cp "$vault"/beside/sessions/claude-code/*/stream-*.json \
    "$(folder)/stream-$first.json"
grow 1
run seshat verify --repair
expect_status 0
run seshat show "$a" --raw
expect_status 0
same "$source" "$T/out"

test_that "files of other programs in the vault do not matter"
session 3
for junk in notes.txt .DS_Store part-0.gz stream-.json part-0-XYZ.gz; do
	echo junk >"$(folder)/$junk"
	echo junk >"$vault/$junk"
	echo junk >"$vault/ids/$junk"
done
mkdir -p "$vault/lost+found" "$vault/demo/sessions/emacs/x"
echo "half an object" >"$vault/.tmp-0123456789abcdef"
grow 1
silent
is_whole "$a" "$source"
run seshat list
expect_status 0
check test "$(wc -l <"$T/out")" = 3
run seshat verify --source
expect_status 0
out_has '^verified 2 sessions'
run seshat rm --yes "$a"
expect_status 0
run seshat list
out_lacks aaaaaaaa

if in_folder "in a bucket nothing is half-written"; then
	test_that "half-written objects are swept once they are a day old"
	touch -d '2 days ago' "$vault/.tmp-0123456789abcdef"
	: >"$vault/.tmp-fedcba9876543210"
	again
	check test ! -e "$vault/.tmp-0123456789abcdef"
	check test -e "$vault/.tmp-fedcba9876543210"
fi

test_that "a pin that is gone: verify sees the session, --repair mends it"
session 3
rm "$vault/ids/claude-code/$a"
damaged "pin"
mended

test_that "a pin that is gone: the next lines find the session's place"
session 3
rm "$vault/ids/claude-code/$a"
rm -r "$state"
grow 1
run seshat show "$a" --raw
expect_status 0
same "$source" "$T/out"

for pin in '{"project":""}' '' '{' '[]'; do
	test_that "a pin that says '$pin': the others are mirrored, verify tells"
	session 3
	printf '%s' "$pin" >"$vault/ids/claude-code/$a"
	lines "$a" "$demo" 50 50 >>"$source"
	again
	damaged "its pin in ids/ cannot be read"

	test_that "a pin that says '$pin': what mends it is said, then rm removes it"
	run seshat rm --yes "$a"
	check test "$status" -ne 0
	err_has "ids/claude-code/$a.*'seshat verify --repair' mends it"
	check test -e "$(folder)"
	run seshat verify --repair
	expect_status 0
	is_whole "$a" "$source"
	run seshat rm --yes "$a"
	expect_status 0
	check test ! -e "$(folder)"
	check test ! -e "$vault/ids/claude-code/$a"
done

# Locks are the state's: two state folders are two machines to each other, but
# for the owner, which is the same.
test_that "two state folders on one vault, in turn: all is there, once"
session 3
for round in 1 2 3 4; do
	for machine in one two; do
		lines "$a" "$demo" $((40 + round)) $((40 + round)) >>"$source"
		run env XDG_STATE_HOME="$T/state-$machine" "$SESHAT_BIN" \
		    mirror --everywhere --no-redact
		expect_status 0
	done
done
is_whole "$a" "$source"
run seshat verify --source
expect_status 0

test_that "two state folders on one vault, at once: all is there"
anew
rm -rf "$T/state-one" "$T/state-two"
for n in 1 2 3 4 5 6 7 8; do
	fake "$n$a" "$demo" 2
done
for round in 1 2 3; do
	for machine in one two; do
		XDG_STATE_HOME=$T/state-$machine "$SESHAT_BIN" mirror \
		    --everywhere --no-redact >"$T/$machine" 2>&1 &
	done
	wait
	for n in 1 2 3 4 5 6 7 8; do
		lines "$n$a" "$demo" "$((round + 9))" "$((round + 9))" \
		    >>"$(source_of "$n$a" "$demo")"
	done
done
for machine in one two; do
	run env XDG_STATE_HOME="$T/state-$machine" "$SESHAT_BIN" \
	    mirror --everywhere --no-redact
	expect_status 0
done
for n in 1 2 3 4 5 6 7 8; do
	run seshat show "$n$a" --raw
	expect_status 0
	same "$(source_of "$n$a" "$demo")" "$T/out"
done
run seshat verify --source
expect_status 0

test_that "projects whose folders have no letters of ASCII are told apart"
anew
n=0
for name in プロジェクト データベース café "two words"; do
	n=$((n + 1))
	mkdir -p "$T/work/$name"
	fake "${n}aaaaaaa-2222-4333-8444-555555555555" "$T/work/$name"
	# Claude Code gives both the same folder
	mirror --everywhere
done
run seshat list --json --limit 0
expect_status 0
projects=$(sed 's/.*"project":"\([^"]*\)".*/\1/' "$T/out" | sort)
check test "$(echo "$projects" | uniq | wc -l)" = 4
check test "$(echo "$projects" | grep -c '^project-[0-9a-f]\{8\}$')" = 2
check test "$(echo "$projects" | grep -c '^caf-[0-9a-f]\{8\}$')" = 1
check test "$(echo "$projects" | grep -c '^two-words$')" = 1
check test "$(cat "$vault"/project-*/project.json |
    grep -c -e '"name":"プロジェクト"' -e '"name":"データベース"')" = 2
check test ! -e "$vault/two-words/project.json"

test_that "a name that its user gave or took away stays"
printf '{"schema_version":1,"name":null}\n' >"$(echo "$vault"/caf-*)/project.json"
vault_sync
fake "9aaaaaaa-2222-4333-8444-555555555555" "$T/work/café"
mirror --everywhere
vault_sync
check grep -q '"name":null' "$vault"/caf-*/project.json

finish
