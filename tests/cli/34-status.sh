# What 'seshat status' says of the sessions of this machine.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

a=aaaaaaaa-2222-4333-8444-555555555555
b=bbbbbbbb-2222-4333-8444-555555555555
demo=$T/work/demo
notes=$T/work/notes
settings=$CLAUDE_CONFIG_DIR/settings.json

# two: sessions a and b, stored; $source is that of a.
two() {
	anew
	fake "$b" "$notes"
	beside=$source
	fake "$a" "$demo"
	mirror --everywhere
}

status() {
	run seshat status "$@"
}

# json EXPRESSION: true of the objects by id, o["aaaaaaaa"] (null is "-").
json() {
	run seshat status --json
	python3 -c '
import json, sys
o = {}
for line in open(sys.argv[1]):
    row = json.loads(line)
    o[(row["session_id"] or "-")[:8]] = row
if not eval(sys.argv[2]):
    sys.exit("not so: %s\n%s" % (sys.argv[2], o))' "$T/out" "$1" \
	    >"$T/hits" 2>&1 || fail "$(cat "$T/hits")"
}

# append TEXT...: a line each to session a, now.
append() {
	printf '%s\n' "$@" >>"$source"
}

test_that "what is stored up to its last line is protected"
two
status
expect_status 0
expect_err ""
out_has '^2 sessions: 2 protected$'
out_lacks 'UNPROTECTED|BEHIND'
json 'o["aaaaaaaa"]["state"] == "protected" and o["aaaaaaaa"]["reason"] is None'
json 'o["aaaaaaaa"]["source_bytes"] == o["aaaaaaaa"]["mirrored_bytes"] > 0'
json 'o["aaaaaaaa"]["stored_bytes"] > 0 and o["aaaaaaaa"]["rev"] == 1'
json 'o["aaaaaaaa"]["pending_bytes"] == 0 and o["aaaaaaaa"]["pending_since"] is None'
json 'len(o["aaaaaaaa"]["stream"]) == 8 and o["aaaaaaaa"]["project"] == "demo"'
json 'o["aaaaaaaa"]["path"].endswith("aaaaaaaa-2222-4333-8444-555555555555.jsonl")'

test_that "every object has the same keys, in their order"
keys='harness session_id project cwd title path state reason source_bytes
mirrored_bytes stored_bytes pending_bytes pending_since torn_bytes pending_files stream rev
verified_at last_write deleted_in_days deleted_at retention'
run seshat status --json
python3 -c '
import json, sys
for line in open(sys.argv[1]):
    assert list(json.loads(line)) == sys.argv[2].split(), line' \
    "$T/out" "$keys" || fail "other keys: $(cat "$T/out")"
seshat status --help >"$T/help"
for key in $keys; do
	grep -q "$key" "$T/help" || fail "the help does not name $key"
done

test_that "nothing is written, neither in the vault nor beside it"
everything() {
	find "$XDG_DATA_HOME" "$XDG_STATE_HOME" "$HOME" "$CLAUDE_CONFIG_DIR" \
	    -printf '%p %y %s %T@ %C@ %i\n' | sort
}
everything >"$T/before"
status
everything >"$T/after"
same "$T/before" "$T/after"

test_that "an unfinished last line is not behind"
two
printf '{"type":"us' >>"$source"
status
expect_status 0
out_has '^2 sessions: 2 protected$'
json 'o["aaaaaaaa"]["torn_bytes"] == 11 and o["aaaaaaaa"]["pending_bytes"] == 0'

test_that "what came lately is behind, and that is no failure"
two
append '{"x":1}' '{"y":2}'
printf '{"torn' >>"$source"
status
expect_status 0
out_has '^2 sessions: 1 protected, 1 behind by 16 B$'
out_has '^BEHIND +aaaaaaaa +claude-code +demo +16 B written .*: not all of it'
json 'o["aaaaaaaa"]["state"] == "behind" and o["aaaaaaaa"]["pending_bytes"] == 16'
json 'o["aaaaaaaa"]["torn_bytes"] == 6'

