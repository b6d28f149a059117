# Sessions of any length and of any bytes come back from a gist as they were,
# in little memory.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/github.sh"

memory=102400 # KiB; what a sanitizer adds is not asked
[ -z "$ASAN_OPTIONS$UBSAN_OPTIONS" ] || memory=
hub_start
export GITHUB_API_URL="$HUB_API" GH_TOKEN=test-classic GH_REPO=o/r
hub_config '"normalise": ["c0", "c1", "cr", "del", "separators"]'

# measured ARG...: run seshat; $peak is its memory in KiB.
measured() {
	run "$server_python" -c 'import os, sys
child = os.posix_spawnp(sys.argv[2], sys.argv[2:], os.environ)
_, status, used = os.wait4(child, 0)
open(sys.argv[1], "w", encoding="ascii").write(str(used.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))' "$T/peak" "$SESHAT_BIN" "$@"
	expect_status 0
	peak=$(cat "$T/peak")
	[ -z "$memory" ] || [ "$peak" -lt "$memory" ] ||
	    fail "$peak KiB of memory: $ran"
}

# there_and_back NAME [OPTION...]: $T/NAME.jsonl comes back as it is.
there_and_back() {
	name=$1
	shift
	measured upload --session-file "$T/$name.jsonl" --harness claude-code \
	    "$@"
	url=$(cat "$T/out")
	up=$peak
	measured download --gist-url "$url" --output "$T/got"
	same "$T/$name.jsonl" "$T/got/session.jsonl"
	echo "# $name: $(stat -c %s "$T/$name.jsonl") bytes," \
	    "upload $up KiB, download $peak KiB"
	# the same again changes nothing
	hub_forget
	run seshat upload --session-file "$T/$name.jsonl" \
	    --harness claude-code "$@"
	expect_status 0
	expect_out "$url"
	check test "$(hub_requests '^(POST|PATCH|DELETE) ')" = 0
}

# long NAME LINES
long() {
	lines "$1" /src 1 "$2" >"$T/$1.jsonl"
}

test_that "an empty session comes back"
: >"$T/empty.jsonl"
there_and_back empty

test_that "one that an answer holds whole comes back"
long short 6000
there_and_back short

test_that "one of a single file that an answer does not hold comes back"
long middle 19800
there_and_back middle
check test "$(hub_gists | wc -l)" = 3

test_that "one of many files comes back, in less than 100 MB of memory"
long large 262000
there_and_back large

test_that "so it does when it is packed"
there_and_back large --compress

test_that "and when it is no longer packed"
there_and_back large
check test "$(hub_gists | wc -l)" = 4

test_that "terminal control sequences come back"
{
	lines terminal /src 1 3
	printf '{"a":"\033[31mred\033[0m \001\010\037 \177 \302\205 \302\233"}\n'
	printf '{"b":"\342\200\250 \342\200\251 \357\273\277"}\r\n\r\r\n\f\v\000\n'
} >"$T/terminal.jsonl"
there_and_back terminal

test_that "a mark of byte order at the beginning comes back"
{
	printf '\357\273\277'
	lines bom /src 1 3
} >"$T/bom.jsonl"
there_and_back bom

test_that "line ends of another kind come back"
lines cr /src 1 9 | sed 's/$/\r/' >"$T/cr.jsonl"
there_and_back cr

test_that "what is not UTF-8 comes back"
{
	lines bytes /src 1 3
	printf '\377\376\200\301\355\240\200\n'
} >"$T/bytes.jsonl"
there_and_back bytes

test_that "a line longer than a file comes back"
{
	printf '{"text":"'
	yes '\u001b[0m \"quoted\" \342\202\254 ' | head -c 6300000 | tr -d '\n'
	printf '"}\n'
} >"$T/line.jsonl"
there_and_back line

test_that "a session without a newline at its end comes back"
lines open /src 1 3 | head -c -1 >"$T/open.jsonl"
there_and_back open

test_that "only white space comes back"
printf ' \n\t\n  \n' >"$T/blank.jsonl"
there_and_back blank

test_that "what a longer version left behind that was never finished goes"
long back 10
there_and_back back
long back 30000
hub_rule '{"on": "PATCH ^/gists/", "nth": 2, "do": "status", "status": 422}'
run seshat upload --session-file "$T/back.jsonl" --harness claude-code
expect_status 1
gist=${url##*/}
check test -e "$(hub_file "$gist" session-back.000.jsonl)"
long back 10
run seshat upload --session-file "$T/back.jsonl" --harness claude-code
expect_status 0
check test "$(ls "$(hub_file "$gist" "")")" = session-back.jsonl
there_and_back back

test_that "nothing was asked that should not be"
hub_clean
finish
