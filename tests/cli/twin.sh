# The vault of a scenario far away, for lib.sh: a folder that is its twin.

# twin_start PLACE: PLACE is what tests/servers/twin.py calls it.
twin_start() {
	mkfifo "$T/ask" "$T/told-by-twin"
	# No child of the scenario, which may wait for its own.
	twin=$("$server_python" "$SESHAT_SOURCE/tests/servers/twin.py" "$1" \
	    "$T/ask" "$T/told-by-twin" >&2 & echo $!)
	at_exit "kill $twin"
	# Both ways, so that opening one waits for nobody.
	exec 6<>"$T/ask" 7<>"$T/told-by-twin"
}

# What was changed by hand is changed for an hour: over a network a mirror looks
# that often whether what it stored is still there.
vault_sync() {
	[ -n "${vault-}" ] || return 0
	echo "$vault" >&6
	read -r twin_told <&7
	case $twin_told in
	same) ;;
	changed) an_hour_passes ;;
	*) fail "the vault's twin: $twin_told" ;;
	esac
}

an_hour_passes() {
	find "$XDG_STATE_HOME/seshat/mirror" -name '*.json' -type f -exec sed -i \
	    's/"\(ack_at\|looked_at\)":"[^"]*"/"\1":"2020-01-01T00:00:00.000Z"/g' \
	    {} + 2>/dev/null || :
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
