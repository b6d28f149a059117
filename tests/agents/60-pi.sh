# Pi, one prompt a process: mirrored while it works, killed during a turn, gone
# on with, forked, and put back for another person on another machine.
. "$SESHAT_SOURCE/tests/agents/lib.sh"

elsewhere=$T/elsewhere/my.demo
SESHAT_STORE=file://$vault
export SESHAT_STORE

# works OPTION...: at the prompt.
works() {
	starts pi -p "$@"
}

# the_newest: the id of the session that it wrote to last.
the_newest() {
	find "$HOME/.pi/agent" -name '*.jsonl' -printf '%T@ %f\n' |
	    sort -n | tail -n 1 | sed 's/.*_//; s/\.jsonl$//'
}

one_works() {
	id=$(the_newest)
	[ -n "$id" ] && vault_says "$id" "$1"
}

cd "$demo"
test_that "what it writes is stored while it works"
prompt "A prompt of alpha." \
    "+run echo the first; until [ -e '$T/gate' ]; do sleep 0.05; done" \
    "+run seq 1 200000" "+write $demo/file words" "+read $demo/file" \
    "+say Beta is the answer."
follow --all --interval 0.05
works
soon one_works "prompt of alpha"
: >"$T/gate"
ends "Beta is the answer."
comes_whole "$id"
check vault_says "$id" "Beta is the answer."

test_that "gone on with, it stays one session"
prompt "A prompt of gamma." "+say Delta."
works --session "$id"
ends Delta.
model_saw "prompt of gamma" "prompt of alpha" "the first"
soon vault_says "$id" Delta.
comes_whole "$id"

test_that "it reads as it went"
run seshat show "$id" --text
expect_status 0
out_has '^A prompt of alpha\.'
out_has '^-- tool bash'
out_has '^-- result'
out_has '^Beta is the answer\.$'
run seshat list
out_has ' pi  *demo  *A prompt of alpha'

test_that "killed in the middle of an answer, all it wrote is stored"
first=$id
prompt "A prompt of epsilon." "+run echo zeta" "+hold $T/hold Half of it."
works
soon test -e "$T/hold.half"
is_killed
check test "$(the_newest)" != "$first"
id=$(the_newest)
comes_whole "$id"
check vault_says "$id" zeta

test_that "a fork is one of its own, and leaves the other as it was"
cp "$(the_source "$first")" "$T/before"
prompt "A prompt of iota." "+say Kappa."
works --fork "$first"
ends Kappa.
model_saw "prompt of iota" "prompt of alpha" "prompt of gamma"
id=$(the_newest)
check test "$id" != "$first"
soon vault_says "$id" Kappa.
comes_whole "$id"
same "$T/before" "$(the_source "$first")"
comes_whole "$first"
end_follow
expect_status 0
expect_err ""

test_that "on another machine it knows what was said, and goes on"
mv "$demo" "$demo.away"
machine two "$elsewhere"
run seshat restore "$first" --cwd "$elsewhere"
expect_status 0
tail -n 1 "$T/out" >"$T/resume"
cp "$(the_source "$first")" "$T/restored"
check test "$(wc -l <"$T/restored")" = "$(wc -l <"$T/before")"
cd "$T"
prompt "A prompt of lambda." "+run pwd" "+say Mu."
starts sh -c "$(cat "$T/resume") -p"
ends Mu.
model_saw "A prompt of lambda" "prompt of alpha" "the first" "$elsewhere" Delta.
check test "$(the_newest)" = "$first"
head -c "$(wc -c <"$T/restored")" "$(the_source "$first")" >"$T/begins"
same "$T/restored" "$T/begins"
run seshat mirror --everywhere --once
expect_status 0
check has "$first" "$(the_source "$first")"

finish
