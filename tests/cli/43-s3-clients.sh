# What other programs make of a vault in a bucket: they read it, and copy it
# away and back.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

s3_start
unset AWS_CA_BUNDLE SESHAT_STORE
s3_bucket vault
s3_bucket second
s3_bucket third
a=aaaaaaaa-1111-4222-8333-444444444444
demo=$T/work/demo
mkdir -p "$demo"
fake "$a" "$demo"
seshat mirror --everywhere -q --store "$(s3_url vault/team)"

# holds URL: the store has the session, whole and as it is.
holds() {
	run seshat verify --store "$1"
	expect_status 0
	out_has ' 0 damaged, 0 repaired$'
	seshat show "$a" --raw --store "$1" >"$T/shown" || fail "not shown"
	same "$source" "$T/shown"
}

test_that "rclone copies a vault from a bucket into a folder"
export RCLONE_CONFIG="$T/none" RCLONE_CONFIG_R_TYPE=s3 \
    RCLONE_CONFIG_R_PROVIDER=Ceph RCLONE_CONFIG_R_ENV_AUTH=true \
    RCLONE_CONFIG_R_ENDPOINT="$S3_ENDPOINT"
run rclone copy R:vault/team "$T/copy"
expect_status 0
holds "file://$T/copy"
run rclone check --download R:vault/team "$T/copy"
expect_status 0

test_that "s3cmd puts it into another bucket, where it is gone on with"
run s3cmd --no-ssl --host "${S3_ENDPOINT#http://}" \
    --host-bucket "${S3_ENDPOINT#http://}" --access_key "$AWS_ACCESS_KEY_ID" \
    --secret_key "$AWS_SECRET_ACCESS_KEY" -q sync "$T/copy/" s3://second/
expect_status 0
holds "$(s3_url second)"
parts=$(bucket list second demo/ | grep -c part-)
cp "$source" "$T/more"
tail -n 1 "$T/more" >>"$source"
run seshat mirror --everywhere --store "$(s3_url second)"
expect_status 0
out_has '^mirrored 1 of 1 session'
check test "$(bucket list second demo/ | grep -c part-)" = $((parts + 1))
holds "$(s3_url second)"

test_that "awscli copies it away, and back into a third"
aws=/usr/bin/aws
[ -x "$aws" ] || aws=aws
run "$aws" --endpoint-url "$S3_ENDPOINT" s3 sync --only-show-errors \
    s3://second "$T/away"
expect_status 0
holds "file://$T/away"
run "$aws" --endpoint-url "$S3_ENDPOINT" s3 sync --only-show-errors \
    "$T/away" s3://third
expect_status 0
holds "$(s3_url third)"

test_that "any gzip reads the parts that they got"
find "$T/away/demo" -name 'part-*.gz' | LC_ALL=C sort >"$T/parts"
xargs gzip -dc <"$T/parts" >"$T/plain"
same "$source" "$T/plain"

finish
