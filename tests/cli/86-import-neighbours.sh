# 'seshat import' of what others keep: agentsview's trees, the parts of the
# Claude Agent SDK, a file for each session, erk's branches.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

a=3fa9c2d1-2222-4333-8444-555555555555
b=8c41d7e2-2222-4333-8444-555555555555
x=019f0b6e-4c1d-7a30-9b52-6d7e8f901a2b
sub=a167912bc9668f9f8
demo=$T/work/demo
there=$T/there
mkdir -p "$demo"

# fresh: nothing is stored, and nothing is there.
fresh() {
	anew
	rm -rf "$there"
	mkdir "$there"
}

# codex ID FROM TO: so many lines of a rollout.
codex() {
	awk -v id="$1" -v cwd="$demo" -v i="$2" -v to="$3" 'BEGIN {
		for (; i <= to; i++)
			if (i == 1)
				printf "{\"timestamp\":\"2026-01-01T00:00:00.000Z\"," \
				    "\"type\":\"session_meta\",\"payload\":{" \
				    "\"id\":\"%s\",\"cwd\":\"%s\"}}\n", id, cwd
			else
				printf "{\"timestamp\":\"2026-01-01T00:00:%02d.000Z\"," \
				    "\"type\":\"event_msg\",\"payload\":{\"type\":" \
				    "\"user_message\",\"message\":\"line %d\"}}\n", i, i }'
}

# imports WHERE NEW ALL OPTION...: so many of so many sessions have something new.
imports() {
	where=$1
	new=$2
	all=$3
	shift 3
	run seshat import "$where" "$@"
	expect_status 0
	out_has "^imported $new of $all sessions,"
}

