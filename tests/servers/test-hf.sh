# The Hugging Face of the tests: its judge is Hugging Face's own client, and
# what no client should send is refused.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/hf.sh"

hf_start

# repeat N TEXT
repeat() {
	awk -v n="$1" -v text="$2" 'BEGIN { while (n-- > 0) print text }'
}

# noise N: so many bytes that are the same each time
noise() {
	openssl enc -aes-128-ctr -pass pass:seshat -nosalt -pbkdf2 </dev/zero \
	    2>/dev/null | head -c "$1"
}

mkdir -p "$T/files/a" "$T/files/b" "$T/files/c d"
printf 'hello world\n' >"$T/files/a/hello.txt"
: >"$T/files/a/empty.bin"
noise 3000000 >"$T/files/b/big.bin"
repeat 20000 'line of text, repeated.' >"$T/files/b/text.txt"
echo 'a path' >"$T/files/c d/é ü.txt"

# expect_same FOLDER: all that was put, and no more.
expect_same() {
	diff -r "$T/files" "$1" >"$T/hits" 2>&1 || fail "$(cat "$T/hits")"
}

test_that "a xorb or a shard with one thing wrong is refused"
hf_bucket alice/bad
run node "$SESHAT_SOURCE/tests/servers/hub/refuse.mjs" alice/bad
expect_status 0
expect_out ""
expect_err ""

test_that "Hugging Face's client makes a bucket, which is private"
run hf_client create alice/demo
expect_status 0
check test "$(hf_api GET /api/buckets/alice/demo)" = 200
out_has '"private":true'
check test "$(HF_TOKEN= hf_api GET /api/buckets/alice/demo)" = 401
check test "$(HF_TOKEN=hf_stranger hf_api GET /api/buckets/alice/demo)" = 404
check grep -qi '^x-error-code: RepoNotFound' "$T/head"

test_that "what it commits stands in the folder of the bucket"
run hf_client put alice/demo "$T/files"
expect_status 0
expect_same "$(hf_folder alice/demo)"
check test "$(hf_requests '^xorb .* 200')" -gt 0
check test "$(hf_requests '^shard .* 200')" -gt 0
check test "$(hf_requests '^batch .* 200')" = 1

test_that "it reads it by Xet, and by the plain address"
hf_forget
mkdir "$T/by-xet" "$T/plain"
run hf_client pull alice/demo "$T/by-xet"
expect_status 0
expect_same "$T/by-xet"
check test "$(hf_requests '^reconstruction .* 200 xet')" = 4
check test "$(hf_requests '^bridge ')" = 0
hf_forget
run hf_client pull alice/demo "$T/plain" plain
expect_status 0
expect_same "$T/plain"
check test "$(hf_requests '^bridge .* 200 -')" -gt 0
check test "$(hf_requests '^xorb-data ')" = 0

test_that "parts of a file come both ways"
tail -c +123457 "$T/files/b/big.bin" | head -c 200000 >"$T/want"
run hf_client get alice/demo b/big.bin 123456 323456
same "$T/want" "$T/out"
run hf_client get alice/demo b/big.bin plain 123456 323456
same "$T/want" "$T/out"
check test "$(hf_requests '^bridge .* 206 -')" -gt 0

test_that "it lists page after page"
hf_config '"page": 2'
hf_forget
run hf_client list alice/demo
expect_out "a/empty.bin
a/hello.txt
b/big.bin
b/text.txt
c d/é ü.txt"
check test "$(hf_requests '^tree ')" = 3
run hf_client list alice/demo b/t
expect_out b/text.txt
for order in reversed mixed; do
	hf_config "\"order\": \"$order\""
	hf_client list alice/demo >"$T/listed"
	run sort "$T/listed"
	check test "$(wc -l <"$T/out")" = 5
	! sort -c "$T/listed" 2>"$T/hits" || fail "$order is sorted"
done
hf_control '{"reset": true}'

