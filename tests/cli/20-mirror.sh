# 'seshat mirror': what is copied, where it lies, and that it is copied once.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

export CLAUDE_CONFIG_DIR="$T/claude" CODEX_HOME="$T/codex"
export XDG_DATA_HOME="$T/data" XDG_STATE_HOME="$T/state"
vault=$T/data/seshat/vault
data=$SESHAT_SOURCE/tests/data/recorded
one=11111111-2222-4333-8444-555555555555
two=22222222-2222-4333-8444-555555555555
sub=$one.a0123456789abcdef

# said ID CWD N: so many lines of a session.
said() {
	i=1
	while [ "$i" -le "$3" ]; do
		printf '{"type":"user","sessionId":"%s","cwd":"%s",' "$1" "$2"
		printf '"timestamp":"2026-01-01T00:00:%02dZ",' "$i"
		printf '"message":{"role":"user","content":"line %s"}}\n' "$i"
		i=$((i + 1))
	done
}

# fresh: no vault, no state, two sessions in folder a, a subagent, one in b.
fresh() {
	rm -rf "$T/data" "$T/state" "$T/claude" "$T/codex" "$T/a" "$T/b"
	vault_sync
	mkdir -p "$T/a" "$T/b"
	a=$(cd "$T/a" && pwd -P)
	b=$(cd "$T/b" && pwd -P)
	in_a=$T/claude/projects/$(printf %s "$a" | tr -c 'A-Za-z0-9' -)
	mkdir -p "$in_a/$one/subagents" "$T/claude/projects/-b"
	said "$one" "$a" 3 >"$in_a/$one.jsonl"
	said "$one" "$a" 2 \
	    >"$in_a/$one/subagents/agent-a0123456789abcdef.jsonl"
	said "$two" "$a" 2 >"$in_a/$two.jsonl"
	touch -d '1 hour ago' "$in_a/$two.jsonl"
	said b "$b" 2 >"$T/claude/projects/-b/b.jsonl"
}

ids() {
	(cd "$vault/ids/claude-code" 2>/dev/null && ls | tr '\n' ' ')
}

from_a() {
	(cd "$T/a" && "$SESHAT_BIN" "$@")
}

test_that "without options it is the last session of this folder, whole"
fresh
run from_a mirror
expect_status 0
out_has '^mirrored 2 of 2 sessions, '
check test "$(ids)" = "$one $sub "

test_that "a session is found by its id, with its subagents"
fresh
run seshat mirror --session-id "$one"
expect_status 0
check test "$(ids)" = "$one $sub "
run seshat mirror --session-id "$two"
expect_status 0
run seshat mirror --session-id nope
expect_status 3
err_has 'no session nope on this machine'

test_that "--all --once takes all sessions of the folder, --cwd names it"
fresh
run seshat mirror --all --once --cwd "$T/a"
expect_status 0
check test "$(ids)" = "$one $sub $two "

test_that "--everywhere takes every session"
fresh
run seshat mirror --everywhere
expect_status 0
out_has '^mirrored 4 of 4 sessions'
check test "$(ids)" = "$one $sub $two b "

test_that "options that exclude each other are told, with status 2"
run seshat mirror --all --once --session-id x
expect_status 2
run seshat mirror --everywhere --session-id x
expect_status 2
run seshat mirror --all --session-id x
expect_status 2
run seshat mirror --once --follow
expect_status 2
err_has '\-\-once and --follow exclude each other'
for bad in 0 -1 abc 1x nan inf '' 1e9; do
	run seshat mirror --follow --interval "$bad"
	expect_status 2
	err_has '\-\-interval wants seconds above 0'
done
run seshat mirror --interval 2
expect_status 2
run seshat mirror --min-bytes x
expect_status 2
run seshat mirror --harness nope
expect_status 2

test_that "nothing found: status 3, and the folders that were searched"
run seshat mirror --harness claude-code --cwd /nowhere
expect_status 3
err_has 'No claude-code session found in cwd=/nowhere'
err_has "$T/claude/projects"

test_that "a vault has the layout of FORMATS.md"
fresh
run seshat mirror --everywhere --project demo
expect_status 0
(cd "$vault" && find . -type f) | sed -e 's|index/[0-9a-f]\{16\}/[0-9a-f]\{12\}-[0-9a-f]\{8\}|index/OWNER/WHEN-RANDOM|' \
    -e 's/-[0-9a-f]\{8\}\.json/-STREAM.json/' | LC_ALL=C sort |
    grep -e "$two" -e index >"$T/layout"