test_that "since when is told by the first line that is missing"
two
append '{"timestamp":"2026-03-04T05:06:07Z"}' '{"timestamp":"2026-04-04T05:06:07Z"}'
json 'o["aaaaaaaa"]["pending_since"] == "2026-03-04T05:06:07.000Z"'

test_that "the end of a big one is enough, and the bytes are right"
two
python3 -c '
for i in range(3000):
    print("{\"n\":%d,\"text\":\"%s\"}" % (i, "x" * 100))' >"$T/more"
cat "$T/more" >>"$source"
json 'o["aaaaaaaa"]["pending_bytes"] == '"$(wc -c <"$T/more")"
mirror --everywhere
status
out_has '^2 sessions: 2 protected$'

test_that "what nobody mirrors for an hour is unprotected: status 1"
two
append '{"x":1}'
touch -d '2 hours ago' "$source"
status
expect_status 1
out_has '^2 sessions: 1 protected, 1 unprotected$'
out_has "^UNPROTECTED +aaaaaaaa +claude-code +demo +8 B .*nobody mirrors it any more \('seshat mirror --everywhere' stores it\)"
json 'o["aaaaaaaa"]["state"] == "unprotected"'
mirror --everywhere
status
expect_status 0

test_that "what was never stored is unprotected"
fake cccccccc-2222-4333-8444-555555555555 "$demo"
status
expect_status 1
out_has '^3 sessions: 2 protected, 1 unprotected$'
out_has '^UNPROTECTED +cccccccc .*nothing of it is stored'
json 'o["cccccccc"]["stream"] is None and o["cccccccc"]["project"] is None'
json 'o["cccccccc"]["rev"] is None and o["cccccccc"]["mirrored_bytes"] == 0'

test_that "-q prints what is unprotected and nothing else"
run seshat status -q
expect_status 1
out_has '^UNPROTECTED +cccccccc'
check test "$(wc -l <"$T/out")" = 1
mirror --everywhere
run seshat status -q
expect_status 0
expect_out ""

test_that "--cwd and --harness narrow"
fake dddddddd-2222-4333-8444-555555555555 "$T/work/other"
status --cwd "$demo"
expect_status 0
out_has '^2 sessions: 2 protected'
status --cwd "$T/work/other"
expect_status 1
status --harness codex
expect_status 3
status --harness nosuch
expect_status 2

test_that "--limit cuts the lines, not what is counted"
two
for n in 1 2 3 4; do
	fake "eeeeeee$n-2222-4333-8444-555555555555" "$demo"
done
status --limit 2
expect_status 1
out_has '4 unprotected$'
out_has '^and 2 more \(--limit 0 shows all\)$'
check test "$(grep -c ^UNPROTECTED "$T/out")" = 2
status -n 0
check test "$(grep -c ^UNPROTECTED "$T/out")" = 4

test_that "an empty transcript has nothing to protect"
two
: >"$(source_of cccccccc-2222-4333-8444-555555555555 "$demo")"
status
expect_status 0
out_has '^3 sessions: 3 protected$'
json 'o["cccccccc"]["reason"] == "there is nothing in it yet"'
json 'o["cccccccc"]["source_bytes"] == 0'

test_that "one that was emptied is kept as it was"
two
: >"$source"
status
expect_status 0
json '"what was stored of it is kept" in o["aaaaaaaa"]["reason"]'

test_that "a rewritten one is behind, and after an hour unprotected"
two
lines "$a" "$demo" 30 35 >"$source"
status
expect_status 0
out_has '^BEHIND +aaaaaaaa .*rewritten since it was stored'
json 'o["aaaaaaaa"]["pending_bytes"] == o["aaaaaaaa"]["source_bytes"]'
touch -d '2 hours ago' "$source"
status
expect_status 1
out_has '^UNPROTECTED +aaaaaaaa .*rewritten'
mirror --everywhere
status
expect_status 0

test_that "of the same size, too"
two
sed 's/line 3/LINE 3/' "$source" >"$T/other"
cat "$T/other" >"$source"
status
out_has '^BEHIND +aaaaaaaa .*rewritten'

test_that "one that was moved is protected at its new place"
two
mkdir -p "${source%/*}-moved"
mv "$source" "${source%/*}-moved/"
status
expect_status 0
out_has '^2 sessions: 2 protected$'

