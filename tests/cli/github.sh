# A GitHub of the scenario's own, on top of lib.sh; it is gone at the end.
#
#	. "$SESHAT_SOURCE/tests/cli/github.sh"
#	hub_start
#	hub_issue 7
#	hub_rule '{"on": "PATCH ^/gists/", "do": "lost"}'
#	run seshat ...
#	check test "$(hub_requests 'PATCH /gists/')" = 2
#	hub_clean
#
# tests/servers/github.py says what it can be told, and what the environment
# holds once it runs (HUB_API and others).

. "$SESHAT_SOURCE/tests/cli/servers.sh"

hub_dir=$T/github

# hub_server OPTION|VERB: --tls, kill, again.
hub_server() {
	"$server_python" "$SESHAT_SOURCE/tests/servers/github.py" "$hub_dir" "$@"
}

# hub_start [--tls]: start it.
hub_start() {
	at_exit "stop_server '$hub_dir'"
	hub_server "$@"
	. "$hub_dir/env"
}

# hub_control JSON: tell it; @FILE is what stands in a file.
hub_control() {
	curl -sS --fail-with-body --data-binary "$1" "$HUB_API/_control" \
	    >"$T/hub" || fail "hub_control: $(cat "$T/hub")"
}

# hub_rule RULE[, RULE]...: accidents to come.
hub_rule() {
	hub_control "{\"rules\": [$1]}"
}

# hub_config 'NAME: VALUE, ...': what it is like.
hub_config() {
	hub_control "{\"config\": {$1}}"
}

# hub_calm: no accident is to come, and what waits goes on.
hub_calm() {
	hub_control '{"calm": true}'
}

# hub_forget: what was asked so far is not counted.
hub_forget() {
	hub_control '{"forget": true}'
}

# hub_plan [FIELD]...: the body of an issue with a plan's header.
hub_plan() {
	cat <<'END'
<!-- WARNING: Machine-generated. Manual edits may break erk tooling. -->
<!-- erk:metadata-block:plan-header -->
<details>
<summary><code>plan-header</code></summary>

```yaml

schema_version: '2'
created_at: '2026-01-21T13:00:00+00:00'
created_by: octo
plan_comment_id: null
last_dispatched_run_id: null
last_dispatched_node_id: null
last_dispatched_at: null
last_local_impl_at: null
last_local_impl_event: null
last_local_impl_session: null
last_local_impl_user: null
last_remote_impl_at: null
last_remote_impl_run_id: null
last_remote_impl_session_id: null
END
	[ $# = 0 ] || printf '%s\n' "$@"
	# no newline at the end
	printf '\n```\n\n</details>\n<!-- /erk:metadata-block:plan-header -->'
}

# hub_issue NUMBER [FIELD]...: make an issue of o/r with such a body.
hub_issue() {
	hub_number=$1
	shift
	hub_plan "$@" | "$server_python" -c 'import json, sys
print(json.dumps({"issues": [{"number": int(sys.argv[1]),
                              "body": sys.stdin.read()}]}))' "$hub_number" \
	    >"$T/hub.json"
	hub_control "@$T/hub.json"
}

# hub_body NUMBER: the body of an issue of o/r, byte for byte.
hub_body() {
	"$server_python" -c 'import json, sys
sys.stdout.buffer.write((json.load(open(sys.argv[1], encoding="utf-8"))["body"]
                         or "").encode())' \
	    "$hub_dir/repos/o/r/issues/$1.json"
}

# hub_gists: the ids of all there are.
hub_gists() {
	[ ! -d "$hub_dir/gists" ] || ls "$hub_dir/gists"
}

# hub_file GIST NAME: where a file of a gist is, to be looked at.
hub_file() {
	echo "$hub_dir/gists/$1/files/$2"
}

# hub_log: what was asked since hub_forget, one a line:
# "PATCH /gists/ID 200 test-classic", "-" for no answer and for nobody.
hub_log() {
	"$server_python" -c 'import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    one = json.loads(line)
    print(one["method"], one["path"], one["status"] or "-",
          one["token"] or "-", *([one["fault"]] if one["fault"] else []))' \
	    "$hub_dir/journal"
}

# hub_requests [REGEX]: how many lines of hub_log fit.
hub_requests() {
	hub_log | grep -Ec -e "${1-.}" || true
}

# hub_violations: what no client should have done, one a line.
hub_violations() {
	"$server_python" -c 'import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    one = json.loads(line)
    for what in one["violations"]:
        print(one["method"], one["path"].partition("?")[0] + ":", what)' \
	    "$hub_dir/journal"
}

# hub_clean: nothing of the kind was done.
hub_clean() {
	hub_violations >"$T/hits"
	[ ! -s "$T/hits" ] || fail "$(cat "$T/hits")"
}
