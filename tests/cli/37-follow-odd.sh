# A mirror that follows where the machine is odd, files come by odd ways, and
# others are at work on the same sessions.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"

# grown: two sessions and what comes of them reaches the vault; $1 and $2 are
# the files that hold them then.
both_whole() {
	is_whole "$one" "$1"
	is_whole "$two" "$2"
	check test "$(streams "$one")$(streams "$two")" = 11
}

# freeze, thaw: the follow is suspended, and goes on.
freeze() {
	kill -STOP "$follow_pid"
	soon grep -q '^State:.*stopped' "/proc/$follow_pid/status"
}

thaw() {
	kill -CONT "$follow_pid"
}

test_that "suspended while sessions grow, begin, end and move: all is stored"
fresh
fake "$two" "$demo"
source_two=$source
follow --everywhere --interval 0.05
stored "$one"
stored "$two"
freeze
grow "$source_one" "$one" 4 9
moved=$(source_of "$two" "$other")
mkdir -p "${moved%/*}"
mv "$source_two" "$moved"
grow "$moved" "$two" 4 4
three=cccccccc-1111-4222-8333-444444444444
fake "$three" "$T/work/third"
source_three=$source
thaw
stored "$one" 2
stored "$two" 2
stored "$three"
grow "$moved" "$two" 5 5
stored "$two" 3
end_follow
expect_status 0
both_whole "$source_one" "$moved"
is_whole "$three" "$source_three"

test_that "a second name that stays when the first goes is followed on"
fresh
follow --everywhere --interval 0.05
stored "$one"
moved=$(source_of "$one" "$other")
mkdir -p "${moved%/*}"
ln "$source_one" "$moved"
grow "$moved" "$one" 4 4
stored "$one" 2
rm "$source_one"
grow "$moved" "$one" 5 5
stored "$one" 3
end_follow
expect_status 0
is_whole "$one" "$moved"
check test "$(streams "$one")" = 1

test_that "one that failed, went and came back is stored when it can be"
fresh
mkdir -p "$vault"
echo in the way >"$vault/demo"
follow --everywhere --interval 0.05
events '"event":"failing".*"error":'
mv "$source_one" "$T/aside"
grow "$T/aside" "$one" 4 4
rm "$vault/demo"
mv "$T/aside" "$source_one"
events '"event":"well"'
end_follow
expect_status 0
is_whole "$one" "$source_one"

finish