test_that "a removed one is told apart"
two
run seshat rm --yes "$a"
expect_status 0
status
expect_status 0
out_has '^2 sessions: 1 protected, 1 removed$'
json 'o["aaaaaaaa"]["state"] == "removed"'

test_that "a stopped one is protected, and with its torn line"
two
printf '{"torn' >>"$source"
run seshat stop "$a"
expect_status 0
status
expect_status 0
out_has '^2 sessions: 2 protected$'
json 'o["aaaaaaaa"]["torn_bytes"] == 0 and o["aaaaaaaa"]["stream"] is not None'

test_that "a lost state is no alarm"
two
append '{"x":1}'
mirror --everywhere
rm -r "$XDG_STATE_HOME/seshat"
status
expect_status 0
out_has '^2 sessions: 2 protected$'
append '{"x":2}'
status
expect_status 0
out_has '^2 sessions: 1 protected, 1 behind by 8 B$'
check test ! -e "$XDG_STATE_HOME/seshat/mirror"

test_that "a part that is gone is an alarm, with or without a state"
todo_far "of a bucket status asks only which sessions it has"
two
rm "$(parts "$a")"
status
expect_status 1
out_has '^UNPROTECTED +aaaaaaaa .*no longer holds it'
rm -r "$XDG_STATE_HOME/seshat"
status
expect_status 1
out_has '^UNPROTECTED +aaaaaaaa '
out_has '1 protected, 1 unprotected$'

test_that "so is a part that is another"
todo_far "of a bucket status asks only which sessions it has"
two
echo rubbish >"$(parts "$a")"
status
expect_status 1
out_has "^UNPROTECTED +aaaaaaaa .*is damaged \('seshat verify --repair' mends it\)"
run seshat verify --repair
expect_status 0
status
expect_status 0

for how in gone emptied; do
	test_that "a vault that is $how is an alarm, and told"
	two
	rm -r "$vault"
	[ $how = gone ] || mkdir "$vault"
	status
	expect_status 1
	expect_err "seshat: there is no vault at $(vault_url) yet"
	out_has '^2 sessions: 0 protected, 2 unprotected$'
	out_has "no longer holds it \('seshat mirror --everywhere' stores it again\)"
	json 'len(o) == 2'
	expect_status 1
	mirror --everywhere
	status
	expect_status 0
	expect_err ""
done

# metrics: what Prometheus' promtool asks of them: help and type before the first
# sample of a family, no sample twice, base units.  "name labels value" a line.
metrics() {
	run seshat status --prometheus "$@"
	python3 - "$T/out" >"$T/metrics" 2>"$T/hits" <<'END' || fail "$(cat "$T/hits")"
import re, sys
text = open(sys.argv[1]).read()
known, seen = {}, set()
assert text.endswith("\n")
for line in text.splitlines():
    m = re.fullmatch(r"# (HELP|TYPE) (seshat_[a-z_]+) (.+)", line)
    if m:
        assert m[2] not in known or (m[1] == "TYPE" and known[m[2]] == 1), line
        known[m[2]] = known.get(m[2], 0) + 1
        assert m[1] == "HELP" or m[3] == "gauge", line
        continue
    m = re.fullmatch(r"(seshat_[a-z_]+)(\{[a-z]+=\"[^\"\\]*\"(?:,[a-z]+="
                     r"\"[^\"\\]*\")*\})? ([0-9]+(?:\.[0-9]+)?)", line)
    assert m and known[m[1]] == 2 and line.split(" ")[0] not in seen, line
    assert not re.search(r"_(days|ms|kb|total|count)$", m[1]), line
    seen.add(line.split(" ")[0])
    print(line)
END
}

metric() {
	grep -qF -- "$1" "$T/metrics" || fail "no '$1': $(cat "$T/metrics")"
}

