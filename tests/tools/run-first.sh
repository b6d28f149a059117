# tools/run-first, with a program that only pretends.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

# fake STATUS: "mirror" ends with it; the rest answers, and serves nothing.
fake() {
	cat >"$T/fake" <<EOT
#!/bin/sh
echo "\$*" >>"$T/called"
case \$1 in
mirror) [ $1 != 3 ] || echo 'No session found' >&2; exit $1 ;;
serve) echo 'serving http://127.0.0.1:7717' ;;
list) case \$* in *--json*) echo '{"harness":"codex","session_id":"3fa9c2d1-aa"}' ;;
    *) echo "SESSION" ;; esac ;;
esac
EOT
	chmod +x "$T/fake"
	: >"$T/called"
}

first() {
	run "$SESHAT_SOURCE/tools/run-first" "$T/fake" "$@"
}

test_that "it mirrors, lists, and shows what to try on a session that is there"
fake 0
first
expect_status 0
out_has '^SESSION$'
out_has 'show 3fa9c2d1 --text'
check test "$(head -n 1 "$T/called")" = "mirror --everywhere"

test_that "it ends in pages, whose address it prints, and which mirror on"
out_has '^serving http://127.0.0.1:7717$'
check test "$(tail -n 1 "$T/called")" = "serve --follow"
first --listen 127.0.0.1:0
check test "$(tail -n 1 "$T/called")" = "serve --follow --listen 127.0.0.1:0"

test_that "partly done is shown too, and told by the status"
fake 5
first
expect_status 5
out_has '^SESSION$'

test_that "without sessions it points to the demo, and waits for some"
fake 3
first
expect_status 0
err_has 'No session found'
out_has 'demo$'
check test "$(tail -n 1 "$T/called")" = "serve --follow"

test_that "a failure stays one"
fake 1
first
expect_status 1
expect_out ""
check test "$(cat "$T/called")" = "mirror --everywhere"

finish
