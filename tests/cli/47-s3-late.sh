# Requests that a network answers badly or delivers late: each is heard twice
# or out of order, and nothing is stored twice or undone.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"

s3_start
s3_bucket vault
faults_start
id=$one
n=0

# begin RULE...: a new session in a new place, with what happens to it.
begin() {
	faults calm
	n=$((n + 1))
	anew
	fake "$id" "$demo"
	lines_now=3
	SESHAT_STORE=$(s3_url "vault/$n")
	export SESHAT_STORE
	faults rule "$@"
}

# grow: one line more.
grow() {
	lines_now=$((lines_now + 1))
	lines "$id" "$demo" "$lines_now" "$lines_now" >>"$source"
}

# checkpoint: enough flushes for one more; what is known of it stays.
checkpoint() {
	follow --everywhere --interval 0.001
	flushed=0
	while [ "$flushed" -lt 64 ]; do
		flushed=$((flushed + 1))
		grow
		stored "$id" "$flushed"
	done
	kill -9 "$follow_pid"
	wait "$follow_pid" 2>/dev/null || true
	follow_pid=
}

# is_once: the session is whole, in one stream, which the source continues.
is_once() {
	run seshat show "$id" --raw
	expect_status 0
	same "$source" "$T/out"
	S3_ENDPOINT=$S3_DIRECT bucket list vault "$n/" >"$T/keys"
	check test "$(grep -c '/stream-' "$T/keys")" = 1
	run seshat verify --source
	expect_status 0
}

for fault in lost "zombie seconds=0"; do
	for what in /ids/ /part- /stream-; do
		test_that "$fault, of what is put at $what: stored once"
		begin "$fault PUT $what times=2"
		mirror --everywhere
		grow
		faults rule "$fault PUT $what times=2"
		mirror --everywhere
		faults release
		grow
		mirror --everywhere
		is_once
	done
done

test_that "a first checkpoint that comes late undoes none that came after it"
begin "zombie PUT /stream- seconds=0"
mirror --everywhere
checkpoint
faults release
checkpoint
is_once

test_that "nor does one of compact"
begin "zombie POST /nothing"
mirror --everywhere
grow
mirror --everywhere
faults rule "zombie PUT /stream- seconds=0"
run seshat compact "$id"
expect_status 0
checkpoint
faults release
checkpoint
is_once

test_that "an old part that comes when its place is taken is not that part"
begin "zombie PUT /part-00000001 seconds=0 times=6"
mirror --everywhere
grow
run seshat mirror --everywhere
expect_status 1
err_has "127.0.0.1"
grow
mirror --everywhere
faults release
is_once

finish
