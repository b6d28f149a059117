# What an agent keeps beside a transcript and reads again: long results of
# tools, a title, what a subagent was asked for.  Over a folder and a bucket.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"

a=$one
word=$(printf %s Vn7Kq2Ws9Lx4Tz)      # a password that only its name tells
key=AKIA$(printf %s QYLPMN5HHHFPZAM2) # known by its shape
in_vault=$vault/demo/sessions/claude-code
state=$XDG_STATE_HOME/seshat/mirror

# begin: a session with results and a title, and a subagent of it.
begin() {
	anew
	fake "$a" "$demo"
	beside_it=${source%.jsonl}
	results=$beside_it/tool-results
	mkdir -p "$results/deep" "$beside_it/subagents"
	printf 'plain text\n' >"$results/toolu_1.txt"
	printf 'DB_PASSWORD=%s\nno end' "$word" >"$results/deep/b c.txt"
	: >"$results/empty"
	printf '{"customTitle":"A title"}' >"$beside_it/custom-title.json"
	sed -e 's/"user",/"user","isSidechain":true,"agentId":"f00",/' \
	    "$source" >"$beside_it/subagents/agent-f00.jsonl"
	printf '{"agentType":"Explore"}' \
	    >"$beside_it/subagents/agent-f00.meta.json"
	settle
}

# settle: nothing of it was just written.
settle() {
	find "$CLAUDE_CONFIG_DIR" -type f -exec touch -d '1 minute ago' {} +
}

