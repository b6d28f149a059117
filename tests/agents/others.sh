# Agents that take their prompt behind -p, on top of lib.sh.  A scenario says
# of each: $named, which is its program, too, and the functions settles (in a
# new home), again (options with which the session $id goes on) and the_source.
# Where lines name the directory, those that went on in another one are a stream
# of their own.

streams=2
again_streams=1
elsewhere=$T/elsewhere/my.demo
SESHAT_STORE=file://$vault
export SESHAT_STORE
mkdir -p "$elsewhere"

# talks COMMAND...: it works at the prompt meanwhile.
talks() {
	agent=$1
	setsid "$@" -p "$(cat "$T/prompt")" </dev/null >"$T/said" \
	    2>"$T/complained" &
	agent_pid=$!
}

# answers TEXT: it has done what it was told, and said so.
answers() {
	wait "$agent_pid" ||
	    fail "$agent: status $?: $(cat "$T/complained" "$T/said")"
	grep -qF -e "$1" "$T/said" || fail "$agent said: $(cat "$T/said")"
}

# the_newest: the id of the session that was begun last.
the_newest() {
	seshat sessions --everywhere --harness "$named" --json 2>/dev/null |
	    sed -n '1s/.*"id":"\([^"]*\)".*/\1/p'
}

one_works() {
	id=$(the_newest)
	[ -n "$id" ] && vault_says "$id" "$1"
}

# is_one STREAMS: it is listed once, and stored in so many.
is_one() {
	[ "$(seshat list --json | grep -c "\"session_id\":\"$id\"")" = 1 ] ||
	    fail "$id is not listed once: $(seshat list)"
	[ "$(streams_of "$id")" = "$1" ] ||
	    fail "$id: $(streams_of "$id") streams"
}

# it_is_mirrored [at-the-end]: that is, it writes nothing before.
it_is_mirrored() {
	test_that "$named: what it writes is stored while it works"
	cd "$demo"
	rm -f "$T/gate"
	prompt "A prompt of alpha." \
	    "+run echo the first; until [ -e '$T/gate' ]; do sleep 0.05; done" \
	    "+write $demo/file words" "+say Beta is the answer."
	follow --everywhere --harness "$named" --interval 0.05
	talks "$named"
	[ "${1-}" = at-the-end ] || soon one_works "prompt of alpha"
	: >"$T/gate"
	answers "Beta is the answer."
	soon one_works "Beta is the answer."
	soon has_source "$id"

	test_that "$named: gone on with, it stays one session"
	prompt "A prompt of gamma." "+say Delta."
	talks "$named" $(again)
	answers Delta.
	model_saw "prompt of gamma" "prompt of alpha" "the first"
	soon vault_says "$id" Delta.
	soon has_source "$id"
	is_one "$again_streams"
	end_follow
	expect_status 0
	expect_err ""
}

# restored DIR OPTION...: and the command to go on with it is in $T/resume.
restored() {
	dir=$1
	shift
	run seshat restore "$id" --cwd "$dir" "$@"
	expect_status 0
	grep "^cd " "$T/out" | tail -n 1 >"$T/resume"
}

# resumed: what restore said.
resumed() {
	cd "$T"
	talks sh -c "$(cat "$T/resume") \"\$@\"" sh "$@"
}

mirrored() {
	run seshat mirror --everywhere --harness "$named" --once
	expect_status 0
	is_whole "$id" "$(the_source "$id")"
}

it_goes_elsewhere() {
	test_that "$named: what was said elsewhere is known where it goes on"
	mv "$demo" "$demo.away"
	machine two "$elsewhere"
	settles
	restored "$elsewhere"
	cp "$(the_source "$id")" "$T/restored" || fail "$(cat "$T/out" "$T/err" "$T/listed"; find "$HOME/.$named" -name "*.json*")"
	prompt "A prompt of epsilon." "+run pwd; echo the second" "+say Zeta."
	resumed
	answers Zeta.
	model_saw "prompt of epsilon" "prompt of alpha" "the first" \
	    "prompt of gamma" Delta. "$elsewhere"
	mirrored
	check vault_says "$id" "prompt of alpha"
	check vault_says "$id" Zeta.
	is_one "$streams"
}

# it_is_added_to: what was restored stands as it was written.
it_is_added_to() {
	head -c "$(wc -c <"$T/restored")" "$(the_source "$id")" >"$T/begins"
	same "$T/restored" "$T/begins"
}

# it_comes_back OPTION...: of restore.
it_comes_back() {
	test_that "$named: and it comes back to where it was"
	mv "$demo.away" "$demo"
	machine home
	restored "$demo" "$@"
	prompt "A prompt of eta." "+say Theta."
	resumed
	answers Theta.
	model_saw "prompt of eta" "prompt of alpha" "the first" \
	    "prompt of epsilon" "the second"
	mirrored
	check vault_says "$id" Theta.
}