test_that "metrics tell the same, and the exit status is for cron"
two
metrics
expect_status 0
metric 'seshat_store_up 1'
metric 'seshat_sessions{harness="claude-code",state="protected"} 2'
metric 'seshat_sessions{harness="codex",state="protected"} 0'
metric 'seshat_pending_bytes 0'
metric 'seshat_pending_seconds 0.000'
metric 'seshat_deletion_unprotected_sessions{harness="claude-code"} 0'
metric 'seshat_follow_running 0'
metric 'seshat_hook_errors 0'
check grep -Eq 'seshat_deletion_seconds.* 25919[0-9]{2}' "$T/metrics"
rm -r "$vault" "$XDG_STATE_HOME/seshat"
touch -d '29 days ago' "$source" "$beside"
metrics
expect_status 1
metric 'seshat_sessions{harness="claude-code",state="unprotected"} 2'
metric 'seshat_deletion_unprotected_sessions{harness="claude-code"} 2'
metric "seshat_pending_bytes $(cat "$source" "$beside" | wc -c)"
check grep -Eq 'seshat_pending_seconds [0-9]{6,}' "$T/metrics"
check grep -Eq 'seshat_deletion_seconds.* 86[0-9]{3}' "$T/metrics"
run seshat status --prometheus --json
expect_status 2

test_that "metrics say that the store is up only when it was asked"
down() {
	run seshat status --prometheus "$@"
	check test "$status" -gt 0
	out_has '^seshat_store_up 0$'
	out_has '^seshat_status_timestamp_seconds '
}
anew
metrics
expect_status 0
metric 'seshat_store_up 1'
metric 'seshat_config_valid 1'
: >"$T/novault"
down --store "file://$T/novault"
out_has '^seshat_config_valid 1$'
two
down --store "file://$T/novault"

test_that "and a configuration that is broken is no silence"
down --config "$T/novault/none.yaml"
out_has '^seshat_config_valid 0$'
printf 'store: [\n' >"$T/broken.yaml"
down --config "$T/broken.yaml"
out_has '^seshat_config_valid 0$'
down --store nonsense://x
mirror --everywhere

test_that "verify, list and show tell of a vault that is not there"
rm -r "$vault"
run seshat verify
expect_status 3
expect_out ""
expect_err "seshat: there is no vault at $(vault_url) yet"
run seshat list
expect_status 0
expect_out ""
expect_err "seshat: there is no vault at $(vault_url) yet"
run seshat list --json
expect_status 0
expect_out ""
for command in show verify stop; do
	run seshat $command "$a"
	expect_status 3
	err_has "there is no vault at (file|s3|hf)://.* yet"
done
mirror --everywhere
run seshat --project nosuch list
expect_status 0
err_has '^no session in the store fits'
run seshat --project nosuch verify
expect_status 0

test_that "a vault whose sessions were all removed is one"
run seshat rm --yes "$a"
run seshat rm --yes "$b"
run seshat verify
expect_status 0
run seshat list
err_lacks 'no vault'

test_that "when it was verified last is remembered"
two
json 'o["aaaaaaaa"]["verified_at"] is None'
run seshat verify "$a"
expect_status 0
json 'o["aaaaaaaa"]["verified_at"][:2] == "20" and o["bbbbbbbb"]["verified_at"] is None'
append '{"x":1}'
mirror --everywhere
json 'o["aaaaaaaa"]["verified_at"] is not None'
cp "$(parts "$b")" "$T/part"
printf x >>"$(parts "$b")"
run seshat verify
expect_status 5
json 'o["aaaaaaaa"]["verified_at"] is not None and o["bbbbbbbb"]["verified_at"] is None'

# old DAYS: session a was written so long ago.
old() {
	touch -d "$1 days ago" "$source"
}

test_that "what Claude Code is about to delete is counted, 30 days after"
two
old 28
status
expect_status 0
out_has '^claude-code deletes transcripts after 30 days \(cleanupPeriodDays not set\): 1 is due within 3 days, and protected$'
json 'o["aaaaaaaa"]["deleted_in_days"] == 1 and o["bbbbbbbb"]["deleted_in_days"] == 29'
json 'o["aaaaaaaa"]["retention"] == "cleanupPeriodDays not set"'
old 31
json 'o["aaaaaaaa"]["deleted_in_days"] == 0'
append '{"x":1}'
old 29
status
expect_status 1
out_has '^UNPROTECTED +aaaaaaaa .*; claude-code deletes it in 0 days'
out_has ': 1 is due within 3 days, 1 of them NOT protected$'

