# Disks that are full, broken, read-only or cannot link; two machines on one
# vault; and mirrors that overtake each other.
. "$SESHAT_SOURCE/tests/crash/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/accident.sh"

# on DISK COMMAND...: run it where the calls that DISK lists fail, below the
# vault; from call $from on.
from=0
on() {
	disk=$1
	shift
	run env LD_PRELOAD="$INTERPOSE" FAIL="$disk" FAIL_FROM="$from" \
	    FAIL_UNDER="$vault" "$@"
}

# no_litter: no half-written object is left.
no_litter() {
	check test -z "$(find "$vault" -name '.tmp-*')"
}

# grown: three lines are stored, three are new.
grown() {
	anew
	fake "$a" "$demo"
	mirror --everywhere
	cp "$source" "$T/first"
	lines "$a" "$demo" 4 6 >>"$source"
}

no_link="link:1"
no_rename="link:1 renameat2:22"
read_only="open:30 mkdir:30 link:30 rename:30 renameat2:30 unlink:30 write:30"
full="open:28 mkdir:28 link:28 write:28"

test_that "without link() it renames, and never over what is there"
anew
fake "$a" "$demo"
on "$no_link" "$SESHAT_BIN" mirror --everywhere
expect_status 0
no_litter
cp -a "$XDG_STATE_HOME/seshat" "$T/older"
for n in 4 5; do
	lines "$a" "$demo" "$n" "$n" >>"$source"
	on "$no_link" "$SESHAT_BIN" mirror --everywhere
	expect_status 0
done
is_whole "$a" "$source"
snapshot >"$T/before"
rm -r "$XDG_STATE_HOME/seshat"
mv "$T/older" "$XDG_STATE_HOME/seshat"
on "$no_link" "$SESHAT_BIN" mirror --everywhere
expect_status 0
no_litter
is_whole "$a" "$source"
snapshot | grep '/part-' >"$T/after"
grep '/part-' "$T/before" >"$T/wanted"
same "$T/wanted" "$T/after"

test_that "without link() and a rename that replaces nothing the store is refused"
anew
fake "$a" "$demo"
on "$no_rename" "$SESHAT_BIN" mirror --everywhere
expect_status 1
expect_out "mirrored 0 of 1 session, 0 B new (0 B stored), 0 secrets redacted, 1 failed   $(sed 's/.*failed   //' "$T/out")"
err_has "^seshat: claude-code/$a: file://$vault: .*can neither link nor rename without replacing: keep the vault on another"
no_litter
check test -z "$(parts)"
mirror --everywhere
is_whole "$a" "$source"

test_that "a vault that became one is refused, and can be read"
lines "$a" "$demo" 4 5 >>"$source"
head -n 3 "$source" >"$T/first"
on "$no_rename" "$SESHAT_BIN" mirror --everywhere
expect_status 1
err_has 'can neither link nor rename'
is_whole "$a" "$T/first"
mirror --everywhere
is_whole "$a" "$source"

test_that "a read-only vault: status 4, the file system is blamed, it can be read"
grown
snapshot >"$T/before"
on "$read_only" "$SESHAT_BIN" mirror --everywhere
expect_status 4
err_has "^seshat: claude-code/$a: file://$vault: .*Read-only file system"
for command in "stop $a" "rm --yes $a"; do
	# shellcheck disable=SC2086 # words
	on "$read_only" "$SESHAT_BIN" $command
	expect_status 4
	err_has "$vault.*Read-only file system"
done
on "$read_only" "$SESHAT_BIN" show "$a" --raw
expect_status 0
same "$T/first" "$T/out"
on "$read_only" "$SESHAT_BIN" verify
expect_status 0
snapshot >"$T/after"
same "$T/before" "$T/after"
mirror --everywhere
is_whole "$a" "$source"

# new: nothing is stored.
new() {
	anew
	fake "$a" "$demo"
}