cat >"$T/want" <<END
./demo/sessions/claude-code/$two/meta.json
./demo/sessions/claude-code/$two/part-00000000-STREAM.jsonl.gz
./demo/sessions/claude-code/$two/stream-STREAM.json
./ids/claude-code/$two
./index/OWNER/WHEN-RANDOM.jsonl.gz
END
same "$T/want" "$T/layout"

if in_folder "a bucket has no modes"; then
	test_that "a vault is private"
	check test -z "$(find "$vault" -type d ! -perm 0700)"
	check test -z "$(find "$vault" -type f ! -perm 0600)"
fi

test_that "any gzip reads a part"
for part in "$vault/demo/sessions/claude-code/$one"/part-*; do
	check gzip -t "$part"
	gzip -dc "$part" >"$T/read"
	same "$in_a/$one.jsonl" "$T/read"
done

test_that "the part's header says what it is"
head -c 600 "$part" | tr -d '\0' >"$T/head"
check grep -aq ' c=0-[0-9]* s=[0-9]* l=3 e=2026-01-01T00:00:03.000Z' "$T/head"

test_that "nothing new: nothing is written"
find "$vault" "$T/state" -printf '%p %T@ %i\n' | sort >"$T/before"
run seshat mirror --everywhere
expect_status 0
out_has '^mirrored 0 of 4 sessions, 0 B new'
find "$vault" "$T/state" -printf '%p %T@ %i\n' | sort >"$T/after"
same "$T/before" "$T/after"

test_that "the project is the folder of the git root, once and for all"
fresh
mkdir -p "$T/a/my repo/.git" "$T/a/my repo/deep/er"
repo=$(cd "$T/a/my repo/deep/er" && pwd -P)
said "$two" "$repo" 2 >"$in_a/$two.jsonl"
run seshat mirror --session-id "$two"
expect_status 0
check test -d "$vault/my-repo/sessions/claude-code/$two"
said x "$repo" 1 >>"$in_a/$two.jsonl"
run seshat mirror --session-id "$two" --project other
expect_status 2
err_has "belongs to project 'my-repo', not 'other'"
run env SESHAT_PROJECT=other "$SESHAT_BIN" mirror --session-id "$two"
expect_status 0
check test ! -e "$vault/other"

test_that "few new bytes wait for more when --min-bytes says so"
fresh
run seshat mirror --everywhere --min-bytes 1M
expect_status 0
check test -z "$(ids)"

test_that "--json prints one document"
fresh
run seshat mirror --everywhere --json
expect_status 0
check test "$(wc -l <"$T/out")" = 1
out_has '"sessions":4,"mirrored":4,"new_bytes":[0-9]+,"stored_bytes":'
out_has '"failed":0,"untried":0,"removed":0,"rewritten":0,"stored_again":0,"emptied":0,"seconds":[0-9.]+,"errors":\[\]'

test_that "a session that grows is one stream, and only what is new is stored"
fresh
grown=$in_a/$one.jsonl
for size in 88665 128251 152506 225347 300421; do
	head -c "$size" "$data/growth.jsonl" >"$T/snapshot"
	cp "$T/snapshot" "$grown"
	run seshat mirror --session-id "$one" --no-redact
	expect_status 0
