# A mirror that follows where the machine is odd, files come by odd ways, and
# others are at work on the same sessions.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"

# both_whole FILE FILE: they hold what is stored of the two sessions.
both_whole() {
	is_whole "$one" "$1"
	is_whole "$two" "$2"
	check test "$(streams "$one")$(streams "$two")" = 11
}

# freeze, thaw: the follow is suspended, and goes on.
freeze() {
	kill -STOP "$follow_pid"
	soon grep -q '^State:.*stopped' "/proc/$follow_pid/status"
}

thaw() {
	kill -CONT "$follow_pid"
}

# time_to_err: a follow that would do the wrong thing now can do it.
time_to_err() {
	sleep 0.2
}

test_that "suspended while sessions grow, begin, end and move: all is stored"
fresh
fake "$two" "$demo"
source_two=$source
follow --everywhere --interval 0.05
stored "$one"
stored "$two"
freeze
grow "$source_one" "$one" 4 9
moved=$(source_of "$two" "$other")
mkdir -p "${moved%/*}"
mv "$source_two" "$moved"
grow "$moved" "$two" 4 4
three=cccccccc-1111-4222-8333-444444444444
fake "$three" "$T/work/third"
source_three=$source
thaw
stored "$one" 2
stored "$two" 2
stored "$three"
grow "$moved" "$two" 5 5
stored "$two" 3
end_follow
expect_status 0
both_whole "$source_one" "$moved"
is_whole "$three" "$source_three"

test_that "a second name that stays when the first goes is followed on"
fresh
follow --everywhere --interval 0.05
stored "$one"
moved=$(source_of "$one" "$other")
freeze
mkdir -p "${moved%/*}"
ln "$source_one" "$moved"
grow "$moved" "$one" 4 4
thaw
stored "$one" 2
rm "$source_one"
grow "$moved" "$one" 5 5
stored "$one" 3
end_follow
expect_status 0
is_whole "$one" "$moved"
check test "$(streams "$one")" = 1

if in_folder "in a bucket nothing is in the way of a name"; then
	test_that "one that failed, went and came back is stored when it can be"
	fresh
	mkdir -p "$vault"
	echo in the way >"$vault/demo"
	follow --everywhere --interval 0.05
	events '"event":"failing".*"error":'
	mv "$source_one" "$T/aside"
	grow "$T/aside" "$one" 4 4
	time_to_err
	rm "$vault/demo"
	mv "$T/aside" "$source_one"
	events '"event":"well"'
	end_follow
	expect_status 0
	is_whole "$one" "$source_one"
fi

test_that "more events than the kernel keeps: what they told is looked for"
fresh
follow --everywhere --interval 0.05
stored "$one"
freeze
python3 - "${source_one%/*}" <<'EOF'
import sys
# in turns: the kernel drops an event that is as the one before
files = [open(f"{sys.argv[1]}/noise-{n}", "wb", 0) for n in (1, 2)]
with open("/proc/sys/fs/inotify/max_queued_events", encoding="ascii") as f:
    limit = int(f.read())
for n in range(limit + 1000):
    files[n % 2].write(b"x")
EOF
fake "$two" "$demo"
grow "$source_one" "$one" 4 4
thaw
stored "$one" 2
stored "$two"
end_follow
expect_status 0
both_whole "$source_one" "$source"

test_that "whoever writes without end keeps neither sessions nor Ctrl-C waiting"
fresh
follow --everywhere --interval 0.05
python3 - "${source_one%/*}" <<'EOF' &
import os, sys
files = [open(f"{sys.argv[1]}/noise-{n}", "wb", 0) for n in (1, 2)]
parent = os.getppid()
while os.getppid() == parent:
    for f in files:
        os.pwrite(f.fileno(), b"x", 0)
EOF
noise=$!
soon test -e "${source_one%/*}/noise-2"
for n in 4 5 6; do
	grow "$source_one" "$one" "$n" "$n"
	stored "$one" $((n - 2))
done
end_follow
kill "$noise"
wait "$noise" || true
expect_status 0
is_whole "$one" "$source_one"

# limited WATCHES INSTANCES: what follows has no more of inotify than that.
limited() {
	cat >"$T/limited" <<'EOF'
exec unshare -Ur sh -c 'echo "$1" >/proc/sys/user/max_inotify_watches
    echo "$2" >/proc/sys/user/max_inotify_instances
    shift 2; exec "$@"' - "$@"
EOF
	before_it="sh $T/limited $*"
}

