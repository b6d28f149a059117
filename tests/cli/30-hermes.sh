# Sessions of Hermes: rows of a live SQLite database, and what befalls one.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

python3 -c 'import sqlite3' 2>/dev/null || skip_all "python3 has no sqlite3"

HERMES_HOME=$T/hermes
export HERMES_HOME
db=$HERMES_HOME/state.db
healthy=aaaaaaaa-2222-4333-8444-555555555555

hermes() {
	python3 "$SESHAT_SOURCE/tests/cli/hermes.py" "$db" "$@"
}

# fresh: sessions one and two in the database, and one of Claude Code.
fresh() {
	anew
	rm -rf "$HERMES_HOME"
	mkdir -p "$HERMES_HOME"
	hermes make one two
	hermes say one 1 5
	hermes say two 6 8
	fake "$healthy" "$T/work/demo"
}

everywhere() {
	run seshat mirror --everywhere --no-redact
}

# is_stored SESSION: what is stored of it are its rows.
is_stored() {
	hermes lines "$1" >"$T/rows"
	run seshat show "hermes/$1" --raw
	expect_status 0
	same "$T/rows" "$T/out"
}

# n_streams SESSION N
n_streams() {
	[ "$(streams "$1")" = "$2" ] ||
	    fail "$1: $(streams "$1") streams, expected $2"
}

others_are_well() {
	run seshat show "$healthy" --raw
	expect_status 0
	same "$source" "$T/out"
}

test_that "sessions are found with their rows, folder and title"
fresh
run seshat sessions --harness hermes --everywhere
expect_status 0
out_has '^one +hermes +demo +message 1 é "q" +5 rows +'
out_has '^two +hermes +demo +message 7 é "q" +3 rows +'
run seshat sessions --harness hermes --cwd /src/demo --json
expect_status 0
check test "$(wc -l <"$T/out")" = 2
out_has '"id":"one",.*"size":null,"mirrored_bytes":null,"rows":5,'

test_that "every row is one line, whatever is in it"
fresh
everywhere
expect_status 0
is_stored one
is_stored two
n_streams one 1
run seshat verify --source
expect_status 0

test_that "nothing new: nothing is written, not in the vault, not beside it"
before=$(cksum <"$db"; snapshot)
everywhere
expect_status 0
out_has '^mirrored 0 of 3'
check test "$(cksum <"$db"; snapshot)" = "$before"

test_that "what comes later is one more part of the same stream"
hermes say one 9 20
everywhere
expect_status 0
is_stored one
n_streams one 1
check test "$(parts one | wc -l)" = 2
check test "$(parts two | wc -l)" = 1

test_that "a lost state costs nothing"
rm -r "$XDG_STATE_HOME/seshat"
everywhere
expect_status 0
out_has '^mirrored 0 of 3'
n_streams one 1

test_that "pictures, bytes, numbers and odd text come back exactly"
fresh
hermes sql "INSERT INTO messages(session_id, role, content, timestamp,
    display_identity, tool_calls) VALUES ('one', 'user', char(0) ||
    'json:[ {\"type\": \"text\",' || char(10) || ' \"text\": \"a b\"}, 1.50]',
    5e246, x'00ff01fe', '[{\"function\":{\"name\":\"sh\",
    \"arguments\":\"{}\"}}]')" \
    "INSERT INTO messages(session_id, role, content, timestamp) VALUES
    ('one', 'user', char(0) || 'json: no JSON', 0.1)" \
    "INSERT INTO messages(session_id, role, content, timestamp) VALUES
    ('one', 'user', CAST(x'66fffe67' AS TEXT), 1e999)"
everywhere
expect_status 0
run seshat show hermes/one --raw
sed -n '6,$p' "$T/out" >"$T/odd"
cat >"$T/want" <<'W'
{"id":9,"session_id":"one","role":"user","content":[{"type":"text","text":"a b"},1.50],"tool_calls":"[{\"function\":{\"name\":\"sh\",\n    \"arguments\":\"{}\"}}]","timestamp":5e+246,"active":1,"display_identity":{"$base64":"AP8B/g=="}}
{"id":10,"session_id":"one","role":"user","content":"\u0000json: no JSON","timestamp":0.1,"active":1}
{"id":11,"session_id":"one","role":"user","content":{"$base64":"Zv/+Zw=="},"timestamp":"Infinity","active":1}
W
same "$T/want" "$T/odd"
run seshat show hermes/one --text
expect_status 0
out_has '^a b$'
out_has '^-- tool sh'

test_that "an edit of a row near the end opens a stream at once"
fresh
everywhere
run seshat show hermes/one --raw
cp "$T/out" "$T/old"
old=$(stream_of() { sed 's/.*-\([0-9a-f]\{8\}\)\.jsonl\.gz$/\1/'; }
    parts one | stream_of)
hermes sql "UPDATE messages SET content = 'edited' WHERE id = 4"
everywhere
expect_status 0
out_has '^1 was rewritten since'
is_stored one
n_streams one 2
run seshat show hermes/one --stream "$old" --raw
expect_status 0
same "$T/old" "$T/out"
others_are_well

test_that "rows that were deleted open a stream, and the old one is kept"
fresh
everywhere
hermes sql "DELETE FROM messages WHERE id IN (4, 5)"
everywhere
expect_status 0
is_stored one
n_streams one 2
hermes say one 30 31
everywhere
is_stored one
n_streams one 2

test_that "a row deleted far from the end is missed in the count"
fresh
hermes say one 20 150
everywhere
hermes sql "DELETE FROM messages WHERE id = 2"
everywhere
expect_status 0
is_stored one
n_streams one 2

test_that "an edit far from the end is found at the end"
fresh
hermes say one 20 150
everywhere
hermes sql "UPDATE messages SET content = 'edited' WHERE id = 2"
everywhere
out_has '^mirrored 0 of 3'
run seshat verify --source one
expect_status 5
out_has 'the source has other bytes there now'
run seshat stop one
expect_status 0
is_stored one
n_streams one 2

test_that "and within an hour while it goes on"
fresh
hermes say one 20 150
everywhere
hermes sql "UPDATE messages SET content = 'edited' WHERE id = 2"
state=$(find "$XDG_STATE_HOME" -path '*hermes/one.json')
sed -i 's/"compared_at":"20[0-9][0-9]/"compared_at":"2020/' "$state"
everywhere
expect_status 0
is_stored one
n_streams one 2

test_that "what a transaction has not committed is not there"
fresh
mkfifo "$T/go" "$T/said"
hermes hold <"$T/go" >"$T/said" &
exec 8>"$T/go" 9<"$T/said"
read -r word <&9
check test "$word" = held
everywhere
expect_status 0
hermes lines one >"$T/rows"
run seshat show hermes/one --raw
same "$T/rows" "$T/out"
exec 8>&- 9<&-
wait
rm "$T/go" "$T/said"

test_that "a database that is locked is told, and the others are mirrored"
fresh
everywhere
mkfifo "$T/go" "$T/said"
hermes lock <"$T/go" >"$T/said" &
exec 8>"$T/go" 9<"$T/said"
read -r word <&9
check test "$word" = held
lines "$healthy" "$T/work/demo" 4 9 >>"$source"
everywhere
expect_status 5
err_has 'state\.db: locked by another program'
others_are_well
exec 8>&- 9<&-
wait
rm "$T/go" "$T/said"
everywhere
expect_status 0
is_stored one

for accident in garbage cut empty; do
	test_that "a database that is $accident is told, the others are mirrored"
	fresh
	everywhere
	hermes sql "PRAGMA wal_checkpoint(TRUNCATE)"
	rm -f "$db-wal" "$db-shm"
	case $accident in
	garbage) head -c 20000 /dev/urandom >"$db" ;;
	cut) truncate -s 5000 "$db" ;;
	empty) : >"$db" ;;
	esac
	lines "$healthy" "$T/work/demo" 4 9 >>"$source"
	everywhere
	expect_status 5
	err_has 'state\.db: (damaged|not laid out)'
	others_are_well
	run seshat show hermes/one --raw
	expect_status 0
	check test "$(wc -l <"$T/out")" = 5
