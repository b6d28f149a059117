# Scenarios with the real agents, on top of lib.sh, fake.sh and following.sh of
# tests/cli.  tests/agents/model.py says what the model answers.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"

# As it is with most people: neither is set.
unset CLAUDE_CONFIG_DIR CODEX_HOME
agents=$SESHAT_SOURCE/build-agents/node_modules
model=$T/model
mkdir "$T/bin" "$model"
PATH=$T/bin:$PATH
TMUX_TMPDIR=$T/tmp
export TMUX_TMPDIR USER=tester LOGNAME=tester SHELL=/bin/bash TERM=xterm-256color

# program NAME COMMAND...: what is called so in the scenario.
program() {
	name=$1
	shift
	printf '#!/bin/sh\nexec %s "$@"\n' "$*" >"$T/bin/$name"
	chmod +x "$T/bin/$name"
}

# claude_of PACKAGE: the program of a version; npm puts one of them there, for
# this machine.
claude_of() {
	find "$agents" -path "$agents/$1*/claude" -type f | head -n 1
}

told_to_claude="env ANTHROPIC_BASE_URL=http://127.0.0.1:8765
ANTHROPIC_API_KEY=test CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1
CLAUDE_CODE_MAX_RETRIES=2 DISABLE_TELEMETRY=1 DISABLE_AUTOUPDATER=1 DISABLE_ERROR_REPORTING=1"

use_claude() {
	program claude $told_to_claude "$(claude_of "$1")"
}

use_claude @anthropic-ai/claude-code-linux
program pi "env LAB_KEY=test PI_OFFLINE=1 '$agents/.bin/pi' --provider test --model test"
program codex "env LAB_KEY=test '$agents/.bin/codex'"
ln -s "$SESHAT_BIN" "$T/bin/seshat"

# machine NAME DIR...: be a person there, whose agents know the folders.
machine() {
	HOME=$T/$1
	XDG_DATA_HOME=$HOME/.local/share
	XDG_STATE_HOME=$HOME/.local/state
	XDG_CACHE_HOME=$HOME/.cache
	XDG_CONFIG_HOME=$HOME/.config
	shift
	[ ! -d "$HOME/.claude" ] || return 0
	mkdir -p "$HOME/.claude" "$HOME/.codex" "$HOME/.pi/agent" "$@"
	{
		printf '{"hasCompletedOnboarding":true,"theme":"dark",'
		printf '"hasSeenAutoDefaultNudge":true,'
		printf '"customApiKeyResponses":{"approved":["test"],'
		printf '"rejected":[]},"projects":{'
		comma=
		for dir; do
			printf '%s"%s":{"hasTrustDialogAccepted":true,' \
			    "$comma" "$dir"
			printf '"hasCompletedProjectOnboarding":true}'
			comma=,
		done
		printf '}}\n'
	} >"$HOME/.claude.json"
	cat >"$HOME/.claude/settings.json" <<-'END'
	{"permissions": {"defaultMode": "default",
	"allow": ["Bash", "Read", "Write", "Task", "Agent"]}}
	END
	cat >"$HOME/.pi/agent/models.json" <<-'END'
	{"providers": {"test": {"baseUrl": "http://127.0.0.1:8765",
	"api": "anthropic-messages", "apiKey": "LAB_KEY",
	"models": [{"id": "test"}]}}}
	END
	cat >"$HOME/.codex/config.toml" <<-'END'
	model = "test"
	model_provider = "test"
	approval_policy = "never"
	sandbox_mode = "danger-full-access"
	[model_providers.test]
	name = "test"
	base_url = "http://127.0.0.1:8765/v1"
	wire_api = "responses"
	env_key = "LAB_KEY"
	[analytics]
	enabled = false
	END
}

# A number of a session that nobody has yet.
new_id() {
	cat /proc/sys/kernel/random/uuid
}

