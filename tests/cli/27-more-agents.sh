# Agents of the table whose sessions are files: found, mirrored, read, given
# back; documents that are written anew; rows of the user's own; and sessions of
# a harness that this machine does not know.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"

unset COPILOT_HOME CURSOR_CONFIG_DIR FACTORY_HOME_OVERRIDE KIMI_CODE_HOME \
    GEMINI_CLI_HOME PI_CODING_AGENT_DIR PI_CODING_AGENT_SESSION_DIR QWEN_HOME \
    QWEN_RUNTIME_DIR CLINE_DATA_DIR CONTINUE_GLOBAL_DIR CODEWHALE_HOME \
    GPTME_LOGS_HOME OPENCLAUDE_CONFIG_DIR PRIME_AGENT_SESSION_DIR VIBE_HOME
data=$SESHAT_SOURCE/tests/data
config=$XDG_CONFIG_HOME/seshat/config.yaml
vault=$HOME/.local/share/seshat/vault
mkdir -p "$HOME/.local/share" "$HOME/.pi" "$HOME/.cline" "${config%/*}" \
    "$HOME/.trae" "$HOME/.prime" "$HOME/.omp"
for pair in gemini:.gemini pi:.pi/agent qwen:.qwen copilot:.copilot \
    droid:.factory kimi:.kimi-code cline:.cline/data continue:.continue \
    cursor:.cursor amp:.local/share/amp iflow:.iflow kimi-cli:.kimi \
    openclaude:.openclaude traex:.trae/cli prime:.prime/agent omp:.omp/agent \
    deepseek-tui:.codewhale vibe:.vibe gptme:.local/share/gptme \
    zencoder:.zencoder; do
	cp -r "$data/${pair%%:*}" "$HOME/${pair#*:}"
done
cp -r "$data/codebuff" "$XDG_CONFIG_HOME/manicode"
# what must never be taken for a session
for secret in .gemini/oauth_creds.json .gemini/tmp/demo/chats/notes.txt \
    .pi/agent/auth.json .qwen/oauth_creds.json .copilot/config.json \
    .factory/auth.json .kimi-code/config.toml .cline/data/secrets.json \
    .continue/config.json .cursor/cli-config.json .iflow/settings.json \
    .local/share/amp/secrets.json .kimi/credentials/kimi-code.json \
    .openclaude/settings.json .trae/cli/auth.json .prime/agent/auth.json \
    .omp/agent/auth.json .codewhale/sessions/config.json .vibe/.env \
    .zencoder/auth.json; do
	mkdir -p "$HOME/${secret%/*}"
	printf '{"apiKey":"never-to-be-read"}\n' >"$HOME/$secret"
done

