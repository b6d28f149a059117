# 'seshat compact --archive': what has ended is packed with zstd, every reader
# reads it, and it thaws by itself.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/stored.sh"
. "$SESHAT_SOURCE/tests/cli/web.sh"

a=aaaaaaaa-2222-4333-8444-555555555555
b=bbbbbbbb-2222-4333-8444-555555555555
demo=$T/work/demo
state=$XDG_STATE_HOME/seshat
mkdir -p "$demo"
vault_ages

# grow FROM TO: one more line and mirrored, for each.
grow() {
	for i in $(seq "$1" "$2"); do
		lines "$a" "$demo" "$i" "$i" >>"$source"
		mirror --everywhere --no-redact
	done
}

# stored LINES: a session of so many lines, each a part of its own.
stored() {
	anew
	fake "$a" "$demo" 1
	mirror --everywhere --no-redact
	grow 2 "$1"
}

end() {
	run seshat stop "$a"
	expect_status 0
}

archive() {
	run seshat compact --archive "$@" "$a"
	expect_status 0
}

# ended LINES: stored, and the session has ended.
ended() {
	stored "$1"
	end
	cp "$source" "$T/wanted"
}

# listed: the objects that the checkpoint lists, by name.
listed() {
	python3 -c 'import json, sys
for p in json.load(open(sys.argv[1]))["parts"]: print(p["key"])' "$(checkpoint)"
}

# says EXPRESSION: true in Python of the checkpoint, d.
says() {
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
sys.exit(not eval(sys.argv[2]))' "$(checkpoint)" "$1" ||
	    fail "not so: $1: $(cat "$(checkpoint)")"
}

age() {
	# shellcheck disable=SC2046 # one object a word
	vault_age "$1" $(objects)
}

# reads FILE: what can be read is the file, and nothing is damaged.
reads() {
	run seshat show "$a" --raw
	expect_status 0
	same "$1" "$T/out"
	run seshat show "$a" --raw --tail 3
	expect_status 0
	tail -n 3 "$1" >"$T/tail"
	same "$T/tail" "$T/out"
	run seshat verify
	expect_status 0
}

contents() {
	snapshot | grep -v '^\. '
}

test_that "a session that goes on is refused, and stays as it is"
stored 3
contents >"$T/before"
run seshat compact --archive "$a"
expect_status 1
err_has "$a: it has not ended, and only what has is archived"
run seshat compact --archive --all
expect_status 0
expect_out "archived 0 sessions, 1 not ended"
contents >"$T/after"
same "$T/before" "$T/after"

test_that "what has ended becomes one object, of which every byte can be read"
end
cp "$source" "$T/wanted"
archive
out_has "^archived claude-code/$a: 3 parts into 1 object, .* instead of .*, 3 wait 2 h for their readers$"
check test "$(listed | wc -l)" = 1
listed | grep -Eq '^archive-[0-9a-f]{8}-00000000-00000002-[0-9a-f]{8}\.jsonl\.zst$' ||
    fail "$(listed)"
says 'd["schema_version"] == 2 and d["ended_at"]'
says 'not {"body_offset", "body_size"} & d["parts"][0].keys()'
says 'len(d["parts"][0]["crc32"]) == 8'
reads "$T/wanted"
run seshat verify --source
expect_status 0

test_that "any zstd reads it, and passes over what stands in front"
zstd -q -d --long -c "$(objects archive)" >"$T/out" || fail "zstd: $?"
same "$T/wanted" "$T/out"
zstd -q -d -c "$(objects archive)" >"$T/out" || fail "zstd: $?"
same "$T/wanted" "$T/out"
zstd -lv "$(objects archive)" >"$T/out" 2>&1
out_has '^# Zstandard Frames: 1'
out_has '^# Skippable Frames: 1'
out_has '^Check: XXH64'
head -c 11 "$(objects archive)" | tail -c 3 >"$T/out"
expect_out SE1

test_that "done again it changes nothing, and what it replaced goes after 2 hours"
contents >"$T/before"
archive
expect_out "claude-code/$a: nothing to archive, 3 wait 2 h for their readers"
run seshat compact "$a"
expect_out "claude-code/$a: nothing to merge, 3 wait 2 h for their readers"
contents >"$T/after"
same "$T/before" "$T/after"
age '130 minutes'
archive
expect_out "claude-code/$a: nothing to archive, 3 deleted"
check test "$(count)" = 1
reads "$T/wanted"
says 'd["garbage"] == []'

