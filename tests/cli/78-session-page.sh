# The pages of one session: its transcript, images, files and metrics.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/web.sh"

command -v curl >/dev/null || skip_all "it needs curl"
a=aaaaaaaa-3333-4333-8444-555555555555
b=bbbbbbbb-3333-4333-8444-555555555555
c=cccccccc-3333-4333-8444-555555555555
demo=$T/work/demo
mkdir -p "$demo/.git"
png=iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==

anew
fake "$a" "$demo" 450
cp "$source" "$T/a.jsonl"
fake "$b" "$demo" 2
cat >>"$source" <<LINES
{"type":"assistant","sessionId":"$b","cwd":"$demo","timestamp":"2026-01-01T00:01:00.000Z","uuid":"3","message":{"role":"assistant","model":"m-1","id":"x","content":[{"type":"thinking","thinking":"hm <b>"},{"type":"text","text":"**bold** <script>alert(1)</script>"},{"type":"tool_use","id":"t1","name":"Bash","input":{"command":"ls -l"}}]}}
{"type":"user","sessionId":"$b","cwd":"$demo","timestamp":"2026-01-01T00:01:01.000Z","uuid":"4","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"{\"step\": 1, \"metrics\": {\"loss\": 0.5}}\n{\"step\": 2, \"metrics\": {\"loss\": 0.25}}"}]}}
{"type":"user","sessionId":"$b","cwd":"$demo","timestamp":"2026-01-01T00:01:02.000Z","uuid":"5","message":{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"$png"}}]}}
LINES
awk -v id="$b" -v cwd="$demo" 'BEGIN {
	printf "{\"type\":\"assistant\",\"sessionId\":\"%s\",\"cwd\":" \
	    "\"%s\",\"timestamp\":\"2026-01-01T00:01:03.000Z\"," \
	    "\"uuid\":\"6\",\"message\":{\"role\":\"assistant\"," \
	    "\"content\":[{\"type\":\"text\",\"text\":\"", id, cwd
	for (i = 0; i < 4000; i++)
		printf "word%d ", i
	print "\"}]}}" }' >>"$source"
fake "$c" "$demo" 1
ws=$T/ws
mkdir -p "$ws/src" "$ws/trainable_out/figures/f"
printf 'print("<i>")\n' >"$ws/src/main.py"
printf '# Notes\n\n[x](javascript:alert(1))\n' >"$ws/notes.md"
printf '<script>alert(1)</script>' >"$ws/page.html"
head -c 400000 /dev/zero | tr '\0' 'x' >"$ws/long.txt"
head -c 1000 /dev/urandom >"$ws/model.bin"
echo "$png" | base64 -d >"$ws/trainable_out/figures/f/1.png"
printf '%s\n' '{"step": 1, "metrics": {"acc": 0.5}}' \
    '{"log": {"type": "image", "step": 1, "key": "f", "data": {"items": [{"path": "trainable_out/figures/f/1.png"}]}}}' \
    >"$ws/trainable_out/metrics.jsonl"
mirror --everywhere --no-redact
run seshat workspace add "$b" "$ws"
expect_status 0
serve
page=/sessions/claude-code

test_that "a transcript is shown a page at a time, from any line"
get 200 "$page/$a"
well_formed
has 'id="L1"'
has 'id="L200"'
lacks 'id="L201"'
has '>Lines <span>1</span> to <span>200</span> of <span>450</span><'
has "href=\"$page/$a?from=201\" rel=\"next\""
has "href=\"$page/$a?from=251\""
get 200 "$page/$a?from=201"
has 'id="L201"'
lacks 'id="L200"'
has "href=\"$page/$a?from=1\" rel=\"prev\""
get 200 "$page/$a?from=last"
has 'id="L450"'
has 'id="L251"'
has 'data-live='
get 200 "$page/$a?line=333"
has 'id="L333"'
has 'id="L323"'
lacks 'id="L322"'
get 200 "$page/$a?from=9999"
well_formed
has 'id="L450"'
has '>Lines <span>251</span> to <span>450</span> of <span>450</span><'
refused_page 400 "$page/$a?from=x"
refused_page 400 "$page/$a?line=-1"
refused_page 404 "$page/nothing"
refused_page 404 "/sessions/codex/$a"

test_that "its head tells what there is of it, and leads to all"
get 200 "$page/$a"
for what in 'href="/projects/demo"' "href=\"$page/$a/metrics\"" \
    "href=\"/api/sessions/claude-code%2F$a/download\"" \
    "href=\"$page/$a/files\"" "href=\"$page/$a/trash\"" '<dt>Lines</dt><dd>450' \
    'off: stored as it was'; do
	has "$what"
done
get 200 "/api/sessions/claude-code%2F$a/download"

test_that "its head tells whether its source is protected, and until when"
told() { get 200 "$page/$a" && grep -q "$1" "$T/out"; }
touch -d '-10 days' "$(source_of "$a" "$demo")"
end_serve
serve
soon told 'Protected: all of its source is stored'
has 'Its agent deletes the source in 1'

test_that "what stands in it does nothing"
get 200 "$page/$b"
well_formed
has '<strong>bold</strong>'
lacks '<script>alert'
lacks 'hm <b>'
has 'ls -l'

test_that "an image is had by its line"
has "src=\"$page/$b/image?line=5"
get 200 "$page/$b/image?line=5&n=1"
check test "$(header Content-Type)" = image/png
check cmp -s "$T/out" "$ws/trainable_out/figures/f/1.png"
case $(header Content-Security-Policy) in
*sandbox*) ;;
*) fail "no sandbox: $(header Content-Security-Policy)" ;;
esac
tag=$(header ETag)
get 304 "$page/$b/image?line=5&n=1" -H "If-None-Match: $tag"
refused_page 404 "$page/$b/image?line=5&n=2"
refused_page 404 "$page/$b/image?line=1&n=1"
refused_page 404 "$page/$b/image?line=999&n=1"
refused_page 400 "$page/$b/image?line=0"

