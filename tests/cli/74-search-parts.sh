# 'seshat search' while the catalog is not whole, and where it cannot be: what
# is told then.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/web.sh"

command -v curl >/dev/null || skip_all "it needs curl"
command -v flock >/dev/null || skip_all "it needs flock"
demo=$T/work/demo
mkdir -p "$demo"
cache=$XDG_CACHE_HOME/seshat/catalog
holder=
at_exit '[ -z "$holder" ] || kill "$holder" 2>/dev/null'

# hold: be the process that is making the catalog.
hold() {
	mkfifo "$T/fifo" 2>/dev/null || :
	: >"$T/held"
	flock -x "$(echo "$cache"/*.lock)" sh -c 'echo held; read _ <"$1"' \
	    sh "$T/fifo" >"$T/held" &
	holder=$!
	soon grep -q held "$T/held"
}

let_go() {
	echo >"$T/fifo"
	wait "$holder" || :
	holder=
}

# unread: of three sessions only the first one has been taken in.
unread() {
	python3 - "$(echo "$cache"/*.db)" <<'END'
import sqlite3
import sys

db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE session SET seen = '' WHERE id NOT LIKE '1%'")
db.execute("DELETE FROM indexed WHERE key = ''")
db.commit()
END
}

anew
for id in 1 2 3; do
	fake "${id}aaaaaaa-2222-4333-8444-555555555555" "$demo"
	sed -i "s/line 2/a wombat/" "$source"
done
mirror --everywhere
run seshat search wombat
expect_status 0
check test ! -s "$T/err"
run seshat search wombat --json
check test "$(wc -l <"$T/out")" = 3

test_that "a project that nobody has is told so"
run seshat stats --project nope
expect_status 3
err_has "no project 'nope'"
run seshat stats --project demo --since 2030-01-01
expect_status 0
out_has '^0 sessions'

test_that "a search while the catalog is being made says how much it looked at"
unread
hold
run seshat search wombat
expect_status 0
out_has '^1aaaaaaa '
err_has '^another process is making the catalog: waiting for it$'
err_has '^the catalog is still being made \(1 of 3 sessions\): this answer is not complete$'

test_that "and does not say that there is nothing"
run seshat search platypus
expect_status 0
expect_out ""
err_has '^nothing found so far$'
err_lacks '^nothing found$'
err_has 'this answer is not complete$'

test_that "--json says so, too, behind the hits"
run seshat search wombat --no-update --json
expect_status 0
check test "$(wc -l <"$T/out")" = 4
check test "$(tail -n 1 "$T/out")" = \
    '{"complete":false,"sessions_read":1,"sessions_stored":3}'
run seshat stats --no-update --json
expect_status 0
out_has '"complete":false'

test_that "so do the API and the pages, until it is whole"
serve
get 200 '/api/search?q=platypus'
out_has '"complete":false,"sessions_read":1,"sessions_stored":3'
get 200 '/api/stats'
out_has '"complete":false,"sessions_read":1,"sessions_stored":3'
get 200 '/search?q=platypus' -H 'Accept: text/html'
out_has 'The catalog is still being made \(1 of 3 sessions\)'
out_has 'Nothing found so far'
out_lacks 'No transcript says that'
get 200 '/stats' -H 'Accept: text/html'
out_has 'The catalog is still being made \(1 of 3 sessions\)'
let_go
is_whole() {
	curl -s "$url/api/search?q=platypus" | grep -q '"complete":true'
}
soon is_whole
get 200 '/search?q=platypus&x=1' -H 'Accept: text/html'
out_has 'No transcript says that'
end_serve

test_that "it waits for a process that ends soon"
unread
hold
"$SESHAT_BIN" search --json wombat >"$T/waited" 2>"$T/waited.err" &
pid=$!
soon grep -q 'waiting for it' "$T/waited.err"
let_go
wait "$pid" || fail "$(cat "$T/waited.err")"
pid=
check test "$(wc -l <"$T/waited")" = 3
check test "$(grep -c complete "$T/waited")" = 0

test_that "one that was never made is no vault without hits"
rm -rf "$cache"
run seshat search wombat --no-update
expect_status 0
err_has '^nothing found so far$'
err_has '^the catalog is still being made: this answer is not complete$'

test_that "a cache that cannot be written is done without, with a warning"
TMPDIR=$T/tmp
export TMPDIR
mkdir -p "$TMPDIR"
echo >"$T/file"
run env XDG_CACHE_HOME="$T/file" "$SESHAT_BIN" search wombat --json
expect_status 0
check test "$(wc -l <"$T/out")" = 3
err_has "$T/file.*: the catalog is made in $TMPDIR/seshat-catalog-.*XDG_CACHE_HOME"
check test -z "$(ls "$TMPDIR")"
XDG_CACHE_HOME=$T/file serve
soon is_whole
get 200 '/api/search?q=wombat'
out_has '"total":3,'
end_serve
err_has 'the catalog is made in'
check test -z "$(ls "$TMPDIR")"

test_that "where there is no place at all, a server says why it cannot search"
rm -rf "$cache"
run seshat search wombat
for file in "$cache"/*.db; do
	rm "$file"*
	ln -s "$T/elsewhere" "$file"
done
serve
get 503 '/api/search?q=wombat'
out_has 'no search: the catalog cannot be had \(.*symbolic links.*XDG_CACHE_HOME'
get 503 '/search?q=wombat' -H 'Accept: text/html'
out_has 'the catalog cannot be had'
get 200 '/api/sessions'
end_serve

finish
