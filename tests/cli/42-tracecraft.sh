# tracecraft's users with a bucket: its configuration, importing from the
# bucket, mirroring beside it, and what a clone may not decide.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"

here=$(pwd -P)
golden=$SESHAT_SOURCE/tests/data/tracecraft

s3_start
key=$AWS_ACCESS_KEY_ID secret=$AWS_SECRET_ACCESS_KEY
s3_bucket theirs
bucket push "$golden/bucket" theirs >"$T/pushed"
bucket list theirs >"$T/theirs"

# unkeyed COMMAND...: without the environment's keys.
unkeyed() (
	unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION
	"$@"
)

# with_home FIELDS: ~/.tracecraft/config.json.
with_home() {
	mkdir -p "$HOME/.tracecraft"
	printf '{"backend": "s3", "bucket": "theirs", "endpoint": "%s", %s}' \
	    "$S3_ENDPOINT" "$1" >"$HOME/.tracecraft/config.json"
	chmod 600 "$HOME/.tracecraft/config.json"
}

test_that "a bucket of tracecraft's is imported"
run seshat import "s3://theirs?endpoint=$S3_ENDPOINT"
expect_status 5
out_has '^imported 16 of 16 sessions, '
for want in "$golden"/expected/*.jsonl; do
	run seshat show "$(basename "$want" .jsonl)" --raw
	expect_status 0
	same "$want" "$T/out"
done
bucket list theirs >"$T/after"
same "$T/theirs" "$T/after"

test_that "once more nothing is imported, however the bucket is spelt"
for url in "s3://theirs/?region=us-east-1&endpoint=$S3_ENDPOINT" \
    "s3://theirs?endpoint=$S3_ENDPOINT/&style=path"; do
	run seshat import "$url"
	out_has '^imported 0 of 16 sessions, 0 B new'
done

test_that "one project's folder in the bucket can be named, too"
rm -rf "$XDG_DATA_HOME" "$XDG_STATE_HOME"
run seshat import "s3://theirs/demo?endpoint=$S3_ENDPOINT"
check test "$status" = 0 -o "$status" = 5
of_demo=$(sed -n 's/^imported \([0-9]*\) of .*/\1/p' "$T/out")
check test "${of_demo:-0}" -gt 0
run seshat import "s3://theirs/demo/sessions/?endpoint=$S3_ENDPOINT"
out_has "^imported 0 of $of_demo sessions, 0 B new"
run seshat import "s3://theirs?endpoint=$S3_ENDPOINT" --only demo
out_has "^imported 0 of $of_demo sessions, 0 B new"
rm -rf "$XDG_DATA_HOME" "$XDG_STATE_HOME"

test_that "its own configuration opens the bucket: endpoint and keys"
with_home "\"access_key\": \"$key\", \"secret_key\": \"$secret\", \"agent_id\": \"me\""
fake 11111111-0000-4000-8000-000000000001 "$here/demo"
run unkeyed seshat mirror --everywhere
expect_status 0
expect_err ""
run unkeyed seshat list --json
out_has '"session_id":"11111111-0000-4000-8000-000000000001"'
bucket list theirs >"$T/after"
check test -z "$(comm -23 "$T/theirs" "$T/after")"
check grep -q '/11111111-0000-4000-8000-000000000001/part-' "$T/after"
check test ! -e "$XDG_DATA_HOME/seshat/vault"

test_that "and reads it while another store is written"
run unkeyed seshat import "s3://theirs?endpoint=$S3_ENDPOINT" --store "$T/vault"
check test "$status" = 0 -o "$status" = 5
out_has '^imported 17 of 17 sessions, '

test_that "the agent's name is that of TRACECRAFT_AGENT"
TRACECRAFT_AGENT=other run unkeyed seshat mirror --everywhere --store "$T/vault-2"
expect_status 0
check grep -rq '"agent_id": *"other"' "$T/vault-2"

test_that "half of its keys is none, and those of config.yaml are not mixed in"
with_home "\"access_key\": \"$key\""
mkdir -p "$XDG_CONFIG_HOME/seshat"
echo "secret_key: $secret" >"$XDG_CONFIG_HOME/seshat/config.yaml"
chmod 600 "$XDG_CONFIG_HOME/seshat/config.yaml"
run unkeyed seshat list
expect_status 4
err_has 'the configuration holds a secret key without an access key'
rm "$XDG_CONFIG_HOME/seshat/config.yaml"
run unkeyed seshat list
expect_status 4
err_has 'the configuration holds an access key without a secret key'
rm "$HOME/.tracecraft/config.json"

# A clone that wants to be sent the sessions: every line of both files.
s3_bucket evil
mkdir clone
for line in "store: s3://evil?endpoint=$S3_ENDPOINT" \
    "endpoint: http://127.0.0.1:1" "profile: evil" "region: evil-1" \
    "insecure_http: true" "access_key: evil" "secret_key: evil" \
    "session_token: evil"; do
	test_that "a clone does not decide: ${line%%:*}"
	echo "$line" >clone/.seshat.yaml
	rm -rf "$XDG_STATE_HOME"
	s3_bucket "mine-$test_count"
	run at clone seshat mirror --everywhere \
	    --store "s3://mine-$test_count?endpoint=$S3_ENDPOINT"
	expect_status 0
	err_has "clone/.seshat.yaml is not trusted; left out: ${line%%:*} "
	check test -n "$(bucket list "mine-$test_count")"
	run at clone seshat mirror --everywhere --store s3://x-y-z \
	    --store "s3://mine-$test_count?endpoint=http://192.0.2.1"
	expect_status 2
	err_has 'is not encrypted'
done
rm clone/.seshat.yaml
check test -z "$(bucket list evil)"

test_that "nor does its .tracecraft.json, until it is trusted"
printf '{"bucket": "evil", "endpoint": "%s", "access_key": "%s", "secret_key": "%s"}' \
    "$S3_ENDPOINT" "$key" "$secret" >clone/.tracecraft.json
chmod 600 clone/.tracecraft.json
rm -rf "$XDG_STATE_HOME"
run at clone unkeyed seshat mirror --everywhere
expect_status 0
err_has 'clone/.tracecraft.json is not trusted; left out: store, access_key, secret_key '
check test -z "$(bucket list evil)"
check test -d "$XDG_DATA_HOME/seshat/vault"
run at clone seshat trust
expect_status 0
run at clone unkeyed seshat mirror --everywhere
expect_status 0
expect_err ""
check test -n "$(bucket list evil)"

test_that "http:// to another machine is refused, and allowed by a flag or a setting"
run seshat list --store s3://theirs?endpoint=http://192.0.2.1
expect_status 2
err_has 'is not encrypted: .*--insecure-http'
run seshat list --store "s3://theirs?endpoint=http://no-such-host.invalid" \
    --insecure-http
expect_status 1
err_has 'no-such-host.invalid'
echo 'insecure_http: true' >"$XDG_CONFIG_HOME/seshat/config.yaml"
run seshat list --store "s3://theirs?endpoint=http://no-such-host.invalid"
expect_status 1
err_has 'no-such-host.invalid'

finish