test_that "it asks for single files"
run hf_client exists alice/demo 'c d/é ü.txt'
expect_out true
run hf_client exists alice/demo none
expect_out false
run hf_client details alice/demo none a/hello.txt a/empty.bin
expect_out "a/hello.txt 12 a302d931b8763df0bfb9926b9ff26b11c2a77d5be8dde4ce1c8bb7202a6a8681
a/empty.bin 0 $(printf '%064d' 0)"

test_that "what is changed by hand has changed for it"
echo other >"$(hf_folder alice/demo)/a/hello.txt"
run hf_client get alice/demo a/hello.txt
expect_out other
echo new >"$(hf_folder alice/demo)/new"
noise 700000 >"$(hf_folder alice/demo)/noise"
run hf_client get alice/demo noise
same "$(hf_folder alice/demo)/noise" "$T/out"
run hf_client get alice/demo new plain
expect_out new
rm "$(hf_folder alice/demo)/noise"
run hf_client exists alice/demo noise
expect_out false

test_that "it deletes files"
run hf_client delete alice/demo new a/hello.txt
expect_status 0
run hf_client list alice/demo
expect_out "a/empty.bin
b/big.bin
b/text.txt
c d/é ü.txt"

test_that "all is there again when the server was killed"
hf_server again
run hf_client get alice/demo b/big.bin
same "$T/files/b/big.bin" "$T/out"

test_that "it did nothing that no client should, and the bucket goes away"
hf_clean
run hf_client remove alice/demo
expect_status 0
check test "$(hf_api GET /api/buckets/alice/demo)" = 404
check test ! -e "$(hf_folder alice/demo)"

# batch LINE...: its status.
batch() {
	printf '%s\n' "$@" | hf_api POST /api/buckets/alice/bad/batch \
	    -H 'Content-Type: application/x-ndjson' --data-binary @-
}
hello=a302d931b8763df0bfb9926b9ff26b11c2a77d5be8dde4ce1c8bb7202a6a8681
add="{\"type\":\"addFile\",\"path\":\"x\",\"xetHash\":\"$hello\"}"
delete='{"type":"deleteFile","path":"x"}'

test_that "a batch is done line by line, adds before deletes, 1,000 at most"
check test "$(batch "$add")" = 200
check grep -qx 'hello world' "$(hf_folder alice/bad)/x"
check test "$(batch "$add" "$delete")" = 200
check test ! -e "$(hf_folder alice/bad)/x"
check test "$(batch "$delete" "$add")" = 400
check test "$(batch $(repeat 1000 "$delete"))" = 200
check test "$(batch $(repeat 1001 "$delete"))" = 400
check test "$(batch "$add" '{"type":"addFile","path":"y","xetHash":"00"}')" = 422
out_has '"success":false,"processed":2,"succeeded":1,"failed":\[\{"path":"y"'
for path in '' / /a a/ a//b ../a a/../b ./a 'a\\b' '\u0000'; do
	check test "$(batch "{\"type\":\"addFile\",\"path\":\"$path\",\
\"xetHash\":\"$hello\"}")" = 422
done
run hf_violations
expect_out "POST /api/buckets/alice/bad/batch: in a batch one is added after a delete
POST /api/buckets/alice/bad/batch: a batch of 1001 lines"

test_that "a bucket that is there stays as it is, and is public unless asked"
create() {
	hf_api POST "/api/buckets/$1" -H 'Content-Type: application/json' -d "$2"
}
check test "$(create alice/open '{}')" = 200
check test "$(create alice/open '{"private":true}')" = 409
check test "$(HF_TOKEN= hf_api GET /api/buckets/alice/open)" = 200
out_has '"private":false'
check test "$(hf_api PUT /api/buckets/alice/open/settings \
    -d '{"private":true}')" = 200
check test "$(HF_TOKEN= hf_api GET /api/buckets/alice/open)" = 401
check test "$(create bob/mine '{"private":true}')" = 403
check test "$(HF_TOKEN=hf_reader create alice/mine '{"private":true}')" = 401
check test "$(HF_TOKEN=hf_unknown create alice/mine '{"private":true}')" = 401