# at_every_call PREPARE DISK REGEX: the disk breaks at each call of a mirror
# in turn.  That is told as REGEX unless nobody was hurt; what was stored
# before is there; once the disk is well all is, in one stream.
at_every_call() {
	"$1"
	count_calls "$SESHAT_BIN" mirror --everywhere
	total=$calls
	hurt=0
	from=1
	while [ "$from" -le "$total" ]; do
		"$1"
		on "$2" "$SESHAT_BIN" mirror --everywhere
		cp "$T/err" "$T/told"
		case $status in
		0) ;;
		1 | 5)
			told "$3"
			hurt=$((hurt + 1))
			;;
		*) fail "call $from: status $status: $(cat "$T/told")" ;;
		esac
		told_status=$status
		run seshat show "$a" --raw
		if [ "$told_status" = 0 ]; then
			same "$source" "$T/out"
		elif [ "$1" = grown ]; then
			expect_status 0
			cmp -s "$T/out" "$T/first" ||
			    same "$source" "$T/out"
		fi
		mirror --everywhere
		is_whole "$a" "$source"
		no_litter
		run seshat verify --source
		expect_status 0
		from=$((from + 1))
	done
	from=0
	check test "$hurt" -gt 3
}

for state in new grown; do
	test_that "a disk that is full from any call on, $state"
	at_every_call $state "$full" \
	    "^seshat: .*file://$vault: .*No space left on device"
done

test_that "a disk that does not keep what it was given"
at_every_call grown "fsync:5" "^seshat: .*file://$vault: .*Input/output error"

test_that "nor one that says so of a file alone, and not of its folder"
at_every_call grown "fsync-file:5" \
    "^seshat: .*file://$vault: .*Input/output error"

test_that "a full disk stops one session, not those beside it"
session 3
lines "$a" "$demo" 4 4 >>"$source"
lines "$b" "$T/work/beside" 50 50 >>"$beside"
run env LD_PRELOAD="$INTERPOSE" FAIL="$full" FAIL_UNDER="$vault/demo" \
    "$SESHAT_BIN" mirror --everywhere --no-redact
expect_status 5
err_has "^seshat: claude-code/$a: .*No space left on device"
out_has ', 1 failed'
is_whole "$b" "$beside"
is_whole "$a" "$T/first"
again
is_whole "$a" "$source"

test_that "a state folder that is full or read-only: told, and nothing is stored twice"
for disk in "$full" "$read_only"; do
	new
	run env LD_PRELOAD="$INTERPOSE" FAIL="$disk" \
	    FAIL_UNDER="$XDG_STATE_HOME" "$SESHAT_BIN" mirror --everywhere
	case $status in
	1 | 4) ;;
	*) fail "status $status" ;;
	esac
	err_has "$XDG_STATE_HOME.*(No space left on device|Read-only file system)"
	mirror --everywhere
	lines "$a" "$demo" 4 6 >>"$source"
	run env LD_PRELOAD="$INTERPOSE" FAIL="$disk" \
	    FAIL_UNDER="$XDG_STATE_HOME" "$SESHAT_BIN" mirror --everywhere
	check test "$status" -ne 0
	err_has "$XDG_STATE_HOME.*(No space left on device|Read-only file system)"
	mirror --everywhere
	is_whole "$a" "$source"
done

# mib N: so many lines of a MiB each.
mib() {
	head -c 1048576 /dev/zero | tr '\0' x >"$T/mib"
	for n in $(seq "$1"); do
		printf '{"type":"user","cwd":"%s","x":"' "$demo"
		cat "$T/mib"
		printf '"}\n'
	done
}

# One mirror stands still between two parts, with the session's lock held.
# Another waits for the lock; when it gets it, more is stored than the file
# held when the other one opened it.
test_that "a mirror that had to wait while the file grew does not start anew"
session 1
mib 9 >>"$source"
env LD_PRELOAD="$INTERPOSE" STOP=link "$SESHAT_BIN" mirror --session-id "$a" \
    --no-redact >"$T/one" 2>&1 &
one=$!
while kill -0 "$one" 2>/dev/null; do
	! grep -q '^State:.*T' "/proc/$one/status" || break
