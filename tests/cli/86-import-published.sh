# What 'seshat publish' writes, 'seshat import' reads: every session comes back
# byte for byte, from a folder and from a bucket, and only once.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"

a=3fa9c2d1-2222-4333-8444-555555555555
b=8c41d7e2-2222-4333-8444-555555555555
c=b7e0915c-2222-4333-8444-555555555555
x=019f0b6e-4c1d-7a30-9b52-6d7e8f901a2b
sub=a167912bc9668f9f8
demo=$T/work/demo
to=$T/to
back=$T/back
mkdir -p "$demo"

# codex ID FROM TO: so many lines of a rollout.
codex() {
	[ "$2" != 1 ] ||
	    printf '{"type":"session_meta","payload":{"id":"%s","cwd":"%s"}}\n' \
		"$1" "$demo"
	awk -v i="$2" -v to="$3" 'BEGIN { for (; i <= to; i++)
		printf "{\"timestamp\":\"2026-01-01T00:00:%02d.000Z\",\"type\":" \
		    "\"event_msg\",\"payload\":{\"type\":\"user_message\"," \
		    "\"message\":\"line %d\"}}\n", i, i }'
}

# sessions: one that grew, with a subagent; one of odd bytes and secrets with a
# last line that is cut off; one with a line of 20 MiB; one of Codex.
sessions() {
	fake "$a" "$demo" 4
	mkdir -p "${source%.jsonl}/subagents"
	lines "$a" "$demo" 1 2 >"${source%.jsonl}/subagents/agent-$sub.jsonl"
	mirror --everywhere
	lines "$a" "$demo" 5 9 >>"$source"
	fake "$b" "$demo" 2
	printf '\n{"x":"%s%s"}\n\303\251\377\r\n  \n{"type":"user","torn' \
	    AKIA Q7ZT3MWX5LNB2KDE >>"$source"
	mirror --everywhere
	run seshat stop "$b"
	expect_status 0
	fake "$c" "$demo" 1
	{
		printf '{"x":"'
		head -c 20971520 /dev/zero | tr '\0' x
		printf '"}\n'
		lines "$c" "$demo" 2 3
	} >>"$source"
	rollout=$CODEX_HOME/sessions/2026/01/01/rollout-2026-01-01T00-00-00-$x.jsonl
	mkdir -p "${rollout%/*}"
	codex "$x" 1 5 >"$rollout"
	mirror --everywhere
}

# keep_all: what 'show --raw' prints of each, in $T/want.
keep_all() {
	rm -rf "$T/want"
	mkdir "$T/want"
	for id in "claude-code/$a" "claude-code/$a.$sub" "claude-code/$b" \
	    "claude-code/$c" "codex/$x"; do
		seshat show "$id" --raw >"$T/want/$(echo "$id" | tr / _)" ||
		    fail "$id: show: $?"
	done
}

# is_back: all that the format has is in the other vault as it is in this one.
is_back() {
	for want in "$T"/want/*; do
		id=$(basename "$want" | sed 's,_,/,')
		case $1:$id in session-store:codex/*) continue ;; esac
		run seshat show "$id" --raw --store "file://$back"
		expect_status 0
		same "$want" "$T/out"
		n=$(find "$back" -path "*/sessions/$id/part-00000000-*" | wc -l)
		[ "$n" = 1 ] || fail "$id: $n streams"
	done
}

# brings NEW ALL URL [OPTION]...: into the other vault.
brings() {
	new=$1
	all=$2
	from=$3
	shift 3
	run seshat import "$from" --store "file://$back" "$@"
	expect_status 0
	out_has "^imported $new of $all sessions,"
}

# all FORMAT: so many sessions it has.
all() {
	case $1 in
	session-store) echo 4 ;;
	*) echo 5 ;;
	esac
}

sessions
keep_all

for f in tracecraft agentsview hf-trace session-store; do
	test_that "$f: what was published comes back byte for byte"
	rm -rf "$to" "$back"
	run seshat publish --format "$f" --all --to "$to"
	expect_status 0
	brings "$(all "$f")" "$(all "$f")" "$to"
	is_back "$f"
	run seshat verify --store "file://$back"
	expect_status 0

	test_that "$f: and only once"
	brings 0 "$(all "$f")" "$to"
	rm -rf "$XDG_STATE_HOME/seshat/import"
	brings 0 "$(all "$f")" "$to" --format "$f"
	run seshat import "$to"
	expect_status 0
	out_has "^imported 0 of $(all "$f") sessions, .* $(all "$f") already here"

	test_that "$f: what grew goes on"
	source=$(source_of "$a" "$demo")
	was=$(wc -l <"$source")
	lines "$a" "$demo" $((was + 1)) $((was + 3)) >>"$source"
	mirror --everywhere
	keep_all
	run seshat publish --format "$f" --all --to "$to"
	expect_status 0
	brings 1 "$(all "$f")" "$to"
	is_back "$f"
done

test_that "one vault takes all four, and stores each session once"
rm -rf "$back"
for f in tracecraft agentsview hf-trace session-store; do
	rm -rf "$to"
	run seshat publish --format "$f" --all --to "$to"
	expect_status 0
	run seshat import "$to" --store "file://$back"
	expect_status 0
	is_back "$f"
done

test_that "the golden trees: what is told of a session, and its text"
golden=$SESHAT_SOURCE/tests/data/neighbours
main=02a4eb2f-93b1-4322-bce9-63142932d3fd
for f in tracecraft agentsview hf-trace session-store; do
	rm -rf "$back"
	run seshat import "$golden/$f" --store "file://$back"
	expect_status 0
	out_has '^imported [34] of [34] sessions, .* 0 failed'
	run seshat show "claude-code/$main" --json --store "file://$back"
	out_has '"project":"my.proj"'
	out_has '"cwd":"/srv/harnesslab/w/my.proj"'
	run seshat show "claude-code/$main" --raw --store "file://$back"
	cp "$T/out" "$T/golden-$f"
	same "$T/golden-tracecraft" "$T/golden-$f"
	run seshat show "claude-code/$main.a2a9d74eeed54bd72" --raw \
	    --store "file://$back"
	expect_status 0
done

s3_start

for f in tracecraft agentsview hf-trace session-store; do
	test_that "$f: from a bucket, too"
	s3_bucket "to-$f"
	url=$(s3_url "to-$f/some/prefix")
	rm -rf "$back"
	run seshat publish --format "$f" --all --to "$url"
	expect_status 0
	brings "$(all "$f")" "$(all "$f")" "$url"
	is_back "$f"
	brings 0 "$(all "$f")" "$url"
done

finish
