# What every released version kept, this one reads, and goes on with: see
# tests/released/make.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/github.sh"
. "$SESHAT_SOURCE/tests/cli/zips.sh"

unshare --user --map-root-user true 2>"$T/log" ||
	skip_all "no namespaces of one's own here: $(cat "$T/log")"
hub_start

# laptop [VARIABLE=VALUE]... COMMAND...: there, in the home that was kept.
laptop() {
	"$SESHAT_SOURCE/tests/released/laptop" "$T/old/home" "$@"
}

# old_home: the home as it was kept.
old_home() {
	rm -rf "$T/old"
	cp -R "$kept" "$T/old"
	chmod -R go= "$T/old"
	vault=$T/old/home/.local/share/seshat/vault
}

# each_session COMMAND: with $harness and $id of each, and $raw, what it reads.
each_session() {
	for raw in "$kept"/raw/*; do
		harness=$(basename "$raw" | cut -d , -f 1)
		id=$(basename "$raw" | cut -d , -f 2)
		"$@"
	done
}

reads_the_same() {
	run laptop "$SESHAT_BIN" show --raw "$harness/$id"
	expect_status 0
	same "$raw" "$T/out"
}

exports_the_same() {
	run laptop "$SESHAT_BIN" export --force -o x.zip "$harness/$id"
	expect_status 0
	unpack "$T/old/home/x.zip"
	same "$raw" "$T/unpacked/transcript.jsonl"
	rm "$T/old/home/x.zip"
}

# In what was rewritten later, what was uploaded is what is read.
downloads_the_same() {
	[ "$harness" = claude-code ] && grep -q "$id" "$T/discovered" || return 0
	run laptop "$SESHAT_BIN" download --issue 7 --session-id "$id" \
	    --output got --identity /home/robin/identity
	expect_status 0
	same "$raw" "$T/old/home/got/session.jsonl"
	downloads=$((downloads + 1))
}

# streams: how many there are, of all sessions.
streams() {
	find "$vault" -name 'stream-*.json' | wc -l
}

for kept in "$SESHAT_SOURCE"/tests/data/released/*; do
	v=${kept##*/}
	n=$(ls "$kept/raw" | wc -l)
	old_home
	cp "$kept/identity" "$T/old/home"

	test_that "$v: every session reads as it did"
	each_session reads_the_same
	check test "$n" -gt 5

	test_that "$v: nothing of it counts as damaged, and all is listed"
	run laptop "$SESHAT_BIN" verify
	expect_status 0
	out_has "^verified $n sessions, .* 0 damaged"
	run laptop "$SESHAT_BIN" list --limit 0 --json
	check test "$(wc -l <"$T/out")" = "$n"
	out_has '"title":"Fix the flaky follow test"'

	test_that "$v: what a transcript was before it was rewritten"
	rename=e2f8a6b4-91c3-4d7e-b5f0-1a2b3c4d5e6f
	current=$(laptop "$SESHAT_BIN" show "$rename" --json |
	    grep -o '"stream":"[0-9a-f]*"' | head -n 1 | cut -d '"' -f 4)
	for s in $(find "$vault" -path "*$rename/stream-*.json" |
	    sed 's/.*stream-\(.*\)\.json/\1/'); do
		[ "$s" != "$current" ] || continue
		run laptop "$SESHAT_BIN" show "$rename" --stream "$s" --raw
		expect_status 0
		check test "$(wc -l <"$T/out")" = 10
	done
	check test "$(find "$vault" -path "*$rename/stream-*.json" | wc -l)" = 2

	test_that "$v: its words are found"
	run laptop "$SESHAT_BIN" search once in twenty role:user
	expect_status 0
	out_has '^3fa9c2d1 '

	test_that "$v: zips of it hold the same, and the agent's files"
	each_session exports_the_same
	run laptop "$SESHAT_BIN" workspace list 8c41d7e2-0f6a-4b3d-8e59-d1a2c3b4e5f6
	expect_status 0
	out_has 'src/main.py'
	out_has 'notes.txt'

	test_that "$v: the session log"
	run laptop "$SESHAT_BIN" log read nightly --json
	expect_status 0
	same "$kept/log.json" "$T/out"

	test_that "$v: gists, packed and encrypted ones too"
	hub_control "@$kept/github.json"
	run laptop "$SESHAT_BIN" discover 7 --json
	expect_status 0
	cp "$T/out" "$T/discovered"
	downloads=0
	each_session downloads_the_same
	check test "$downloads" = 3

	test_that "$v: a mirror goes on with its state, and stores what is new"
	before=$(streams)
	rm -rf "$T/old/home/got"
	run laptop "$SESHAT_BIN" mirror --everywhere --json
	expect_status 0
	run laptop "$SESHAT_BIN" show 8c41d7e2-0f6a-4b3d-8e59-d1a2c3b4e5f6 \
	    --raw
	out_has 'not yet mirrored'
	check test "$(streams)" = "$before"
	run laptop "$SESHAT_BIN" verify --source
	expect_status 0

	test_that "$v: what was removed does not come back"
	run laptop "$SESHAT_BIN" show 00000000-aaaa-4bbb-8ccc-dddddddddddd
	expect_status 3

	test_that "$v: and so it does when its state is lost"
	old_home
	rm -r "$T/old/home/.local/state"
	run laptop "$SESHAT_BIN" mirror --everywhere
	expect_status 0
	check test "$(streams)" = "$before"

	test_that "$v: what it archived can be gone on with"
	cold=00000000-1111-4222-8333-444444444444
	sed 's/archived 3/and thawed/' "$kept/raw/claude-code,$cold" | tail -n 1 \
	    >>"$T/old/home/.claude/projects/-home-robin-src-demo/$cold.jsonl"
	run laptop "$SESHAT_BIN" mirror --session-id "$cold"
	expect_status 0
	run laptop "$SESHAT_BIN" show --raw "$cold"
	check test "$(wc -l <"$T/out")" = 4
	check test "$(find "$vault" -path "*$cold/archive-*" | wc -l)" = 1

	test_that "$v: what it merged is tidied up"
	run laptop "$SESHAT_BIN" compact \
	    3fa9c2d1-7b1e-4c55-9d0a-52e6b1f0a7c3
	expect_status 0
	harness=claude-code
	id=3fa9c2d1-7b1e-4c55-9d0a-52e6b1f0a7c3
	raw=$kept/raw/$harness,$id
	reads_the_same
