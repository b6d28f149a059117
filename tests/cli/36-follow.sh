# A mirror that follows: sessions that grow, begin, move and end while it runs.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"

test_that "two flushes give two disjoint parts, and Ctrl-C stamps the end"
fresh
follow --cwd "$demo" --interval 0.05
stored "$one"
check test "$(ended "$one")" = no
grow "$source_one" "$one" 4 5
stored "$one" 2
end_follow INT
expect_status 0
expect_err ""
check test "$(parts "$one")" = 2
is_whole "$one" "$source_one"
check test "$(ended "$one")" = yes
out_has '"sessions":1,"mirrored":1,.*"failed":0'

test_that "what has ended stays as it is: nothing is written for it"
ls -l --time-style=full-iso -R "$vault" >"$T/before"
follow --cwd "$demo"
end_follow TERM
expect_status 0
ls -l --time-style=full-iso -R "$vault" >"$T/after"
same "$T/before" "$T/after"

test_that "SIGTERM ends it as Ctrl-C does, and the last line counts then"
fresh
follow --cwd "$demo" --interval 0.05
stored "$one"
printf '{"torn":' >>"$source_one"
grow "$T/elsewhere" "$one" 1 1
end_follow TERM
expect_status 0
is_whole "$one" "$source_one"
check test "$(tail -c 8 "$T/raw")" = '{"torn":'

test_that "a session that is begun meanwhile is followed, too, with --all"
fresh
follow --all --cwd "$demo" --interval 0.05
fake "$two" "$demo" 2
source_two=$source
fake cccccccc-1111-4222-8333-444444444444 "$other" 2
stored "$two"
grow "$source_two" "$two" 3 4
stored "$two" 2
grow "$source_one" "$one" 4 4
stored "$one" 2
end_follow
expect_status 0
is_whole "$one" "$source_one"
is_whole "$two" "$source_two"
check test "$(ended "$one")$(ended "$two")" = yesyes
out_has '"sessions":2,"mirrored":2,'
run seshat show cccccccc-1111-4222-8333-444444444444
expect_status 3
check test ! -e "$vault/unknown"

test_that "--all follows without being told to, and --once does not"
fresh
beside --all --json --cwd "$demo"
events '"event":"ready"'
end_follow
expect_status 0
run seshat mirror --all --once --cwd "$demo"
expect_status 0

test_that "a folder that does not exist yet is waited for"
anew
follow --cwd "$demo" --interval 0.05
fake "$one" "$demo"
stored "$one"
end_follow
expect_status 0
is_whole "$one" "$source"

test_that "without --all it is the first session that comes, and its subagents"
anew
follow --cwd "$demo" --interval 0.05
fake "$one" "$demo"
stored "$one"
mkdir -p "${source%.jsonl}/subagents"
lines "$one" "$demo" 1 2 >"${source%.jsonl}/subagents/agent-0123456789abcdef0.jsonl"
stored "$one.0123456789abcdef0"
fake "$two" "$demo"
grow "$(source_of "$one" "$demo")" "$one" 4 4
stored "$one" 2
end_follow
expect_status 0
out_has '"sessions":2,"mirrored":2,'
run seshat show "$two"
expect_status 3

test_that "a session is waited for by its id"
anew
fake "$two" "$demo"
follow --session-id "$one" --interval 0.05
fake "$one" "$demo"
stored "$one"
end_follow
expect_status 0
is_whole "$one" "$source"

test_that "of --everywhere only what grew is marked as ended"
fresh
fake "$two" "$other"
mirror --everywhere
follow --everywhere --interval 0.05
grow "$source_one" "$one" 4 4
stored "$one"
end_follow
expect_status 0
check test "$(ended "$one")$(ended "$two")" = yesno

test_that "a session is flushed once in an interval"
fresh
follow --cwd "$demo" --interval 30
for n in 4 5 6 7; do
	grow "$source_one" "$one" "$n" "$n"
done
check test "$(parts "$one")" = 1
end_follow
expect_status 0
check test "$(parts "$one")" = 2
is_whole "$one" "$source_one"

test_that "--min-bytes leaves less for later, and the last flush takes it"
fresh
follow --cwd "$demo" --interval 0.05 --min-bytes 1K
check test "$(parts "$one")" = 0
grow "$source_one" "$one" 4 20
stored "$one"
grow "$source_one" "$one" 21 21
end_follow
expect_status 0
check test "$(parts "$one")" = 2
is_whole "$one" "$source_one"

