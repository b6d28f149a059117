# 'seshat doctor': what it finds in folders, a bucket, and on this machine.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"

here=$(pwd -P)
id=11111111-0000-4000-8000-000000000001

# objects BUCKET: nothing but what was there may be left.
objects() {
	bucket list "$1"
}

# as_reader COMMAND..., as_stranger COMMAND...
as_reader() {
	AWS_ACCESS_KEY_ID=$S3_READER_KEY \
	    AWS_SECRET_ACCESS_KEY=$S3_READER_SECRET "$@"
}
as_stranger() {
	AWS_ACCESS_KEY_ID=$S3_STRANGER_KEY \
	    AWS_SECRET_ACCESS_KEY=$S3_STRANGER_SECRET "$@"
}

test_that "on a new machine nothing is a problem, and nothing is made"
run seshat doctor
expect_status 0
expect_err ""
out_has '^ok +config +no /.*/config.yaml: none is needed'
out_has "^ok +store +file://$vault, from the default$"
out_has '^ok +store +.*/vault is not there yet: the first mirror makes it$'
out_has '^ok +agents +no sessions: claude-code, codex, .*, gemini, '
out_has '^ok +follow +following everything takes [0-9]+ inotify watches'
out_has '^ok +system +seshat [0-9.]+, Linux '
out_has '^0 problems, 0 warnings$'
check test -z "$(ls -A "$HOME")"

test_that "with --json it is one document"
run seshat doctor --json
expect_status 0
"$server_python" - "$T/out" <<-'END' || fail "no such document"
	import json, sys
	doc = json.load(open(sys.argv[1]))
	assert set(doc) == {"findings", "ok", "warnings", "problems"}, doc
	assert doc["ok"] == len(doc["findings"]) and doc["problems"] == 0
	keys = {"group", "check", "state", "text", "advice"}
	assert all(set(f) == keys for f in doc["findings"])
END

test_that "with --quiet only problems are told"
run seshat doctor --quiet
expect_status 0
expect_out ""

test_that "a vault in a folder is tried, and is as it was"
fake "$id" "$here/demo"
seshat mirror --everywhere --quiet
find "$vault" | sort >"$T/before"
run seshat doctor
expect_status 0
out_has '^ok +store +for its owner alone$'
out_has '^ok +store +[0-9.]+ [KMGTP]?B are free$'
for right in list delete write read; do
	out_has "^ok +store +$right: allowed$"
done
out_has '^ok +store +what is stored is never replaced \(tried\)$'
out_has "^ok +store +this machine's clock agrees"
out_has '^ok +state +it was written by this machine$'
out_has '^ok +agents +claude-code: 1 session, '
out_has '^ok +agents +claude-code deletes sessions after 30 days'
find "$vault" | sort >"$T/after"
same "$T/before" "$T/after"

test_that "a vault that others can look into is told, a shared one is none"
chmod 755 "$vault"
run seshat doctor
expect_status 0
out_has '^warning  store +everybody on this machine can look into '
out_has " -> chmod 700 '$vault'$"
out_has '^0 problems, 1 warning$'
chmod 2770 "$vault"
run seshat doctor
out_has '^ok +store +shared with the group '
chmod 700 "$vault"

test_that "a state that was copied from another machine is told"
state=$(find "$XDG_STATE_HOME/seshat/mirror" -name "$id.json")
cp "$state" "$T/state"
sed -i 's/"owner":"[0-9a-f]*"/"owner":"0123456789abcdef"/' "$state"
run seshat doctor
expect_status 0
out_has '^warning  state +1 of 1 files were written by another machine'
cp "$T/state" "$state"

test_that "a folder that was named and is not there is told"
run seshat doctor --store "$T/usb/vault"
expect_status 0
out_has "^warning  store +$T/usb/vault is not there$"
out_has ' -> mount the disk it is on'
check test ! -e "$T/usb"
: >"$T/file"
run seshat doctor --store "$T/file/vault"
expect_status 1
out_has "^problem  store +$T/file is no folder"
run seshat doctor --store gs://nowhere/x
expect_status 1
out_has "^problem  store +no store for 'gs://nowhere/x'"

