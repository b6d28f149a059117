# A part that is damaged takes its own lines away and no others; who looks at
# the session, or at lists, is told, until it is mended.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/web.sh"

command -v curl >/dev/null || skip_all "it needs curl"
id=aaaaaaaa-2222-4333-8444-555555555555
demo=$T/work/demo
mkdir -p "$demo"
cache=$XDG_CACHE_HOME/seshat/catalog
page=/sessions/claude-code/$id
api=/api/sessions/claude-code%2F$id

# five_parts: of 3 lines each; the checkpoint lists the first.
five_parts() {
	anew
	rm -rf "$cache"
	fake "$id" "$demo"
	mirror --everywhere
	for i in 2 3 4 5; do
		lines "$id" "$demo" $((i * 3 - 2)) $((i * 3)) >>"$source"
		mirror --everywhere
	done
	middle=$(parts | sed -n 3p)
	cp -p "$middle" "$T/middle"
}

# flip FILE: its content, not its header.  cut FILE: behind its header.  behead
# FILE: within it.
flip() {
	printf 'XXXX' | dd of="$1" bs=1 conv=notrunc 2>/dev/null \
	    seek=$(($(wc -c <"$1") - 14))
}

cut_off() {
	head -c $(($(wc -c <"$T/middle") - 20)) "$T/middle" >"$1"
}

behead() {
	head -c 100 "$T/middle" >"$1"
}

mend() {
	cp -p "$T/middle" "$middle"
	vault_sync
}

# hits N: of "line", all in one session.
hits() {
	run seshat search --json --limit 0 line
	expect_status 0
	[ "$(wc -l <"$T/out")" = "$1" ] ||
	    fail "$(wc -l <"$T/out") hits, not $1"
}

# all_can_be_read: nobody is told of any damage.
all_can_be_read() {
	run seshat show "$id" --text
	expect_status 0
	out_has '^line 8$'
	hits 15
	out_lacks damaged
	err_lacks damaged
	run seshat list
	out_lacks damaged
	run seshat stats
	out_lacks damaged
	run seshat stats --json
	out_has '"damaged":0,'
}

told='lines 7 to 9 cannot be read: part-00000002-[0-9a-f]{8} is (missing|damaged \(.*\))'

# shown: all but the lines 7 to 9.
shown() {
	run seshat show "$id" --text
	expect_status 5
	err_has "$id: $told\$"
	out_has "^-- $told\$"
	grep '^line' "$T/out" >"$T/found"
	printf 'line %d\n' 1 2 3 4 5 6 10 11 12 13 14 15 >"$T/want"
	same "$T/want" "$T/found"
	run seshat show "$id" --text --from 8
	expect_status 5
	err_has "$told"
	grep '^line' "$T/out" >"$T/found"
	tail -n 6 "$T/want" >"$T/tail"
	same "$T/tail" "$T/found"
	run seshat show "$id" --text --tail 7
	expect_status 5
	grep '^line' "$T/out" >"$T/found"
	same "$T/tail" "$T/found"
	run seshat show "$id" --text --from 10
	expect_status 0
	expect_err ""
	grep '^line' "$T/out" >"$T/found"
	same "$T/tail" "$T/found"
	run seshat show "$id" --raw --from 10
	expect_status 0
	tail -n 6 "$source" >"$T/tail"
	same "$T/tail" "$T/out"
	run seshat show "$id" --html
	expect_status 5
	gap_in_page
}

gap_in_page() {
	grep -Eq "<p class=\"gap\" role=\"alert\" id=\"L7\">L${told#l}. <code>seshat verify $id</code>" \
	    "$T/out" || fail "no gap: $(grep gap "$T/out")"
	has 'id="L6"'
	lacks 'id="L8"'
	has 'id="L10"'
	has 'id="L15"'
}

