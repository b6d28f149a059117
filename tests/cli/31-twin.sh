# Rollouts that Codex compresses when they are cold, and unpacks again: one
# session in either direction, never stored twice.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

command -v zstd >/dev/null 2>&1 || skip_all "there is no zstd"

id=019f0000-0000-7000-8000-00000000abcd
day=$CODEX_HOME/sessions/2026/11/01
plain=$day/rollout-2026-11-01T00-00-00-$id.jsonl

# rollout FROM TO: so many lines.
rollout() {
	for n in $(seq "$1" "$2"); do
		if [ "$n" = 1 ]; then
			printf '{"type":"session_meta","payload":{"id":"%s",' "$id"
			printf '"cwd":"%s/work/demo"}}\n' "$T"
		else
			printf '{"timestamp":"2026-11-01T00:00:%02dZ",' "$n"
			printf '"type":"response_item","payload":{"n":%s}}\n' "$n"
		fi
	done
}

fresh() {
	anew
	mkdir -p "$day"
	rollout 1 5 >"$plain"
	cp "$plain" "$T/whole"
}

everywhere() {
	run seshat mirror --everywhere --no-redact
	expect_status 0
}

# pack: as Codex does with a cold rollout; old enough to be settled.
pack() {
	zstd -q -3 --rm "$plain"
	touch -d '1 hour ago' "$plain.zst"
}

unpack() {
	zstd -q -d --rm "$plain.zst"
}

nothing_new() {
	everywhere
	out_has '^mirrored 0 of 1'
	is_whole "$id" "$T/whole"
}

test_that "a rollout that was compressed is stored already"
fresh
everywhere
pack
nothing_new
nothing_new

test_that "and one that is unpacked again goes on in its stream"
unpack
nothing_new
rollout 6 8 >>"$plain"
cp "$plain" "$T/whole"
everywhere
out_has '^mirrored 1 of 1'
is_whole "$id" "$T/whole"

test_that "a rollout that was compressed before it was seen is stored whole"
fresh
pack
run seshat sessions --everywhere
expect_status 0
out_has "^019f0000 +codex +demo"
everywhere
is_whole "$id" "$T/whole"
unpack
rollout 6 8 >>"$plain"
cp "$plain" "$T/whole"
everywhere
is_whole "$id" "$T/whole"

test_that "compressed with lines that nobody has seen yet"
fresh
everywhere
rollout 6 9 >>"$plain"
cp "$plain" "$T/whole"
pack
everywhere
out_has '^mirrored 1 of 1'
is_whole "$id" "$T/whole"

test_that "both are there: the plain one counts, nothing is stored twice"
fresh
everywhere
zstd -q -3 -k "$plain"
nothing_new
rm "$plain"
nothing_new
zstd -q -d -k "$plain.zst"
nothing_new

test_that "while it is being unpacked, the shorter plain file is no rewrite"
fresh
pack
everywhere
zstd -q -dc "$plain.zst" | head -n 2 >"$plain"
nothing_new
rm "$plain.zst"
cp "$T/whole" "$plain"
nothing_new

test_that "packed into the archive it is the same session"
fresh
everywhere
pack
mkdir -p "$CODEX_HOME/archived_sessions"
mv "$plain.zst" "$CODEX_HOME/archived_sessions/"
nothing_new

test_that "a lost state costs nothing, whichever of the two is there"
fresh
everywhere
pack
rm -r "$XDG_STATE_HOME/seshat"
nothing_new
unpack
rm -r "$XDG_STATE_HOME/seshat"
nothing_new

for accident in cut garbage empty; do
	test_that "a compressed file that is $accident is no source"
	fresh
	everywhere
	rollout 6 900 >>"$plain"
	zstd -q -3 --rm "$plain"
	case $accident in
	cut) truncate -s -20 "$plain.zst" ;;
	garbage) echo rubbish >"$plain.zst" ;;
	empty) : >"$plain.zst" ;;
	esac
	healthy=aaaaaaaa-2222-4333-8444-555555555555
	fake "$healthy" "$T/work/demo"
	run seshat mirror --everywhere --no-redact
	expect_status 5
	err_has 'jsonl\.zst: does not unpack whole, so nothing of it is taken'
	is_whole "$id" "$T/whole"
	is_whole "$healthy" "$source"
done

test_that "two frames are one file, and it is unpacked nowhere to be found"
fresh
head -n 2 "$plain" | zstd -q >"$plain.zst"
tail -n +3 "$plain" | zstd -q >>"$plain.zst"
rm "$plain"
everywhere
is_whole "$id" "$T/whole"
check test -z "$(find "$XDG_STATE_HOME" -name '*.zst' -o -name '*.jsonl')"

test_that "verify compares with the unpacked file"
run seshat verify --source
expect_status 0
rollout 1 5 | sed 's/"n":3/"n":7/' | zstd -q >"$plain.zst"
run seshat verify --source
expect_status 5
out_has 'the source has other bytes there now'

finish
