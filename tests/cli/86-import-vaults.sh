# 'seshat import' of a vault that has streams of the same names: a copy that
# went its own way, one that grew, one that somebody made up.  What is here
# stays as it is.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

python3 -c '' 2>/dev/null || skip_all "there is no python3"

export CLAUDE_CONFIG_DIR="$T/claude" CODEX_HOME="$T/codex"
export XDG_DATA_HOME="$T/data" XDG_STATE_HOME="$T/state"
vault=$T/data/seshat/vault
project=$T/claude/projects/-x
other=$T/other

# lines FROM TO: lines of a transcript of Claude Code.
lines() {
	i=$1
	while [ "$i" -le "$2" ]; do
		printf '{"type":"user","sessionId":"one","cwd":"%s",' "$T"
		printf '"timestamp":"2026-01-01T00:00:%02dZ",' "$i"
		printf '"message":{"role":"user","content":"line %s"}}\n' "$i"
		i=$((i + 1))
	done
}

# mirrored FROM TO WHERE: these lines, behind what is there, into a vault.
mirrored() {
	lines "$1" "$2" >>"$project/one.jsonl"
	run seshat mirror --everywhere --store "file://$3"
	expect_status 0
}

# begin: a vault of lines 1 to 4 in two parts, and a copy of all there is.
begin() {
	rm -rf "$T/data" "$T/state" "$T/claude" "$other" "$T"/copy.*
	mkdir -p "$project"
	mirrored 1 3 "$vault"
	mirrored 4 4 "$vault"
	cp -a "$vault" "$other"
}

# kept: all that a vault had is there, with the bytes it had.
keep() {
	rm -rf "$T/kept"
	cp -a "$vault" "$T/kept"
}
kept() {
	(cd "$T/kept" && find . -type f ! -name meta.json ! -path '*/index/*') |
	while read -r name; do
		cmp -s "$T/kept/$name" "$vault/$name" || echo "$name"
	done >"$T/changed"
	check test ! -s "$T/changed"
	run seshat verify
	expect_status 0
}

# forge WHAT: in the other vault.  "line": a part behind the last one, with an
# unknown line; "rows": a later checkpoint whose rows are of nothing; "owner":
# the stream is another machine's.
forge() {
	python3 - "$other" "$1" <<'PY'
import glob, gzip, hashlib, json, re, struct, sys, zlib
where = glob.glob(sys.argv[1] + "/*/sessions/claude-code/one")[0]
point = glob.glob(where + "/stream-*.json")[0]
doc = json.load(open(point))
if sys.argv[2] == "line":
    last = sorted(glob.glob(where + "/part-*"))[-1]
    data = open(last, "rb").read()
    size = struct.unpack("<H", data[14:16])[0]
    head = data[16:16 + size].decode()
    text = b'{"type":"user","sessionId":"one","uuid":"EVIL"}\n'
    to = int(re.search(r" c=\d+-(\d+)", head)[1])
    for key, value in {"c": f"{to}-{to + len(text)}", "s": len(text), "l": 1,
                       "h": hashlib.sha256(text).hexdigest(),
                       "x": f"{zlib.crc32(text):08x}",
                       "k": hashlib.sha256(text).hexdigest()}.items():
        head = re.sub(rf" {key}=\S+", f" {key}={value}", head)
    z = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = z.compress(text) + z.flush(zlib.Z_SYNC_FLUSH) + b"\3\0"
    extra = b"SE" + struct.pack("<H", len(head)) + head.encode()
    name = re.sub(r"part-(\d+)", lambda m: f"part-{int(m[1]) + 1:08d}", last)
    with open(name, "wb") as f:
        f.write(data[:10] + struct.pack("<H", len(extra)) + extra + body +
                struct.pack("<II", zlib.crc32(text), len(text)))
    assert gzip.open(name).read() == text
if sys.argv[2] == "rows":
    doc["rev"] += 1000
    for row in doc["parts"]:
        row["h"] = ["0" * 64]
if sys.argv[2] == "owner":
    doc["owner"] = "0123456789abcdef"
json.dump(doc, open(point, "w"))
PY
}