# object NAME [SESSION]: where it is stored, by its only writer.
object() {
	echo "$in_vault/${2-$a}"/beside/*/"$1.gz"
}

# holds NAME TEXT [SESSION]: so it is stored.
holds() {
	vault_sync
	gzip -dc "$(object "$1" "${3-$a}")" >"$T/held" 2>"$T/hits" ||
	    fail "$1: $(cat "$T/hits")"
	printf "$2" >"$T/wanted"
	same "$T/wanted" "$T/held"
}

# count: how many there are.
count() {
	vault_sync
	find "$vault" -path '*/beside/*' -type f | wc -l
}

# remembered: what this machine knows, and when it was written.
remembered() {
	(cd "$state" && find . -type f -printf '%p %s %T@\n' | sort)
}

scrubbed='DB_PASSWORD=[REDACTED:named-password]\nno end'

test_that "what stands beside a transcript is stored, secrets scrubbed"
begin
echo hidden >"$results/.hidden"
ln -s "$source" "$results/link"
mirror --everywhere
out_has ', 1 secret redacted, 0 failed'
holds tool-results/toolu_1.txt 'plain text\n'
holds tool-results/empty ''
holds tool-results/deep/b%20c.txt "$scrubbed"
holds custom-title.json '{"customTitle":"A title"}'
holds meta.json '{"agentType":"Explore"}' "$a.f00"
check test "$(count)" = 5
run seshat verify
expect_status 0
out_has '5 files beside them'
run seshat show "$a"
out_has '^companions +4 files \([0-9.]+ .*B stored\)$'
run seshat show "$a" --json
check python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))["companions"]
assert d["files"] == 4 and d["stored_bytes"] == int(sys.argv[2]), d' \
    "$T/out" "$(find "$in_vault/$a/beside" -type f -exec cat {} + | wc -c)"

test_that "again: nothing is stored, and nothing is written"
snapshot >"$T/before"
remembered >"$T/known"
mirror --everywhere
out_has '^mirrored 0 of 2 sessions, 0 B new'
snapshot >"$T/after"
same "$T/before" "$T/after"
remembered >"$T/known-after"
same "$T/known" "$T/known-after"

test_that "a secret that such a file told is known in the transcript"
printf '{"type":"user","t":"it is %s, is it?"}\n' "$word" >>"$source"
mirror --everywhere
run seshat show "$a" --raw
out_has 'it is \[REDACTED:named-password\], is it'

test_that "what was written on, rewritten, cut or renamed is stored again"
echo more >>"$results/toolu_1.txt"
printf '{"customTitle":"B title"}' >"$beside_it/custom-title.json"
printf short >"$results/deep/b c.txt"
printf '{"agentType":"Planned"}' >"$T/new"
mv "$T/new" "$beside_it/subagents/agent-f00.meta.json"
settle
mirror --everywhere
out_has '^mirrored 2 of 2 sessions, '
holds tool-results/toolu_1.txt 'plain text\nmore\n'
holds custom-title.json '{"customTitle":"B title"}'
holds tool-results/deep/b%20c.txt short
holds meta.json '{"agentType":"Planned"}' "$a.f00"
check test "$(count)" = 5

test_that "what was only touched is not, nor what comes back by another name"
vault_sync
snapshot >"$T/before"
find "$results" -type f -exec touch -d '30 seconds ago' {} +
cp -p "$results/toolu_1.txt" "$T/copy"
mv "$T/copy" "$results/toolu_1.txt"
mirror --everywhere
out_has '^mirrored 0 of 2 sessions, 0 B new'
snapshot >"$T/after"
same "$T/before" "$T/after"

test_that "one that changes again within a tick of the clock is stored again"
printf aaaa >"$results/tick"
mirror --everywhere
touch -r "$results/tick" "$T/then"
printf bbbb >"$results/tick"
touch -r "$T/then" "$results/tick"
mirror --everywhere
holds tool-results/tick bbbb
rm "$results/tick" "$(object tool-results/tick)"
vault_sync
snapshot >"$T/before"

test_that "a state that is lost costs no second copy"
rm -rf "$XDG_STATE_HOME/seshat"
mirror --everywhere
out_has '^mirrored 0 of 2 sessions, 0 B new'
snapshot >"$T/after"
same "$T/before" "$T/after"

test_that "what is lost in the vault with the session is stored again"
rm -rf "${vault:?}"
mirror --everywhere
check test "$(count)" = 5

test_that "what is gone from the agent's folder stays"
rm "$results/toolu_1.txt"
mirror --everywhere
check test "$(count)" = 5
run seshat verify
expect_status 0

test_that "the last flush takes all, also beside lines that were stored before"
begin
mirror --everywhere
echo late >"$results/late"
run seshat stop "$a"
expect_status 0
holds tool-results/late 'late\n'

test_that "a secret that such a file told is known after the end, too"
begin
mirror --everywhere
run seshat stop "$a"
printf '{"type":"user","t":"it is %s, is it?"}\n' "$word" >>"$source"
mirror --everywhere
run seshat show "$a" --raw
out_has 'it is \[REDACTED:named-password\], is it'

test_that "--no-redact stores them as they stand"
begin
mirror --everywhere --no-redact
holds tool-results/deep/b%20c.txt "DB_PASSWORD=$word\nno end"

test_that "an audit finds what stands in them, and --fix leaves none of it"
run seshat audit
expect_status 1
out_has "named-password.*in beside/[0-9a-f]{8}/tool-results/deep/b c.txt"
run seshat audit --fix
expect_status 0
holds tool-results/deep/b%20c.txt "$scrubbed"
run seshat audit
expect_status 0
run seshat verify
expect_status 0
vault_sync
snapshot >"$T/before"
mirror --everywhere
snapshot >"$T/after"
same "$T/before" "$T/after"

# Lines of filler, a key in PEM where a text of that size is cut, and two on a
# line: 8 MiB behind the cut in front of that key, and behind the place itself.
cat >"$T/large.py" <<'END'
import base64, hashlib, sys
cut, key = 8 << 20, sys.argv[1]
body = base64.b64encode(b"".join(
    hashlib.sha256(b"%d" % i).digest() for i in range(50))).decode()
pem = "-----BEGIN PRIVATE KEY-----\n" + "\n".join(
    body[i:i + 64] for i in range(0, len(body), 64)) + "\n-----END PRIVATE KEY-----\n"
text = "some words of a log, and more of them\n"
def fill(n):
    return (text * (n // len(text) + 1))[:n - 1] + "\n"
out = fill(cut - len(pem) // 2) + pem
for place in (cut - len(pem) // 2 + cut, 2 * cut):
    out += fill(place - len(out) - 8) + key + "\n"
out += fill(2 * cut + 100000 - len(out))
sys.stdout.write(out)
END

test_that "no secret is cut where a long text is"
begin
python3 "$T/large.py" "$key" >"$results/large.txt"
settle
mirror --everywhere
vault_sync
gzip -dc "$(object tool-results/large.txt)" >"$T/held"
check test "$(grep -c 'REDACTED:' "$T/held")" = 3
check test "$(grep -c AKIA "$T/held")" = 0
check test "$(grep -cv '^some words of a log\|^ *$' "$T/held")" -lt 10
check test "$(wc -l <"$T/held")" = "$(wc -l <"$results/large.txt")"

test_that "what cannot be stored is told, and the rest is stored"
begin
truncate -s 65M "$results/huge"
mkdir "$results/deep/1" "$results/deep/1/2"
mkdir -p "$results/deep/1/2/3/4/5/6/7/8/9"
echo deep >"$results/deep/1/2/3/4/5/6/7/8/9/x"
run seshat mirror --everywhere
expect_status 5
err_has "$a: tool-results/.*"
holds tool-results/toolu_1.txt 'plain text\n'
is_whole "$a" "$source"
rm -r "$results/deep/1"
run seshat mirror --everywhere
expect_status 5
err_has "$a: tool-results/huge: larger than 64 MiB: it is not stored"
run seshat status
out_has '^BEHIND +'
rm "$results/huge"
mirror --everywhere
run seshat status
out_has ': 2 protected'

test_that "what may not be read is told, and is taken when it may be"
if can_deny; then
	echo mine >"$results/denied"
	chmod 0 "$results/denied"
	vault_sync
	run plain seshat mirror --everywhere
	expect_status 5
	err_has "tool-results/denied: .*Permission denied"
	chmod 600 "$results/denied"
	mirror --everywhere
	holds tool-results/denied 'mine\n'
fi

test_that "status tells of one that is missing"
begin
mirror --everywhere
run seshat status
out_has ': 2 protected'
echo more >"$results/more"
run seshat status
out_has '^BEHIND .*not all that stands beside it is stored yet'
run seshat status --json
out_has '"pending_files":1[,}]'
touch -d '2 hours ago' "$results/more"
run seshat status
out_has '^UNPROTECTED .*not all that stands beside it is stored'
rm -rf "$XDG_STATE_HOME/seshat"
run seshat status
out_has '^UNPROTECTED .*not all that stands beside it is stored'
mirror --everywhere
run seshat status
out_has ': 2 protected'

# into OPTION...: import this vault into another one.
into() {
	run env SESHAT_STORE="file://$T/second" XDG_STATE_HOME="$T/second-state" \
	    "$SESHAT_BIN" import "$@" "$(vault_url)"
}

test_that "an import takes them along, whole, and not a second time"
into
expect_status 0
err_lacks 'beside'
for name in tool-results/more custom-title.json tool-results/deep/b%20c.txt; do
	same "$(object "$name")" \
	    "$T/second/demo/sessions/claude-code/$a/beside"/*/"$name.gz"
done
into
expect_status 0
out_has ' 0 B new'
run env SESHAT_STORE="file://$T/second" "$SESHAT_BIN" verify
expect_status 0
out_has '6 files beside them'

test_that "damage is found, told, and mended from the agent's folder"
vault_sync
damaged=$(object tool-results/toolu_1.txt)
flip_byte "$damaged" $(($(wc -c <"$damaged") - 14))
run seshat verify
expect_status 5
out_has "$a: beside/[0-9a-f]{8}/tool-results/toolu_1.txt: "
run seshat verify --repair
expect_status 0
out_has ', 1 repaired'
holds tool-results/toolu_1.txt 'plain text\n'
run seshat verify
expect_status 0

test_that "a removal takes them along, and none comes back"
run seshat rm --yes "$a"
expect_status 0
vault_sync
check test "$(find "$vault" -path "*/$a/*" -type f | wc -l)" = 0
echo new >"$results/new"
mirror --everywhere
check test "$(find "$vault" -path "*/$a/*" -type f | wc -l)" = 0
mirror --everywhere --again
holds tool-results/new 'new\n'

test_that "one that another machine removed does not come back by them"
begin
mirror --everywhere
run env XDG_STATE_HOME="$T/elsewhere" "$SESHAT_BIN" rm --yes "$a"
expect_status 0
echo new >"$results/new"
mirror --everywhere
out_has 'left alone, because it was removed'
vault_sync
check test "$(find "$vault" -path "*/$a/*" -type f | wc -l)" = 0

# elsewhere: what was stored so far is of another machine, and nothing else is
# left of the session here.
elsewhere() {
	find "$in_vault" -name 'stream-*.json' -exec sed -i \
	    's/"owner":"[^"]*"/"owner":"ffffffffffffffff"/' {} +
	vault_sync
	rm -rf "$XDG_STATE_HOME/seshat" "${CLAUDE_CONFIG_DIR:?}"
}

# stored_of WRITER: all that it stored beside a transcript.
stored_of() {
	vault_sync
	find "$in_vault" -path "*/beside/$1/*" -type f -exec sha256sum {} + |
	    sort
}

test_that "what another machine stored is not touched, whatever becomes of it here"
begin
mirror --everywhere
first=$(basename "$in_vault/$a"/beside/*)
stream=$(basename "$in_vault/$a"/stream-*.json .json)
stream=${stream#stream-}
stored_of "$first" >"$T/theirs"
check test "$(wc -l <"$T/theirs")" = 4
elsewhere
there=$T/work/there
mkdir -p "$there"
run seshat restore "$a" --cwd "$there"
expect_status 0
source=$(source_of "$a" "$there")
results=${source%.jsonl}/tool-results
settle
: >"$results/toolu_1.txt"
printf 'ours\n' >"$results/deep/b c.txt"
printf 'more\n' >"$results/more"
mirror --everywhere
stored_of "$first" >"$T/after"
same "$T/theirs" "$T/after"
check test "$(find "$in_vault/$a/beside" -name toolu_1.txt.gz | wc -l)" = 2
run seshat verify
expect_status 0
out_has ' 11 files beside them'

test_that "and a restore takes that of the stream, else what there is"
gone_here() {
	rm -rf "${CLAUDE_CONFIG_DIR:?}"
}
gone_here
run seshat restore "$a" --cwd "$there" --stream "$stream"
expect_status 0
printf 'plain text\n' >"$T/wanted"
same "$T/wanted" "$results/toolu_1.txt"
printf "$scrubbed" >"$T/wanted"
same "$T/wanted" "$results/deep/b c.txt"
printf 'more\n' >"$T/wanted"
same "$T/wanted" "$results/more"
other=$(find "$in_vault/$a" -name 'stream-*.json' ! -name "*$stream*")
other=${other##*/stream-}
gone_here
run seshat restore "$a" --cwd "$there" --stream "${other%.json}"
expect_status 0
: >"$T/wanted"
same "$T/wanted" "$results/toolu_1.txt"
printf 'ours\n' >"$T/wanted"
same "$T/wanted" "$results/deep/b c.txt"
# each name is counted once
run seshat show "$a" --stream "$stream"
out_has '^companions +5 files '