done

test_that "a database that alone is there and damaged is named"
fresh
rm -r "$CLAUDE_CONFIG_DIR"
rm -f "$db"*
head -c 20000 /dev/urandom >"$db"
everywhere
expect_status 5
err_has 'state\.db: damaged'
run seshat mirror --session-id one
expect_status 5
err_has 'state\.db: damaged'
fake "$healthy" "$T/work/demo"
run seshat mirror --everywhere --no-redact --json
expect_status 5
out_has '"errors":\[\{"session_id":null,"error":".*state\.db: damaged'

test_that "a home whose path begins with two slashes"
fresh
HERMES_HOME=/$HERMES_HOME
everywhere
expect_status 0
HERMES_HOME=${HERMES_HOME#/}
is_stored one

test_that "a database in its place is another source"
fresh
everywhere
rm "$db"*
hermes make one
hermes say one 50 52
everywhere
expect_status 0
is_stored one
n_streams one 2
n_streams two 1

test_that "a database of another layout is told"
fresh
hermes sql "ALTER TABLE messages RENAME TO letters"
everywhere
expect_status 5
err_has 'not laid out as this version knows it: no such table: messages'
others_are_well

test_that "a new column with a value is an edit of all rows"
fresh
everywhere
hermes sql "ALTER TABLE messages ADD COLUMN mood TEXT"
everywhere
out_has '^mirrored 0 of 3'
hermes sql "ALTER TABLE messages ADD COLUMN weight INTEGER DEFAULT 7"
everywhere
expect_status 0
is_stored one
n_streams one 2

test_that "a pipe or a folder in its place keeps nobody waiting"
fresh
rm "$db"*
mkfifo "$db"
everywhere
expect_status 5
err_has 'state\.db: not a regular file'
others_are_well
rm "$db"
mkdir "$db"
everywhere
expect_status 5
others_are_well

test_that "many rows, more than a part holds"
fresh
hermes sql "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
    WHERE i < 3000) INSERT INTO messages(session_id, role, content, timestamp)
    SELECT 'one', 'user', printf('%.*c', 3000 + i, 'x') || i, 1780000000.5
    FROM n" "INSERT INTO messages(session_id, role, content, timestamp)
    VALUES ('one', 'user', printf('%.*c', 20000000, 'y'), 1780000001.5)"
everywhere
expect_status 0
is_stored one
n_streams one 1
check test "$(parts one | wc -l)" -ge 3
run seshat verify --source one
expect_status 0

test_that "profiles and what Hermes kept in files are found too"
fresh
mkdir -p "$HERMES_HOME/profiles/work" "$HERMES_HOME/sessions"
mv "$db" "$HERMES_HOME/profiles/work/state.db"
rm -f "$db"-*
echo '{"role":"user","content":"hello"}' >"$HERMES_HOME/sessions/old.jsonl"
everywhere
expect_status 0
run seshat show hermes/old --raw
expect_out '{"role":"user","content":"hello"}'
run seshat show hermes/one --raw
expect_status 0
check test "$(wc -l <"$T/out")" = 5

test_that "an id that cannot name a session is told, the rest is mirrored"
fresh
hermes sql "INSERT INTO sessions(id, source, started_at) VALUES
    ('../x' || char(10), 'cli', 1.0)"
everywhere
expect_status 5
err_has 'an id that cannot name it'
is_stored one

finish
