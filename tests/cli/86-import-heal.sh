# 'seshat import' of a vault that has whole what is damaged or gone here.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

export CLAUDE_CONFIG_DIR="$T/claude" CODEX_HOME="$T/codex"
export XDG_DATA_HOME="$T/data" XDG_STATE_HOME="$T/state"
vault=$T/data/seshat/vault
project=$T/claude/projects/-x
other=$T/other

# mirrored LINE...: these lines, behind what is there, into the vault.
mirrored() {
	for i in "$@"; do
		printf '{"type":"user","sessionId":"one","cwd":"%s",' "$T"
		printf '"timestamp":"2026-01-01T00:00:0%sZ",' "${#i}"
		printf '"message":{"role":"user","content":"line %s"}}\n' "$i"
	done >>"$project/one.jsonl"
	run seshat mirror --everywhere
	expect_status 0
}

# begin: a vault of four parts, and a copy of all there is.
begin() {
	rm -rf "$T/data" "$T/state" "$T/claude" "$other"
	mkdir -p "$project"
	for part in 1 22 333 4444; do
		mirrored "$part"
	done
	cp -a "$vault" "$other"
	session=$(echo "$vault"/*/sessions/claude-code/one)
	theirs=$(echo "$other"/*/sessions/claude-code/one)
}

# part N: the name of one.
part() {
	(cd "$theirs" && echo part-0000000"$1"-*)
}

# flip FILE: another byte in the middle of what it holds.
flip() {
	printf '\377\377' | dd of="$1" bs=1 conv=notrunc 2>"$T/dd" \
		seek=$(($(wc -c <"$1") - 24))
}

# mended N: the part is what it is there, and all is well.
mended() {
	expect_status 0
	out_has '^imported 1 of 1 sessions, 0 B new'
	same "$theirs/$(part "$1")" "$session/$(part "$1")"
	run seshat verify
	expect_status 0
	run seshat import "$other" --repair
	expect_status 0
	out_has '^imported 0 of 1 sessions'
	check test "$(find "$session" -name 'stream-*.json' | wc -l)" = 1
}

test_that "a part that is gone here comes back"
begin
rm "$session/$(part 0)"
run seshat verify
expect_status 5
run seshat import "$other"
err_has "$(part 0): was gone here, and is there again"
mended 0

test_that "one that is listed nowhere does, too"
for n in 1 2; do
	rm "$session/$(part "$n")"
	run seshat import "$other"
	err_has "$(part "$n"): was gone here, and is there again"
	mended "$n"
done

test_that "a part that was cut off is put in order"
head -c 100 "$theirs/$(part 0)" >"$session/$(part 0)"
run seshat import "$other"
err_has "$(part 0): was damaged here, and is whole again"
mended 0

test_that "what is damaged and as long as before is found by reading all of it"
for n in 0 2; do
	flip "$session/$(part "$n")"
	run seshat verify
	expect_status 5
	run seshat import "$other" --repair
	err_has "$(part "$n"): was damaged here, and is whole again"
	mended "$n"
done

test_that "what is damaged there, too, is told, and left as it is"
flip "$session/$(part 0)"
flip "$theirs/$(part 0)"
cp "$session/$(part 0)" "$T/kept"
run seshat import "$other" --repair
expect_status 5
err_has "$(part 0): is damaged here, and cannot be mended from there"
out_has '^1 objects are damaged or missing; the rest was imported'
same "$T/kept" "$session/$(part 0)"

test_that "other text never comes in the place of what is damaged"
begin
cp -a "$T/state" "$T/state.here"
cp -a "$T/claude" "$T/claude.here"
mirrored 55555
rm -rf "$other"
mv "$vault" "$other"
rm -rf "$T/state" "$T/claude"
mv "$T/state.here" "$T/state"
mv "$T/claude.here" "$T/claude"
cp -a "$other" "$vault"
rm "$session/$(part 4)"
mirrored 88888888
flip "$session/$(part 4)"
cp "$session/$(part 4)" "$T/kept"
run seshat import "$other" --repair
expect_status 5
err_has "$(part 4): is damaged here, and cannot be mended from there"
same "$T/kept" "$session/$(part 4)"

finish
