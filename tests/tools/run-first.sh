# tools/run-first, with a program that only pretends.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

# fake STATUS: "mirror" ends with it; the rest answers.
fake() {
	cat >"$T/fake" <<EOT
#!/bin/sh
echo "\$*" >>"$T/called"
case \$1 in
mirror) [ $1 != 3 ] || echo 'No session found' >&2; exit $1 ;;
list) case \$* in *--json*) echo '{"harness":"codex","session_id":"3fa9c2d1-aa"}' ;;
    *) echo "SESSION" ;; esac ;;
esac
EOT
	chmod +x "$T/fake"
	: >"$T/called"
}

first() {
	run "$SESHAT_SOURCE/tools/run-first" "$T/fake"
}

test_that "it mirrors, lists, and shows what to try on a session that is there"
fake 0
first
expect_status 0
out_has '^SESSION$'
out_has 'show 3fa9c2d1 --text'
check test "$(head -n 1 "$T/called")" = "mirror --everywhere"

test_that "partly done is shown too, and told by the status"
fake 5
first
expect_status 5
out_has '^SESSION$'

test_that "without sessions it points to the demo"
fake 3
first
expect_status 0
err_has 'No session found'
out_has 'demo$'

test_that "a failure stays one"
fake 1
first
expect_status 1
expect_out ""

finish
