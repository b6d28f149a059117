# What 'seshat sessions' shows of example sessions.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

"$SESHAT_SOURCE/share/examples/make" "$T/home"
CLAUDE_CONFIG_DIR=$T/home/claude
CODEX_HOME=$T/home/codex
export CLAUDE_CONFIG_DIR CODEX_HOME
find "$T/home" -type f -exec touch -d 2026-06-27T12:00:00Z {} +
touch -d 2026-06-28T12:00:00Z "$T"/home/claude/projects/*/3fa9c2d1*.jsonl
demo=/home/robin/src/demo

test_that "all sessions are shown, the newest first"
run seshat sessions --everywhere
expect_status 0
expect_err ""
check test "$(wc -l <"$T/out")" -eq 7
check test "$(sed -n 1p "$T/out" | tr -s ' ')" = \
    "SESSION HARNESS PROJECT TITLE SIZE LAST WRITE MIRRORED"
check test "$(sed -n 2p "$T/out" | cut -c1-8)" = 3fa9c2d1
out_has '^019f0b6e  *codex  *demo  *Why does the release build'
out_has '^8c41d7e2\.a5d20c77  *claude-code  *demo  *How handlers write JSON  '
out_has '^b7e0915c  *claude-code  *notes  *Nightly upload answers 403  *4\.. KB'

test_that "subagents of one session have short ids that tell them apart"
sub=$(find "$T/home" -name 'agent-a5d20c77*.jsonl')
cp "$sub" "${sub%/*}/agent-a5d20c77zz.jsonl"
cp "$sub" "${sub%/*}/agent-a5d20c77zy.jsonl"
run seshat sessions --everywhere
out_has '^8c41d7e2\.a5d20c77zz  '
out_has '^8c41d7e2\.a5d20c77zy  '
check test "$(cut -d' ' -f1 "$T/out" | sort | uniq -d | wc -l)" = 0
rm "${sub%/*}"/agent-a5d20c77z?.jsonl

test_that "a short id ends where a character does"
mkdir -p "$T/one/projects/x"
for n in 1 2; do
	printf '{"type":"user","message":{"content":"Hi"}}\n' \
	    >"$T/one/projects/x/aäöüäöüäöüäöüäöü$n.jsonl"
	printf '{"type":"user","message":{"content":"Hi"}}\n' \
	    >"$T/one/projects/x/${n}äöüäöüäöüäöüäöü.jsonl"
done
run env CLAUDE_CONFIG_DIR="$T/one" "$SESHAT_BIN" sessions --everywhere
out_has '^1äöüä  '
out_has '^2äöüä  '
out_has '^aäöüäöüäöüäöüäöü1  '
rm "$T/one/projects/x"/*.jsonl

test_that "only one harness is shown when it is named"
run seshat sessions --everywhere --harness codex
expect_status 0
check test "$(wc -l <"$T/out")" -eq 2

test_that "--cwd shows the sessions of a folder that is not there any more"
run seshat sessions --cwd "$demo/"
expect_status 0
check test "$(wc -l <"$T/out")" -eq 5

test_that "the current folder is the default"
mkdir -p "$T/here" "$T/one/projects/x"
here=$(cd "$T/here" && pwd -P)
printf '{"type":"user","cwd":"%s","message":{"content":"Hi"}}\n' "$here" \
    >"$T/one/projects/x/s.jsonl"
in_here() {
	cd "$T/here" && CLAUDE_CONFIG_DIR=$T/one "$SESHAT_BIN" "$@"
}
run in_here sessions --json
cd "$T" || exit 1
expect_status 0
out_has '"id":"s","parent_session_id":null'

test_that "--limit takes the newest, --json prints one object a line"
run seshat sessions --everywhere --limit 1 --json
expect_status 0
expect_err ""
check test "$(wc -l <"$T/out")" -eq 1
check test "$(grep -Eo '"[a-z_]+":' "$T/out" | tr -d '\n')" = \
    '"harness":"id":"parent_session_id":"cwd":"title":"agent":"path":"size":"mirrored_bytes":"last_write":'
out_has '"title":"Fix the flaky follow test"'
out_has '"last_write":"2026-06-28T12:00:00.000Z"'

test_that "nothing found: status 3, and where was looked, one a line"
run seshat sessions --cwd /no/such/folder
expect_status 3
expect_out ""
sed -i "s,of [0-9]* agents,of N agents," "$T/err"
expect_err "No session found in cwd=/no/such/folder
Searched:
  $T/home/claude/projects
  $T/home/codex/sessions
  $T/home/codex/archived_sessions
  $HOME/.openclaw/agents
  $HOME/.clawdbot/agents
  $T/home/.hermes
  $T/home/.local/share/opencode
  $T/home/.local/share/kilo
  $T/home/.local/share/mimocode
  $T/home/.local/share/icodemate
  $T/home/.local/share/goose/sessions
  $T/home/.local/share/crush
  $T/home/.local/share/kiro-cli
  $T/home/.local/share/zed/threads
  $T/home/.cursor/chats
  $HOME/.local/share/seshat/sessions
  and those of N agents more, which are not there"

test_that "nothing found names the harness that was asked for"
run seshat sessions --cwd /no/such/folder --harness claude-code
expect_status 3
expect_err "No claude-code session found in cwd=/no/such/folder
Searched:
  $T/home/claude/projects"

test_that "nothing found where no folder is named says so"
run seshat sessions --everywhere --harness generic
expect_status 3
expect_err "No generic session found
Searched:
  nothing: no 'roots' are configured"

test_that "nothing found with --json is JSON too"
run seshat sessions --cwd /no/such/folder --json
expect_status 3
expect_out ""
err_has '"error":"No session found in cwd=/no/such/folder"'
err_has '"searched":\['

test_that "an unknown harness is named, with those there are"
run seshat sessions --harness emacs
expect_status 2
err_has "no harness 'emacs' \\(there are: claude-code, codex, openclaw,"

test_that "--cwd and --everywhere exclude each other"
run seshat sessions --cwd / --everywhere
expect_status 2
err_has "exclude each other"

test_that "what a title holds cannot touch the terminal"
printf '{"type":"user","cwd":"%s","message":{"content":"a\\u001b[31m\\u202eb"}}\n' \
    "$here" >"$T/one/projects/x/s.jsonl"
run in_here sessions
cd "$T" || exit 1
expect_status 0
check test -z "$(LC_ALL=C grep "$(printf '\033')" "$T/out")"

test_that "its help tells where each agent's sessions are looked for"
run seshat sessions --harness none-of-them
sed 's/.*there are: \(.*\))$/\1/; s/, /\n/g' "$T/err" >"$T/names"
check test "$(wc -l <"$T/names")" -gt 30
run seshat sessions --help
while read -r name; do
	out_has "^  (.*[ ,])?$name([ ,]|$)"
done <"$T/names"

finish