# found_by_looking: all that a follow finds, with so little of inotify.
found_by_looking() {
	fresh
	follow --everywhere --interval 0.05
	events '"event":"ready".*"polled":[1-9]'
	stored "$one"
	grow "$source_one" "$one" 4 4
	fake "$two" "$other"
	stored "$one" 2
	stored "$two"
	moved=$(source_of "$two" "$demo")
	mv "$source" "$moved"
	grow "$moved" "$two" 4 4
	stored "$two" 2
	mkdir -p "$CODEX_HOME/sessions/2026/01/01"
	id=019f0000-0000-7000-8000-00000000abcd
	codex=$CODEX_HOME/sessions/2026/01/01/rollout-2026-01-01T00-00-00-$id.jsonl
	printf '{"type":"session_meta","payload":{"id":"%s","cwd":"%s"}}\n' \
	    "$id" "$demo" >"$codex"
	stored "$id"
	end_follow
	expect_status 0
	both_whole "$source_one" "$moved"
	is_whole "$id" "$codex"
	fresh
	beside --follow --everywhere
	soon grep -q '^following 1 session' "$T/told"
	end_follow
	expect_status 0
	check test "$(grep -c "$1" "$T/err")" = 1
	check test "$(grep -c 'looked at in turns' "$T/err")" = 1
}

if unshare -Ur sh -c 'echo 3 >/proc/sys/user/max_inotify_watches' \
    2>/dev/null; then
	test_that "with three inotify watches the rest is looked at in turns"
	limited 3 128
	found_by_looking 'limit fs.inotify.max_user_watches is reached$'
	test_that "and all of it where there is no watch"
	limited 0 128
	found_by_looking 'limit fs.inotify.max_user_watches is reached$'
	test_that "or no inotify"
	limited 128 0
	found_by_looking 'limit fs.inotify.max_user_instances is reached$'
	before_it=
else
	test_that "few inotify watches # SKIP it needs a user namespace"
fi

test_that "a transcript that is a link to a file elsewhere"
anew
fake "$one" "$demo"
mv "$source" "$T/elsewhere"
ln -s "$T/elsewhere" "$source"
follow --everywhere --interval 0.05
grow "$T/elsewhere" "$one" 4 4
stored "$one" 2
end_follow
expect_status 0
is_whole "$one" "$T/elsewhere"

test_that "a folder by two names: one session, one stream"
fresh
ln -s "${source_one%/*}" "$CLAUDE_CONFIG_DIR/projects/-alias"
follow --everywhere --interval 0.05
ln -s "${source_one%/*}" "$CLAUDE_CONFIG_DIR/projects/-another"
grow "$source_one" "$one" 4 4
stored "$one" 2
fake "$two" "$demo"
stored "$two"
grow "$source" "$two" 4 4
stored "$two" 2
end_follow
expect_status 0
both_whole "$source_one" "$source"

