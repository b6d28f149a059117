# OpenHands CLI, whose sessions are folders that grow by files: found, mirrored
# while they grow and after that, read; what is half written, missing or changed.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"

unset OPENHANDS_CONVERSATIONS_DIR OPENHANDS_PERSISTENCE_DIR OH_PERSISTENCE_DIR
data=$SESHAT_SOURCE/tests/data/openhands
id=086c7ecf6cb746b69fbcb900358d1247
root=$HOME/.openhands/conversations
events=$root/$id/events

# event_file N: its path.
event_file() {
	printf '%s/event-%05d-0f8a1c52-0000-4000-8000-%012d.json' \
	    "$events" "$1" "$(($1 + 1))"
}

# event N [WORD]: what stands in it.
event() {
	printf '{"id":"0f8a1c52-0000-4000-8000-%012d","timestamp":"2026-11-22T22:00:10.000001","source":"user","llm_message":{"role":"user","content":[{"type":"text","text":"%s %d"}]},"kind":"MessageEvent"}' \
	    "$(($1 + 1))" "${2-line}" "$1"
}

# add FROM TO
add() {
	n=$1
	while [ "$n" -le "$2" ]; do
		event "$n" >"$(event_file "$n")"
		n=$((n + 1))
	done
}

# whole: all events as lines, by number.
whole() {
	for f in $(find "$events" -type f -name 'event-?????*-*.json' | sed 's|.*/event-||' |
	    sort -n); do
		cat "$events/event-$f"
		echo
	done >"$T/whole"
}

begin_anew() {
	anew
	rm -rf "$HOME/.openhands"
	mkdir -p "$HOME/.openhands"
	cp -r "$data/conversations" "$root"
	chmod -R u+w "$root"
	sed -i 's/"\*\*\*\*\*\*\*\*\*\*"/"never-to-be-read"/' \
	    "$root/$id/base_state.json"
	# what is no session, and what is no event
	mkdir -p "$root/notes/events" "$root/$id/events/more"
	echo '{}' >"$root/notes/events/event-00000-0f8a1c52.json"
	echo 'never-to-be-read' >"$events/.eventlog.lock"
	echo 'never-to-be-read' >"$events/event-1-0f8a1c52.json"
	echo 'never-to-be-read' >"$events/event-00001-0f8a1c52.json.tmp"
}

everywhere() {
	run seshat mirror --everywhere --no-redact
	expect_status 0
}

n_lines() {
	run seshat show "$id" --raw
	expect_status 0
	check test "$(wc -l <"$T/out")" = "$1"
}

# in_order: what is stored are all events.
in_order() {
	whole
	vault_sync
	is_whole "$id" "$T/whole"
}

long_ago() {
	find "$events" -exec touch -d '2026-01-01 00:00:00' {} +
}

test_that "it is found, with directory and title, and nothing else is"
begin_anew
run seshat sessions --everywhere --json
expect_status 0
expect_err ""
check test "$(wc -l <"$T/out")" = 1
out_has "\"harness\":\"openhands\",\"id\":\"$id\",.*\"cwd\":\"/srv/harnesslab/demo\",\"title\":\"Please list the files.\",.*\"rows\":4"

test_that "its variables say where it is"
mv "$HOME/.openhands" "$T/elsewhere"
for variable in OPENHANDS_CONVERSATIONS_DIR="$T/elsewhere/conversations" \
    OPENHANDS_PERSISTENCE_DIR="$T/elsewhere" OH_PERSISTENCE_DIR="$T/elsewhere"; do
	run env "$variable" "$SESHAT_BIN" sessions --everywhere --json
	out_has "\"id\":\"$id\""
done
mv "$T/elsewhere" "$HOME/.openhands"

test_that "each file is a line, and nothing is new after that; a link is no event"
ln -s ../base_state.json "$(event_file 4)"
everywhere
out_has '^mirrored 1 of 1 session, .* 0 failed'
in_order
everywhere
out_has '^mirrored 0 of 1 session'
run seshat verify --source
expect_status 0
out_has '^verified 1 session, 1 part, .* 0 damaged'
run grep -rl "never-to-be-read" "$HOME/.local/share/seshat"
expect_status 1
rm "$(event_file 4)"

test_that "it is read"
run seshat show "$id" --text
expect_status 0
out_has '^-- user'
out_has '^I look at the folder\.$'
out_has '^-- tool terminal'
out_has '^-- result terminal'
out_has '^README\.md$'
out_has '^There is one file\.$'
run seshat export "$id" -o "$T/x.zip"
expect_status 0

test_that "it cannot be put back, and that is said"
run seshat restore "$id"
check test "$status" != 0
err_has 'can be put into none'

test_that "events with more digits come behind the others"
n=4
add 4 9
event 99999 >"$(event_file 99999)"
event 100000 >"$(event_file 100000)"
long_ago
everywhere
n_lines 12
in_order
check test "$(streams "$id")" = 1

test_that "a file that is half there waits, and then is taken once"
begin_anew
everywhere
event 4 | head -c 60 >"$(event_file 4)"
everywhere
n_lines 4
event 4 >"$(event_file 4)"
everywhere
n_lines 5
in_order
: >"$(event_file 5)"
everywhere
n_lines 5
event 5 >"$(event_file 5)"
everywhere
in_order
check test "$(streams "$id")" = 1

test_that "one that stays so is kept as text in the end"
event 6 | head -c 60 >"$(event_file 6)"
long_ago
everywhere
n_lines 7
check grep -q '^"{\\"id\\"' "$T/out"

test_that "what stands behind a missing number waits for it"
begin_anew
event 5 >"$(event_file 5)"
everywhere
n_lines 4
event 4 >"$(event_file 4)"
everywhere
n_lines 6
in_order
check test "$(streams "$id")" = 1

test_that "a document in several lines is one line"
printf '{\n  "kind": "MessageEvent",\n  "source": "user"\n}\n' \
    >"$(event_file 6)"
everywhere
n_lines 7
check grep -qx '{"kind":"MessageEvent","source":"user"}' "$T/out"

test_that "what is gone or changed does not mix with what is new"
begin_anew
add 4 20
everywhere
rm "$(event_file 18)"
event 20 changed >"$(event_file 20)"
long_ago
everywhere
in_order
check test "$(streams "$id")" = 2

test_that "files are followed as they come"
begin_anew
follow --everywhere --no-redact --interval 0.2
stored "$id"
add 4 9
all_there() {
	whole
	vault_sync
	has "$id" "$T/whole"
}
soon all_there
event 10 | head -c 40 >"$(event_file 10)"
rest=$(event 10 | tail -c +41)
printf '%s' "$rest" >>"$(event_file 10)"
soon all_there

test_that "and by one that was killed, and by the next, each once"
kill -9 "$follow_pid"
wait "$follow_pid" 2>/dev/null || :
add 11 15
follow --everywhere --no-redact --interval 0.2
soon all_there
add 16 16
soon all_there
check test "$(streams "$id")" = 1

test_that "a session that begins while all are followed is met"
other=ffffffffffffffffffffffffffffffff
mkdir -p "$root/$other/events"
event 0 >"$root/$other/events/event-00000-0f8a1c52-0000.json"
stored "$other"
end_follow
expect_status 0

finish
