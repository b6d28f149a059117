# 'seshat export' from the vault, and of files that change while it is sent.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/zips.sh"

a=aaaaaaaa-2222-4333-8444-555555555555
b=bbbbbbbb-2222-4333-8444-555555555555
demo=$T/work/demo
mkdir -p "$demo/.git"
v=$T/volume

# export_it ARGUMENT...: to $T/out.zip; must succeed.
export_it() {
	run seshat export --force -o "$T/out.zip" "$@"
	expect_status 0
}

# has_transcript ID [FOLDER]: the archive's is what show prints of it.
has_transcript() {
	seshat show "$1" --raw >"$T/raw"
	same "$T/raw" "$T/unpacked/${2-}transcript.jsonl"
}

test_that "a session of the vault: ours, its files, transcript, session.json, sums"
fake "$a" "$demo" 50
mirror --everywhere
mkdir -p "$T/ws/src"
echo 'print(1)' >"$T/ws/src/a.py"
head -c 50000 /dev/urandom >"$T/ws/m.bin"
echo mine >"$T/ws/transcript.jsonl"
echo mine >"$T/ws/session.json"
echo mine >"$T/ws/README.md"
run seshat workspace add "$a" "$T/ws"
expect_status 0
export_it "$a"
{
	ours
	printf '%s\n' workspace/README.md m.bin workspace/session.json src/a.py \
	    workspace/transcript.jsonl transcript.jsonl session.json SHA256SUMS
} | names_are "$T/out.zip"
unpack "$T/out.zip"
has_transcript "$a"
same "$source" "$T/unpacked/transcript.jsonl"
same "$T/ws/m.bin" "$T/unpacked/m.bin"
check grep -q '  transcript.jsonl$' "$T/unpacked/SHA256SUMS"
check grep -q "\"session_id\": \"$a\"" "$T/unpacked/session.json"
check grep -q '"harness": "claude-code"' "$T/unpacked/session.json"

test_that "of a session without a workspace there is the transcript"
fake "$b" "$demo" 3
mirror --everywhere
export_it "$b"
{
	ours
	printf '%s\n' transcript.jsonl session.json SHA256SUMS
} | names_are "$T/out.zip"

test_that "the same sessions give the same bytes, also with another state"
export_it --project demo
cp "$T/out.zip" "$T/first.zip"
rm -r "$XDG_STATE_HOME/seshat"
export_it --project demo
same "$T/first.zip" "$T/out.zip"
unpack "$T/out.zip"
check test "$(names "$T/out.zip" | grep -c '^sessions/[^/]*/transcript.jsonl$')" = 2
check test "$(names "$T/out.zip" | grep -c 'trainable.py$')" = 1

test_that "several parts, merged ones, and a line that is torn are what show prints"
for i in 51 52 53 54; do
	lines "$a" "$demo" "$i" "$i" >>"$(source_of "$a" "$demo")"
	mirror --everywhere
done
printf '{"type":"user","torn' >>"$(source_of "$a" "$demo")"
mirror --everywhere
export_it "$a"
unpack "$T/out.zip"
has_transcript "$a"
run seshat compact "$a"
expect_status 0
export_it "$a"
unpack "$T/out.zip"
has_transcript "$a"
check test "$(wc -l <"$T/unpacked/transcript.jsonl")" = 54

test_that "of a rewritten session it is the current stream"
lines "$a" "$demo" 70 80 >"$(source_of "$a" "$demo")"
mirror --everywhere
export_it "$a"
unpack "$T/out.zip"
has_transcript "$a"
check test "$(wc -l <"$T/unpacked/transcript.jsonl")" = 11

test_that "--html shows the transcript, and what is no text is escaped"
c=cccccccc-2222-4333-8444-555555555555
fake "$c" "$demo" 2
printf '{"type":"user","sessionId":"%s","cwd":"%s","timestamp":"2026-01-01T00:00:00Z","uuid":"9","message":{"role":"user","content":"<script>alert(1)</script> & \\u0000 \\"x\\" <img src=x onerror=y>"}}\n' \
    "$c" "$demo" >>"$source"