test_that "every other reader reads it: lines, events, search, listings, the audit"
run seshat show "$a" --tail 2
expect_status 0
out_has 'line 3'
run seshat search 'line 2' --json
expect_status 0
out_has "$a"
run seshat list --json
out_has '"lines":3,'
out_has "\"stored_bytes\":$(wc -c <"$(objects archive)")"
run seshat stats
expect_status 0
run seshat audit
expect_status 0
out_has '1 session'
run timeout 60 "$SESHAT_BIN" show "$a" --raw --follow
expect_status 0
same "$T/wanted" "$T/out"

test_that "the examples read it, or say what they need"
for reader in read_vault.py read-vault.mjs; do
	program=$SESHAT_SOURCE/share/examples/$reader
	case $reader in
	*.py) with=$(python3 -c 'import sys; print(sys.executable)') ;;
	*) with=$(command -v node) || continue ;;
	esac
	run "$with" "$program" "$vault" "$a"
	expect_status 0
	same "$T/wanted" "$T/out"
	mkdir -p "$T/nothing"
	run env PATH="$T/nothing" "$with" "$program" "$vault" "$a"
	[ "$status" = 0 ] && same "$T/wanted" "$T/out" ||
	    err_has 'is archived: this needs (Python 3.14|Node 22.15), or the program zstd'
done

test_that "an export has the transcript, packed with deflate"
run seshat export "$a" -o "$T/a.zip" --force
expect_status 0
rm -rf "$T/a"
unzip -q -d "$T/a" "$T/a.zip" || fail "unzip: $?"
same "$T/wanted" "$T/a/transcript.jsonl"
(cd "$T/a" && sha256sum -c --quiet SHA256SUMS) || fail "SHA256SUMS"
grep -q transcript.jsonl "$T/a/SHA256SUMS" || fail "no sum"
unzip -v "$T/a.zip" >"$T/out"
out_has 'Defl:.* transcript.jsonl'
run seshat export "$a" --method store -o "$T/b.zip" --force
expect_status 0
unzip -p "$T/b.zip" transcript.jsonl >"$T/out"
same "$T/wanted" "$T/out"

test_that "the server gives it: whole, from the middle, its events, a download that goes on"
serve
get 200 "/api/sessions/$a/raw"
same "$T/wanted" "$T/out"
get 206 "/api/sessions/$a/raw" -r 100-199
head -c 200 "$T/wanted" | tail -c 100 >"$T/want"
same "$T/want" "$T/out"
get 200 "/api/sessions/$a/events?from=2"
out_has 'line 3'
get 200 "/api/sessions/$a/download"
check test -z "$(header Content-Length)"
unzip -p "$T/out" transcript.jsonl >"$T/text"
same "$T/wanted" "$T/text"
get 200 "/api/sessions/$a/download?method=store"
cp "$T/out" "$T/whole.zip"
check test "$(header Content-Length)" = "$(wc -c <"$T/whole.zip")"
get 206 "/api/sessions/$a/download?method=store" -r 5000-
tail -c +5001 "$T/whole.zip" >"$T/want"
same "$T/want" "$T/out"
end_serve

test_that "another vault imports it, and an agent gets it back"
rm -rf "$T/other"
run seshat --store "file://$T/other" import --no-redact "$(vault_url)"
expect_status 0
run seshat --store "file://$T/other" show "$a" --raw
same "$T/wanted" "$T/out"
find "$T/other" -name 'archive-*' >"$T/hits"
check test "$(wc -l <"$T/hits")" = 1
run seshat --store "file://$T/other" verify
expect_status 0
run seshat --store "file://$T/other" import --no-redact "$(vault_url)"
expect_status 0
check test "$(find "$T/other" -name 'archive-*' | wc -l)" = 1
rm "$source"
run seshat restore "$a"
expect_status 0
same "$T/wanted" "$source"

