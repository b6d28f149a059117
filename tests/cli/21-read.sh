# Reading back: show, list, stop, verify, rm.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

export XDG_DATA_HOME="$T/data" XDG_STATE_HOME="$T/state"
export CLAUDE_CONFIG_DIR="$T/home/claude" CODEX_HOME="$T/home/codex"
vault=$T/data/seshat/vault
sh "$SESHAT_SOURCE/share/examples/make" "$T/home"
follow=$(find "$T/home/claude" -name '3fa9c2d1*.jsonl')
id=$(basename "$follow" .jsonl)

test_that "an empty vault lists nothing, and that is no failure"
run seshat list
expect_status 0
expect_out ""
run seshat list --json
expect_status 0
expect_out ""
run seshat show nope
expect_status 3
err_has "no session 'nope'"

run seshat mirror --everywhere
test_that "list shows what product users look for, the latest event first"
run seshat list
expect_status 0
check test "$(head -n 1 "$T/out" | tr -s ' ')" = \
    "SESSION HARNESS PROJECT TITLE SIZE STORED LINES LAST EVENT STATE"
check test "$(wc -l <"$T/out")" = 7
out_has '^3fa9c2d1 +claude-code +demo +Fix the flaky follow test +6.9 KB'
out_has ' 14 +2026-06-27 +idle$'
check test "$(sed -n 2p "$T/out" | cut -c1-8)" = 019f0b6e
run seshat list --sort-by size --limit 1
check test "$(sed -n 2p "$T/out" | cut -c1-8)" = 3fa9c2d1
err_has '^5 more'
run seshat list --harness codex --json
check test "$(wc -l <"$T/out")" = 1
out_has '"session_id":"019f0b6e-'
run seshat list --project notes --json
check test "$(wc -l <"$T/out")" = 2
run seshat list --sort-by age
expect_status 2

test_that "list --json has the keys of meta.json and the state"
run seshat list --json --limit 1
for key in session_id harness project title parent_session_id agent_id host \
    cwd source_path started_at last_event_at last_uploaded_at ended_at \
    total_source_bytes total_uploaded_bytes stored_bytes lines stream \
    schema_version state; do
	out_has "\"$key\":"
done

test_that "show prints the summary"
run seshat show 3fa9
expect_status 0
out_has "^session +$id\$"
out_has '^title +Fix the flaky follow test$'
out_has '^lines +14$'
out_has '^size +6.9 KB \(6867 bytes\)$'

test_that "show --json is one document, also with lines"
run seshat show 3fa9 --json --tail 1
expect_status 0
check test "$(wc -l <"$T/out")" = 1
out_has '"part_count":1'
out_has '"tail":"\{'
out_has '"transcript_sha256_so_far":"'"$(sha256sum "$follow" | cut -c1-64)"

test_that "show --raw is the transcript, --tail its end"
run seshat show 3fa9 --raw
same "$follow" "$T/out"
run seshat show 3fa9 --raw --tail 3
tail -n 3 "$follow" >"$T/want"
same "$T/want" "$T/out"
run seshat show 3fa9 --tail 2
out_has '^title '
check test "$(tail -n 2 "$T/out" | head -c 20)" = \
    "$(tail -n 2 "$follow" | head -c 20)"

test_that "show --text is a conversation, without a pager when piped"
run env PAGER=false "$SESHAT_BIN" show 3fa9 --text
check test -n "$(head -n 1 "$T/out")"
expect_status 0
out_has '^-- user  2026-06-27T10:00:30.000Z$'
out_has '^test_follow fails about once in twenty runs'
out_has '^-- tool Bash  '

test_that "a reader that leaves early is no failure of ours"
run sh -c "'$SESHAT_BIN' show 3fa9 --raw | head -c 10 >/dev/null"
expect_status 0
expect_err ""
run sh -c "'$SESHAT_BIN' list | head -n 1 >/dev/null"
expect_err ""

test_that "an id may be short while it is unique; a session goes before its subagents"
run seshat show 8c41d7e2 --json
out_has '"session_id":"8c41d7e2-[^.]*",'
run seshat show 8c41.a5 --json
out_has '"session_id":"8c41d7e2-[^"]*\.a5d20c77'
run seshat show claude-code/3fa9
expect_status 0
run seshat show codex/3fa9
expect_status 3
cp "$follow" "$(dirname "$follow")/3fa9ffff.jsonl"
run seshat mirror --everywhere
run seshat show 3fa9
expect_status 2
err_has "fits 2 sessions: .*3fa9c2d1.*3fa9ffff"

