# The JSON API of 'seshat serve', and its downloads: FORMATS.md, section 11.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/zips.sh"
. "$SESHAT_SOURCE/tests/cli/web.sh"

command -v curl >/dev/null || skip_all "it needs curl"
a=aaaaaaaa-2222-4333-8444-555555555555
b=bbbbbbbb-2222-4333-8444-555555555555
demo=$T/work/demo
v=$T/volume
mkdir -p "$demo/.git" "$v/sessions"

anew
fake "$a" "$demo" 30
cp "$source" "$T/a.jsonl"
fake "$b" "$T/work/notes" 3
mkdir -p "$T/ws/src"
echo 'print(1)' >"$T/ws/src/main.py"
head -c 300000 /dev/urandom >"$T/ws/model.bin"
seq 5000 >"$T/ws/numbers"
mirror --everywhere --no-redact
run seshat workspace add "$a" "$T/ws"
expect_status 0
serve

test_that "projects, one project, and what is none"
get 200 /api/projects
is '[p["id"] for p in d["projects"]] == ["demo", "notes"]'
is 'all(p["sessions"] == 1 and p["bytes"] > 0 for p in d["projects"])'
check test "$(header Content-Type)" = application/json
get 200 /api/projects/demo
is 'd["id"] == "demo" and [s["session_id"] for s in d["sessions"]] == ["'$a'"]'
refused 404 /api/projects/nothing
refused 404 /api/projects/nothing/download

test_that "one session: what 'show --json' tells"
get 200 "/api/sessions/$a"
is 'd["session_id"] == "'$a'" and d["harness"] == "claude-code" and d["project"] == "demo"'
get 200 /api/sessions/aaaaaaaa
is 'd["session_id"] == "'$a'"'
refused 404 /api/sessions/nothing

test_that "harness and id, with an encoded slash, name a session, too"
get 200 /api/sessions/claude-code%2Faaaaaaaa
is 'd["session_id"] == "'$a'"'
get 200 "/api/sessions/claude-code%2f$a/files"
is 'd["session_id"] == "'$a'"'
get 200 "/api/sessions/claude-code%2F$a/download"
get 200 "/api/sessions/claude-code%2F$a/raw"
refused 404 /api/sessions/codex%2Faaaaaaaa
refused 404 /api/sessions/claude-code%2Fx%2Fy
refused 404 /api/projects/demo%2Fx
refused 404 /api/projects/demo%2Fx/download
refused 404 "/api/sessions/claude-code/$a"
refused 400 "/api/sessions/claude-code%2F..%2F$a"

test_that "its files"
get 200 "/api/sessions/$a/files"
is 'd["session_id"] == "'$a'" and [f["path"] for f in d["files"]] == ["model.bin", "numbers", "src/main.py"]'
is 'd["files"][0]["size"] == 300000 and d["files"][0]["sha256"] == "'"$(sha256sum <"$T/ws/model.bin" | cut -c1-64)"'"'
get 200 "/api/sessions/$b/files"
is 'd["files"] == []'
refused 404 /api/sessions/nothing/files

test_that "statistics"
get 200 /api/stats
is 'd["sessions"] == 2 and d["bytes"] > 0 and d["stored_bytes"] > 0'
is '[h["id"] for h in d["harnesses"]] == ["claude-code"] and len(d["projects"]) == 2'
get 200 /healthz
get 200 /metrics

test_that "HEAD answers as GET, without a body; ETags answer 304"
for path in /api/projects /api/projects/demo /api/sessions "/api/sessions/$a" \
    "/api/sessions/$a/files" /api/stats "/api/sessions/$a/raw" \
    "/api/sessions/$a/events" "/api/sessions/$a/download?method=store"; do
	get 200 "$path"
	tag=$(header ETag)
	size=$(header Content-Length)
	[ -n "$tag" ] || fail "no ETag: $path"
	get 200 "$path" -I
	check test "$(header ETag)" = "$tag"
	check test "$(header Content-Length)" = "$size"
	get 304 "$path" -H "If-None-Match: $tag"
	check test ! -s "$T/out"
	get 304 "$path" -H "If-None-Match: \"x\", $tag"
	get 200 "$path" -H 'If-None-Match: "x"'
