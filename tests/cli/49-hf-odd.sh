# A Hugging Face that fails, limits, expires, moves and lies.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"
. "$SESHAT_SOURCE/tests/cli/hf.sh"

hf_start
number=0

# begin: a vault in a bucket of its own, with session one in the source.
begin() {
	number=$((number + 1))
	hf_control '{"reset": true, "forget": true}'
	anew
	hf_bucket "alice/v$number"
	SESHAT_STORE=hf://buckets/alice/v$number
	export SESHAT_STORE
	bucket=$(hf_folder "alice/v$number")
	fake "$one" "$demo" "${1-3}"
}

# more: one line more of it.
more() {
	n=$(($(wc -l <"$source") + 1))
	lines "$one" "$demo" "$n" "$n" >>"$source"
	hf_forget
}

# is_read: session one comes as it is.
is_read() {
	hf_calm
	run seshat show "$one" --raw
	expect_status 0
	same "$source" "$T/out"
	run seshat verify --source
	expect_status 0
}

# is_well: and it is stored once, with nothing half.
is_well() {
	is_read
	check test "$(find "$bucket" -name 'part-00000000-*' | wc -l)" = 1
}

# again: what is wrong is over, the next mirror mends the rest.
again() {
	hf_calm
	mirror --everywhere
	is_well
}

# through RULE: with that accident the next line is stored.
through() {
	more
	hf_rule "$1"
	mirror --everywhere
	check grep -q '"faults":\["' "$hf_dir/journal"
	is_well
}

begin
mirror --everywhere

test_that "what passes by is tried again, whatever is asked for"
for kind in token xorb shard batch paths-info; do
	for fault in '"status": 500' '"status": 503' '"do": "drop"' \
	    '"do": "cut-request"'; do
		through "{\"kind\": \"$kind\", $fault}"
	done
done

test_that "so is what was done without a word"
for kind in xorb shard batch; do
	through "{\"kind\": \"$kind\", \"do\": \"lost\", \"times\": 2}"
done

test_that "a limit is waited for, as long as it says"
for kind in batch token shard; do
	through "{\"kind\": \"$kind\", \"do\": \"limit\", \"seconds\": 1}"
done

test_that "a token for content that expired is got anew"
for kind in xorb shard; do
	through "{\"kind\": \"$kind\", \"do\": \"expired\"}"
	check test "$(hf_requests "^$kind .* 401 ")" = 1
done
hf_config '"token_seconds": 0'
more
hf_rule '{"kind": "token", "nth": 2, "do": "before",
    "control": {"config": {"token_seconds": 3600}}}'
mirror --everywhere
is_well

test_that "one that never holds is an error, and not asked for without end"
more
hf_rule '{"kind": "xorb", "do": "status", "status": 401, "times": 0}'
run seshat mirror --everywhere
[ "$status" != 0 ] || fail "it is taken"
check test "$(hf_requests '^token ')" -le 4
again

test_that "a batch of which a part failed inside a 200 is done again"
through '{"kind": "batch", "do": "partial"}'
more
find "$bucket" -type f | sort >"$T/before"
hf_rule '{"kind": "batch", "do": "partial", "times": 0}'
run seshat mirror --everywhere
[ "$status" != 0 ] || fail "it is taken"
find "$bucket" -type f | sort >"$T/after"
same "$T/before" "$T/after"
hf_calm
mirror --everywhere
is_read

test_that "a 200 for what is no answer is none"
for fault in malformed html; do
	for kind in token batch tree; do
		more
		rm -rf "$XDG_STATE_HOME/seshat"
		hf_rule "{\"kind\": \"$kind\", \"do\": \"$fault\", \"times\": 0}"
		run seshat mirror --everywhere
		[ "$status" != 0 ] || fail "it is taken: $fault of $kind"
		hf_calm
		mirror --everywhere
		is_read
	done
done

test_that "a download that ends in the middle goes on where it ended"
begin 3000
mirror --everywhere
hf_rule '{"kind": "bridge", "do": "cut", "times": 2}'
run seshat show "$one" --raw
expect_status 0
same "$source" "$T/out"