done
"$SESHAT_BIN" mirror --everywhere --no-redact >"$T/two" 2>&1 &
two=$!
inode=$(stat -c %i "$XDG_STATE_HOME"/seshat/mirror/*/locks)
while kill -0 "$two" 2>/dev/null; do
	! grep -Eq -e "-> .*:$inode " /proc/locks || break
done
mib 2 >>"$source"
kill -CONT "$one"
wait "$one" || fail "$(cat "$T/one")"
wait "$two" || fail "$(cat "$T/two")"
mirror --everywhere --no-redact
is_whole "$a" "$source"

# machine NAME COMMAND...: run it as if this were the machine NAME, which has
# a state of its own and the one vault.
machine() {
	name=$1
	shift
	mkdir -p "$T/machines"
	echo "$name" | sha256sum | cut -c1-32 >"$T/machines/$name"
	run env LD_PRELOAD="$INTERPOSE" MACHINE_ID="$T/machines/$name" \
	    XDG_STATE_HOME="$T/state-$name" "$@"
}

# all_kept FILE...: each is what one of the session's streams holds.
all_kept() {
	for file; do
		for id in $(parts "$a" |
		    sed -n 's/.*part-0*-\([0-9a-f]\{8\}\)\..*/\1/p'); do
			seshat show "$a" --raw --stream "$id" >"$T/stream"
			! cmp -s "$file" "$T/stream" || continue 2
		done
		fail "$file is in no stream"
	done
}

test_that "two machines, two homes, one vault: each keeps its own"
anew
rm -rf "$T/state-one" "$T/state-two"
fake "$a" "$demo"
machine one "$SESHAT_BIN" mirror --everywhere
expect_status 0
cp "$source" "$T/one"
lines "$a" "$demo" 100 104 >"$source"
machine two "$SESHAT_BIN" mirror --everywhere
expect_status 0
cp "$source" "$T/two"
for n in 1 2 3; do
	for name in one two; do
		lines "$a" "$demo" "$n$n" "$n$n" >>"$T/$name"
		cp "$T/$name" "$source"
		machine $name "$SESHAT_BIN" mirror --everywhere
		expect_status 0
	done
done
all_kept "$T/one" "$T/two"
check test "$(streams "$a")" = 2
run seshat verify
expect_status 0

test_that "two machines, the same home: the second one reads on in its own stream"
anew
rm -rf "$T/state-one" "$T/state-two"
fake "$a" "$demo"
machine one "$SESHAT_BIN" mirror --everywhere
lines "$a" "$demo" 4 4 >>"$source"
machine two "$SESHAT_BIN" mirror --everywhere
expect_status 0
lines "$a" "$demo" 5 5 >>"$source"
machine one "$SESHAT_BIN" mirror --everywhere
expect_status 0
machine two "$SESHAT_BIN" mirror --everywhere
expect_status 0
all_kept "$source"
check test "$(streams "$a")" = 2
run seshat show "$a" --raw
same "$source" "$T/out"
run seshat verify --source
expect_status 0

# copied: home and state of machine one are those of machine two as well.
copied() {
	anew
	rm -rf "$T/state-one" "$T/state-two"
	fake "$a" "$demo"
	machine one "$SESHAT_BIN" mirror --everywhere
	lines "$a" "$demo" 4 4 >>"$source"
	machine one "$SESHAT_BIN" mirror --everywhere
	expect_status 0
	cp -a "$T/state-one" "$T/state-two"
	cp "$source" "$T/one"
	cp "$source" "$T/two"
}

test_that "a home copied to a second machine: its mirror opens its own stream"
copied
lines "$a" "$demo" 20 20 >>"$T/two"
cp "$T/two" "$source"
machine two "$SESHAT_BIN" mirror --everywhere
expect_status 0
check test "$(streams "$a")" = 2
all_kept "$T/one" "$T/two"

test_that "a home copied to a second machine: what both write on is kept"
copied
for n in 1 2 3; do
	for name in one two; do
		lines "$a" "$demo" "$n$n" "$n$n" >>"$T/$name"
		[ $name = one ] || echo '{"two":2}' >>"$T/$name"
		cp "$T/$name" "$source"
		machine $name "$SESHAT_BIN" mirror --everywhere
		expect_status 0
	done
done
all_kept "$T/one" "$T/two"
run seshat verify
expect_status 0

finish