mirror --everywhere
export_it --html "$c"
{
	ours
	printf '%s\n' transcript.jsonl transcript.html session.json SHA256SUMS
} | names_are "$T/out.zip"
unpack "$T/out.zip"
check grep -q '&lt;script&gt;alert(1)&lt;/script&gt; &amp;' \
    "$T/unpacked/transcript.html"
! grep -iq '<script\|<img' "$T/unpacked/transcript.html" || fail "not escaped"
check grep -q 'line 2' "$T/unpacked/transcript.html"
talk "$c" "$demo" >"$source"
mirror --everywhere
export_it --html "$c"
unpack "$T/out.zip"
check grep -Fq '<p class="cut">An image that is not shown (image/png)</p>' \
    "$T/unpacked/transcript.html"
check grep -Fq '<p>all of that</p>' "$T/unpacked/transcript.html"
check test "$(grep -c '<article' "$T/unpacked/transcript.html")" = 5
check test "$(grep -c 'class="turn compaction"' \
    "$T/unpacked/transcript.html")" = 2

test_that "a title of a person's does nothing in the README"
d=dddddddd-2222-4333-8444-555555555555
fake "$d" "$demo" 1
printf '{"type":"summary","summary":"# <b>x</b> [a](http://x) | `y`","leafUuid":"1"}\n' \
    >>"$source"
mirror --everywhere
export_it "$d"
unpack "$T/out.zip"
! grep -q '<b>\|\[a\](' "$T/unpacked/README.md" || fail "$(head -n 3 "$T/unpacked/README.md")"

if /usr/bin/python3 -c 'import sqlite3' 2>/dev/null; then
	test_that "a session of rows is exported as show prints it"
	HERMES_HOME=$T/hermes
	export HERMES_HOME
	mkdir -p "$HERMES_HOME"
	/usr/bin/python3 "$SESHAT_SOURCE/tests/cli/hermes.py" \
	    "$HERMES_HOME/state.db" make one
	/usr/bin/python3 "$SESHAT_SOURCE/tests/cli/hermes.py" \
	    "$HERMES_HOME/state.db" say one 1 9
	mirror --everywhere --no-redact
	export_it one
	unpack "$T/out.zip"
	has_transcript one
	check test -s "$T/unpacked/transcript.jsonl"
	export_it --html one
	unpack "$T/out.zip"
fi

test_that "the cap takes the transcript first, and names what is over it"
size=$(stat -c %s "$T/ws/m.bin")
run seshat export --force -o "$T/out.zip" --max-bytes 20000 "$a"
expect_status 5
unpack "$T/out.zip"
has_transcript "$a"
check test "$(cat "$T/unpacked/__truncated.txt")" = "m.bin ($size bytes): over the cap"
run seshat export --force -o "$T/out.zip" --max-bytes 10 "$a"
expect_status 5
is_zip "$T/out.zip"
cat_of "$T/out.zip" __truncated.txt >"$T/out"
out_has '^transcript.jsonl \([0-9]+ bytes\): over the cap$'

test_that "what is not in the vault is status 3"
run seshat export -o "$T/x.zip" nothing
expect_status 3
run seshat export -o "$T/x.zip" --project nothing
expect_status 3
check test ! -e "$T/x.zip"

test_that "a stored file that is damaged is named, and the zip is whole"
f=$(find "$vault" -path "*/$a/workspace/src/a.py")
chmod u+w "$f"
printf 'print(2)\n' >"$f"
run seshat export --force -o "$T/out.zip" "$a"
expect_status 5
unpack "$T/out.zip"
check grep -q '^src/a.py (9 bytes): .*SHA-256' "$T/unpacked/__truncated.txt"
rm "$f"
run seshat export --force -o "$T/out.zip" "$a"
expect_status 5
unpack "$T/out.zip"
check grep -q '^src/a.py (9 bytes): could not be read' "$T/unpacked/__truncated.txt"
check test ! -e "$T/unpacked/src/a.py"

