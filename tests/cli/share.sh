# Sharing through a GitHub of the scenario's own, on top of lib.sh: it runs, and
# the only token is the one in GH_TOKEN.

. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/github.sh"

hub_start
mkdir "$T/gh"
export GITHUB_API_URL="$HUB_API" GH_REPO=o/r GH_TOKEN=test-classic
# a gh of this machine may know a token
export GH_PATH="$T/no-gh" GH_CONFIG_DIR="$T/gh"

demo=$T/work/demo
mkdir -p "$demo/.git"
plan=0
n_ids=0

# looks: no rule, and what was asked from here on counts; of what was asked
# before, nothing was amiss.
looks() {
	hub_clean
	hub_control '{"calm": true, "forget": true}'
}

# new_plan [FIELD]...: the next issue, $plan.
new_plan() {
	plan=$((plan + 1))
	hub_issue "$plan" "$@"
	hub_body "$plan" >"$T/body"
	looks
}

# new_session [LINES]: the next session, $id, in $source.
new_session() {
	n_ids=$((n_ids + 1))
	id=$(printf '%08x-2222-4333-8444-555555555555' "$n_ids")
	fake "$id" "$demo" "${1-3}"
}

# python CODE [ARGUMENT]...: with no package but its own.
python() {
	"$server_python" -IS -c "$@"
}

# field NAME...: of the JSON that was printed, as JSON; keys are its names.
field() {
	python 'import json, sys
thing = json.load(open(sys.argv[1], encoding="utf-8"))
for name in sys.argv[2:]:
    if name == "keys":
        thing = " ".join(thing)
    elif name == "len":
        thing = len(thing)
    else:
        thing = thing[int(name) if isinstance(thing, list) else name]
print(thing if isinstance(thing, str) else json.dumps(thing))' \
	    "${field_file-$T/out}" "$@"
}

# is VALUE NAME...: that is what was printed.
is() {
	is_wanted=$1
	shift
	is_found=$(field "$@" 2>&1) || :
	[ "$is_found" = "$is_wanted" ] ||
	    fail "$* is $is_found, not $is_wanted, of: ${ran-}
$(head -c 2000 "$T/out" "$T/err")"
}

# gist_is VALUE NAME..., issue_is NUMBER VALUE NAME...: of what GitHub has.
gist_is() {
	field_file=$hub_dir/gists/$gist/gist.json
	is "$@"
	unset field_file
}

issue_is() {
	field_file=$hub_dir/repos/o/r/issues/$1.json
	shift
	is "$@"
	unset field_file
}

# upload [OPTION]...: of $id, for $plan; the gist is $gist.
upload() {
	run seshat upload --session-id "$id" --plan-issue "$plan" --json "$@"
	gist=$(field gist_id 2>/dev/null) || gist=
}

# uploaded [OPTION]...: that must work.
uploaded() {
	upload "$@"
	expect_status 0
	is true success
}

# failed STATUS TEXT: as JSON, and the text is in the error.
failed() {
	expect_status "$1"
	is 'success error' keys
	is false success
	out_has "$2"
}

# n_gists N: so many there are.
n_gists() {
	[ "$(hub_gists | wc -l)" = "$1" ] ||
	    fail "$(hub_gists | wc -l) gists, not $1"
}

# header_is FIELD VALUE: of $plan, as it stands there.
header_is() {
	hub_body "$plan" | tr -d '\r' | grep -Fxq -e "$1: $2" ||
	    fail "no $1: $2 in the header: $(hub_body "$plan")"
}

# header_stays: no byte of the issue has changed.
header_stays() {
	hub_body "$plan" >"$T/now"
	same "$T/body" "$T/now"
}

# only_session_changed: but for the five fields of the last session.
only_session_changed() {
	hub_body "$plan" | grep -v '^last_session_' >"$T/now" || :
	grep -v '^last_session_' "$T/body" >"$T/was" || :
	same "$T/was" "$T/now"
}

# nothing_left: no file of a work that is done, but what gist is whose.
nothing_left() {
	find "$T/tmp" "$XDG_STATE_HOME/seshat/gists" -type f ! -name lock \
	    ! -name 'github.com-????????????????' >"$T/left" 2>/dev/null || :
	[ ! -s "$T/left" ] || fail "left: $(cat "$T/left")"
}
