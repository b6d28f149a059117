# A mirror that follows into a bucket whose server goes and comes back.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"

s3_start
s3_bucket vault
SESHAT_STORE=$(s3_url vault)
export SESHAT_STORE

three=cccccccc-1111-4222-8333-444444444444

# told_once: so far one thing was wrong, and that it is well again.
told_once() {
	check test "$(grep -c '"event":"failing"' "$T/events")" = 1
	check test "$(grep -c '"event":"well"' "$T/events")" = 1
}

# all_whole: and nothing is missing or twice.
all_whole() {
	is_whole "$one" "$source_one"
	is_whole "$two" "$source_two"
	run seshat verify --source
	expect_status 0
}

# streams_of ID: in the bucket.
streams_of() {
	bucket list vault | grep -c "/$1/part-00000000-" || true
}

test_that "a server that is killed is told once, whatever the number of sessions"
fake "$one" "$demo"
source_one=$source
fake "$two" "$other"
source_two=$source
follow --everywhere --interval 0.05
s3_server kill
grow "$source_one" "$one" 4 4
grow "$source_two" "$two" 4 4
events '"event":"failing"'
out=$(grep '"event":"failing"' "$T/events")
case $out in
*session_id*) fail "it is not about one session: $out" ;;
*127.0.0.1*) ;;
*) fail "it does not say what: $out" ;;
esac

test_that "one that comes back is told, too, and all goes on by itself"
grow "$source_one" "$one" 5 6
s3_server again
events '"event":"well"'
soon has "$one" "$source_one"
soon has "$two" "$source_two"
told_once

test_that "keys that are taken away and given back are told the same"
: >"$T/events"
s3_server revoke
grow "$source_one" "$one" 7 7
grow "$source_two" "$two" 5 5
events '"event":"failing".*access key'
s3_server restore
events '"event":"well"'
soon has "$one" "$source_one"
soon has "$two" "$source_two"
told_once

test_that "a bucket that was deleted and made anew is filled anew, all of it"
fake "$three" "$demo"
stored "$three"
source_three=$source
: >"$T/events"
bucket remove vault
grow "$source_one" "$one" 8 8
events '"event":"failing".*bucket \\"vault\\" not found'
s3_bucket vault
events '"event":"well"'
soon has "$one" "$source_one"
soon has "$two" "$source_two"
soon has "$three" "$source_three"
told_once

test_that "what is stored in the end is what was written, once"
grow "$source_one" "$one" 9 9
end_follow
expect_status 0
all_whole
is_whole "$three" "$source_three"
check test "$(streams_of "$one")$(streams_of "$two")$(streams_of "$three")" = 111

test_that "a server that is down at the end: what is missing is said, at once"
follow --everywhere --interval 30
s3_server kill
grow "$source_one" "$one" 10 10
end_follow
expect_status 5
out_has '"event":"failing".*127.0.0.1'
check test "$(grep -c '"event":"failing"' "$T/out")" = 1
s3_server again
mirror --everywhere
all_whole

test_that "people are told, too: once what is wrong, once that it goes on"
s3_server kill
grow "$source_one" "$one" 11 11
grow "$source_two" "$two" 6 6
beside --follow --everywhere --interval 0.05
soon grep -q 127.0.0.1 "$T/told"
s3_server again
soon grep -q 'answers again' "$T/told"
soon has "$one" "$source_one"
soon has "$two" "$source_two"
end_follow
expect_status 0
check test "$(grep -c '^seshat: ' "$T/err")" = 2
all_whole

test_that "keys that are put into a file anew are found by a follow that runs"
mkdir -p "$HOME/.aws"
keys() {
	printf '[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n' \
	    "$1" "$AWS_SECRET_ACCESS_KEY" >"$HOME/.aws/credentials"
}
keys "$AWS_ACCESS_KEY_ID"
before_it="env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY"
follow --everywhere --interval 0.05
before_it=
keys NOSUCHKEY00000000001
s3_server revoke
grow "$source_one" "$one" 12 12
events '"event":"failing".*access key'
s3_server restore
keys "$AWS_ACCESS_KEY_ID"
events '"event":"well"'
soon has "$one" "$source_one"
end_follow
expect_status 0

test_that "a bucket that is made anew between two mirrors is filled anew"
bucket remove vault
grow "$source_one" "$one" 13 13
run seshat mirror --everywhere
expect_status 5
err_has "bucket \"vault\" not found"
s3_bucket vault
mirror --everywhere
all_whole
is_whole "$three" "$source_three"

test_that "a server that is killed while a mirror is at work: the next goes on"
for i in 1 2 3 4 5 6; do
	fake "dddddddd-1111-4222-8333-44444444444$i" "$demo" 4000
done
"$SESHAT_BIN" mirror --everywhere >"$T/out" 2>"$T/err" &
mirror_pid=$!
# as soon as something of it is stored
soon grep -q ' "PUT /vault/.*dddddddd.*/part-00000000.* 200 ' "$s3_dir/log/client.rgw.log"
s3_server kill
status=0
wait "$mirror_pid" || status=$?
case $status in
0 | 1 | 5) ;;
*) fail "status $status: $(cat "$T/err")" ;;
esac
[ "$status" = 0 ] || err_has 127.0.0.1
s3_server again
mirror --everywhere
for i in 1 2 3 4 5 6; do
	id=dddddddd-1111-4222-8333-44444444444$i
	is_whole "$id" "$(source_of "$id" "$demo")"
	check test "$(streams_of "$id")" = 1
done
all_whole

finish
