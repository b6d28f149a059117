# More of 'seshat show' and 'list': what they do with odd bytes and odd ids.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

a=3fa9c2d1-2222-4333-8444-555555555555
b=3fa9ffff-2222-4333-8444-555555555555
demo=$T/work/demo
mkdir -p "$demo"

test_that "no store: list prints nothing, or nothing but JSON"
run seshat list
expect_status 0
expect_out ""
run seshat list --json
expect_status 0
expect_out ""
expect_err "seshat: there is no vault at $(vault_url) yet"
run seshat list --json -q
expect_status 0
expect_err ""
run seshat show "$a"
expect_status 3
err_has "$a"
run seshat verify
expect_status 3
check test ! -e "$vault"

fake "$a" "$demo" 9
source_a=$source
sub=a167912bc9668f9f8
mkdir -p "${source%.jsonl}/subagents"
lines "$a" "$demo" 1 2 >"${source%.jsonl}/subagents/agent-$sub.jsonl"
fake "$b" "$demo" 5
source_b=$source
mirror --everywhere

test_that "a short id fits a session; its subagent has a short form too"
run seshat show 3fa9c2d1 --raw
expect_status 0
same "$source_a" "$T/out"
run seshat show 3fa9c2d1.a167 --raw
expect_status 0
same "${source_a%.jsonl}/subagents/agent-$sub.jsonl" "$T/out"
run seshat show claude-code/3fa9c2d1 --raw
same "$source_a" "$T/out"

test_that "a short id that is listed means what stands there"
mkdir -p "$HOME/.zencoder/sessions"
for id in fix-it fix-it.subagent-aaaa1 fix-it-2 fix-it-2.subagent-aaaa2 \
    more-than-twenty-bytes@b more-than-twenty-bytes@b.c@d; do
	printf '{"role":"user","content":"Hi"}\n' \
	    >"$HOME/.zencoder/sessions/$id.jsonl"
done
mirror --everywhere
seshat list --limit 0 --harness zencoder --json |
    sed 's/.*"session_id":"\([^"]*\)".*/\1/' >"$T/ids"
seshat list --limit 0 --harness zencoder | sed -e 1d -e 's/ .*//' >"$T/shown"
check test "$(wc -l <"$T/ids")" = 6
paste -d ' ' "$T/ids" "$T/shown" >"$T/both"
while read -r id shown; do
	run seshat show "$shown" --json
	expect_status 0
	out_has "\"session_id\": *\"$id\""
done <"$T/both"
while read -r id; do
	run seshat rm --yes "zencoder/$id"
	expect_status 0
done <"$T/ids"
rm -r "$HOME/.zencoder"

test_that "an ambiguous id is status 2 and names the candidates"
run seshat show 3fa9
expect_status 2
expect_out ""
err_has "claude-code/$a"
err_has "claude-code/$b"

test_that "an unknown id, harness or stream is status 3"
for id in nosuch codex/3fa9c2d1 ../3fa9c2d1; do
	run seshat show "$id" --raw
	expect_status 3
	expect_out ""
done
run seshat show 3fa9c2d1 --raw --stream 00000000
expect_status 3
run seshat show ""
expect_status 2

test_that "--tail prints the last lines, however many there are"
for n in 1 2 8 9 10 1000000; do
	run seshat show 3fa9c2d1 --raw --tail "$n"
	expect_status 0
	tail -n "$n" "$source_a" >"$T/tail"
	same "$T/tail" "$T/out"
done

test_that "--from prints the lines from one on"
for n in 1 2 5 9; do
	run seshat show 3fa9c2d1 --raw --from "$n"
	expect_status 0
	tail -n "+$n" "$source_a" >"$T/tail"
	same "$T/tail" "$T/out"
done
run seshat show 3fa9c2d1 --raw --from 99
expect_status 0
expect_out ""
run seshat show 3fa9c2d1 --text --from 9
expect_status 0
out_has 'line 9'
out_lacks 'line 8'
for odd in "" "--raw --tail 3" "--raw --follow" --html --json; do
	# shellcheck disable=SC2086
	run seshat show 3fa9c2d1 --from 2 $odd
	expect_status 2
done

test_that "--tail 0 prints no line"
run seshat show 3fa9c2d1 --raw --tail 0
expect_status 0
expect_out ""

