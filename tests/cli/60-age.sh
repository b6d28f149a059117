# Files of age, held against the program age: each opens what the other wrote.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

command -v age >/dev/null && command -v age-keygen >/dev/null ||
	skip_all "age is not installed"
tool=$(dirname "$SESHAT_BIN")/tests/cli/age_tool

# talk [QUESTION ANSWER]... -- COMMAND...: on a terminal; what it showed is in
# $T/out.
talk() {
	status=0
	ran=$*
	python3 "$SESHAT_SOURCE/tests/cli/talk.py" "$T/out" "$@" \
	    >"$T/err" 2>&1 || status=$?
}

# ours OPTION..., from $T/in to $T/made; theirs OPTION..., the same.
ours() {
	status=0
	ran="age_tool $*"
	"$tool" "$@" <"$T/in" >"$T/made" 2>"$T/err" || status=$?
}

theirs() {
	status=0
	ran="age $*"
	age "$@" <"$T/in" >"$T/made" 2>"$T/err" || status=$?
}

# next: what was made is what is taken next.
next() {
	mv "$T/made" "$T/in"
}

age-keygen -o "$T/key" 2>"$T/log"
age-keygen -o "$T/key2" 2>"$T/log"
age-keygen -o "$T/key3" 2>"$T/log"
to=$(age-keygen -y "$T/key")
to2=$(age-keygen -y "$T/key2")
yes "a line of a session" | head -c 41943040 >"$T/large"

test_that "age opens what we encrypt, and we what it encrypts"
for size in 0 1 100 65535 65536 65537 131072 131073 41943040; do
	head -c "$size" "$T/large" >"$T/plain"
	for armour in "" -a; do
		cp "$T/plain" "$T/in"
		ours -e $armour -r "$to"
		expect_status 0
		next
		theirs -d -i "$T/key"
		expect_status 0
		same "$T/plain" "$T/made"

		cp "$T/plain" "$T/in"
		theirs -e $armour -r "$to"
		expect_status 0
		next
		ours -d -i "$T/key"
		expect_status 0
		same "$T/plain" "$T/made"
	done
done

test_that "what we armour is armoured as age does it"
echo "a few words" >"$T/in"
ours -e -a -r "$to"
check test "$(head -n 1 "$T/made")" = "-----BEGIN AGE ENCRYPTED FILE-----"
check test "$(tail -n 1 "$T/made")" = "-----END AGE ENCRYPTED FILE-----"
check test "$(sed '1d;$d' "$T/made" | sed '$d' | grep -cvE '^.{64}$')" = 0

test_that "each of several recipients opens it, and nobody else"
echo "for two" >"$T/plain"
for armour in "" -a; do
	cp "$T/plain" "$T/in"
	ours -e $armour -r "$to" -r "$to2"
	next
	for key in key key2; do
		theirs -d -i "$T/$key"
		same "$T/plain" "$T/made"
	done
	theirs -d -i "$T/key3"
	expect_status 1
	ours -d -i "$T/key3"
	expect_status 4
	err_has '^age_tool: it is encrypted to other recipients'
	check test ! -s "$T/made"

	cp "$T/plain" "$T/in"
	theirs -e $armour -r "$to" -r "$to2"
	next
	for key in key key2; do
		ours -d -i "$T/$key"
		same "$T/plain" "$T/made"
	done
	ours -d -i "$T/key3" -i "$T/key2"
	same "$T/plain" "$T/made"
	ours -d -i "$T/key3"
	expect_status 4
done

test_that "age opens what we encrypt with a passphrase"
echo "between us" >"$T/plain"
cp "$T/plain" "$T/in"
SESHAT_PASSPHRASE="four words and more" ours -e -p
expect_status 0
mv "$T/made" "$T/sealed"
talk "Enter passphrase" "four words and more" \
    -- age -d -o "$T/opened" "$T/sealed"
expect_status 0
same "$T/plain" "$T/opened"
talk "Enter passphrase" "four other words" -- age -d "$T/sealed"
expect_status 1

test_that "we open what age encrypts with a passphrase"
rm "$T/sealed"
talk "Enter passphrase" "schöne Worte" "Confirm" "schöne Worte" \
    -- age -e -p -a -o "$T/sealed" "$T/plain"
expect_status 0
cp "$T/sealed" "$T/in"
SESHAT_PASSPHRASE="schöne Worte" ours -d -p
expect_status 0
same "$T/plain" "$T/made"
SESHAT_PASSPHRASE="schone Worte" ours -d -p -i "$T/key"
expect_status 4
err_has '^age_tool: the passphrase is wrong$'
check test ! -s "$T/made"

test_that "a key does not stand for a passphrase, nor the other way round"
ours -d -i "$T/key"
expect_status 4
err_has 'with a passphrase and not to keys'
cp "$T/plain" "$T/in"
ours -e -r "$to"
next
SESHAT_PASSPHRASE=x ours -d -p
expect_status 4
err_has 'to keys and not with a passphrase'

# On a terminal: what is typed is not shown.
cat >"$T/seal.sh" <<-END
	"$tool" -e -p <"$T/plain" >"$T/sealed"
	echo "ended with \$?"
	stty -a | tr ' ;' '\n\n' | grep -xE -e '-?(echo|isig)'
END
cat >"$T/open.sh" <<-END
	"$tool" -d -p <"$T/sealed" >"$T/opened"
	echo "ended with \$?"
