#!/bin/sh
# What the GitHub Action of action.yml does.
#
# Its inputs are SESHAT_ACTION_<NAME>, its outputs go to $GITHUB_OUTPUT, a line
# for people to $GITHUB_STEP_SUMMARY, errors become annotations.  The exit
# status is that of 'seshat upload'.
#
# An input may hold anything that somebody wrote into a branch's name or an
# issue: none is ever looked at as text of this script, and each goes to the
# program as one word, behind its option's "=".
set -euf

: "${GITHUB_OUTPUT:=/dev/null}" "${GITHUB_STEP_SUMMARY:=/dev/null}"

# annotate KIND TEXT: it may hold anything, also the end of the annotation.
annotate() {
	printf '::%s title=seshat::%s\n' "$1" "$(printf '%s' "$2" |
	    sed 's/%/%25/g' | tr '\r' ' ' |
	    awk '{ printf "%s%s", (NR > 1 ? "%0A" : ""), $0 }')"
}

die() {
	annotate error "$2"
	exit "$1"
}

# output NAME VALUE: of one line, for the steps that follow.
output() {
	printf '%s=%s\n' "$1" "$2" >>"$GITHUB_OUTPUT"
}

# flag NAME VALUE: whether an input says true.
flag() {
	case $2 in
	true) return 0 ;;
	false | '') return 1 ;;
	*) die 2 "input $1 is 'true' or 'false', not '$2'" ;;
	esac
}

# member NAME: a text of the answer, which is one line of JSON whose first
# members have no escapes in them.
member() {
	sed -n '1s/^.*[{ ]"'"$1"'": "\(\([^"\\]\|\\.\)*\)".*$/\1/p' "$answer" |
	    sed 's/\\n/ /g; s/\\\(["\\]\)/\1/g'
}

# The program: the one that is named, else in PATH, else built here.
find_program() {
	program=${SESHAT_ACTION_SESHAT-}
	if [ -n "$program" ]; then
		command -v "$program" >/dev/null ||
		    die 1 "input seshat: there is no program $program"
		return
	fi
	program=seshat
	! command -v seshat >/dev/null || return 0
	program=${RUNNER_TEMP:?}/seshat-build/seshat
	[ ! -x "$program" ] || return 0
	echo "::group::No seshat in PATH: building it from the action's source"
	build || die 1 "seshat could not be built here (see the log above): \
install it before this step, or give its path as input seshat"
	echo "::endgroup::"
}

build() (
	cd "${GITHUB_ACTION_PATH:?}" && tools/deps build &&
	    meson setup -Dtests=disabled "${program%/*}" &&
	    ninja -C "${program%/*}"
)

# An input that is empty hides no token that the environment has.
choose_tokens() {
	if [ -n "${SESHAT_ACTION_GIST_TOKEN-}" ]; then
		export SESHAT_GIST_TOKEN="$SESHAT_ACTION_GIST_TOKEN"
	fi
	token=${SESHAT_ACTION_GITHUB_TOKEN-}
	[ -n "$token${GH_TOKEN-}${GITHUB_TOKEN-}" ] ||
	    token=${SESHAT_ACTION_WORKFLOW_TOKEN-}
	unset SESHAT_ACTION_GIST_TOKEN SESHAT_ACTION_GITHUB_TOKEN \
	    SESHAT_ACTION_WORKFLOW_TOKEN
	[ -n "$token" ] || return 0
	# as gh has it, somebody's own server has a variable of its own
	case ${GITHUB_SERVER_URL-} in
	'' | https://github.com | https://*.ghe.com) export GH_TOKEN="$token" ;;
	*) export GH_ENTERPRISE_TOKEN="$token" ;;
	esac
}

# One line each: what is longer would be another output, or another command to
# the runner.
newline='
'
for value in "${SESHAT_ACTION_SESSION_ID-}" "${SESHAT_ACTION_SESSION_FILE-}" \
    "${SESHAT_ACTION_PLAN_ISSUE-}" "${SESHAT_ACTION_REPO-}" \
    "${SESHAT_ACTION_SOURCE-}" "${SESHAT_ACTION_SESHAT-}"; do
	case $value in
	*"$newline"*) die 2 "an input has more than one line: $value" ;;
	esac
done

output uploaded false
set -- --source="${SESHAT_ACTION_SOURCE:-remote}"
[ -z "${SESHAT_ACTION_SESSION_ID-}" ] ||
    set -- "$@" --session-id="$SESHAT_ACTION_SESSION_ID"
[ -z "${SESHAT_ACTION_SESSION_FILE-}" ] ||
    set -- "$@" --session-file="$SESHAT_ACTION_SESSION_FILE"
[ -z "${SESHAT_ACTION_PLAN_ISSUE-}" ] ||
    set -- "$@" --plan-issue="$SESHAT_ACTION_PLAN_ISSUE"
[ -z "${SESHAT_ACTION_REPO-}" ] || set -- "$@" --repo="$SESHAT_ACTION_REPO"
# set -f is on: a word is split, and that is all
for to in ${SESHAT_ACTION_ENCRYPT_TO-}; do
	set -- "$@" --encrypt-to="$to"
done
! flag compress "${SESHAT_ACTION_COMPRESS-}" || set -- "$@" --compress
! flag if-present "${SESHAT_ACTION_IF_PRESENT:-true}" ||
    set -- "$@" --if-present
choose_tokens
find_program

# What the program tells may quote what others wrote, so that the runner is to
# take no commands from it.
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
stop=seshat-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$stop"
status=0
# shellcheck disable=SC2069 # the answer goes apart
"$program" upload --json "$@" 2>&1 >"$answer" || status=$?
echo "::$stop::"

id=$(member gist_id)
if [ -n "$id" ]; then
	url=$(member gist_url)
	session=$(member session_id)
	output gist-id "$id"
	output gist-url "$url"
	output session-id "$session"
	output uploaded true
	# no id can begin something else there
	# shellcheck disable=SC2016 # these quotes are Markdown's
	printf 'Session `%s`: %s\n' \
	    "$(printf '%s' "$session" | tr -c 'A-Za-z0-9._-' '?')" "$url" \
	    >>"$GITHUB_STEP_SUMMARY"
fi
case $status in
0)
	[ -n "$id" ] || annotate notice "There is no session to upload."
	;;
5)
	annotate error "The session is uploaded, $url, but the plan does not \
tell of it: $(member issue_update_error)"
	;;
*)
	why=$(member error)
	annotate error "The session was not uploaded: \
${why:-seshat ended with status $status, see the log above}"
	;;
esac
exit "$status"