test_that "--tail over several parts reads only those that hold it"
for i in 10 13 16 19; do
	lines "$a" "$demo" "$i" $((i + 2)) >>"$source_a"
	mirror --everywhere
done
: >"$T/empty"
first=$(parts "$a" | sed -n 1p)
cp "$first" "$T/first"
cp "$T/empty" "$first"
run seshat show 3fa9c2d1 --raw --tail 8
expect_status 0
tail -n 8 "$source_a" >"$T/tail"
same "$T/tail" "$T/out"
cp "$T/first" "$first"

test_that "--tail with --json holds the lines"
run seshat show 3fa9c2d1 --tail 2 --json
expect_status 0
check test "$(wc -l <"$T/out")" = 1
out_has '"tail":"\{.*line 20.*line 21'

test_that "odd bytes come back as they are"
odd=$(source_of "$b" "$demo")
{
	printf '\357\273\277{"type":"user","cwd":"%s"}\r\n' "$demo"
	printf '{"a":1}{"b":2}\n\n\r\n \n[\n'
	printf '{"type":"user","x":"\377\376 \000 \300\200"}\n'
	printf '\000\000\000\n'
	lines "$b" "$demo" 1 2
} >"$odd"
mirror --everywhere --no-redact
run seshat show "$b" --raw
expect_status 0
same "$odd" "$T/out"
mirror --everywhere
run seshat verify --source
expect_status 0

test_that "odd bytes survive the scrubbing too"
rm -rf "$vault" "$XDG_STATE_HOME/seshat"
mirror --everywhere
run seshat show "$b" --raw
expect_status 0
same "$odd" "$T/out"

test_that "--json stays JSON whatever the lines hold"
run seshat show "$b" --tail 20 --json
expect_status 0
out_has '"tail":"'
out_has '"session_id":'
if command -v python3 >/dev/null; then
	check python3 -c 'import json, sys; json.load(open(sys.argv[1]))' \
	    "$T/out"
fi
run seshat show "$b" --text
expect_status 0
check test -z "$(LC_ALL=C tr -d '\n\t -~\200-\377' <"$T/out")"

test_that "list: columns, order and limits"
run seshat list
expect_status 0
check test "$(sed -n 1p "$T/out" | tr -s ' ')" = \
    "SESSION HARNESS PROJECT TITLE SIZE STORED LINES LAST EVENT STATE"
check test "$(sed -n 2p "$T/out" | cut -c1-8)" = 3fa9c2d1
check test "$(wc -l <"$T/out")" = 4
run seshat list --limit 1
check test "$(wc -l <"$T/out")" = 2
run seshat list --limit 0 --json
check test "$(wc -l <"$T/out")" = 3
run seshat list --harness codex
expect_status 0
out_lacks 3fa9
run seshat list --sort-by name
expect_status 2
err_has 'recent or size'
run seshat list --project nosuch --json
expect_out ""

test_that "list needs neither its index nor a summary"
run seshat list
cp "$T/out" "$T/list"
find "$vault" -path '*/index/*' -delete
run seshat list
same "$T/list" "$T/out"
find "$vault" -name meta.json -exec sh -c 'echo "[" >"$1"' - {} \;
run seshat list --json
expect_status 0
check test "$(wc -l <"$T/out")" = 3
run seshat show 3fa9c2d1
expect_status 0
out_has '^session  *3fa9c2d1'

test_that "where a filter lets nothing through, that is told"
for filter in "--harness goose" "--project none"; do
	# shellcheck disable=SC2086 # words
	run seshat list $filter
	expect_status 0
	expect_out ""
	expect_err "no session in the store fits ('seshat list' shows all)"
done

test_that "a harness that nobody knows is told with those of the store"
names="no harness 'goos'; the store has sessions of claude-code"
for cache in "$XDG_CACHE_HOME" "$T/file"; do
	: >"$T/file"
	run env XDG_CACHE_HOME="$cache" "$SESHAT_BIN" list --harness goos
	expect_status 0
	expect_out ""
	err_has "^no session in the store fits"
	err_has "^$names$"
