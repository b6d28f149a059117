# 'seshat search' finds sessions by their titles, wherever those come from: what
# a hit in one looks like, what narrows it down, and when it goes away.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/web.sh"

command -v curl >/dev/null || skip_all "it needs curl"
a=aaaaaaaa-2222-4333-8444-555555555555
b=bbbbbbbb-2222-4333-8444-555555555555
c=cccccccc-2222-4333-8444-555555555555
demo=$T/work/demo
other=$T/work/other
mkdir -p "$demo" "$other"

# titled ID CWD TITLE: Claude Code gives it that name.
titled() {
	printf '{"type":"custom-title","customTitle":"%s","sessionId":"%s"}\n' \
	    "$3" "$1" >>"$(source_of "$1" "$2")"
}

# says ID CWD TIME ROLE WORDS
says() {
	printf '{"type":"%s","sessionId":"%s","cwd":"%s","timestamp":"%s","message":{"role":"%s","content":"%s"}}\n' \
	    "$4" "$1" "$2" "$3" "$4" "$5" >>"$(source_of "$1" "$2")"
}

# finds "ID KIND..." QUERY...: these hits, in this order.
finds() {
	finds_want=$1
	shift
	run seshat search --json --limit 0 "$@"
	expect_status 0
	finds_is=$(sed 's/.*"session_id":"\(.\)[^"]*".*"kind":"\([^"]*\)".*/\1 \2/' \
	    "$T/out" | tr '\n' ' ')
	[ "${finds_is% }" = "$finds_want" ] ||
	    fail "hits '$finds_is', expected '$finds_want', of: $ran"
}

anew
fake "$a" "$demo"
titled "$a" "$demo" "Why the quokka's crêpe test is flaky"
fake "$b" "$other"
says "$b" "$other" 2026-03-01T00:00:00Z assistant "a flaky answer"
titled "$b" "$other" "Wombats, and a quokka"
fake "$c" "$demo" 0
says "$c" "$demo" 2026-02-01T00:00:00Z user "numbat   in\\na burrow"
says "$c" "$demo" 2026-02-01T00:00:01Z assistant "which numbat"
mirror --everywhere

test_that "a word that stands in the title alone is found"
finds "a title" test
finds "b title a title" quokka
run seshat search --json test
out_has '"title":"Why the quokka.s crêpe test is flaky","line":null,'
out_has '"time":"2026-01-01T00:00:03.*","role":"?null|"role":"",'
out_has '"kind":"title","tool":null,"snippet":"…the quokka.s crêpe test is flaky","highlights":\[\[20,24\]\]'

test_that "the program says that it is the title"
run seshat search CREPE
expect_status 0
out_has '^aaaaaaaa  claude-code  demo  Why the quokka'
out_has '^  title  Why the quokka.s crêpe test is flaky$'

test_that "words, phrases and beginnings are as those of text"
finds "a title" flaky quokka
finds "b title" '"and a quokka"'
finds "" '"a quokka and"'
finds "b title" 'womb*'
finds "" womb
finds "b title" 'quokka -flaky'
finds "b text a title" flaky

test_that "what narrows it down holds for titles, too"
finds "b title" quokka project:other
finds "a title" quokka --project demo
finds "b title a title" quokka harness:claude-code
finds "" quokka harness:codex
finds "a title" quokka session:aaaa
finds "b title" quokka since:2026-02-01
finds "a title" quokka until:2026-01-31
finds "" quokka role:user
finds "b text" flaky kind:text
finds "a title" flaky kind:title
finds "b text" "flaky -kind:title"
finds "b title" kind:title project:other
finds "" since:2026-03-02

test_that "the best are those whose titles say it"
finds "a title b text" flaky --sort-by relevance

test_that "a title that is what was said first is found where it was said"
run seshat list --json
out_has '"title":"numbat in a burrow"'
finds "c text c text" numbat
finds "" numbat kind:title

test_that "the API has it, and the page, with a link to the session"
serve
run curl -sS "$url/api/search?q=test"
out_has '"line":null,.*"kind":"title"'
out_has '"total":1,'
run curl -sS "$url/search?q=test"
out_has "href=\"/sessions/claude-code/$a\">title</a>"
out_has 'crêpe <mark>test</mark> is flaky'

test_that "who searches for the beginning of an id is told that it is one"
run seshat search bbbb
expect_status 0
expect_out ""
err_has "^the id of a session begins so: 'show' prints it"
run curl -sS "$url/search?q=bbbb"
out_has '1 session has an id that begins so: <a href="/search\?q=session%3Abbbb"'
run curl -sS "$url/search?q=+bbbb"
out_has '<a href="/search\?q=session%3Abbbb"'
finds "" -- '-quokka bbbb'
err_lacks "id of a session"

test_that "a server finds it by its new title, and no more by the old one"
titled "$a" "$demo" "Potoroos"
mirror --everywhere
run curl -sS "$url/api/search?q=potoroos"
out_has '"total":1,'
run curl -sS "$url/api/search?q=test+flaky" # the same again is kept
out_has '"total":0,'
end_serve

test_that "nor does the catalog keep a word of it"
finds "a title" potoroos
cat "$XDG_CACHE_HOME"/seshat/catalog/*.db* >"$T/all"
check grep -aiq potoroos "$T/all"
check sh -c '! grep -aiqE "cr(e|ê)pe" "$1"' sh "$T/all"

test_that "a session that is removed is not found by its title"
finds "b title" quokka
run seshat rm --yes "$b"
expect_status 0
finds "" quokka

test_that "a catalog of the version before is made anew, with titles"
python3 - "$XDG_CACHE_HOME"/seshat/catalog/*.db <<'END'
import sqlite3
import sys

db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA user_version = 5")
db.close()
END
finds "a title" potoroos

finish