test_that "the sessions of each are found, with their directories and names"
run seshat sessions --everywhere --json
expect_status 0
expect_err ""
check test "$(wc -l <"$T/out")" = 27
out_has '"harness":"gemini","id":"session-2026-11-22T21-28-30e08874","parent_session_id":null,"cwd":"/srv/harnesslab/demo","title":"I look at the folder."'
out_has '"id":"session-2026-11-22T21-31-30e08874","parent_session_id":"session-2026-11-22T21-28-30e08874"'
out_has '"harness":"pi","id":"01a2052f-d774-769a-b0d2-22e1be7a899d",.*"cwd":"/srv/harnesslab/demo","title":"my named session"'
out_has '"harness":"qwen","id":"3e87ca9a-6c66-4a7d-9dd5-82342ee16075",.*"cwd":"/srv/harnesslab/demo","title":"my named session"'
out_has '"harness":"copilot","id":"94431306-3897-49c7-afa6-36025e3f3f07",.*"cwd":"/srv/harnesslab/demo","title":"my named session"'
out_has '"harness":"droid","id":"2d7c4112-92e3-40d3-a4ce-8c1afecdde45",.*"cwd":"/srv/harnesslab/demo","title":"Please list'
out_has '"harness":"kimi-code","id":"session_abae5c67-.*"cwd":"/srv/harnesslab/demo","title":"After compact'
out_has '"harness":"cline","id":"1795384145018_0f6i9",.*"cwd":"/srv/harnesslab/demo"'
out_has '"harness":"continue","id":"1d5c9790-.*"cwd":"/srv/harnesslab/demo","title":"Untitled Session"'
out_has '"harness":"cursor","id":"22222222-.*"title":"Run ls -la'
out_has '"harness":"amp","id":"T-6f1c2a34-.*"cwd":"/srv/harnesslab/demo","title":"List the files"'
out_has '"harness":"iflow","id":"session-7d1c2a34-.*"cwd":"/srv/harnesslab/demo","title":"Please list'
out_has '"harness":"kimi","id":"8a1c2a34-[^"]*","parent_session_id":null,"cwd":null,"title":"Please list'
out_has '"harness":"kimi","id":"8a1c2a34-[^"]*[.]context","parent_session_id":"8a1c2a34-'
out_has '"harness":"openclaude","id":"8b1c2a34-.*"cwd":"/srv/harnesslab/demo","title":"my named session"'
out_has '"harness":"traex","id":"01a20542-.*"cwd":"/srv/harnesslab/demo","title":"Please list'
out_has '"harness":"prime","id":"01a20541-[^"]*a1",.*"cwd":"/srv/harnesslab/demo","title":"my named session"'
out_has '"harness":"omp","id":"01a20541-[^"]*b2",.*"cwd":"/srv/harnesslab/demo","title":"Please list'
out_has '"harness":"codebuff","id":"2026-11-22T22-00-00.000Z@.*"cwd":"/srv/harnesslab/demo","title":"Please list'
out_has '"harness":"deepseek-tui","id":"8d1c2a34-.*"cwd":"/srv/harnesslab/demo","title":"Please list'
out_has '"harness":"vibe","id":"session_20261122_220000_7d1c2a35",.*"cwd":"/srv/harnesslab/demo","title":"Please list'
out_has '"harness":"gptme","id":"2026-11-22-listing-files@.*"cwd":null,"title":"Please list'
out_has '"harness":"zencoder","id":"8e1c2a34-.*"cwd":null,"title":"Please list'

test_that "all of them are mirrored, and nothing is new after that"
run seshat mirror --everywhere --no-redact
expect_status 0
out_has '^mirrored 27 of 27 sessions, .* 0 failed'
run seshat mirror --everywhere --no-redact
out_has '^mirrored 0 of 27 sessions'
run seshat verify --source
expect_status 0
out_has '^verified 27 sessions, [0-9]+ parts, .* 0 damaged'
run grep -rl "never-to-be-read" "$vault"
expect_status 1

test_that "each comes back byte for byte"
seshat sessions --everywhere --json >"$T/all"
while read -r line; do
	id=$(printf '%s' "$line" | sed 's/.*"id":"\([^"]*\)".*/\1/')
	path=$(printf '%s' "$line" | sed 's/.*"path":"\([^"]*\)".*/\1/')
	run seshat show "$id" --raw
	expect_status 0
	same "$path" "$T/out"
done <"$T/all"

test_that "and can be read: what was asked, what was done, what came of it"
chat=$(sed -n 's/.*"id":"\(2026-11-22T22-00-00.000Z@[0-9a-f]*\)".*/\1/p' \
    "$T/all")
for id in session-2026-11-22T21-28 01a2052f 3e87ca9a 94431306 \
    2d7c4112 session_abae5c67 1795384145018 1d5c9790 T-6f1c2a34 session-7d1c \
    8a1c2a34-0d5e-4b6f-8a77-0c1d2e3f4a5b 8a1c2a34-0d5e-4b6f-8a77-0c1d2e3f4a5b.context \
    8b1c2a34 01a20542 01a20541-0000-7000-8000-0000000000a1 \
    01a20541-0000-7000-8000-0000000000b2 $chat 8d1c2a34 \
    session_20261122_220000 8e1c2a34; do
	run seshat show "$id" --text
	expect_status 0
	out_has '^-- user'
	out_has 'Please list the files'
	out_has '^-- assistant'
	out_has '^I look at the folder\.$'
	out_has '^-- tool '
	out_has '^-- result'
	out_has 'README\.md'
