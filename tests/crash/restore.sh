# 'seshat restore' and 'seshat relocate' killed at every call that changes the
# disk: what an agent finds is nothing or the whole, what stood there is not
# lost, and the next one finishes.
. "$SESHAT_SOURCE/tests/crash/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

a=aaaaaaaa-2222-4333-8444-555555555555
demo=$T/work/demo
new=$T/work/new
mkdir -p "$demo" "$new"
fake "$a" "$demo"
beside=${source%.jsonl}
mkdir -p "$beside/subagents" "$beside/tool-results"
lines "$a" "$demo" 1 2 >"$beside/subagents/agent-1a.jsonl"
echo '{"agentType":"Explore"}' >"$beside/subagents/agent-1a.meta.json"
echo result >"$beside/tool-results/b1.txt"
cp -r "$CLAUDE_CONFIG_DIR" "$T/was"
was=$(echo "$source" | sed "s|^$CLAUDE_CONFIG_DIR|$T/was|")
mirror --everywhere --no-redact

# at_every_call COMMAND...: from what "before" makes, kill it before each of its
# calls; "killed" must find nothing lost, and after it has run again, all.
at_every_call() {
	before
	count_calls "$@"
	expect_status 0
	all_there
	total=$calls
	check test "$total" -ge 5
	at=1
	while [ "$at" -le "$total" ]; do
		before
		kill_at "$at" "$@"
		expect_status 137
		killed
		run "$@"
		expect_status 0
		all_there
		at=$((at + 1))
	done
}

all_there() {
	diff -r "$T/was" "$CLAUDE_CONFIG_DIR" >"$T/hits" ||
	    fail "$at of $total: $(cat "$T/hits")"
}

test_that "a restore killed at any call leaves nothing to be seen, or all"
at=0
before() {
	rm -rf "$CLAUDE_CONFIG_DIR"
}
killed() {
	[ ! -e "$source" ] ||
	    diff -r -x '.seshat-restoring-*' "$T/was" "$CLAUDE_CONFIG_DIR" \
		>"$T/hits" || fail "$at of $total: $(cat "$T/hits")"
}
at_every_call "$SESHAT_BIN" restore "$a"

test_that "also when a write is torn by it"
CRASH_TORN=1
at_every_call "$SESHAT_BIN" restore "$a"
CRASH_TORN=

test_that "one that extends what is there leaves the old one, or the new one"
before() {
	rm -rf "$CLAUDE_CONFIG_DIR"
	mkdir -p "${source%/*}"
	head -n 1 "$was" >"$source"
}
killed() {
	cmp -s "$was" "$source" ||
	    [ "$(cat "$source")" = "$(head -n 1 "$was")" ] ||
	    fail "$at: $(cat "$source")"
}
all_there() {
	# one that was killed may leave what it has, too
	find "$CLAUDE_CONFIG_DIR" -name '.*before-restore*' >"$T/left"
	while read -r left; do
		cmp -s "$was" "$left" || [ "$(cat "$left")" = "$(head -n 1 "$was")" ] ||
		    fail "$at of $total: $left"
		rm "$left"
	done <"$T/left"
	diff -r "$T/was" "$CLAUDE_CONFIG_DIR" >"$T/hits" ||
	    fail "$at of $total: $(cat "$T/hits")"
}
at_every_call "$SESHAT_BIN" restore "$a"

test_that "what is added in the very moment in which it is extended is not lost"
rm -rf "$CLAUDE_CONFIG_DIR"
mkdir -p "${source%/*}"
head -n 1 "$was" >"$source"
# it stands still with the new one written, before that takes the place
env LD_PRELOAD="$INTERPOSE" STOP=renameat2 "$SESHAT_BIN" restore "$a" \
    >"$T/one" 2>&1 &
one=$!
while kill -0 "$one" 2>/dev/null; do
	! grep -q '^State:.*T' "/proc/$one/status" || break
done
echo '{"added":1}' >>"$source"
kill -CONT "$one"
wait "$one" || fail "$(cat "$T/one")"
same "$was" "$source"
aside=$(find "${source%/*}" -name ".$a.jsonl.before-restore-*")
{ head -n 1 "$was" && echo '{"added":1}'; } >"$T/want"
same "$T/want" "$aside"
check grep -q "the old one is $aside$" "$T/one"
check test -z "$(find "$CLAUDE_CONFIG_DIR" -name '.seshat-restoring-*')"

# with_an_agent HOW...: the agent opens the old one in that moment, and adds to
# it later; HOW kills the restore, or lets calls of it fail.
with_an_agent() {
	before
	env LD_PRELOAD="$INTERPOSE" STOP=renameat2 "$@" \
	    "$SESHAT_BIN" restore "$a" >"$T/one" 2>&1 &
	one=$!
	while [ -e "/proc/$one" ]; do
		! grep -q '^State:[[:space:]]*[TZ]' "/proc/$one/status" || break
	done 2>"$T/hits"
	exec 9>>"$source"
	kill -CONT "$one" 2>"$T/hits" || :
	wait "$one" 2>"$T/hits" || :
	echo '{"added":1}' >&9
	exec 9>&-
	grep -rq '"added":1' "$CLAUDE_CONFIG_DIR" || fail "$*: it is lost"
	# it goes on, or finds something different there
	run seshat restore "$a"
	grep -rq '"added":1' "$CLAUDE_CONFIG_DIR" ||
	    fail "$*: it is lost by the next one"
	grep -rlF "$(head -n 1 "$was")" "${source%/*}" >"$T/hits" ||
	    fail "$*: what stood there is lost"
}