test_that "an import keeps them apart, too"
rm -rf "$T/second" "$T/second-state"
run env SESHAT_STORE="file://$T/second" XDG_STATE_HOME="$T/second-state" \
    "$SESHAT_BIN" import "$(vault_url)"
expect_status 0
vault_sync
(cd "$in_vault/$a/beside" && find . -type f -exec sha256sum {} + | sort) \
    >"$T/kept-apart"
(cd "$T/second/demo/sessions/claude-code/$a/beside" &&
    find . -type f -exec sha256sum {} + | sort) >"$T/imported"
same "$T/kept-apart" "$T/imported"

test_that "what is emptied is a loss, and what was stored of it stays"
begin
mirror --everywhere
: >"$results/toolu_1.txt"
mirror --everywhere
out_has '^mirrored 0 of 2 sessions, 0 B new'
holds tool-results/toolu_1.txt 'plain text\n'
run seshat status
out_has ': 2 protected'
run seshat verify --source --repair
expect_status 0
out_lacks 'toolu_1'
rm -rf "$XDG_STATE_HOME/seshat"
mirror --everywhere
holds tool-results/toolu_1.txt 'plain text\n'
run seshat status
out_has ': 2 protected'
printf 'again\n' >"$results/toolu_1.txt"
mirror --everywhere
holds tool-results/toolu_1.txt 'again\n'