test_that "who has moved says where to"
hf_control '{"move": {"from": "alice/bad", "to": "alice/moved"}}'
check test "$(hf_api GET '/api/buckets/alice/bad/tree?limit=1')" = 307
check grep -qi '^location: /api/buckets/alice/moved/tree?limit=1' "$T/head"

test_that "a token that travels is refused, or seen"
batch_to() {
	printf '%s\n' "$add" | hf_api POST "/api/buckets/$1/batch" \
	    -H 'Content-Type: application/x-ndjson' --data-binary @-
}
check test "$(batch_to alice/moved)" = 200
hf_forget
check test "$(hf_api GET /buckets/alice/moved/resolve/x)" = 302
bridge=$(sed -n 's/^location: \([^\r]*\)\r*$/\1/p' "$T/head")
check test "$(curl -s -o "$T/out" -w '%{http_code}' "$bridge")" = 200
expect_out 'hello world'
check test "$(curl -s -o "$T/out" -w '%{http_code}' -r 6-8 "$bridge")" = 206
expect_out wor
check test "$(curl -s -o "$T/out" -w '%{http_code}' -r 12- "$bridge")" = 416
check test -z "$(hf_violations)"
check test "$(curl -s -o "$T/out" -w '%{http_code}' \
    -H 'Authorization: Bearer hf_test' "$bridge")" = 400
check test "$(curl -s -o "$T/out" -w '%{http_code}' -X POST -d x \
    -H 'Authorization: Bearer hf_test' "$HF_CAS/v1/shards")" = 401
run hf_violations
out_has 'Authorization goes to another host'
out_has "the user's token goes to the server of content"

test_that "accidents happen when they are told to"
info() {
	hf_api GET /api/buckets/alice/moved 2>/dev/null || :
}
hf_rule '{"kind": "info", "do": "limit", "seconds": 7, "nth": 2}'
check test "$(info)$(info)$(info)" = 200429200
hf_rule '{"on": "GET ^/api/", "do": "status", "status": 502, "times": 2}'
check test "$(info)$(info)$(info)" = 502502200
hf_rule '{"kind": "info", "do": "drop"}'
check test "$(info)" = 000
hf_rule '{"kind": "info", "do": "cut"}'
check test "$(info)" = 200
check test "$(wc -c <"$T/out")" -gt 10
! tail -c 2 "$T/out" | grep -q '}' || fail "it is whole"
hf_rule '{"kind": "batch", "do": "partial", "fails": "^x$"}'
check test "$(batch_to alice/moved)" = 200
out_has '"success":false'
rm "$(hf_folder alice/moved)/x"
hf_rule '{"kind": "batch", "do": "undone"}'
check test "$(batch_to alice/moved)" = 200
check test ! -e "$(hf_folder alice/moved)/x"
hf_rule '{"kind": "batch", "do": "lost"}'
check test "$(batch_to alice/moved 2>/dev/null || :)" = 000
check test -e "$(hf_folder alice/moved)/x"
hf_rule '{"kind": "batch", "do": "cut-request"}'
rm "$(hf_folder alice/moved)/x"
check test "$(batch_to alice/moved 2>/dev/null || :)" = 000
check test ! -e "$(hf_folder alice/moved)/x"
hf_config '"token_seconds": 0'
check test "$(hf_api GET /api/buckets/alice/moved/xet-write-token)" = 200
token=$(sed -n 's/.*"accessToken":"\([^"]*\)".*/\1/p' "$T/out")
check test "$(curl -s -o "$T/out" -w '%{http_code}' -X POST -d x \
    -H "Authorization: Bearer $token" "$HF_CAS/v1/shards")" = 401
hf_control '{"reset": true}'
hf_rule '{"kind": "info", "do": "before",
    "control": {"buckets": [{"id": "alice/moved", "private": false}]}}'
check test "$(HF_TOKEN= hf_api GET /api/buckets/alice/moved)" = 200
check test "$(curl -s -o "$T/out" -w '%{http_code}' -d '{"rules": [{"does": 1}]}' \
    "$HF_ENDPOINT/_control")" = 400

finish
