# The vault of a scenario in a bucket of its own, for lib.sh.

s3_dir=$S3_DIR
. "$s3_dir/env"
s3_vault=vault-$$
bucket make "$s3_vault"
SESHAT_STORE=$(s3_url "$s3_vault")
export SESHAT_STORE

mkfifo "$T/ask" "$T/told-by-twin"
# No child of the scenario, which may wait for its own.
s3_twin=$("$server_python" "$SESHAT_SOURCE/tests/servers/twin.py" "$s3_vault" \
    "$T/ask" "$T/told-by-twin" >&2 & echo $!)
at_exit "kill $s3_twin"
# Both ways, so that opening one waits for nobody.
exec 6<>"$T/ask" 7<>"$T/told-by-twin"

# What was changed by hand is changed for an hour: over a network a mirror looks
# that often whether what it stored is still there.
vault_sync() {
	[ -n "${vault-}" ] || return 0
	echo "$vault" >&6
	read -r s3_told <&7
	case $s3_told in
	same) ;;
	changed) an_hour_passes ;;
	*) fail "the bucket's twin: $s3_told" ;;
	esac
}

an_hour_passes() {
	find "$XDG_STATE_HOME/seshat/mirror" -name '*.json' -type f -exec sed -i \
	    's/"\(ack_at\|looked_at\)":"[^"]*"/"\1":"2020-01-01T00:00:00.000Z"/g' \
	    {} + 2>/dev/null || :
}

# What is stored has the time at which it was: so it is the clock that moves.
vault_ages() {
	at_exit "stop_server '$T/faults'"
	faults 2>/dev/null
	SESHAT_STORE=$(. "$T/faults/env" && s3_url "$s3_vault")
}

vault_age() {
	faults clock $(($(date +%s) - $(date -d "$1 ago" +%s)))
}

in_folder() {
	test_that "what is about a folder # SKIP $1"
	return 1
}

todo_far() {
	todo "$@"
}

vault_url() {
	echo "$SESHAT_STORE"
}
