# What session logs say of an agent's session, in its timeline, its page, the
# API and a search.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/web.sh"

command -v curl >/dev/null || skip_all "it needs curl"
a=aaaaaaaa-4444-4333-8444-555555555555
b=bbbbbbbb-4444-4333-8444-555555555555
demo=$T/work/demo
mkdir -p "$demo/.git"
logs=$XDG_DATA_HOME/seshat/sessions
page=/sessions/claude-code

# ran LOG ID TIME SKILL: an entry of ID in the log's file.
ran() {
	mkdir -p "$logs"
	printf '{"session_id":"%s","timestamp":"%s","skill":"%s","phase":"build","input":{"command":"make <b>"},"attempts":[{"attempt":1,"model":"m-1","output_summary":"zebra <i> of %s","runner_output":"boom","verified":false},{"attempt":2,"model":"m-2","verified":true}],"final_status":"success","duration_ms":1234}\n' \
	    "$2" "$3" "$4" "$4" >>"$logs/$1.jsonl"
}

# order WORD...: the last answer has them one behind the other.
order() {
	python3 - "$T/out" "$@" <<'PY' || fail "not in this order: $*"
import sys
text = open(sys.argv[1]).read()
at = [text.find(w) for w in sys.argv[2:]]
sys.exit(-1 in at or at != sorted(at))
PY
}

anew
fake "$a" "$demo" 6
fake "$b" "$demo" 3
ran "$a" "$a" 2026-01-01T00:00:02.500Z lint
ran "$a" "$a" 2026-01-01T00:00:02.400Z early
ran "$a" "$b" 2026-01-01T00:00:02.000Z other
ran odd "$a" 2026-01-01T00:00:04.000Z odd-one
ran "$a" "$a" 2026-01-02T00:00:00.000Z late
ran "$a" 00000000-nowhere 2026-01-01T00:00:04.000Z nowhere
mirror --everywhere
serve
# log_id NAME: that of the log in the vault.
log_id() {
	seshat list --json --harness seshat-log |
	    sed -n "s/.*\"\($1@[0-9a-f]*\)\".*/\1/p" | head -1
}
log=$(log_id "$a")
odd=$(log_id odd)

# runs N: the session's page has so many.
runs() {
	get 200 "$page/$a"
	[ "$(grep -c 'class="turn run"' "$T/out")" = "$1" ]
}

test_that "an entry stands in the session's page, where it happened"
soon runs 4
well_formed
order 'id="L2"' '>early<' '>lint<' 'id="L3"' 'id="L4"' '>odd-one<' 'id="L5"' \
    'id="L6"' '>late<'
has '<dt>Skill runs</dt><dd>4</dd>'
has '2 attempts, verified'
has '1.2 s'
has 'zebra &lt;i&gt; of lint'
lacks 'other'
lacks 'nowhere'
get 200 "$page/$b"
order 'id="L2"' '>other<' 'id="L3"'
has '<dt>Skill runs</dt><dd>1</dd>'

test_that "a page from the middle has those that stand there"
get 200 "$page/$a?from=3"
order '>early<' '>lint<' 'id="L3"'
get 200 "$page/$a?from=4"
lacks '>lint<'
order 'id="L4"' '>odd-one<' 'id="L5"'
get 200 "$page/$a?from=5"
order '>odd-one<' 'id="L5"' '>late<'

test_that "the log's page leads to the sessions"
get 200 "/sessions/seshat-log/$log"
has '<dt>Skills ran in</dt>'
has "href=\"$page/$a\""
has "href=\"$page/$b\""
get 200 "$page/$a?run=$odd:1"
has "id=\"log:$(echo "$odd" | sed 's/@/%40/'):1\""

test_that "the API tells of them, a page ends behind a line"
get 200 "/api/sessions/$a/events?limit=3"
is '[(e["line"], e["kind"]) for e in d["events"]] == [(1, "text"), (2, "text"), (3, "skill_run"), (3, "skill_run"), (3, "text")]'
is 'd["next"] == 4'
is "d['events'][2]['log'] == '$log' and d['events'][2]['log_line'] == 2"
is 'd["events"][2]["text"] == "early (build): success"'
is 'd["events"][3]["entry"]["attempts"][1]["verified"] is True'
get 200 "/api/sessions/$a/events?from=4"
is '[(e["line"], e["kind"]) for e in d["events"]] == [(4, "text"), (5, "skill_run"), (5, "text"), (6, "text"), (7, "skill_run")]'
is 'd["next"] is None'
get 200 "/api/sessions/$a/raw"
lacks skill_run
lacks early

