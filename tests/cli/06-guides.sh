# The guides are true: what they show is typed in, on a machine that has nothing
# but two agents' sessions, and prints what they say.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/github.sh"

unshare --user --map-root-user true 2>"$T/log" ||
	skip_all "no namespaces of one's own here: $(cat "$T/log")"
mkdir "$T/bin" "$T/laptop"
ln -s "$SESHAT_BIN" "$T/bin/seshat"
PATH=$T/bin:$PATH
hub_start
hub_issue 42

# a_laptop: as an agent's user has it.
a_laptop() {
	rm -rf "$T/laptop"
	mkdir "$T/laptop"
	sh "$SESHAT_SOURCE/share/examples/make" "$T/laptop"
	mv "$T/laptop/claude" "$T/laptop/.claude"
	mv "$T/laptop/codex" "$T/laptop/.codex"
	mkdir -p "$T/laptop/src/demo" "$T/laptop/src/notes"
	find "$T/laptop" -name '*.jsonl' -exec touch -d '2 hours ago' {} +
}

for guide in "$SESHAT_SOURCE"/docs/guides/*.md; do
	test_that "what $(basename "$guide") shows is so"
	a_laptop
	run python3 "$SESHAT_SOURCE/tests/cli/guides.py" ${WRITE:+--write} \
	    "$guide" "$SESHAT_SOURCE/tests/released/laptop" "$T/laptop"
	expect_status 0
	[ ! -s "$T/out" ] || fail "$(cat "$T/out")"
	check grep -q '^```console' "$guide"
done

finish
