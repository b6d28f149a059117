# Agents other than OpenCode and Hermes that keep their sessions in SQLite:
# found, mirrored, read, and what each does to its rows.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

python3 -c 'import sqlite3' 2>/dev/null || skip_all "python3 has no sqlite3"
command -v zstd >/dev/null 2>&1 || skip_all "there is no zstd"

unset XDG_DATA_HOME CRUSH_GLOBAL_DATA GOOSE_PATH_ROOT KILO_DB KILO_DIR ZED_DIR \
    MIMOCODE_DIR ICODEMATE_DIR
share=$HOME/.local/share
data=$SESHAT_SOURCE/tests/data
goose=20261122_1
crush=6f1c2a34-0d5e-4b6f-8a77-0c1d2e3f4a5b
kiro=0f8fad5b-d9cb-469f-a165-70867728950e
zed=7c9e6679-7425-40de-944b-e07fc1f90ae7
kilo=ses_dfaca375bffeMDlWnCrsixwjVj

# sql DATABASE STATEMENT...: in one transaction.
sql() {
	python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for statement in sys.argv[2:]:
    db.executescript("BEGIN;" + statement + ";COMMIT;")' "$@"
}

# load DATABASE DUMP
load() {
	mkdir -p "${1%/*}"
	python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA journal_mode=WAL")
db.executescript(open(sys.argv[2], encoding="utf-8").read())' "$1" "$2"
}

begin_anew() {
	anew
	rm -rf "$share" "$T/p"
	load "$share/goose/sessions/sessions.db" "$data/goose/sessions.sql"
	load "$T/p/.crush/crush.db" "$data/crush/crush.sql"
	load "$share/kilo/kilo.db" "$data/kilo/kilo.sql"
	load "$share/kiro-cli/data.sqlite3" "$data/kiro/data.sql"
	load "$share/zed/threads/threads.db" "$data/zed/threads.sql"
	mkdir -p "$share/crush"
	printf '{"projects":[{"path":"%s","data_dir":"%s"},{"path":7}]}' \
	    "$T/p" "$T/p/.crush" >"$share/crush/projects.json"
	# they were written long ago, whenever this runs
	sql "$share/zed/threads/threads.db" \
	    "UPDATE threads SET updated_at = '2026-01-01T00:00:00+00:00'"
}

everywhere() {
	run seshat mirror --everywhere --no-redact
	expect_status 0
}

n_streams() {
	[ "$(streams "$1")" = "$2" ] ||
	    fail "$1: $(streams "$1") streams, expected $2"
}

n_lines() {
	run seshat show "$1" --raw
	expect_status 0
	check test "$(wc -l <"$T/out")" = "$2"
}

test_that "they are found with title, folder and rows"
begin_anew
run seshat sessions --everywhere --json
expect_status 0
expect_err ""
check test "$(wc -l <"$T/out")" = 6
out_has '"harness":"goose","id":"20261122_1",.*"cwd":"/srv/harnesslab/demo","title":"List the files",.*"rows":5'
out_has "\"harness\":\"crush\",\"id\":\"$crush\",.*\"cwd\":\"$T/p\",\"title\":\"List the files\",.*\"rows\":5"
out_has "\"harness\":\"kilo\",\"id\":\"$kilo\",.*\"title\":\"Lab session about files\",.*\"rows\":22"
out_has "\"harness\":\"kiro\",\"id\":\"$kiro\",.*\"cwd\":\"/src/demo\",\"title\":\"Please list the files.\",.*\"rows\":2"
out_has "\"harness\":\"zed\",\"id\":\"$zed\",.*\"cwd\":\"/src/demo\",\"title\":\"List the files\",.*\"rows\":3"
out_has "\"parent_session_id\":\"$zed\",.*\"title\":\"Plain\""

test_that "of one folder, and what others began there"
run seshat sessions --cwd /src/demo --json
check test "$(wc -l <"$T/out")" = 3

test_that "all of them are mirrored, and nothing is new after that"
everywhere
out_has '^mirrored 6 of 6 sessions'
everywhere
out_has '^mirrored 0 of 6 sessions'
run seshat verify --source
expect_status 0
run seshat list --json --limit 0
check test "$(wc -l <"$T/out")" = 6

test_that "and say the same when they are read"
for id in "$crush" "$goose" "$kiro" "$zed"; do
	run seshat show "$id" --text
	expect_status 0
	sed -e 's/  2026-.*//' -e 's/developer__shell/T/' -e 's/ bash/ T/' \
	    -e 's/execute_bash/T/' -e 's/terminal/T/' \
	    -e 's/^{.*"stdout":"\(README.md\)"}$/\1/' -e 's/^\(-- result\).*/\1/' \
	    "$T/out" | awk '/^-- thinking/ { skip = 3 } skip > 0 { skip--; next }
	    { print }' >"$T/$id"
done
cat >"$T/want" <<'W'
-- user
Please list the files.

-- assistant
I look at the folder.

-- tool T
ls

-- result
README.md