test_that "a copy whose original was archived since takes the archive"
rm -rf "$T/other"
ended 3
run seshat --store "file://$T/other" import --no-redact "$(vault_url)"
expect_status 0
archive
run seshat --store "file://$T/other" import --no-redact "$(vault_url)"
expect_status 0
run seshat --store "file://$T/other" show "$a" --raw
same "$T/wanted" "$T/out"
run seshat --store "file://$T/other" verify
expect_status 0
check test "$(find "$T/other" -name 'stream-*' | wc -l)" = 1

test_that "it is published, and shown as a page"
mkdir -p "$T/there"
run seshat publish "$a" --format tracecraft --to "file://$T/there"
expect_status 0
find "$T/there" -name 'part-*' -exec cat {} + >"$T/out"
same "$T/wanted" "$T/out"
run seshat show "$a" --html
expect_status 0
out_has 'line 3'

test_that "removed, nothing is left of it"
run seshat rm "$a" --yes
expect_status 0
check test "$(count)" = 0

test_that "a session that goes on just goes on, in the same stream"
ended 3
run seshat search 'line 2' --json
expect_status 0
archive
age '3 hours'
archive
grow 4 5
run seshat search 'line 5' --json
expect_status 0
check test "$(wc -l <"$T/out")" = 1
run seshat search 'line 2' --json
check test "$(wc -l <"$T/out")" = 1
check test "$(count archive)" = 1
check test "$(count part)" = 2
check test "$(find "$vault" -name 'stream-*' | wc -l)" = 1
reads "$source"
run seshat show "$a" --json
out_has '"ended_at":null'
run seshat compact --archive "$a"
expect_status 1
err_has 'has not ended'

test_that "merging leaves it alone"
grow 6 8
run seshat compact "$a"
expect_status 0
out_has ': 5 parts into 1 object'
says 'd["ended_at"] is None and d["end_reason"] is None'
check test "$(listed | sed 's/-.*//' | tr '\n' ' ')" = "archive merged "
reads "$source"

test_that "the next --archive packs it again"
grow 9 9
end
archive
out_has ': 3 parts into 1 object'
age '3 hours'
archive
check test "$(count)" = 1
reads "$source"

test_that "without a state it goes on as well"
rm -r "$state"
grow 10 10
check test "$(find "$vault" -name 'stream-*' | wc -l)" = 1
reads "$source"
end
archive
says 'd["schema_version"] == 2'
reads "$source"

test_that "a torn last line stays a part, and counts"
ended 2
printf '{"type":"user","torn' >>"$source"
mirror --everywhere --no-redact
end
archive
check test "$(listed | sed 's/-.*//' | tr '\n' ' ')" = "archive part "
reads "$source"
printf '":1}\n' >>"$source"
mirror --everywhere --no-redact
reads "$source"
end
archive
check test "$(listed | wc -l)" = 1
reads "$source"

test_that "--all takes what has ended; --json tells of each; ids or --all, not both"
ended 4
cp "$source" "$T/kept"
fake "$b" "$T/work/beside" 3
mirror --everywhere --no-redact
run seshat compact --archive --all --json
expect_status 0
out_has "^{\"session_id\":\"$a\",.*\"merged\":4,\"made\":1,\"moved_bytes\":[0-9]+,.*\"not_ended\":0,\"text_bytes\":$(wc -c <"$T/kept"),\"replaced_bytes\":[0-9]+}$"
out_has "^{\"session_id\":\"$b\",.*\"merged\":0,.*\"not_ended\":1,\"text_bytes\":0,"
run seshat compact --archive --all
expect_out "archived 0 sessions, 1 not ended"
run seshat compact --all
expect_status 0
out_has '^compacted 0 sessions'
run seshat compact --archive --all "$a"
expect_status 2
run seshat compact --archive
expect_status 2
reads "$T/kept"

# flip AT: a byte of the archived object is another one.
flip() {
	python3 -c 'import os, sys
with open(sys.argv[1], "r+b") as f:
    at = int(sys.argv[2])
    f.seek(at if at >= 0 else os.path.getsize(sys.argv[1]) + at)
    c = f.read(1)
    f.seek(-1, 1)
    f.write(bytes([c[0] ^ 1]))' "$(objects archive)" "$1"
}