done
run seshat show 2026-11-22T22-00 --text
out_has '^I look at the folder\.$'
run seshat show 2026-11-22-listing --text
out_has '^I look at the folder\.$'
out_has 'README\.md'
for id in $chat 8d1c2a34 session_20261122_220000 8e1c2a34; do
	run seshat show "$id" --text
	out_has '^-- thinking'
	out_has '^A look first\.$'
done
# blocks of which there are none
run seshat show "$chat" --text
out_has '^Nothing was done\.$'

test_that "what an agent put into a person's turn is not told as hers"
# who said the line that begins so
said_by() {
	seshat show "$1" --text | sed -n "/^-- /h; /^$2/{x; s/^-- //p; q}"
}
check test "$(said_by session_20261122_220000 'The folder is')" = system
check test "$(said_by 8e1c2a34 'Keep it short')" = system
check test "$(said_by 8e1c2a34 'Please list')" = user
check test "$(said_by "$chat" 'The network is gone' | cut -d' ' -f1)" = system
check test "$(said_by 8a1c2a34-0d5e-4b6f-8a77-0c1d2e3f4a5b.context README)" \
    = result
run seshat show 22222222 --text
out_has '^-- tool Shell$'
run seshat search "Please list" --limit 0
expect_status 0
for agent in gemini pi qwen copilot droid kimi-code cline continue amp iflow \
    kimi openclaude traex prime omp codebuff deepseek-tui vibe gptme zencoder; do
	out_has " $agent "
done

test_that "a session goes back to where its agent looks, and is gone on with"
rm -r "$HOME/.qwen/projects" "$HOME/.pi/agent/sessions"
run seshat restore 3e87ca9a --cwd "$T"
expect_status 0
out_has '^cd .* && qwen --resume 3e87ca9a-6c66-4a7d-9dd5-82342ee16075$'
check test -f "$HOME/.qwen/projects/$(printf '%s' "$T" |
    tr -c 'A-Za-z0-9' -)/chats/3e87ca9a-6c66-4a7d-9dd5-82342ee16075.jsonl"
run seshat restore 01a2052f --cwd "$T"
expect_status 0
out_has 'pi --session 01a2052f-d774-769a-b0d2-22e1be7a899d$'
name=2026-11-22T21-35-51-157Z_01a2052f-d774-769a-b0d2-22e1be7a899d.jsonl
sed "1s|/srv/harnesslab/demo|$T|" \
    "$data/pi/sessions/--srv-harnesslab-demo--/$name" >"$T/moved"
same "$T/moved" "$HOME/.pi/agent/sessions/--$(printf '%s' "${T#/}" |
    tr / -)--/$name"
mv "$HOME/.gemini/tmp/demo/chats" "$T/chats"
printf '%s' "$T" >"$HOME/.gemini/tmp/demo/.project_root"
run seshat restore session-2026-11-22T21-28 --cwd "$T"
expect_status 0
name=session-2026-11-22T21-28-30e08874.jsonl
same "$data/gemini/tmp/demo/chats/$name" "$HOME/.gemini/tmp/demo/chats/$name"
# second beginnings of it are stored, and stay away: Gemini would delete all
check test "$(find "$HOME/.gemini/tmp/demo/chats" -name '*-30e08874*' |
    wc -l)" = 1
