# tests/servers/rgw and bucket.py: what the tests of the program stand on.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"

reader() {
	AWS_ACCESS_KEY_ID=$S3_READER_KEY AWS_SECRET_ACCESS_KEY=$S3_READER_SECRET \
	    bucket "$@"
}

test_that "a bucket is made, and holds what was put there under any name"
s3_start
name="a b/+%&=?ü~(1)'!*"
run s3_bucket one
expect_status 0
echo hello >hello
run bucket put one "$name" <hello
expect_status 0
run bucket list one
expect_out "$name"
run bucket get one "$name"
expect_out "hello"
run bucket head one "$name"
expect_status 0
out_has '^content-length: 6$'
run bucket get one other
expect_status 3

test_that "create-only is honoured"
run bucket --header 'If-None-Match: *' put one "$name"
expect_status 1
err_has '412 PreconditionFailed'

test_that "requests are counted by kind"
s3_forget
bucket put one a <hello
bucket put one b <hello
bucket get one a >/dev/null
run s3_log
expect_out "PUT /one/a 200
PUT /one/b 200
GET /one/a 200"
run s3_requests '^PUT '
expect_out 2
s3_forget
run s3_requests
expect_out 0

test_that "a folder goes there and back, and what is gone goes"
mkdir -p from/deep
cp hello from/
seq 1000 >from/deep/numbers
: >from/empty
run bucket push from one/folder
expect_status 0
run bucket pull one/folder to
expect_status 0
check diff -r from to
rm from/hello
echo more >>from/deep/numbers
bucket push from one/folder
bucket pull one/folder to
check diff -r from to
run bucket list one folder/
expect_out "folder/deep/numbers
folder/empty"

test_that "what is the same is neither written nor read again"
s3_forget
bucket push from one/folder
bucket pull one/folder to
run s3_log
out_lacks '^(PUT|POST|DELETE) '
out_lacks '^GET /one/'

test_that "a key that may only read reads, and does not write"
run reader get one a
expect_out hello
run reader put one c
expect_status 1
err_has '403 AccessDenied'
run reader delete one a
expect_status 1

test_that "somebody else sees nothing"
AWS_ACCESS_KEY_ID=$S3_STRANGER_KEY run bucket list one
expect_status 1
err_has '403 AccessDenied'
. "$s3_dir/env"

test_that "a wrong secret is refused"
AWS_SECRET_ACCESS_KEY=nonsense run bucket list one
expect_status 1
err_has '403 SignatureDoesNotMatch'
. "$s3_dir/env"

test_that "a key is revoked and restored, at once"
s3_server revoke
run bucket list one
err_has '403 InvalidAccessKeyId'
run reader get one a
expect_out hello
s3_server restore
run bucket get one a
expect_out hello

test_that "it dies, and comes back where it was with what it had"
s3_server kill
run bucket get one a
expect_status 1
err_has 'refused'
s3_server again
run bucket get one a
expect_out hello

test_that "a bucket is removed with what it holds"
run bucket remove one
expect_status 0
run bucket list one
expect_status 3
err_has NoSuchBucket

test_that "a second one beside it has TLS and credentials that expire"
first=$s3_dir
s3_dir=$T/second
s3_start --tls --sts
run bucket make one
expect_status 0
S3_ENDPOINT=$S3_ENDPOINT_TLS run bucket list one
expect_status 0
run env -u S3_CA S3_ENDPOINT="$S3_ENDPOINT_TLS" \
    "$SESHAT_SOURCE/tests/servers/bucket.py" list one
expect_status 1
err_has CERTIFICATE
. "$s3_dir/env"
AWS_ACCESS_KEY_ID=$S3_TEMP_KEY
AWS_SECRET_ACCESS_KEY=$S3_TEMP_SECRET
export AWS_SESSION_TOKEN=$S3_TEMP_TOKEN
run bucket list one
expect_status 0
export AWS_SESSION_TOKEN=x$S3_TEMP_TOKEN
run bucket list one
expect_status 1
unset AWS_SESSION_TOKEN

test_that "nothing is left running"
stop_server "$first"
stop_server "$s3_dir"
run grep -l -s -e "$first" -e "$s3_dir" /proc/[0-9]*/cmdline
expect_out ""

finish
