# The pages of 'seshat serve': docs/pages.md.  tests/cli/pages.py looks at how
# they are made.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/web.sh"

command -v curl >/dev/null || skip_all "it needs curl"
pages="/usr/bin/python3 $SESHAT_SOURCE/tests/cli/pages.py"
a=aaaaaaaa-2222-4333-8444-555555555555
b=bbbbbbbb-2222-4333-8444-555555555555
odd='o"dd<b>%2e é'
demo=$T/work/demo
notes=$T/work/notes
# get STATUS PATH [CURL-ARGUMENT...]: body in $T/out, headers in $T/head; of a
# browser that remembers cookies.
get() {
	want=$1
	path=$2
	shift 2
	: >"$T/out"
	ran="GET $path $*"
	found=$(curl -s --path-as-is -D "$T/head" -o "$T/out" -b "$T/jar" \
	    -c "$T/jar" -H 'Accept: text/html' -w '%{http_code}' "$@" \
	    "$url$path") || :
	[ "$found" = "$want" ] || fail "status $found, not $want: $ran
$(head -c 500 "$T/out")"
}

# page PATH: a page, which is made well.
page() {
	get 200 "$@"
	check test "$(header Content-Type)" = "text/html; charset=utf-8"
	$pages check "$T/out" >"$T/hits" 2>&1 || fail "$ran: $(cat "$T/hits")"
}

# post STATUS PATH FIELD...: the form of the page, filled in.
post() {
	post_want=$1
	path=$2
	shift 2
	get 200 "$path"
	csrf=$(sed -n 's/.*name="csrf" value="\([0-9a-f]*\)".*/\1/p' "$T/out")
	n=$(sed -n 's/.*name="sessions" value="\([0-9a-f]*\)".*/\1/p' "$T/out")
	for field; do
		set -- "$@" --data-urlencode "$field"
		shift
	done
	get "$post_want" "$path" -H "Origin: $url" --data-urlencode "csrf=$csrf" \
	    --data-urlencode "sessions=$n" "$@"
}

# text: what the last page says, without its tags.
text() {
	tr '\n' ' ' <"$T/out" | sed 's/<[^>]*>/ /g; s/  */ /g'
}

says() {
	text | grep -qF -- "$1" || fail "does not say '$1': $ran"
}

says_not() {
	! text | grep -qF -- "$1" || fail "says '$1': $ran"
}

# titled ID TITLE: a line whose text is the session's title.
titled() {
	printf '{"type":"user","sessionId":"%s","cwd":"%s","timestamp":"%s",' \
	    "$1" "$notes" 2026-01-01T00:00:00.000Z
	printf '"uuid":"1","message":{"role":"user","content":"%s"}}\n' "$2"
}

anew
test_that "an empty vault says what to do"
serve
page /
says "No sessions yet"
says "seshat mirror --everywhere"
page /stats
page /search
page '/search?q=word'
says "Nothing found"
get 404 /projects/demo
get 404 /projects/demo/settings
end_serve

mkdir -p "$demo/.git" "$notes/.git"
fake "$a" "$demo" 30
fake "$b" "$notes" 3
titled "$b" '<script>alert(1)</script> \u202eevil\u0007 & \"x\" 100%' >"$source"
fake "$odd" "$notes" 2
titled x 'Odd one' >"$source"
agents=$(source_of "$a" "$demo")
agents=${agents%.jsonl}/subagents
mkdir -p "$agents"
lines "$a" "$demo" 1 4 >"$agents/agent-a1.jsonl"
mkdir -p "$T/ws"
echo 12345 >"$T/ws/five"
mirror --everywhere --no-redact
run seshat workspace add "$a" "$T/ws"
expect_status 0
serve

test_that "the list has every session, and subagents are counted"
page /
says "3 sessions and 1 subagent"
check grep -q "href=\"/sessions/claude-code/$a\"" "$T/out"
check grep -q "href=\"/?parent=$a\"" "$T/out"
says "1 subagent"
! grep -q "href=\"/sessions/claude-code/$a.a1\"" "$T/out" ||
    fail "a subagent has a row"
