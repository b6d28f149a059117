# 'seshat export' and the server's downloads: what stands beside a transcript is
# in the zip, as it is stored.  Over a folder and a bucket.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/zips.sh"
. "$SESHAT_SOURCE/tests/cli/web.sh"

command -v curl >/dev/null || skip_all "it needs curl"
a=aaaaaaaa-2222-4333-8444-555555555555
b=bbbbbbbb-2222-4333-8444-555555555555
demo=$T/work/demo
word=$(printf %s Vn7Kq2Ws9Lx4Tz) # a password that only its name tells
in_vault=$vault/demo/sessions/claude-code
mkdir -p "$demo/.git"

# bytes N: a text that does not shrink much, and has nothing of a secret.
bytes() {
	head -c "$1" /dev/urandom | od -An -v -tx1
}

# begin: a session with results, a large one too, and one without.
begin() {
	anew
	fake "$a" "$demo" 20
	results=${source%.jsonl}/tool-results
	mkdir -p "$results/deep"
	printf 'plain text\n' >"$results/toolu_1.txt"
	printf 'DB_PASSWORD=%s\nno end' "$word" >"$results/deep/b c.txt"
	printf 'a%%20b\n' >"$results/a%20b"
	: >"$results/empty"
	bytes 300000 >"$results/large.txt"
	printf '{"customTitle":"A title"}' >"${source%.jsonl}/custom-title.json"
	fake "$b" "$demo" 2
	source=$(source_of "$a" "$demo")
	find "$CLAUDE_CONFIG_DIR" -type f -exec touch -d '1 minute ago' {} +
	mirror --everywhere
}

# entries FOLDER: those of the session with results.
entries() {
	for name in custom-title.json 'tool-results/a%2520b' \
	    'tool-results/deep/b c.txt' tool-results/empty \
	    tool-results/large.txt tool-results/toolu_1.txt; do
		echo "$1companions/$name"
	done
}

# export_it ARGUMENT...: to $T/out.zip; must succeed, and be unpacked.
export_it() {
	run seshat export --force -o "$T/out.zip" "$@"
	expect_status 0
	unpack "$T/out.zip"
}

# folder_of_all: where they are in the zip of a project.
folder_of_all() {
	find "$T/unpacked" -name companions ! -path '*/workspace/*'
}

# are_there FOLDER: all of them, as they are stored.
are_there() {
	printf 'plain text\n' >"$T/wanted"
	same "$T/wanted" "$1/tool-results/toolu_1.txt"
	printf 'DB_PASSWORD=[REDACTED:named-password]\nno end' >"$T/wanted"
	same "$T/wanted" "$1/tool-results/deep/b c.txt"
	same "$results/large.txt" "$1/tool-results/large.txt"
	same "$results/a%20b" "$1/tool-results/a%2520b"
	same "$results/empty" "$1/tool-results/empty"
	same "${results%/*}/custom-title.json" "$1/custom-title.json"
}

test_that "what stands beside a transcript is in the zip, as it is stored"
begin
export_it "$a"
{
	ours
	entries ''
	printf '%s\n' transcript.jsonl session.json SHA256SUMS
} | names_are "$T/out.zip"
are_there "$T/unpacked/companions"
check test "$(grep -c '  companions/' "$T/unpacked/SHA256SUMS")" = 6
check grep -q '`companions/`, 6 files that the agent kept' \
    "$T/unpacked/README.md"
out_has ': 1 session, 6 files, '
check test "$(stat -c %Y "$T/unpacked/companions/tool-results/toolu_1.txt")" = \
    "$(stat -c %Y "$results/toolu_1.txt")"
run seshat show "$a" --json
check /usr/bin/python3 -c 'import json, sys
a, b = (json.load(open(f))["companions"] for f in sys.argv[1:])
assert a == b and a["files"] == 6, (a, b)' "$T/out" "$T/unpacked/session.json"

test_that "of a session that has none nothing is said"
export_it "$b"
! grep -q companions "$T/unpacked/README.md" || fail "$(cat "$T/unpacked/README.md")"
check test ! -e "$T/unpacked/companions"

