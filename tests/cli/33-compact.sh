# Merging: by the mirror as it goes, and by 'seshat compact'.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/stored.sh"
. "$SESHAT_SOURCE/tests/cli/accident.sh"

state=$XDG_STATE_HOME/seshat
vault_ages

# grow FROM TO: one more line and mirrored, for each.
grow() {
	for i in $(seq "$1" "$2"); do
		lines "$a" "$demo" "$i" "$i" >>"$source"
		seshat mirror --everywhere --no-redact >"$T/out" 2>"$T/err" ||
		    fail "mirror: $(cat "$T/err")"
	done
}

# stored LINES: a session of so many lines, each a part of its own.
stored() {
	anew
	fake "$a" "$demo" 1
	mirror --everywhere --no-redact
	grow 2 "$1"
}

# listed: the objects that the checkpoint lists, by name.
listed() {
	python3 -c 'import json, sys
for p in json.load(open(sys.argv[1]))["parts"]: print(p["key"])' "$(checkpoint)"
}

# age SPAN [KIND]: what is stored was stored so long ago.
age() {
	# shellcheck disable=SC2046 # one object a word
	vault_age "$1" $(objects "${2-}")
}

compact() {
	run seshat compact "$@" "$a"
	expect_status 0
}

# hurt_part N: it is damaged, and this machine has no copy of its own.
hurt_part() {
	victim=$(objects part | sed -n "$1p")
	flip_byte "$victim" 300
	rm -rf "$state/spool"
}

