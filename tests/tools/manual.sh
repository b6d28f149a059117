# The manual pages, which are made of the tables of the program.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

pages=$(dirname "$SESHAT_BIN")/share/man1

# The commands, of which some have two words, as the help lists them.
commands() {
	seshat --help | sed -n '/^Commands:$/,/^$/p' |
	    sed -nE 's/^  ([a-z].*)/\1/p' | awk -F '  +' '{ print $1 }'
	seshat exec --help | sed -nE 's/^  (exec [a-z-]+) .*/\1/p'
}

test_that "there is a page of every command, and of nothing else"
commands | sed -e 's/ /-/g' -e 's/.*/seshat-&.1/' >"$T/wanted"
printf '%s\n' seshat.1 seshat-session.1 >>"$T/wanted"
sort "$T/wanted" >"$T/sorted"
ls "$pages" | LC_ALL=C sort >"$T/found"
LC_ALL=C sort -o "$T/sorted" "$T/sorted"
same "$T/sorted" "$T/found"
check test "$(wc -l <"$T/found")" -gt 40

test_that "mandoc has nothing against them"
run mandoc -T lint -W warning "$pages"/*.1
expect_status 0
expect_out ""
expect_err ""

test_that "man can show each without a warning"
for page in "$pages"/*.1; do
	# shellcheck disable=SC2065 # not a comparison
	man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null |
	    sed "s|^|$(basename "$page"): |"
done >"$T/warned"
check test ! -s "$T/warned"

# What a page says to a reader, without overstrikes.
text() {
	mandoc -T utf8 -O width=300 "$pages/seshat-$1.1" | sed -E 's/.\x08//g'
}

commands | while read -r command; do
	name=$(echo "$command" | tr ' ' '-')
	text "$name" >"$T/page"
	# shellcheck disable=SC2086 # "log append" is two words
	seshat $command --help >"$T/help"
	for part in NAME SYNOPSIS DESCRIPTION OPTIONS ENVIRONMENT 'EXIT STATUS' \
	    EXAMPLES 'SEE ALSO'; do
		grep -qx "$part" "$T/page" || echo "$name has no $part"
	done
	sed -nE 's/^ +(-[a-zA-Z], +)?(--[a-z-]+).*/\2/p' "$T/help" |
	    while read -r option; do
		    grep -q -e "$option" "$T/page" || echo "$name has no $option"
	    done
	sed -n '/^Examples:/,/^$/p' "$T/help" | sed -n 's/^  \(seshat.*\)/\1/p' |
	    while IFS= read -r line; do
		    grep -qF -e "$line" "$T/page" || echo "$name has no '$line'"
	    done
done >"$T/missing"
test_that "each has every part, every option and every example of the help"
check test ! -s "$T/missing"
fail_text=$(head -n 5 "$T/missing")
[ -z "$fail_text" ] || fail "$fail_text"

test_that "every variable that the program asks for is in the manual"
text=$(mandoc -T utf8 "$pages/seshat.1" | sed -E 's/.\x08//g')
grep -rhoE 'getenv\("[A-Z_a-z0-9]+"\)' "$SESHAT_SOURCE/src" --include='*.c' \
    --exclude='rules_*' | sed -E 's/.*"(.*)".*/\1/' | sort -u >"$T/asked"
# places of agents are spelled with theirs
grep -rhoE '"\$[A-Z][A-Z0-9_]+' "$SESHAT_SOURCE/src/harness" --include='*.c' |
    tr -d '"$' >>"$T/asked"
# what the help of a command speaks of, too
commands | while read -r command; do
	# shellcheck disable=SC2086
	seshat $command --help
done | grep -oE '\$[A-Z][A-Z0-9_]+' | tr -d '$' >>"$T/asked"
check test "$(wc -l <"$T/asked")" -gt 20
while read -r variable; do
	case $text in
	*"     $variable"*) ;;
	*) fail "$variable is not in seshat(1)" ;;
	esac
done <"$T/asked"

finish
