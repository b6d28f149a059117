# What a scenario is written in.  Begin with
#
#	. "$SESHAT_SOURCE/tests/cli/lib.sh"
#
# and end with "finish".  In between, a test is a sentence, a command, and
# what is expected of it:
#
#	test_that "the version is printed"
#	run seshat --version
#	expect_status 0
#	expect_out "seshat 0.1.0"
#
# The vault is a folder, or a bucket (STORE, see tests/cli/run); the scenario is the same, and
# looks into the folder $vault and changes what it likes there.  Of a bucket that
# is a twin, and "run" and "seshat" see to it that the two are the same before a
# command and after it.  Who looks into $vault, or changes it, while a program
# runs in the background says vault_sync after changing and before looking.
#
# The working folder is empty, $HOME is new, and $T is a folder for whatever
# else is needed; all of it is removed at the end.  The output is TAP.

test_count=0
test_bad=0
test_name=
test_why=
test_gap=
bad_count=0
status=0

seshat() {
	vault_sync
	seshat_status=0
	"$SESHAT_BIN" "$@" || seshat_status=$?
	vault_sync
	return "$seshat_status"
}

# test_that SENTENCE: begin a test.
test_that() {
	test_report
	test_name=$1
}

# todo WHY: until WHY is done this test is known to fail.  It is skipped then,
# and fails when it passes, so that this line goes.  GAPS=1 makes it a test like
# any other.
todo() {
	[ -n "${GAPS-}" ] || test_gap=$*
}

# run COMMAND...: keep its status, its output in $T/out and its errors in
# $T/err.  Standard input is empty unless it is redirected.
run() {
	ran=$*
	status=0
	vault_sync
	"$@" >"$T/out" 2>"$T/err" || status=$?
	vault_sync
}

# fail TEXT: the test has failed, and why.
fail() {
	test_bad=1
	test_why="$test_why
$*"
}

expect_status() {
	[ "$status" = "$1" ] || {
		fail "exit status $status, expected $1, of: $ran"
		fail "$(head -c 2000 "$T/err")"
	}
}

# expect_out TEXT, expect_err TEXT: all that was printed, but for the newline
# at the end.
expect_out() {
	[ "$(cat "$T/out")" = "$1" ] ||
	    fail "stdout of: $ran
--- expected
$1
--- found
$(head -c 4000 "$T/out")"
}

expect_err() {
	[ "$(cat "$T/err")" = "$1" ] ||
	    fail "stderr of: $ran
--- expected
$1
--- found
$(head -c 4000 "$T/err")"
}

# out_has REGEX, err_has REGEX: a line that fits (grep -E).
out_has() {
	grep -Eq -e "$1" "$T/out" ||
	    fail "no '$1' in stdout of: $ran
$(head -c 4000 "$T/out")"
}

err_has() {
	grep -Eq -e "$1" "$T/err" ||
	    fail "no '$1' in stderr of: $ran
$(head -c 4000 "$T/err")"
}

# out_lacks REGEX, err_lacks REGEX: no line fits.
out_lacks() {
	! grep -E -e "$1" "$T/out" >"$T/hits" ||
	    fail "'$1' in stdout of: $ran
$(head -c 4000 "$T/hits")"
}

err_lacks() {
	! grep -E -e "$1" "$T/err" >"$T/hits" ||
	    fail "'$1' in stderr of: $ran
$(head -c 4000 "$T/hits")"
}

# same FILE FILE: the same bytes.
same() {
	cmp "$1" "$2" >"$T/hits" 2>&1 || fail "$(cat "$T/hits")"
}

# flip_byte FILE AT: there stands another byte than the one that stood there.
flip_byte() {
	flipped=$(od -An -tu1 -j"$2" -N1 "$1")
	printf "\\$(printf %o $((flipped ^ 1)))" |
	    dd of="$1" bs=1 seek="$2" conv=notrunc 2>"$T/hits"
}

# check COMMAND...: it answers true.
check() {
	"$@" || fail "not so: $*"
}

test_report() {
	[ -n "$test_name" ] || return 0
	test_count=$((test_count + 1))
	if [ -n "$test_gap" ] && [ "$test_bad" != 0 ]; then
		test_bad=0
		test_name="$test_name # SKIP known gap: $test_gap"
	elif [ -n "$test_gap" ]; then
		fail "it passes: take its todo away ($test_gap)"
	fi
	if [ "$test_bad" = 0 ]; then
		echo "ok $test_count - $test_name"
	else
		bad_count=$((bad_count + 1))
		echo "not ok $test_count - $test_name"
		echo "$test_why" | sed -e 1d -e 's/^/# /'
	fi
	test_bad=0
	test_why=
	test_gap=
	test_name=
}

# at_exit COMMAND: to be done when the scenario ends, however it does; what was
# said last comes first.
at_exit_commands=

at_exit() {
	at_exit_commands="{ $1; } || :; $at_exit_commands"
	trap "$at_exit_commands" EXIT
	trap 'exit 1' HUP INT TERM
}

# skip_all WHY: nothing here can be tested on this machine.
skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

# finish: print the plan.  A scenario that stops before has failed.
finish() {
	test_report
	echo "1..$test_count"
	[ "$bad_count" = 0 ]
}

# in_folder WHY: whether the vault is one; what is about folders is skipped else.
# todo_far WHY: todo, of a vault in a bucket.
# vault_url: what the program calls the vault.
# vault_age SPAN FILE...: these were stored so long ago; in a bucket, all that is
# there is so much older.  A scenario that says so says vault_ages before.
case ${STORE-file} in
file)
	vault_sync() { :; }
	in_folder() { :; }
	todo_far() { :; }
	vault_url() { echo "file://$vault"; }
	vault_ages() { :; }
	vault_age() {
		vault_span=$1
		shift
		touch -d "$vault_span ago" "$@"
	}
	;;
s3 | swift)
	. "$SESHAT_SOURCE/tests/cli/s3.sh"
	. "$SESHAT_SOURCE/tests/cli/s3_vault.sh"
	;;
hf)
	. "$SESHAT_SOURCE/tests/cli/hf.sh"
	. "$SESHAT_SOURCE/tests/cli/hf_vault.sh"
	;;
esac
