# 'seshat search' and 'seshat stats': what a plain scan of the same sessions
# finds and counts, whatever happens to the catalog.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

command -v curl >/dev/null || skip_all "it needs curl"
a=aaaaaaaa-2222-4333-8444-555555555555
demo=$T/work/demo
mkdir -p "$demo"
cache=$XDG_CACHE_HOME/seshat/catalog
seed=${SEED:-2026}
echo "# SEED=$seed"
pid=
at_exit '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null'

scan() {
	python3 "$SESHAT_SOURCE/tests/cli/search_scan.py" "$@"
}

db() {
	echo "$cache"/*.db
}

# says WORDS: a line of session $a.
says() {
	source=$(source_of "$a" "$demo")
	mkdir -p "${source%/*}"
	printf '{"type":"user","sessionId":"%s","cwd":"%s","message":{"role":"user","content":"%s"}}\n' \
	    "$a" "$demo" "$1" >>"$source"
}

# finds N QUERY...: so many hits.
finds() {
	finds_n=$1
	shift
	run seshat search --json --limit 0 "$@"
	expect_status 0
	[ "$(wc -l <"$T/out")" = "$finds_n" ] ||
	    fail "$(wc -l <"$T/out") hits, expected $finds_n, of: $ran
$(head -c 2000 "$T/out" "$T/err")"
}

# as_scanned N: so many random queries have the hits of a scan.
as_scanned() {
	folder=$(dirname "$(source_of x "$demo")")
	seed=$((seed + 1))
	scan queries "$folder" "$seed" "$1" >"$T/queries"
	while read -r query; do
		run seshat search --no-update --json --limit 0 "$query"
		expect_status 0
		scan hits <"$T/out" >"$T/found"
		scan scan "$folder" "$query" >"$T/scanned"
		cmp -s "$T/found" "$T/scanned" ||
		    fail "SEED=$seed, $query: $(diff "$T/scanned" "$T/found" |
			head -5)"
	done <"$T/queries"
	run seshat stats --no-update --json
	expect_status 0
	scan stats <"$T/out" >"$T/found"
	scan totals "$folder" >"$T/scanned"
	cmp -s "$T/found" "$T/scanned" ||
	    fail "SEED=$seed, stats: $(diff "$T/scanned" "$T/found" | head -9)"
}

make() {
	fake "$a" "$demo"
	rm "$source"
	scan make "${source%/*}" "$seed" "$1" "$demo"
}

anew
make 20
mirror --everywhere

test_that "hits and counts are those of a plain scan"
run seshat search --limit 1 retry
expect_status 0
as_scanned 25

test_that "so they are after sessions have grown and others have come"
for file in "${source%/*}"/*0*.jsonl; do
	head -n 7 "$file" | sed 's/"uuid":"/&again-/' >>"$T/more"
	cat "$T/more" >>"$file"
	rm "$T/more"
done
seed=$((seed + 1))
scan make "${source%/*}" "$seed" 5 "$demo"
mirror --everywhere
run seshat search --limit 1 retry
expect_status 0
as_scanned 15

test_that "so they are when all parts have been merged, and merged with new ones"
ids=$(seshat list --json --limit 0 | sed 's/.*"session_id":"\([^"]*\)".*/\1/')
for id in $ids; do
	run seshat compact "$id"
	expect_status 0
done
mirror --everywhere
run seshat search --limit 1 retry
expect_status 0
as_scanned 10

test_that "a catalog that was made from nothing tells the same"
rm -rf "$cache"
run seshat search --limit 1 retry
expect_status 0
as_scanned 10

test_that "nobody else can read it"
check test "$(stat -c %a "$cache" "$(db)" | tr '\n' ' ')" = "700 600 "

test_that "two that begin at once both find everything"
rm -rf "$cache"
"$SESHAT_BIN" search --json --limit 0 retry >"$T/one" 2>"$T/err1" &
one_pid=$!
"$SESHAT_BIN" search --json --limit 0 retry >"$T/two" 2>"$T/err2" ||
    fail "$(cat "$T/err2")"
wait "$one_pid" || fail "$(cat "$T/err1")"
same "$T/one" "$T/two"
as_scanned 3

for damage in "truncated" "overwritten in the middle" "overwritten at the end" \
    "of another program" "of another version" "empty"; do
	test_that "a catalog that is $damage is made anew"
	size=$(stat -c %s "$(db)")
	rm -f "$(db)"-wal "$(db)"-shm
	case $damage in
	truncated) truncate -s $((size / 2)) "$(db)" ;;
	*middle) dd if=/dev/urandom of="$(db)" bs=8192 seek=2 \
	    count=$((size / 8192 - 4)) conv=notrunc status=none ;;
	*end) dd if=/dev/urandom of="$(db)" bs=8192 \
	    seek=$((size / 8192 - 30)) count=29 conv=notrunc status=none ;;
	*program) echo "these are notes" >"$(db)" ;;
	*version) printf '\377' | dd of="$(db)" bs=1 seek=60 conv=notrunc \
	    status=none ;;
	empty) : >"$(db)" ;;
	esac
	run seshat search --json --limit 0 retry
	expect_status 0
	cut -c 1-60 "$T/out" | sort >"$T/now"
	cut -c 1-60 "$T/one" | sort >"$T/then"
	same "$T/then" "$T/now"
