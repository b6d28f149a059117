# 'seshat demo', and that it leaves alone what is the user's.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

export XDG_CACHE_HOME="$T/cache" XDG_DATA_HOME="$T/data"
export XDG_STATE_HOME="$T/state" CLAUDE_CONFIG_DIR="$T/claude"
mkdir -p "$T/claude/projects/-mine"
printf '{"type":"user","cwd":"/mine"}\n' >"$T/claude/projects/-mine/a.jsonl"
# a database that would be told as damaged if it were looked at
mkdir -p "$HOME/.local/share/opencode" "$T/data/kilo"
echo damaged >"$HOME/.local/share/opencode/opencode.db"
echo damaged >"$T/data/kilo/kilo.db"
echo damaged >"$T/mine.db"
export OPENCODE_DB="$T/mine.db"

test_that "the demo mirrors its examples, lists them and says what is next"
run seshat demo
expect_status 0
expect_err ""
out_has '^mirrored 6 of 6 sessions, .* 3 secrets redacted, 0 failed'
out_has '^3fa9c2d1 .*Fix the flaky follow test'
out_has 'show 3fa9c2d1 --text$'
out_has 'verify$'

test_that "what it says to try next works"
sed -n 's/^  \(.* show .*\|.* verify\)$/\1/p' "$T/out" >"$T/next"
check test "$(wc -l <"$T/next")" -eq 3
while read -r command; do
	run sh -c "$command"
	expect_status 0
	check test -s "$T/out"
done <"$T/next"

test_that "no secret of the examples is in the vault"
find "$T/cache/seshat/demo/vault" -name '*.gz' -exec zcat {} + >"$T/all"
check grep -q 'REDACTED:github' "$T/all"
check test -z "$(grep -Eo 'ghp_[A-Za-z0-9]{20,}|sk-ant-[A-Za-z0-9-]{20,}' \
    "$T/all")"

test_that "the user's own sessions, vault and state are not touched"
check test "$(find "$T/data" -type f)" = "$T/data/kilo/kilo.db"
check test ! -e "$T/state"
out_lacks mine

test_that "it can be run again"
run seshat demo
expect_status 0
out_has '^mirrored 6 of 6 sessions'

finish