done

test_that "raw is the transcript, whole or in part"
get 200 "/api/sessions/$a/raw"
same "$T/a.jsonl" "$T/out"
check test "$(header Accept-Ranges)" = bytes
tag=$(header ETag)
size=$(stat -c %s "$T/a.jsonl")
for range in 0-0 100-299 "$((size - 5))-" -7 1-999999; do
	get 206 "/api/sessions/$a/raw" -H "Range: bytes=$range"
	case $range in
	-7) tail -c 7 "$T/a.jsonl" >"$T/want" ;;
	*-) tail -c 5 "$T/a.jsonl" >"$T/want" ;;
	*) tail -c +"$((${range%-*} + 1))" "$T/a.jsonl" |
	    head -c "$((${range#*-} - ${range%-*} + 1))" >"$T/want" ;;
	esac
	same "$T/want" "$T/out"
done
get 206 "/api/sessions/$a/raw" -H 'Range: bytes=5-9' -H "If-Range: $tag"
get 200 "/api/sessions/$a/raw" -H 'Range: bytes=5-9' -H 'If-Range: "x"'
same "$T/a.jsonl" "$T/out"
get 416 "/api/sessions/$a/raw" -H "Range: bytes=$size-"

test_that "events, a page at a time: each line once"
: >"$T/lines"
from=1
while [ "$from" != None ]; do
	get 200 "/api/sessions/$a/events?from=$from&limit=7"
	from=$(/usr/bin/python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert len(d["events"]) <= 7
open(sys.argv[2], "a").writelines("%d %s\n" % (e["line"], e["text"]) for e in d["events"])
print(d["next"])' "$T/out" "$T/lines")
done
seq 30 | sed 's/.*/& line &/' >"$T/want"
same "$T/want" "$T/lines"
get 200 "/api/sessions/$a/events"
is 'len(d["events"]) == 30 and d["next"] is None and d["events"][0]["role"] == "user" and d["events"][0]["kind"] == "text"'
get 200 "/api/sessions/$a/events?from=31"
is 'd["events"] == [] and d["next"] is None'
for bad in limit=0 limit=x limit=2001 from=-1 from=x from=1\&from=2 other=1; do
	refused 400 "/api/sessions/$a/events?$bad"
done
refused 404 /api/sessions/nothing/events
refused 404 /api/sessions/nothing/raw
refused 404 /api/sessions/nothing/stream

test_that "a long text is cut at 64 KB, between two characters"
c=cccccccc-2222-4333-8444-555555555555
fake "$c" "$demo" 1
/usr/bin/python3 - "$c" "$demo" >>"$source" <<'END'
import json, sys
print(json.dumps({"type": "user", "sessionId": sys.argv[1], "cwd": sys.argv[2],
    "timestamp": "2026-01-01T00:00:09Z", "uuid": "9",
    "message": {"role": "user", "content": "x" + "é" * 50000}},
    ensure_ascii=False))
END
mirror --everywhere --no-redact
get 200 "/api/sessions/$c/events?from=2"
is 'd["events"][0]["truncated"] and d["events"][0]["text"] == "x" + "é" * 32767'
run seshat rm --yes "$c"
rm "$source"

test_that "an event tells what is known of it; a line that says nothing has none"
e=eeeeeeee-2222-4333-8444-555555555555
fake "$e" "$demo" 1
talk "$e" "$demo" >"$source"
mirror --everywhere
get 200 "/api/sessions/$e/events"
is '[(e["line"], e["kind"]) for e in d["events"]] == [(1, "tool_call"), (1, "usage"), (2, "tool_result"), (2, "image"), (4, "compaction"), (5, "compaction")]'
when='"time": "2026-01-01T00:00:09.000Z"'
is "d['events'][:4] == [
    {'line': 1, 'role': 'assistant', 'kind': 'tool_call', $when, 'tool': 'Odd',
	'call': 'toolu_1', 'input': '{\"n\":[1],\"to\":\"é\"}', 'text': '{\"n\":[1],\"to\":\"é\"}'},
    {'line': 1, 'kind': 'usage', $when, 'model': 'opus', 'message': 'm1', 'input_tokens': 3,
	'output_tokens': 7, 'cache_read_tokens': 100, 'cache_write_tokens': 20},
    {'line': 2, 'role': 'tool', 'kind': 'tool_result', $when,
	'call': 'toolu_1', 'failed': True, 'text': 'it broke'},
    {'line': 2, 'role': 'tool', 'kind': 'image', $when,
	'call': 'toolu_1', 'media': 'image/png', 'text': ''}]"
