# 'seshat workspace add' killed at every call that changes the disk, then run
# again: all files are there, and what was there before is.
. "$SESHAT_SOURCE/tests/crash/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/zips.sh"

a=aaaaaaaa-2222-4333-8444-555555555555
demo=$T/work/demo
ws=$T/ws
mkdir -p "$demo/.git" "$ws/src"
echo one >"$ws/one"
echo two >"$ws/src/two.py"
: >"$ws/empty"
fake "$a" "$demo"
mirror --everywhere

keep() {
	rm -rf "$T/kept"
	mkdir "$T/kept"
	cp -a "$vault" "$T/kept/vault"
	cp -a "$XDG_STATE_HOME" "$T/kept/state"
}

put_back() {
	rm -rf "$vault" "$XDG_STATE_HOME"
	cp -a "$T/kept/vault" "$vault"
	cp -a "$T/kept/state" "$XDG_STATE_HOME"
}

# is_whole: the export has the folder's files.
is_whole() {
	run seshat export --force -o "$T/out.zip" "$a"
	expect_status 0
	unpack "$T/out.zip"
	find "$ws" -type f -printf '%P\n' >"$T/files"
	while read -r f; do
		same "$ws/$f" "$T/unpacked/$f"
	done <"$T/files"
}

# killed_everywhere REGEX: at each call, whole writes and torn ones.
killed_everywhere() {
	keep
	count_calls "$SESHAT_BIN" workspace add "$a" "$ws"
	expect_status 0
	check test "$calls" -gt 5
	for CRASH_TORN in "" 1; do
		n=1
		while [ "$n" -le "$calls" ]; do
			put_back
			kill_at "$n" "$SESHAT_BIN" workspace add "$a" "$ws"
			check test "$status" = 137
			# a whole archive, in which a file that is newer than
			# what is known of it is named
			run seshat export --force -o "$T/out.zip" "$a"
			case $status in
			0) ;;
			5) check grep -q "$1" "$T/err" ;;
			*) fail "status $status: $(cat "$T/err")" ;;
			esac
			unpack "$T/out.zip"
			run seshat workspace add "$a" "$ws"
			expect_status 0
			is_whole
			run seshat verify
			expect_status 0
			n=$((n + 1))
		done
	done
}

test_that "the first add, killed at any moment: the next one finishes it"
killed_everywhere 'none may be'

test_that "the same of files that changed"
echo ONE >"$ws/one"
rm "$ws/empty"
echo new >"$ws/src/new"
killed_everywhere '^seshat: 1 file is left out or cut short'

finish
