# Codex, one prompt a process: mirrored while it works, killed during a turn,
# gone on with, and forked.
. "$SESHAT_SOURCE/tests/agents/lib.sh"

works() {
	starts codex exec --skip-git-repo-check "$@" -
}

one_works() {
	id=$(the_thread)
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
check test "$(ended "$id")" = no
: >"$T/gate"
ends "Beta is the answer."
comes_whole "$id"
check vault_says "$id" "Beta is the answer."

test_that "gone on with, it stays one session"
prompt "A prompt of gamma." "+say Delta."
works resume "$id"
ends Delta.
model_saw "prompt of gamma" "prompt of alpha" "the first"
soon vault_says "$id" Delta.
comes_whole "$id"

test_that "killed in the middle of an answer, all it wrote is stored"
prompt "A prompt of epsilon." "+run echo zeta" "+hold $T/hold Half of it."
works
soon test -e "$T/hold.half"
is_killed
check test "$(the_thread)" != "$id"
first=$id
id=$(the_thread)
comes_whole "$id"
check vault_says "$id" zeta

test_that "that one is gone on with, too"
prompt "A prompt of eta." "+say Theta."
works resume "$id"
ends Theta.
model_saw "prompt of eta" "prompt of epsilon" zeta
soon vault_says "$id" Theta.
comes_whole "$id"

test_that "a fork is one of its own, and leaves the other as it was"
cp "$(the_source "$first")" "$T/before"
prompt "A prompt of iota." "+say Kappa."
works fork "$first"
ends Kappa.
model_saw "prompt of iota" "prompt of alpha" "prompt of gamma"
check test "$(the_thread)" != "$id"
id=$(the_thread)
soon vault_says "$id" Kappa.
comes_whole "$id"
same "$T/before" "$(the_source "$first")"
comes_whole "$first"
end_follow
expect_status 0
expect_err ""

finish