if [ "$(id -u)" != 0 ]; then
	test_that "what may not be written or read is a problem"
	chmod 500 "$vault"
	run seshat doctor
	expect_status 1
	out_has '^problem  store +.*Permission denied'
	chmod 700 "$vault"
	chmod 000 "$source"
	run seshat doctor
	expect_status 1
	out_has '^problem  agents +claude-code: 1 file or folder cannot be read'
	chmod 600 "$source"
fi

test_that "sessions that are deleted soon are worth a word"
mkdir -p "$CLAUDE_CONFIG_DIR"
echo '{"cleanupPeriodDays": 3}' >"$CLAUDE_CONFIG_DIR/settings.json"
run seshat doctor
expect_status 0
out_has '^warning  agents +claude-code deletes sessions after 3 days'
rm "$CLAUDE_CONFIG_DIR/settings.json"

test_that "a file of this folder that is not trusted is told"
echo 'store: s3://evil' >.seshat.yaml
run seshat doctor
expect_status 0
expect_err ""
out_has "^warning  config +$here/.seshat.yaml is not trusted; left out: store"
rm .seshat.yaml

test_that "a configuration that cannot be read is a problem, not the end"
mkdir -p "$XDG_CONFIG_HOME/seshat"
echo 'stroe: x' >"$XDG_CONFIG_HOME/seshat/config.yaml"
run seshat doctor
expect_status 1
out_has "^problem  config +.*line 1: unknown key 'stroe'"
out_has '^ok +system +seshat '
rm "$XDG_CONFIG_HOME/seshat/config.yaml"

s3_start --tls
s3_bucket full
url=$(s3_url full)
seshat mirror --everywhere --quiet --store "$url"

test_that "a bucket is tried, and is as it was"
objects full >"$T/before"
run seshat doctor --store "$url"
expect_status 0
expect_err ""
out_has '^ok +store +127.0.0.1:[0-9]+ answers in [0-9]+ ms$'
out_has '^ok +store +not encrypted, and does not leave this machine$'
out_has '^ok +store +the keys are those of the environment$'
for right in list delete write read; do
	out_has "^ok +store +$right: allowed$"
done
out_has '^ok +store +create-only is honoured \(tried\)'
out_has '^ok +store +If-Match is honoured \(tried\)'
out_has "^ok +store +this machine's clock agrees"
objects full >"$T/after"
same "$T/before" "$T/after"

test_that "with TLS the certificate counts"
run seshat doctor --store "$(s3_url full "$S3_ENDPOINT_TLS")"
expect_status 1
out_has '^problem  store +.*cannot be trusted'
AWS_CA_BUNDLE=$S3_CA run seshat doctor --store "$(s3_url full "$S3_ENDPOINT_TLS")"
expect_status 0
out_has "^ok +store +encrypted, and the server's certificate is trusted"

test_that "keys that may only read are told what they lack"
run as_reader seshat doctor --store "$url"
expect_status 1
out_has '^ok +store +list: allowed$'
out_has '^ok +store +read: allowed$'
out_has '^warning  store +.*not allowed to delete from bucket "full"'
out_has '^problem  store +.*not allowed to write to bucket "full"'
out_has ' -> the keys need the right to write \(s3:PutObject\)'
objects full >"$T/after"
same "$T/before" "$T/after"

test_that "keys that may do nothing are told once, with where they are from"
run as_stranger seshat doctor --store "$url"
expect_status 1
out_has '^problem  store +.*not allowed to list bucket "full"'
out_has ' -> these keys, from the environment, can do nothing here'
out_has '^1 problem, 0 warnings$'
AWS_SECRET_ACCESS_KEY=wrong run seshat doctor --store "$url"
expect_status 1
out_has '^problem  store +.*the secret key does not fit the access key'
out_has '^1 problem, 0 warnings$'
AWS_ACCESS_KEY_ID=nobody run seshat doctor --store "$url"
out_has '^problem  store +.*the server does not know the access key'

