# Agents that keep their sessions in files of other kinds, the session log, and
# folders that the user names: found, mirrored, listed, and given back whole.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

export CLAUDE_CONFIG_DIR="$T/claude" CODEX_HOME="$T/codex"
claw=$HOME/.openclaw/agents
logs=$HOME/.local/share/seshat/sessions
config=$XDG_CONFIG_HOME/seshat/config.yaml
mkdir -p "$claw" "${config%/*}" "$T/mine/2026/11" "$T/also"
cp -r "$SESHAT_SOURCE"/tests/data/openclaw/agents/. "$claw"
printf 'roots:\n  - %s/mine\n  - %s/also\n' "$T" "$T" >"$config"
printf '%s\n' '{"role":"user","cwd":"/srv/p","content":"Count the lines"}' \
    '{"role":"assistant","text":"There are two","time":"2026-01-02T03:04:05Z"}' \
    >"$T/mine/2026/11/run.jsonl"
printf '{"kind":"event"}\n' >"$T/also/run.jsonl"
seshat log append nightly --skill review --phase plan --project-root /srv/p \
    --input '{"command":"make check"}' --final-status ok

# field NAME: that of each object in $T/out, one a line.
field() {
	sed -n 's/.*"'"$1"'":"\([^"]*\)".*/\1/p' "$T/out"
}

test_that "sessions of every kind are found"
run seshat sessions --everywhere --json
expect_status 0
expect_err ""
check test "$(wc -l <"$T/out")" = 8
owner=$(field id | sed -n 's/^nightly@//p')
check test "${#owner}" = 8
check test "$(field harness | sort | uniq -c | tr -s ' \n' ' ')" = \
    " 2 generic 5 openclaw 1 seshat-log "

test_that "of one harness only, and of one folder"
run seshat sessions --everywhere --harness generic --json
check test "$(field id | sort | tr '\n' ' ')" = \
    "2026/11/run@$owner run@$owner "
run seshat sessions --cwd /srv/p --json
check test "$(field id | sort | tr '\n' ' ')" = \
    "2026/11/run@$owner nightly@$owner "
out_has '"title":"Count the lines"'
out_has '"title":"review \(plan\)"'

test_that "all of them are mirrored, and nothing is new after that"
run seshat mirror --everywhere --no-redact
expect_status 0
out_has '^mirrored 8 of 8 sessions, .* 0 failed'
run seshat mirror --everywhere --no-redact
out_has '^mirrored 0 of 8 sessions'
run seshat list --json --limit 0
check test "$(wc -l <"$T/out")" = 8
check test "$(field parent_session_id)" = main__abc123
run seshat verify --source
expect_status 0
out_has '^verified 8 sessions, 8 parts, .* 0 damaged'

test_that "each comes back byte for byte"
for pair in "main__abc123:$claw/main/sessions/abc123.jsonl" \
    "openclaw/main__abc123.tr:$claw/main/sessions/abc123.trajectory.jsonl" \
    "stage0__openclaw-stage0-l:$claw/stage0/sessions/openclaw-stage0-large.jsonl" \
    "nightly:$logs/nightly.jsonl" \
    "seshat-log/nightly@:$logs/nightly.jsonl" \
    "2026/11/run:$T/mine/2026/11/run.jsonl" \
    "generic/2026/1:$T/mine/2026/11/run.jsonl" \
    "run@$owner:$T/also/run.jsonl"; do
	run seshat show "${pair%%:*}" --raw
	expect_status 0
	same "${pair#*:}" "$T/out"
done

test_that "and can be read"
run seshat show stage0__openclaw-stage0-small --text
expect_status 0
expect_out "-- user  2026-02-24T09:00:02Z
List files

-- assistant  2026-02-24T09:00:03Z
Running ls now.

-- tool shell_exec  2026-02-24T09:00:03Z
ls

-- result  2026-02-24T09:00:04Z
main.swift
Resources"
run seshat show main__abc123.trajectory --text
expect_out "-- user  2026-05-05T00:00:01Z
Summarize this

-- assistant  2026-05-05T00:00:02Z
Done"
run seshat show nightly --text
out_has '^-- tool review  2'
out_has '^make check$'
out_has '^ok$'
run seshat show 2026/11/run --text
expect_out "-- user
Count the lines

-- assistant  2026-01-02T03:04:05Z
There are two"

test_that "a summary names who it was and when"
run seshat show main__abc123
out_has '^title +Hello$'
out_has '^last event +2026-05-05T00:00:03'
run seshat show 2026/11/run
out_has '^project +p$'
out_has '^last event +2026-01-02T03:04:05'

test_that "what OpenClaw put away goes on as the session it was"
session=$claw/main/sessions/abc123.jsonl
printf '{"type":"message","message":{"role":"user","content":"one more"}}\n' \
    >>"$session"
mv "$session" "$session.reset.2026-05-06T00-00-00.000Z"
run seshat mirror --everywhere --no-redact
expect_status 0
out_has '^mirrored 1 of 8 sessions, 66 B new'
run seshat show main__abc123 --raw
same "$session.reset.2026-05-06T00-00-00.000Z" "$T/out"

test_that "and what is begun in its place is kept beside it"
printf '{"type":"session","cwd":"/srv/p"}\n' >"$session"
run seshat mirror --everywhere --no-redact
expect_status 0
touch -d 2038-01-01 "$session".reset.*
run seshat verify --source
expect_status 0
check test "$(find "$XDG_DATA_HOME" -path '*main__abc123/part-00000000*' |
    wc -l)" = 2

test_that "the log that grows is mirrored on"
seshat log append nightly --skill fix --final-status failed
run seshat mirror --harness seshat-log --everywhere --no-redact
out_has '^mirrored 1 of 1 session,'
run seshat show nightly --raw
same "$logs/nightly.jsonl" "$T/out"
run seshat stop nightly
expect_status 0

test_that "a folder that a clone names is read once the clone is trusted"
mkdir -p "$T/clone" "$T/private"
printf '{"role":"user","content":"secret"}\n' >"$T/private/s.jsonl"
printf 'roots: %s/private\n' "$T" >"$T/clone/.seshat.yaml"
cd "$T/clone"
run seshat sessions --everywhere --harness generic --json
cd "$T/work"
expect_status 0
err_has 'is not trusted; left out: roots'
check test "$(wc -l <"$T/out")" = 2
run seshat trust "$T/clone/.seshat.yaml"
expect_status 0
cd "$T/clone"
run seshat sessions --everywhere --harness generic --json
cd "$T/work"
expect_err ""
check test "$(wc -l <"$T/out")" = 3
out_has "\"id\":\"s@$owner\""

test_that "the session of a folder is an agent's, not the log a hook wrote last"
mkdir -p "$T/work/here" "$CLAUDE_CONFIG_DIR/projects/x"
printf '{"type":"user","cwd":"%s","message":{"content":"a"}}\n' \
    "$T/work/here" >"$CLAUDE_CONFIG_DIR/projects/x/agents-own.jsonl"
touch -d '1 hour ago' "$CLAUDE_CONFIG_DIR/projects/x/agents-own.jsonl"
run seshat log append hook --skill s --final-status ok \
    --project-root "$T/work/here"
cd "$T/work/here"
run seshat mirror --no-redact
cd "$T/work"
expect_status 0
run seshat list --json
out_has '"session_id":"agents-own"'
out_lacks '"session_id":"hook@'

test_that "nothing found names all folders that were searched"
run seshat sessions --cwd /no/such/folder
expect_status 3
err_has "^  $claw\$"
err_has "^  $logs\$"
err_has "^  $T/also\$"

finish
