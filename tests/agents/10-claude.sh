# Claude Code, one prompt a process: mirrored while it works, killed during a
# turn, gone on with, and forked.
. "$SESHAT_SOURCE/tests/agents/lib.sh"

a_busy_session() {
	test_that "$1: what an agent writes is stored while it works"
	id=$(new_id)
	rm -f "$T/gate"
	prompt "A prompt of alpha." \
	    "+run echo the first; until [ -e '$T/gate' ]; do sleep 0.05; done" \
	    "+run seq 1 200000" \
	    "+write $demo/large $(printf 'words é %0999d ' 1 2 3 4 5 6 7 8 9)" \
	    "+read $demo/large" \
	    "+task Look. ++run echo from the subagent ++say Found by it." \
	    "+say Beta is the answer."
	follow --all --interval 0.05
	starts claude -p --session-id "$id"
	soon vault_says "$id" "the first"
	check test "$(ended "$id")" = no
	: >"$T/gate"
	ends "Beta is the answer."
	comes_whole "$id"
	check vault_says "$id" "Beta is the answer."

	test_that "$1: and so is what its subagent wrote, as a session below it"
	agent=$(find "$HOME/.claude/projects" -path "*/$id/subagents/*.jsonl")
	agent=${agent##*/agent-}
	soon has "$id.${agent%.jsonl}" \
	    "$(the_source "$id" | sed 's/\.jsonl$//')/subagents/agent-$agent"
	check vault_says "$id.${agent%.jsonl}" "Found by it."
	end_follow
	expect_status 0
	expect_err ""
	check test "$(ended "$id")" = yes
}

a_killed_one() {
	test_that "$1: killed in the middle of an answer, all it wrote is stored"
	id=$(new_id)
	rm -f "$T/hold" "$T/hold.half"
	prompt "A prompt of gamma." "+run echo delta" \
	    "+hold $T/hold Half of it."
	follow --all --interval 0.05
	starts claude -p --session-id "$id"
	soon test -e "$T/hold.half"
	is_killed
	comes_whole "$id"
	check vault_says "$id" delta

	test_that "$1: gone on with, it stays one session"
	prompt "A prompt of epsilon." "+say Zeta."
	starts claude -p --resume "$id"
	ends Zeta.
	model_saw "prompt of epsilon" "prompt of gamma" delta
	soon vault_says "$id" Zeta.
	comes_whole "$id"

	test_that "$1: a fork is one of its own, and leaves the other as it was"
	cp "$(the_source "$id")" "$T/before"
	fork=$(new_id)
	prompt "A prompt of eta." "+say Theta."
	starts claude -p --resume "$id" --fork-session --session-id "$fork"
	ends Theta.
	model_saw "prompt of eta" "prompt of gamma" "prompt of epsilon"
	soon vault_says "$fork" Theta.
	comes_whole "$fork"
	same "$T/before" "$(the_source "$id")"
	comes_whole "$id"
	end_follow
	expect_status 0
	expect_err ""
}

cd "$demo"
for package in @anthropic-ai/claude-code-linux claude-code-2.1.197; do
	use_claude "$package"
	version=$(claude --version)
	a_busy_session "${version% (*}"
	a_killed_one "${version% (*}"
done

finish
