# A mirror that follows while its disk is full, and after.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"

# All of it in a namespace where anybody may mount a disk.
if [ -z "${DISK-}" ]; then
	unshare -Urm mount -t tmpfs none "$T/tmp" 2>/dev/null ||
	    skip_all "it needs a user namespace to mount a disk"
	exec unshare -Urm env DISK=1 sh -eu "$0"
fi
mkdir -p "$vault"
mount -t tmpfs -o size=512k,mode=0700 none "$vault"

# tried_again: since $T/mark an object came and went.
tried_again() {
	[ -n "$(find "$vault" -type d -newer "$T/mark")" ]
}

test_that "a disk that fills up is told once a session, and so is that it is well"
fake "$one" "$demo"
source_one=$source
fake "$two" "$demo"
source_two=$source
follow --everywhere --interval 0.05
stored "$one"
stored "$two"
cat /dev/zero >"$vault/demo/filler" 2>/dev/null || true
grow "$source_one" "$one" 4 4
grow "$source_two" "$two" 4 4
events '"event":"failing"' 2
check grep -q 'No space left on device' "$T/events"
run seshat show "$one" --raw
expect_status 0
lines "$one" "$demo" 1 3 >"$T/first"
same "$T/first" "$T/out"
grow "$source_one" "$one" 5 6
: >"$T/mark"
soon tried_again
rm "$vault/demo/filler"
events '"event":"well"' 2
check test "$(grep -c '"event":"failing"' "$T/events")" = 2
check test "$(grep -c '"event":"well"' "$T/events")" = 2
soon has "$one" "$source_one"
soon has "$two" "$source_two"

test_that "what is stored then is what was written, once"
end_follow
expect_status 0
is_whole "$one" "$source_one"
is_whole "$two" "$source_two"
check test "$(streams "$one")$(streams "$two")" = 11
check test -z "$(find "$vault" -name '.tmp-*')"
run seshat verify --source
expect_status 0

test_that "a disk that is still full at the end: what is missing is said"
grow "$source_one" "$one" 7 7
follow --everywhere --interval 30
cat /dev/zero >"$vault/demo/filler" 2>/dev/null || true
grow "$source_one" "$one" 8 8
end_follow
expect_status 5
out_has '"event":"failing".*No space left on device'
rm "$vault/demo/filler"
mirror --everywhere
is_whole "$one" "$source_one"

finish