done

test_that "a link in its place is not followed"
mv "$(db)" "$T/elsewhere.db"
ln -s "$T/elsewhere.db" "${cache%/*}/link"
for file in "$cache"/*.lock; do
	ln -s "$T/elsewhere.db" "${file%.lock}.db"
done
cp "$T/elsewhere.db" "$T/before.db"
run seshat search retry
check test "$status" -ne 0
same "$T/before.db" "$T/elsewhere.db"
rm -rf "$cache"

test_that "killed at any moment it goes on"
for wait in 0.005 0.01 0.02 0.04 0.08; do
	rm -rf "$cache"
	timeout -s KILL "$wait" "$SESHAT_BIN" search retry >/dev/null 2>&1 || :
	timeout -s KILL "$wait" "$SESHAT_BIN" search retry >/dev/null 2>&1 || :
	finds "$(wc -l <"$T/one")" retry
done
as_scanned 3

test_that "filters narrow it down, and what must not be there is not"
anew
says "one quokka here"
says "another quokka, and a wombat"
says "quokkas are many"
mirror --everywhere
finds 2 quokka
finds 3 'quokka*'
finds 1 'quokka -wombat'
finds 1 '"quokka and a wombat"'
finds 0 '"wombat quokka"'
finds 2 quokka project:demo harness:claude-code role:user kind:text \
    session:aaaa
finds 2 QUOKKA project:DEMO
finds 0 quokka project:other
finds 0 'quokka -project:demo'
finds 0 quokka role:assistant
finds 0 quokka --tool Bash
finds 2 quokka --project demo --role user --harness claude-code

test_that "the line that is told is the one, in words and as JSON"
run seshat search wombat
expect_status 0
out_has '^aaaaaaaa  claude-code  demo  '
out_has '^  line 2  user  .*another quokka, and a wombat$'
run seshat search wombat --json
expect_status 0
out_has '"line":2,.*"snippet":"another quokka, and a wombat","highlights":\[\[22,28\]\]'

test_that "nothing found is no failure"
run seshat search platypus
expect_status 0
expect_out ""
expect_err "nothing found"

test_that "what is no word does not count"
run seshat search --json --limit 0 wombat
cp "$T/out" "$T/want"
[ -s "$T/want" ] || fail "nothing is found"
for query in 'wombat -' 'wombat 😀' 'wombat – …' '→ wombat'; do
	run seshat search --json --limit 0 -- "$query"
	expect_status 0
	same "$T/want" "$T/out"
done

test_that "a query that means nothing says why"
for query in '' '""' '--' 'role:nobody' 'since:yesterday' 'tool:'; do
	run seshat search -- "$query"
	expect_status 2
done
run seshat search
expect_status 2

test_that "no syntax of the database's gets through"
for query in 'a" OR "b' 'NEAR(a b)' 't:quokka' 'm : r1' '(quokka' 'quokka)' \
    '^quokka' 'a + b' '{t} : x' "it's" '"open' 'quokka AND' '-' '*' 'a*b*'; do
	run seshat search -- "$query"
	case $status in
	0 | 2) ;;
	*) fail "status $status of $query: $(cat "$T/err")" ;;
	esac
	err_lacks 'damaged|syntax|fts5'
done

test_that "a session that was removed cannot be found, and leaves nothing"
finds 2 quokka
run seshat rm "$a" --yes
expect_status 0
finds 0 quokka
for file in "$cache"/*; do
	check test "$(LC_ALL=C grep -a -c -E 'quokka|wombat' "$file")" = 0
done

test_that "what an audit has replaced cannot be found any more"
anew
key=AKIA$(printf %s QYLPMN5HHHFPZAM2)
says "it is $key, is it?"
says "one quokka here"
run seshat mirror --everywhere --no-redact
expect_status 0
finds 1 "$key"
run seshat audit --fix
finds 0 "$key"
finds 1 quokka
for file in "$cache"/*; do
	check test "$(LC_ALL=C grep -a -i -c "$key" "$file")" = 0
done

test_that "what is mirrored meanwhile is found as it comes"
anew
says "the first capybara"
mirror --everywhere
vault_sync
"$SESHAT_BIN" mirror --everywhere --follow --interval 0.05 \
    >/dev/null 2>&1 &
pid=$!
for n in 1 2 3 4 5 6 7 8; do
	says "capybara number $n"
	soon=0
	until [ "$("$SESHAT_BIN" search --json --limit 0 capybara |
	    wc -l)" = $((n + 1)) ]; do
		soon=$((soon + 1))
		[ "$soon" -lt 300 ] || {
			fail "capybara $n is not found"
			break
		}
		sleep 0.05
	done
done
kill "$pid"
wait "$pid" || :
pid=

test_that "a server finds what it mirrors, and what others do"
anew
says "the first capybara"
mirror --everywhere
: >"$T/serve"
vault_sync
"$SESHAT_BIN" serve --listen 127.0.0.1:0 --follow >"$T/serve" 2>"$T/serve.err" &
pid=$!
soon=0
until grep -q serving "$T/serve" || [ "$soon" -gt 300 ]; do
	soon=$((soon + 1))
	sleep 0.05
done
url=$(sed -n 's/serving //p' "$T/serve")
for n in 1 2 3; do
	says "capybara number $n"
	soon=0
	until curl -s "$url/api/search?q=capybara&limit=$soon" |
	    grep -q "\"total\":$((n + 1)),"; do
		soon=$((soon + 1))
		[ "$soon" -lt 100 ] || {
			fail "capybara $n is not found: $(cat "$T/serve.err")"
			break
		}
		sleep 0.2
	done
done
curl -s "$url/api/search?q=capybara" >"$T/out"
out_has '"line":1,.*"snippet":"the first capybara","highlights":\[\[10,18\]\]'
curl -s "$url/api/search?q=role:nobody" >"$T/out"
out_has '"detail": *"role:nobody is none of'
curl -s "$url/api/stats" >"$T/out"
out_has '^{"sessions":1,.*"fresh":true}'
kill "$pid"
wait "$pid" || :
pid=

if in_folder "a look costs nothing there"; then :; else
	test_that "a second search reads no part"
	anew
	for n in 1 2 3 4 5 6 7 8 9; do
		says "one quokka here, $(head -c 40000 /dev/urandom |
		    od -An -v -tu2 | tr -d '\n')"
		mirror --everywhere
	done
	finds 9 quokka
	seshat --stats --json search quokka >/dev/null 2>"$T/err"
	# of the parts, some 30 KB each, nothing: only the index, and the
	# checkpoint of a session that goes on
	got=$(sed -n 's/.*"got_bytes":\([0-9]*\).*/\1/p' "$T/err")
	check test "$got" -lt 40000
	rm -rf "$cache"
	seshat --stats --json search quokka >/dev/null 2>"$T/err"
	got=$(sed -n 's/.*"got_bytes":\([0-9]*\).*/\1/p' "$T/err")
	check test "$got" -gt 200000
fi

finish