for at in 1 5 9 10 -1 -9 -60; do
	test_that "a byte that flips at $at is found, and nothing of it is shown"
	ended 30
	archive
	age '3 hours'
	archive
	grow 31 31
	end
	flip $at
	run seshat verify
	expect_status 5
	out_has "$(objects archive | sed 's:.*/::')|archive-"
	run seshat show "$a" --raw
	expect_status 5
	expect_out ""
	run seshat export "$a" -o "$T/bad.zip" --force
	expect_status 5
	run seshat compact --archive "$a"
	expect_status 5
	err_has 'what is damaged was left as it is'
	check test "$(listed | wc -l)" = 2
	run seshat verify --repair
	expect_status 0
	run seshat show "$a" --raw
	expect_status 0
	same "$source" "$T/out"
done

test_that "one that says it is of another writer stays as it is, and is told"
ended 3
archive
grow 4 5
end
flip 20
run seshat verify
expect_status 5
run seshat compact --archive "$a"
expect_status 5
out_has ': 2 parts into 1 object'

test_that "a few lines that would not be smaller stay as they are"
anew
fake "$a" "$demo" 2
mirror --everywhere --no-redact
end
archive
expect_out "claude-code/$a: nothing to archive"
check test "$(count archive)" = 0

test_that "a damaged part that no checkpoint lists is told, and all else is archived"
stored 9
victim=$(objects part-00000007)
fake "$a" "$demo" 10
sed -i 's/line 1"/another"/' "$source"
mirror --everywhere --no-redact
end
# its length, in the last bytes
truncate -s -4 "$victim"
printf 'long' >>"$victim"
rm -rf "$state/spool"
run seshat compact --archive "$a"
expect_status 5
out_has "^archived claude-code/$a: "
err_has 'what is damaged was left as it is'
run seshat show "$a" --raw
expect_status 0
same "$source" "$T/out"

test_that "of many streams none is loaded once for each of them"
anew
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
	fake "$a" "$demo" 30
	sed -i "s/\"line /\"text $i of line /" "$source"
	mirror --everywhere --no-redact
done
end
archive -v
out_has ': 12 parts into 12 objects'
n=$(grep -c 'store: get .*/stream-' "$T/err")
check test "$n" -le 100
reads "$source"

test_that "where its disk is full that is told, and not as damage"
anew
fake "$a" "$demo" 2
for i in 3 4; do
	python3 -c 'import json, random, sys
print(json.dumps({"type": "user", "uuid": sys.argv[1],
    "timestamp": "2026-01-01T00:00:00.000Z", "message": {"role": "user",
    "content": "%0200000x" % random.getrandbits(800000)}}))' $i >>"$source"
	mirror --everywhere --no-redact
done
end
contents >"$T/before"
run sh -c 'trap "" XFSZ
ulimit -f 64
exec "$@"' sh "$SESHAT_BIN" compact --archive "$a"
expect_status 1
err_has 'the state cannot be kept .XDG_STATE_HOME .*File too large'
contents >"$T/after"
same "$T/before" "$T/after"
archive
reads "$source"

test_that "cut off anywhere it is damage"
ended 9
archive
age '3 hours'
archive
object=$(objects archive)
cp "$object" "$T/object"
for n in 0 7 9 40 300 $(($(wc -c <"$T/object") - 1)); do
	head -c "$n" "$T/object" >"$object"
	run seshat verify
	expect_status 5
	run seshat show "$a" --raw
	expect_status 5
	expect_out ""
done
(cat "$T/object" && echo x) >"$object"
run seshat verify
expect_status 5

test_that "its header's lengths and CRC-32 are those of what is behind it"
for key in n z s; do
	cp "$T/object" "$object"
	python3 -c 'import re, sys
with open(sys.argv[1], "r+b") as f:
    at = re.search(b" %s=[0-9a-f]*" % sys.argv[2].encode(), f.read(600)).end()
    f.seek(at - 1)
    c = f.read(1)
    f.seek(-1, 1)
    f.write(b"2" if c == b"1" else b"1")' "$object" $key
	run seshat verify
	expect_status 5
	run seshat show "$a" --raw
	expect_status 5
	expect_out ""
done

