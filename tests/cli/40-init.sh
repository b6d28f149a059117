# 'seshat init': what it asks, tries and writes; over folders and a bucket.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"

config=$XDG_CONFIG_HOME/seshat/config.yaml
here=$(pwd -P)

# talk [QUESTION ANSWER]... -- COMMAND...: on a terminal; what it showed is in
# $T/out.
talk() {
	status=0
	ran=$*
	"$server_python" "$SESHAT_SOURCE/tests/cli/talk.py" "$T/shown" "$@" \
	    >"$T/out" 2>"$T/err" || status=$?
	cat "$T/shown" >>"$T/out"
}

# says TEXT: what config.yaml holds.
says() {
	check test "$(cat "$config")" = "$1"
}

test_that "without a terminal and a store nothing is guessed"
run seshat init
expect_status 2
expect_out ""
err_has '^seshat: there is no terminal to ask on: .*--store.*--yes'
check test ! -e "$config"

test_that "--yes takes the usual vault, and makes it for its owner alone"
fake 11111111-0000-4000-8000-000000000001 "$here/demo"
run seshat init --yes
expect_status 0
expect_err ""
out_has '^claude-code +1 session, [0-9]+ B$'
out_has '^configuration +/.*/config.yaml: not there yet$'
out_has '^keys for S3 +none found$'
says "store: file://$vault"
check test "$(stat -c %a "$config" "$vault")" = "600
700"
check test -z "$(ls -A "$vault")"

test_that "once more changes nothing"
cp -p "$config" "$T/before"
run seshat init --yes
expect_status 0
out_has '^unchanged: +/'
same "$T/before" "$config"
check test "$(stat -c %y "$T/before")" = "$(stat -c %y "$config")"

test_that "another store is not put in its place silently"
run seshat init --store "$T/other"
expect_status 1
err_has "config.yaml has store: file://$vault already; .*--force"
same "$T/before" "$config"
check test ! -e "$T/other"
run seshat init --store "$T/other" --force
expect_status 0
says "store: file://$T/other"

test_that "what the file has besides stays, comments and order, too"
cat >"$config" <<-END
	# my settings
	agent: me   # a name

	store: file:///old
	roots:
	  - ~/logs
	# the end
END
run seshat init --store "$here/vault" --project demo --force
expect_status 0
says "# my settings
agent: me   # a name

store: file://$here/vault
roots:
  - ~/logs
# the end
project: demo"
check test "$(stat -c %a "$config")" = 600

test_that "a file that is written otherwise is left alone"
for text in '{store: "file:///old"}' '"store": file:///old'; do
	printf '%s\n' "$text" >"$config"
	run seshat init --store "$T/other" --force
	expect_status 1
	err_has "config.yaml: it is not one 'key: value' a line"
	says "$text"
done
printf 'store: file:///old\nstroe: x\n' >"$config"
run seshat init --store "$T/other" --force
expect_status 1
err_has "config.yaml: line 2: unknown key 'stroe'"

test_that "a link to the file stays one"
echo "agent: me" >"$T/dotfile"
ln -sf "$T/dotfile" "$config"
run seshat init --store "$T/other"
expect_status 0
check test -L "$config"
check grep -q "^store: file://$T/other$" "$T/dotfile"
rm "$config"

test_that "a folder that cannot be written is told before anything is written"
: >"$T/file"
run seshat init --store "$T/file/vault"
expect_status 3
err_has "$T/file"
check test ! -e "$config"
run seshat init --store ftp://host/x
expect_status 2
check test ! -e "$config"

test_that "flags of buckets are for buckets"
run seshat init --store "$T/x" --region eu-1
expect_status 2
err_has 'are for buckets'
run seshat init --store "s3://b?region=eu-1" --region eu-2
expect_status 2
err_has 'name different ones'

test_that "a variable that goes before the file is told"
SESHAT_STORE=file:///elsewhere run seshat init --store "$T/other"
expect_status 0
err_has '^seshat: here \$SESHAT_STORE goes before it, and names file:///elsewhere'
rm "$config"

test_that "on a terminal it asks; empty answers mean what is usual"
talk "kept: a folder" "" "One project" "" -- "$SESHAT_BIN" init
expect_status 0
says "store: file://$vault"
talk "kept: a folder" "~/my vault" "One project" "team" \
    "Replace it?" "n" -- "$SESHAT_BIN" init
expect_status 130
says "store: file://$vault"

test_that "what is missing is made after a question, and other settings replaced"
talk "kept: a folder" "~/my vault" "One project" "team" \
    "Replace it?" "y" "Make it, for you alone?" "n" -- "$SESHAT_BIN" init
expect_status 130
says "store: file://$vault"
check test ! -e "$HOME/my vault"
talk "kept: a folder" "~/my vault" "One project" "team" \
    "Replace it?" "y" "Make it, for you alone?" "" -- "$SESHAT_BIN" init
expect_status 0
says "store: file://$HOME/my%20vault
project: team"
check test -d "$HOME/my vault"

