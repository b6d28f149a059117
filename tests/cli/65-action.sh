# The GitHub Action, as a runner runs it: action.yml names the variables, and
# share/action/upload.sh does the work.

. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/github.sh"

id=aaaaaaaa-2222-4333-8444-555555555555
checkout=$T/work/demo
script=$SESHAT_SOURCE/share/action/upload.sh
action=$SESHAT_SOURCE/action.yml

# act NAME=VALUE...: a step of its own with these variables; its outputs are in
# $T/outputs, its line for people in $T/summary.
act() {
	rm -f "$T/outputs" "$T/summary"
	run at "$checkout" env GITHUB_ACTIONS=true GITHUB_API_URL="$HUB_API" \
	    GITHUB_REPOSITORY=o/r GITHUB_OUTPUT="$T/outputs" \
	    GITHUB_STEP_SUMMARY="$T/summary" \
	    SESHAT_ACTION_SESHAT="$SESHAT_BIN" \
	    SESHAT_ACTION_WORKFLOW_TOKEN=test-actions "$@" sh "$script"
}

# told NAME: an output, the last one of that name, as GitHub takes it.
told() {
	[ ! -e "$T/outputs" ] || sed -n "s/^$1=//p" "$T/outputs" | tail -n 1
}

# inputs: "NAME VARIABLE" of each in action.yml that reaches the script.
inputs() {
	"$server_python" - "$action" <<'END'
import re, sys, yaml
doc = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
step, = doc["runs"]["steps"]
given = {}
for variable, value in step["env"].items():
    found = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value)
    if found:
        given[found[1]] = variable
assert doc["runs"]["using"] == "composite" and step["shell"] == "sh"
assert "${{" not in step["run"], "an expression is spliced into the script"
assert set(given) == set(doc["inputs"]), set(given) ^ set(doc["inputs"])
for name, one in {**doc["inputs"], **doc["outputs"]}.items():
    assert one["description"], name
    assert isinstance(one.get("default", ""), str), name
for name, one in doc["outputs"].items():
    assert one["value"] == "${{ steps.%s.outputs.%s }}" % (step["id"], name)
for name in given:
    print(name, given[name])
END
}

mkdir -p "$checkout/.git"
hub_start
hub_issue 7

test_that "action.yml is well-formed, and every input reaches the script"
run inputs
expect_status 0
check test "$(wc -l <"$T/out")" = 11
cp "$T/out" "$T/inputs"
while read -r name variable; do
	check test "$variable" = \
	    "SESHAT_ACTION_$(echo "$name" | tr a-z- A-Z_)"
	check grep -q "$variable" "$script"
done <"$T/inputs"

test_that "the outputs are those that the script tells"
run "$server_python" -c 'import sys, yaml
for name in yaml.safe_load(open(sys.argv[1], encoding="utf-8"))["outputs"]:
    print(name)' "$action"
while read -r name; do
	check grep -q "output $name " "$script"
done <"$T/out"

test_that "the example uploads however its job ends, by inputs that there are"
run "$server_python" -c 'import sys, yaml
action, flow = (yaml.safe_load(open(name, encoding="utf-8"))
                for name in sys.argv[1:])
step, = (s for s in flow["jobs"]["work"]["steps"]
         if "/seshat@" in s.get("uses", ""))
assert step["if"] == "always()"
assert set(step["with"]) <= set(action["inputs"])
assert flow["permissions"]["issues"] == "write"' \
    "$action" "$SESHAT_SOURCE/share/workflows/agent.yml"
expect_status 0

test_that "a job without a session is told so, and does not fail"
act SESHAT_ACTION_GIST_TOKEN=test-classic
expect_status 0
out_has '^::notice title=seshat::There is no session to upload\.$'
out_has 'nothing to upload: no agent left a session'
check test "$(told uploaded)" = false
check test ! -e "$T/summary"
check test "$(hub_requests)" = 0

test_that "unless it is to"
act SESHAT_ACTION_GIST_TOKEN=test-classic SESHAT_ACTION_IF_PRESENT=false
expect_status 3
out_has '^::error title=seshat::The session was not uploaded: no agent left'
check test "$(told uploaded)" = false

test_that "the session of a job that passed is uploaded, and its plan told"
fake $id "$checkout" 20
act SESHAT_ACTION_GIST_TOKEN=test-classic SESHAT_ACTION_PLAN_ISSUE=7
expect_status 0
gist=$(hub_gists)
check test "$(told uploaded)" = true
check test "$(told session-id)" = $id
check test "$(told gist-id)" = "$gist"
told gist-url | grep -q "$gist\$" || fail "gist-url: $(told gist-url)"
grep -q "^Session \`$id\`: http.*$gist\$" "$T/summary" || fail "the summary"
same "$(hub_file "$gist" "session-$id.jsonl")" "$source"
hub_body 7 | grep -q "^last_session_source: remote$" || fail "the header"
hub_log >"$T/log"
check grep -q '^POST /gists 201 test-classic' "$T/log"
check grep -q '^PATCH /repos/o/r/issues/7 200 test-actions' "$T/log"

