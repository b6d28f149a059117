# A Hugging Face of the scenario's own, on top of lib.sh; it is gone at the end.
#
#	. "$SESHAT_SOURCE/tests/cli/hf.sh"
#	hf_start
#	hf_rule '{"kind": "batch", "do": "lost"}'
#	run seshat mirror --store hf://buckets/alice/vault
#	check test "$(hf_requests '^batch ')" = 2
#	hf_clean
#
# tests/servers/hf says what it can be told, and what the environment holds
# once it runs (HF_ENDPOINT and others).  Where npm cannot get Hugging Face's
# client the scenario is skipped, and fails when CI is true.

. "$SESHAT_SOURCE/tests/cli/servers.sh"

hf_dir=$T/hf

# hf_server VERB: kill, again.
hf_server() {
	"$server_python" "$SESHAT_SOURCE/tests/servers/hf" "$hf_dir" "$@"
}

# hf_start: start it, and speak to it from here on.
hf_start() {
	hf_missing=0
	"$server_python" "$SESHAT_SOURCE/tests/servers/hf" need >"$T/need" ||
	    hf_missing=$?
	if [ -s "$T/need" ]; then
		cat "$T/need"
		exit "$hf_missing"
	fi
	at_exit "stop_server '$hf_dir'"
	hf_server
	. "$hf_dir/env"
}

# hf_client VERB BUCKET ...: Hugging Face's own client.
hf_client() {
	node "$SESHAT_SOURCE/tests/servers/hub/client.mjs" "$@"
}

# hf_api METHOD PATH [CURL OPTION]...: the answer is in $T/out, its head in
# $T/head; prints the status.  Nobody asks when HF_TOKEN is empty.
hf_api() {
	hf_method=$1
	hf_path=$2
	shift 2
	curl -sS -X "$hf_method" -D "$T/head" -o "$T/out" -w '%{http_code}' \
	    ${HF_TOKEN:+-H "Authorization: Bearer $HF_TOKEN"} "$@" \
	    "$HF_ENDPOINT$hf_path"
}

# hf_control JSON: tell it; @FILE is what stands in a file.
hf_control() {
	curl -sS --fail-with-body --data-binary "$1" "$HF_ENDPOINT/_control" \
	    >"$T/told" || fail "hf_control: $(cat "$T/told")"
}

# hf_rule RULE[, RULE]...: accidents to come.
hf_rule() {
	hf_control "{\"rules\": [$1]}"
}

# hf_config 'NAME: VALUE, ...': what it is like.
hf_config() {
	hf_control "{\"config\": {$1}}"
}

# hf_calm: no accident is to come, and what waits goes on.
hf_calm() {
	hf_control '{"calm": true}'
}

# hf_forget: what was asked so far is not counted.
hf_forget() {
	hf_control '{"forget": true}'
}

# hf_waits: whether a request waits to be released.
hf_waits() {
	curl -sS "$HF_ENDPOINT/_control" | grep -q '"waiting":[1-9]'
}

# hf_bucket ID [PRIVATE]: make one, or change it; as it will be told.
hf_bucket() {
	hf_control "{\"buckets\": [{\"id\": \"$1\", \"private\": ${2-true}}]}"
}

# hf_folder ID: where its files are, to be looked at and changed.
hf_folder() {
	echo "$hf_dir/buckets/$1"
}

# hf_log: what was asked since hf_forget, one a line:
# "batch POST /api/buckets/alice/vault/batch 200 hf_test", "-" for no answer and
# for nobody, and the faults behind it.
hf_log() {
	[ -e "$hf_dir/journal" ] || return 0
	"$server_python" -c 'import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    one = json.loads(line)
    print(one["kind"], one["method"], one["path"], one["status"] or "-",
          one["token"] or "-", *one["faults"])' "$hf_dir/journal"
}

# hf_requests [REGEX]: how many lines of hf_log fit.
hf_requests() {
	hf_log | grep -Ec -e "${1-.}" || true
}

# hf_violations: what no client should have done, one a line.
hf_violations() {
	[ -e "$hf_dir/journal" ] || return 0
	"$server_python" -c 'import json, sys
for line in open(sys.argv[1], encoding="utf-8"):
    one = json.loads(line)
    for what in one["violations"]:
        print(one["method"], one["path"].partition("?")[0] + ":", what)' \
	    "$hf_dir/journal"
}

# hf_clean: nothing of the kind was done.
hf_clean() {
	hf_violations >"$T/hits"
	[ ! -s "$T/hits" ] || fail "$(cat "$T/hits")"
}
