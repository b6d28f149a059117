# Sessions of OpenCode: rows of a live SQLite database that are written many
# times while an answer comes in.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"

python3 -c 'import sqlite3' 2>/dev/null || skip_all "python3 has no sqlite3"

unset OPENCODE_DB OPENCODE_DIR XDG_DATA_HOME
db=$HOME/.local/share/opencode/opencode.db
real=ses_dfad16302ffe0ev6yveoLzKqHD
fork=ses_dfad13ebeffecF5H4ob9XsBp62
healthy=aaaaaaaa-2222-4333-8444-555555555555

code() {
	python3 "$SESHAT_SOURCE/tests/cli/opencode.py" "$db" "$@"
}

# begin_anew: the sessions of a real OpenCode, and one of Claude Code.
begin_anew() {
	anew
	rm -rf "${db%/*}"
	mkdir -p "${db%/*}"
	code make "$SESHAT_SOURCE/tests/data/opencode/opencode.sql"
	fake "$healthy" "$T/work/demo"
}

everywhere() {
	run seshat mirror --everywhere --no-redact
}

# is_stored SESSION: what is stored of it are its rows, as they are now.
is_stored() {
	code lines "$1" >"$T/rows"
	run seshat show "opencode/$1" --raw
	expect_status 0
	same "$T/rows" "$T/out"
}

# n_streams SESSION N
n_streams() {
	[ "$(streams "$1")" = "$2" ] ||
	    fail "$1: $(streams "$1") streams, expected $2"
}

n_lines() {
	run seshat show "opencode/$1" --raw
	expect_status 0
	check test "$(wc -l <"$T/out")" = "$2"
}

others_are_well() {
	run seshat show "$healthy" --raw
	expect_status 0
	same "$source" "$T/out"
}

test_that "what a real OpenCode left is found with title, folder and rows"
begin_anew
run seshat sessions --harness opencode --everywhere
expect_status 0
out_has '^ses_dfad13 +opencode +demo +Lab session about files \(fork #1\) +40 rows'
run seshat sessions --harness opencode --cwd /srv/harnesslab/demo --json
expect_status 0
check test "$(wc -l <"$T/out")" = 2
out_has "\"id\":\"$real\",.*\"size\":null,\"mirrored_bytes\":null,\"rows\":22,"

test_that "every row is one line, in the order in which the session went on"
everywhere
expect_status 0
is_stored "$real"
is_stored "$fork"
n_streams "$real" 1
run seshat verify --source
expect_status 0

test_that "and can be read"
run seshat show "$real" --text
expect_status 0
out_has '^I look at the folder\.$'
out_has '^-- tool bash  2026-11-22T21:34:33'
out_has '^notes.txt$'
out_has '^There is one file\.$'
run seshat show "$fork" --text
out_has '^-- summary '
run seshat show "$real"
out_has '^title +Lab session about files$'
out_has '^project +demo$'
out_has '^last event +2026-11-22T21:34:'

test_that "nothing new: nothing is written, not in the vault, not beside it"
before=$(cksum <"$db"; snapshot)
everywhere
expect_status 0
out_has '^mirrored 0 of 3'
check test "$(cksum <"$db"; snapshot)" = "$before"

test_that "what is being written is not stored, and what is done at once"
begin_anew
code turn one 1
code begin one 2
everywhere
n_lines one 11
code grow one 2 "one two"
everywhere
n_lines one 11
code run one 2
everywhere
n_lines one 12
out_has '"one two three"'
code done one 2
everywhere
is_stored one
n_lines one 15
n_streams one 1
run seshat verify --source
expect_status 0

test_that "a question that is summed up after each step is the same question"
code sql "UPDATE message SET data = json_set(data, '\$.summary', json('{}')),
    time_updated = time_updated + 1 WHERE data LIKE '%user%'"
everywhere
out_has '^mirrored 0 of '
n_streams one 1
is_stored one

test_that "a session that ends is stored with what is not finished"
code begin one 3
run seshat stop one
expect_status 0
is_stored one
n_streams one 1
everywhere
n_streams one 1

test_that "and when that is finished after all, with that, too"
code run one 3
code done one 3
everywhere
is_stored one
n_streams one 2