test_that "without a checkpoint one that says it holds more than is possible is damage"
checkpoint=$(checkpoint)
mv "$checkpoint" "$T/checkpoint"
python3 -c 'import re, sys
d = open(sys.argv[1], "rb").read()
end = 8 + int.from_bytes(d[4:8], "little")
head = re.sub(rb" s=[0-9]+", b" s=%d" % (2**64 - 1), d[8:end])
with open(sys.argv[2], "wb") as f:
    f.write(d[:4] + len(head).to_bytes(4, "little") + head + d[end:])' \
    "$T/object" "$object"
run timeout 60 "$SESHAT_BIN" export "$a" -o "$T/bad.zip" --force
expect_status 5
run timeout 60 "$SESHAT_BIN" show "$a" --raw --tail 1
expect_status 5
expect_out ""
mv "$T/checkpoint" "$checkpoint"

test_that "without its checkpoint its name and its header tell enough"
cp "$T/object" "$object"
rm "$(checkpoint)"
run seshat show "$a" --raw
expect_status 0
same "$T/wanted" "$T/out"
grow 10 10
reads "$source"

test_that "what a later version wrote is not touched, and that is said"
ended 3
archive
sed -i 's/"schema_version":2/"schema_version":3/' "$(checkpoint)"
lines "$a" "$demo" 4 4 >>"$source"
contents >"$T/before"
for command in "show $a --raw" "compact $a" "compact --archive $a"; do
	# shellcheck disable=SC2086 # words
	run seshat $command
	[ "$status" != 0 ] && [ "$status" != 5 ] || fail "$command: $status"
	err_has 'a later version of seshat wrote it .format 3, this one reads 2.: update seshat'
done
contents >"$T/after"
same "$T/before" "$T/after"

test_that "an audit replaces what holds a secret, and it can be archived again"
ended 3
secret=AKIA$(printf %s QYLPMN5HHHFPZAM2)
lines "$a" "$demo" 4 4 | sed "s/line 4/$secret/" >>"$source"
mirror --everywhere --no-redact
end
archive
grep -q "$secret" "$source" || fail "no secret"
run seshat audit
expect_status 1
run seshat audit --fix
expect_status 0
check test "$(count archive)" = 0
head -c 600 "$(objects merged)" | tr '\0' '\n' >"$T/head"
grep -aq ' v=' "$T/head" || fail "no header"
! grep -aEq ' (n|z)=' "$T/head" || fail "of the archived one: $(cat "$T/head")"
seshat show "$a" --raw >"$T/clean" || fail "show"
grep -q REDACTED "$T/clean" || fail "nothing was redacted"
archive
check test "$(listed | grep -c ^archive-)" = 1
run seshat show "$a" --raw
same "$T/clean" "$T/out"
run seshat audit
expect_status 0

# noise FROM TO: lines that take a while to pack, and become smaller: what they
# repeat is too far away for gzip.
noise() {
	python3 -c 'import json, random, sys
chance = random.Random(int(sys.argv[1]))
for n in range(int(sys.argv[1]), int(sys.argv[2]) + 1):
    print(json.dumps({"type": "user", "uuid": str(n),
        "timestamp": "2026-01-01T00:00:00.000Z", "message": {"role": "user",
        "content": 2 * ("%050000x" % chance.getrandbits(200000))}}))' "$1" "$2"
}

# pack: 'compact --archive' that packs and is stopped, as process $packing.
pack() {
	"$SESHAT_BIN" compact --archive "$a" >"$T/packed" 2>"$T/why" &
	packing=$!
	python3 "$SESHAT_SOURCE/tests/cli/stop_packing.py" "$packing" \
	    "$(find "$state" -name locks)" 2>"$T/err" || fail "$(cat "$T/err")"
}

# packed: its status, when it goes on.
packed() {
	kill -CONT "$packing"
	status=0
	wait "$packing" || status=$?
	vault_sync
	return $status
}

test_that "while it packs nobody waits: what goes on is stored, and is not archived"
anew
fake "$a" "$demo" 2
noise 1 16 >>"$source"
mirror --everywhere --no-redact
end
contents >"$T/before"
pack
contents >"$T/after"
same "$T/before" "$T/after"
noise 17 17 >>"$source"
run timeout 60 "$SESHAT_BIN" mirror --everywhere --no-redact
expect_status 0
reads "$source"
if packed; then fail "it was archived"; fi
cp "$T/why" "$T/err"
err_has "$a: it has not ended"
check test "$(count archive)" = 0
check test "$(count part)" = 2
reads "$source"