test_that "a line that was cut leads to its bytes"
get 200 "$page/$b?from=1"
has 'more bytes'
has "href=\"$page/$b/line?line=6\""
get 200 "$page/$b/line?line=6"
sed -n 6p "$(source_of "$b" "$demo")" | tr -d '\n' >"$T/want"
same "$T/want" "$T/out"
check test "$(header Content-Type)" = 'text/plain; charset=utf-8'
refused_page 404 "$page/$b/line?line=7"

test_that "one that is too long for memory comes all the same"
c=cccccccc-3333-4333-8444-555555555555
fake "$c" "$demo"
python3 - "$c" "$demo" >>"$source" <<'END'
import json
import sys

for text in ("x" * (17 << 20), "the last one"):
    print(json.dumps({"type": "user", "sessionId": sys.argv[1],
        "cwd": sys.argv[2], "message": {"role": "user", "content": text}}))
END
run seshat mirror --everywhere
expect_status 0
for line in 4 5; do
	get 200 "$page/$c/line?line=$line"
	sed -n "${line}p" "$source" | tr -d '\n' >"$T/want"
	same "$T/want" "$T/out"
	check test "$(header Content-Type)" = 'text/plain; charset=utf-8'
done
refused_page 404 "$page/$c/line?line=6"
refused_page 404 "$page/$c/image?line=4&n=1"

test_that "lines begin with one"
refused_page 400 "$page/$b/line?line=0"

test_that "files are listed, previewed and had as they are"
get 200 "$page/$b/files"
well_formed
for name in src%2Fmain.py notes.md page.html long.txt model.bin; do
	has "files?path=$name"
done
get 200 "$page/$b/files?path=src%2Fmain.py"
well_formed
has 'print(&quot;&lt;i&gt;&quot;)'
get 200 "$page/$b/files?path=notes.md"
well_formed
lacks 'href="javascript'
get 200 "$page/$b/files?path=page.html"
has '&lt;script&gt;alert'
get 200 "$page/$b/files?path=long.txt"
well_formed
has 'The first 262 KB of 400 KB'
get 200 "$page/$b/files?path=model.bin"
has 'It is not text'
get 200 "$page/$b/files?path=trainable_out%2Ffigures%2Ff%2F1.png"
has '<img src='
get 200 "$page/$b/files?raw=1&path=trainable_out%2Ffigures%2Ff%2F1.png"
check test "$(header Content-Type)" = image/png
get 200 "$page/$b/files?raw=1&path=page.html"
check test "$(header Content-Type)" = application/octet-stream
case $(header Content-Disposition) in
attachment*) ;;
*) fail "shown: $(header Content-Disposition)" ;;
esac
check cmp -s "$T/out" "$ws/page.html"
get 206 "$page/$b/files?raw=1&path=long.txt" -H 'Range: bytes=10-19'
check test "$(wc -c <"$T/out")" = 10
refused_page 404 "$page/$b/files?path=nothing"
refused_page 404 "$page/$b/files?path=..%2F..%2Fmeta.json"
refused_page 404 "$page/$b/files?raw=1&path=%2Fetc%2Fpasswd"
get 200 "$page/$c/files"
has 'No files'

test_that "metrics come from files and from what tools printed"
get 200 "$page/$b/metrics"
well_formed
has 'loss'
has 'acc'
has 'files?raw=1&amp;path=trainable_out%2Ffigures%2Ff%2F1.png'
get 200 "$page/$c/metrics"
has 'No metrics'

test_that "what was made of them is kept, until one of them changes"
object=$(find "$vault" -path "*$b*" -name metrics.jsonl)
if in_folder "it can be changed without anybody's noticing there"; then
	cp -p "$object" "$T/object"
	head -c "$(stat -c %s "$object")" /dev/zero >"$object"
	touch -r "$T/object" "$object"
	get 200 "$page/$b/metrics"
	has 'acc'
	cp -p "$T/object" "$object"
fi
echo '{"step": 2, "metrics": {"acc2": 0.5}}' >>"$ws/trainable_out/metrics.jsonl"
run seshat workspace add "$b" "$ws"
expect_status 0
get 200 "$page/$b/metrics"
has 'acc2'
printf '%s\n' '{"type":"user","sessionId":"'"$b"'","cwd":"'"$demo"'","timestamp":"2026-01-01T00:01:04.000Z","uuid":"7","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"{\"step\": 3, \"metrics\": {\"gain\": 0.5}}"}]}}' \
    >>"$(source_of "$b" "$demo")"
mirror --session-id "$b" --no-redact
get 200 "$page/$b/metrics"
has 'gain'

test_that "what comes is sent as HTML"
curl -sN "$url/api/sessions/claude-code%2F$c/stream?as=html&from=1" \
    >"$T/sse" &
sse=$!
soon grep -q 'as they come' "$T/sse"
source=$(source_of "$c" "$demo")
lines "$c" "$demo" 2 3 >>"$source"
mirror --session-id "$c" --no-redact
soon grep -q 'id="L3"' "$T/sse"
kill "$sse"
check grep -q '^event: html' "$T/sse"
check sh -c '! grep -q "id=\"L1\"" "$1"' - "$T/sse"
refused 400 "/api/sessions/$c/stream?as=pdf"
end_serve

finish