done

# What a version to come may write: this one changes nothing of it.
test_that "a session in a later version's format is refused, and others go on"
old_home
later=$(echo "$vault"/demo/sessions/claude-code/8c41d7e2*f6/stream-*.json)
sed -i 's/"schema_version":1/"schema_version":99/' "$later"
cp "$later" "$T/later"
run laptop "$SESHAT_BIN" show --raw 8c41d7e2-0f6a-4b3d-8e59-d1a2c3b4e5f6
expect_status 1
err_has 'stream-.*a later version of seshat wrote it .*: update seshat'
rm -r "$T/old/home/.local/state"
run laptop "$SESHAT_BIN" mirror --everywhere
expect_status 5
out_has ' 1 failed'
run laptop "$SESHAT_BIN" compact 8c41d7e2-0f6a-4b3d-8e59-d1a2c3b4e5f6
expect_status 1
run laptop "$SESHAT_BIN" verify
expect_status 5
same "$T/later" "$later"
run laptop "$SESHAT_BIN" show --raw 3fa9c2d1
expect_status 0

test_that "every version that was released is here"
sed -n 's/^## \([0-9.]*[0-9]\).*/\1/p' \
    "$SESHAT_SOURCE/CHANGELOG.md" >"$T/versions"
check test -s "$T/versions"
while read -r v; do
	check test -d "$SESHAT_SOURCE/tests/data/released/$v"
done <"$T/versions"

finish