test_that "verify --source compares them with the agent's, and --repair stores them"
begin
mirror --everywhere
run seshat verify --source
expect_status 0
out_lacks 'stands beside it'
printf 'new text\n' >"$results/toolu_1.txt"
printf 'more\n' >"$results/more"
run seshat verify --source
expect_status 0
out_has "$a: tool-results/toolu_1.txt, which stands beside it, is not stored as it is now"
out_has "$a: tool-results/more, which stands beside it, is not stored"
touch -d '2 hours ago' "$results/toolu_1.txt"
run seshat verify --source
expect_status 5
run seshat verify --source --repair
expect_status 0
out_has ', 1 repaired'
holds tool-results/toolu_1.txt 'new text\n'
holds tool-results/more 'more\n'
rm "$(object tool-results/more)"
run seshat verify --source --repair
expect_status 0
holds tool-results/more 'more\n'
run seshat verify --source
expect_status 0
out_lacks 'stands beside it'

test_that "each that cannot be stored is named, and of many how many there are"
begin
odd=$(printf 'odd\001name')
echo 1 >"$results/$odd"
truncate -s 65M "$results/big.txt"
run seshat mirror --everywhere
expect_status 5
err_has "$a: tool-results/odd.*name: .*no file of such a name"
err_has "$a: tool-results/big.txt: larger than 64 MiB"
check test "$(grep -c "$odd" "$T/err")" = 0
run seshat status
out_has '^BEHIND .*not all that stands beside it is stored: .*and 1 more'
rm "$results/$odd"
run seshat status
out_has '^BEHIND .*is stored: tool-results/big.txt is over 64 MiB and is left out'
touch -d '2 hours ago' "$results/big.txt"
run seshat status
out_has '^UNPROTECTED .*is stored: tool-results/big.txt is over 64 MiB and is left out'
run seshat verify --source
expect_status 0
out_has "tool-results/big.txt, which stands beside it, is left out: larger than 64 MiB"
for i in 1 2 3 4 5 6 7; do
	echo "$i" >"$results/$odd$i"