test_that "the same bytes again, of a project, too, and with any method"
for what in "$a" '--project demo' '--html --project demo' "--method store $a"; do
	run seshat export --force -o "$T/first.zip" $what
	expect_status 0
	rm -rf "$XDG_STATE_HOME/seshat"
	export_it $what
	same "$T/first.zip" "$T/out.zip"
	are_there "$(folder_of_all)"
done

test_that "a file of the workspace that is called so makes room"
mkdir -p "$T/ws/companions/tool-results" "$T/ws/Companions-2"
echo mine >"$T/ws/companions/tool-results/toolu_1.txt"
echo mine >"$T/ws/Companions-2/x"
echo mine >"$T/ws/companions-mine"
run seshat workspace add "$a" "$T/ws"
expect_status 0
export_it "$a"
are_there "$T/unpacked/companions"
check test "$(cat "$T/unpacked/workspace/companions/tool-results/toolu_1.txt")" = mine
check test "$(cat "$T/unpacked/workspace/Companions-2/x")" = mine
check test "$(cat "$T/unpacked/companions-mine")" = mine
run seshat export --force -o "$T/out.zip" --max-bytes "$(($(stat -c %s \
    "$source" "$results/large.txt" | paste -sd+) + 20000))" "$a"
cat_of "$T/out.zip" companions/tool-results/toolu_1.txt >/dev/null ||
    fail "it is not there"