END

# terminal_is_back: it shows what is typed.
terminal_is_back() {
	out_has '^echo$'
	out_has '^isig$'
	out_lacks '^-(echo|isig)'
}

test_that "a passphrase is asked for twice and not shown"
talk "Passphrase (not shown): " "typed in" "once more" "typed in" \
    -- sh "$T/seal.sh"
out_has '^ended with 0'
out_lacks 'typed in'
terminal_is_back
talk "Passphrase of the file" "typed in" -- sh "$T/open.sh"
out_has '^ended with 0'
out_lacks 'typed in'
same "$T/plain" "$T/opened"

test_that "two that differ, and none, are told"
talk "Passphrase (" "typed in" "once more" "typed out" -- sh "$T/seal.sh"
out_has 'the two passphrases differ'
out_has '^ended with 2'
terminal_is_back
talk "Passphrase (" "" -- sh "$T/seal.sh"
out_has 'the passphrase is empty'
out_has '^ended with 2'

test_that "Ctrl-C at the passphrase gives the terminal back"
talk "Passphrase (" ^C -- sh "$T/seal.sh"
out_has '^ended with 130'
terminal_is_back
check test ! -s "$T/sealed"
talk "Passphrase (" "typed in" "once more" ^C -- sh "$T/seal.sh"
out_has '^ended with 130'
terminal_is_back

test_that "a signal gives the terminal back, too"
cat >"$T/kill.sh" <<-END
	until stty -a </dev/tty | grep -qw -e -echo; do
		sleep 0.05
	done
	kill -TERM "\$(cat "$T/pid")"
END
cat >"$T/killed.sh" <<-END
	sh "$T/kill.sh" &
	sh -c 'echo \$\$ >"$T/pid"; exec "$tool" -e -p <"$T/plain" >"$T/sealed"'
	echo "ended with \$?"
	stty -a | tr ' ;' '\n\n' | grep -xE -e '-?(echo|isig)'
END
talk -- sh "$T/killed.sh"
out_has '^ended with 130'
terminal_is_back

test_that "without a terminal the variable is named"
status=0
setsid "$tool" -e -p <"$T/plain" >"$T/made" 2>"$T/err" || status=$?
expect_status 2
err_has 'no terminal to ask for the passphrase on: set SESHAT_PASSPHRASE$'
SESHAT_PASSPHRASE= ours -e -p
expect_status 2
err_has 'SESHAT_PASSPHRASE is set, but empty'

test_that "what was damaged or cut off is refused, and age thinks so, too"
head -c 200000 "$T/large" >"$T/in"
ours -e -r "$to"
expect_status 0
mv "$T/made" "$T/sealed"
size=$(stat -c %s "$T/sealed")
for keep in 0 1 100 199 200 215 216 $((size - 65536)) $((size - 1)); do
	head -c "$keep" "$T/sealed" >"$T/in"
	theirs -d -i "$T/key"
	check test "$status" != 0
	ours -d -i "$T/key"
	check test "$status" != 0
	check test "$(stat -c %s "$T/made")" -lt 200000
done
{ cat "$T/sealed"; echo; } >"$T/in"
theirs -d -i "$T/key"
check test "$status" != 0
ours -d -i "$T/key"
expect_status 5
err_has 'damaged or cut off'

test_that "we are no more forgiving than age, and no less"
# accepts YES-OR-NO: both do so with $T/in.
accepts() {
	theirs -d -i "$T/key"
	check test "$([ "$status" = 0 ] && echo yes || echo no)" = "$1"
	ours -d -i "$T/key"
	check test "$([ "$status" = 0 ] && echo yes || echo no)" = "$1"
}
echo "a few words" >"$T/in"
ours -e -a -r "$to"
mv "$T/made" "$T/armour"
sed 's/$/\r/' "$T/armour" >"$T/in"
accepts yes
printf %s "$(cat "$T/armour")" >"$T/in"
accepts yes
{ cat "$T/armour"; printf '\n \t\n\n'; } >"$T/in"
accepts yes
{ cat "$T/armour"; echo x; } >"$T/in"
accepts no
sed 's/$/ /' "$T/armour" >"$T/in"
accepts no
sed '3i\\' "$T/armour" >"$T/in"
accepts no
sed '2s/^\(.\{32\}\)/\1\n/' "$T/armour" >"$T/in"
accepts no
sed '$d' "$T/armour" >"$T/in"
accepts no
sed '1s/AGE/age/' "$T/armour" >"$T/in"
accepts no
cat "$T/armour" "$T/armour" >"$T/in"
accepts no
for grease in '-> x y\n\n' '-> x  y\n\n' '-> x\n' '-> x\nAA=\n' '->x\n\n'; do
	# no HMAC fits it, so neither may
	sed "2i\\$grease" "$T/sealed" >"$T/in"
	accepts no
done

test_that "an identity file that is none says in which line, and shows nothing"
{ cat "$T/key"; echo "AGE-SECRET-KEY-1QQQSHOWNQQQ"; } >"$T/bad"
: >"$T/in"
ours -d -i "$T/bad"
expect_status 1
err_has "^age_tool: $T/bad: line 4: this is no identity"
err_lacks 'SHOWN'
SESHAT_PASSPHRASE=x "$tool" -e -p -a <"$T/key" >"$T/bad"
ours -d -i "$T/bad"
err_has "$T/bad: line 1: the file is encrypted itself"

finish
