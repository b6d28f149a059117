# A clock that jumps while a mirror follows.
. "$SESHAT_SOURCE/tests/crash/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"

before_it="env LD_PRELOAD=$INTERPOSE CLOCK_SHIFT=$T/shift"

# off SECONDS: so wrong is the clock from now on.
off() {
	echo "$1" >"$T/shift.new"
	mv "$T/shift.new" "$T/shift"
}

# with_that_clock COMMAND...: must succeed.
with_that_clock() {
	run $before_it "$SESHAT_BIN" "$@"
	expect_status 0
}

for start in 0 -86400 86400; do
	test_that "a clock off by $start s jumps by days: nothing waits, nor is stored twice"
	off "$start"
	fresh
	follow --everywhere --interval 0.05
	stored "$one"
	n=3
	for jump in 86400 -86400 0 -3600 3600; do
		off "$jump"
		n=$((n + 1))
		grow "$source_one" "$one" "$n" "$n"
		stored "$one" $((n - 2))
		with_that_clock list
		out_has "^aaaaaaaa "
		with_that_clock show "$one" --raw
		same "$source_one" "$T/out"
		with_that_clock show "$one"
	done
	check test "$(parts "$one")" = 6
	check test "$(streams "$one")" = 1
	off "$start"
	grow "$source_one" "$one" 9 9
	end_follow
	expect_status 0
	is_whole "$one" "$source_one"
	check test "$(ended "$one")" = yes
	off 0
	mirror --everywhere
	with_that_clock verify --source
	check test "$(parts "$one")" = 7
done

test_that "where files are looked at in turns, too"
off 0
fresh
mv "$source_one" "$T/elsewhere"
ln -s "$T/elsewhere" "$source_one"
follow --everywhere --interval 0.05
stored "$one"
n=3
for jump in 86400 -86400; do
	off "$jump"
	n=$((n + 1))
	grow "$source_one" "$one" "$n" "$n"
	stored "$one" $((n - 2))
done
end_follow
expect_status 0
is_whole "$one" "$source_one"

test_that "a rewritten file that moved, killed at every call, then a clock that is put back"
before_it="$before_it CRASH_COUNT=$T/calls"
moved() {
	off 0
	fresh
	with_that_clock mirror --everywhere
	there=$CLAUDE_CONFIG_DIR/projects/-elsewhere/${source_one##*/}
	mkdir -p "${there%/*}"
	rm "$source_one"
	lines "$one" /elsewhere 20 29 >"$there"
}
moved
with_that_clock mirror --everywhere
at=1
total=$(cat "$T/calls")
while [ "$at" -le "$total" ]; do
	moved
	run $before_it CRASH_AT="$at" "$SESHAT_BIN" mirror --everywhere
	expect_status 137
	off -3600
	lines "$one" /elsewhere 40 41 >"$there"
	with_that_clock mirror --everywhere
	is_whole "$one" "$there"
	at=$((at + 1))
done
check test "$total" -gt 20

finish
