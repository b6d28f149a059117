# tests/servers/swift: another S3 server, which has no create-only.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"

test_that "it comes up"
s3_start_swift
run s3_bucket one
expect_status 0

test_that "objects go there and back"
name="a b/+%&=?ü~(1)'!*"
echo hello >hello
run bucket put one "$name" <hello
expect_status 0
run bucket list one
expect_out "$name"
run bucket get one "$name"
expect_out hello
mkdir -p from/deep
seq 1000 >from/deep/numbers
run bucket push from one/folder
expect_status 0
run bucket pull one/folder to
expect_status 0
check diff -r from to

test_that "create-only is refused, and nothing is stored"
run bucket --header 'If-None-Match: *' put one new <hello
expect_status 1
err_has '501 NotImplemented'
run bucket get one new
expect_status 3

test_that "a wrong secret and somebody else are refused"
AWS_SECRET_ACCESS_KEY=nonsense run bucket list one
err_has '403 SignatureDoesNotMatch'
. "$s3_dir/env"
AWS_ACCESS_KEY_ID=$S3_STRANGER_KEY run bucket list one
check test "$status" -ne 0
. "$s3_dir/env"

test_that "a bucket is removed with what it holds, and nothing is left running"
run bucket remove one
expect_status 0
stop_server "$s3_dir"
run grep -l -s -e "$s3_dir" /proc/[0-9]*/cmdline
expect_out ""

finish
