# A Hugging Face that fails, limits and expires: what passes by is tried again,
# and what does not is an error.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"
. "$SESHAT_SOURCE/tests/cli/hf.sh"
. "$SESHAT_SOURCE/tests/cli/hf_odd.sh"

hf_start
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

test_that "who mirrors more than may be asked for at once waits, and says so"
for i in 1 2 3 4 5; do
	fake "dddddddd-1111-4222-8333-44444444444$i" "$demo"
done
fake_source=$source
source=$(source_of "$one" "$demo")
hf_forget
hf_config '"quota": 25, "window": 3'
mirror --everywhere
err_has 'limit'
check test "$(hf_requests ' 429 ')" -gt 0
check test "$(hf_requests ' 429 ')" -le 40
hf_control '{"reset": true}'
run seshat show dddddddd-1111-4222-8333-444444444445 --raw
same "$fake_source" "$T/out"
run seshat verify --source
expect_status 0
hf_clean

test_that "verify waits as well, and says so once"
hf_control '{"reset": true}'
hf_config '"quota": 20, "window": 3'
for n in 1 2 3; do
	hf_forget
	run seshat verify --source
	expect_status 0
done
hf_control '{"reset": true}'
hf_rule '{"kind": "resolve", "do": "limit", "seconds": 1, "times": 4}'
run seshat verify --source
expect_status 0
check test "$(grep -c 'limit .* is reached: waiting' "$T/err")" -ge 1
check test "$(grep -c 'limit .* is reached: waiting' "$T/err")" -le 3

test_that "export and rm wait as well, rather than leave half of it"
hf_control '{"reset": true}'
hf_rule '{"kind": "resolve", "do": "limit", "seconds": 1, "times": 2}'
run seshat export "$one" -o "$T/one.zip"
expect_status 0
err_has 'limit .* is reached: waiting'
fake "dddddddd-1111-4222-8333-444444444446" "$demo"
source=$(source_of "$one" "$demo")
mirror --everywhere
for kind in paths-info batch; do
	hf_rule "{\"kind\": \"$kind\", \"do\": \"limit\", \"seconds\": 1}"
done
run seshat rm dddddddd-1111-4222-8333-444444444446 --yes
expect_status 0
err_has 'limit .* is reached: waiting'

test_that "who only looks is told how long a long limit lasts, and waits for nothing"
hf_control '{"reset": true}'
for kind in tree resolve paths-info; do
	hf_rule "{\"kind\": \"$kind\", \"do\": \"limit\", \"seconds\": 100, \"times\": 0}"
done
for command in list "search hello" stats "show $one"; do
	hf_forget
	before=$(date +%s)
	# shellcheck disable=SC2086 # words of a command
	run seshat $command
	check test "$status" != 0
	err_has 'limit .* lasts 100 s more'
	check test "$(($(date +%s) - before))" -lt 10
	check test "$(hf_requests ' 429 ')" -le 4
done
hf_control '{"reset": true}'

test_that "of what is behind a redirect only what may pass by is asked again"
for status_there in 400 403 404; do
	hf_forget
	hf_rule "{\"kind\": \"bridge\", \"status\": $status_there, \"times\": 0}"
	run seshat show dddddddd-1111-4222-8333-444444444445 --raw
	check test "$status" != 0
	err_has "answers $status_there"
	check test "$(hf_requests "^bridge .* $status_there ")" -le 2
	hf_calm
done
for status_there in 408 429 500 503; do
	hf_rule "{\"kind\": \"bridge\", \"status\": $status_there, \"times\": 2,
	    \"headers\": {\"retry-after\": \"1\"}}"
	before=$(date +%s%N)
	run seshat show dddddddd-1111-4222-8333-444444444445 --raw
	expect_status 0
	same "$fake_source" "$T/out"
	check test "$((($(date +%s%N) - before) / 1000000))" -ge 2000
done

test_that "what never arrives is not sent without end"
hf_rule '{"kind": "batch", "do": "partial", "times": 0}'
more
run seshat mirror --everywhere
check test "$status" != 0
check test "$(hf_requests '^batch ')" -le 20
again
mkdir -p "$T/large"
head -c 20000000 /dev/urandom >"$T/large/file"
hf_forget
hf_rule '{"kind": "xorb", "do": "cut-request", "times": 0}'
run seshat workspace add --no-redact "$one" "$T/large"
check test "$status" != 0
check test "$(hf_requests '^xorb ')" -gt 1
check test "$(hf_requests '^xorb ')" -le 12
hf_calm

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

test_that "nor is one done whose answer does not agree with itself"
for says in '"success": false, "failed": []' \
    '"success": false, "failed": [{"error": "disk full"}]' \
    '"success": true, "failed": [{"error": "disk full"}]'; do
	through "{\"kind\": \"batch\", \"do\": \"status\", \"status\": 200, \"body\":
	    {\"processed\": 1, \"succeeded\": 1, $says}}"
done

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

test_that "nothing was asked that no client should ask"
hf_clean
finish
