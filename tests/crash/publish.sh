# 'seshat publish' killed at every call that changes the disk, then run again:
# what stands there is what it would be, nothing twice, and never half a part.
. "$SESHAT_SOURCE/tests/crash/lib.sh"

export CLAUDE_CONFIG_DIR="$T/claude" CODEX_HOME="$T/codex"
export XDG_DATA_HOME="$T/data" XDG_STATE_HOME="$T/state"
id=11111111-2222-4333-8444-555555555555
source=$T/claude/projects/-x-demo/$id.jsonl
to=$T/to
format=

# lines FROM TO
lines() {
	i=$1
	while [ "$i" -le "$2" ]; do
		printf '{"type":"user","sessionId":"%s","cwd":"/x/demo",' "$id"
		printf '"timestamp":"2026-01-01T00:00:%02dZ",' "$i"
		printf '"message":{"role":"user","content":"line %s"}}\n' "$i"
		i=$((i + 1))
	done
}

mirror() {
	"$SESHAT_BIN" mirror --everywhere -q || fail "mirror: $?"
}

publish() {
	$how "$SESHAT_BIN" publish --format "$format" --machine m --all \
	    --to "$to"
}

# What a reader reads, of each of the two sessions.
read_all() {
	[ -d "$to" ] || return 0
	case $format in
	tracecraft) find "$to" -name 'part-*' ;;
	*) find "$to" -name '*.jsonl' ;;
	esac | LC_ALL=C sort | xargs -r cat
}

# whole: the objects are those of a run that nobody killed.
whole() {
	how=run
	publish
	expect_status 0
	(cd "$to" && find . -type f ! -name meta.json ! -name '.tmp-*' \
	    -exec cksum {} + | sort -k 3) >"$T/have"
	same "$T/want" "$T/have"
	if [ "$format" = tracecraft ]; then
		for part in $(find "$to" -name 'part-*'); do
			uuid=${part##*-}
			grep -q "\"uuid\":\"${uuid%.jsonl}\"" \
			    "$(dirname "$part")/meta.json" ||
			    fail "$at: no entry for $part"
		done
	fi
	publish
	out_has '^published 0 of 1 '
}

# restore: as it was before what is killed.
restore() {
	rm -rf "$to" "$T/state/seshat/publish"
	[ ! -d "$T/saved/to" ] || cp -a "$T/saved/to" "$to"
	[ ! -d "$T/saved/publish" ] ||
	    cp -a "$T/saved/publish" "$T/state/seshat/publish"
}

# at_every_call: from what is saved, kill it before each of its calls.
at_every_call() {
	rm -rf "$T/saved"
	mkdir "$T/saved"
	[ ! -d "$to" ] || cp -a "$to" "$T/saved/to"
	[ ! -d "$T/state/seshat/publish" ] ||
	    cp -a "$T/state/seshat/publish" "$T/saved/publish"
	how=count_calls
	publish
	expect_status 0
	total=$calls
	check test "$total" -ge 3
	(cd "$to" && find . -type f ! -name meta.json ! -name '.tmp-*' \
	    -exec cksum {} + | sort -k 3) >"$T/want"
	at=1
	while [ "$at" -le "$total" ]; do
		restore
		how="kill_at $at"
		publish
		expect_status 137
		# what can be seen meanwhile is the text's beginning, or all
		read_all >"$T/seen"
		if [ -s "$T/seen" ] && [ "$1" = grown ]; then
			head -c "$(wc -c <"$T/seen")" "$source" >"$T/begin"
			same "$T/begin" "$T/seen"
			check test "$(tail -c 1 "$T/seen" | od -An -c |
			    tr -d ' ')" = '\n'
		fi
		whole
		at=$((at + 1))
	done
}

for format in tracecraft agentsview hf-trace session-store; do
	test_that "$format: a first time killed at any call"
	rm -rf "$T/data" "$T/state" "$T/claude" "$to"
	mkdir -p "$(dirname "$source")"
	lines 1 3 >"$source"
	mirror
	at_every_call grown

	test_that "$format: and a session that grew"
	lines 4 5 >>"$source"
	mirror
	at_every_call grown

	test_that "$format: a write torn by the kill is not seen"
	lines 6 7 >>"$source"
	mirror
	CRASH_TORN=1
	at_every_call grown
	CRASH_TORN=

	test_that "$format: and one that was rewritten, to less than it was"
	lines 8 9 >"$source"
	mirror
	at_every_call rewritten
done

# Then neither what was remembered nor the text tells of what was put.
for format in tracecraft agentsview hf-trace session-store; do
	test_that "$format: killed, and rewritten again before the next run"
	rm -rf "$T/data" "$T/state" "$T/claude" "$to" "$T/saved"
	mkdir -p "$(dirname "$source")" "$T/saved"
	lines 1 3 >"$source"
	mirror
	how=run
	publish
	lines 11 14 >"$source"
	mirror
	cp -a "$to" "$T/saved/to"
	cp -a "$T/state/seshat/publish" "$T/saved/publish"
	cp -a "$T/data" "$T/saved/data"
	how=count_calls
	publish
	total=$calls
	lines 21 24 >"$T/third"
	at=1
	while [ "$at" -le "$total" ]; do
		restore
		rm -rf "$T/data" "$T/state/seshat/mirror"
		cp -a "$T/saved/data" "$T/data"
		how="kill_at $at"
		publish
		expect_status 137
		cp "$T/third" "$source"
		mirror
		how=run
		publish
		expect_status 0
		read_all >"$T/seen"
		same "$T/third" "$T/seen"
		at=$((at + 1))
	done
done

finish