done
check test "$(find "$vault" -name "part-*" -path "*/$one/*" |
    sed 's/.*-//' | sort -u | wc -l)" = 1
sum=0
for part in $(find "$vault" -name "part-*" -path "*/$one/*" | sort); do
	sum=$((sum + $(gzip -dc "$part" | wc -c)))
done
sed '$d' "$grown" >"$T/whole" # its last line has no newline yet
check test "$sum" = "$(wc -c <"$T/whole")"
run seshat show "$one" --raw
expect_status 0
same "$T/whole" "$T/out"

test_that "once it has ended, the last line is there without its newline"
run seshat stop "$one"
expect_status 0
run seshat show "$one" --raw
same "$grown" "$T/out"

test_that "real sessions come back byte for byte, and so does rubbish"
fresh
rm -rf "$T/claude/projects"
mkdir -p "$T/claude/projects/-real"
cp "$data/viewer.jsonl" "$data/claude.jsonl" "$T/claude/projects/-real"
{
	printf '\357\273\277{"a":"BOM"}\n{"a":1}{"b":2}\n{"a":"crlf"}\r\n'
	printf '\000\000\000\n\n{"a":"\377\376"}\nnot json\n'
} >"$T/claude/projects/-real/rubbish.jsonl"
find "$SESHAT_SOURCE/tests/data/claude-code" -name '*.jsonl' \
    ! -path '*/subagents/*' -exec cp {} "$T/claude/projects/-real" \;
run seshat mirror --everywhere --no-redact
expect_status 0
n=0
for source in "$T/claude/projects/-real"/*.jsonl; do
	id=$(basename "$source" .jsonl)
	run seshat show "claude-code/$id" --raw
	expect_status 0
	same "$source" "$T/out"
	n=$((n + 1))
done
check test "$n" -gt 20
run seshat verify --source
expect_status 0

test_that "secrets are scrubbed, and the lines stay JSON"
fresh
token=ghp_$(printf %s 'k3Jf9sLqZ7xTbW2vNc8Ry4Gm6Hd1Pa5Ue0Io')
printf '{"type":"user","cwd":"%s","text":"export T=%s\\n"}\n' "$a" "$token" \
    >>"$in_a/$one.jsonl"
run seshat mirror --session-id "$one"
expect_status 0
out_has ' 1 secret redacted'
run seshat show "$one" --raw
out_lacks "$token"
out_has '"text":"export T=\[REDACTED:[a-z-]+\]\\n"\}$'
check test -z "$(grep -rl "$token" "$T/data" "$T/state")"
run seshat show "$one"
out_has '^redacted +[a-z-]+: 1'

test_that "the kind of a subagent is scrubbed like every text of a session"
fresh
printf '{"agentType":"%s","description":"a task"}\n' "$token" \
    >"$in_a/$one/subagents/agent-a0123456789abcdef.meta.json"
run seshat mirror --everywhere
expect_status 0
run seshat list --json
expect_status 0
out_has '"agent_id":"\[REDACTED:[a-z-]+\]"'
out_lacks "$token"
check test -z "$(grep -rl "$token" "$T/data" "$T/state")"

test_that "a source that is no file does not stop the others"
fresh
mkfifo "$in_a/pipe.jsonl"
mkdir "$in_a/folder.jsonl"
ln -s loop.jsonl "$in_a/loop.jsonl"
run seshat mirror --everywhere
check test "$(ids)" = "$one $sub $two b "

test_that "a lost state costs nothing"
fresh
run seshat mirror --everywhere
rm -rf "$T/state"
said "$one" "$a" 1 >>"$in_a/$one.jsonl"
run seshat mirror --everywhere
expect_status 0
out_has '^mirrored 1 of 4 sessions'
run seshat show "$one" --raw
same "$in_a/$one.jsonl" "$T/out"
check test "$(find "$vault" -name 'part-00000000-*' | wc -l)" = 4

test_that "many at once, and three mirrors beside each other: all of it once"
fresh
n=0
while [ "$n" -lt 150 ]; do
	said "m$n" "$a" 3 >"$in_a/m$n.jsonl"
	n=$((n + 1))
done
"$SESHAT_BIN" mirror --everywhere -q &
"$SESHAT_BIN" mirror --everywhere -q &
run seshat mirror --everywhere -q
expect_status 0
wait
vault_sync
check test "$(find "$vault" -name 'part-*' | wc -l)" = 154
run seshat verify --source
expect_status 0
out_has '^verified 154 sessions, 154 parts, [0-9]+ bytes: 0 damaged'
run seshat list --json --limit 0
check test "$(wc -l <"$T/out")" = 154

test_that "a store that is none is told, and who names it"
mkdir -p "$HOME/.tracecraft"
echo '{"backend":"hf","bucket":"a--b/c"}' >"$HOME/.tracecraft/config.json"
run env -u SESHAT_STORE "$SESHAT_BIN" mirror --everywhere
expect_status 2
err_has "^seshat: $HOME/.tracecraft/config.json: hf://buckets/a--b/c: hf://buckets/NAMESPACE"
run env -u SESHAT_STORE "$SESHAT_BIN" list
expect_status 2
err_has "^seshat: $HOME/.tracecraft/config.json: hf://buckets/a--b/c: hf://buckets/NAMESPACE"
rm -r "$HOME/.tracecraft"
run seshat mirror --everywhere --store gs://bucket
expect_status 2
err_has "no store for 'gs://bucket'"
run seshat mirror --everywhere --store nonsense
expect_status 2

test_that "a vault that cannot be written is told, and nothing is lost"
fresh
printf x >"$T/file"
run seshat mirror --everywhere --store "$T/file/vault"
check test "$status" -ne 0
err_has "$T/file/vault"
run seshat mirror --everywhere
expect_status 0

finish