for how in flip cut_off behead rm; do
	test_that "$how: what stands behind it is shown, with a gap"
	five_parts
	# what no header tells, the checkpoint does
	case $how in
	behead | rm)
		run seshat stop "$id"
		expect_status 0
		;;
	esac
	hits 15
	$how "$middle"
	vault_sync
	shown

	test_that "$how: lists, statistics and a search that had read it know"
	run seshat list
	out_has '^aaaaaaaa .* damaged$'
	run seshat list --json
	out_has '"lines":15,.*"state":"damaged"'
	run seshat show "$id" --json
	out_has '"lines":15,'
	run seshat stats
	out_has '^1 session, .*; 1 damaged \(see'
	run seshat search '"line 12"'
	out_has '^aaaaaaaa .* \(damaged\)$'
	out_has '^  line 12  user  line 12$'
	err_has '^1 session is damaged: some lines cannot be read'

	test_that "$how: a search that reads it anew finds all that can be read"
	rm -rf "$cache"
	hits 12
	out_has '"line":10,.*"snippet":"line 10"'
	out_has '"line":15,.*"snippet":"line 15"'
	out_lacks '"line":[789],'
	out_has '"damaged":true'
	run seshat stats --json
	out_has '"damaged":1,'
	hits 12

	test_that "$how: the pages tell, and agree"
	serve
	soon_found() {
		get 200 "/api/search?q=line"
		grep -q '"total":12,.*"damaged":1,"fresh":true' "$T/out"
	}
	soon soon_found
	get 200 "$page"
	well_formed
	gap_in_page
	has '<dt>State</dt><dd><span class="badge damaged">'
	has 'Lines <span>1</span> to <span>15</span> of <span>15</span>'
	get 200 "$page?from=8"
	has 'class="gap"'
	has 'id="L10"'
	lacks 'id="L6"'
	get 200 "$page?from=10"
	lacks 'class="gap"'
	has 'badge damaged'
	has 'Lines <span>10</span> to <span>15</span> of <span>15</span>'
	get 200 "$page/line?line=11"
	has 'line 11'
	get 200 "/"
	has 'badge damaged'
	get 200 "/stats"
	has '<dt>Damaged sessions</dt><dd>1</dd>'
	has '<dt>Lines</dt><dd>15</dd>'
	get 200 "/search?q=line"
	has '1 session is damaged: some lines of it cannot be read'
	has 'badge damaged'
	get 200 "$api/events?limit=1000"
	is '[e["line"] for e in d["events"]] == [1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15]'
	is '[(e["kind"], e["last"]) for e in d["events"] if e["line"] == 7] == [("gap", 9)]'
	get 200 "$api/events?limit=3&from=5"
	is 'd["next"] == 10'
	get 200 /api/sessions
	is '"damage" in d["sessions"][0]'

	test_that "$how: what comes goes on behind it, and tells it once"
	: >"$T/sse"
	curl -sN --max-time 60 "$url$api/stream?from=5" >"$T/sse" &
	sse=$!
	soon grep -q '^id: 15$' "$T/sse"
	[ "$(grep -c '^event: line' "$T/sse")" = 7 ] || fail "$(cat "$T/sse")"
	[ "$(grep -c '^event: gap' "$T/sse")" = 1 ] || fail "$(cat "$T/sse")"
	check grep -Eq "^data: $told\$" "$T/sse"
	check grep -q '^id: 9$' "$T/sse"
	kill "$sse" 2>/dev/null || :
	wait "$sse" || :

	test_that "$how: once it is mended nothing of that is told"
	mend
	soon_whole() {
		get 200 "/api/search?q=line"
		grep -q '"total":15,.*"damaged":0,"fresh":true' "$T/out"
	}
	soon soon_whole
	get 200 "$page"
	lacks 'class="gap"'
	lacks damaged
	get 200 "/stats"
	lacks Damaged
	get 200 "/search?q=line"
	lacks damaged
	soon_listed() {
		get 200 / && ! grep -q 'badge damaged' "$T/out"
	}
	soon soon_listed
	end_serve
	all_can_be_read
done

test_that "where nobody knows how many lines are missing, none gets a wrong number"
five_parts
rm "$middle"
run seshat show "$id" --html
expect_status 5
grep -Eq 'id="L7">Lines from 7 on cannot be read: part-00000002-.* is missing, and nobody knows' \
    "$T/out" || fail "no gap: $(grep gap "$T/out")"
has 'id="L6"'
lacks 'id="L10"'
run seshat show "$id" --text
expect_status 5
err_has 'lines from 7 on cannot be read'
out_has '^line 6$'
out_has '^line 10$'
run seshat show "$id" --text --from 8
expect_status 5
err_has 'lines from 7 on cannot be read'
out_lacks '^line 6$'
out_has '^line 10$'
run seshat show "$id" --text --tail 4
expect_status 0
out_lacks '^line 11$'
out_has '^line 12$'
hits 6
run seshat list
out_has ' damaged$'
mend
all_can_be_read

test_that "a search that has read what is missing now still finds it"
five_parts
hits 15
rm "$middle"
vault_sync
hits 15
out_has '"damaged":true'
lines "$id" "$demo" 16 16 >>"$source"
mirror --everywhere
hits 16
out_has '"line":16,.*"snippet":"line 16"'
mend
hits 16
out_lacks damaged

test_that "many damaged parts in a row are one gap"
five_parts
run seshat stop "$id"
for n in 2 3 4; do
	flip "$(parts | sed -n ${n}p)"
done
vault_sync
run seshat show "$id" --text
expect_status 5
err_has 'lines 4 to 12 cannot be read: part-00000001-.*, and 2 more parts cannot be used$'
out_has '^line 13$'
hits 6
out_has '"line":13,'

test_that "verify tells lists what it finds, also that it is whole again"
five_parts
run seshat search line
flip "$middle"
run seshat verify
expect_status 5
run seshat list
out_has ' damaged$'
run seshat verify --repair
expect_status 0
run seshat list
out_lacks damaged
all_can_be_read

test_that "of several sessions the damaged one is told"
five_parts
fake bbbbbbbb-2222-4333-8444-555555555555 "$demo"
fake cccccccc-2222-4333-8444-555555555555 "$demo"
mirror --everywhere
run seshat search line
flip "$middle"
run seshat verify
expect_status 5
run seshat list
out_has '^aaaaaaaa .* damaged$'
out_lacks '^[bc].* damaged$'

test_that "who follows it goes on behind a part that stays damaged"
five_parts
flip "$middle"
run seshat stop "$id"
run seshat show "$id" --follow --text
expect_status 5
err_has '^seshat: 3 lines cannot be read: part-00000002-'
out_has '^line 6$'
out_has '^line 15$'

test_that "an export has the page with its gap, and says that it lacks something"
run seshat export "$id" --html -o "$T/one.zip"
python3 - "$T/one.zip" >"$T/out" <<'END'
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
for name in z.namelist():
    if name.endswith("transcript.html"):
        print(z.read(name).decode())
END
gap_in_page

finish
