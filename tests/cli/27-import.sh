# 'seshat import': the sessions of a tracecraft bucket, or of another vault.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

export CLAUDE_CONFIG_DIR="$T/claude" CODEX_HOME="$T/codex"
export XDG_DATA_HOME="$T/data" XDG_STATE_HOME="$T/state"
vault=$T/data/seshat/vault
golden=$SESHAT_SOURCE/tests/data/tracecraft
in_demo=$golden/bucket/demo/sessions/claude-code

fresh() {
	rm -rf "$T/data" "$T/state" "$T/claude" "$T/bucket"
	mkdir "$T/bucket"
}

# lines ID FROM TO: lines of a transcript of Claude Code.
lines() {
	i=$2
	while [ "$i" -le "$3" ]; do
		printf '{"type":"user","sessionId":"%s","cwd":"%s",' "$1" "$T"
		printf '"timestamp":"2026-01-01T00:00:%02dZ",' "$i"
		printf '"message":{"role":"user","content":"line %s"}}\n' "$i"
		i=$((i + 1))
	done
}

# part ID SEQ: the standard input as a part that no meta.json lists.
part() {
	mkdir -p "$T/bucket/demo/sessions/claude-code/$1"
	cat >"$T/bucket/demo/sessions/claude-code/$1/part-0000$2-0000000$2.jsonl"
}

# everything that is stored, but for caches
tree() {
	(cd "$vault" && find . -type f ! -name meta.json ! -path '*/index/*' \
	    -exec cksum {} + | sort -k 3)
}

# parts ID: of a session, over all streams.
parts() {
	find "$vault" -path "*/$1/part-*" | wc -l
}

test_that "every golden session is put together as it was"
fresh
run seshat import "$golden/bucket"
expect_status 5
out_has '^imported 16 of 16 sessions, 18 KB new \([0-9.]+ KB stored\), '\
'0 already here, 0 failed   [0-9.]+ s$'
for want in "$golden"/expected/*.jsonl; do
	id=$(basename "$want" .jsonl)
	run seshat show "$id" --raw
	expect_status 0
	same "$want" "$T/out"
done

test_that "an older version is a stream of its own"
run seshat show rewritten --json
streams=$(grep -o '"streams":.*' "$T/out" | grep -o '"stream":"[0-9a-f]*"' |
    cut -d '"' -f 4)
check test "$(echo "$streams" | wc -l)" = 2
found=
for stream in $streams; do
	run seshat show rewritten --raw --stream "$stream"
	cmp -s "$golden/expected/rewritten.old" "$T/out" && found=$stream
done
check test -n "$found"

test_that "what cannot be used is named, and the status is 5"
fresh
run seshat import "$golden/bucket"
expect_status 5
err_has '^seshat: claude-code/damaged: part-00001-[0-9a-f]{8}: is not there'
err_has 'damaged: part-00002-[0-9a-f]{8}.jsonl.gz: cannot be used: cut off$'
err_has 'damaged: part-00003-.* from 471 to 1099 is in no part before it$'
err_has '^seshat: claude-code/bad-meta: meta.json: cannot be used: not valid'
check test "$(wc -l <"$T/err")" = 4
out_has '^3 objects are damaged or missing; the rest was imported'

test_that "a second import stores nothing"
tree >"$T/before"
run seshat import "$golden/bucket" --json
expect_status 5
out_has '"sessions":16,"imported":0,"new_bytes":0,"stored_bytes":0,'
out_has '"here":16,"failed":0,"removed":0,"damaged":3,'
out_has '"notes":\[.*"session_id":"damaged","harness":"claude-code"'
tree >"$T/after"
same "$T/before" "$T/after"
run seshat verify
expect_status 0

test_that "and none without what the state remembers"
rm -rf "$T/state"
run seshat import "$golden/bucket" -q
expect_status 5
tree >"$T/after"
same "$T/before" "$T/after"

test_that "what is known of a session comes with it"
run seshat show plain --json
out_has '"agent_id":"robin-1"'
out_has '"cwd":"/home/robin/src/demo"'
out_has '"source_path":"/home/robin/.claude/projects/-x/plain.jsonl"'
out_has '"started_at":"2026-05-01T10:00:01.000Z"'
out_has '"ended_at":"2026-05-01T11:00:08.000Z"'
out_has '"end_reason":"imported"'
out_has '"title":"line 1"'
out_has '"imported_from":"file://.*/bucket/demo/sessions/claude-code/plain"'
run seshat show 20260501 --json
out_has '"started_at":"2026-05-01T10:00:03.000Z"'
run seshat show cut-line --json
out_has '"ended_at":null'

