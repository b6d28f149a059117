# Lists, by the command, the API and the pages: they come from the catalog, and
# tell what the vault holds all the same, whoever changes it, and whatever
# becomes of the catalog.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/web.sh"

command -v curl >/dev/null || skip_all "it needs curl"
a=aaaaaaaa-2222-4333-8444-555555555555
b=bbbbbbbb-2222-4333-8444-555555555555
c=cccccccc-2222-4333-8444-555555555555
d=dddddddd-2222-4333-8444-555555555555
demo=$T/work/demo
notes=$T/work/notes
mkdir -p "$demo/.git" "$notes/.git"
catalogs=$XDG_CACHE_HOME/seshat/catalog
turn=0

# names: the ids in the JSON lines, or the answer of the API, of standard input.
names() {
	/usr/bin/python3 -c 'import json, sys
text = sys.stdin.read()
one = json.loads(text) if text.startswith("{\"sessions\"") else None
rows = one["sessions"] if one else [json.loads(t) for t in text.splitlines()]
print(*sorted(row["session_id"][:8] for row in rows))'
}

by_command() {
	"$SESHAT_BIN" list --json --limit 0 | names
}

# An answer is kept for a moment, by its URL: each asks for another one.
by_api() {
	turn=$((turn + 1))
	curl -s "$url/api/sessions?limit=$((turn + 100))" | names
}

by_page() {
	curl -s "$url/" | grep -o '<a class="go" href="/sessions/claude-code/[a-z]*' |
	    sed 's/.*\///' | sort | tr '\n' ' ' | sed 's/ $//'
}

is_now() {
	now=$("$1")
	[ "$now" = "$2" ]
}

# all_list NAMES: at once; in a server a list may be a second old.
all_list() {
	now=$(by_command)
	check test "$now" = "$1"
	soon is_now by_api "$1"
	soon is_now by_page "$1"
}

mirror() {
	run seshat mirror --everywhere -q
	expect_status 0
}

test_that "an empty vault has an empty list"
serve
run seshat list --json
expect_status 0
expect_out ""
check test "$(by_api)" = ""

test_that "what was mirrored just now is listed, by a program that was there"
fake "$a" "$demo"
mirror
all_list aaaaaaaa
fake "$b" "$notes"
mirror
all_list "aaaaaaaa bbbbbbbb"

test_that "and so for any number of times"
for more in 1 2 3 4 5; do
	fake "e$more$more$more$more$more$more$more-2222-4333-8444-555555555555" \
	    "$demo"
	mirror
	run seshat rm --yes "e$more$more$more$more$more$more$more"
	expect_status 0
	all_list "aaaaaaaa bbbbbbbb"
done

test_that "one that grew shows it"
lines "$a" "$demo" 4 9 >>"$(source_of "$a" "$demo")"
mirror
check test "$("$SESHAT_BIN" list --json | grep "$a" |
    sed 's/.*"lines": *\([0-9]*\).*/\1/')" = 9

test_that "one that was removed is gone, and another one comes"
run seshat rm --yes "$b"
expect_status 0
all_list aaaaaaaa
fake "$c" "$notes"
mirror
all_list "aaaaaaaa cccccccc"

test_that "with the text of a long one being read, a list does not wait"
check test -n "$(ls "$catalogs"/*.lock)"
for lock in "$catalogs"/*.lock; do
	flock -F "$lock" sleep 600 &
	holders="${holders-} $!"
done
fake "$d" "$demo"
mirror
began=$(date +%s)
check test "$(by_command)" = "aaaaaaaa cccccccc dddddddd"
check test $(($(date +%s) - began)) -lt 20
soon is_now by_api "aaaaaaaa cccccccc dddddddd"
soon is_now by_page "aaaaaaaa cccccccc dddddddd"

test_that "nor are ids shorter there than tells them apart from all, whatever is shown"
mkdir -p "$HOME/.zencoder/sessions"
printf '{"role":"user","content":"Hi"}\n' \
    >"$HOME/.zencoder/sessions/${a%??}99.jsonl"
mirror
run seshat list --harness zencoder
out_has "^${a%??}9  +zencoder"
run seshat rm --yes "zencoder/${a%??}99"
expect_status 0
for holder in $holders; do
	kill "$holder"
done
all_list "aaaaaaaa cccccccc dddddddd"

test_that "the catalog deleted, lists go on"
rm -f "$catalogs"/*.db*
all_list "aaaaaaaa cccccccc dddddddd"
rm -rf "$XDG_CACHE_HOME/seshat"
all_list "aaaaaaaa cccccccc dddddddd"

test_that "from the catalog or without one a list is the same, in any order"
mkdir "$T/nowhere"
: >"$T/nowhere/seshat"
run seshat list -q
for how in "" "--sort-by size" "--limit 2" "--limit 0 --sort-by size" \
    "--harness codex" "--project notes" "--json" "--json --project demo"; do
	# shellcheck disable=SC2086 # words
	"$SESHAT_BIN" list -q $how >"$T/with"
	# shellcheck disable=SC2086 # words
	XDG_CACHE_HOME=$T/nowhere "$SESHAT_BIN" list -q $how >"$T/without"
	case $how in
	*--json*) for file in "$T/with" "$T/without"; do
		/usr/bin/python3 -c 'import json, sys
for line in open(sys.argv[1]):
    print(json.dumps(json.loads(line), sort_keys=True))' "$file" >"$file.json"
		mv "$file.json" "$file"
	done ;;
	esac
	same "$T/with" "$T/without"
done

if in_folder "the names of projects are read at once there"; then
	test_that "a list is filtered by the name of a project, too"
	printf '{"name":"Great Wombat"}\n' >"$vault/notes/project.json"
	by_name() {
		turn=$((turn + 1))
		curl -s "$url/api/sessions?q=wombat&limit=$((turn + 100))" | names
	}
	soon is_now by_name cccccccc
	get 200 "/?q=WOMBAT"
	has "$c"
	lacks "$a"
	has "Great Wombat"
fi
end_serve

test_that "a server without a catalog lists all the same"
cache=$XDG_CACHE_HOME
XDG_CACHE_HOME=$T/nowhere
serve
XDG_CACHE_HOME=$cache
all_list "aaaaaaaa cccccccc dddddddd"
run seshat rm --yes "$d"
expect_status 0
soon is_now by_api "aaaaaaaa cccccccc"
soon is_now by_page "aaaaaaaa cccccccc"
end_serve

if [ "${STORE-file}" = s3 ]; then
	test_that "a list costs one listing, and nothing that is stored is read"
	by_command >"$T/out"
	s3_forget
	by_command >"$T/out"
	check test "$(s3_requests '^GET [^?]*\?.*prefix=')" = 3
	check test "$(s3_requests '^(GET|HEAD) [^?]* ')" = 0
	check test "$(s3_requests '^(PUT|POST|DELETE) ')" = 0
fi
finish