done
run seshat list --harness goos --json
expect_status 0
expect_out ""
expect_err "$names"
run seshat search --harness goos line
expect_status 0
err_has "^$names$"
run seshat stats --harness goos
expect_status 0
out_has '^0 sessions'
expect_err "$names"
for words in list stats "search line"; do
	# shellcheck disable=SC2086 # words
	run seshat $words --harness goos -q
	expect_status 0
	expect_err ""
	# shellcheck disable=SC2086 # words
	run seshat $words --harness codex
	expect_status 0
	check test "$(grep -c 'no harness' "$T/err")" = 0
done

test_that "a state that cannot be kept is a failure, and no session not found"
printf 'project: demo\n' >"$demo/.seshat.yaml"
for words in "mirror --everywhere" "hook install claude-code" \
    "trust $demo/.seshat.yaml"; do
	# shellcheck disable=SC2086 # words
	run env XDG_STATE_HOME=/dev/null/state "$SESHAT_BIN" $words
	expect_status 1
	err_has 'the state cannot be kept \(XDG_STATE_HOME sets another place\): '
done
rm "$demo/.seshat.yaml"
disk=$T/disk
mkdir "$disk"
if mount -t tmpfs -o size=256k,mode=0700 none "$disk" 2>/dev/null; then
	at_exit '! mountpoint -q "$disk" || umount -l "$disk"'
	for there in "" seshat; do
		mkdir -p "$disk/$there"
		[ -z "$there" ] || cp -r "$XDG_STATE_HOME/seshat" "$disk"
		mount -o remount,ro "$disk"
		run env XDG_STATE_HOME="$disk" "$SESHAT_BIN" mirror --everywhere
		expect_status 1
		err_has 'the state cannot be kept \(XDG_STATE_HOME sets .*Read-only'
		XDG_CACHE_HOME=$disk run seshat search line
		expect_status 0
		err_has 'XDG_CACHE_HOME'
		mount -o remount,rw "$disk"
	done
	umount -l "$disk"
else
	test_that "a read-only state # SKIP it needs root to mount one"
fi

test_that "a full or closed output is an error, a reader that left is not"
if [ -w /dev/full ]; then
	status=0
	seshat show 3fa9c2d1 --raw >/dev/full 2>"$T/err" || status=$?
	[ "$status" = 1 ] || fail "status $status"
	check test -s "$T/err"
fi
{
	seshat show 3fa9c2d1 --raw 2>"$T/err"
	echo $? >"$T/status"
} | true
check test ! -s "$T/err"

test_that "stop twice, then rm, then stop: each says what it did"
run seshat stop 3fa9c2d1
expect_status 0
run seshat stop 3fa9c2d1 --json
expect_status 0
out_has '^\{"stopped":"3fa9c2d1.*"new_bytes":0\}$'
run seshat rm 3fa9c2d1
expect_status 2
run seshat rm 3fa9c2d1 -y --json
expect_status 0
out_has '^\{"removed":"3fa9c2d1'
run seshat stop "$a"
expect_status 3
check test -e "$vault/removed/claude-code/$a"
check test ! -e "$vault/demo/sessions/claude-code/$a"
run seshat list
out_lacks '^3fa9c2d1 '

test_that "what was removed stays away, also without the state"
rm -r "$XDG_STATE_HOME/seshat"
lines "$a" "$demo" 22 23 >>"$source_a"
mirror --everywhere
check test ! -e "$vault/ids/claude-code/$a"
run seshat mirror --session-id "$a" --json
expect_status 0
out_has '"removed":1,'

test_that "--again brings it back, whole"
mirror --again --session-id "$a"
is_whole "$a" "$source_a"
check test ! -e "$vault/removed/claude-code/$a"
lines "$a" "$demo" 24 24 >>"$source_a"
mirror --everywhere
is_whole "$a" "$source_a"

test_that "--text tells of images and compactions, not of tokens and silent lines"
talk "$b" "$demo" >>"$source_b"
mirror --everywhere
run seshat show "$b" --text --tail 5
expect_status 0
cat >"$T/want" <<'END'
-- tool Odd  2026-01-01T00:00:09.000Z
{"n":[1],"to":"é"}

-- result  2026-01-01T00:00:09.000Z
it broke

-- result  2026-01-01T00:00:09.000Z
[image image/png, 1 KB]

-- summary  2026-01-01T00:00:09.000Z
all of that
END
same "$T/want" "$T/out"

finish