test_that "where no line has a time, meta.json tells when it began"
fresh
echo '{"no":"time"}' | part one 0
echo '{"started_at":"2026-05-01T11:00:01.000001+00:00"}' \
    >"$T/bucket/demo/sessions/claude-code/one/meta.json"
run seshat import "$T/bucket"
expect_status 0
run seshat show one --json
out_has '"started_at":"2026-05-01T11:00:01.000Z"'
run seshat import "$golden/bucket"

test_that "a project keeps its name, and --only takes some of them"
check test -d "$vault/demo/sessions/claude-code/plain"
check test -d "$vault/other/sessions/claude-code/elsewhere"
fresh
run seshat import "$golden/bucket" --only other --only nope
expect_status 0
out_has '^imported 1 of 1 sessions'
run seshat import "$golden/bucket" --only nope
expect_status 3

test_that "--project files them elsewhere, but never moves one"
run seshat import "$golden/bucket" --only other --project third
expect_status 2
err_has "elsewhere belongs to project 'other', not 'third'"
fresh
run seshat import "$golden/bucket" --only other --project third
expect_status 0
check test -d "$vault/third/sessions/claude-code/elsewhere"

test_that "the folder of a project, or its sessions, will do"
fresh
run seshat import "$golden/bucket/other"
expect_status 0
check test -d "$vault/other/sessions/claude-code/elsewhere"
for where in "$golden/bucket/other/sessions" "$golden/bucket/other/" \
    "file://$golden/bucket/" "file://$golden/bucket/other/sessions/"; do
	run seshat import "$where" --only other
	expect_status 0
	out_has '^imported 0 of 1 sessions.* 1 already here'
done

test_that "where there is nothing: status 3, and what was looked for"
run seshat import "$T/bucket"
expect_status 3
err_has 'looked for <project>/sessions/<harness>/<session-id>/'
run seshat import "$T/nope"
expect_status 3
run seshat import
expect_status 2
run seshat import hf://bucket
expect_status 2

test_that "a bucket that grew: only what is new"
fresh
lines one 1 2 | part one 0
run seshat import "$T/bucket"
expect_status 0
out_has '^imported 1 of 1 sessions'
lines one 3 4 | part one 1
printf '{"half":' | part one 2
run seshat import "$T/bucket" --json
expect_status 0
out_has "\"new_bytes\":$(($(lines one 3 4 | wc -c) + 8)),"
{ lines one 1 4; printf '{"half":'; } >"$T/want"
run seshat show one --raw
same "$T/want" "$T/out"
printf '1}\n' | part one 3
run seshat import "$T/bucket"
expect_status 0
{ lines one 1 4; echo '{"half":1}'; } >"$T/want"
run seshat show one --raw
same "$T/want" "$T/out"
check test "$(find "$vault" -name 'part-00000000-*' | wc -l)" = 1
run seshat verify
expect_status 0

test_that "what this machine mirrored itself is not stored again"
fresh
mkdir -p "$T/claude/projects/-x"
lines one 1 6 >"$T/claude/projects/-x/one.jsonl"
run seshat mirror --everywhere
expect_status 0
lines one 1 3 | part one 0
lines one 4 5 | part one 1
printf '{"type":"user","ses' | part one 2
run seshat import "$T/bucket"
expect_status 0
out_has '^imported 0 of 1 sessions, 0 B new .*, 1 already here'
check test "$(parts one)" = 1