run seshat restore session-2026-11-22T21-28 --cwd "$HOME"
expect_status 1
err_has 'Gemini CLI has no folder for .* yet: run it there once'
id=94431306-3897-49c7-afa6-36025e3f3f07
mv "$HOME/.copilot/session-state" "$T/session-state"
run seshat restore "$id" --cwd "$T"
expect_status 0
out_has "^cd .* && copilot --resume=$id$"
sed "1s|/srv/harnesslab/demo|$T|; /\"session.resume\"/s|/srv/harnesslab/demo|$T|" \
    "$data/copilot/session-state/$id/events.jsonl" >"$T/moved"
same "$T/moved" "$HOME/.copilot/session-state/$id/events.jsonl"
check test "$(find "$HOME/.copilot/session-state" -type f | wc -l)" = 1
id=1d5c9790-19df-4b19-ac33-1007c4c3db1a
mv "$HOME/.continue/sessions" "$T/sessions"
run seshat restore "$id" --cwd "$T"
expect_status 0
out_has '^cd .* && cn --resume$'
out_has "goes on with the session that was written last"
sed "s|\(\"workspaceDirectory\": \?\"\)/srv/harnesslab/demo|\1$T|" \
    "$data/continue/sessions/$id.json" >"$T/moved"
same "$T/moved" "$HOME/.continue/sessions/$id.json"
check test "$(find "$HOME/.continue/sessions" -type f | wc -l)" = 1
printf '\n' >>"$HOME/.continue/sessions/$id.json"
run seshat restore "$id" --cwd "$T"
expect_status 1
err_has 'is there already and longer: nothing was restored'
run seshat restore session_20261122_220000 --cwd "$T"
expect_status 1
err_has "is not known; 'seshat show session_20261122_220000_[^ ]* --raw' has"
rm -r "$HOME/.copilot/session-state" "$HOME/.continue/sessions"
cp "$T/chats/"* "$HOME/.gemini/tmp/demo/chats"
mv "$T/session-state" "$HOME/.copilot/session-state"
mv "$T/sessions" "$HOME/.continue/sessions"

test_that "a file whose beginning is written anew is a new stream, none is lost"
droid=$HOME/.factory/sessions/-srv-harnesslab-demo
droid=$droid/2d7c4112-92e3-40d3-a4ce-8c1afecdde45.jsonl
cp "$droid" "$T/before"
sed '1s/"title":"[^"]*"/"title":"Another name"/' "$T/before" >"$droid"
printf '{"type":"message","id":"x","message":{"role":"user","content":"more"}}\n' \
    >>"$droid"
run seshat mirror --everywhere --no-redact
expect_status 0
run seshat verify --source
run seshat mirror --everywhere --no-redact
run seshat show 2d7c4112 --raw
same "$droid" "$T/out"

test_that "a follow takes up what is added"
follow --everywhere --no-redact --interval 0.2
qwen=$(ls "$HOME"/.qwen/projects/*/chats/3e87*.jsonl)
printf '{"type":"user","uuid":"u","message":{"parts":[{"text":"one line more"}]}}\n' \
    >>"$qwen"
stored_text() {
	seshat show "$1" --raw 2>/dev/null | grep -q "$2"
}
soon stored_text 3e87ca9a 'one line more'

test_that "a document that is written anew is stored when it has settled"
thread=$HOME/.local/share/amp/threads/T-6f1c2a34-0d5e-4b6f-8a77-0c1d2e3f4a5b.json
streams() {
	find "$vault" -path '*/amp/T-6f1c*' \
	    -name 'part-*' | wc -l
}
before=$(streams)
for i in 1 2 3 4 5 6 7 8 9; do
	printf '{"id":"T-6f1c","messages":[{"role":"user","content":"%s"}]}' \
	    "$i" >"$thread"
	printf '{"id":"T-6f1c","messages":[{"role":"user","content":"not' \
	    >"$thread.new"
	mv "$thread.new" "$thread"
done
printf '{"id":"T-6f1c","messages":[{"role":"user","content":"the last"}]}' \
    >"$thread"
