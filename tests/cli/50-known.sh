# Secrets that were met in a session, found again where nothing tells them.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

a=aaaaaaaa-2222-4333-8444-555555555555
demo=$T/work/demo
mkdir -p "$demo"
value=$(printf %s 'Vn7Kq2Ws9Lx4Tz') # a password that only its name tells
marks='[REDACTED:'

# told, says: a line that names the password, and one that only says it.
told() { printf '{"type":"user","cwd":"%s","t":"DB_PASSWORD=%s"}\n' "$demo" "$value"; }
says() { printf '{"type":"user","cwd":"%s","t":"it is %s, is it?"}\n' "$demo" "$value"; }

# begin: a session that names the password in its first part.
begin() {
	anew
	fake "$a" "$demo" 2
	told >>"$source"
	mirror --everywhere
}

# kept: its file of hashes.
kept() { find "$XDG_STATE_HOME/seshat/mirror" -name "$a.known"; }

# hidden N: what is stored has the value nowhere, and N marks.
hidden() {
	run seshat show "$a" --raw
	expect_status 0
	out_lacks "$value"
	[ "$(grep -oF "$marks" "$T/out" | wc -l)" = "$1" ] ||
	    fail "not $1 marks in $(cat "$T/out")"
	[ "$(wc -l <"$T/out")" = "$(wc -l <"$source")" ] || fail "lines are lost"
}

test_that "a password is found again in a later part, where nothing tells it"
begin
says >>"$source"
mirror --everywhere
hidden 2
grep -rq "$value" "$XDG_STATE_HOME" && fail "the value stands in the state"
[ "$(stat -c %a "$(kept)" "$XDG_STATE_HOME/seshat/key" | sort -u)" = 600 ] ||
    fail "others may read it"

test_that "escapes do not hide it"
printf '{"type":"user","t":"%s"}\n' '\u0056n7Kq2Ws9Lx\u0034Tz \"Vn7Kq2Ws9Lx4Tz\"' >>"$source"
mirror --everywhere
hidden 4

test_that "what was kept is lost: the source is read once more"
for how in gone empty torn key; do
	begin
	case $how in
	gone) rm "$(kept)" ;;
	empty) : >"$(kept)" ;;
	torn) head -c 60 "$(kept)" >"$T/half" && cp "$T/half" "$(kept)" ;;
	key) rm "$XDG_STATE_HOME/seshat/key" ;;
	esac
	says >>"$source"
	mirror --everywhere
	hidden 2
	[ "$(parts "$a" | wc -l)" = 2 ] || fail "$how: $(parts "$a")"
done

test_that "all local state is lost: the same"
begin
rm -r "$XDG_STATE_HOME/seshat"
says >>"$source"
mirror --everywhere
hidden 2

test_that "a key that is none is told, and nothing is stored"
begin
echo 'no key at all, although it is long enough to be taken for one: 0123' \
    >"$XDG_STATE_HOME/seshat/key"
says >>"$source"
run seshat mirror --everywhere
expect_status 5
err_has 'seshat/key: not a key of 64 hex digits; delete it'
rm "$XDG_STATE_HOME/seshat/key"
mirror --everywhere
hidden 2

test_that "a first part stored with --no-redact is read once more, too"
anew
fake "$a" "$demo" 2
told >>"$source"
mirror --everywhere --no-redact
says >>"$source"
mirror --everywhere
run seshat show "$a" --raw
[ "$(grep -c "$value" "$T/out")" = 1 ] || fail "$(cat "$T/out")"

test_that "a rewritten session still knows it"
begin
fake "$a" "$demo" 1
says >>"$source"
mirror --everywhere
hidden 1

test_that "of a line that is still being written no half of a secret is stored"
begin
printf '{"type":"user","t":"PGPASSWORD=Xw8Lm3Qz' >>"$source"
run seshat stop "$a"
expect_status 0
run seshat show "$a" --raw
out_lacks 'Xw8Lm3Qz'
printf 'Hv5Tb","u":"Xw8Lm3QzHv5Tb"}\n' >>"$source"
mirror --everywhere
run seshat show "$a" --raw
out_lacks 'Xw8Lm3Qz|Hv5Tb'
[ "$(wc -l <"$T/out")" = "$(wc -l <"$source")" ] || fail "lines are lost"

# A line of 17 MiB full of tokens comes in pieces, of which one ends inside one.
token=ghp_$(printf %s 'k3Jf9sLqZ7xTbW2vNc8Ry4Gm6Hd1Pa5Ue0Io')
test_that "a secret across a cut of a long line is found"
for shift in '' '1 ' '7 chars ' 'sixteen chars it ' 'some more of them, thirty-three. '; do
	anew
	fake "$a" "$demo" 1
	awk -v t="$token" -v s="$shift" 'BEGIN {
		printf "{\"type\":\"user\",\"x\":\"%s", s
		for (i = 0; i < 434800; i++)
			printf "%s ", t
		printf "\"}\n" }' >>"$source"
	mirror --everywhere
	[ "$(parts "$a" | wc -l)" -ge 2 ] || fail "one part: nothing was cut"
	run seshat show "$a" --raw
	expect_status 0
	! grep -qE "${token#????????????}|${token%????????????????}" "$T/out" ||
	    fail "a part of it with '$shift' before"
	[ "$(grep -oF "$marks" "$T/out" | wc -l)" = 434800 ] ||
	    fail "$(grep -oF "$marks" "$T/out" | wc -l) marks"
done

test_that "nothing is lost where an escape would be cut"
for shift in '' 'a' 'ab' 'abc' 'abcd' 'abcde'; do
	anew
	fake "$a" "$demo" 1
	awk -v s="$shift" 'BEGIN {
		printf "{\"type\":\"user\",\"x\":\"%s", s
		for (i = 0; i < 3000000; i++)
			printf "\\u00e9"
		printf "\"}\n" }' >>"$source"
	mirror --everywhere
	[ "$(parts "$a" | wc -l)" -ge 2 ] || fail "one part: nothing was cut"
	run seshat show "$a" --raw
	expect_status 0
	same "$source" "$T/out"
done

test_that "what is kept goes with the session"
begin
[ -n "$(kept)" ] || fail "nothing is kept"
run seshat stop "$a"
expect_status 0
[ -z "$(kept)" ] || fail "$(kept) is still there"

test_that "a session without secrets keeps nothing"
anew
fake "$a" "$demo" 3
mirror --everywhere
[ -z "$(kept)" ] || fail "$(kept) is there"
finish
