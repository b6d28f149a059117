# A session of over 4 GiB, most of it NULs that cost nothing on the disk.  Takes
# minutes: 'make stress'.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/accident.sh"

# back: what is stored is the source, in one stream.  It is not kept.
back() {
	seshat show "$a" --raw | cmp - "$source" >"$T/hits" 2>&1 ||
	    fail "$(cat "$T/hits")"
	[ "$(streams "$a")" = 1 ] || fail "$(streams "$a") streams"
}

test_that "a session of 4 GiB is mirrored, grows, and comes back"
anew
fake "$a" "$demo" 3
truncate -s 4294967200 "$source"
printf '\n' >>"$source"
lines "$a" "$demo" 4 6 >>"$source"
run seshat mirror --everywhere
expect_status 0
back
lines "$a" "$demo" 7 9 >>"$source"
run seshat mirror --everywhere
expect_status 0
back
run seshat show "$a" --tail 3 --raw
tail -n 3 "$source" >"$T/tail"
same "$T/tail" "$T/out"
run seshat show "$a"
out_has "^size .*\\($(wc -c <"$source") bytes\\)"
run seshat verify --source
expect_status 0

test_that "a session of 4 GiB: no more memory than a small one needs"
rm -r "$vault" "$XDG_STATE_HOME/seshat"
run sh -c 'ulimit -v 1048576; exec "$@"' - "$SESHAT_BIN" mirror --everywhere
expect_status 0

test_that "a session of 4 GiB that was rewritten: both are kept"
first=$(seshat show "$a" --json | sed 's/.*"stream":"\([0-9a-f]*\)".*/\1/')
cp --sparse=always "$source" "$T/first"
lines "$a" "$demo" 1 3 >"$source"
run seshat mirror --everywhere
expect_status 0
run seshat show "$a" --raw
same "$source" "$T/out"
seshat show "$a" --raw --stream "$first" | cmp - "$T/first" >"$T/hits" 2>&1 ||
    fail "$(cat "$T/hits")"

finish