soon stored_text T-6f1c2a34 'the last'
check test "$(streams)" -le $((before + 2))
run seshat show T-6f1c2a34 --raw
same "$thread" "$T/out"
end_follow INT
expect_status 0

test_that "a torn document is not stored, and what was stays"
cp "$thread" "$T/whole"
printf '{"id":"T-6f1c","messages":[{"role":"us' >"$thread"
run seshat mirror --everywhere --no-redact
expect_status 5
err_has 'T-6f1c2a34-[^ ]*\.json is no whole JSON document'
run seshat show T-6f1c2a34 --raw
same "$T/whole" "$T/out"

test_that "one that was left torn is stored as it stands, where no whole one is"
touch -d '9 minutes ago' "$thread"
left=${thread%5b.json}5d.json
cp "$thread" "$left"
run seshat mirror --everywhere --no-redact
expect_status 5
touch -d '11 minutes ago' "$thread" "$left"
for again in 1 2; do
	run seshat mirror --everywhere --no-redact
	expect_status 5
	err_has 'T-6f1c2a34-[^ ]*5b\.json is no whole JSON document'
	err_lacks '5d\.json'
	run seshat show "$(basename "$thread" .json)" --raw
	same "$T/whole" "$T/out"
	run seshat show "$(basename "$left" .json)" --raw
	same "$left" "$T/out"
	rm -r "$XDG_STATE_HOME/seshat/mirror"
done
run seshat verify --source
expect_status 5
cp "$T/whole" "$left"
run seshat mirror --everywhere --no-redact
expect_status 5
run seshat show "$(basename "$left" .json)" --raw
same "$T/whole" "$T/out"
run seshat rm --yes "$(basename "$left" .json)"
rm "$left"

test_that "an empty document is no failure, and what was stored stays"
cp "$T/whole" "$thread"
run seshat mirror --everywhere --no-redact
expect_status 0
: >"$thread"
for again in 1 2; do
	run seshat mirror --everywhere --no-redact
	expect_status 0
	out_has 'empty now; what was stored of it is kept: .*T-6f1c2a34'
done
run seshat status --json
out_has '"session_id":"T-6f1c2a34.*"reason":"it is empty now: what was stored of it is kept"'
run seshat verify --source
expect_status 0
run seshat show T-6f1c2a34 --raw
same "$T/whole" "$T/out"
cp "$thread" "${thread%5b.json}5c.json"
run seshat mirror --everywhere --no-redact
expect_status 0
run seshat status --json
out_has '5a5c".*"reason":"there is nothing in it yet"|4a5c".*"reason":"there is nothing in it yet"'
rm "${thread%5b.json}5c.json"
cp "$T/whole" "$thread"
run seshat mirror --everywhere --no-redact
expect_status 0
check test "$(seshat show T-6f1c2a34 | sed -n 's/^streams.*, .*/more/p')" = more

test_that "a document with a byte order mark, or numbers that are none, is one"
for mark in '' '\357\273\277'; do
	printf "$mark"'{"id":"T-6f1c",\n"messages":[{"role":"user","content":"a %s"}],\n"n":[NaN,-Infinity,Infinity], "key":"%s"}' \
	    "wombat" "ghp_wWPw5k4aXcaT4fNP""0UcnZwJUVFk6LO0pINUx" >"$thread"
	run seshat mirror --everywhere
	expect_status 0
	sed 's/ghp_[0-9A-Za-z]*/[REDACTED:github-token]/' "$thread" >"$T/want"
	run seshat show T-6f1c2a34 --raw
	same "$T/want" "$T/out"
	run seshat show T-6f1c2a34 --text
	out_has '^a wombat$'
	run seshat list --json --limit 0
	out_has '"session_id":"T-6f1c2a34.*"title":"a wombat"'
done
printf '\357\273{"id":"T-6f1c"}' >"$thread"
run seshat mirror --everywhere
expect_status 5
cp "$T/whole" "$thread"
run seshat mirror --everywhere --no-redact
expect_status 0