test_that "nor when the two programs redacted it differently"
fresh
key=sk-ant-$(printf %s 'api03-k3Jf9sLqZ7xTbW2vNc8Ry4Gm6Hd1Pa5Ue0Io')
mkdir -p "$T/claude/projects/-x"
{
	lines one 1 1
	printf '{"text":"export A=%s and Bearer %s"}\n' "$key" "$key"
	lines one 2 2
} >"$T/claude/projects/-x/one.jsonl"
run seshat mirror --everywhere
expect_status 0
{
	lines one 1 1
	printf '{"text":"export A=[REDACTED:anthropic_key] and '
	printf '[REDACTED:bearer_token]"}\n'
	lines one 2 2
} | part one 0
run seshat import "$T/bucket"
expect_status 0
out_has '1 already here'
check test "$(parts one)" = 1

test_that "what is more than that lies beside it, and each goes its own way"
lines one 3 3 | part one 1
run seshat import "$T/bucket"
expect_status 0
out_has '^imported 1 of 1 sessions'
check test "$(parts one)" = 2
run seshat verify --source
expect_status 0
lines one 5 5 >>"$T/claude/projects/-x/one.jsonl"
run seshat mirror --everywhere
expect_status 0
check test "$(parts one)" = 3
rm -rf "$T/state"
lines one 6 6 >>"$T/claude/projects/-x/one.jsonl"
lines one 4 4 | part one 2
run seshat mirror --everywhere
run seshat import "$T/bucket"
expect_status 0
check test "$(parts one)" = 5
check test "$(find "$vault" -name 'part-00000000-*' | wc -l)" = 2
run seshat verify --source
expect_status 0

test_that "a mirror does not go on with what was imported"
fresh
lines one 1 3 | part one 0
run seshat import "$T/bucket"
expect_status 0
mkdir -p "$T/claude/projects/-x"
lines one 1 4 >"$T/claude/projects/-x/one.jsonl"
run seshat mirror --everywhere
expect_status 0
check test "$(find "$vault" -name 'part-00000000-*' | wc -l)" = 2
run seshat show one --raw
same "$T/claude/projects/-x/one.jsonl" "$T/out"

test_that "secrets that tracecraft left are scrubbed"
fresh
token=ghp_$(printf %s 'k3Jf9sLqZ7xTbW2vNc8Ry4Gm6Hd1Pa5Ue0Io')
printf '{"a":"%s"}\n{"b":"[REDACTED:hf_token]"}\n' "$token" | part one 0
run seshat import "$T/bucket"
expect_status 0
run seshat show one --raw
out_lacks "$token"
out_has '^\{"a":"\[REDACTED:[a-z-]+\]"\}$'
out_has '^\{"b":"\[REDACTED:hf_token\]"\}$'
check test -z "$(grep -rl "$token" "$T/data" "$T/state")"
fresh
printf '{"a":"%s"}\n' "$token" | part one 0
run seshat import "$T/bucket" --no-redact
run seshat show one --raw
out_has "$token"

test_that "a removed session stays removed, unless it is asked for"
fresh
lines one 1 3 | part one 0
lines two 1 3 | part two 0
run seshat import "$T/bucket"
run seshat rm one --yes
expect_status 0
run seshat import "$T/bucket"
expect_status 0
out_has '^imported 0 of 2 sessions, .* 1 already here, 0 failed'
out_has "^1 left alone, because they were removed"
run seshat show one
expect_status 3
run seshat import "$T/bucket" --again
expect_status 0
out_has '^imported 1 of 2 sessions'
run seshat show one
expect_status 0

test_that "streams that seshat wrote come as they are, objects and all"
fresh
mkdir -p "$T/claude/projects/-x"
lines one 1 3 >"$T/claude/projects/-x/one.jsonl"
lines two 1 3 >"$T/claude/projects/-x/two.jsonl"
run seshat mirror --everywhere --store "file://$T/old"
lines one 4 5 >>"$T/claude/projects/-x/one.jsonl"
run seshat mirror --everywhere --store "file://$T/old"
(cd "$T/old" && find . -type f ! -path '*/index/*' -exec cksum {} + |
    sort -k 3) >"$T/want"
run seshat import "$T/old"
expect_status 0
out_has '^imported 2 of 2 sessions'
(cd "$vault" && find . -type f ! -path '*/index/*' -exec cksum {} + |
    sed 's/"project"//' | sort -k 3) >"$T/found"