done
run seshat mirror --everywhere
expect_status 5
check test "$(grep -c "$a: tool-results/" "$T/err")" = 5
err_has "$a: and 3 more files beside it are not stored"
run seshat stop "$a"
expect_status 5
check test "$(grep -c "tool-results/" "$T/err")" = 5
err_has 'and 3 more files beside it are not stored'

# at_once NAME: one of two mirrors.
at_once() {
	env XDG_STATE_HOME="$T/$1" "$SESHAT_BIN" mirror --everywhere \
	    >"$T/told-$1" 2>&1
}

test_that "two mirrors at once store each of them whole"
begin
vault_sync
for state_of in here there; do
	at_once here & first=$!
	at_once "$state_of" & second=$!
	check wait "$first"
	check wait "$second"
	vault_sync
	holds tool-results/deep/b%20c.txt "$scrubbed"
	holds meta.json '{"agentType":"Explore"}' "$a.f00"
	check test "$(count)" = 5
	echo more >>"$results/toolu_1.txt"
done
run seshat verify
expect_status 0

test_that "a follow hears of them, and its last flush takes all"
begin
follow --cwd "$demo" --interval 0.05
printf '{"customTitle":"C title"}' >"$beside_it/custom-title.json"
is_titled() {
	vault_sync
	gzip -dc "$(object custom-title.json)" 2>/dev/null |
	    grep -q C
}
soon is_titled
# behind its line, in a folder that is there and in a new one
printf 'late\n' >"$results/toolu_9.txt"
mkdir "$results/more"
printf 'later\n' >"$results/more/toolu_10.txt"
is_late() {
	vault_sync
	gzip -dc "$(object tool-results/toolu_9.txt)" 2>/dev/null |
	    grep -q late &&
	    gzip -dc "$(object tool-results/more/toolu_10.txt)" 2>/dev/null |
	    grep -q later
}
soon is_late
truncate -s 65M "$results/huge"
grow "$source" "$a" 4 4
events '"event":"failing".*tool-results/huge: larger than 64 MiB'
rm "$results/huge"
grow "$source" "$a" 5 5
events '"event":"well"'
echo last >"$results/last"
end_follow
expect_status 0
holds tool-results/last 'last\n'
check test "$(ended "$a")" = yes

finish