test_that "of the same length and another text it is another version"
sed 's/the last/THE LAST/' "$T/whole" >"$thread"
run seshat mirror --everywhere --no-redact
expect_status 0
run seshat show T-6f1c2a34 --raw
same "$thread" "$T/out"
run seshat show T-6f1c2a34
stream=$(sed -n 's/^streams .*, \([0-9a-f]*\) (kept.*/\1/p' "$T/out")
run seshat show T-6f1c2a34 --raw --stream "$stream"
expect_status 0
check grep -q '"messages"' "$T/out"

test_that "one in a single line without an end is not taken for nothing"
run seshat status
expect_status 0
out_has '^26 sessions: 26 protected'
run seshat verify --source
expect_status 0
expect_err ""
out_lacks 'is empty now'
for text in "THE LESS" "longer than before" "short"; do
	sed "s/THE LAST/$text/" "$T/whole" | sed "s/the last/$text/" >"$thread"
	run seshat status
	out_has '^26 sessions: 25 protected, 1 behind'
	out_has '^BEHIND +T-6f1c.* it was rewritten since it was stored'
	run seshat verify --source
	expect_status 5
	out_has 'T-6f1c.*: the source has other bytes there now'
	run seshat mirror --everywhere --no-redact
	expect_status 0
	run seshat status
	out_has '^26 sessions: 26 protected'
done
cp "$thread" "${thread%-*}-0c1d2e3f4a5c.json"
run seshat status
expect_status 1
out_has '^27 sessions: 26 protected, 1 unprotected'
out_has '^UNPROTECTED .* nothing of it is stored'
rm "${thread%-*}-0c1d2e3f4a5c.json"

test_that "a killed mirror leaves the version before it, and the next is whole"
python3 -c 'print("{\"id\":\"T-6f1c\",\"messages\":[" + ",\n".join(
    "{\"role\":\"user\",\"content\":\"%d %s\"}" % (i, "x" * 1000)
    for i in range(30000)) + "]}")' >"$thread"
"$SESHAT_BIN" mirror --everywhere --no-redact >"$T/o" 2>&1 &
pid=$!
begun() {
	find "$vault" -path '*/amp/T-6f1c*' -name 'part-00000001-*' | grep -q .
}
soon begun
kill -KILL "$pid" 2>/dev/null || :
wait "$pid" 2>/dev/null || :
run seshat show T-6f1c2a34 --raw
check test "$(tail -c 3 "$T/out" | tr -d '\n' | tail -c 2)" = "]}"
run seshat mirror --everywhere --no-redact
expect_status 0
run seshat show T-6f1c2a34 --raw
same "$thread" "$T/out"

test_that "rows of the user's configuration are agents like the others"
mkdir -p "$HOME/.mine/a" "$HOME/.docs/x/y"
cat >"$config" <<-END
	harnesses:
	  - name: myagent
	    root: ~/.mine
	    env: MYAGENT_HOME/runs
	    files: "*/session-*.jsonl"
	  - name: mydocs
	    root: ~/.docs
	    files: "**/chat.json"
	    kind: rewrite
	    id: field:session.id
	    cwd: field:where
END
printf '{"role":"user","cwd":"/srv/q","content":"Hello there"}\n' \
    >"$HOME/.mine/a/session-1.jsonl"
printf '{\n "session":{"id":"doc-7"},\n "where":"/srv/p",\n "messages":[\n  {"role":"user","content":"How many?"},\n  {"role":"assistant","content":"Two."}]}\n' \
    >"$HOME/.docs/x/y/chat.json"
run seshat sessions --everywhere --harness myagent --json
expect_status 0
out_has '"harness":"myagent","id":"session-1",.*"cwd":"/srv/q","title":"Hello there"'
run seshat sessions --everywhere --harness mydocs --json
out_has '"id":"doc-7",.*"cwd":"/srv/p","title":"How many\?"'
run seshat mirror --everywhere --no-redact
expect_status 0
run seshat show doc-7 --text
expect_out "-- user
How many?

