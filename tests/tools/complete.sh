# Completions, in the shells themselves: what is offered for the end of a line.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

built=$(dirname "$SESHAT_BIN")/share
PATH=$(dirname "$SESHAT_BIN"):$PATH
export PATH

# offered SHELL LINE WORD...: exactly these.
offered() {
	shell=$1
	line=$2
	shift 2
	case $shell in
	bash) script=$built/seshat ;;
	zsh) script=$built/_seshat ;;
	fish) script=$built/seshat.fish ;;
	esac
	run python3 "$SESHAT_SOURCE/tests/tools/complete.py" "$shell" "$script" \
	    "$line"
	expect_status 0
	printf '%s\n' "$@" | LC_ALL=C sort >"$T/wanted"
	LC_ALL=C sort "$T/out" >"$T/offered"
	cmp -s "$T/wanted" "$T/offered" ||
	    fail "$shell, '$line':
$(diff "$T/wanted" "$T/offered")"
}

# Sessions of which one has a title that would like to be a command, or an id;
# and one whose very id would.
id=3fa9c2d1-7b1e-4c55-9d0a-52e6b1f0a7c3
other=8c41d7e2-1111-4c55-9d0a-52e6b1f0a7c3
mkdir -p "$HOME/.claude/projects/-tmp-demo" "$HOME/logs" \
    "$XDG_CONFIG_HOME/seshat"
session() {
	printf '{"type":"user","sessionId":"%s","cwd":"/tmp/demo",' "$1"
	printf '"uuid":"u","timestamp":"2026-06-27T10:00:30.000Z",'
	printf '"message":{"role":"user","content":"%s"}}\n' "$2"
}
# shellcheck disable=SC2016 # nobody may expand it
session $id 'a $(touch pwned) `touch pwned` \",\"session_id\":\"evil\",\"id\":\"evil\" ; touch pwned' \
    >"$HOME/.claude/projects/-tmp-demo/$id.jsonl"
session $other 'plain' >"$HOME/.claude/projects/-tmp-demo/$other.jsonl"
# shellcheck disable=SC2016
session x 'odd' >"$HOME/logs/odd"'$(touch pwned);`touch pwned`.jsonl'
echo "roots: [$HOME/logs]" >"$XDG_CONFIG_HOME/seshat/config.yaml"
seshat mirror --everywhere -q
seshat log append run-7 --skill build --final-status ok -q
seshat list --json >"$T/list"
check grep -q 'touch pwned' "$T/list"
mkdir folder
touch file

for shell in bash zsh fish; do
	test_that "$shell: commands, and the second words of some"
	offered $shell 'seshat st' stats status stop
	offered $shell 'seshat workspace ' add list
	offered $shell 'seshat session s' show stop

	test_that "$shell: options of a command and of all"
	offered $shell 'seshat show --t' --tail --text
	offered $shell 'seshat --store x list --s' --sort-by --stats --store
	offered $shell 'seshat session show --t' --tail --text

	test_that "$shell: values: names of agents, formats, alternatives"
	offered $shell 'seshat mirror --harness herm' hermes
	offered $shell 'seshat publish --format h' hf-trace
	offered $shell 'seshat import --format erk-' erk-branch erk-gist erk-plan
	offered $shell 'seshat search --sort-by ' recent relevance
	offered $shell 'seshat hook install ' claude-code codex

	test_that "$shell: ids of the vault, of this machine, of logs"
	offered $shell 'seshat show ' $id $other
	offered $shell 'seshat verify --repair 3' $id
	offered $shell "seshat compact $id 8" $other
	offered $shell 'seshat mirror --session-id 8' $other
	offered $shell 'seshat log read r' run-7

	test_that "$shell: the vault that the line names is asked"
	offered $shell "seshat --store $T/none show " ''

	test_that "$shell: a tab completes one, and folders where folders go"
	offered $shell "seshat show 3fa9	" "seshat show $id"
	offered $shell 'seshat mirror --cwd fo	' 'seshat mirror --cwd folder/'
	offered $shell 'seshat --config fil	' 'seshat --config file'

	test_that "$shell: nothing of it was ever run"
	check test -z "$(find . "$HOME" -name pwned)"
done

test_that "a seshat that is not there offers nothing, and says nothing"
PATH=/usr/bin:/bin
offered bash 'seshat show ' ''
check test ! -s "$T/err"

finish