# is_there HARNESS/ID FILE [STREAMS=1]: that is the session now.
is_there() {
	run seshat show "$1" --raw
	expect_status 0
	same "$2" "$T/out"
	[ "$(streams "${1#*/}")" = "${3-1}" ] ||
	    fail "$1: $(streams "${1#*/}") streams"
}

# stored: everything that is stored, but for caches.
stored() {
	(cd "$vault" && find . -type f ! -name meta.json ! -path './index/*' \
	    -exec cksum {} + | sort -k 3)
}

# again WHERE ALL OPTION...: nothing new comes a second time, nor without what
# the state remembers.
again() {
	where=$1
	all=$2
	shift 2
	stored >"$T/before"
	for with in state none; do
		[ $with = state ] || rm -rf "$XDG_STATE_HOME/seshat"
		run seshat import "$where" "$@"
		expect_status 0
		out_has "^imported 0 of $all sessions, 0 B new .* $all already here"
		stored >"$T/after"
		same "$T/before" "$T/after"
	done
	run seshat verify
	expect_status 0
}

# agentsview: a tree of two sessions of Claude Code, a subagent and Codex's.
agentsview() {
	raw=$there/laptop/raw
	dir=-home-u-demo
	mkdir -p "$raw/claude/$dir/$a/subagents" "$raw/claude/$dir/$a/tool-results" \
	    "$raw/codex/2026/01/01" "$there/laptop/raw/cursor/x"
	lines "$a" "$demo" 1 9 >"$raw/claude/$dir/$a.jsonl"
	lines "$a" "$demo" 3 5 >"$raw/claude/$dir/$a/subagents/agent-$sub.jsonl"
	lines "$b" "$demo" 1 4 >"$raw/claude/$dir/$b.jsonl"
	codex "$x" 1 5 >"$raw/codex/2026/01/01/rollout-2026-01-01T00-00-00-$x.jsonl"
	# of none of them
	echo x >"$raw/claude/$dir/$a/tool-results/toolu_1.txt"
	lines z "$demo" 1 1 >"$raw/claude/$dir/agent-zz.jsonl"
	lines z "$demo" 1 1 >"$raw/claude/loose.jsonl"
	lines z "$demo" 1 1 >"$raw/claude/$dir/$a/agent-$sub.jsonl"
	lines z "$demo" 1 1 >"$raw/codex/2026/01/01/other.jsonl"
	lines z "$demo" 1 1 >"$raw/cursor/x/y.jsonl"
}

is_agentsview() {
	is_there "claude-code/$a" "$raw/claude/$dir/$a.jsonl"
	is_there "claude-code/$a.$sub" \
	    "$raw/claude/$dir/$a/subagents/agent-$sub.jsonl"
	is_there "claude-code/$b" "$raw/claude/$dir/$b.jsonl"
	is_there "codex/$x" \
	    "$raw/codex/2026/01/01/rollout-2026-01-01T00-00-00-$x.jsonl"
}

test_that "agentsview: every session of its tree, and nothing else"
fresh
agentsview
imports "$there" 4 4
expect_err "seshat: read as agentsview's raw/claude and raw/codex (--format agentsview)"
is_agentsview
check test "$(seshat list --json | wc -l)" = 4
check test -d "$vault/demo/sessions/claude-code/$a"
run seshat show "claude-code/$a.$sub" --json
out_has "\"parent_session_id\":\"$a\""
run seshat show "claude-code/$a" --json
out_has "\"imported_from\":\"file://$raw/claude/$dir/$a.jsonl\""
again "$there" 4

test_that "agentsview: any folder of the way there will do"
for where in "$there/laptop" "$raw" "file://$raw/"; do
	anew
	imports "$where" 4 4
	is_agentsview
done
anew
imports "$raw/claude" 3 3
is_there "claude-code/$a.$sub" \
    "$raw/claude/$dir/$a/subagents/agent-$sub.jsonl"
imports "$there/laptop" 1 4
anew
imports "$raw/codex" 1 1

test_that "agentsview: one that has grown goes on where it was"
fresh
agentsview
imports "$there" 4 4
lines "$a" "$demo" 10 12 >>"$raw/claude/$dir/$a.jsonl"
imports "$there" 1 4
is_agentsview
again "$there" 4

test_that "agentsview: one that was rewritten is a stream of its own"
sed -i 's/line 2"/other"/' "$raw/claude/$dir/$b.jsonl"
lines "$b" "$demo" 5 6 >>"$raw/claude/$dir/$b.jsonl"
imports "$there" 1 4
is_there "claude-code/$b" "$raw/claude/$dir/$b.jsonl" 2
again "$there" 4

test_that "a last line that was cut off is completed, or becomes another"
fresh
lines "$a" "$demo" 1 3 >"$T/full"
printf '{"type":"user","half' >>"$T/full"
cp "$T/full" "$there/$a.jsonl"
imports "$there" 1 1
is_there "claude-code/$a" "$T/full"
again "$there" 1
printf '":1}\n{"more":2}\n' >>"$there/$a.jsonl"
imports "$there" 1 1
is_there "claude-code/$a" "$there/$a.jsonl"
lines "$a" "$demo" 1 5 >"$there/$a.jsonl"
imports "$there" 1 1
is_there "claude-code/$a" "$there/$a.jsonl" 2

test_that "a folder of one harness and another project can be chosen"
fresh
agentsview
imports "$there" 4 4 --format agentsview --project third
check test -d "$vault/third/sessions/codex/$x"
run seshat import "$there" --format agentsview --only demo
expect_status 2
err_has 'there are no projects in it'
run seshat import "$there" --format nothing
expect_status 2
err_has 'there are tracecraft, session-store, agentsview, '
run seshat import "$there" --format session-store
expect_status 3
err_has "no sessions in .*: looked for parts of the Claude Agent SDK's"

test_that "secrets are scrubbed on the way in"
fresh
agentsview
secret=$(printf '%s%s' AKIA Q7ZT3MWX5LNB2KDE)
printf '{"type":"user","x":"%s"}\n' "$secret" >>"$raw/claude/$dir/$a.jsonl"
imports "$there" 4 4
run seshat show "claude-code/$a" --raw
out_lacks "$secret"
out_has 'REDACTED:aws'
again "$there" 4

test_that "what was mirrored here is not stored again"
fresh
fake "$a" "$demo" 9
mirror --everywhere
agentsview
imports "$there" 3 4
is_agentsview
again "$raw" 4

test_that "nor what came from elsewhere; and a longer one goes on"
fresh
mkdir -p "$there/one" "$there/two/m/raw/claude/d"
lines "$a" "$demo" 1 5 >"$there/one/$a.jsonl"
lines "$a" "$demo" 1 3 >"$there/two/m/raw/claude/d/$a.jsonl"
imports "$there/one" 1 1
imports "$there/two" 0 1
lines "$a" "$demo" 1 8 >"$there/two/m/raw/claude/d/$a.jsonl"
imports "$there/two" 1 1
is_there "claude-code/$a" "$there/two/m/raw/claude/d/$a.jsonl" 1
imports "$there/one" 0 1

test_that "one that was removed stays so, until it is asked for"
run seshat rm "$a" --yes
run seshat import "$there/two"
expect_status 0
out_has '^1 left alone, because they were removed'
imports "$there/two" 1 1 --again
is_there "claude-code/$a" "$there/two/m/raw/claude/d/$a.jsonl"

# store: sessions of the SDK, in several parts, with a subagent.
store() {
	key=-home-u-demo
	s=$there/agents/$key
	mkdir -p "$s/$a/subagents/agent-$sub" "$s/$b" "$s/$b/subagents%2Fagent-q"
	lines "$a" "$demo" 1 3 >"$s/$a/part-1767225600000-00aa11.jsonl"
	lines "$a" "$demo" 4 4 >"$s/$a/part-1767225601000-ffaa11.jsonl"
	lines "$a" "$demo" 5 9 >"$s/$a/part-1767225601001-00aa11.jsonl"
	lines "$a" "$demo" 1 9 >"$T/want-a"
	{
		echo '{"type":"agent_metadata","agentType":"Explore"}'
		lines "$a" "$demo" 2 3
	} >"$s/$a/subagents/agent-$sub/part-1767225600500-123456.jsonl"
	lines "$a" "$demo" 2 3 >"$T/want-sub"
	# another version of it: a counter, and names that are escaped
	lines "$b" "$demo" 1 2 >"$s/$b/part-1767225600000-000001-00aa11.jsonl"
	lines "$b" "$demo" 3 4 >"$s/$b/part-1767225600000-000002-00aa10.jsonl"
	lines "$b" "$demo" 1 4 >"$T/want-b"
	lines "$b" "$demo" 7 8 \
	    >"$s/$b/subagents%2Fagent-q/part-1767225600000-000003-00aa10.jsonl"
	lines "$b" "$demo" 7 8 >"$T/want-q"
	echo '{}' >"$s/$a/part-17672256-00aa11.jsonl"
	echo '{}' >"$s/$a/notes.json"
}

is_store() {
	is_there "claude-code/$a" "$T/want-a"
	is_there "claude-code/$a.$sub" "$T/want-sub"
	is_there "claude-code/$b" "$T/want-b"
	is_there "claude-code/$b.q" "$T/want-q"
}

test_that "session-store: parts in the order of their names, subagents too"
fresh
store
imports "$there" 4 4
err_has 'read as parts of the Claude Agent SDK.s SessionStore \(--format session-store\)'
err_has 'entries of type agent_metadata are left out'
is_store
check test "$(seshat list --json | wc -l)" = 4
again "$there" 4

test_that "session-store: what is appended goes on"
lines "$a" "$demo" 10 11 >"$s/$a/part-1767225602000-000000.jsonl"
lines "$a" "$demo" 1 11 >"$T/want-a"
imports "$there" 1 4
is_store
again "$there" 4

test_that "session-store: the folder of a project, or of one session"
anew
imports "$s" 4 4
is_store
anew
imports "$s/$a" 2 2
is_there "claude-code/$a" "$T/want-a"

test_that "session-store: lines that are torn, empty, odd or long"
fresh
mkdir -p "$there/k/$a"
printf '{"a":1}\n\n\377\n{"type":"agent_metadata"' \
    >"$there/k/$a/part-1767225600000-00aa11.jsonl"
{
	printf '{"type":"agent_metadata","x":"'
	head -c 2000000 /dev/zero | tr '\0' x
	printf '"}\n{"b":2}'
} >"$there/k/$a/part-1767225600001-00aa11.jsonl"
: >"$there/k/$a/part-1767225600002-00aa11.jsonl"
printf '{"c":3}' >"$there/k/$a/part-1767225600003-00aa11.jsonl"
{
	printf '{"a":1}\n\n\377\n{"type":"agent_metadata"\n'
	cat "$there/k/$a/part-1767225600001-00aa11.jsonl"
	printf '\n{"c":3}'
} >"$T/want"
run seshat import "$there/k"
expect_status 0
is_there "claude-code/$a" "$T/want"

test_that "hf-trace: what is published, and what anybody lays there"
fresh
mkdir -p "$there/claude-code/app" "$there/codex/app" "$there/deep/er"
lines "$a" "$demo" 1 3 >"$there/claude-code/app/$a.jsonl"
lines "$a" "$demo" 2 3 >"$there/claude-code/app/$a.$sub.jsonl"
codex "$x" 1 4 >"$there/codex/app/$x.jsonl"
lines "$b" "$demo" 1 3 >"$there/deep/er/$b.jsonl"
codex other 1 4 >"$there/anything.jsonl"
echo '{"prompt":"a","answer":"b"}' >"$there/training.jsonl"
printf '\377\n{{{{\n' >"$there/odd.jsonl"
: >"$there/empty.jsonl"
echo hello >"$there/README.md"
imports "$there" 5 5
err_has 'read as one JSONL file for each session \(--format hf-trace\)'
err_has '^seshat: training.jsonl: is passed over: no agent that we know'
err_has '^seshat: odd.jsonl: is passed over'
err_has '^seshat: empty.jsonl: is passed over'
is_there "claude-code/$a" "$there/claude-code/app/$a.jsonl"
is_there "claude-code/$a.$sub" "$there/claude-code/app/$a.$sub.jsonl"
is_there "codex/$x" "$there/codex/app/$x.jsonl"
is_there "claude-code/$b" "$there/deep/er/$b.jsonl"
is_there codex/other "$there/anything.jsonl"
check test -d "$vault/app/sessions/claude-code/$a"
check test -d "$vault/demo/sessions/codex/other"
again "$there" 5
run seshat import "$there" --json
out_has '^{"format":"hf-trace","sessions":5,"imported":0,'
out_has '"object":"training.jsonl"'
anew
imports "$there" 3 3 --format hf-trace --only app

test_that "hf-trace: a subagent by its lines, a fork by its name"
fresh
fork=11111111-2222-4333-8444-555555555555
lines "$a" "$demo" 1 3 |
    sed 's/"cwd"/"isSidechain":true,"agentId":"q1","cwd"/' \
	>"$there/agent-q1.jsonl"
lines "$a" "$demo" 1 3 >"$there/$fork.jsonl"
imports "$there" 2 2
is_there "claude-code/$a.q1" "$there/agent-q1.jsonl"
is_there "claude-code/$fork" "$there/$fork.jsonl"

test_that "hf-trace: the folders of the agents, as they are"
fresh
mkdir -p "$there/sessions/2026/01/01" "$there/projects/-x/$a/subagents"
codex "$x" 1 4 \
    >"$there/sessions/2026/01/01/rollout-2026-01-01T00-00-00-$x.jsonl"
lines "$a" "$demo" 1 3 >"$there/projects/-x/$a.jsonl"
lines "$a" "$demo" 1 3 |
    sed 's/"cwd"/"isSidechain":true,"agentId":"q1","cwd"/' \
	>"$there/projects/-x/$a/subagents/agent-q1.jsonl"
imports "$there" 3 3
is_there "codex/$x" \
    "$there/sessions/2026/01/01/rollout-2026-01-01T00-00-00-$x.jsonl"
is_there "claude-code/$a" "$there/projects/-x/$a.jsonl"
is_there "claude-code/$a.q1" "$there/projects/-x/$a/subagents/agent-q1.jsonl"
again "$there" 3

test_that "of many files that are no sessions the first are told"
fresh
lines "$a" "$demo" 1 3 >"$there/$a.jsonl"
for i in $(seq 25); do
	echo '{}' >"$there/$i.jsonl"
done
imports "$there" 1 1
check test "$(grep -c 'is passed over' "$T/err")" = 20
err_has '^seshat: 5 more of them: are passed over, too'

test_that "names that are no ids are told, and are no paths of ours"
fresh
mkdir -p "$there/claude-code/app" "$there/raw/claude/d/%2e%2e/subagents"
lines "$a" "$demo" 1 2 >"$there/claude-code/app/%2e%2e.jsonl"
lines "$a" "$demo" 1 2 >"$there/claude-code/app/a%0Ab.jsonl"
lines "$a" "$demo" 1 2 >"$there/claude-code/app/%FF.jsonl"
lines "$a" "$demo" 1 2 >"$there/claude-code/%2e%2e%2fx"
lines "$a" "$demo" 1 2 >"$there/claude-code/app/a b.jsonl"
lines "$a" "$demo" 1 2 >"$there/claude-code/app/a%00b.jsonl"
lines "$a" "$demo" 1 2 >"$there/claude-code/app/$(printf %0240d 7).jsonl"
run seshat import "$there" --format hf-trace
expect_status 5
err_has 'its id is none that a session can have'
err_has 'its name holds characters that no key of a store has'
out_has '^imported 1 of 6 sessions, .* 5 failed'
check test ! -e "$vault/app/sessions/claude-code/.."/x
run seshat verify
expect_status 0

test_that "nothing that is known: it says what was looked for"
fresh
echo x >"$there/y.txt"
run seshat import "$there"
expect_status 3
err_has 'no sessions in .*: looked for <project>/sessions/'
run seshat import "$T/not-there"
expect_status 3
run seshat import "$there" --identity x
expect_status 2

# branch NAME: in the repository, with the files of the working tree.
branch() {
	git -C "$there" checkout -q --orphan "$1"
	git -C "$there" add -A
	git -C "$there" -c user.name=u -c user.email=u@example.org \
	    -c commit.gpgsign=false commit -qm "$1" --date "$2"
}

erk() {
	command -v git >/dev/null || return 1
	fresh
	git -C "$there" init -q -b main
	echo x >"$there/file"
	GIT_COMMITTER_DATE=2026-01-01T00:00:00Z branch main 2026-01-01T00:00:00Z
	mkdir -p "$there/.erk/session"
	lines "$a" "$demo" 1 3 >"$there/.erk/session/$a.jsonl"
	GIT_COMMITTER_DATE=2026-02-01T00:00:00Z branch session/7 \
	    2026-02-01T00:00:00Z
	lines "$a" "$demo" 1 6 >"$there/.erk/session/$a.jsonl"
	lines "$b" "$demo" 1 2 >"$there/.erk/session/$b.jsonl"
	mkdir -p "$there/.erk/session/deeper"
	echo x >"$there/.erk/session/deeper/x.jsonl"
	cp "$there/.erk/session/$a.jsonl" "$T/want-a"
	cp "$there/.erk/session/$b.jsonl" "$T/want-b"
	GIT_COMMITTER_DATE=2026-02-02T00:00:00Z branch async-learn/7 \
	    2026-02-02T00:00:00Z
	rm -r "$there/.erk/session"
	mkdir -p "$there/.erk/sessions"
	echo '<session/>' >"$there/.erk/sessions/impl-$a.xml"
	echo '{"version":1,"sessions":[]}' >"$there/.erk/sessions/manifest.json"
	GIT_COMMITTER_DATE=2026-03-01T00:00:00Z branch planned-pr-context/9 \
	    2026-03-01T00:00:00Z
	git -C "$there" checkout -q main
}

if command -v git >/dev/null; then
	test_that "erk-branch: the sessions of its branches, in a checkout"
	erk
	imports "$there" 3 3
	err_has "read as a git repository with erk's branches of sessions"
	err_has '^seshat: .erk/sessions: is passed over: extracts'
	is_there "claude-code/$a" "$T/want-a"
	is_there "claude-code/$b" "$T/want-b"
	run seshat show "claude-code/$b" --json
	out_has "\"imported_from\":\"file://$there/?#refs/heads/async-learn/7:.erk/session/$b.jsonl\""
	again "$there" 3

	test_that "erk-branch: in a clone, a bare one, and where git is led astray"
	git clone -q "$there" "$T/clone"
	git clone -q --bare "$there" "$T/bare"
	for where in "$T/clone" "$T/bare"; do
		anew
		GIT_DIR=$T/none imports "$where" 3 3
		is_there "claude-code/$a" "$T/want-a"
	done

	test_that "a repository without such branches is a folder like any other"
	fresh
	git -C "$there" init -q
	lines "$a" "$demo" 1 3 >"$there/$a.jsonl"
	imports "$there" 1 1
	echo broken >"$there/.git/HEAD"
	imports "$there" 0 1
	err_has '^seshat: .git: git for-each-ref: exit status'
	erk

	test_that "erk-branch: nothing that a repository names is run"
	git -C "$T/clone" config core.fsmonitor "touch $T/ran; false"
	git -C "$T/clone" config core.pager "touch $T/ran; false"
	git -C "$T/clone" config core.sshCommand "touch $T/ran; false"
	git -C "$T/clone" config extensions.partialClone origin
	git -C "$T/clone" config core.repositoryformatversion 1
	git -C "$T/clone" config remote.origin.promisor true
	git -C "$T/clone" config remote.origin.url "ext::touch $T/ran"
	git -C "$T/clone" config protocol.ext.allow always
	oid=$(git -C "$there" rev-parse "async-learn/7:.erk/session/$b.jsonl")
	rm -f "$T/clone/.git/objects/$(echo "$oid" | cut -c 1-2)/$(echo "$oid" |
	    cut -c 3-)"
	anew
	run seshat import "$T/clone" --format erk-branch
	expect_status 5
	err_has "^seshat: claude-code/$b: git cat-file: exit status"
	is_there "claude-code/$a" "$T/want-a"
	check test ! -e "$T/ran"
fi

finish