test_that "where a bucket has moved to, it is read and written"
begin
mirror --everywhere
hf_control "{\"move\": {\"from\": \"alice/v$number\", \"to\": \"alice/w$number\"}}"
bucket=$(hf_folder "alice/w$number")
lines "$one" "$demo" 4 4 >>"$source"
mirror --everywhere
is_well

test_that "a redirect to another host gets no token, and no sessions"
begin
for kind in info tree batch token paths-info resolve; do
	more
	hf_rule "{\"kind\": \"$kind\", \"do\": \"redirect\", \"status\": 307,
	    \"location\": \"$HF_BRIDGE*\", \"times\": 0}"
	run seshat mirror --everywhere
	run seshat show "$one"
	hf_clean
	check test "$(hf_requests '^- (POST|PUT) ')" = 0
	hf_calm
	mirror --everywhere
	is_read
done

test_that "many pages in any order, with links to elsewhere, are one listing"
begin
mirror --everywhere
for i in 1 2 3 4 5 6 7; do
	fake "dddddddd-1111-4222-8333-44444444444$i" "$demo" 5
done
mirror --everywhere
run seshat list --json
sort "$T/out" >"$T/want"
check test "$(wc -l <"$T/want")" = 8
hf_config '"page": 3, "foreign_links": true'
for order in sorted reversed mixed; do
	hf_config "\"order\": \"$order\""
	hf_forget
	run seshat list --json
	expect_status 0
	sort "$T/out" >"$T/found"
	same "$T/want" "$T/found"
	run seshat verify --source
	expect_status 0
	check test "$(hf_requests '^tree .*cursor=')" -gt 2
	hf_clean
done

test_that "rm takes all that is on those pages"
run seshat rm --yes dddddddd-1111-4222-8333-444444444441
expect_status 0
check test -z "$(find "$bucket" -path '*/dddddddd-1111-4222-8333-444444444441/*')"
hf_clean

test_that "what is deleted already may be gone or an error"
begin
mirror --everywhere
hf_config '"delete_missing": "failure"'
hf_rule '{"kind": "batch", "do": "lost"}'
run seshat rm --yes "$one"
expect_status 0
check test -z "$(find "$bucket" -path "*/$one/*")"

test_that "whose token is wrong, or may not, is told what to do"
begin
for who in hf_unknown hf_stranger hf_reader; do
	HF_TOKEN=$who run seshat mirror --everywhere
	[ "$status" != 0 ] || fail "$who may write"
	err_lacks "$who"
	check test -z "$(find "$bucket" -type f)"
done
HF_TOKEN=hf_unknown run seshat mirror --everywhere
expect_status 4
HF_TOKEN=hf_reader run seshat mirror --everywhere
expect_status 4
HF_TOKEN= run seshat mirror --everywhere
expect_status 4
err_has HF_TOKEN
mirror --everywhere
HF_TOKEN=hf_reader run seshat show "$one" --raw
expect_status 0
same "$source" "$T/out"

test_that "a bucket that is not there is made by nobody who mirrors"
run seshat mirror --everywhere --store hf://buckets/alice/none
[ "$status" != 0 ] || fail "it is taken"
err_has 'none'
run seshat list --store hf://buckets/alice/none
expect_status 3

test_that "the token is sent to the hub, and to nobody else"
hf_clean
check test "$(hf_requests '^(xorb|shard|bridge) .* hf_')" = 0

test_that "a mirror that is killed while it puts leaves nothing half"
for kind in xorb shard batch; do
	begin
	hf_rule "{\"kind\": \"$kind\", \"do\": \"late\", \"nth\": 2}"
	"$SESHAT_BIN" mirror --everywhere >"$T/out" 2>"$T/err" &
	mirror_pid=$!
	soon hf_waits
	kill -9 "$mirror_pid"
	wait "$mirror_pid" 2>/dev/null || :
	again
done

test_that "nor does a hub that is killed"
begin 5000
hf_rule '{"kind": "shard", "do": "late", "nth": 2}'
"$SESHAT_BIN" mirror --everywhere >"$T/out" 2>"$T/err" &
mirror_pid=$!
soon hf_waits
hf_server kill
hf_server again
wait "$mirror_pid" || :
again
hf_clean

finish