test_that "what nobody has written on for a while is as it will stay"
begin_anew
code begin one 1
everywhere
n_lines one 4
code sql "UPDATE message SET time_updated = time_updated - 700000" \
    "UPDATE part SET time_updated = time_updated - 700000"
everywhere
is_stored one
n_streams one 1

test_that "a time to come holds nothing for ever"
begin_anew
code begin one 1
code sql "UPDATE part SET time_updated = time_updated + 10000000" \
    "UPDATE message SET time_updated = time_updated + 10000000"
everywhere
is_stored one

test_that "an answer behind which the next has begun is as it will stay"
begin_anew
code begin one 1
code turn one 2
everywhere
is_stored one
n_streams one 1

test_that "what is taken back opens a stream, and the old one is kept"
begin_anew
code stream one 1 9
everywhere
run seshat show one --raw
cp "$T/out" "$T/old"
vault_sync
old=$(find "$vault" -path '*/one/stream-*' | sed 's/.*-\([0-9a-f]*\)\.json$/\1/')
code sql "DELETE FROM part WHERE message_id LIKE 'onemsg_000009%'" \
    "DELETE FROM message WHERE id LIKE 'onemsg_000009%'"
everywhere
expect_status 0
is_stored one
n_streams one 2
run seshat show one --stream "$old" --raw
same "$T/old" "$T/out"
code turn one 10
everywhere
is_stored one
n_streams one 2
others_are_well

test_that "and so does an edit"
code sql "UPDATE part SET data = '{\"type\":\"text\",\"text\":\"no\"}' WHERE
    message_id = 'onemsg_000008a'"
everywhere
is_stored one
n_streams one 3

test_that "a part that is no JSON, bytes, and what is as long as a part may be"
begin_anew
code turn one 1
code sql "UPDATE part SET data = 'no JSON' WHERE id LIKE '%a0'" \
    "UPDATE part SET data = x'00fffe' WHERE id LIKE '%b0'" \
    "UPDATE part SET data = json_set(data, '\$.text',
    printf('%.*c', 20000000, 'y')) WHERE id LIKE '%b1'" \
    "UPDATE part SET data = CAST(x'66fffe67' AS TEXT) WHERE id LIKE '%b2'"
everywhere
expect_status 0
run seshat show one --raw
expect_status 0
out_has '"data":"no JSON","role":"user"'
out_has '"data":\{"\$base64":"AP/\+"\},"role":"assistant"'
out_has '"data":\{"\$base64":"Zv/\+Zw=="\}'
check test "$(wc -c <"$T/out")" -gt 20000000
run seshat verify --source one
expect_status 0

test_that "a session that another began names it, and belongs to its folder"
begin_anew
code turn one 1
code child two one
everywhere
is_stored two
run seshat show two
out_has '^parent +one$'
run seshat sessions --harness opencode --cwd /src/demo --json
check test "$(wc -l <"$T/out")" = 2

test_that "every name of a database is one, and \$OPENCODE_DB names one"
cp "$db" "${db%.db}-beta.db"
code sql "DELETE FROM session"
run seshat sessions --harness opencode --everywhere --json
check test "$(grep -c '"id":"one"' "$T/out")" = 1
mv "${db%.db}-beta.db" "$T/mine.db"
OPENCODE_DB=$T/mine.db
export OPENCODE_DB
run seshat sessions --harness opencode --everywhere --json
check test "$(wc -l <"$T/out")" = 4
mv "$T/mine.db" "${db%/*}/mine.sqlite"
OPENCODE_DB=mine.sqlite # below OpenCode's folder, wherever one is
run seshat sessions --harness opencode --everywhere --json
check test "$(wc -l <"$T/out")" = 4
check grep -q "${db%/*}/mine.sqlite" "$T/out"
OPENCODE_DB=:memory:
run seshat sessions --harness opencode --everywhere --json
out_lacks 'mine.sqlite|:memory:'
rm "${db%/*}/mine.sqlite"
unset OPENCODE_DB