# forge_part N: another text has its place, and only the hash tells.
forge_part() {
	victim=$(objects part | sed -n "$1p")
	python3 - "$victim" <<'END'
import struct, sys, zlib
with open(sys.argv[1], "rb") as part:
    data = part.read()
start = 12 + struct.unpack("<H", data[10:12])[0]
text = bytearray(zlib.decompressobj(-15).decompress(data[start:]))
text[20] ^= 1
deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
body = deflate.compress(text) + deflate.flush(zlib.Z_SYNC_FLUSH) + b"\3\0"
with open(sys.argv[1], "wb") as part:
    part.write(data[:start] + body
               + struct.pack("<II", zlib.crc32(text), len(text)))
END
	gzip -t "$victim" || fail "$victim is no gzip any more"
	rm -rf "$state/spool"
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

# is_read: the same of the source, with which it is compared.
is_read() {
	reads "$source"
	run seshat verify --source
	expect_status 0
}

# contents: what is in the vault, but for the folder that temporary files come
# and go in.
contents() {
	snapshot | grep -v '^\. '
}

test_that "a session of one part: nothing to do, nothing is written"
stored 1
contents >"$T/before"
compact
expect_out "claude-code/$a: nothing to merge"
contents >"$T/after"
same "$T/before" "$T/after"

test_that "what can be read is the same before and after, byte for byte"
stored 12
cp "$source" "$T/wanted"
compact
out_has "^compacted claude-code/$a: 12 parts into 1 object, .* moved, 12 wait 2 h for their readers$"
check test "$(listed | wc -l)" = 1
check test "$(count part)" = 12
reads "$T/wanted"
is_read

test_that "done again it changes nothing"
contents >"$T/before"
compact
expect_out "claude-code/$a: nothing to merge, 12 wait 2 h for their readers"
contents >"$T/after"
same "$T/before" "$T/after"

test_that "what is replaced goes once it is 2 hours old"
age '110 minutes'
compact
expect_out "claude-code/$a: nothing to merge, 12 wait 2 h for their readers"
age '130 minutes'
compact
expect_out "claude-code/$a: nothing to merge, 12 deleted"
check test "$(count)" = 1
check test "$(count merged)" = 1
reads "$T/wanted"
grep -q '"garbage":\[\]' "$(checkpoint)" || fail "garbage stays listed"

test_that "any gzip reads what was merged"
gzip -dc "$(objects merged)" >"$T/out" || fail "gzip: $?"
same "$T/wanted" "$T/out"
python3 -c 'import gzip, sys
sys.stdout.buffer.write(gzip.open(sys.argv[1]).read())' \
    "$(objects merged)" >"$T/out"
same "$T/wanted" "$T/out"

test_that "the mirror goes on behind it, in the same stream"
grow 13 14
check test "$(count)" = 3
is_read

test_that "without a state it goes on behind it as well"
rm -r "$state"
grow 15 15
check test "$(count)" = 4
is_read

test_that "old parts go at once, with the next compact"
age '3 hours'
grow 16 17
compact
out_has ': 6 parts into 1 object, .* moved, 4 deleted, 2 wait'
is_read

test_that "--keep-tail leaves the newest as they are"
stored 10
objects part | tail -n 4 >"$T/newest"
compact --keep-tail 4
out_has ': 6 parts into 1 object'
listed | tail -n 4 >"$T/out"
check test "$(listed | wc -l)" = 5
sed 's:.*/::' "$T/newest" >"$T/want"
same "$T/want" "$T/out"
is_read
compact --keep-tail 4
out_has 'nothing to merge'
compact --keep-tail 100
out_has 'nothing to merge'
compact
out_has ': 5 parts into 1 object'
is_read

test_that "several at once, and --json"
stored 3
run seshat compact --json "$a" "claude-code/$a"
expect_status 0
out_has "^{\"session_id\":\"$a\",\"harness\":\"claude-code\",\"merged\":3,\"made\":1,\"moved_bytes\":[0-9]+,\"deleted\":0,\"waiting\":3,\"taken_over\":0,\"others\":0,\"damaged\":0,\"not_ended\":0,\"text_bytes\":0,\"replaced_bytes\":0}$"
out_has '"merged":0,"made":0,"moved_bytes":0,"deleted":0,"waiting":3'

test_that "no id, or one that is not there"
run seshat compact
expect_status 2
run seshat compact nothing
expect_status 3
run seshat compact "$a" nothing
expect_status 5
out_has 'nothing to merge'
err_has 'nothing'

test_that "a torn last line stays what is shown last, and goes when it was completed"
stored 4
printf '{"type":"user","torn' >>"$source"
run seshat stop "$a"
expect_status 0
compact
reads "$source"
check test "$(listed | wc -l)" = 2
printf '":1}\n' >>"$source"
mirror --everywhere --no-redact
is_read
age '3 hours'
compact
check test "$(count)" = 1
is_read
grow 5 6
is_read

test_that "an ended session stays ended, and needs no file of its agent"
stored 5
run seshat stop "$a"
expect_status 0
cp "$source" "$T/wanted"
rm "$source"
compact
out_has ': 5 parts into 1'
run seshat show "$a" --json
out_has '"ended_at":"2'
out_has '"end_reason":"stopped"'
out_has '"transcript_sha256_so_far":"[0-9a-f]{64}"'
reads "$T/wanted"
run seshat list --json
out_has '"lines":5,'
find "$state" -name "$a*" >"$T/out"
expect_out ""

test_that "the mirror merges as it goes"
stored 130
check test "$(listed | wc -l)" -le 70
check test "$(listed | grep -c '^merged-')" -ge 1
is_read
age '3 hours'
compact
out_has 'deleted'
check test "$(count)" = 1
is_read

test_that "the mirror deletes what is old enough, by the store's time"
stored 70
check test "$(count part)" = 70
sed -i 's/"put_by":"[^"]*"/"put_by":"2020-01-01T00:00:00.000Z"/' "$(checkpoint)"
age '3 hours' part
grow 71 135
check test "$(count part)" -lt 80
is_read

test_that "a damaged part stays as it is, what is beside it is merged"
stored 9
hurt_part 5
run seshat compact "$a"
expect_status 5
out_has ': 8 parts into 2 objects'
err_has "what is damaged was left as it is .'seshat verify $a' tells more"
listed | grep -q "${victim##*/}" || fail "it is not listed"
run seshat verify
expect_status 5
out_has "${victim##*/}"
run seshat verify --repair
expect_status 0
is_read

test_that "so does one that is damaged, and whole for any gzip"
stored 9
forge_part 5
run seshat show "$a" --raw
expect_status 5
run seshat compact "$a"
expect_status 5
out_has ': 8 parts into 2 objects'
listed | grep -q "${victim##*/}" || fail "it is not listed"
run seshat verify
expect_status 5
out_has "${victim##*/}"
run seshat verify --repair
expect_status 0
is_read

test_that "a damaged part does not stop the mirror's merging"
stored 30
hurt_part 5
grow 31 70
check test "$(listed | grep -c '^merged-')" = 2
listed | grep -q "${victim##*/}" || fail "it is not listed"
run seshat verify
expect_status 5

test_that "a part that is gone is no reason to delete more"
stored 6
compact
age '3 hours'
rm "$(objects merged)"
run seshat compact "$a"
expect_status 5
check test "$(count part)" = 6

test_that "damage of a merged object is found, and repaired from the source"
stored 6
compact
age '3 hours'
compact
printf xx | dd of="$(objects merged)" bs=1 seek=500 conv=notrunc 2>/dev/null
run seshat verify
expect_status 5
out_has 'merged-'
run seshat verify --repair
expect_status 0
is_read

test_that "a source that was edited where it was merged is found out"
stored 6
compact
sed -i '1s/line 1/line X/' "$source"
run seshat verify --source
expect_status 5
out_has 'the source has other bytes there now'

test_that "without its checkpoint a merged stream is read all the same"
stored 6
compact
age '3 hours'
compact
grow 7 8
rm "$(checkpoint)"
run seshat show "$a" --raw
expect_status 0
same "$source" "$T/out"
grow 9 9
run seshat show "$a" --raw
expect_status 0
same "$source" "$T/out"

test_that "an older state goes on with what was merged since"
stored 6
rm -rf "$T/older"
cp -a "$state" "$T/older"
grow 7 9
age '3 hours'
compact
check test "$(count)" = 1
rm -r "$state"
cp -a "$T/older" "$state"
grow 10 11
is_read
# the state is hours old where it is the clock that moves, and believed no more
[ "${STORE-file}" != file ] ||
    check test "$(ls "$vault"/demo/sessions/claude-code/"$a"/stream-* | wc -l)" = 1

test_that "an older vault is noticed, also when it was merged since"
stored 6
rm -rf "$T/older"
cp -a "$vault" "$T/older"
compact
grow 7 8
rm -r "$vault"
cp -a "$T/older" "$vault"
grow 9 9
is_read

test_that "what another machine wrote is left alone, and said so"
stored 5
sed -i 's/"owner":"[^"]*"/"owner":"ffffffffffffffff"/
	s/"host":"[^"]*"/"host":"elsewhere"/' "$(checkpoint)"
