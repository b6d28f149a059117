# What is damaged, what 'verify' says of it, and that '--repair' never gives
# up a byte that only the vault still has.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

id=aaaaaaaa-2222-4333-8444-555555555555
demo=$T/work/demo
mkdir -p "$demo"

# five_parts: parts of 3 lines each; only the first is in the checkpoint.
five_parts() {
	anew
	fake "$id" "$demo"
	mirror --everywhere
	for i in 2 3 4 5; do
		lines "$id" "$demo" $((i * 3 - 2)) $((i * 3)) >>"$source"
		mirror --everywhere
	done
	cp "$source" "$T/whole"
	check test "$(parts | wc -l)" = 5
}

# part N, counted from 1.
part() {
	parts | sed -n "$1p"
}

# damage FILE: its content, not its header.
damage() {
	printf 'XXXX' | dd of="$1" bs=1 conv=notrunc 2>/dev/null \
	    seek=$(($(wc -c <"$1") - 14))
}

stream_of() {
	echo "$1" | sed 's/.*-\([0-9a-f]\{8\}\)\.jsonl\.gz$/\1/'
}

for how in damage rm; do
	test_that "$how of a part: what is before is printed, the rest is told"
	five_parts
	$how "$(part 3)"
	run seshat show "$id" --raw
	expect_status 5
	head -n 6 "$T/whole" >"$T/before"
	same "$T/before" "$T/out"
	err_has "$id.*(source bytes from|part 2|source bytes $(wc -c <"$T/before") to)"

	test_that "$how of a part: --tail that needs it says so"
	run seshat show "$id" --raw --tail 13
	expect_status 5

	test_that "$how of a part: verify finds it"
	run seshat verify
	expect_status 5
	out_has "$id: stream "
	run seshat verify --json
	expect_status 5
	out_has '"whole":false,"problems":\[\{'

	test_that "$how of a part: --repair makes it whole, in one stream"
	run seshat verify --repair
	expect_status 0
	out_has 'repaired, [0-9]+ bytes stored anew'
	out_has '1 repaired$'
	is_whole "$id" "$T/whole"
	run seshat verify
	expect_status 0
	lines "$id" "$demo" 16 16 >>"$source"
	mirror --everywhere
	is_whole "$id" "$source"
done

test_that "a missing last part is stored again"
five_parts
rm "$(part 5)"
rm -r "$XDG_STATE_HOME/seshat"
mirror --everywhere
is_whole "$id" "$T/whole"

test_that "a lost checkpoint is no damage that matters"
five_parts
find "$vault" -name 'stream-*' -exec rm {} +
run seshat show "$id" --raw
expect_status 0
same "$T/whole" "$T/out"

test_that "a torn checkpoint is told, and what can be read is"
five_parts
printf '{' >"$(find "$vault" -name 'stream-*')"
run seshat show "$id" --raw
same "$T/whole" "$T/out"
run seshat verify
expect_status 5
run seshat verify --repair
expect_status 0
is_whole "$id" "$T/whole"

test_that "--source compares also what no checkpoint lists"
five_parts
sed -i 's/line 5"/LINE 5"/' "$source"
run seshat verify
expect_status 0
run seshat verify --source
expect_status 5
out_has 'other bytes'
out_has "source bytes $(head -n 3 "$T/whole" | wc -c) to $(head -n 6 "$T/whole" | wc -c)"

test_that "a source that was edited in the middle repairs nothing"
damage "$(part 4)"
snapshot >"$T/before"
run seshat verify --repair
expect_status 5
err_has 'cannot be repaired here: its source was rewritten since'
snapshot >"$T/after"
same "$T/before" "$T/after"

test_that "behind a hole there may be bytes that the source lost: kept"
five_parts
head -n 12 "$T/whole" >"$source"
printf '{"type":"user","cwd":"%s"}\n' "$demo" >>"$source"
rm "$(part 3)"
snapshot >"$T/before"
run seshat verify --repair
expect_status 5
snapshot >"$T/after"
same "$T/before" "$T/after"

