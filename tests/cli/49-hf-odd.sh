# A Hugging Face that moves, redirects, lists as it likes, refuses and dies.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"
. "$SESHAT_SOURCE/tests/cli/hf.sh"
. "$SESHAT_SOURCE/tests/cli/hf_odd.sh"

hf_start
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

test_that "and so it is when the next page is told of in another spelling"
hf_config '"page": 3, "order": "sorted"'
# listed RULE: what list shows with it.
listed() {
	hf_forget
	hf_rule "$1"
	run seshat list --json
	hf_calm
	sort "$T/out" >"$T/found"
}
for link in '"*; rel=\"next\"", "</style.css>; rel=\"preload\""' \
    '"*; rel = \"next\""' '"*; rel=\"Next\""' '"*; title=\"a, b\"; rel=next"'; do
	listed "{\"kind\": \"tree\", \"do\": \"linked\", \"link\": [$link], \"times\": 0}"
	expect_status 0
	same "$T/want" "$T/found"
done

test_that "one that cannot be followed is an error, and no end"
for fault in '"do": "linked", "link": ["nonsense"], "times": 0' \
    '"do": "empty", "cursors": 2, "times": 0' \
    '"do": "empty", "cursors": 0, "times": 0' \
    '"on": "GET cursor=", "status": 404, "times": 0,
	"headers": {"x-error-code": "EntryNotFound"}'; do
	listed "{\"kind\": \"tree\", $fault}"
	check test "$status" != 0
	check test ! -s "$T/out"
	check test "$(hf_requests '^tree ')" -le 220
done
listed '{"kind": "tree", "on": "GET cursor=", "status": 404,
    "headers": {"x-error-code": "EntryNotFound"}}'
expect_status 0
same "$T/want" "$T/found"
hf_clean

test_that "nor is an entry passed over that does not say what it is"
listed '{"kind": "tree", "status": 200, "body": [{"path": "seshat.json"}],
    "times": 0}'
check test "$status" != 0
err_has 'entry'

test_that "rm takes all that is on those pages"
run seshat rm --yes dddddddd-1111-4222-8333-444444444441
expect_status 0
check test -z "$(find "$bucket" -path '*/dddddddd-1111-4222-8333-444444444441/*')"
hf_clean

test_that "an order that breaks late is an error once, and known then"
begin
mirror --everywhere
hf_rule '{"kind": "tree", "on": "GET tree/ids", "do": "disordered", "times": 0}'
run seshat show 0000
check test "$status" != 0
err_has 'another order'
run seshat show 0000
check test "$status" != 0
err_lacks 'another order'

test_that "a name that another gave while a limit was waited for is his"
begin
hf_rule "{\"kind\": \"batch\", \"do\": \"taken\", \"fails\": \"ids/\", \"times\": 0,
    \"control\": {\"buckets\": [{\"id\": \"alice/v$number\", \"files\":
	{\"ids/claude-code/$one\": \"another\"}}]}}"
run seshat mirror --everywhere
check test "$(cat "$bucket/ids/claude-code/$one")" = another

test_that "nor is anything named in a bucket that became public meanwhile"
begin
hf_rule "{\"kind\": \"batch\", \"do\": \"taken\", \"fails\": \"ids/\", \"times\": 0,
    \"control\": {\"config\": {\"token_seconds\": 1},
	\"buckets\": [{\"id\": \"alice/v$number\", \"private\": false}]},
    \"seconds\": 2}"
hf_config '"token_seconds": 1'
run seshat mirror --everywhere
check test "$status" != 0
err_has 'is public'
check test ! -e "$bucket/ids"

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
