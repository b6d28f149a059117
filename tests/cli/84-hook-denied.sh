# A store that refuses one object, or the keys of a follow that hooks began.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"
. "$SESHAT_SOURCE/tests/cli/hooks.sh"

s3_start
s3_bucket vault
faults_start
fake "$one" "$demo"
source_one=$source
fake "$two" "$other"
source_two=$source
begin() {
	printf '{"session_id":"%s","hook_event_name":"SessionStart"}' "$1" \
	    >"$T/input"
	run seshat hook run claude-code <"$T/input"
	expect_status 0
}
is_told() { grep -q "\"by\":\"follow\".*$1" "$log"; }

test_that "one object that is forbidden does not end the follow"
run seshat hook install -q claude-code --store "$(s3_url vault)"
expect_status 0
SESHAT_STORE=$(s3_url vault)
export SESHAT_STORE
faults rule "403 PUT $two times=0 code=AccessDenied"
begin "$one"
soon stands follows True
follower=$(standing follow_pid)
soon has "$one" "$source_one"
soon is_told "not allowed to"
grow "$source_one" "$one" 4 4
soon has "$one" "$source_one"
check stands follow_pid "$follower"
faults calm
grow "$source_two" "$two" 4 4
soon has "$two" "$source_two"
check stands follow_pid "$follower"

test_that "keys that are refused after all end it"
faults rule "400 PUT * times=0 code=ExpiredToken"
grow "$source_one" "$one" 5 5
soon gone "$follower"
check is_told "expired"
faults calm

test_that "keys that may write nothing end it, too"
faults rule "403 PUT * times=0 code=AccessDenied"
begin "$one"
soon stands follows True
follower=$(standing follow_pid)
soon gone "$follower"
faults calm

finish