test_that "a copy that went its own way is imported beside, and nothing is lost"
begin
cp -a "$T/state" "$T/copy.state"
cp -a "$T/claude" "$T/copy.claude"
mirrored 5 9 "$vault"
lines 1 9 >"$T/want"
mv "$T/state" "$T/here.state"
mv "$T/claude" "$T/here.claude"
mv "$T/copy.state" "$T/state"
mv "$T/copy.claude" "$T/claude"
mirrored 6 7 "$other"
run seshat compact --store "file://$other"
rm -rf "$T/state" "$T/claude"
mv "$T/here.state" "$T/state"
mv "$T/here.claude" "$T/claude"
keep
run seshat import "$other"
expect_status 0
out_has '^imported 1 of 1 sessions'
err_has 'one: stream-[0-9a-f]{8}: .* was imported beside it$'
kept
stream=$(basename "$T"/kept/*/sessions/claude-code/one/stream-*.json .json)
run seshat show one --raw --stream "${stream#stream-}"
same "$T/want" "$T/out"
check test "$(find "$vault" -name 'stream-*.json' | wc -l)" = 2
run seshat import "$other"
expect_status 0
out_has '^imported 0 of 1 sessions, 0 B new'

test_that "a later checkpoint whose rows are of nothing changes nothing"
begin
forge rows
keep
run seshat import "$other"
expect_status 5
err_has 'one: stream-[0-9a-f]{8}: '
kept
lines 1 4 >"$T/want"
run seshat show one --raw
same "$T/want" "$T/out"
mirrored 5 5 "$vault"
out_has '^mirrored 1 of 1 session'
lines 1 5 >"$T/want"
run seshat show one --raw
same "$T/want" "$T/out"

test_that "lines of somebody else's never go into a stream of this machine"
begin
forge line
keep
run seshat import "$other"
expect_status 0
kept
stream=$(basename "$T"/kept/*/sessions/claude-code/one/stream-*.json .json)
lines 1 4 >"$T/want"
run seshat show one --raw --stream "${stream#stream-}"
same "$T/want" "$T/out"
mirrored 5 5 "$vault"
out_has '^mirrored 1 of 1 session, 1[0-9][0-9] B new'

test_that "the same without a checkpoint"
rm -rf "$vault" "$T/state"
run seshat mirror --everywhere
rm -rf "$other"
cp -a "$vault" "$other"
find "$other" -name 'stream-*.json' -delete
keep
run seshat import "$other"
expect_status 0
out_has '^imported 0 of 1 sessions, 0 B new'
kept

test_that "a copy of another machine's stream grows with it"
begin
forge owner
rm -rf "$vault"
run seshat import "$other"
expect_status 0
check grep -q '"copied":true' "$vault"/*/sessions/claude-code/one/stream-*.json
forge line
run seshat import "$other"
expect_status 0
out_has '^imported 1 of 1 sessions, 48 B new'
check test "$(find "$vault" -name 'part-00000000-*' | wc -l)" = 1
run seshat show one --raw
out_has 'EVIL'
run seshat verify
expect_status 0

test_that "but one that the other machine writes here itself does not"
begin
forge owner
rm -rf "$vault"
cp -a "$other" "$vault"
forge line
keep
run seshat import "$other"
expect_status 0
err_has 'was imported beside it$'
kept

test_that "nor one that was a copy once and has its writer here now"
begin
for point in "$vault"/*/sessions/claude-code/one/stream-*.json; do
	sed 's/^{/{"copied":true,/' "$point" >"$T/point"
	cp "$T/point" "$point"
done
find "$T/state" -type f ! -name machine-id -delete
mirrored 5 5 "$vault"
check test "$(find "$vault" -name 'stream-*.json' | wc -l)" = 1
check test -z "$(grep -l '"copied"' "$vault"/*/sessions/claude-code/one/*.json)"

finish