test_that "names of which two would be one stand apart"
folder=$(echo "$in_vault/$a"/beside/*)
cp "$folder/tool-results/toolu_1.txt.gz" "$folder/tool-results/TOOLU_1.txt.gz"
mkdir "$folder/tool-results/empty"
cp "$folder/tool-results/toolu_1.txt.gz" "$folder/tool-results/empty/x.gz"
export_it "$a"
check test "$(cat "$T/unpacked/companions/tool-results/TOOLU_1.txt")" = 'plain text'
check test "$(cat "$T/unpacked/companions-2/tool-results/toolu_1.txt")" = 'plain text'
check test -f "$T/unpacked/companions/tool-results/empty"
check test "$(cat "$T/unpacked/companions-2/tool-results/empty/x")" = 'plain text'
rm -r "$folder/tool-results/TOOLU_1.txt.gz" "$folder/tool-results/empty"

# named NAME WHY: it is not in the archive, which is whole, and is named.
named() {
	run seshat export --force -o "$T/out.zip" "$a"
	expect_status 5
	unpack "$T/out.zip"
	check test ! -e "$T/unpacked/companions/$1"
	check grep -q "^companions/$1: could not be read: .*$2" \
	    "$T/unpacked/__truncated.txt"
	check test "$(wc -l <"$T/unpacked/__truncated.txt")" = 1
}

test_that "one that is damaged is named, and the others are there"
large=$folder/tool-results/large.txt.gz
cp "$large" "$T/large.gz"
truncate -s -20 "$large"
named tool-results/large.txt 'cut off'
cp "$folder/tool-results/toolu_1.txt.gz" "$T/small.gz"
for size in 0 5 100 -1; do
	truncate -s "$size" "$folder/tool-results/toolu_1.txt.gz"
	cp "$T/large.gz" "$large"
	named tool-results/toolu_1.txt ''
	same "$results/large.txt" "$T/unpacked/companions/tool-results/large.txt"
	cp "$T/small.gz" "$folder/tool-results/toolu_1.txt.gz"
done
gzip -dc "$T/small.gz" | gzip >"$folder/tool-results/toolu_1.txt.gz"
named tool-results/toolu_1.txt 'another program'
cp "$T/small.gz" "$folder/tool-results/toolu_1.txt.gz"

test_that "dates far away stay in order, and are the latest that a zip has"
cp "$folder/tool-results/toolu_1.txt.gz" "$T/small.gz"
sed -i 's/ d=[0-9]*-/ d=9999-/' "$folder/tool-results/toolu_1.txt.gz"
lines "$a" "$demo" 21 21 | sed 's/2026-/9998-/' >>"$source"
mirror --everywhere
export_it "$a"
check /usr/bin/python3 -c 'import sys, zipfile
years = {i.filename: i.date_time[0]
    for i in zipfile.ZipFile(sys.argv[1]).infolist()}
for name in "companions/tool-results/toolu_1.txt", "transcript.jsonl":
    assert years[name] == 2107, years' "$T/out.zip"
cp "$T/small.gz" "$folder/tool-results/toolu_1.txt.gz"

test_that "damage inside one shows when the zip is tested"
vault_sync
flip_byte "$large" 60000
run seshat export --force -o "$T/out.zip" "$a"
expect_status 0
! unzip -tqq "$T/out.zip" >"$T/hits" 2>&1 || fail "it does not show"
check grep -q large.txt "$T/hits"
cp "$T/large.gz" "$large"

test_that "a download has its length, and goes on where it broke off"
serve
one_zip="/api/sessions/$a/download?method=store"
get 200 "$one_zip"
cp "$T/out" "$T/whole.zip"
unpack "$T/whole.zip"
are_there "$T/unpacked/companions"
size=$(stat -c %s "$T/whole.zip")
check test "$(header Content-Length)" = "$size"
tag=$(header ETag)
at=$(/usr/bin/python3 -c 'import sys, zipfile
for i in zipfile.ZipFile(sys.argv[1]).infolist():
	if i.filename.endswith("large.txt"):
		print(i.header_offset, i.header_offset + i.compress_size // 2,
		    i.header_offset + i.compress_size + 200)' "$T/whole.zip")
for from in 1 $at "$((size - 3))"; do
	get 206 "$one_zip" -H "Range: bytes=$from-" -H "If-Range: $tag"
	tail -c "+$((from + 1))" "$T/whole.zip" >"$T/want"
	same "$T/want" "$T/out"
	get 206 "$one_zip" -H "Range: bytes=$from-$((from + 1000))"
	head -c 1001 "$T/want" >"$T/first"
	same "$T/first" "$T/out"
done
get 200 /api/projects/demo/download
cp "$T/out" "$T/all.zip"
unpack "$T/all.zip"
are_there "$(folder_of_all)"

test_that "another file in its place makes another download"
printf 'other text\n' >"$results/toolu_1.txt"
touch -d '1 minute ago' "$results/toolu_1.txt"
mirror --everywhere
get 200 "$one_zip" -H "If-Range: $tag" -H "Range: bytes=5-"
[ "$(header ETag)" != "$tag" ] || fail "the same tag"
unpack "$T/out"
check test "$(cat "$T/unpacked/companions/tool-results/toolu_1.txt")" = 'other text'

test_that "an archived session has them, too"
printf 'plain text\n' >"$results/toolu_1.txt"
touch -d '1 minute ago' "$results/toolu_1.txt"
mirror --everywhere
run seshat stop "$a"
expect_status 0
run seshat compact --archive "$a"
expect_status 0
export_it "$a"
same "$source" "$T/unpacked/transcript.jsonl"
are_there "$T/unpacked/companions"

# The large one is longer than what pipes and buffers hold, and goes first.
if [ "${STORE-file}" = file ]; then
	test_that "one that is replaced or deleted meanwhile is named"
	begin
	bytes 3000000 >"$results/large.txt"
	echo last >"$results/z"
	find "$CLAUDE_CONFIG_DIR" -type f -exec touch -d '1 minute ago' {} +
	mirror --everywhere
	folder=$(echo "$in_vault/$a"/beside/*/tool-results)
	export folder
	cp "$folder/toolu_1.txt.gz" "$T/small.gz"
	for what in 'rm "$folder/toolu_1.txt.gz"' \
	    'cp "$folder/z.gz" "$folder/new"
	    mv -f "$folder/new" "$folder/toolu_1.txt.gz"' \
	    ': >"$folder/new"; mv -f "$folder/new" "$folder/toolu_1.txt.gz"'; do
		slowly 200000 "$what" seshat export -o - "$a"
		expect_status 5
		unpack "$T/slow.zip"
		check test ! -e "$T/unpacked/companions/tool-results/toolu_1.txt"
		check test "$(cat "$T/unpacked/companions/tool-results/z")" = last
		same "$results/large.txt" \
		    "$T/unpacked/companions/tool-results/large.txt"
		check grep -q '^companions/tool-results/toolu_1.txt (11 bytes): ' \
		    "$T/unpacked/__truncated.txt"
		check test "$(wc -l <"$T/unpacked/__truncated.txt")" = 1
		cp "$T/small.gz" "$folder/toolu_1.txt.gz"
	done
fi

finish