test_that "a source that was cut repairs nothing"
five_parts
damage "$(part 2)"
head -n 7 "$T/whole" >"$source"
snapshot >"$T/before"
run seshat verify --repair
expect_status 5
snapshot >"$T/after"
same "$T/before" "$T/after"

test_that "a source that is gone repairs nothing"
rm "$source"
run seshat verify --repair
expect_status 5
err_has 'its source is not on this machine'
snapshot >"$T/after"
same "$T/before" "$T/after"

test_that "an old stream is not given up because the current one is whole"
five_parts
old=$(stream_of "$(part 1)")
damage "$(part 3)"
lines "$id" "$demo" 20 24 >"$source"
mirror --everywhere
check test "$(streams)" = 2
run seshat verify --repair
expect_status 5
run seshat show "$id" --raw --stream "$old"
expect_status 5
head -n 6 "$T/whole" >"$T/before"
same "$T/before" "$T/out"
run seshat show "$id" --raw
expect_status 0
same "$source" "$T/out"

test_that "a session whose folder is gone is damaged, and stored anew"
five_parts
rm -r "$(dirname "$(part 1)")"
run seshat verify
expect_status 5
out_has "^claude-code/$id: nothing is stored of it\$"
out_has ' 1 damaged'
run seshat verify --repair
expect_status 0
is_whole "$id" "$source"

test_that "without its source it stays damaged"
five_parts
rm -r "$(dirname "$(part 1)")"
rm "$source"
run seshat verify --repair
expect_status 5
err_has 'its source is not on this machine'

test_that "a session that its pin does not lead to is damaged"
five_parts
: >"$vault/ids/claude-code/$id"
run seshat verify
expect_status 5
out_has "^claude-code/$id: its pin in ids/ cannot be read"
out_has ' 1 damaged, 0 repaired$'
run seshat verify --repair
expect_status 0
out_has ' 0 damaged, 1 repaired$'
is_whole "$id" "$source"

test_that "one whose pin is damaged and that no index knows, too"
five_parts
echo '{"project":""}' >"$vault/ids/claude-code/$id"
rm -r "$vault/index"
run seshat list
expect_status 0
out_has "^aaaaaaaa .* damaged$"
run seshat verify --repair
expect_status 0
out_has ' 0 damaged, 1 repaired$'
is_whole "$id" "$source"

test_that "a pin that leads to nothing goes with a repair"
anew
mkdir -p "$vault/ids/claude-code"
echo '{"project":""}' >"$vault/ids/claude-code/$id"
run seshat rm --yes "$id"
expect_status 5
err_has "'seshat verify --repair' mends it"
run seshat verify --repair
expect_status 0
check test ! -e "$vault/ids/claude-code/$id"
run seshat verify
expect_status 3
expect_err "seshat: there is no vault at $(vault_url) yet"

test_that "a session without a pin is found by its folder"
five_parts
rm -r "$vault/ids"
run seshat verify
expect_status 5
out_has "^claude-code/$id: it has no pin"
run seshat verify --repair
expect_status 0
is_whole "$id" "$source"

test_that "what a removal that died left behind is told, and goes with a repair"
five_parts
mkdir -p "$vault/removed/claude-code"
echo '{}' >"$vault/removed/claude-code/$id"
rm -r "$vault/ids"
run seshat verify
expect_status 5
out_has "^claude-code/$id: it was removed, but"
run seshat verify --repair
expect_status 0
check test ! -e "$vault/demo/sessions"

test_that "a folder of another program in the same layout is none of ours"
five_parts
mkdir -p "$vault/demo/sessions/codex/x"
echo '{}' >"$vault/demo/sessions/codex/x/meta.json"
echo '{}' >"$vault/demo/sessions/codex/x/part-00000-12345678.jsonl"
run seshat verify
expect_status 0
out_has '^verified 1 session'

