# Buckets as servers offer them: busy, by TLS, with keys that expire, under
# names of their own, in another region, with another time.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"

unset AWS_CA_BUNDLE
s3_start --tls --sts --set 'rgw max concurrent requests = 2' \
    --set 'rgw dns name = localhost'
port=${S3_ENDPOINT##*:}
demo=$T/work/demo
mkdir -p "$demo"
id=aaaaaaaa-1111-4222-8333-444444444444

# into BUCKET [ENDPOINT] [MORE]: the store is a new bucket.
into() {
	s3_bucket "$1"
	SESHAT_STORE=$(s3_url "$@")${3-}
	export SESHAT_STORE
}

# stores_all: a mirror, from nothing known, and what can be read then.
stores_all() {
	rm -rf "$XDG_STATE_HOME/seshat" "$XDG_CACHE_HOME/seshat"
	mirror --everywhere
	run seshat show "$id" --raw
	expect_status 0
	same "$source_one" "$T/out"
}

test_that "a server that is busy gets all of it, if not at once"
i=10
while [ "$i" -lt 50 ]; do
	fake "bbbbbbbb-1111-4222-8333-4444444444$i" "$demo"
	i=$((i + 1))
done
fake "$id" "$demo" 30
source_one=$source
into busy
s3_forget
# of what it was too busy for all the time something may be left: it is said
for again in 1 2 3 4; do
	run seshat mirror --everywhere
	[ "$status" != 0 ] || break
	expect_status 5
	err_has "the server asks to slow down"
done
expect_status 0
check test "$(s3_requests ' 503$')" -gt 0
run seshat list --json --limit 0
check test "$(grep -o '"session_id":' "$T/out" | wc -l)" = 41
run seshat verify --source
expect_status 0
bucket list busy >"$T/keys"
check test "$(grep -c '/part-00000000-' "$T/keys")" = 41
check test "$(grep -c '^ids/' "$T/keys")" = 41

# one session is enough for the rest
rm "$CLAUDE_CONFIG_DIR"/projects/*/bbbbbbbb-*

test_that "a server whose certificate is not trusted gets nothing"
into tls "$S3_ENDPOINT_TLS"
run seshat mirror --everywhere
expect_status 4
err_has '127.0.0.1.* cannot be trusted: .*AWS_CA_BUNDLE'
run bucket list tls
expect_out ""

test_that "over TLS, with a certificate that is"
AWS_CA_BUNDLE=$S3_CA
export AWS_CA_BUNDLE
stores_all
unset AWS_CA_BUNDLE

test_that "http:// to another machine is refused unless it is meant"
run env SESHAT_STORE="s3://tls?endpoint=http://192.0.2.1:$port" \
    "$SESHAT_BIN" mirror --everywhere
expect_status 2
err_has "not encrypted.*--insecure-http"

test_that "keys that expire: with their token, and not without"
into sts
lasting=$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY
AWS_ACCESS_KEY_ID=$S3_TEMP_KEY
AWS_SECRET_ACCESS_KEY=$S3_TEMP_SECRET
run seshat mirror --everywhere
check test "$status" != 0 # radosgw says AccessDenied, at times InvalidArgument
AWS_SESSION_TOKEN=$S3_TEMP_TOKEN
export AWS_SESSION_TOKEN
stores_all
err_lacks "$S3_TEMP_SECRET|$S3_TEMP_TOKEN"
unset AWS_SESSION_TOKEN
AWS_ACCESS_KEY_ID=${lasting%%:*}
AWS_SECRET_ACCESS_KEY=${lasting#*:}
mirror --everywhere

test_that "a bucket that is named by its host"
into hosted "http://localhost:$port" "&style=virtual"
stores_all
run bucket list hosted
out_has "/part-00000000-"

test_that "another region: what the server says is followed, however it does"
faults_start
for hint in both header body; do
	into "region-$hint"
	for status in 301 400; do
		faults calm
		faults rule "region * /region-$hint region=eu-test-1 status=$status hint=$hint times=0"
		stores_all
	done
done
faults calm
check test "$(faults_told '"status": 301' | wc -l)" -gt 0

test_that "a gateway that sends readers elsewhere: there without a signature"
faults calm
into away
mirror --everywhere
for status in 302 307; do
	faults calm
	faults rule "elsewhere GET /away/ status=$status times=0"
	run seshat show "$id" --raw
	expect_status 0
	same "$source_one" "$T/out"
	stores_all
done
check test "$(faults_told '"brought": ' | wc -l)" -gt 0
check test "$(faults_told '"brought": \[[^]]' | wc -l)" = 0
check test "$(faults_told '"method": "PUT".*"status": 30' | wc -l)" = 0

test_that "but not where others could listen, and not in circles"
faults calm
faults rule "elsewhere GET /away/ to=http://192.0.2.1 times=0"
run seshat show "$id" --raw
expect_status 1
err_has '192.0.2.1, which is not followed, not encrypted'
faults calm
faults rule "elsewhere GET /away/ to=http://127.0.0.1:1 times=0"
run seshat show "$id" --raw
expect_status 1

test_that "a clock that is an hour off is no obstacle, and is told"
into clock
faults clock 3600
stores_all
err_has "clock"
lines "$id" "$demo" 32 33 >>"$source_one"
faults clock -7200
mirror --everywhere
err_has "clock"
run seshat verify --source
expect_status 0

finish