-- assistant
There is one file.
W
same "$T/want" "$T/$goose"
same "$T/want" "$T/$crush"
same "$T/want" "$T/$kiro"
same "$T/want" "$T/$zed"
run seshat show "$kilo" --text
out_has '^I look at the folder\.$'

test_that "Goose writes a conversation anew: it is the same, with what is new"
sql "$share/goose/sessions/sessions.db" "CREATE TEMP TABLE was AS
    SELECT * FROM messages ORDER BY id; DELETE FROM messages;
    INSERT INTO messages(message_id, session_id, role, content_json,
    created_timestamp, metadata_json) SELECT message_id, session_id, role,
    content_json, created_timestamp, metadata_json FROM was;
    INSERT INTO messages(message_id, session_id, role, content_json,
    created_timestamp) VALUES ('new', '$goose', 'user',
    '[{\"type\":\"text\",\"text\":\"More.\"}]', 1795384805)"
everywhere
out_has '^mirrored 1 of 6'
n_lines "$goose" 6
n_streams "$goose" 1
sql "$share/goose/sessions/sessions.db" "DELETE FROM messages WHERE
    message_id = 'msg_20261122_1_2'"
everywhere
n_lines "$goose" 5
n_streams "$goose" 2

test_that "Crush changes an answer until it is finished"
db=$T/p/.crush/crush.db
sql "$db" "INSERT INTO messages SELECT 'a', session_id, role,
    '[{\"type\":\"text\",\"data\":{\"text\":\"One\"}}]', model,
    1795384805, CAST(strftime('%s') AS INTEGER), NULL, provider, 0
    FROM messages WHERE role = 'assistant' LIMIT 1"