test_that "an end of the answers writes nothing"
cp "$config" "$T/before"
# Ctrl-D
talk "kept: a folder" "$(printf '\004')" -- "$SESHAT_BIN" init
expect_status 130
out_has 'no answer: nothing was written'
same "$T/before" "$config"
rm "$config"

s3_start
key=$AWS_ACCESS_KEY_ID secret=$AWS_SECRET_ACCESS_KEY
region=$AWS_DEFAULT_REGION

test_that "a bucket that is missing is made; the place is written down whole"
AWS_ENDPOINT_URL=$S3_ENDPOINT run seshat init --store s3://vault-1/mine
expect_status 0
says "store: s3://vault-1/mine?region=$region&endpoint=$S3_ENDPOINT"
check test -z "$(bucket list vault-1)"
run seshat init --store "s3://vault-1/mine" --endpoint "$S3_ENDPOINT" --json
expect_status 1
err_has '"exit":1'
run seshat init --store "s3://vault-1/mine?region=$region" \
    --endpoint "$S3_ENDPOINT" --json --project demo
expect_status 0
out_has '"written":true,"store":"s3://vault-1/mine\?region='
out_has '"made":false,"keys":"the environment","project":"demo"'
out_has '"sessions":\{"claude-code":1,'
run seshat mirror --everywhere
expect_status 0
check test -n "$(bucket list vault-1 mine/demo/sessions/claude-code/)"
rm "$config"

test_that "keys that may not write are told before anything is written"
AWS_ACCESS_KEY_ID=$S3_READER_KEY AWS_SECRET_ACCESS_KEY=$S3_READER_SECRET \
    run seshat init --store s3://vault-1 --endpoint "$S3_ENDPOINT"
expect_status 4
err_has '^seshat: nothing was written: .*not allowed to write to bucket "vault-1"'
AWS_SECRET_ACCESS_KEY=wrong \
    run seshat init --store s3://vault-1 --endpoint "$S3_ENDPOINT"
expect_status 4
err_has 'the secret key does not fit the access key'
AWS_ACCESS_KEY_ID=nobody \
    run seshat init --store s3://vault-1 --endpoint "$S3_ENDPOINT"
expect_status 4
err_has 'the server does not know the access key'
AWS_ACCESS_KEY_ID='' \
    run seshat init --store s3://vault-1 --endpoint "$S3_ENDPOINT"
expect_status 4
err_has 'the environment holds a secret key without an access key'
run seshat init --store s3://vault-1 --endpoint http://192.0.2.1
expect_status 2
err_has 'is not encrypted'
check test ! -e "$config"

test_that "--save-keys keeps the keys of the environment, for the owner alone"
run seshat init --store s3://vault-1 --endpoint "$S3_ENDPOINT" --save-keys
expect_status 0
check test "$(stat -c %a "$config")" = 600
check grep -q "^access_key: $key$" "$config"
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
run seshat list
expect_status 0
run seshat init --store s3://vault-1 --endpoint "$S3_ENDPOINT" --save-keys
expect_status 2
err_has 'AWS_ACCESS_KEY_ID is not set'
rm "$config"

test_that "keys can be typed in: they work, and the secret is not shown"
talk "kept: a folder" b "Bucket" vault-2 "Endpoint" "$S3_ENDPOINT" \
    "Region" "" "Keys:" t "Access key" "$key" "Secret key" "$secret" \
    "One project" "" "Make it" y -- "$SESHAT_BIN" init
expect_status 0
out_has '^made and tried: s3://vault-2\?'
out_lacks "$secret"
check grep -q "^secret_key: $secret$" "$config"
run seshat list
expect_status 0
rm "$config"

test_that "Ctrl-C at the secret gives the terminal back and writes nothing"
cat >"$T/sub.sh" <<-END
	"$SESHAT_BIN" init
	echo "ended with \$?"
	stty -a | tr ' ;' '\n\n' | grep -xE -e '-?(echo|isig)'
END
talk "kept: a folder" b "Bucket" vault-2 "Endpoint" "$S3_ENDPOINT" \
    "Region" "" "Keys:" t "Access key" "$key" "Secret key" ^C \
    -- sh "$T/sub.sh"
out_has '^ended with 130'
out_has '^echo$'
out_has '^isig$'
out_lacks '^-(echo|isig)'
check test ! -e "$config"

test_that "a profile of the AWS tools' files is written by its name alone"
mkdir -p "$HOME/.aws"
printf '[work]\naws_access_key_id = %s\naws_secret_access_key = %s\n' \
    "$key" "$secret" >"$HOME/.aws/credentials"
run seshat init --store s3://vault-1 --endpoint "$S3_ENDPOINT" --profile work
expect_status 0
says "store: s3://vault-1?endpoint=$S3_ENDPOINT&profile=work&region=$region"
run seshat list
expect_status 0

test_that "a store that tracecraft's file names is told, and what it does not decide"
rm "$config"
printf '{"bucket": "theirs", "endpoint": "%s"}' "$S3_ENDPOINT" >.tracecraft.json
run seshat init --store "$T/other"
expect_status 0
out_has "^tracecraft +.tracecraft.json: s3://theirs.*does not count, unless you trust it"

finish
