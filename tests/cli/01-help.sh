# The help of every command, and what is said to a mistyped one.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

# Lines of more than 80 columns; our help is ASCII, so that bytes are columns.
fits() {
	check test -z "$(awk 'length > 80' "$T/out")"
	check test -z "$(LC_ALL=C grep -n '[^ -~]' "$T/out")"
}

# Options that stand in the table of the help.
listed() {
	sed -nE 's/^ +(-[a-zA-Z], +)?(--[a-z-]+).*/\2/p' "$T/out" | sort -u
}

# Options that the usage, the description and the examples speak of.
mentioned() {
	sed -n -e '/^Options/,/^$/d' -e p "$T/out" |
	    grep -E -e '^ *(\$ )?seshat ' -e '^[^ ]' |
	    grep -Eo -e '(^|[ ([])--[a-z-]+' | grep -Eo -e '--[a-z-]+' | sort -u
}

test_that "the version is printed"
run seshat --version
expect_status 0
expect_out "seshat $(sed -n "s/^  version: '\(.*\)',/\1/p" \
    "$SESHAT_SOURCE/meson.build")"
expect_err ""

test_that "the help lists the commands"
run seshat --help
expect_status 0
expect_err ""
out_has '^Commands:$'
fits
# "  name   summary", where a name may be of two words
sed -n '/^Commands:$/,/^$/p' "$T/out" | sed -nE 's/^  ([a-z].*)/\1/p' |
    awk -F '  +' '{ print $1 }' >"$T/commands"

test_that "what the commands do stands in one column"
sed -n '/^Commands:$/,/^$/p' "$T/out" | grep '^  [a-z]' |
    sed -E 's/^(  [^ ]+( [^ ]+)?  +)[^ ].*/\1/' | awk '{ print length($0) }' |
    sort -u >"$T/columns"
check test "$(wc -l <"$T/columns")" = 1

test_that "seshat alone shows the help on stderr, with status 2"
run seshat
expect_status 2
expect_out ""
err_has '^Commands:$'

while read -r command; do
	test_that "the help of '$command' is whole and fits 80 columns"
	# shellcheck disable=SC2086 # "log append" is two words
	run seshat $command --help
	expect_status 0
	expect_err ""
	out_has "^Usage: seshat $command"
	out_has '^Examples:$'
	out_has '^Exit status: '
	fits
	listed >"$T/listed"
	check grep -qxe --help "$T/listed"
	mentioned >"$T/mentioned"
	unlisted=$(comm -13 "$T/listed" "$T/mentioned" | grep -vx -e --version ||
	    true)
	[ -z "$unlisted" ] || fail "mentioned but not listed: $unlisted"

	test_that "'$command' refuses an option it does not know"
	# shellcheck disable=SC2086
	run seshat $command --no-such-option
	expect_out ""
	# an agent must never hear of it
	if [ "$command" = 'hook run' ]; then
		expect_status 0
		expect_err ""
		check grep -q no-such-option "$XDG_STATE_HOME/seshat/hook/log"
		continue
	fi
	expect_status 2
	err_has "no-such-option"
	err_has "Try 'seshat $command --help'"
done <"$T/commands"

test_that "an unknown command is named, with where to look"
run seshat no-such-command
expect_status 2
expect_out ""
err_has "no-such-command"
err_has "seshat --help"

for group in log session; do
	case $group in
	log) words='append, read' ;;
	session) words='mirror, list, show, stop(, compact)?' ;;
	esac
	test_that "'$group' alone names the words that may follow"
	run seshat $group
	expect_status 2
	expect_out ""
	err_has "^seshat: '$group' needs a second word: $words$"
	run seshat $group --json
	expect_status 2

	test_that "so does '$group' with another word"
	run seshat $group no-such-word
	expect_status 2
	expect_out ""
	err_has "no command '$group no-such-word' \(behind '$group' there are: $words\)"

	test_that "'$group --help' lists them"
	run seshat $group --help
	expect_status 0
	expect_err ""
	out_has "^Usage: seshat $group COMMAND"
	fits
	seshat --help "$group" >"$T/first"
	same "$T/first" "$T/out"
done

for word in mirror list show stop; do
	test_that "'session $word' is '$word'"
	run seshat session $word --help
	expect_status 0
	cp "$T/out" "$T/first"
	run seshat $word --help
	same "$T/first" "$T/out"
	run seshat session $word --no-such-option
	expect_status 2
	err_has 'no-such-option'
done

test_that "a first word alone shows what may follow, with an example each"
for word in log exec session gists hook plan workspace; do
	run seshat $word --help
	expect_status 0
	check test "$(sed -n '/^Commands:/,/^$/p' "$T/out" | grep -c '^  ')" -le \
	    "$(sed -n '/^Examples:/,/^$/p' "$T/out" | grep -c '^  .*seshat')"
	check test -z "$(grep -E '.{81}' "$T/out")"
done

if [ -w /dev/full ]; then
	test_that "help that cannot be written is a failure"
	for words in --help "log --help" "list --help"; do
		status=0
		# shellcheck disable=SC2086 # words
		seshat $words >/dev/full 2>"$T/err" || status=$?
		expect_status 1
		err_has 'write to standard output'
	done
fi

test_that "its options and arguments are those of the command"
run seshat --json session show nothing
expect_status 3
err_has '"exit":3'
run seshat session mirror --everywhere --cwd "$T" --all
expect_status 2
err_has '^seshat: --all and --everywhere'

test_that "an unknown option before the command is named"
run seshat --no-such-option list
expect_status 2
expect_out ""
err_has "no-such-option"

finish
