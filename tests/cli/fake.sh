# Sessions of agents that never ran, on top of lib.sh.

CLAUDE_CONFIG_DIR=$T/claude
CODEX_HOME=$T/codex
export CLAUDE_CONFIG_DIR CODEX_HOME
vault=$XDG_DATA_HOME/seshat/vault

# lines ID CWD FROM TO: so many lines of a transcript of Claude Code.
lines() {
	awk -v id="$1" -v cwd="$2" -v i="$3" -v to="$4" 'BEGIN {
		for (; i <= to; i++)
			printf "{\"type\":\"user\",\"sessionId\":\"%s\"," \
			    "\"cwd\":\"%s\",\"timestamp\":" \
			    "\"2026-01-01T00:%02d:%02d.000Z\"," \
			    "\"uuid\":\"%d\",\"message\":{\"role\":\"user\"," \
			    "\"content\":\"line %d\"}}\n",
			    id, cwd, i / 60 % 60, i % 60, i, i }'
}

# talk ID CWD: five lines of one: a call and its tokens, a failure and an image
# of 1,500 bytes, a line that says nothing, a compaction.
talk() {
	talk_all='"sessionId":"'$1'","cwd":"'$2'","timestamp":"2026-01-01T00:00:09.000Z"'
	talk_png=$(printf '%02000d' 0)
	cat <<END
{"type":"assistant","uuid":"1",$talk_all,"message":{"role":"assistant","model":"opus","id":"m1","content":[{"type":"tool_use","id":"toolu_1","name":"Odd","input":{"n":[1],"to":"é"}}],"usage":{"input_tokens":3,"cache_creation_input_tokens":20,"cache_read_input_tokens":100,"output_tokens":7}}}
{"type":"user","uuid":"2",$talk_all,"message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","is_error":true,"content":[{"type":"text","text":"it broke"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"$talk_png"}}]}]}}
{"type":"attachment","uuid":"3",$talk_all}
{"type":"system","subtype":"compact_boundary","uuid":"4",$talk_all}
{"type":"user","isCompactSummary":true,"uuid":"5",$talk_all,"message":{"role":"user","content":"all of that"}}
END
}

# source_of ID CWD: the file that Claude Code keeps it in.
source_of() {
	echo "$CLAUDE_CONFIG_DIR/projects/$(echo "$2" |
	    sed 's/[^A-Za-z0-9]/-/g')/$1.jsonl"
}

# fake ID CWD [LINES=3]: a session, its file in $source.
fake() {
	source=$(source_of "$1" "$2")
	mkdir -p "${source%/*}"
	lines "$1" "$2" 1 "${3-3}" >"$source"
}

# at_work ID: an agent is at work on it, process $busy; at_rest: no more.
at_work() {
	mkdir -p "$CLAUDE_CONFIG_DIR/sessions"
	sleep 600 &
	busy=$!
	at_exit "kill $busy 2>/dev/null"
	echo '{"pid":'$busy',"sessionId":"'"$1"'","status":"idle"}' \
	    >"$CLAUDE_CONFIG_DIR/sessions/$busy.json"
}

at_rest() {
	kill "$busy"
	wait "$busy" || :
	rm -r "$CLAUDE_CONFIG_DIR/sessions"
}

# at DIR COMMAND...: run it there.
at() (
	cd "$1"
	shift
	"$@"
)

# anew: no session, no vault, no state.
anew() {
	rm -rf "$CLAUDE_CONFIG_DIR" "$CODEX_HOME" "$vault" \
	    "$XDG_STATE_HOME/seshat"
	vault_sync
}

# mirror OPTION...: must succeed.
mirror() {
	run seshat mirror "$@"
	expect_status 0
}

# parts [ID=*]: the parts in the vault, in order.
parts() {
	vault_sync
	find "$vault" -path "*/sessions/*/${1-*}/part-*" | sort
}

# streams [ID=*]: how many of them.
streams() {
	vault_sync
	find "$vault" -path "*/sessions/*/${1-*}/part-00000000-*" | wc -l
}

# is_whole ID FILE: what is stored of it is the file, in one stream.
is_whole() {
	run seshat show "$1" --raw
	expect_status 0
	same "$2" "$T/out"
	[ "$(streams "$1")" = 1 ] || fail "$1: $(streams "$1") streams"
}

# snapshot: what is in the vault and when it was written.
snapshot() {
	vault_sync
	(cd "$vault" && find . -printf '%p %y %m %s %T@ %i\n' | sort)
}

# plain COMMAND...: run it as somebody whom permissions bind, also where root
# runs the tests.  can_deny answers whether that is possible here.
plain() {
	if [ "$1" = seshat ]; then
		shift
		set -- "$SESHAT_BIN" "$@"
	fi
	if [ "$(id -u)" = 0 ]; then
		setpriv --bounding-set=-dac_override,-dac_read_search "$@"
	else
		"$@"
	fi
}

can_deny() {
	: >"$T/denied"
	chmod 0 "$T/denied"
	plain true && ! plain cat "$T/denied" 2>/dev/null
}
