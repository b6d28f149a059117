# A session goes to another machine, where another person's folders are, and
# the agent goes on with it there; and comes back.
. "$SESHAT_SOURCE/tests/agents/lib.sh"

elsewhere=$T/elsewhere/my.demo
SESHAT_STORE=file://$vault
export SESHAT_STORE
mkdir -p "$elsewhere"

mirror() {
	run seshat mirror --everywhere --once
	expect_status 0
}

# restored ID DIR: and the command to go on with it is in $T/resume.
restored() {
	run seshat restore "$1" --cwd "$2"
	expect_status 0
	tail -n 1 "$T/out" >"$T/resume"
}

# resumed OPTION...: what restore said, in another folder.
resumed() {
	cd "$T"
	starts sh -c "$(cat "$T/resume") $*"
}

# on_another: the folder of the first machine is not there.
on_another() {
	mv "$demo" "$demo.away"
	machine two "$elsewhere"
}

on_the_first() {
	mv "$demo.away" "$demo"
	machine home "$demo"
}

# beside ID: what Claude Code keeps next to a transcript, but for the notes on
# its subagents, whose folders are of this machine.
beside() {
	(cd "$(dirname "$(the_source "$1")")/$1" && find . -name '*.txt' \
	    -exec sha256sum {} + | sort)
}

a_claude() {
	test_that "$1 to $2: what was said elsewhere is known where it goes on"
	id=$(new_id)
	use_claude "$3"
	cd "$demo"
	prompt "A prompt of alpha." "+run echo the first" "+run seq 1 200000" \
	    "+task Look. ++run echo from the subagent ++say Found by it." \
	    "+say Beta."
	starts claude -p --session-id "$id"
	ends Beta.
	mirror
	lines=$(wc -l <"$(the_source "$id")")
	beside "$id" >"$T/beside"
	check test -s "$T/beside"
	on_another
	use_claude "$4"
	restored "$id" "$elsewhere"
	cp "$(the_source "$id")" "$T/restored"
	check test "$(wc -l <"$T/restored")" = "$lines"
	beside "$id" >"$T/beside.now"
	same "$T/beside" "$T/beside.now"
	check test -n "$(find "$HOME/.claude" -path "*/$id/subagents/*.jsonl")"
	prompt "A prompt of gamma." "+run echo the second" "+say Delta."
	resumed -p
	ends Delta.
	model_saw "A prompt of gamma" "A prompt of alpha" "the first" Beta.

	test_that "$1 to $2: what is added there is a second stream, which has all"
	head -c "$(wc -c <"$T/restored")" "$(the_source "$id")" >"$T/begins"
	same "$T/restored" "$T/begins"
	mirror
	is_whole "$id" "$(the_source "$id")"
	check vault_says "$id" "A prompt of alpha"
	check vault_says "$id" Delta.
	check test "$(streams_of "$id")" = 2

	test_that "$1 to $2: and it comes back to where it was"
	on_the_first
	use_claude "$3"
	restored "$id" "$demo"
	prompt "A prompt of epsilon." "+say Zeta."
	resumed -p
	ends Zeta.
	model_saw "A prompt of epsilon" "A prompt of alpha" "the first" \
	    "A prompt of gamma" "the second"
	mirror
	is_whole "$id" "$(the_source "$id")"
	check vault_says "$id" Zeta.
}

now=@anthropic-ai/claude-code-linux
old=claude-code-2.1.197
a_claude 2.1.328 2.1.328 $now $now
a_claude 2.1.197 2.1.328 $old $now

test_that "Codex: what was said elsewhere is known where it goes on"
cd "$demo"
prompt "A prompt of alpha." "+run echo the first" "+say Beta."
starts codex exec --skip-git-repo-check -
ends Beta.
id=$(the_thread)
mirror
on_another
restored "$id" "$elsewhere"
cp "$(the_source "$id")" "$T/restored"
sed -i 's/ resume / exec resume --skip-git-repo-check /' "$T/resume"
prompt "A prompt of gamma." "+run pwd; echo the second" "+say Delta."
resumed -
ends Delta.
model_saw "A prompt of gamma" "A prompt of alpha" "the first" Beta.
model_saw "the second" "$elsewhere"

test_that "Codex: what is added there is a second stream, which has all"
head -c "$(wc -c <"$T/restored")" "$(the_source "$id")" >"$T/begins"
same "$T/restored" "$T/begins"
mirror
is_whole "$id" "$(the_source "$id")"
check vault_says "$id" "A prompt of alpha"
check vault_says "$id" Delta.
check test "$(streams_of "$id")" = 2

test_that "Codex: and it comes back to where it was"
on_the_first
restored "$id" "$demo"
sed -i 's/ resume / exec resume --skip-git-repo-check /' "$T/resume"
prompt "A prompt of epsilon." "+say Zeta."
resumed -
ends Zeta.
model_saw "A prompt of epsilon" "A prompt of alpha" "the first" \
    "A prompt of gamma" "the second"
mirror
is_whole "$id" "$(the_source "$id")"

test_that "Codex: one that it put away comes with what it wants first"
codex archive "$id" >"$T/hits" 2>&1 || fail "$(cat "$T/hits")"
restored "$id" "$demo"
sed -i 's/ resume / exec resume --skip-git-repo-check /' "$T/resume"
prompt "A prompt of lambda." "+say Mu."
cd "$T"
sh -c "$(cat "$T/resume") -" <"$T/prompt" >"$T/said" 2>"$T/complained" ||
    fail "$(cat "$T/complained")"
grep -q Mu. "$T/said" || fail "it said: $(cat "$T/said")"
model_saw "A prompt of lambda" "A prompt of alpha" "the second"

test_that "Codex: also one that it put away, and lost since"
cd "$demo"
codex archive "$id" >"$T/hits" 2>&1 || fail "$(cat "$T/hits")"
mirror
rm "$(the_source "$id")"
restored "$id" "$demo"
check grep -q 'move the file to archived_sessions' "$T/out"
mkdir -p "$HOME/.codex/archived_sessions"
mv "$(the_source "$id")" "$HOME/.codex/archived_sessions"
restored "$id" "$demo"
sed -i 's/ resume / exec resume --skip-git-repo-check /' "$T/resume"
prompt "A prompt of nu." "+say Xi."
sh -c "$(cat "$T/resume") -" <"$T/prompt" >"$T/said" 2>"$T/complained" ||
    fail "$(cat "$T/complained")"
model_saw "A prompt of nu" "A prompt of alpha" Mu.

test_that "a project that was moved: its sessions are found where it is now"
use_claude $now
id=$(new_id)
mkdir "$T/work/project"
cd "$T/work/project"
prompt "A prompt of eta." "+run seq 1 200000" "+say Theta."
starts claude -p --session-id "$id"
ends Theta.
mirror
cd "$T"
mv "$T/work/project" "$T/work/renamed"
run seshat relocate "$T/work/project" "$T/work/renamed"
expect_status 0
cd "$T/work/renamed"
prompt "A prompt of iota." "+say Kappa."
starts claude -p --resume "$id"
ends Kappa.
model_saw "A prompt of iota" "A prompt of eta" Theta.
mirror
comes_whole "$id"
check vault_says "$id" Kappa.

finish