test_that "nor if the restore is killed at any call, or calls fail from any on"
before
count_calls "$SESHAT_BIN" restore "$a"
before
at=$((calls - 15)) # nothing is written beside it before
kill_at "$at" "$SESHAT_BIN" restore "$a"
check test -z "$(find "${source%/*}" -maxdepth 1 -name '.seshat-restoring-*')"
while [ "$at" -le "$calls" ]; do
	with_an_agent CRASH_AT="$at"
	with_an_agent FAIL="link:28 renameat2:28 rename:28" FAIL_FROM="$at" \
	    FAIL_UNDER="$CLAUDE_CONFIG_DIR"
	with_an_agent FAIL="unlink:5 fsync:5" FAIL_FROM="$at" \
	    FAIL_UNDER="$CLAUDE_CONFIG_DIR"
	at=$((at + 1))
done

test_that "one that replaces what is there has it still"
before() {
	rm -rf "$CLAUDE_CONFIG_DIR"
	mkdir -p "${source%/*}"
	echo other >"$source"
}
killed() {
	cmp -s "$was" "$source" || [ "$(cat "$source")" = other ] ||
	    fail "$at: $(cat "$source")"
	grep -rlx other "$CLAUDE_CONFIG_DIR" >"$T/hits" ||
	    fail "$at: what stood there is lost"
}
all_there() {
	grep -rlx other "$CLAUDE_CONFIG_DIR" >"$T/hits" ||
	    fail "$at: what stood there is lost"
	find "$CLAUDE_CONFIG_DIR" -name '.*before-restore*' -delete
	diff -r "$T/was" "$CLAUDE_CONFIG_DIR" >"$T/hits" ||
	    fail "$at of $total: $(cat "$T/hits")"
}
at_every_call "$SESHAT_BIN" restore "$a" --force

test_that "one that sets aside what stands elsewhere has it until the new one stands"
before() {
	rm -rf "$CLAUDE_CONFIG_DIR"
	cp -r "$T/was" "$CLAUDE_CONFIG_DIR"
	lines "$a" "$demo" 4 4 >>"$source"
}
killed() {
	[ -e "$source" ] || cmp -s "$T/there" "$(source_of "$a" "$new")" ||
	    fail "$at: it stands nowhere"
	grep -rl "line 4" "$CLAUDE_CONFIG_DIR" >"$T/hits" ||
	    fail "$at: what stood there is lost"
	[ -e "$source" ] || [ ! -e "${source%.jsonl}" ] ||
	    fail "$at: what stands beside it is forgotten"
}
all_there() {
	killed
	[ "$(find "$CLAUDE_CONFIG_DIR" -name agent-1a.jsonl \
	    ! -path '*/.*before*')" = "$(source_of "$a" "$new" |
	    sed 's/.jsonl$//')/subagents/agent-1a.jsonl" ] ||
	    fail "$at: $(find "$CLAUDE_CONFIG_DIR" -name agent-1a.jsonl)"
	[ ! -e "$source" ] || fail "$at: it stands in two places"
	same "$T/there" "$(source_of "$a" "$new")"
}
sed "s|$demo|$new|" "$was" >"$T/there"
at_every_call "$SESHAT_BIN" restore "$a" --cwd "$new" --force

test_that "a relocate killed at any call loses nothing, and the next one finishes"
before() {
	rm -rf "$CLAUDE_CONFIG_DIR"
	cp -r "$T/was" "$CLAUDE_CONFIG_DIR"
	mkdir "${source%/*}/memory"
	echo fact >"${source%/*}/memory/MEMORY.md"
	# one that is told from its folder is told from the top first
	mkdir "$CLAUDE_CONFIG_DIR/far"
	mv "$source" "$CLAUDE_CONFIG_DIR/far/real"
	ln -s ../../far/real "$source"
}
killed() {
	[ "$(find "$CLAUDE_CONFIG_DIR" -type f ! -name '.*' | wc -l)" = 5 ] ||
	    fail "$at: $(find "$CLAUDE_CONFIG_DIR" -type f)"
}
all_there() {
	moved=$(source_of "$a" "$new")
	same "$was" "$moved"
	check test -e "${moved%/*}/memory/MEMORY.md"
	diff -r "${was%.jsonl}" "${moved%.jsonl}" >"$T/hits" ||
	    fail "$at of $total: $(cat "$T/hits")"
	killed
}
rmdir "$demo"
at_every_call "$SESHAT_BIN" relocate "$demo" "$new"

test_that "one that cannot move has one name, where links are all there is"
rm -rf "$CLAUDE_CONFIG_DIR"
cp -r "$T/was" "$CLAUDE_CONFIG_DIR"
run env LD_PRELOAD="$INTERPOSE" FAIL="renameat2:22 unlink:13" \
    FAIL_UNDER="${source%/*}" "$SESHAT_BIN" relocate "$demo" "$new"
expect_status 5
out_has "^kept $source: .*Permission denied"
same "$was" "$source"
check test ! -e "$(source_of "$a" "$new")"
check test -e "${source%.jsonl}/subagents/agent-1a.jsonl"
run seshat relocate "$demo" "$new"
expect_status 0
same "$was" "$(source_of "$a" "$new")"

finish