test_that "what was ended again meanwhile, or merged, is packed as it is then"
end
pack
noise 18 18 >>"$source"
mirror --everywhere --no-redact
end
run timeout 60 "$SESHAT_BIN" compact "$a"
expect_status 0
packed || fail "$(cat "$T/why")"
check test "$(listed | sed 's/-.*//' | tr '\n' ' ')" = "archive "
reads "$source"

test_that "two at once make one archive"
noise 19 22 >>"$source"
mirror --everywhere --no-redact
end
pack
archive
packed || fail "$(cat "$T/why")"
check test "$(listed | wc -l)" = 1
reads "$source"
age '3 hours'
archive
check test "$(count archive)" = 1

test_that "killed while it packs it leaves nothing behind"
noise 23 24 >>"$source"
mirror --everywhere --no-redact
end
contents >"$T/before"
pack
kill -KILL "$packing"
wait "$packing" 2>/dev/null || true
contents >"$T/after"
same "$T/before" "$T/after"
archive
check test "$(listed | wc -l)" = 1
reads "$source"

if in_folder "what is in memory is the same, and it is large"; then
test_that "one that is larger than an object becomes several; memory stays bounded"
anew
source=$(source_of "$a" "$demo")
mkdir -p "${source%/*}"
python3 - "$source" "$a" "$demo" <<'END'
import json, random, sys
path, session, cwd = sys.argv[1:]
chance = random.Random(1)
words = ["".join(chance.choices("abcdefghijklmnop", k=7)) for _ in range(9999)]
texts = [" ".join(chance.choices(words, k=5000)) for _ in range(30)]
with open(path, "w") as f:
    n = 0
    while f.tell() < 70 << 20:
        n += 1
        f.write(json.dumps({"type": "user", "sessionId": session, "cwd": cwd,
            "uuid": str(n), "timestamp": "2026-01-01T00:00:00.000Z", "message":
            {"role": "user", "content": chance.choice(texts)}}))
        f.write("\n")
END
mirror --everywhere --no-redact
end
# peak COMMAND...: MiB that it took.
peak() {
	vault_sync
	python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[2:], stdout=open(sys.argv[1], "wb"), check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)' "$T/peak" "$@"
}
mib=$(peak "$SESHAT_BIN" compact --archive "$a")
case ${ASAN_OPTIONS-} in
'') check test "$mib" -le 250 ;;
esac
vault_sync
check test "$(listed | grep -c ^archive-)" = 3
mib=$(peak "$SESHAT_BIN" show "$a" --raw)
case ${ASAN_OPTIONS-} in
'') check test "$mib" -le 120 ;;
esac
same "$source" "$T/peak"
mib=$(peak "$SESHAT_BIN" show "$a" --raw --tail 2)
case ${ASAN_OPTIONS-} in
'') check test "$mib" -le 120 ;;
esac
tail -n 2 "$source" >"$T/want"
same "$T/want" "$T/peak"
run seshat verify --source
expect_status 0
archive
out_has 'nothing to archive'

test_that "a page of it fetched again is the same, and of an object that was damaged since"
serve
page=/sessions/claude-code/$a
# the page, but for how long ago the session ended
steady() {
	get 200 "$page?from=1000"
	sed '/<dt>Ended</d' "$T/out" >"$T/steady"
}
steady
check grep -q '<dt>Lines<' "$T/steady"
cp "$T/steady" "$T/page"
steady
same "$T/page" "$T/steady"
sed -n 1000p "$source" | tr -d '\n' >"$T/line"
get 200 "$page/line?line=1000"
same "$T/line" "$T/out"
objects archive | while read -r object; do
	printf XXXX | dd of="$object" bs=1 conv=notrunc 2>/dev/null \
	    seek=$(($(wc -c <"$object") - 14))
done
steady
same "$T/page" "$T/steady"
get 200 "$page?from=300"
out_has 'cannot be read'
get 200 "$page?from=300"
out_has 'cannot be read'
end_serve
run seshat show "$a" --raw
expect_status 5
expect_out ""
fi

finish
