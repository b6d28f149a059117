# 'seshat show --follow': the lines of a session while it is mirrored.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

a=3fa9c2d1-2222-4333-8444-555555555555
demo=$T/work/demo
mkdir -p "$demo"

# session [LINES=12]: a new one, mirrored.
session() {
	anew
	fake "$a" "$demo" "${1-12}"
	n=${1-12}
	mirror --everywhere
}

# grow [LINES=1]: it is written and mirrored.
grow() {
	lines "$a" "$demo" $((n + 1)) $((n + ${1-1})) >>"$source"
	n=$((n + ${1-1}))
	mirror --everywhere
}

# follow OPTION...: in the background, its output in $T/got, the rest in
# $T/told.
follow() {
	: >"$T/got"
	: >"$T/told"
	env --default-signal=INT "$SESHAT_BIN" show "$a" --follow "$@" \
	    >"$T/got" 2>"$T/told" &
	pid=$!
}

# until_so COMMAND...: wait until it answers true.
until_so() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		if [ "$tries" = 1500 ]; then
			fail "never so: $* ($(wc -l <"$T/got") lines," \
			    "$(head -c 500 "$T/told"))"
			return 0
		fi
		sleep 0.02
	done
}

got_lines() {
	[ "$(wc -l <"$T/got")" -ge "$1" ]
}

# ended STATUS: the follower has ended with it.
ended() {
	status=0
	wait "$pid" || status=$?
	[ "$status" = "$1" ] || {
		fail "ended with status $status, expected $1"
		fail "$(head -c 500 "$T/told")"
	}
}

test_that "a session that is not in the vault is status 3"
run seshat show "$a" --follow
expect_status 3

test_that "what comes is printed once and in order, until the session ends"
session
follow --raw
until_so got_lines 12
for i in 1 2 3 1 40 1 1 7; do
	grow "$i"
done
until_so got_lines "$n"
printf '{"type":"us' >>"$source"
run seshat stop "$a"
expect_status 0
ended 0
same "$source" "$T/got"
check test ! -s "$T/told"

test_that "a session that has ended is printed, and that is all"
follow --raw
ended 0
same "$source" "$T/got"
follow
ended 0
tail -n 10 "$source" >"$T/tail"
same "$T/tail" "$T/got"

test_that "it begins with the last 10 lines, or as many as are asked for"
session
for tail in 10 1 11 12 99; do
	if [ "$tail" = 10 ]; then follow; else follow --tail "$tail"; fi
	tail -n "$tail" "$source" >"$T/want"
	until_so got_lines "$(wc -l <"$T/want")"
	grow 2
	tail -n 2 "$source" >>"$T/want"
	until_so got_lines "$(wc -l <"$T/want")"
	kill "$pid"
	ended 0
	same "$T/want" "$T/got"
done

# more: the session grows until the follower has noticed.
more() {
	grow
	[ -s "$T/got" ]
}

caught_up() {
	[ "$(tail -n 1 "$T/got")" = "$(tail -n 1 "$source")" ]
}

test_that "--tail 0 prints only what is new"
follow --tail 0
until_so more
until_so caught_up
kill "$pid"
ended 0
tail -n "$(wc -l <"$T/got")" "$source" >"$T/want"
same "$T/want" "$T/got"

test_that "half a line waits for its other half"
session
follow --raw
until_so got_lines 12
lines "$a" "$demo" 13 13 >"$T/line"
head -c 20 "$T/line" >>"$source"
mirror --everywhere
run seshat stop "$a" # stores the half
expect_status 0
ended 0
same "$source" "$T/got"
follow --raw
ended 0
tail -c +21 "$T/line" >>"$source"
n=13
mirror --everywhere
follow --raw
until_so got_lines 13
grow
until_so got_lines 14
kill "$pid"
ended 0
same "$source" "$T/got"