is '[e["text"] for e in d["events"][4:]] == ["", "all of that"]'
run seshat rm --yes "$e"
rm "$source"

test_that "ids that are paths, or none, are refused"
for id in ..%2f.. %2e%2e %00 %2fetc%2fpasswd "$(printf %0300d 0)" %ff %0a; do
	for rest in "" /raw /files /download; do
		found=$(curl -s --path-as-is -o "$T/out" -w '%{http_code}' \
		    "$url/api/sessions/$id$rest")
		case $found in
		400 | 404) out_lacks "$T" ;;
		*) fail "status $found: $id$rest" ;;
		esac
	done
done

test_that "a session's download: headers, and the zip that export makes"
get 200 "/api/sessions/$a/download"
check test "$(header Content-Type)" = application/zip
check test "$(header Content-Disposition)" = \
    "attachment; filename=\"session-aaaaaaaa.zip\"; filename*=UTF-8''session-aaaaaaaa.zip"
check test "$(header Transfer-Encoding)" = chunked
cp "$T/out" "$T/a.zip"
unpack "$T/a.zip"
same "$T/a.jsonl" "$T/unpacked/transcript.jsonl"
same "$T/ws/model.bin" "$T/unpacked/model.bin"
run seshat export -o "$T/b.zip" "$a"
same "$T/a.zip" "$T/b.zip"

test_that "a project's download, and several ways to ask"
get 200 /api/projects/demo/download
check test "$(header Content-Disposition)" = \
    "attachment; filename=\"project-demo.zip\"; filename*=UTF-8''project-demo.zip"
is_zip "$T/out"
get 200 "/api/sessions/$a/download?html=1"
names "$T/out" >"$T/names"
check grep -qx transcript.html "$T/names"
get 200 "/api/sessions/$a/download?max_bytes=40000"
names "$T/out" >"$T/names"
check grep -qx __truncated.txt "$T/names"
check test "$(cat_of "$T/out" __truncated.txt)" = 'model.bin (300000 bytes): over the cap'
for bad in max_bytes=0 max_bytes=-1 max_bytes=x max_bytes=99999999999999999999 \
    max_bytes=2147483649 method=lzma method= html=2 html= x=1 html=1\&html=1; do
	refused 400 "/api/sessions/$a/download?$bad"
done
refused 404 /api/sessions/nothing/download

