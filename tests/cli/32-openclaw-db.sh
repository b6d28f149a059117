# Sessions that OpenClaw keeps in its database, and those that are in a file
# and in the database.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

python3 -c 'import sqlite3' 2>/dev/null || skip_all "python3 has no sqlite3"
command -v zstd >/dev/null 2>&1 || skip_all "there is no zstd"

OPENCLAW_STATE_DIR=$T/claw
export OPENCLAW_STATE_DIR
db=$OPENCLAW_STATE_DIR/agents/main/agent/openclaw-agent.sqlite
files=$OPENCLAW_STATE_DIR/agents/main/sessions
data=$SESHAT_SOURCE/tests/data/openclaw/agents/main/sessions

claw() {
	python3 "$SESHAT_SOURCE/tests/cli/openclaw.py" "$db" "$@"
}

fresh() {
	anew
	rm -rf "$OPENCLAW_STATE_DIR"
	mkdir -p "${db%/*}" "$files"
	claw make "$@"
	claw take abc123 "$data/abc123.jsonl"
}

everywhere() {
	run seshat mirror --everywhere --no-redact
	expect_status 0
}

# is_stored SESSION: what is stored of it are its events.
is_stored() {
	claw lines "$1" >"$T/rows"
	run seshat show "main__$1" --raw
	expect_status 0
	same "$T/rows" "$T/out"
}

test_that "a session is found with its folder, title and events"
fresh
run seshat sessions --everywhere
expect_status 0
out_has '^main__ab[^ ]* +openclaw +work +Hello +4 rows +'
run seshat sessions --cwd /tmp/work --json
expect_status 0
out_has '"id":"main__abc123",.*"agent":"main",.*"rows":4,'

test_that "its events come back as they stand"
everywhere
is_stored abc123
same "$data/abc123.jsonl" "$T/out"
run seshat show main__abc123 --text
expect_status 0
out_has '^Hello'
run seshat verify --source
expect_status 0

test_that "what comes later is one more part"
claw take abc123 "$data/abc123.jsonl"
everywhere
is_stored abc123
check test "$(streams)" = 1
check test "$(parts | wc -l)" = 2

test_that "events that are compressed say the same, and nothing is new"
fresh zstd
everywhere
claw pack abc123
everywhere
out_has '^mirrored 0 of 1'
is_stored abc123
claw take abc123 "$data/abc123.jsonl"
claw pack abc123
everywhere
is_stored abc123
check test "$(streams)" = 1

test_that "a compressed event that is damaged is kept as it stands"
claw take other "$data/abc123.jsonl"
claw sql "UPDATE transcript_events SET event_zstd = x'28b52ffd00' WHERE
    session_id = 'abc123' AND seq = 6"
everywhere
run seshat show main__abc123 --raw
expect_status 0
out_has '^\{"\$base64":"KLUv/QA="\}$'
run seshat show main__other --raw
same "$data/abc123.jsonl" "$T/out"

test_that "events in several lines, in none, and no JSON"
fresh
claw sql "INSERT INTO transcript_events VALUES ('abc123', 10,
    '{' || char(10) || ' \"a\": [1, \"b c\"]}', 0)" \
    "INSERT INTO transcript_events VALUES ('abc123', 11, NULL, 0)" \
    "INSERT INTO transcript_events VALUES ('abc123', 12,
    'no' || char(10) || 'JSON', 0)"
everywhere
run seshat show main__abc123 --raw
tail -n 3 "$T/out" >"$T/odd"
printf '%s\n' '{"a":[1,"b c"]}' 'null' '"no\nJSON"' >"$T/want"
same "$T/want" "$T/odd"

test_that "in a file and in the database: both are kept, the newer is shown"
fresh
cp "$data/abc123.jsonl" "$files/"
everywhere
check test "$(streams)" = 2
sed 's/2026-05-05/2026-05-06/' "$data/abc123.jsonl" >"$T/later"
claw take abc123 "$T/later"
everywhere
is_stored abc123
run seshat verify --source
expect_status 0
everywhere
out_has '^mirrored 0 of 2'

test_that "what was put away and compressed is the session under another path"
anew
rm -rf "$OPENCLAW_STATE_DIR"
mkdir -p "$files"
cp "$data/abc123.jsonl" "$files/"
everywhere
echo '{"type":"message","id":"z"}' >>"$files/abc123.jsonl"
cp "$files/abc123.jsonl" "$T/whole"
mv "$files/abc123.jsonl" "$files/abc123.jsonl.reset.2026-05-06T00-00-00.000Z"
zstd -q --rm "$files/abc123.jsonl.reset.2026-05-06T00-00-00.000Z"
everywhere
is_whole main__abc123 "$T/whole"

test_that "a database without events is of another time"
anew
rm -rf "$OPENCLAW_STATE_DIR"
mkdir -p "${db%/*}" "$files"
claw sql "CREATE TABLE kv (k TEXT)"
cp "$data/abc123.jsonl" "$files/"
everywhere
is_whole main__abc123 "$data/abc123.jsonl"

finish