test_that "without keys it is said where they were looked for"
for half in AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; do
	run env -u "$half" "$SESHAT_BIN" doctor --store "$url"
	expect_status 1
	out_has '^problem  store +.*the environment holds .* key without '
done
run env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY \
    "$SESHAT_BIN" doctor --store "$url"
expect_status 1
out_has '^problem  store +.*no keys for S3: set AWS_ACCESS_KEY_ID'

test_that "a bucket that is not there is told, and not made"
run seshat doctor --store "$(s3_url missing)"
expect_status 1
out_has "^problem  store +.*bucket \"missing\" not found .*'seshat init'"
run seshat list --store "$(s3_url missing)"
check test "$status" != 0

test_that "a server that is not there ends it soon, and it says what it waits for"
run seshat doctor --store "$(s3_url full http://127.0.0.1:1)"
expect_status 1
out_has '^problem  store +.*127.0.0.1'
out_has ' -> look at the network, the endpoint, and proxies'
run seshat doctor --store "$(s3_url full http://no-such-host.invalid)" \
    --insecure-http
expect_status 1
out_has '^problem  store +.*no-such-host.invalid: Could not resolve host'
run seshat doctor --store "$(s3_url full https://${S3_ENDPOINT#http://})"
expect_status 1
out_has '^problem  store +.*is the endpoint meant to be http://'
run seshat doctor --store "$(s3_url full http://192.0.2.1)"
expect_status 1
out_has '^problem  store +.*is not encrypted: .*--insecure-http'

faults_start
url=$(s3_url full)

test_that "a server that ignores conditions is found out"
rm -rf "$XDG_CACHE_HOME/seshat/stores"
faults rule "conditions-ignored * * times=0"
run seshat doctor --store "$url"
expect_status 0
out_has '^warning  store +create-only is not honoured \(tried\)'
out_has '^ok +store +If-Match is not honoured \(tried\)'
faults calm
bucket list full >"$T/after"
same "$T/before" "$T/after"

test_that "one that did heed them, and does no more, is found out, too"
rm -rf "$XDG_CACHE_HOME/seshat/stores"
run seshat doctor --store "$url"
out_has '^ok +store +create-only is honoured'
faults rule "conditions-ignored * * times=0"
run seshat doctor --store "$url"
expect_status 0
out_has '^warning  store +create-only is not honoured \(tried\)'
check test -z "$(grep -rl create-only "$XDG_CACHE_HOME/seshat/stores")"
faults calm

test_that "one that refuses conditions works without"
rm -rf "$XDG_CACHE_HOME/seshat/stores"
faults rule "conditions-refused * * times=0"
run seshat doctor --store "$url"
expect_status 0
out_has '^warning  store +create-only is not honoured \(tried\)'
faults calm
rm -rf "$XDG_CACHE_HOME/seshat/stores"

test_that "a clock that is off the server's is told"
faults rule "date * * seconds=600 times=0"
run seshat doctor --store "$url"
expect_status 0
out_has "^warning  store +this machine's clock is (59[0-9]|60[01]) s behind the store's"
out_has ' -> let the clock be set by the network'
faults calm

test_that "another region than the bucket's is told"
faults rule "region * * region=eu-test-1 times=0"
run seshat doctor --store "$url"
expect_status 0
out_has "^warning  store +the bucket is in region eu-test-1, not in $AWS_DEFAULT_REGION"
faults calm

test_that "a server that keeps us waiting is told of"
faults rule "delay GET list-type seconds=5"
run seshat doctor --store "$url"
expect_status 0
err_has '^seshat: waiting for [2-5] s: s3://full.*: list$'

finish