everywhere
n_lines "$crush" 5
sql "$db" "UPDATE messages SET parts = '[{\"type\":\"text\",\"data\":
    {\"text\":\"One two\"}},{\"type\":\"finish\",\"data\":{}}]',
    finished_at = 1 WHERE id = 'a'"
everywhere
n_lines "$crush" 6
out_has 'One two'
n_streams "$crush" 1

test_that "an answer that nobody finishes is stored at the end"
sql "$db" "INSERT INTO messages SELECT 'b', session_id, role, '[]', model,
    1795384806, CAST(strftime('%s') AS INTEGER), NULL, provider, 0
    FROM messages WHERE id = 'a'"
everywhere
n_lines "$crush" 6
run seshat stop "$crush"
expect_status 0
n_lines "$crush" 7
n_streams "$crush" 1

test_that "Kiro's document grows by a turn: one more line"
db=$share/kiro-cli/data.sqlite3
sql "$db" "UPDATE conversations_v2 SET updated_at = updated_at + 1000, value =
    json_set(value, '\$.history[#]', json('{\"user\":{\"content\":{\"Prompt\":
    {\"prompt\":\"Thanks.\"}}},\"assistant\":{\"Response\":{\"content\":
    \"Gladly.\"}}}'))"
everywhere
out_has '^mirrored 1 of 6'
n_lines "$kiro" 3
n_streams "$kiro" 1
run seshat show "$kiro" --text
out_has '^Gladly\.$'

test_that "a conversation that is there for another folder, too, is the newer"
sql "$db" "INSERT INTO conversations_v2 SELECT '/src/other', conversation_id,
    '{\"history\":[]}', created_at, updated_at - 5000 FROM conversations_v2"
run seshat sessions --harness kiro --everywhere --json
check test "$(wc -l <"$T/out")" = 1
out_has '"cwd":"/src/demo"'
everywhere
n_lines "$kiro" 3

test_that "what Zed's agent is saying is held back, and stored when it is old"
db=$share/zed/threads/threads.db
# thread TIME MESSAGE...: the thread is these messages now.
thread() {
	when=$1
	shift
	printf '{"messages":[%s' "$1" >"$T/doc"
	shift
	for m; do
		printf ',%s' "$m" >>"$T/doc"
	done
	printf ']}' >>"$T/doc"
	zstd -q -c "$T/doc" | od -An -v -tx1 | tr -d ' \n' >"$T/hex"
	sql "$db" "UPDATE threads SET data_type = 'zstd', data = X'$(cat "$T/hex")',
	    updated_at = $when WHERE id = '$zed'"
}
user='{"User":{"id":"u","content":[{"Text":"Go."}]}}'
begin_anew
now="strftime('%Y-%m-%dT%H:%M:%fZ')"
thread "$now" "$user" '{"Agent":{"content":[{"Text":"One"}]}}'
everywhere
n_lines "$zed" 1
thread "$now" "$user" '{"Agent":{"content":[{"Text":"One two"}]}}' "$user"
everywhere
n_lines "$zed" 3
out_has 'One two'
thread "'2026-01-01T00:00:00Z'" "$user" \
    '{"Agent":{"content":[{"Text":"One two"}]}}' "$user" \
    '{"Agent":{"content":[{"Text":"Three"}]}}'
everywhere
n_lines "$zed" 4
n_streams "$zed" 1

test_that "a document that does not unpack, or is none, keeps nothing else back"
sql "$db" "INSERT INTO threads(id, summary, updated_at, data_type, data) VALUES
    ('torn', 't', '2026-01-01T00:00:00Z', 'zstd', X'28B52FFD00'),
    ('none', 'n', '2026-01-01T00:00:00Z', 'json', X'00FF')"
sql "$share/kiro-cli/data.sqlite3" "INSERT INTO conversations_v2 VALUES
    ('/x', 'none', 'no JSON', 1, 1)"
thread "'2026-01-01T00:00:01Z'" "$user" "$user"
everywhere
n_lines "$zed" 2
run seshat sessions --everywhere --json
expect_status 0
check test "$(wc -l <"$T/out")" = 9

test_that "nor does one that is larger than what is read"
{
	printf '{"messages":[{"User":{"id":"u","content":[{"Text":"'
	head -c 70000000 /dev/zero | tr '\0' y
	printf '"}]}}]}'
} | zstd -q -c | od -An -v -tx1 | tr -d ' \n' >"$T/hex"
sql "$db" "INSERT INTO threads(id, summary, updated_at, data_type, data) VALUES
    ('large', 'l', '2026-01-01T00:00:00Z', 'zstd', X'$(cat "$T/hex")')"
thread "'2026-01-01T00:00:02Z'" "$user" "$user" "$user"
run seshat mirror --everywhere --no-redact
expect_status 5
err_has 'threads\.db: a value is larger than 64 MiB'
n_lines "$zed" 3
sql "$db" "DELETE FROM threads WHERE id = 'large'"

test_that "older tables of Zed have fewer columns"
sql "$db" "CREATE TABLE t AS SELECT id, summary, updated_at, data_type, data
    FROM threads; DROP TABLE threads; ALTER TABLE t RENAME TO threads"
run seshat sessions --harness zed --everywhere --json
expect_status 0
check test "$(wc -l <"$T/out")" = 4

test_that "forks of OpenCode are found under whatever name their database has"
load "$share/mimocode/sessions.db" "$data/opencode/opencode.sql"
load "$share/icodemate/x.db" "$data/opencode/opencode.sql"
sql "$share/icodemate/other.db" "CREATE TABLE kv (k TEXT)"
run seshat sessions --harness mimocode --everywhere --json
check test "$(wc -l <"$T/out")" = 2
run seshat sessions --harness icodemate --everywhere --json
expect_status 0
expect_err ""
check test "$(wc -l <"$T/out")" = 2

test_that "Cursor keeps a database for each session, and rows that stay"
chat=0ab1c2d3-1111-4222-8333-444444444444
db=$HOME/.cursor/chats/5f4dcc3b5aa765d61d8327deb882cf99/$chat/store.db
load "$db" "$data/cursor-chats/store.sql"
run seshat sessions --harness cursor-chats --everywhere --json
expect_status 0
check test "$(wc -l <"$T/out")" = 1
out_has "\"id\":\"$chat\",.*\"title\":\"Please list the files.\",.*\"rows\":5"
run seshat mirror --session-id "$chat" --no-redact
expect_status 0
sql "$db" "INSERT INTO blobs VALUES ('f6', x'0a20ff')"
run seshat mirror --session-id "$chat" --no-redact
expect_status 0
n_lines "$chat" 6
n_streams "$chat" 1
out_has '"id":"f6","data":\{"\$base64":"CiD/"\}'
run seshat show "$chat" --text
expect_out "-- user
Please list the files.

-- assistant
I look at the folder.

-- tool Shell
ls

-- result Shell
README.md"
run seshat sessions --harness cursor-chats --everywhere --json
rm -r "$HOME/.cursor"

test_that "where the environment says"
GOOSE_PATH_ROOT=$T/g ZED_DIR=$T/z KILO_DB=$T/k/my.db CRUSH_GLOBAL_DATA=$T/c
export GOOSE_PATH_ROOT ZED_DIR KILO_DB CRUSH_GLOBAL_DATA
run seshat sessions --everywhere --json
check test "$(grep -Ec '"harness":"(goose|zed|kilo|crush)"' "$T/out")" = 0
load "$T/g/data/sessions/sessions.db" "$data/goose/sessions.sql"
load "$T/z/threads/threads.db" "$data/zed/threads.sql"
load "$T/k/my.db" "$data/kilo/kilo.sql"
mkdir -p "$T/c"
cp "$share/crush/projects.json" "$T/c/"
run seshat sessions --everywhere --json
check test "$(grep -Ec '"harness":"(goose|zed|kilo|crush)"' "$T/out")" = 5
unset GOOSE_PATH_ROOT ZED_DIR KILO_DB CRUSH_GLOBAL_DATA

test_that "a list of projects that is none, or names what is not there"
for list in '' '[' '{"projects":7}' '{"projects":[{"data_dir":"x"},{},
    {"path":"/nowhere","data_dir":"/nowhere/.crush"},[]]}'; do
	printf '%s' "$list" >"$share/crush/projects.json"
	run seshat sessions --harness crush --everywhere
	expect_status 3
done

finish
