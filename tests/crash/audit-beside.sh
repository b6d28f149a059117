# 'seshat audit --fix' killed at every call that changes the disk, where what
# stands beside the transcript holds secrets: the next one leaves nothing of
# them, also of one that is only known by what stood elsewhere.
. "$SESHAT_SOURCE/tests/crash/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/stored.sh"
. "$SESHAT_SOURCE/tests/crash/secrets.sh"

a=aaaaaaaa-2222-4333-8444-555555555555
demo=$T/work/demo
state=$XDG_STATE_HOME/seshat

# after: the next one finishes, and all can be read.
after() {
	run "$SESHAT_BIN" audit --fix
	expect_status 0
	nowhere
	run "$SESHAT_BIN" verify
	expect_status 0
	out_has ' 2 files beside them, .* 0 damaged'
}

test_that "what one of them tells, and others only say, is found all the same"
anew
fake "$a" "$demo" 2
results=${source%.jsonl}/tool-results
mkdir -p "$results"
printf '{"type":"user","t":"only %s"}\n' "$word" >>"$source"
printf 'it is %s, is it?\n' "$word" >"$results/a.txt"
printf 'DB_PASSWORD=%s\nand %s\n' "$word" "$key" >"$results/b.txt"
mirror --everywhere --no-redact
keep beside
killed_at_every_call beside "$SESHAT_BIN" audit --fix

test_that "also of a session that has ended, and has no state"
put_back beside
run "$SESHAT_BIN" stop "$a"
expect_status 0
keep beside
killed_at_every_call beside "$SESHAT_BIN" audit --fix

finish