test_that "a database that is locked is told, and the others are mirrored"
begin_anew
everywhere
mkfifo "$T/go" "$T/said"
code lock <"$T/go" >"$T/said" &
exec 8>"$T/go" 9<"$T/said"
read -r word <&9
check test "$word" = held
lines "$healthy" "$T/work/demo" 4 9 >>"$source"
everywhere
expect_status 5
err_has 'opencode\.db: locked by another program'
others_are_well
exec 8>&- 9<&-
wait
rm "$T/go" "$T/said"
everywhere
expect_status 0
is_stored "$real"

for accident in garbage cut empty; do
	test_that "a database that is $accident is told, the others are mirrored"
	begin_anew
	everywhere
	code sql "PRAGMA wal_checkpoint(TRUNCATE)"
	rm -f "$db-wal" "$db-shm"
	case $accident in
	garbage) head -c 20000 /dev/urandom >"$db" ;;
	cut) truncate -s 5000 "$db" ;;
	empty) : >"$db" ;;
	esac
	lines "$healthy" "$T/work/demo" 4 9 >>"$source"
	everywhere
	expect_status 5
	err_has 'opencode\.db: (damaged|not laid out)'
	others_are_well
	run seshat show "$real" --raw
	expect_status 0
	check test "$(wc -l <"$T/out")" = 22
done

test_that "a database of another layout is told"
begin_anew
code sql "ALTER TABLE part RENAME TO piece"
everywhere
expect_status 5
err_has 'not laid out as this version knows it: no such table: part'
others_are_well
begin_anew
code sql "ALTER TABLE message RENAME COLUMN time_updated TO changed"
everywhere
expect_status 5
err_has 'not laid out as this version knows it: no such column: '

test_that "no view and no trigger of the database runs"
begin_anew
code sql "ALTER TABLE part RENAME TO piece" \
    "CREATE VIEW part AS SELECT * FROM piece"
everywhere
expect_status 5
err_has 'opencode\.db: not laid out'

test_that "a copy that goes on elsewhere is a stream of its own"
begin_anew
code turn one 1
everywhere
code sql "PRAGMA wal_checkpoint(TRUNCATE)"
here=$db
db=$T/second/opencode.db
mkdir -p "${db%/*}"
cp "$here" "$db"
code turn one 3
run env OPENCODE_DB="$db" XDG_STATE_HOME="$T/second-state" "$SESHAT_BIN" \
    mirror --session-id one --no-redact
expect_status 0
vault_sync
is_stored one
db=$here
code turn one 2
everywhere
expect_status 0
n_streams one 2
for stream in $(find "$vault" -path '*/one/stream-*' |
    sed 's/.*-\([0-9a-f]*\)\.json$/\1/'); do
	seshat show one --stream "$stream" --raw
done >"$T/both"
for n in 1 2 3; do
	check grep -q "question $n " "$T/both"
done
run seshat verify --source one
expect_status 0

test_that "nothing is put into the database, with what to do instead"
begin_anew
everywhere
run seshat restore "$real"
expect_status 1
err_has "'seshat show $real --raw' has the text$"

test_that "a follow stores what a writer writes, each row once and in order"
anew
rm -rf "${db%/*}"
mkdir -p "${db%/*}"
code make "$SESHAT_SOURCE/tests/data/opencode/opencode.sql"
code turn one 1
follow --everywhere --no-redact --interval 0.05
stored one
code stream one 2 40
code begin one 41
has_all() {
	seshat show one --raw >"$T/raw" 2>/dev/null
	[ "$(wc -l <"$T/raw")" = 284 ]
}
soon has_all
n_streams one 1
code run one 41
code done one 41
code lines one >"$T/rows"
soon has one "$T/rows"
n_streams one 1
code begin one 42
end_follow
is_stored one
n_streams one 1

test_that "a follow that is killed loses nothing, and nothing is stored twice"
anew
rm -rf "${db%/*}"
mkdir -p "${db%/*}"
code make "$SESHAT_SOURCE/tests/data/opencode/opencode.sql"
code turn one 1
for n in 2 12 22; do
	follow --everywhere --no-redact --interval 0.05
	code stream one "$n" $((n + 9)) &
	writer=$!
	[ "$n" = 22 ] || stored one
	end_follow KILL
	wait "$writer"
done
everywhere
expect_status 0
is_stored one
n_streams one 1
run seshat verify --source one
expect_status 0

finish