test_that "a damaged part: what can be read of the transcript, and the rest is named"
e=eeeeeeee-2222-4333-8444-555555555555
fake "$e" "$demo" 3
mirror --everywhere
lines "$e" "$demo" 4 6 >>"$source"
mirror --everywhere
lines "$e" "$demo" 7 9 >>"$source"
mirror --everywhere
cp "$(parts "$e" | sed -n 2p)" "$T/part"
for how in 'truncate -s -20' rm; do
	$how "$(parts "$e" | sed -n 2p)"
	run seshat export --force -o "$T/out.zip" --html --project demo
	expect_status 5
	unpack "$T/out.zip"
	check grep -q '/transcript.jsonl (.*): could not be read behind these bytes: ' \
	    "$T/unpacked/__truncated.txt"
	lines "$e" "$demo" 1 3 >"$T/three"
	same "$T/three" "$(grep -l "$e" "$T"/unpacked/sessions/*/transcript.jsonl)"
done
cp "$T/part" "$(dirname "$(parts "$e" | head -n 1)")/part-00000001-$(parts "$e" |
    head -n 1 | sed 's/.*-//')"
export_it "$e"
unpack "$T/out.zip"
has_transcript "$e"

# From here on, a volume whose files change while they are sent.  The first one
# is larger than what pipes and buffers hold, and does not shrink.
w=$v/sessions/s
moving() {
	rm -rf "$v"
	mkdir -p "$w"
	head -c 8000000 /dev/urandom >"$w/a"
	for f in b c d e; do
		head -c 100000 /dev/urandom >"$w/$f"
	done
	echo last >"$w/z"
}

# sent: the archive is whole, status 5, and $T/truncated holds what is named.
sent() {
	expect_status 5
	unpack "$T/slow.zip"
	cp "$T/unpacked/__truncated.txt" "$T/truncated" || : >"$T/truncated"
	check test "$(cat "$T/unpacked/z")" = last
}

truncated_has() {
	grep -Eqx -e "$1" "$T/truncated" ||
	    fail "no '$1' in __truncated.txt: $(head "$T/truncated")"
}

test_that "files that grow, shrink, vanish or become links before they are read are named"
moving
W=$w
export W
slowly 200000 'echo more >>"$W/b"; truncate -s 50000 "$W/c"; rm "$W/d"
    rm "$W/e"; ln -s /etc/passwd "$W/e"; mkdir "$W/new"; echo x >"$W/new/x"' \
    seshat export --volume "$v" -o - s
sent
check test "$(wc -l <"$T/truncated")" = 4
truncated_has 'b \(100000 bytes\): changed while reading'
truncated_has 'c \(100000 bytes\): changed while reading \(partial: the first 50000 bytes\)'
truncated_has 'd \(100000 bytes\): could not be read: .*No such file or directory'
truncated_has 'e \(100000 bytes\): could not be read: .*'
check test "$(stat -c %s "$T/unpacked/b")" = 100000
check test "$(stat -c %s "$T/unpacked/c")" = 50000
check test ! -e "$T/unpacked/d"
check test ! -e "$T/unpacked/e"
check test ! -e "$T/unpacked/new"

test_that "a folder that becomes a link, a file that becomes a pipe: nothing is waited for"
moving
mkdir "$w/f" "$T/elsewhere"
echo in >"$w/f/x"
echo out >"$T/elsewhere/x"
slowly 200000 'mv "$W/f" "$W/g"; ln -s "$T/elsewhere" "$W/f"
    rm "$W/b"; mkfifo "$W/b"; rm "$W/c"; mkdir "$W/c"' \
    seshat export --volume "$v" -o - s
sent
check test "$(wc -l <"$T/truncated")" = 3
truncated_has 'f/x \(3 bytes\): could not be read: .*'
truncated_has 'b \(100000 bytes\): could not be read: not a regular file'
check test ! -e "$T/unpacked/f"
rm -r "$T/elsewhere"