test_that "cleanupPeriodDays of the settings counts"
two
old 28
echo '{"model":"x","cleanupPeriodDays":99}' >"$settings"
status
out_has '^claude-code deletes transcripts after 99 days \(cleanupPeriodDays is 99\): none is due within 3 days$'
json 'o["aaaaaaaa"]["deleted_in_days"] == 70'
echo '{"cleanupPeriodDays":0}' >"$settings"
status
out_has '^claude-code deletes transcripts when it starts \(cleanupPeriodDays is 0\): 2 are due within 3 days, all protected$'
json 'o["bbbbbbbb"]["deleted_in_days"] == 0'
echo '{"cleanupPeriodDays":99999999999999}' >"$settings"
json 'o["aaaaaaaa"]["deleted_in_days"] is None and o["aaaaaaaa"]["deleted_at"] is None'

for odd in '-1' '"30"' '1.5' '1e2' 'null' '[]' '99999999999999999999999'; do
	test_that "cleanupPeriodDays of $odd counts as not set, and is told"
	echo "{\"cleanupPeriodDays\":$odd}" >"$settings"
	status
	expect_status 0
	out_has 'after 30 days \(cleanupPeriodDays is no whole number\)'
done

for odd in '{' '[1]' ''; do
	test_that "settings that are '$odd' count as none, and that is told"
	printf '%s' "$odd" >"$settings"
	status
	expect_status 0
	out_has 'after 30 days \(settings.json cannot be read\)'
done

test_that "so do settings that are a folder, or far too big"
rm "$settings"
mkdir "$settings"
status
out_has 'after 30 days \(settings.json cannot be read\)'
rmdir "$settings"
truncate -s 2G "$settings"
status
out_has 'after 30 days \(settings.json cannot be read\)'

test_that "each configuration folder has settings of its own"
two
mkdir -p "$T/second/projects/-x"
lines cccccccc-2222-4333-8444-555555555555 "$demo" 1 3 \
    >"$T/second/projects/-x/cccccccc-2222-4333-8444-555555555555.jsonl"
echo '{"cleanupPeriodDays":5}' >"$T/second/settings.json"
run env CLAUDE_CONFIG_DIR="$CLAUDE_CONFIG_DIR,$T/second" "$SESHAT_BIN" status
expect_status 1
out_has 'after 5 days \(cleanupPeriodDays is 5\)'
out_has 'after 30 days \(cleanupPeriodDays not set\)'

if can_deny; then
	test_that "what cannot be read is unprotected, with what to do"
	two
	chmod 0 "$source"
	run plain seshat status
	expect_status 1
	out_has '^2 sessions: 1 protected, 1 unprotected$'
	out_has "^UNPROTECTED +- +claude-code +- +no permission to read $source \(chmod u\+r it\)"
	run plain seshat status --json
	expect_status 1
	out_has "\"session_id\":null,.*\"path\":\"$source\",\"state\":\"unprotected\",\"reason\":\"no permission"
	chmod 600 "$source"
	chmod 0 "${source%/*}"
	run plain seshat status
	expect_status 1
	out_has "no permission to read ${source%/*} \(chmod u\+rx it\)"
	chmod 700 "${source%/*}"

	test_that "when nothing at all can be read, too"
	chmod 0 "$CLAUDE_CONFIG_DIR/projects"
	run plain seshat status
	expect_status 1
	out_has '^1 session: 0 protected, 1 unprotected$'
	chmod 700 "$CLAUDE_CONFIG_DIR/projects"
else
	test_that "what cannot be read # SKIP root can read all"
fi

if in_folder "a bucket has no modes" && can_deny; then
	test_that "a vault that cannot be read protects nothing"
	two
	chmod 0 "$vault"
	run plain seshat status
	expect_status 1
	out_has '^UNPROTECTED +aaaaaaaa .*Permission denied'
	chmod 700 "$vault"
fi