contents >"$T/before"
run seshat compact "$a"
expect_status 1
err_has "it was written by 'elsewhere', not by this machine"
run seshat compact --take-over "$a"
expect_status 1
err_has "'elsewhere' wrote stream [0-9a-f]{8} last .*: it can be taken over when it has been silent for 24 hours"
contents >"$T/after"
same "$T/before" "$T/after"

test_that "what has been silent for a day can be taken over"
cp "$source" "$T/wanted"
age '25 hours'
vault_age '25 hours' "$(checkpoint)"
compact --take-over
out_has ': 5 parts into 1 object, .* moved, 1 stream taken over, 5 deleted'
grep -q '"host":"elsewhere"' "$(checkpoint)" && fail "it is still elsewhere's"
reads "$T/wanted"
run seshat compact "$a"
expect_status 0

test_that "an owner whose stream was taken over opens another"
stored 5
first=$(stream_now)
age '25 hours'
vault_age '25 hours' "$(checkpoint)"
sed -i 's/"owner":"[^"]*"/"owner":"ffffffffffffffff"/' "$(checkpoint)"
file=$(find "$state" -name "$a*")
sed -i 's/"ack_at":"[^"]*"/"ack_at":"2020-01-01T00:00:00.000Z"/' "$file"
cp "$source" "$T/first"
grow 6 6
run seshat show "$a" --raw
same "$source" "$T/out"
run seshat show "$a" --raw --stream "$first"
same "$T/first" "$T/out"
check test "$(streams "$a")" = 2

test_that "older streams of the session are compacted, too"
stored 4
first=$(stream_now)
cp "$source" "$T/first"
lines "$a" "$demo" 300 380 >"$source"
mirror --everywhere --no-redact
grow 381 383
compact
out_has ': 8 parts into 2 objects'
run seshat show "$a" --raw
same "$source" "$T/out"
run seshat show "$a" --raw --stream "$first"
same "$T/first" "$T/out"
run seshat verify
expect_status 0

test_that "where the state cannot be written that is told, and nothing is changed"
stored 3
contents >"$T/before"
run sh -c 'trap "" XFSZ
ulimit -f 1
exec "$@"' sh "$SESHAT_BIN" compact "$a"
expect_status 1
err_has 'the state cannot be kept .XDG_STATE_HOME .*File too large'
contents >"$T/after"
same "$T/before" "$T/after"

test_that "rm takes merged objects along"
stored 4
compact
run seshat rm --yes "$a"
expect_status 0
check test "$(count)" = 0

test_that "what was merged is imported, and once only"
stored 8
compact
age '3 hours'
compact
grow 9 10
export_to=file://$T/copy
rm -rf "$T/copy"
run seshat import "file://$vault" --store "$export_to" --no-redact
expect_status 0
run seshat show "$a" --raw --store "$export_to"
expect_status 0
same "$source" "$T/out"
run seshat verify --store "$export_to"
expect_status 0
cp -a "$T/copy" "$T/copied"
run seshat import "file://$vault" --store "$export_to" --no-redact
expect_status 0
diff -r "$T/copy" "$T/copied" >"$T/hits" || fail "$(cat "$T/hits")"
rm -rf "$T/copy" "$T/copied"

if python3 -c 'import sqlite3' 2>/dev/null; then
	HERMES_HOME=$T/hermes
	export HERMES_HOME
	hermes() {
		python3 "$SESHAT_SOURCE/tests/cli/hermes.py" \
		    "$HERMES_HOME/state.db" "$@"
	}

	test_that "rows are merged, and still compared with the database"
	anew
	mkdir -p "$HERMES_HOME"
	hermes make one
	for i in 1 2 3 4 5 6; do
		hermes say one "$i" "$i"
		hermes sql "UPDATE messages SET content = 'key $i AKIA""QYLPMN5HHHFPZAM2' WHERE id = $i"
		mirror --everywhere
	done
	run seshat show one --raw
	cp "$T/out" "$T/wanted"
	out_has 'REDACTED'
	run seshat compact one
	expect_status 0
	out_has ': 6 parts into 1 object'
	run seshat show one --raw
	same "$T/wanted" "$T/out"
	run seshat verify --source
	expect_status 0
	hermes say one 7 8
	mirror --everywhere
	run seshat stop one
	expect_status 0
	check test "$(streams one)" = 1
	run seshat show one --json
	out_has '"aws-access-key-id":6'
	hermes sql "UPDATE messages SET content = 'other' WHERE id = 2"
	run seshat verify --source
	expect_status 5
fi

finish