test_that "options of show that exclude each other are told"
run seshat show 3fa9c2d1 --raw --text
expect_status 2
run seshat show 3fa9c2d1 --raw --json
expect_status 2
run seshat show
expect_status 2

test_that "a rewritten source is a stream of its own; the old one stays readable"
was=$(seshat show 3fa9c2d1 --json | sed 's/.*"stream":"\([0-9a-f]*\)".*/\1/')
cp "$follow" "$T/old"
sed 's/twenty/ninety-nine/' "$T/old" >"$follow"
run seshat mirror --everywhere
run seshat show 3fa9c2d1 --raw
same "$follow" "$T/out"
run seshat show 3fa9c2d1 --raw --stream "$was"
same "$T/old" "$T/out"
run seshat show 3fa9c2d1
out_has "^streams .*$was \\(kept"
run seshat show 3fa9c2d1 --stream 00000000
expect_status 3

test_that "stop stores a torn last line and marks the end"
printf '{"type":"user","torn' >>"$follow"
run seshat mirror --everywhere
run seshat show 3fa9c2d1 --raw
out_lacks torn
run seshat stop 3fa9c2d1
expect_status 0
out_has '^stopped claude-code/3fa9c2d1.*, 20 bytes new'
run seshat show 3fa9c2d1 --raw
same "$follow" "$T/out"
run seshat list
out_has '^3fa9c2d1 .* ended$'
run seshat stop 3fa9c2d1
expect_status 0

test_that "an ended session that is written again goes on"
printf '":1}\n' >>"$follow"
run seshat mirror --everywhere
run seshat show 3fa9c2d1 --raw
same "$follow" "$T/out"
run seshat list
out_has '^3fa9c2d1 .* idle$'
run seshat verify --source
expect_status 0

# current ID: the folder of a session, and its last part.
folder() {
	find "$vault" -type d -name "$1*"
}

test_that "a damaged part is told with its bytes, before and after are not lost"
demo=$(folder b7e0915c)
part=$(ls "$demo"/part-*)
cp "$part" "$T/part"
flip_byte "$part" 700
run seshat show b7e0915c --raw
expect_status 5
err_has 'source bytes 0 to 4[0-9]+ cannot be read'
run seshat verify b7e0915c
expect_status 5
out_has 'stream [0-9a-f]{8}: source bytes 0 to'
out_has '1 damaged, 0 repaired'
run seshat verify b7e0915c --json
expect_status 5
out_has '"whole":false,"problems":\[\{"stream"'

test_that "verify --repair stores it anew from the source"
run seshat verify b7e0915c --repair
expect_status 0
out_has '0 damaged, 1 repaired'
run seshat verify b7e0915c --source
expect_status 0
check test "$(find "$demo" -name 'part-*' | wc -l)" = 1
run seshat show b7e0915c --raw
out_has 'REDACTED'

test_that "what the source no longer holds cannot be repaired, and is kept"
part=$(ls "$demo"/part-*)
flip_byte "$part" 700
source=$(find "$T/home/claude" -name 'b7e0915c*.jsonl')
cp "$source" "$T/source"
sed -i 's/403/404/' "$source"
run seshat verify b7e0915c --repair
expect_status 5
err_has 'cannot be repaired here: its source was rewritten'
check test -e "$part"
cp "$T/source" "$source"
run seshat verify b7e0915c --repair
expect_status 0

test_that "a missing part is told, and repaired"
notes=$(folder e2f8a6b4)
rm "$notes"/part-*
run seshat verify e2f8a6b4
expect_status 5
run seshat verify e2f8a6b4 --repair
expect_status 0

test_that "rm asks a person, and a program must say --yes"
run seshat rm e2f8a6b4
expect_status 2
err_has '\-\-yes'
run seshat rm e2f8a6b4 --yes
expect_status 0
check test ! -e "$notes"
run seshat list
out_lacks e2f8a6b4
run seshat mirror --everywhere
expect_status 0
out_has '^1 left alone, because it was removed.*seshat mirror --again --session-id e2f8a6b4'
run seshat show e2f8a6b4
expect_status 3

test_that "what was removed comes back only when told so"
run seshat mirror --again --everywhere
expect_status 0
run seshat show e2f8a6b4 --raw
expect_status 0

finish
