# What the commands that look after sessions say: in words that agree with
# their numbers, and with what to type next.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/accident.sh"

c=cccccccc-2222-4333-8444-555555555555
token=ghp_$(printf %s 'k3Jf9sLqZ7xTbW2vNc8Ry4Gm6Hd1Pa5Ue0Io')

test_that "one is one, and more are many"
anew
fake "$a" "$demo" 1
printf '{"type":"user","t":"%s"}\n' "$token" >>"$source"
mirror --everywhere
out_has '^mirrored 1 of 1 session, .* 1 secret redacted, 0 failed'
run seshat verify
expect_out "verified 1 session, 1 part, $(seshat show "$a" --raw |
    wc -c) bytes: 0 damaged, 0 repaired"
printf '\n' >>"$source"
run seshat stop "$a"
expect_out "stopped claude-code/$a, 1 byte new"
fake "$b" "$demo" 1
printf '{"type":"user","t":"%s %s"}\n' "$token" "$token" >>"$source"
mirror --everywhere
out_has '^mirrored 1 of 2 sessions, .* 2 secrets redacted, 0 failed'
run seshat verify
out_has '^verified 2 sessions, 3 parts, '

test_that "another --project than the pinned one: one example, a number, what to do"
fake "$c" "$demo" 1
mirror --everywhere
run seshat mirror --everywhere --project other
expect_status 2
out_has '^mirrored 0 of 3 sessions, .* 3 failed'
check test "$(wc -l <"$T/err")" = 3
err_has "^seshat: session [abc-f0-9-]* belongs to project 'demo', not 'other'$"
err_has '^seshat: and 2 more sessions of other projects$'
err_has 'leave --project out'
run seshat mirror --session-id "$c" --project other
expect_status 2
check test "$(wc -l <"$T/err")" = 2
err_lacks more
run seshat mirror --everywhere --project other --json
check test "$(grep -o 'belongs to' "$T/out" | wc -l)" = 3
expect_err ""

test_that "a session that was removed: what to type is said, and works"
run seshat rm --yes "$a"
expect_status 0
for how in "--session-id $a" --everywhere; do
	# shellcheck disable=SC2086 # words
	mirror $how
	out_has "^1 left alone, because it was removed; to bring it back: seshat mirror --again --session-id $a\$"
done
sh -c "$(sed -n 's/.*bring it back: seshat/"$SESHAT_BIN"/p' "$T/out")" \
    >"$T/again" 2>&1 || fail "$(cat "$T/again")"
run seshat show "$a"
expect_status 0
run seshat rm --yes "$a"
run seshat rm --yes "$b"
mirror --everywhere
out_has "^2 left alone, because they were removed; to bring one back: seshat mirror --again --session-id [ab]*-"

test_that "a stream that is not there: where to look"
run seshat show "$c" --raw --stream 00000000
expect_status 3
err_has "claude-code/$c: no stream 00000000 \\('seshat show ID' names those there are\\)"

test_that "show names the streams, and each can be read"
session
for n in 1 2; do
	lines "$a" "$demo" "${n}00" "${n}50" >"$source"
	cp "$source" "$T/version.$n"
	again
done
run seshat show "$a"
out_has "^streams .*$first \\(kept, $(wc -c <"$T/first") bytes\\)"
sed -n 's/^streams *//p' "$T/out" | grep -o '[0-9a-f]\{8\} (' |
    cut -c1-8 >"$T/names"
check test "$(wc -l <"$T/names")" = 3
found=0
while read -r name; do
	seshat show "$a" --raw --stream "$name" >"$T/stream"
	for file in "$T/first" "$T/version.1" "$T/version.2"; do
		! cmp -s "$file" "$T/stream" || found=$((found + 1))
	done
done <"$T/names"
check test "$found" = 3

test_that "verify takes ids, and one that is unknown is status 3"
run seshat verify "$a" bbbb
expect_status 0
out_has '^verified 2 sessions, 6 parts, '
run seshat verify "$a" nosuch
expect_status 3
err_has "no session 'nosuch'"

test_that "rm takes all streams, also damaged ones, and leaves those beside"
printf X >"$(parts "$a" | head -n 1)"
run seshat verify "$a"
expect_status 5
run seshat rm --yes "$a"
expect_status 0
expect_out "removed claude-code/$a"
check test -z "$(find "$vault" -path '*/sessions/*' -name "*$a*")"
again
is_whole "$b" "$beside"
run seshat show "$a"
expect_status 3

if can_deny; then
	test_that "stop of a session whose source cannot be read says why"
	session
	chmod 0 "$source"
	run plain seshat stop "$a"
	check test "$status" -ne 0
	err_has "$source.*Permission denied"
	is_whole "$a" "$T/first"
	run plain seshat verify --repair "$a"
	expect_status 0
	chmod 600 "$source"
else
	test_that "stop without permission # SKIP root can read all"
fi

finish