-- assistant
Two."
run seshat doctor
out_has 'myagent: 1 session'
mkdir -p "$T/elsewhere/runs/b"
cp "$HOME/.mine/a/session-1.jsonl" "$T/elsewhere/runs/b/session-2.jsonl"
run env MYAGENT_HOME="$T/elsewhere" "$SESHAT_BIN" sessions --everywhere \
    --harness myagent --json
out_has '"id":"session-2"'
check test "$(wc -l <"$T/out")" = 1

test_that "what a row must not say is told with file, line and key"
wrong() {
	printf 'harnesses:\n  - name: x\n    root: ~/.x\n    files: "*.jsonl"\n%s\n' \
	    "$1" >"$T/wrong.yaml"
	run seshat sessions --everywhere --config "$T/wrong.yaml"
	expect_status "${3:-1}"
	err_has "wrong.yaml: line [0-9]+: harnesses.*$2"
}
wrong '    kind: sometimes' "'sometimes': a kind is append or rewrite"
wrong '    id: stalk' "'stalk': an id is stem, folder"
wrong '    cwd: here' "'here': cwd is field:NAME or none"
wrong '    colour: red' "unknown key 'colour'"
wrong '    id: folder' "all such files would have the same id"
wrong '  - name: codex
    root: /x
    files: "*.jsonl"' "there is a harness 'codex' already"
wrong '  - name: Big One
    root: /x
    files: "*.jsonl"' "'Big One' is no name"
wrong '  - name: y
    root: here
    files: "*.jsonl"' "a folder begins with"
wrong '  - name: y
    root: /x
    files: "../*.jsonl"' "begin with a dot are never looked at"
wrong '  - name: y
    root: /x' "no 'files'"
wrong '  - name: y
    files: "*.jsonl"' "neither 'root' nor 'env'"

test_that "a file of a working directory adds none before it is trusted"
mkdir -p "$T/repo"
printf 'harnesses:\n  - name: planted\n    root: %s/.mine\n    files: "**/*.jsonl"\n' \
    "$HOME" >"$T/repo/.seshat.yaml"
cd "$T/repo" || exit 1
run seshat sessions --everywhere --harness planted
expect_status 2
err_has 'is not trusted; left out: harnesses'
err_has "no harness 'planted'"
run seshat trust .seshat.yaml
run seshat sessions --everywhere --harness planted
expect_status 0
cd "$T" || exit 1

test_that "where a harness is not known its sessions are read all the same"
rm "$config"
run seshat list --json --limit 0
out_has '"harness":"mydocs"'
run seshat show doc-7 --text
expect_status 0
out_has '^How many\?$'
run seshat show doc-7 --raw
same "$HOME/.docs/x/y/chat.json" "$T/out"
run seshat search "Hello there"
out_has ' myagent '
run seshat export doc-7 --output "$T/doc.zip"
expect_status 0
run seshat restore doc-7
check test "$status" -ne 0
err_has 'where mydocs keeps its sessions is not known'
run seshat status
expect_status 0
run seshat verify
expect_status 0

test_that "what begins in an agent that tells no folder is not waited with"
follow --everywhere --interval 0.2
for begun in "$HOME/.zencoder/sessions/begun-1.jsonl" \
    "$HOME/.kimi/sessions/w/begun-2/wire.jsonl" \
    "$XDG_DATA_HOME/gptme/logs/begun-3/conversation.jsonl"; do
	mkdir -p "${begun%/*}"
	printf '{"role":"user","content":"just begun"}\n' >"$begun"
done
for begun in begun-1 begun-2 begun-3; do
	soon stored_text "$begun" 'just begun'
done
end_follow INT
expect_status 0

finish