test_that "one that moves, is rewritten, packed or removed stays whole"
fresh
follow --everywhere --interval 0.05
stored "$one"
moved=$(source_of "$one" "$other")
mkdir -p "${moved%/*}"
mv "$source_one" "$moved"
grow "$moved" "$one" 4 4
stored "$one" 2
check test "$(streams "$one")" = 1
is_whole "$one" "$moved"
lines "$one" "$demo" 50 59 >"$T/new"
mv "$T/new" "$moved"
stored "$one" 3
is_whole "$one" "$moved"
check test "$(streams "$one")" = 2
cp "$moved" "$T/last"
rm "$moved"
end_follow
expect_status 0
is_whole "$one" "$T/last"
check test "$(ended "$one")" = yes

test_that "a folder that is moved away and one that comes in its place"
fresh
follow --everywhere --interval 0.05
stored "$one"
mv "$CLAUDE_CONFIG_DIR/projects" "$T/projects"
fake "$two" "$demo"
stored "$two"
grow "$source" "$two" 4 4
stored "$two" 2
end_follow
expect_status 0
is_whole "$two" "$source"
rm -r "$T/projects"

if in_folder "in a bucket nothing is in the way of a name"; then
	test_that "a flush that fails is told once, tried again, and told when it works"
	fresh
	mkdir -p "$vault"
	echo in the way >"$vault/demo"
	follow --cwd "$demo" --interval 0.05
	events '"event":"failing".*"error":'
	fake "$two" "$demo"
	rm "$vault/demo"
	events '"event":"well"'
	check test "$(grep -c '"event":"failing"' "$T/events")" = 1
	end_follow
	expect_status 0
	is_whole "$one" "$source_one"
fi

test_that "a second Ctrl-C ends it at once with status 130, and nothing is lost"
fresh
follow --cwd "$demo" --interval 0.05
grow "$source_one" "$one" 4 4
stored "$one" 2
python3 "$SESHAT_SOURCE/tests/cli/hold_locks.py" \
    "$XDG_STATE_HOME"/seshat/mirror/*/locks "$T/held" &
holder=$!
soon test -e "$T/held"
kill -INT "$follow_pid"
events '"event":"ending"'
end_follow INT
expect_status 130
kill "$holder"
wait "$holder" || true
grow "$source_one" "$one" 5 5
mirror --cwd "$demo"
is_whole "$one" "$source_one"
check test "$(streams "$one")" = 1

test_that "two at once store nothing twice"
fresh
follow --cwd "$demo" --interval 0.02
"$SESHAT_BIN" mirror --everywhere --follow --interval 0.02 --json \
    >"$T/second" &
second=$!
soon grep -q '"event":"ready"' "$T/second"
for n in 4 5 6 7 8 9 10 11 12; do
	grow "$source_one" "$one" "$n" "$n"
	seshat mirror --cwd "$demo" -q
done
kill -TERM "$second"
wait "$second" || fail "the second: status $?"
end_follow TERM
expect_status 0
is_whole "$one" "$source_one"
check test "$(streams "$one")" = 1

# listed ID: how the list has it.
listed() {
	seshat list --json | grep "\"session_id\":\"$1\""
}

test_that "the list says in the end what others did meanwhile"
fresh
fake "$two" "$demo"
fake cccccccc-1111-4222-8333-444444444444 "$demo"
source_gone=$source
follow --all --cwd "$demo" --interval 0.05
stored "$one"
stored "$two"
stored cccccccc-1111-4222-8333-444444444444
grow "$source_one" "$one" 4 4
stored "$one" 2
seshat stop "$one" >"$T/stopped"
seshat rm --yes "$two" >"$T/removed"
rm "$source_gone"
end_follow
expect_status 0
listed "$one" >"$T/out"
out_has '"ended_at":"2'
listed cccccccc-1111-4222-8333-444444444444 >"$T/out"
out_has '"ended_at":"2'
gzip -dc "$vault"/index/*/*.gz >"$T/out"
out_lacks "$two"

test_that "a title that comes late is the one that is listed"
fresh
follow --cwd "$demo" --interval 0.05
stored "$one"
printf '{"type":"custom-title","sessionId":"%s","customTitle":"%s"}\n' \
    "$one" "A late title" >>"$source_one"
stored "$one" 2
end_follow
expect_status 0
listed "$one" >"$T/out"
out_has '"title":"A late title"'

if in_folder "over a network that is looked for once an hour"; then
	test_that "a vault that was removed is made anew"
	fresh
	follow --cwd "$demo" --interval 0.05
	stored "$one"
	rm -r "$vault"
	grow "$source_one" "$one" 4 4
	stored "$one" 2
	end_follow
	expect_status 0
	is_whole "$one" "$source_one"
fi

test_that "people are told what is followed, waited for and stored"
anew
beside --follow --cwd "$demo"
soon grep -q '^following 0 sessions in ' "$T/told"
end_follow TERM
expect_status 0
err_has '^no such session yet: waiting for the first; Ctrl-C ends it$'
out_has '^mirrored 0 of 0 sessions'

finish
