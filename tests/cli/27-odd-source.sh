# Sources that are no ordinary ones: odd bytes, odd sizes, what is no file at
# all, what cannot be read, and what changes while it is read.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/accident.sh"

token=ghp_$(printf %s 'k3Jf9sLqZ7xTbW2vNc8Ry4Gm6Hd1Pa5Ue0Io')

# odd BYTES: printf's spelling of what comes after three good lines; with a
# line behind it.  Mirrored line by line and as a whole, it comes back as it
# was; a secret beside it does not.
odd() {
	session 3
	# shellcheck disable=SC2059 # BYTES is a format
	printf "$1" >>"$source"
	again
	lines "$a" "$demo" 4 4 >>"$source"
	again
	silent
	is_whole "$a" "$source"
	rm -r "$vault" "$XDG_STATE_HOME/seshat"
	again
	is_whole "$a" "$source"
	run seshat verify --source
	expect_status 0
	run seshat show "$a" --text
	expect_status 0
	run seshat list
	expect_status 0

	anew
	fake "$a" "$demo" 3
	# shellcheck disable=SC2059
	printf "$1" >>"$source"
	printf '{"type":"user","cwd":"%s","t":"%s"}\n' "$demo" "$token" \
	    >>"$source"
	mirror --everywhere
	run seshat show "$a" --raw
	expect_status 0
	sed "s/$token/[REDACTED:github-token]/" "$source" >"$T/clean"
	same "$T/clean" "$T/out"
}

test_that "NUL blocks, as a crash leaves them"
odd '\000\000\000\000\n'
test_that "NUL blocks without a newline: the next line goes on behind them"
odd '\000\000\000\000'
test_that "CRLF"
odd '{"type":"user","x":1}\r\n{"type":"user","x":2}\r\n\r\n'
test_that "invalid UTF-8"
odd '{"type":"user","x":"\377\376\300\200\355\240\200"}\n\377\n'
test_that "a byte order mark"
odd '\357\273\277{"type":"user","x":1}\n'
test_that "glued objects"
odd '{"type":"user","x":1}{"type":"user","x":2}\n{"a":1}[2]"3"4\n'
test_that "lines that are no JSON"
odd 'Segmentation fault (core dumped)\n{"type":\n}\n\n \n'

test_that "a file of NULs that a crash left in place of the session: both are kept"
session
size=$(wc -c <"$source")
: >"$source"
truncate -s "$size" "$source"
echo >>"$source"
again
both 2

test_that "a file of NULs that has no newline yet: what was stored is shown"
session
size=$(wc -c <"$source")
: >"$source"
truncate -s "$size" "$source"
again
run seshat show "$a" --raw
expect_status 0
same "$T/first" "$T/out"

test_that "an empty file is no failure, and is a session once it is filled"
anew
fake "$a" "$demo" 0
again
silent
run seshat show "$a"
expect_status 3
lines "$a" "$demo" 1 3 >>"$source"
again
is_whole "$a" "$source"

test_that "a line of 40 MiB, and what comes after it"
session 3
head -c 41943040 /dev/zero | tr '\0' x >"$T/long"
{
	printf '{"type":"user","cwd":"%s","x":"' "$demo"
	cat "$T/long"
} >>"$source"
again
run seshat show "$a" --raw
expect_status 0
check cmp -s -n "$(wc -c <"$T/out")" "$source" "$T/out"
printf '"}\n' >>"$source"
again
lines "$a" "$demo" 4 4 >>"$source"
again
silent
is_whole "$a" "$source"
run seshat show "$a" --raw --tail 1
tail -n 1 "$source" >"$T/tail"
same "$T/tail" "$T/out"

test_that "a line of 40 MiB: a secret across the border of two parts is scrubbed"
anew
fake "$a" "$demo" 0
{
	printf '{"type":"user","cwd":"%s","x":"' "$demo"
	head -c 8388500 "$T/long"
	printf ' %s ' "$token"
	tail -c +8388501 "$T/long"
	printf '"}\n'
} >>"$source"
mirror --everywhere
sed "s/$token/[REDACTED:github-token]/" "$source" >"$T/clean"
run seshat show "$a" --raw
expect_status 0
same "$T/clean" "$T/out"
rm -f "$T/long" "$T/clean" "$T/out"