test_that "a job that failed later uploads to the same gist"
hub_forget
lines $id "$checkout" 21 25 >>"$source"
act SESHAT_ACTION_GIST_TOKEN=test-classic SESHAT_ACTION_SESSION_ID=$id \
    SESHAT_ACTION_PLAN_ISSUE=7 SESHAT_ACTION_REPO=o/r
expect_status 0
check test "$(hub_gists)" = "$gist"
check test "$(told gist-id)" = "$gist"
same "$(hub_file "$gist" "session-$id.jsonl")" "$source"

test_that "a token that the environment has is not hidden by an empty input"
hub_forget
act SESHAT_ACTION_GIST_TOKEN= SESHAT_GIST_TOKEN=test-classic \
    SESHAT_ACTION_GITHUB_TOKEN= GH_TOKEN=test-other SESHAT_ACTION_PLAN_ISSUE=7 \
    SESHAT_ACTION_SOURCE=local
expect_status 0
hub_log >"$T/log"
check grep -q '^GET /gists/[^ ]* 200 test-classic' "$T/log"
check grep -q '^PATCH /repos/o/r/issues/7 200 test-other' "$T/log"

test_that "the workflow's own token cannot create a gist, and the error says so"
anew
fake $id "$checkout" 20
act
expect_status 4
out_has '^::error title=seshat::The session was not uploaded: .*SESHAT_GIST_TOKEN'
check test "$(told uploaded)" = false
check test -z "$(told gist-url)"

test_that "neither can one that is not valid"
act SESHAT_ACTION_GIST_TOKEN=nobody
expect_status 4
out_has '^::error title=seshat::.*the token in SESHAT_GIST_TOKEN is not valid'
out_lacks nobody

test_that "when only the plan cannot be told, the gist is, and the step fails"
hub_rule '{"on": "POST ^/repos/o/r/issues/7/comments", "do": "status",
    "status": 403, "message": "Resource not accessible", "times": 0}'
act SESHAT_ACTION_GIST_TOKEN=test-classic SESHAT_ACTION_PLAN_ISSUE=7
expect_status 5
out_has '^::error title=seshat::The session is uploaded, http.*, but the plan does not tell of it: '
check test "$(told uploaded)" = true
check test "$(told gist-id)" = "$gist"
hub_calm

test_that "packed and encrypted it is when it is to"
age-keygen -o "$T/key" 2>/dev/null
act SESHAT_ACTION_GIST_TOKEN=test-classic SESHAT_ACTION_COMPRESS=true \
    SESHAT_ACTION_ENCRYPT_TO="
	$(age-keygen -y "$T/key")
"
expect_status 0
out_has "holds the session unencrypted, and its history will: "
check grep -q '"encoding": "gzip+age"' \
    "$(hub_file "$gist" 00-manifest.json)"

test_that "what is encrypted does not become readable by an option forgotten"
hub_forget
act SESHAT_ACTION_GIST_TOKEN=test-classic
expect_status 2
out_has '^::error .*holds the session encrypted: say --encrypt-to'
check test "$(hub_requests '^(POST|PATCH)')" = 0

test_that "an input with a line of its own is refused, and begins no command"
act SESHAT_ACTION_GIST_TOKEN=test-classic "SESHAT_ACTION_SESSION_ID=x
::warning::gotcha
uploaded=true"
expect_status 2
out_lacks '^::warning'
out_has '^::error .*x%0A::warning::gotcha%0Auploaded=true$'
check test -z "$(told uploaded)"

test_that "nothing in an input is run, spread out, or taken for an option"
for value in '$(touch hit)' '`touch hit`' '; touch hit' '--public' '*' \
    '"; touch hit; "' '%0A::warning::gotcha' "' || touch hit '"; do
	for name in SESSION_ID SESSION_FILE PLAN_ISSUE REPO SOURCE ENCRYPT_TO \
	    COMPRESS IF_PRESENT SESHAT; do
		case $name in
		REPO) act "SESHAT_ACTION_REPO=$value" \
		    SESHAT_ACTION_PLAN_ISSUE=7 ;;
		*) act "SESHAT_ACTION_$name=$value" ;;
		esac
		check test ! -e "$checkout/hit"
		check test "$(told uploaded)" != true
		out_lacks '^::warning'
	done
done

test_that "what a session is called begins nothing in outputs or summary"
odd='x", "gist_id": "evil'
lines "$odd" "$checkout" 1 3 >"$T/odd"
act SESHAT_ACTION_GIST_TOKEN=test-classic SESHAT_ACTION_SESSION_FILE="$T/odd" \
    SESHAT_ACTION_SESSION_ID="$odd"
expect_status 0
check test "$(told session-id)" = "$odd"
check test "$(told gist-id)" != evil
check test "$(cut -d : -f 1 "$T/summary")" = 'Session `x????gist_id????evil`'

test_that "what the program says cannot speak to the runner"
stop=$(sed -n '1s/^::stop-commands:://p' "$T/out")
check test "${#stop}" = 39
check grep -q "^::$stop::\$" "$T/out"

hub_clean
finish