# found N: so many hits of the answer to a search.
found() {
	get 200 "/api/search?q=$1"
	is "len(d['hits']) == $2"
}

test_that "a search finds an entry once, and leads to where it stands"
found 'zebra+lint' 1
is "d['hits'][0]['session_id'] == '$a' and d['hits'][0]['harness'] == 'claude-code'"
is "d['hits'][0]['line'] == 3 and d['hits'][0]['log'] == '$log' and d['hits'][0]['log_line'] == 1"
is "d['hits'][0]['tool'] == 'lint' and d['sessions'] == 1"
# more than one of its events has the word
found lint 1
found late 1
is 'd["hits"][0]["line"] == 7'
found "session:$a+odd" 1
found "session:$a+-session:$a+odd" 0
# its session is not there
found 'zebra+nowhere' 1
is "d['hits'][0]['session_id'] == '$log' and 'log' not in d['hits'][0]"
get 200 "/search?q=zebra+lint"
well_formed
has "href=\"$page/$a?run=$(echo "$log" | sed 's/@/%40/'):1#log:"
has 'before line '
run seshat search zebra odd-one
expect_status 0
has 'before line 5  skill odd-one  m-1: zebra'

test_that "show --text and --html have them; the transcript stays as it is"
run seshat show "$a" --text
expect_status 0
order 'line 2' '-- skill early, build: success, 1234 ms' '-- skill lint' \
    'attempt 1, m-1: zebra <i> of lint' 'line 3' 'line 4' \
    '-- skill odd-one' 'line 5' 'line 6' '-- skill late'
run seshat show "$a" --text --from 5
order '-- skill odd-one' 'line 5' '-- skill late'
lacks 'skill lint'
run seshat show "$a" --text --tail 2
order 'line 5' 'line 6' '-- skill late'
lacks 'skill odd-one'
run seshat show "$a" --html
order 'id="L2"' '>early<' '>lint<' 'id="L3"' '>odd-one<' 'id="L5"' '>late<'
run seshat show "$a" --raw
cmp -s "$T/out" "$(source_of "$a" "$demo")" || fail "--raw is another"
# without a catalog: what the names of logs tell
end_serve
mv "$XDG_CACHE_HOME" "$T/away"
run seshat show "$a" --text
order '-- skill early' '-- skill lint' 'line 3' 'line 6' '-- skill late'
lacks 'odd-one'
mv "$T/away" "$XDG_CACHE_HOME"