check test "$(grep -v meta.json "$T/want")" = "$(grep -v meta.json "$T/found")"
run seshat show one --raw
same "$T/claude/projects/-x/one.jsonl" "$T/out"
run seshat list --json
check test "$(wc -l <"$T/out")" = 2
out_has '"title":"line 1"'
run seshat verify
expect_status 0

test_that "and once; what is new of a stream of this machine comes beside it"
run seshat import "$T/old"
expect_status 0
out_has '^imported 0 of 2 sessions, 0 B new .* 2 already here'
lines one 6 6 >>"$T/claude/projects/-x/one.jsonl"
run seshat mirror --everywhere --store "file://$T/old"
run seshat import "$T/old" --json
expect_status 0
out_has '"imported":1,.*"note":"the stream of this name that is here is left'
run seshat show one --raw
same "$T/claude/projects/-x/one.jsonl" "$T/out"
run seshat import "$T/old"
out_has '^imported 0 of 2 sessions, 0 B new .* 2 already here'
run seshat mirror --everywhere
expect_status 0
out_has "^mirrored 1 of 2 sessions, $(lines one 6 6 | wc -c) B new"
run seshat verify --source
expect_status 0

test_that "a part of theirs that is damaged is named, what is before it comes"
rm -rf "$T/data" "$T/state"
for part in "$T"/old/*/sessions/claude-code/one/part-00000001-*; do
	flip_byte "$part" 300
done
run seshat import "$T/old"
expect_status 5
err_has '^seshat: claude-code/one: part-00000001-[0-9a-f]{8}.jsonl.gz: '
lines one 1 3 >"$T/want"
run seshat show one --raw
expect_status 0
same "$T/want" "$T/out"
run seshat verify
expect_status 0

test_that "what was stored with its secrets needs --no-redact"
rm -rf "$T/data" "$T/state" "$T/old"
run seshat mirror --everywhere --no-redact --store "file://$T/old"
run seshat import "$T/old"
expect_status 5
err_has 'only --no-redact takes it'
check test ! -e "$vault/ids"
run seshat import "$T/old" --no-redact
expect_status 0
out_has '^imported 2 of 2'

test_that "a folder that both programs wrote to"
rm -rf "$T/data" "$T/state" "$T/old"
mkdir -p "$T/bucket/demo/sessions/claude-code"
run seshat mirror --session-id one --project demo --store "file://$T/bucket"
expect_status 0
lines one 1 3 | part one 0
lines one 4 4 | part one 1
run seshat import "$T/bucket"
expect_status 0
out_has '^imported 1 of 1 sessions'
check test "$(parts one)" = 1
lines one 5 9 | part one 2
run seshat import "$T/bucket"
expect_status 0
check test "$(parts one)" = 2
lines one 1 9 >"$T/want"
run seshat show one --raw
same "$T/want" "$T/out"
run seshat import "$T/bucket"
out_has '^imported 0 of 1 sessions'

test_that "names that would lead elsewhere are refused, the rest comes"
fresh
lines one 1 3 | part one 0
mkdir -p "$T/bucket/demo/sessions/claude-code/%2e%2e" \
    "$T/bucket/demo/sessions/claude-code/a b" \
    "$T/bucket/demo/sessions/..harness/x" "$T/bucket/demo/sessions/claude-code/%00"
for where in 'claude-code/%2e%2e' 'claude-code/a b' '..harness/x' \
    'claude-code/%00'; do
	lines x 1 1 >"$T/bucket/demo/sessions/$where/part-00000-00000000.jsonl"
done
run seshat import "$T/bucket"
expect_status 5
out_has '^imported 1 of 5 sessions, .* 4 failed'
check test "$(find "$vault" -name 'part-*' | wc -l)" = 1
check test -z "$(find "$T/data" "$T/state" -name '*harness*')"

test_that "nothing is written where it comes from, and nothing left behind"
check test -z "$(find "$golden" -newer "$T/out")"
check test -z "$(find "$T/state" -name 'spool-*')"

finish