for what in 'echo more >>' 'truncate -s 3000000' 'rm' 'cp /dev/null'; do
	test_that "in the middle of a file: $what"
	moving
	cp "$w/a" "$T/a"
	slowly 200000 "$what \"\$W/a\"" seshat export --volume "$v" -o - s
	sent
	truncated_has 'a \(8000000 bytes\): changed while reading.*'
	check test "$(wc -l <"$T/truncated")" = 1
	size=$(stat -c %s "$T/unpacked/a")
	check cmp -s -n "$size" "$T/a" "$T/unpacked/a"
	case $what in
	rm | echo*) check test "$size" = 8000000 ;;
	*) truncated_has "a .*\(partial: the first $size bytes\)" ;;
	esac
done

if can_deny; then
	test_that "a file that may not be read any more is named"
	moving
	slowly 200000 'chmod 0 "$W/b"' \
	    setpriv --bounding-set=-dac_override,-dac_read_search \
	    "$SESHAT_BIN" export --volume "$v" -o - s
	sent
	truncated_has 'b \(100000 bytes\): could not be read: .*Permission denied'
fi

test_that "a session that vanishes: every file of it is named"
moving
slowly 200000 'rm -r "$W"' seshat export --volume "$v" -o - s
expect_status 5
unpack "$T/slow.zip"
check test "$(wc -l <"$T/unpacked/__truncated.txt")" = 6

test_that "--method store, to a pipe: the same"
moving
slowly 200000 'echo more >>"$W/b"; truncate -s 50000 "$W/c"; rm "$W/d"' \
    seshat export --volume "$v" -o - --method store s
sent
check test "$(wc -l <"$T/truncated")" = 3

test_that "damaged sessions of a project are named, and the others are there"
anew
for n in 1 2 3; do
	fake "${n}aaaaaaa-2222-4333-8444-555555555555" "$T/work/many" 3
done
mirror --everywhere
mkdir -p "$vault/ids/claude-code"
echo '{"project":"many"}' \
    >"$vault/ids/claude-code/9aaaaaaa-2222-4333-8444-555555555555"
rm -r "$vault/many/sessions/claude-code/1aaaaaaa"*
rm "$vault/many/sessions/claude-code/3aaaaaaa"*/part-00000000*
run seshat export --project many --force -o "$T/many.zip"
expect_status 5
is_zip "$T/many.zip"
unpack "$T/many.zip"
check test "$(grep -c 'could not be read' "$T/unpacked/__truncated.txt")" -ge 3
check test "$(find "$T/unpacked/sessions" -name transcript.jsonl -size +0 | wc -l)" = 1

test_that "interrupted, an export leaves nothing behind, and what was there"
moving
mkdir "$T/outdir"
echo old >"$T/outdir/x.zip"
truncate -s 4G "$w/large"
for signal in INT TERM HUP; do
	env --default-signal "$SESHAT_BIN" export --volume "$v" \
	    --max-bytes 0 --force -o "$T/outdir/x.zip" s >"$T/out" 2>"$T/err" &
	pid=$!
	i=0
	until ls "$T"/outdir/x.zip.part-* >/dev/null 2>&1 || [ $i = 500 ]; do
		sleep 0.01
		i=$((i + 1))
	done
	kill -"$signal" "$pid"
	status=0
	wait "$pid" || status=$?
	check test "$status" -ne 0
	check test "$(ls "$T/outdir")" = x.zip
	check test "$(cat "$T/outdir/x.zip")" = old
done
rm "$w/large"

disk=$T/disk
mkdir "$disk"
if mount -t tmpfs -o size=1m,mode=0700 none "$disk" 2>/dev/null; then
	at_exit '! mountpoint -q "$disk" || umount "$disk"'
	test_that "a full disk is told, and the old archive stays"
	moving
	echo old >"$disk/x.zip"
	run seshat export --volume "$v" --force -o "$disk/x.zip" s
	expect_status 1
	err_has 'No space left on device'
	check test "$(ls "$disk")" = x.zip
	check test "$(cat "$disk/x.zip")" = old
	run env TMPDIR="$disk" "$SESHAT_BIN" export --volume "$v" -o "$T/y.zip" s
	expect_status 0
	is_zip "$T/y.zip"
else
	test_that "a full disk # SKIP it needs root to mount one"
fi

finish