test_that "what is below the roots of the configuration"
anew
mkdir -p "$XDG_CONFIG_HOME/seshat"
printf 'roots: %s/mine\n' "$T" >"$XDG_CONFIG_HOME/seshat/config.yaml"
follow --everywhere --interval 0.05
mkdir -p "$T/mine/deep"
echo '{"role":"user","content":"one"}' >"$T/mine/deep/run.jsonl"
stored 'deep/run@[0-9a-f]*'
echo '{"role":"user","content":"two"}' >>"$T/mine/deep/run.jsonl"
stored 'deep/run@[0-9a-f]*' 2
end_follow
expect_status 0
is_whole "$(sed -n 's/.*"session_id":"\(deep[^"]*\)".*/\1/p' "$T/out" |
    head -n 1)" "$T/mine/deep/run.jsonl"
rm -r "$T/mine" "$XDG_CONFIG_HOME/seshat"


test_that "rows of a database: stored when they come, and nothing is read else"
if python3 -c 'import sqlite3' 2>/dev/null; then
	anew
	HERMES_HOME=$T/hermes
	export HERMES_HOME
	mkdir "$HERMES_HOME"
	hermes() {
		python3 "$SESHAT_SOURCE/tests/cli/hermes.py" \
		    "$HERMES_HOME/state.db" "$@"
	}
	hermes make one
	hermes say one 1 5
	follow --everywhere --interval 0.05 --no-redact
	stored one
	hermes say one 6 7
	stored one 2
	hermes sql "INSERT INTO sessions(id, source, started_at, cwd)
	    VALUES ('two', 'cli', 1780000000.0, '/src/demo')"
	hermes say two 8 9
	stored two
	hermes lines one >"$T/one"
	hermes lines two >"$T/two"
	soon has hermes/one "$T/one"
	soon has hermes/two "$T/two"
	told=$(wc -l <"$T/events")
	woken=$(sed -n 's/^voluntary.*:\t//p' "/proc/$follow_pid/status")
	sleep 1
	now=$(sed -n 's/^voluntary.*:\t//p' "/proc/$follow_pid/status")
	check test $((now - woken)) -lt 5
	check test "$(wc -l <"$T/events")" = "$told"
	end_follow
	expect_status 0
	is_whole hermes/one "$T/one"
	is_whole hermes/two "$T/two"
	check test "$(streams one)$(streams two)" = 11
	# neither a search nor a flush is due when the end comes
	follow --everywhere --interval 60 --no-redact
	hermes say one 10 11
	hermes say two 12 13
	end_follow
	expect_status 0
	hermes lines one >"$T/one"
	hermes lines two >"$T/two"
	is_whole hermes/one "$T/one"
	is_whole hermes/two "$T/two"
	rm -r "$HERMES_HOME"
	unset HERMES_HOME
fi

test_that "a rollout that is packed and unpacked is not stored again"
if command -v zstd >/dev/null 2>&1; then
	# rollout CWD: session $id of that folder, in $rollout.
	rollout() {
		rollout=$CODEX_HOME/sessions/2026/11/01
		mkdir -p "$rollout"
		rollout=$rollout/rollout-2026-11-01T00-00-00-$id.jsonl
		printf '{"type":"session_meta","payload":{"id":"%s","cwd":"%s"}}\n' \
		    "$id" "$1" >"$rollout"
	}
	pack() {
		zstd -q --rm "$1"
		touch -d '1 hour ago' "$1.zst"
	}
	anew
	id=019f0000-0000-7000-8000-00000000eeee
	rollout "$other"
	unwanted=$rollout
	id=019f0000-0000-7000-8000-00000000abcd
	rollout "$demo"
	follow --all --cwd "$demo" --interval 0.05
	stored "$id"
	pack "$unwanted"
	pack "$rollout"
	zstd -q -d --rm "$rollout.zst"
	echo '{"type":"response_item","payload":{"n":2}}' >>"$rollout"
	stored "$id" 2
	check test "$(parts "$id")" = 2
	cp "$rollout" "$T/whole"
	pack "$rollout"
	end_follow
	expect_status 0
	is_whole "$id" "$T/whole"
	check test "$(parts "$id")" = 2
	check test "$(streams "$id")" = 1
	check test "$(find "$vault" -path '*eeee/part-*' | wc -l)" = 0

	test_that "one that was met half unpacked is stored when it is whole"
	anew
	rollout "$demo"
	follow --all --cwd "$demo" --interval 0.05
	stored "$id"
	cp "$rollout" "$T/whole"
	zstd -q "$rollout"
	head -c 20 "$T/whole" >"$rollout"
	time_to_err
	cat "$T/whole" >"$rollout"
	rm "$rollout.zst"
	echo '{"type":"response_item","payload":{"n":2}}' >>"$rollout"
	stored "$id" 2
	end_follow
	expect_status 0
	is_whole "$id" "$rollout"
	check test "$(streams "$id")" = 1
fi

if can_deny; then
	test_that "a folder that nobody may read is followed when it may be read"
	fresh
	fake "$two" "$other"
	[ "$(id -u)" != 0 ] ||
	    before_it="setpriv --bounding-set=-dac_override,-dac_read_search"
	chmod 0 "${source_one%/*}"
	follow --everywhere --interval 0.05
	stored "$two"
	chmod 700 "${source_one%/*}"
	stored "$one"
	test_that "and on, when it may be read no more for a while"
	chmod 0 "${source%/*}"
	time_to_err
	chmod 700 "${source%/*}"
	grow "$source" "$two" 4 4
	stored "$two" 2
	end_follow
	expect_status 0
	both_whole "$source_one" "$source"
	before_it=
else
	test_that "folders that nobody may read # SKIP it needs setpriv"
fi

test_that "a root that is removed, and all above it, comes back"
fresh
follow --everywhere --interval 0.05
stored "$one"
cp "$source_one" "$T/last"
rm -r "$CLAUDE_CONFIG_DIR"
fake "$two" "$demo"
stored "$two"
cp "$source" "$T/last_two"
rm -r "$CLAUDE_CONFIG_DIR"
fake "$three" "$demo"
stored "$three"
end_follow
expect_status 0
both_whole "$T/last" "$T/last_two"
is_whole "$three" "$source"

test_that "hundreds of sessions that begin at once"
fresh
follow --everywhere --interval 0.05
python3 - "$CLAUDE_CONFIG_DIR/projects" "$demo" <<'EOF'
import json, os, sys
for n in range(400):
    folder = f"{sys.argv[1]}/-p-{n % 40}"
    os.makedirs(folder, exist_ok=True)
    name = f"{n:08x}-1111-4222-8333-444444444444"
    with open(f"{folder}/{name}.jsonl", "w", encoding="utf-8") as f:
        for line in range(3):
            print(json.dumps({"type": "user", "sessionId": name, "n": line,
                              "cwd": f"{sys.argv[2]}/{n % 40}"}), file=f)
EOF
all_stored() {
	[ "$(grep -o '"stored".*"session_id":"[0-9a-f]*-' "$T/events" |
	    sort -u | wc -l)" = 401 ]
}
soon all_stored
end_follow
expect_status 0
out_has '"sessions":401,"mirrored":401,.*"failed":0'
check test "$(streams)" = 401
run seshat verify --source
expect_status 0

# first_lines: those that Claude Code writes before it tells the folder.
first_lines() {
	printf '{"type":"summary","summary":"of one","leafUuid":"1"}\n' >>"$1"
}

test_that "an empty file is of the folder that it will tell"
fresh
: >"$source_one"
follow --everywhere --interval 0.05
fake "$two" "$other" 0
grow "$source_one" "$one" 1 2
lines "$two" "$other" 1 2 >>"$source"
stored "$one"
stored "$two"
end_follow
expect_status 0
both_whole "$source_one" "$source"
check test -d "$vault/demo/sessions/claude-code/$one"
check test -d "$vault/other/sessions/claude-code/$two"

test_that "also when its first lines do not tell"
fresh
: >"$source_one"
follow --everywhere --interval 0.05
fake "$two" "$other" 0
for file in "$source_one" "$source"; do
	first_lines "$file"
	first_lines "$file"
done
time_to_err
grow "$source_one" "$one" 1 2
lines "$two" "$other" 1 2 >>"$source"
stored "$one"
stored "$two"
end_follow
expect_status 0
both_whole "$source_one" "$source"
check test -d "$vault/demo/sessions/claude-code/$one"
check test -d "$vault/other/sessions/claude-code/$two"

test_that "and of a folder that is wanted it is followed then"
anew
follow --all --cwd "$demo" --interval 1
fake "$two" "$demo" 0
first_lines "$source"
time_to_err
grow "$source" "$two" 1 1
stored "$two"
end_follow
expect_status 0
is_whole "$two" "$source"

test_that "what grows in the last moment has an end, too, and a torn line"
fresh
mirror --everywhere
follow --everywhere --interval 30
grow "$source_one" "$one" 4 4
printf '{"torn":' >>"$source_one"
end_follow
expect_status 0
is_whole "$one" "$source_one"
check test "$(ended "$one")" = yes

test_that "one that somebody stops meanwhile goes on"
fresh
follow --everywhere --interval 0.05
stored "$one"
run seshat stop "$one"
expect_status 0
grow "$source_one" "$one" 4 4
stored "$one" 2
end_follow
expect_status 0
is_whole "$one" "$source_one"
check test "$(streams "$one")" = 1
check test "$(ended "$one")" = yes

test_that "one that somebody removes meanwhile stays away"
fresh
fake "$two" "$demo"
follow --everywhere --interval 0.05
stored "$one"
stored "$two"
run seshat rm --yes "$one"
expect_status 0
grow "$source_one" "$one" 4 4
grow "$source" "$two" 4 4
stored "$two" 2
end_follow
expect_status 0
run seshat show "$one"
expect_status 3
check test -z "$(find "$vault" -name "*$one*" -path '*/sessions/*')"
is_whole "$two" "$source"

finish