# asked TEXT: the newest request to the model that holds it.
asked() {
	grep -lF -e "$1" "$model"/*.json | tail -n 1
}

# model_saw TEXT EARLIER...: with the first, the model was told the others.
model_saw() {
	request=$(asked "$1")
	[ -n "$request" ] || {
		fail "the model was never asked: $1"
		return 0
	}
	shift
	for earlier; do
		grep -qF -e "$earlier" "$request" ||
		    fail "the model was not told: $earlier"
	done
}

# prompt LINE...: of the next prompt.
prompt() {
	printf '%s\n' "$@" >"$T/prompt"
}

# starts COMMAND...: an agent works at the prompt meanwhile.
starts() {
	agent=$1
	setsid "$@" <"$T/prompt" >"$T/said" 2>"$T/complained" &
	agent_pid=$!
}

# ends TEXT: it has done what it was told, and said so.
ends() {
	wait "$agent_pid" ||
	    fail "$agent: status $?: $(cat "$T/complained" "$T/said")"
	[ "$(cat "$T/said")" = "$1" ] || fail "$agent said: $(cat "$T/said")"
}

# is_killed: it is, with what belongs to it, whatever it does.
is_killed() {
	kill -s KILL -- "-$agent_pid"
	wait "$agent_pid" 2>/dev/null || :
}

# the_source ID: the transcript, wherever it lies.
the_source() {
	find "$HOME" -path "$HOME/.[cp]*/*$1.jsonl"
}

# is_another: Claude Code has a second session beside $id; it is $next.
is_another() {
	next=$(find "$HOME/.claude/projects" -name '????????-*.jsonl' \
	    ! -path '*/subagents/*' ! -name "*$id*" -newer "$T/begun" |
	    sed 's,.*/,,; s/\.jsonl$//')
	[ -n "$next" ]
}

# the_thread: the id of the session that Codex began last.
the_thread() {
	find "$HOME/.codex" -path '*/sessions/*.jsonl' | sort | tail -n 1 |
	    sed 's/.*T..-..-..-//; s/\.jsonl$//'
}

# vault_says ID TEXT: what is stored of it does.
vault_says() {
	seshat show "$1" --raw >"$T/raw" 2>/dev/null &&
	    grep -qF -e "$2" "$T/raw"
}

# has_source ID: what is stored of it is the transcript.
has_source() {
	source=$(the_source "$1")
	[ -f "$source" ] && has "$1" "$source"
}

# comes_whole ID: wait until all of it is stored; in one stream, listed once.
comes_whole() {
	soon has_source "$1"
	[ "$(seshat list --json | grep -c "\"session_id\":\"$1\"")" = 1 ] ||
	    fail "$1 is not listed once: $(seshat list)"
	[ "$(streams_of "$1")" = 1 ] || fail "$1: $(streams_of "$1") streams"
}

streams_of() {
	find "$vault" -path "*/sessions/*/$1/part-00000000-*" | wc -l
}

# begin_screen TEXT COMMAND...: it runs in a terminal, and shows the text.
begin_screen() {
	: >"$T/begun"
	first=$1
	shift
	tmux -f /dev/null new-session -d -x 200 -y 50 -c "$demo" "$*"
	shows "$first"
}

# on_screen TEXT
on_screen() {
	tmux capture-pane -p >"$T/screen" && grep -qF -e "$1" "$T/screen"
}

# enter TEXT: type it, and press Enter once it is seen.
enter() {
	tmux send-keys -l -- "$1"
	soon on_screen "$(printf %s "$1" | tail -c 20)"
	tmux send-keys Enter
}

# shows TEXT: wait until it does.
shows() {
	soon on_screen "$1"
	[ "$test_bad" = 0 ] || fail "on the screen: $(cat "$T/screen")"
}

# has_left: it has ended.
has_left() {
	! tmux has-session 2>/dev/null
}

# end_all: of what the scenario has started nothing writes to its folder when
# that is removed.  Agents leave servers behind, who have left their group.
end_all() {
	for process in /proc/[0-9]*; do
		[ "$process" != "/proc/$$" ] &&
		    grep -qsz "^T=$T\$" "$process/environ" || continue
		kill -9 "${process#/proc/}" 2>/dev/null || :
		while [ -s "$process/cmdline" ]; do sleep 0.01; done
	done
}

at_exit end_all
python3 "$SESHAT_SOURCE/tests/agents/model.py" "$model" &
soon test -e "$model/ready"
machine home "$demo" "$other"