if in_folder "over a network few checkpoints look for the pin"; then
	test_that "a pin that says something else is told at the next checkpoint"
	five_parts
	echo '{"project":"other"}' >"$vault/ids/claude-code/$id"
	n=100
	status=0
	while [ "$status" = 0 ] && [ "$n" -lt 170 ]; do
		lines "$id" "$demo" "$n" "$n" >>"$source"
		run seshat mirror --everywhere
		n=$((n + 1))
	done
	check test "$status" -ne 0
	err_has "$id.*'demo'.*'other'"

	test_that "one that is gone is made again"
	rm "$vault/ids/claude-code/$id"
	lines "$id" "$demo" "$n" "$n" >>"$source"
	mirror --everywhere
	is_whole "$id" "$source"
fi

test_that "stop of a session whose file is gone stamps its end"
anew
fake "$id" "$demo"
cp "$source" "$T/whole"
mirror --everywhere
rm "$source"
run seshat stop "$id"
expect_status 0
out_has "^stopped claude-code/$id, 0 bytes new"
run seshat show "$id" --json
out_has '"end_reason":"source gone"'
out_has '"cwd":".*demo"'
run seshat list
out_has ' ended$'
is_whole "$id" "$T/whole"

test_that "also when the state is lost"
anew
fake "$id" "$demo"
mirror --everywhere
rm -r "$source" "$XDG_STATE_HOME/seshat"
run seshat stop "$id"
expect_status 0
run seshat list
out_has ' ended$'
cp "$T/whole" "$source"
lines "$id" "$demo" 4 5 >>"$source"
mirror --everywhere
is_whole "$id" "$source"

test_that "a source that was emptied: what is stored stays, and that is said"
anew
fake "$id" "$demo"
mirror --everywhere
: >"$source"
run seshat mirror --everywhere
expect_status 0
out_has '^1 empty now; what was stored of it is kept: seshat show '
run seshat verify --source
expect_status 0
out_has "$id: its source is empty now: what was stored of it is kept"
is_whole "$id" "$T/whole"
run seshat stop "$id"
expect_status 0
run seshat list
out_has ' ended$'

test_that "a session that was deleted in the vault by hand is stored again"
anew
fake "$id" "$demo"
mirror --everywhere
rm -r "$vault/demo/sessions"
run seshat mirror --everywhere
expect_status 0
out_has '^1 stored again, because the store no longer had it: seshat show '
is_whole "$id" "$T/whole"
rm -r "$vault"
run seshat mirror --everywhere
expect_status 0
is_whole "$id" "$T/whole"

test_that "only the parts were deleted by hand: all is stored again"
anew
fake "$id" "$demo"
mirror --everywhere
rm $(parts)
run seshat mirror --everywhere
expect_status 0
run seshat show "$id" --raw
expect_status 0
same "$source" "$T/out"

test_that "pins that lead to nothing are told"
anew
fake "$id" "$demo"
mirror --everywhere
rm -r "$vault/demo" "$vault/index"
run seshat verify
expect_status 5
out_has "$id: nothing is stored of it"
run seshat list
expect_status 0
out_has "^aaaaaaaa .* damaged$"
run seshat verify --repair
expect_status 0
is_whole "$id" "$source"

test_that "stop says of an older vault no more than it holds"
anew
fake "$id" "$demo"
mirror --everywhere
cp -a "$vault" "$T/older"
lines "$id" "$demo" 4 9 >>"$source"
mirror --everywhere
rm -r "$vault" "$source"
mv "$T/older" "$vault"
run seshat stop "$id"
expect_status 0
run seshat verify
expect_status 0
run seshat show "$id" --json
out_has '"lines":3'

test_that "an older copy of the vault: the stream goes on where it ends there"
anew
fake "$id" "$demo"
mirror --everywhere
cp -a "$vault" "$T/older"
for i in 4 5 6; do
	lines "$id" "$demo" $i $i >>"$source"
	mirror --everywhere
done
rm -r "$vault"
mv "$T/older" "$vault"
lines "$id" "$demo" 7 7 >>"$source"
mirror --everywhere
is_whole "$id" "$source"
run seshat verify --source
expect_status 0

finish
