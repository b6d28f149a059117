# A mirror that follows, on top of lib.sh and fake.sh: it runs beside the
# scenario and tells in $T/events what it does.

follow_pid=

# soon COMMAND...: wait until it answers true.
soon() {
	i=0
	until "$@"; do
		i=$((i + 1))
		[ "$i" -lt 600 ] || {
			fail "it never came about: $*"
			fail "$(tail -n 5 "$T/events" "$T/told" 2>&1)"
			return 0
		}
		sleep 0.05
	done
}

# has_events REGEX [N=1]
has_events() {
	[ "$(grep -Ec -e "$1" "$T/events")" -ge "${2-1}" ]
}

# events REGEX [N=1]: wait until so many were told.
events() {
	soon has_events "$@"
}

# follow OPTION...: start one, and wait until it is ready.  A shell lets what
# runs in the background ignore Ctrl-C; a terminal does not.
follow() {
	start_follow "$@"
	events '"event":"ready"'
}

start_follow() {
	: >"$T/events"
	env --default-signal=INT "$SESHAT_BIN" mirror --follow --json "$@" \
	    >"$T/events" 2>"$T/told" &
	follow_pid=$!
}

# end_follow [SIGNAL=INT]: end it, and keep its status.
end_follow() {
	ran="mirror --follow, ended by ${1-INT}"
	kill -"${1-INT}" "$follow_pid"
	status=0
	wait "$follow_pid" || status=$?
	cp "$T/events" "$T/out"
	cp "$T/told" "$T/err"
	follow_pid=
}

# A scenario that fails leaves none behind.
trap '[ -z "$follow_pid" ] || kill -9 "$follow_pid" 2>/dev/null' EXIT
