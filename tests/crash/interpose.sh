# The counting, killing interposer itself, on a program of ten known calls.
. "$SESHAT_SOURCE/tests/crash/lib.sh"

tiny=$(dirname "$INTERPOSE")/tiny

# What is in the folder d: "name=content ..."
state() {
	[ -d d ] || return 0
	for f in d/*; do
		[ -e "$f" ] && printf '%s=%s ' "${f#d/}" "$(cat "$f")"
	done
	echo
}

test_that "every call that changes the disk is counted, and no other"
count_calls "$tiny"
expect_status 0
check test "$calls" = 10
check test "$(state)" = "kept=ABCDef "

at=0
for want in "" "" "new= " "new=abcdefgh " "new=abcdef " "new=ABCDef " \
    "new=ABCDef " "copy=ABCDef new=ABCDef " "copy=ABCDef old=ABCDef " \
    "kept=ABCDef old=ABCDef "; do
	at=$((at + 1))
	test_that "killed before call $at, exactly the calls before are done"
	rm -rf d
	kill_at $at "$tiny"
	expect_status 137
	check test "$(state)" = "$want"
done

test_that "a number past the last call kills nothing"
rm -rf d
kill_at 11 "$tiny"
expect_status 0
check test "$(state)" = "kept=ABCDef "

test_that "a torn write leaves its first half"
rm -rf d
CRASH_TORN=1
kill_at 3 "$tiny"
expect_status 137
check test "$(state)" = "new=abcd "

test_that "a torn pwrite leaves its first half, in its place"
rm -rf d
kill_at 5 "$tiny"
expect_status 137
check test "$(state)" = "new=ABcdef "

finish