test_that "beside a mirror that stops in the middle of a session"
two
append '{"x":1}'
# the state file is locked by its byte, the status does not ask for it
python3 - "$XDG_STATE_HOME"/seshat/mirror/*/locks "$SESHAT_BIN" <<'PY' || fail "it waited"
import fcntl, subprocess, sys
with open(sys.argv[1], "r+b") as f:
    fcntl.lockf(f, fcntl.LOCK_EX)
    got = subprocess.run([sys.argv[2], "status"], timeout=60,
                         stdout=subprocess.DEVNULL)
    sys.exit(got.returncode)
PY

test_that "no session at all is said as by sessions"
anew
status
expect_status 3
err_has '^No session found'

if command -v zstd >/dev/null 2>&1; then
	id=019f0000-0000-7000-8000-00000000abcd
	plain=$CODEX_HOME/sessions/2026/11/01/rollout-2026-11-01T00-00-00-$id.jsonl

	# pack [OPTION]: as Codex does with a cold rollout.
	pack() {
		zstd -q -3 --rm "$@" "$plain"
		touch -d '2 hours ago' "$plain.zst"
	}

	rollout() {
		anew
		mkdir -p "${plain%/*}"
		printf '{"type":"session_meta","payload":{"id":"%s","cwd":"%s"}}\n' \
		    "$id" "$demo" >"$plain"
		lines "$id" "$demo" 1 20 >>"$plain"
	}

	for option in --content-size --no-content-size; do
		test_that "a compressed session ($option) is protected"
		rollout
		mirror --everywhere
		pack $option
		status
		expect_status 0
		out_has '^1 session: 1 protected$'
		mirror --everywhere
		json 'o["019f0000"]["source_bytes"] == o["019f0000"]["mirrored_bytes"] > 4000'
		expect_status 0
		rm -r "$XDG_STATE_HOME/seshat"
		status
		expect_status 0

		test_that "compressed ($option) with more than is stored it is not"
		zstd -q -d --rm "$plain.zst"
		mirror --everywhere
		echo '{"x":1}' >>"$plain"
		pack $option
		status
		expect_status 1
		out_has '^UNPROTECTED +019f0000 +codex +demo +8 B '

		test_that "nor if it was compressed ($option) before it was stored"
		rollout
		pack $option
		status
		expect_status 1
		out_has '^UNPROTECTED +019f0000 .*nothing of it is stored'
		json '(o["019f0000"]["source_bytes"] is None) == ("'$option'" == "--no-content-size")'
		json 'o["019f0000"]["pending_bytes"] == o["019f0000"]["source_bytes"]'
	done

	test_that "a compressed one that does not unpack is unprotected"
	rollout
	mirror --everywhere
	pack --no-content-size
	truncate -s -20 "$plain.zst"
	status
	expect_status 1
	out_has '^UNPROTECTED +- +codex +- .*does not unpack whole'
else
	test_that "compressed sessions # SKIP there is no zstd"
fi

if python3 -c 'import sqlite3' 2>/dev/null; then
	HERMES_HOME=$T/hermes
	export HERMES_HOME
	hermes() {
		python3 "$SESHAT_SOURCE/tests/cli/hermes.py" \
		    "$HERMES_HOME/state.db" "$@"
	}
	test_that "sessions in a database are looked at by their rows"
	anew
	mkdir -p "$HERMES_HOME"
	hermes make one
	hermes say one 1 5
	status
	expect_status 1
	out_has '^UNPROTECTED +one +hermes +demo +5 rows .*nothing of it is stored'
	json 'o["one"]["pending_rows"] == 5 and o["one"]["source_bytes"] is None'
	mirror --everywhere
	status
	expect_status 0
	out_has '^1 session: 1 protected$'
	json 'o["one"]["pending_rows"] == 0 and o["one"]["rows"] == 5'
	json 'o["one"]["mirrored_to"] == o["one"]["last_row"] == 5'
	json 'o["one"]["deleted_in_days"] is None and o["one"]["retention"] is None'
	hermes say one 6 8
	json 'o["one"]["pending_rows"] == 3 and o["one"]["state"] != "protected"'
	mirror --everywhere
	rm -r "$XDG_STATE_HOME/seshat"
	status
	expect_status 0
else
	test_that "databases # SKIP python3 has no sqlite3"
fi

finish