# The first 4 GiB of this session were never read: its first part is made to
# say that it holds them, all NULs, which cost nothing on the disk.  What is
# tested is that it goes on across 2^32; tests/cli/90-huge.sh stores all of it.
test_that "a session goes on across 4 GiB"
session 3
end=4294967200
truncate -s $end "$source"
k=$(tail -c 4096 "$source" | sha256sum | cut -c1-64)
part=$(parts "$a")
len=$(($(od -An -tu2 -j14 -N2 "$part")))
head=$(tail -c +17 "$part" | head -c $len | sed "s/ e=[^ ]*//
    s/ c=[^ ]*/ c=0-$end/; s/ o=[^ ]*/ o=$end/; s/ k=[^ ]*/ k=$k/")
printf "%s pad=%0$((len - ${#head} - 5))d" "$head" 0 |
    dd of="$part" bs=1 seek=16 conv=notrunc 2>/dev/null
rm -r "$XDG_STATE_HOME/seshat" "${part%/*}"/stream-*
for n in 4 5 6; do
	lines "$a" "$demo" $n $n >>"$source"
	lines "$a" "$demo" $n $n >>"$T/first"
	again
	silent
	is_whole "$a" "$T/first"
done
check test "$(parts "$a" | wc -l)" = 4
run seshat show "$a" --json
out_has "\"total_source_bytes\":$(wc -c <"$source"),"
run seshat verify
expect_status 0

# strange COMMAND...: makes what is no file under a session's name, $strange;
# the session beside it is mirrored, nobody waits for ever, and a name that
# was a session stays readable.
strange() {
	session 3
	strange=${source%/*}/cccccccc-2222-4333-8444-555555555555.jsonl
	"$@" "$strange" || fail "cannot make it"
	again
	is_whole "$a" "$source"
	run seshat sessions --everywhere
	out_lacks cccccccc

	rm "$source"
	"$@" "$source"
	again
	is_whole "$a" "$T/first"
}

test_that "a FIFO"
strange mkfifo
test_that "a FIFO that somebody writes to"
rm "$source"
mkfifo "$source"
lines "$a" "$demo" 1 3 >"$source" &
again
is_whole "$a" "$T/first"
cat "$source" >"$T/piped" # lets the writer go
wait
test_that "a folder"
strange mkdir
test_that "a link to itself"
to_itself() { ln -s "${1##*/}" "$1"; }
strange to_itself
test_that "a link to nothing"
strange ln -s "$T/nothing"
test_that "a link to a device that never ends"
strange ln -s /dev/zero
test_that "a link to a device that is empty"
strange ln -s /dev/null
device() { mknod "$1" c 1 5; }
if device "$T/device" 2>/dev/null; then
	test_that "a device"
	strange device
else
	test_that "a device # SKIP only root can make one"
fi

test_that "project folders that are links in a circle"
session
ln -s . "$CLAUDE_CONFIG_DIR/projects/-circle"
ln -s ../projects "$CLAUDE_CONFIG_DIR/projects/-up"
ln -s -- -self "$CLAUDE_CONFIG_DIR/projects/-self"
mkdir -p "$CODEX_HOME/sessions"
ln -s .. "$CODEX_HOME/sessions/2026"
again
silent
is_whole "$a" "$source"

if can_deny; then
	test_that "no permission for a file: it is named, the others are mirrored"
	session
	lines "$a" "$demo" 41 42 >>"$source"
	chmod 0 "$source"
	echo '{}' >>"$beside"
	run plain seshat mirror --everywhere --no-redact
	expect_status 5
	err_has "^seshat: 1 file or folder could not be read: $source: .*Permission denied"
	is_whole "$a" "$T/first"
	is_whole "$b" "$beside"
	run plain seshat verify --source
	expect_status 5
	err_has "$source.*Permission denied"
	chmod 600 "$source"
	again
	is_whole "$a" "$source"

	test_that "no permission for a project's folder"
	session
	chmod 0 "${source%/*}"
	echo '{}' >>"$beside"
	run plain seshat mirror --everywhere --no-redact
	expect_status 5
	err_has "${source%/*}: .*Permission denied"
	is_whole "$b" "$beside"
	run plain seshat show "$a" --raw
	same "$T/first" "$T/out"
	chmod 700 "${source%/*}"
else
	test_that "no permission # SKIP root can read all"
fi

test_that "a project's folder that vanished: its sessions stay in the vault"
session
rm -r "${source%/*}"
again
silent
run seshat show "$a" --raw
same "$T/first" "$T/out"
run seshat list
out_has '^aaaaaaaa'
run seshat verify --source
expect_status 0

test_that "all folders vanished: that is told, and the vault is as it was"
rm -r "$CLAUDE_CONFIG_DIR"
snapshot >"$T/before"
run seshat mirror --everywhere
expect_status 3
err_has 'No session found'
err_has "$CLAUDE_CONFIG_DIR/projects"
snapshot >"$T/after"
same "$T/before" "$T/after"

# Goes on until $T/enough is there; a bound, should nobody say so.
until_enough='BEGIN {
	for (i = 1; i < 100000; i++) {
		if (i % 50 == 0 && (getline x < enough) >= 0)
			exit
		printf "{\"type\":\"user\",\"n\":%d,", i
		fflush()
		printf "\"cwd\":\"/w\"}\n"
		fflush()
	}
}'

test_that "growing during the read: in the end all is there, once"
anew
fake "$a" "$demo" 1
rm -f "$T/enough"
awk -v enough="$T/enough" "$until_enough" >>"$source" &
for run in 1 2 3 4 5 6; do
	again
	silent
done
: >"$T/enough"
wait
again
is_whole "$a" "$source"
run seshat verify --source
expect_status 0

# tests/crash/accidents.sh looks after the number of streams, without a race.
test_that "growing while several mirrors read: in the end all is there"
anew
fake "$a" "$demo" 1
rm -f "$T/enough"
awk -v enough="$T/enough" "$until_enough" >>"$source" &
writer=$!
for at in 1 2 3; do
	{
		for run in 1 2 3 4; do
			"$SESHAT_BIN" mirror --everywhere -q
		done >"$T/mirror.$at" 2>&1
		echo "$?" >>"$T/mirror.$at"
	} &
	mirrors="${mirrors-} $!"
done
# shellcheck disable=SC2086 # one a word
wait $mirrors
: >"$T/enough"
wait $writer
check test "$(cat "$T"/mirror.?)" = "$(printf '0\n0\n0')"
mirror --everywhere
run seshat show "$a" --raw
expect_status 0
same "$source" "$T/out"
run seshat verify --source
expect_status 0

test_that "a folder that goes and comes while it is read: nothing is lost"
anew
for n in 1 2 3 4 5 6 7 8; do
	fake "$n$a" "$T/work/away" 30
done
away=${source%/*}
rm -f "$T/enough"
while [ ! -e "$T/enough" ]; do
	mv "$away" "$away.gone"
	mv "$away.gone" "$away"
done &
mover=$!
for run in 1 2 3 4 5 6; do
	for n in 1 2 3 4 5 6 7 8; do
		# fails while the folder is away
		lines "$n$a" "$T/work/away" "$run" "$run" \
		    2>/dev/null >>"$away/$n$a.jsonl" || :
	done
	run seshat mirror --everywhere -q
	case $status in
	0) ;;
	5 | 3) err_has "No such file or directory|No session found" ;;
	*) fail "status $status: $(cat "$T/err")" ;;
	esac
done
: >"$T/enough"
wait $mover
mirror --everywhere
for n in 1 2 3 4 5 6 7 8; do
	is_whole "$n$a" "$away/$n$a.jsonl"
done

finish