page "/?parent=$a"
check grep -q "href=\"/sessions/claude-code/$a.a1\"" "$T/out"

test_that "titles and ids that are made to harm are text"
page /
check grep -qF '&lt;script&gt;alert(1)&lt;/script&gt;' "$T/out"
! grep -qF '<script>' "$T/out" || fail "a script got through"
check grep -qF '/sessions/claude-code/o%22dd%3Cb%3E%252e%20%C3%A9"' "$T/out"

test_that "nothing in a page but what comes from here"
get 200 /
header Content-Security-Policy >"$T/policy"
check grep -q "default-src 'none'" "$T/policy"
! grep -q unsafe "$T/policy" || fail "$(cat "$T/policy")"
for file in $(sed -n 's/.*\(href\|src\)="\(\/assets\/[^"]*\)".*/\2/p' "$T/out"); do
	get 200 "$file"
done

test_that "filters and order: a form that a link can say, too"
page '/?q=ODD+one'
says "1 session that fits"
says_not "subagent"
page '/?q=nothing-has-this'
says "No session fits"
page '/?harness=claude-code&sort=size'
check test "$(grep -o 'class="go" href="[^"]*"' "$T/out" | head -n 1)" = \
    "class=\"go\" href=\"/sessions/claude-code/$a\""
page '/?harness=codex'
says "No session fits"

test_that "a project's row: its name, and Settings, Download, Trash in this order"
page /projects/demo
check grep -q 'href="/projects/demo" title="demo" aria-current="page"' "$T/out"
tr '\n' ' ' <"$T/out" | grep -o '<li class="row"><a class="name" href="/projects/demo".*' |
    sed 's/<\/li>.*//' | grep -o 'href="[^"]*"' | tr '\n' ' ' >"$T/order"
check test "$(cat "$T/order")" = 'href="/projects/demo" href="/projects/demo/settings" href="/api/projects/demo/download" href="/projects/demo/trash" '
get 200 /api/projects/demo/download
check test "$(header Content-Type)" = application/zip
get 404 /projects/nothing
says "no project"

test_that "conditional requests"
get 200 /search
tag=$(header ETag)
get 304 /search -H "If-None-Match: $tag"
check test ! -s "$T/out"

test_that "every page that links lead to is well made"
run $pages crawl "$url" / /stats '/search?q=line'
expect_status 0
expect_err ""
out_has '^/projects/notes/trash$'

test_that "search marks what it found and links to the line"
page '/search?q=%22line+7%22'
check grep -qF '<mark>' "$T/out"
check grep -q "href=\"/sessions/claude-code/$a?line=7#L7\"" "$T/out"
says "line 7"
page '/search?q=%3Cscript%3E'
page '/search?q=role:nobody'
says "What can be asked"
page '/search?q=zzzz-nothing'
says "Nothing found"
page '/search?q=line&sort=relevance'
get 400 '/search?q=line&offset=x'

test_that "stats"
page /stats
says "Sessions 4"
says "By project"

test_that "settings tell where a project is"
page /projects/demo/settings
says "Key demo"
says "Sessions 2"
check grep -q '<code>\(file\|s3\)://' "$T/out"

test_that "a project is renamed, and its key stays"
post 303 /projects/demo/settings 'name= Das <Tor> & "mehr" '
check test "$(header Location)" = "/projects/demo/settings?done=renamed"
page '/projects/demo/settings?done=renamed'
check grep -q 'role="status"' "$T/out"
says 'Settings of Das &lt;Tor&gt; &amp; &quot;mehr&quot;'
page /
says 'Das &lt;Tor&gt;'
check grep -q 'href="/projects/demo" title="demo"' "$T/out"
vault_sync
run cat "$vault/demo/project.json"
out_has '"schema_version":1,"name":"Das <Tor> & \\"mehr\\""'
run seshat list
out_has ' demo '

test_that "what the document has besides stays"
printf '{"schema_version":1,"name":"x","mine":[1]}\n' >"$vault/demo/project.json"
vault_sync
post 303 /projects/demo/settings 'name=Neu'
vault_sync
run cat "$vault/demo/project.json"
out_has '"name":"Neu","mine":\[1\]'

test_that "names that are none are refused, and told"
long=$(printf '%0101d' 0)
post 400 /projects/demo/settings "name=$long"
check grep -q 'role="alert"' "$T/out"
check grep -q "value=\"$long\"" "$T/out"
post 400 /projects/demo/settings "name=$(printf 'a\342\200\256b')"
post 400 /projects/demo/settings "name=$(printf 'a\nb')"
# soft hyphen, zero width space, Hangul filler, a tag, nothing but blanks
for name in 'a\302\255b' 'a\342\200\213b' '\343\205\244' \
    'a\363\240\201\201' '\342\200\215' '\302\240\343\200\200\342\240\200'; do
	post 400 /projects/demo/settings "name=$(printf "$name")"
	says "seen"
done
# a family, and a word that needs its joiner
for name in '\360\237\221\251\342\200\215\360\237\221\247' \
    '\331\205\333\214\342\200\214\330\256\331\210'; do
	post 303 /projects/demo/settings "name=$(printf "$name")"
done
post 303 /projects/demo/settings 'name=Neu'
page /projects/demo
says Neu
post 303 /projects/demo/settings 'name='
page /projects/demo
says_not Neu

test_that "forms of others change nothing"
for path in /projects/demo/settings /projects/demo/trash \
    "/sessions/claude-code/$a/trash"; do
	get 403 "$path" -d do=remove -d sessions=2 -d name=x
	get 403 "$path" -d do=remove -d sessions=2 -d name=x -H "Origin: $url"
	get 403 "$path" -d do=remove -d sessions=2 -d name=x -d csrf=00 \
	    -H "Origin: $url"
	get 403 "$path" -d do=remove -d sessions=2 -d name=x \
	    -H "Origin: http://evil.example"
done
page /projects/demo
says_not " x "

test_that "Trash asks, and says what goes and what stays"
page /projects/demo/trash
says "2 sessions: 34 lines"
says "1 file of their workspaces: 6 B"
says "what the agent itself keeps"
page "/sessions/claude-code/$a/trash"
says "1 session: 30 lines"
says "1 subagent of this session"
get 404 /sessions/claude-code/nothing/trash
get 404 "/sessions/claude-code/aaaaaaaa/trash"

test_that "Keep keeps, and a count that is not true any more asks again"
post 303 /projects/demo/trash do=keep
check test "$(header Location)" = "/projects/demo?done=kept"
get 200 /projects/demo/trash
csrf=$(sed -n 's/.*name="csrf" value="\([0-9a-f]*\)".*/\1/p' "$T/out")
get 303 /projects/demo/trash -H "Origin: $url" -d "csrf=$csrf" -d sessions=9 \
    -d do=remove
check test "$(header Location)" = "/projects/demo/trash?done=changed"
get 400 /projects/demo/trash -H "Origin: $url" -d "csrf=$csrf" -d sessions=2
run seshat list --json
check test "$(wc -l <"$T/out")" -eq 4

test_that "a session goes, also one with an odd id"
post 303 /sessions/claude-code/o%22dd%3Cb%3E%252e%20%C3%A9/trash do=remove
check test "$(header Location)" = "/?done=session-removed"
page '/?done=session-removed'
says "The session was removed."
says_not "Odd one"
run seshat list --json
check test "$(wc -l <"$T/out")" -eq 3
post 303 "/sessions/claude-code/$a/trash" do=remove

test_that "and no mirror brings it back"
mirror --everywhere
run seshat show "$a"
expect_status 3

test_that "a project goes, its name too"
post 303 /projects/demo/settings 'name=Weg'
post 303 /projects/demo/trash do=remove
check test "$(header Location)" = "/?done=project-removed"
page /
says_not Weg
get 404 /projects/demo
vault_sync
check test ! -e "$vault/demo/project.json"
run seshat list --json
check test "$(wc -l <"$T/out")" -eq 1
check test -e "$(source_of "$a" "$demo")"

test_that "a text that is none of ours is not shown"
page '/?done=%3Cb%3Enone-of-ours'
says_not none-of-ours
end_serve

test_that "what is deleted soon is told"
rm -rf "$XDG_CACHE_HOME/seshat"
touch -d '29 days ago' "$(source_of "$b" "$notes")"
fake cccccccc-2222-4333-8444-555555555555 "$notes" 3
touch -d '29 days ago' "$source"
serve
told() {
	get 200 /
	grep -q 'deleted by claude-code' "$T/out"
}
soon told
page /
says "2 transcripts are deleted by claude-code within 3 days"
says "1 not stored yet"
says "is not protected"
test_that "a form removes the sessions that its page told of, and no others"
swap=$T/work/swap
mkdir -p "$swap/.git"
fake eeeeeeee-2222-4333-8444-555555555555 "$swap" 3
mirror --everywhere
get 200 /projects/swap/trash
csrf=$(sed -n 's/.*name="csrf" value="\([0-9a-f]*\)".*/\1/p' "$T/out")
n=$(sed -n 's/.*name="sessions" value="\([0-9a-f]*\)".*/\1/p' "$T/out")
run seshat rm --yes eeeeeeee
expect_status 0
fake dddddddd-2222-4333-8444-555555555555 "$swap" 3
mirror --everywhere
get 303 /projects/swap/trash -H "Origin: $url" -d "csrf=$csrf" \
    -d "sessions=$n" -d do=remove
check test "$(header Location)" = "/projects/swap/trash?done=changed"
run seshat show dddddddd --raw
expect_status 0

end_serve

test_that "a list goes on on the next page"
anew
for i in $(seq 105); do
	fake "$(printf '%08d-2222-4333-8444-555555555555' "$i")" "$demo" 1
done
mirror --everywhere --no-redact
serve
page /
check test "$(grep -c 'class="go"' "$T/out")" -eq 100
next=$(sed -n 's/.*rel="next" href="\([^"]*\)".*/\1/p' "$T/out" | sed 's/&amp;/\&/g')
grep -o 'class="go" href="[^"]*"' "$T/out" >"$T/rows"
page "$next"
check test "$(grep -c 'class="go"' "$T/out")" -eq 5
grep -o 'class="go" href="[^"]*"' "$T/out" >>"$T/rows"
check test "$(sort -u "$T/rows" | wc -l)" -eq 105
end_serve

test_that "a volume: files, projects of any name, and nothing to change"
v=$T/volume
mkdir -p "$v/sessions/$a" "$v/sessions/s&<2>"
echo 1 >"$v/sessions/$a/file"
printf '%s' '{"x <b>\"&%2F é":["'"$a"'","s&<2>"],"empty":[]}' >"$v/projects.json"
serve --volume "$v"
page /
says 'x &lt;b&gt;&quot;&amp;%2F é'
tr '\n' ' ' <"$T/out" | grep -o '<li class="row"><a class="name" href="/projects/empty".*' |
    sed 's/<\/li>.*//' >"$T/row"
check grep -q '<button type="button" class="control download disabled" disabled' "$T/row"
! grep -q 'href="/api' "$T/row" || fail "an empty project can be downloaded"
page /projects/empty
says "No sessions"
page '/projects/x%20%3Cb%3E%22&%252F%20%C3%A9'
page '/projects/x%20%3Cb%3E%22&%252F%20%C3%A9/settings'
says "Projects of a volume are named by"
page '/projects/x%20%3Cb%3E%22&%252F%20%C3%A9/trash'
says "Nothing is removed from a volume"
page /search
says "Nothing to search"
page /stats
run $pages crawl "$url" /
expect_status 0
expect_err ""
get 200 /projects/empty/settings
csrf=$(sed -n 's/.*name="csrf" value="\([0-9a-f]*\)".*/\1/p' "$T/out")
check test -z "$csrf"
end_serve

finish