test_that "a rewritten transcript is told and printed from its first line"
session
follow --raw
until_so got_lines 12
cp "$source" "$T/want"
lines "$a" "$demo" 101 103 >"$source"
mirror --everywhere
until_so got_lines 15
n=103
grow
until_so got_lines 16
kill "$pid"
ended 0
cat "$source" >>"$T/want"
same "$T/want" "$T/got"
check test "$(wc -l <"$T/told")" = 1
check grep -q '^seshat: the transcript was rewritten' "$T/told"

test_that "--stream stays with the one that was asked for"
stream=$(seshat show "$a" | sed -n 's/^stream  *//p')
follow --raw --stream "$stream"
until_so got_lines 4
cp "$source" "$T/want"
lines "$a" "$demo" 201 203 >"$source"
mirror --everywhere
run seshat stop "$a"
kill "$pid"
ended 0
same "$T/want" "$T/got"
check test ! -s "$T/told"

test_that "a session that is removed is status 3"
session
follow --raw
until_so got_lines 12
run seshat rm -y "$a"
expect_status 0
ended 3
same "$source" "$T/got"
check grep -q 'removed' "$T/told"

test_that "Ctrl-C ends it quietly, behind a whole line"
for signal in INT TERM; do
	session 2000
	follow --raw
	until_so got_lines 2000
	grow 30
	kill -"$signal" "$pid"
	ended 0
	head -n "$(wc -l <"$T/got")" "$source" >"$T/want"
	same "$T/want" "$T/got"
	check test ! -s "$T/told"
done

test_that "a reader that leaves ends it, also while nothing comes"
session
run timeout 60 sh -c '"$1" show "$2" -f | head -n 1' - "$SESHAT_BIN" "$a"
expect_status 0
head -n 3 "$source" | tail -n 1 >"$T/want"
same "$T/want" "$T/out"
check test ! -s "$T/err"

test_that "--text is a conversation that grows; --json are the lines"
follow --text
until_so grep -q '^line 12$' "$T/got"
grow
until_so grep -q '^line 13$' "$T/got"
kill "$pid"
ended 0
run seshat show "$a" --text
same "$T/out" "$T/got"
follow --json
until_so got_lines 10
kill "$pid"
ended 0
tail -n 10 "$source" >"$T/want"
same "$T/want" "$T/got"

test_that "a store that fails is told once, and when it is back"
session
follow --raw
until_so got_lines 12
mv "$vault" "$T/away"
mv "$T/away/demo/sessions/claude-code/$a" "$T/session"
vault_sync
until_so grep -q 'still trying' "$T/told"
mv "$T/session" "$T/away/demo/sessions/claude-code/$a"
mv "$T/away" "$vault"
grow
until_so got_lines 13
run seshat stop "$a"
ended 0
same "$source" "$T/got"
check test "$(wc -l <"$T/told")" = 2
check test "$(tail -n 1 "$T/told")" = "seshat: the store can be read again"

if in_folder "in a bucket nothing is half-written"; then
	test_that "a part that somebody copies here slowly is waited for"
	session
	follow --raw
	until_so got_lines 12
	cp -a "$vault" "$T/copy"
	grow
	until_so got_lines 13
	kill "$pid"
	ended 0
	cp -a "$vault" "$T/whole"
	rm -rf "$vault"
	mv "$T/copy" "$vault"
	part=$(cd "$T/whole" && find . -name 'part-00000001-*')
	follow --raw
	until_so got_lines 12
	head -c 100 "$T/whole/$part" >"$vault/$part"
	check test ! -s "$T/told"
	cp "$T/whole/$part" "$vault/$part"
	until_so got_lines 13
	kill "$pid"
	ended 0
	same "$source" "$T/got"
fi

test_that "a part that stays damaged is status 5"
session
grow
follow --raw
until_so got_lines 13
part=$(find "$vault" -name 'part-00000001-*')
head -c 100 "$part" >"${part%part-*}part-00000002-${part##*-}"
vault_sync
ended 5
same "$source" "$T/got"
check grep -q 'damaged: part 2' "$T/told"

finish
