# A mirror that follows, on top of lib.sh and fake.sh: it runs beside the
# scenario and tells in $T/events what it does.

one=aaaaaaaa-1111-4222-8333-444444444444
two=bbbbbbbb-1111-4222-8333-444444444444
demo=$T/work/demo
other=$T/work/other
mkdir -p "$demo" "$other"
follow_pid=

# fresh: session one of the folder demo, three lines.
fresh() {
	anew
	fake "$one" "$demo"
	source_one=$source
}

# grow FILE ID FROM TO: whole lines are added.
grow() {
	lines "$2" "$demo" "$3" "$4" >>"$1"
}

# stored ID [N=1]: wait until so much was told to be stored of the session.
stored() {
	events "\"event\":\"stored\".*\"session_id\":\"$1\"" "${2-1}"
}

parts() {
	vault_sync
	find "$vault" -path "*/$1/part-*" 2>/dev/null | wc -l
}

# has ID FILE: what is stored is what is in the file.
has() {
	seshat show "$1" --raw >"$T/raw" 2>/dev/null &&
	    cmp -s "$T/raw" "$2"
}

# is_whole ID FILE: it is so, in however many streams.
is_whole() {
	has "$1" "$2" || fail "$1: $(cmp "$T/raw" "$2" 2>&1)"
}

# ended ID: "yes" or "no".
ended() {
	seshat show "$1" --json | grep -q '"ended_at":null' && echo no ||
	    echo yes
}

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

# beside OPTION...: a mirror that runs beside the scenario, with $before_it in
# front.  A shell lets what runs in the background ignore Ctrl-C; a terminal
# does not.
before_it=

beside() {
	: >"$T/events"
	: >"$T/told"
	vault_sync
	# appended to: nobody reads what the one before told
	env --default-signal=INT $before_it "$SESHAT_BIN" mirror "$@" \
	    >>"$T/events" 2>>"$T/told" &
	follow_pid=$!
}

# follow OPTION...: start one, and wait until it is ready.
follow() {
	beside --follow --json "$@"
	events '"event":"ready"'
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
	vault_sync
}

# A scenario that fails leaves none behind.
at_exit '[ -z "$follow_pid" ] || kill -9 "$follow_pid" 2>/dev/null'