test_that "a catalog of an older version is made anew, and has them"
python3 - "$XDG_CACHE_HOME"/seshat/catalog/*.db <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA user_version = 4")
db.execute("DROP TABLE run")
db.commit()
PY
run seshat search --json zebra lint
expect_status 0
has '"log":'

test_that "the same id of another harness: it is in both, and found once"
codex=$CODEX_HOME/sessions/2026/01/02
mkdir -p "$codex"
cat >"$codex/rollout-2026-01-02T00-00-00-$a.jsonl" <<LINES
{"timestamp":"2026-01-01T23:59:00.000Z","type":"session_meta","payload":{"id":"$a","cwd":"$demo"}}
{"timestamp":"2026-01-01T23:59:30.000Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"hello"}]}}
{"timestamp":"2026-01-02T00:01:00.000Z","type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"world"}]}}
LINES
mirror --everywhere
found_by() {
	run seshat search --json zebra "$1"
	[ "$(wc -l <"$T/out")" = 1 ] || fail "not one: $(cat "$T/out")"
}
found_by late
is 'd["harness"] == "codex" and d["line"] == 3'
found_by lint
is 'd["harness"] == "claude-code" and d["line"] == 3'
run seshat show "codex/$a" --text
order 'skill lint' 'hello' 'skill late' 'world'
run seshat rm "codex/$a" --yes
expect_status 0

test_that "of very many in one place 100 are shown, and a link leads to more"
c=cccccccc-4444-4333-8444-555555555555
fake "$c" "$demo" 3
n=1
while [ "$n" -le 250 ]; do
	ran many "$c" 2026-01-01T00:00:02.500Z "many-$n-"
	n=$((n + 1))
done
mirror --everywhere
many=$(log_id many)
serve

# at PATH N: so many runs are shown there.
at() {
	get 200 "$page/$c$1"
	[ "$(grep -c 'class="turn run"' "$T/out")" = "$2" ]
}
soon at '' 100
order 'id="L2"' '>many-1-<' '>many-100-<' '150 more skill runs' 'id="L3"'
at "?run=$many:101" 100 || fail "not 100"
order 'id="L2"' '100 earlier skill runs' '>many-101-<' '>many-200-<' \
    '50 more skill runs' 'id="L3"'
at "?run=$many:201" 50 || fail "not 50"
order '200 earlier skill runs' '>many-201-<' '>many-250-<' 'id="L3"'
lacks ' more skill runs'
at "?run=$many:50" 100 || fail "not 100"
has '>many-1-<'
at "?run=$many:5000" 100 || fail "not 100"
at "?run=nothing" 100 || fail "not 100"
get 200 "/api/sessions/$c/events"
is '[e["kind"] for e in d["events"]].count("skill_run") == 100'
is "[e for e in d['events'] if e['kind'] == 'skill_runs'] == [{'line': 3, 'kind': 'skill_runs', 'log': '$many', 'log_line': 101, 'n': 150}]"
get 200 "/api/sessions/$c/events?limit=2"
is 'd["next"] == 3'
end_serve

test_that "the beginning of a session's id means the session, not its log"
run seshat show "$(echo "$a" | cut -c 1-13)" --json
expect_status 0
out_has '"harness": *"claude-code"'
run seshat show "seshat-log/$(echo "$a" | cut -c 1-13)" --json
expect_status 0
out_has '"harness": *"seshat-log"'

test_that "list tells short ids of logs, each of which means that session"
ran my-session-log "$b" 2026-01-01T00:00:05.000Z named
ran odd-too "$b" 2026-01-01T00:00:05.000Z twice
mirror --everywhere
owner=${log#*@}
run seshat list --limit 0
expect_status 0
out_has '^aaaaaaaa  +claude-code'
out_has "^aaaaaaaa@$owner  +seshat-log"
out_has '^bbbbbbbb  +claude-code'
out_has '^my-session-log  +seshat-log'
out_has "^odd@$owner  +seshat-log"
out_has '^odd-too  +seshat-log'
for filter in '' '--harness seshat-log' '--harness claude-code'; do
	seshat list --limit 0 --json $filter |
	    sed 's/.*"harness":"\([^"]*\)".*"session_id":"\([^"]*\)".*/\1 \2/' \
	    >"$T/ids"
	seshat list --limit 0 $filter | sed -e 1d -e 's/ .*//' >"$T/shown"
	check test "$(wc -l <"$T/ids")" = "$(wc -l <"$T/shown")"
	paste -d ' ' "$T/ids" "$T/shown" >"$T/both"
	while read -r harness id shown; do
		run seshat show "$shown" --json
		expect_status 0
		out_has "\"harness\": *\"$harness\""
		out_has "\"session_id\": *\"$id\""
	done <"$T/both"
done

test_that "a session is meant by its short id, however many machines' logs it has"
few=file://$T/few
mkdir -p "$T/few/ids/seshat-log"
for n in 1 2 3; do
	echo demo >"$T/few/ids/seshat-log/dddddddd-2222@${n}0000000"
done
for agent in codex zed; do
	mkdir "$T/few/ids/$agent"
	echo demo >"$T/few/ids/$agent/dddddddd-2222"
	run seshat show dddddddd --store "$few"
	err_lacks "fits"
	mkdir -p "$T/few/ids/vibe"
	echo demo >"$T/few/ids/vibe/dddddddd-3333"
	run seshat show dddddddd --store "$few"
	err_has "'dddddddd' fits . sessions"
	rm -r "$T/few/ids/$agent" "$T/few/ids/vibe"
done

test_that "nothing is left of a log, or a session, that was removed"
run seshat rm "seshat-log/$log" --yes
expect_status 0
serve
soon runs 1
has '>odd-one<'
has '<dt>Skill runs</dt><dd>1</dd>'
found 'zebra+lint' 0
run seshat rm "claude-code/$a" --yes
expect_status 0
# stands_alone: the entry is a hit of its log.
stands_alone() {
	get 200 "/api/search?q=zebra+odd"
	! grep -q '"log_line"' "$T/out"
}
soon stands_alone
is "len(d['hits']) == 1 and d['hits'][0]['session_id'] == '$odd'"

finish
