# Accidents of a source: what an agent, an editor or a crash may do to a
# transcript between two mirrors.  Each time what was stored stays readable,
# what is there now is stored, and the session beside it is none the wiser.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/accident.sh"

test_that "a last line that is torn is left, and completed later"
session 5
printf '{"type":"us' >>"$source"
again
is_whole "$a" "$T/first"
printf 'er","x":"' >>"$source"
again
is_whole "$a" "$T/first"
printf 'y"}\n{"ty' >>"$source"
again
silent
head -n 6 "$source" >"$T/whole"
is_whole "$a" "$T/whole"
printf 'pe":"user"}\n' >>"$source"
again
is_whole "$a" "$source"

test_that "a torn line that was never stored may become another"
session 5
printf '{"type":"user","x":"half' >>"$source"
again
cp "$T/first" "$source"
printf '{"type":"user","other":1}\n' >>"$source"
again
silent
is_whole "$a" "$source"

test_that "a torn line that was stored at the end may become another"
session 5
printf '{"type":"user","x":"half' >>"$source"
run seshat stop "$a"
expect_status 0
is_whole "$a" "$source"
cp "$source" "$T/torn"
cp "$T/first" "$source"
printf '{"type":"user","something":"else","and":"longer"}\n' >>"$source"
cp "$T/torn" "$T/first"
again
both 2

for cut in lines middle; do
	test_that "truncation ($cut): the shorter one counts, the longer one is kept"
	session
	if [ $cut = lines ]; then
		head -n 7 "$T/first" >"$source"
		cp "$source" "$T/now"
	else
		truncate -s 1500 "$source"
		sed '$d' "$source" >"$T/now"
	fi
	again
	rewritten
	cp "$T/now" "$source"
	both 2
done

test_that "truncation and the same lines again are no rewriting"
session
: >"$source"
cat "$T/first" >"$source"
lines "$a" "$demo" 41 42 >>"$source"
again
silent
is_whole "$a" "$source"

test_that "truncation and other lines, longer than before, are one"
session
lines "$a" "$demo" 300 380 >"$source"
again
rewritten
both 2

test_that "a source that was emptied: what was stored is kept"
session
: >"$source"
again
run seshat show "$a" --raw
expect_status 0
same "$T/first" "$T/out"
run seshat verify
expect_status 0

test_that "a source that was emptied: mirror says that what was stored is kept"
again
grep -Eq "$a.*kept|kept.*$a" "$T/told" "$T/totals" || fail "not a word"

test_that "a source that was emptied: verify --source calls it no damage"
run seshat verify --source "$a"
expect_status 0
out_lacks 'damaged, 1|other bytes'
grep -Eq "kept" "$T/out" "$T/err" || fail "not a word"

test_that "a source that was emptied and filled is a new stream"
lines "$a" "$demo" 100 103 >"$source"
again
both 2

# rewrite LINE TO: line LINE says TO instead, in place (the same inode).
rewrite() {
	sed "s/line $1\"/$2\"/" "$T/first" >"$T/rewritten"
	cat "$T/rewritten" >"$source"
}

for how in "LINE 39" "L" "a line that is longer than it was before"; do
	test_that "a rewrite near the end in place ('$how') is found at once"
	session
	rewrite 39 "$how"
	again
	rewritten
	both 2
	lines "$a" "$demo" 50 51 >>"$source"
	again
	both 2
done

for how in "L" "a line that is longer than it was before"; do
	test_that "a rewrite far from the end of another size ('$how') is found at once"
	session
	rewrite 3 "$how"
	again
	rewritten
	both 2
	lines "$a" "$demo" 50 51 >>"$source"
	again
	both 2
done

test_that "a rewrite far from the end of equal size is found by verify --source"
session
rewrite 3 "LINE 3"
again
silent
is_whole "$a" "$T/first"
run seshat verify --source
expect_status 5
out_has "^claude-code/$a: stream $first: source bytes 0 to $(wc -c <"$T/first"): the source has other bytes"
out_lacks "$b"

test_that "a rewrite far from the end of equal size is found by stop"
run seshat stop "$a"
expect_status 0
both 2

test_that "a rewrite far from the end of equal size while it grows, too"
session
rewrite 3 "LINE 3"
lines "$a" "$demo" 41 42 >>"$source"
again
run seshat stop "$a"
expect_status 0
run seshat show "$a" --raw
same "$source" "$T/out"
check test "$(streams "$a")" = 2
run seshat verify --source
expect_status 0

test_that "renamed over by itself and more: it goes on"
session
cp "$source" "$T/next"
lines "$a" "$demo" 41 42 >>"$T/next"
mv "$T/next" "$source"
again
silent
is_whole "$a" "$source"

test_that "renamed over by another: a new stream"
session
lines "$a" "$demo" 200 260 >"$T/next"
mv "$T/next" "$source"
again
rewritten
both 2

# Some file systems give the number to the next file at once; where not, what
# is written in place keeps it.
test_that "unlinked and made again with the same inode: a new stream"
session
inode=$(stat -c %i "$source")
rm "$source"
lines "$a" "$demo" 200 260 >"$source"
if [ "$(stat -c %i "$source")" != "$inode" ]; then
	cp "$T/first" "$source"
	again
	inode=$(stat -c %i "$source")
	lines "$a" "$demo" 200 260 >"$T/next"
	cat "$T/next" >"$source"
fi
check test "$(stat -c %i "$source")" = "$inode"
again
rewritten
both 2

test_that "unlinked: it stays in the vault, and nobody complains"
session
rm "$source"
again
silent
run seshat show "$a" --raw
expect_status 0
same "$T/first" "$T/out"
run seshat verify --source
expect_status 0

test_that "unlinked and made again as it was: it goes on"
cp "$T/first" "$source"
lines "$a" "$demo" 41 42 >>"$source"
again
silent
is_whole "$a" "$source"

test_that "moved to another project's folder while it grows: one stream"
session
exec 3>>"$source"
moved=$(source_of "$a" /somewhere/else)
mkdir -p "${moved%/*}"
lines "$a" "$demo" 41 42 >&3
mv "$source" "$moved"
again
is_whole "$a" "$moved"
lines "$a" "$demo" 43 44 >&3
again
is_whole "$a" "$moved"
rm -r "$XDG_STATE_HOME/seshat"
lines "$a" "$demo" 45 46 >&3
mv "$moved" "$source"
again
lines "$a" "$demo" 47 47 >&3
again
exec 3>&-
silent
is_whole "$a" "$source"
check test "$(find "$vault/ids" -name "$a" | wc -l)" = 1

test_that "copied to another project's folder, then both grow: both are kept"
session
moved=$(source_of "$a" /somewhere/else)
mkdir -p "${moved%/*}"
cp "$source" "$moved"
again
lines "$a" "$demo" 50 52 >>"$moved"
lines "$a" "$demo" 60 66 >>"$source"
again
n=0
for stream in $(parts "$a" | sed 's/.*-\([0-9a-f]\{8\}\)\.jsonl.gz$/\1/' |
    sort -u); do
	run seshat show "$a" --raw --stream "$stream"
	expect_status 0
	for file in "$source" "$moved"; do
		! cmp -s "$file" "$T/out" || n=$((n + 1))
	done
done
check test "$n" = 2

finish