test_that "what has a length resumes, also across a restart"
get 200 "/api/sessions/$a/download?method=store"
cp "$T/out" "$T/whole.zip"
is_zip "$T/whole.zip"
tag=$(header ETag)
size=$(header Content-Length)
check test "$size" = "$(stat -c %s "$T/whole.zip")"
check test "$(header Accept-Ranges)" = bytes
port=${url##*:}
end_serve
serve
port=
for at in 1 100 10000 250000 "$((size - 1))"; do
	get 206 "/api/sessions/$a/download?method=store" \
	    -H "Range: bytes=$at-" -H "If-Range: $tag"
	{ head -c "$at" "$T/whole.zip" && cat "$T/out"; } >"$T/joined.zip"
	same "$T/whole.zip" "$T/joined.zip"
	check test "$(header ETag)" = "$tag"
done
get 206 "/api/sessions/$a/download?method=store" -H 'Range: bytes=5000-99999' \
    -H "If-Range: $tag"
tail -c +5001 "$T/whole.zip" | head -c 95000 >"$T/want"
same "$T/want" "$T/out"

test_that "once the workspace has changed, the whole comes instead"
echo 'print(2)' >"$T/ws/src/main.py"
run seshat workspace add "$a" "$T/ws"
get 200 "/api/sessions/$a/download?method=store" -H 'Range: bytes=100-' \
    -H "If-Range: $tag"
check test "$(header ETag)" != "$tag"
is_zip "$T/out"
check test "$(cat_of "$T/out" src/main.py)" = 'print(2)'

test_that "a stream tells lines as they come, and goes on where one was"
curl -sN "$url/api/sessions/$a/stream?from=28" >"$T/sse" &
sse=$!
soon grep -q '^id: 30' "$T/sse"
check test "$(grep -c '^event: line' "$T/sse")" = 2
source=$(source_of "$a" "$demo")
lines "$a" "$demo" 31 32 >>"$source"
mirror --everywhere --no-redact
soon grep -q '^id: 32' "$T/sse"
kill "$sse"
wait "$sse" || :
sed -n 's/^data: //p' "$T/sse" >"$T/lines"
tail -n 4 "$source" >"$T/want"
same "$T/want" "$T/lines"
: >"$T/sse"
curl -sN -H 'Last-Event-ID: 31' "$url/api/sessions/$a/stream" >"$T/sse" &
sse=$!
soon grep -q '^id: 32' "$T/sse"
check test "$(grep -c '^event: line' "$T/sse")" = 1
check grep -q '^id: 32' "$T/sse"
run seshat rm --yes "$b"
refused 400 "/api/sessions/$a/stream?from=x"
get 400 "/api/sessions/$a/stream" -H 'Last-Event-ID: x'

test_that "it ends when the session is removed"
run seshat rm --yes "$a"
soon grep -q '^event: removed' "$T/sse"
soon sh -c "! kill -0 $sse 2>/dev/null"
wait "$sse" || fail "curl: $?"

if in_folder "250 sessions take long there"; then
	test_that "250 sessions in pages: each exactly once, latest first"
	i=0
	while [ $i -lt 250 ]; do
		n=$(printf %04d $i)
		fake "0000$n-2222-4333-8444-555555555555" \
		    "$T/work/p$((i % 3))" 1
		i=$((i + 1))
	done
	mirror --everywhere --no-redact
	/usr/bin/python3 - "$url" >"$T/hits" 2>&1 <<'END' || fail "$(tail -n 3 "$T/hits")"
import json, sys, urllib.parse, urllib.request
def get(path, **q):
    q = {k: v for k, v in q.items() if v is not None}
    with urllib.request.urlopen(sys.argv[1] + path + "?" +
                                urllib.parse.urlencode(q)) as r:
        return json.load(r)
def walk(**q):
    seen, cursor = [], None
    while True:
        d = get("/api/sessions", cursor=cursor, **q)
        assert len(d["sessions"]) <= q["limit"]
        seen += d["sessions"]
        cursor = d["next_cursor"]
        if cursor is None:
            return seen, d["total"]
for limit in (1, 7, 100, 125, 250, 1000):
    rows, total = walk(limit=limit)
    ids = [r["session_id"] for r in rows]
    assert total == 250 and len(ids) == 250 and len(set(ids)) == 250, (limit, len(ids), total)
    times = [r["last_event_at"] for r in rows]
    assert times == sorted(times, reverse=True)
rows, total = walk(limit=10, project="p1")
assert total == 83 and len(rows) == 83 and all(r["project"] == "p1" for r in rows)
assert walk(limit=10, harness="codex") == ([], 0)
assert walk(limit=99, harness="claude-code")[1] == 250
rows, total = walk(limit=10, q="00000007")
assert [r["session_id"][:8] for r in rows] == ["00000007"], rows
assert walk(limit=10, q="P2")[1] == 83
assert walk(limit=10, q="no such thing")[1] == 0
assert len(get("/api/sessions")["sessions"]) == 100
END
	for bad in limit=0 limit=1001 limit=x x=1 limit=1\&limit=2; do
		refused 400 "/api/sessions?$bad"
	done
	for cursor in x '|' - '||' %7c%7c%7c; do
		refused 400 "/api/sessions?cursor=$cursor"
	done
	for cursor in 0%7c%7c -1%7c%7c%7c 9999%7cz%7cz; do
		get 200 "/api/sessions?cursor=$cursor"
		is 'd["total"] == 250'
	done
fi
end_serve

# From here on a volume.
w=$v/sessions/s1
mkdir -p "$w" "$v/sessions/s2"
head -c 6000000 /dev/urandom >"$w/a.bin"
echo 'print(1)' >"$w/main.py"
echo '{"p": {"s1": "One", "s2": "Two"}, "empty": []}' >"$v/projects.json"
serve --volume "$v"

test_that "a volume: projects, sessions, files; no transcripts"
get 200 /api/projects
is '[(p["id"], p["sessions"]) for p in d["projects"]] == [("empty", 0), ("p", 2)]'
get 200 /api/projects/empty
is 'd["sessions"] == []'
get 200 /api/sessions
is 'd["total"] == 2 and sorted(s["title"] for s in d["sessions"]) == ["One", "Two"]'
get 200 /api/sessions/s1
is 'd["harness"] == "volume" and d["project"] == "p" and d["title"] == "One"'
get 200 /api/sessions/s1/files
is '[f["path"] for f in d["files"]] == ["a.bin", "main.py"]'
get 200 /api/stats
is 'd["sessions"] == 2'
for what in raw events stream; do
	refused 404 "/api/sessions/s1/$what"
done

test_that "404 and 422 with their bodies"
refused 404 /api/sessions/nothing/download
is 'd["detail"] == "no session '"'nothing'"'"'
refused 404 /api/projects/nothing/download
is 'd["detail"] == "no project '"'nothing'"'"'
refused 422 /api/projects/empty/download
is 'd["detail"] == "project '"'empty'"' has no sessions"'
get 200 /api/sessions/s2/download
unpack "$T/out"
get 200 /api/projects/p/download
unpack "$T/out"
same "$w/a.bin" "$T/unpacked/sessions/one/a.bin"

test_that "a resumed download of a volume is whole, or begins anew"
get 200 '/api/sessions/s1/download?method=store'
cp "$T/out" "$T/whole.zip"
tag=$(header ETag)
get 206 '/api/sessions/s1/download?method=store' -H 'Range: bytes=3000000-' \
    -H "If-Range: $tag"
{ head -c 3000000 "$T/whole.zip" && cat "$T/out"; } >"$T/joined.zip"
same "$T/whole.zip" "$T/joined.zip"
is_zip "$T/joined.zip"
for change in 'flip_byte "$w/a.bin" 9' \
    'echo "{\"p\": {\"s1\": \"Eno\", \"s2\": \"Two\"}}" >"$v/projects.json"' \
    'touch "$w/main.py"' 'ln -s x "$w/link"' ': >"$w/new"'; do
	eval "$change"
	get 200 '/api/sessions/s1/download?method=store' \
	    -H 'Range: bytes=3000000-' -H "If-Range: $tag"
	[ "$(header ETag)" != "$tag" ] || fail "the same ETag: $change"
	tag=$(header ETag)
	is_zip "$T/out"
done

# broken_off CHANGE: what curl says of a download of known length in the
# middle of which this happens.
broken_off() {
	status=0
	/usr/bin/python3 - "$url/api/sessions/s1/download?method=store" "$1" \
	    >"$T/out" 2>"$T/err" <<'END' || status=$?
import subprocess, sys
p = subprocess.Popen(["curl", "-sN", "--limit-rate", "2M", sys.argv[1]],
                     stdout=subprocess.PIPE, bufsize=0)
p.stdout.read(100000)
subprocess.run(["sh", "-euc", sys.argv[2]], check=True)
while p.stdout.read(1 << 20):
    pass
sys.exit(p.wait())
END
	ran="curl, $1"
}

test_that "a file that changes during a download of known length cuts it off"
for f in b c d; do
	head -c 3000000 /dev/urandom >"$w/$f.bin"
done
for change in "rm '$w/b.bin'" "truncate -s 5 '$w/c.bin'" \
    "echo x >>'$w/d.bin'"; do
	broken_off "$change"
	expect_status 18
done

test_that "a file that changes during a download in chunks is named in it"
head -c 3000000 /dev/urandom >"$w/b.bin"
/usr/bin/python3 - "$url/api/sessions/s1/download" "$w" "$T/out" \
    >"$T/hits" 2>&1 <<'END' || fail "$(cat "$T/hits")"
import os, subprocess, sys
url, w, out = sys.argv[1:]
p = subprocess.Popen(["curl", "-sN", "--limit-rate", "2M", url],
                     stdout=subprocess.PIPE, bufsize=0)
with open(out, "wb") as f:
    f.write(p.stdout.read(100000))
    os.remove(w + "/b.bin")
    while data := p.stdout.read(1 << 20):
        f.write(data)
assert p.wait() == 0
END
is_zip "$T/out"
check test "$(cat_of "$T/out" __truncated.txt)" = \
    'b.bin (3000000 bytes): could not be read: open: No such file or directory'

if can_deny; then
	test_that "a file that cannot be read is named before a length is promised"
	end_serve
	echo x >"$w/denied"
	chmod 0 "$w/denied"
	SESHAT_REAL=$SESHAT_BIN
	printf '#!/bin/sh\nexec setpriv --bounding-set=-dac_override,-dac_read_search "%s" "$@"\n' \
	    "$SESHAT_REAL" >"$T/plain"
	chmod +x "$T/plain"
	SESHAT_BIN=$T/plain
	serve --volume "$v"
	SESHAT_BIN=$SESHAT_REAL
	get 200 '/api/sessions/s1/download?method=store'
	check test -n "$(header Content-Length)"
	is_zip "$T/out"
	check test "$(cat_of "$T/out" __truncated.txt)" = \
	    'denied (2 bytes): could not be read: open: Permission denied'
	chmod 600 "$w/denied"
fi

test_that "200 clients that go half-way leave nothing behind"
open_files() { find "/proc/$pid/fd" | wc -l; }
threads() { find "/proc/$pid/task" -maxdepth 1 | wc -l; }
rss() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status"; }
half() {
	i=0
	while [ $i -lt "$1" ]; do
		curl -s "$url/api/sessions/s1/download$2" 2>/dev/null |
		    head -c 500000 >/dev/null || :
		i=$((i + 1))
	done
}
half 20 ""
half 20 '?method=store'
as_before() { [ "$(open_files)" -le "$fds" ] && [ "$(threads)" -le "$tasks" ]; }
sleep_a_bit() { get 200 /healthz; }
soon sleep_a_bit
fds=$(open_files)
tasks=$(threads)
before=$(rss)
half 100 ""
half 100 '?method=store'
soon as_before
after=$(rss)
if [ -z "${ASAN_OPTIONS-}" ]; then
	[ "$after" -le $((before + 8192)) ] || fail "RSS $before then $after KiB"
fi
get 200 /api/sessions/s1/download
is_zip "$T/out"
end_serve

test_that "--max-bytes bounds what may be asked"
serve --volume "$v" --max-bytes 1000000
get 200 /api/sessions/s1/download
names "$T/out" >"$T/names"
check grep -qx __truncated.txt "$T/names"
refused 400 '/api/sessions/s1/download?max_bytes=1000001'
end_serve
serve --volume "$v" --max-bytes 0
get 200 '/api/sessions/s1/download?max_bytes=99999999999'
is_zip "$T/out"
end_serve

test_that "a volume that is not there is told before anybody asks"
run seshat serve --volume "$T/nothing" --listen 127.0.0.1:0
expect_status 3
run seshat serve --volume "$v" --follow --listen 127.0.0.1:0
expect_status 2

finish
