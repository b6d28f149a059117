# tools/check-words and tools/check-docs find what they are there to find.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

words() {
	run "$SESHAT_SOURCE/tools/check-words" "$1"
}

test_that "an ordinary file passes"
printf 'int x; /* in ~/.local and /usr/lib, for alice: /home/alice/x */\n' >a.c
words a.c
expect_status 0
expect_out ""

# each in pieces, for this file is checked too
for bad in "gh""p_0123456789abcdefghijklmnopqrstuvwxyz" "AK""IA0123456789ABCDEF" \
    "sk-""ant-api03-abcdefghijklmnopqrst" "see /ro""ot/x" "/ho""me/carol/x" \
    "npmjs"".org" "TO""DO: later" "AI-""generated" "blank at the end ""$(
	)" "a carriage return$(printf '\r')"; do
	test_that "refused: $(echo "$bad" | tr -dc 'a-zA-Z' | cut -c 1-6)..."
	case $bad in
	blank*) printf '%s \n' "$bad" >a.c ;;
	*) printf '%s\n' "$bad" >a.c ;;
	esac
	words a.c
	expect_status 1
	out_has '^a\.c(:1)?: '
done

test_that "a file without a newline at its end is refused"
printf 'x' >a.c
words a.c
expect_status 1
expect_out "a.c: no newline at the end"

docs() {
	run "$SESHAT_SOURCE/tools/check-docs" DOC.md
}

test_that "a document that names what is there passes"
printf '%s\n' '`tests/cli/lib.sh` and `tests/cli/lib.sh: test_that`' \
    '**INVARIANT 1.** All is well. `tests/cli/01-help.sh`' >DOC.md
docs
expect_status 0

test_that "a file that is not there is named"
echo 'see `tools/no-such-tool`' >DOC.md
docs
expect_status 1
expect_out "DOC.md: tools/no-such-tool is not there"

test_that "a test that is not in its file is named"
echo 'see `tests/cli/01-help.sh: pigs fly`' >DOC.md
docs
expect_status 1
expect_out "DOC.md: tests/cli/01-help.sh has no test 'pigs fly'"

test_that "an invariant without a test is named"
printf '%s\n' '**INVARIANT 1.** Untested.' '' \
    '**ASSUMPTION 2.** Tested. `tests/cli/01-help.sh`' >DOC.md
docs
expect_status 1
expect_out "DOC.md: INVARIANT 1 names no test"

test_that "a place that waits for output is named"
echo '<!-- OUTPUT: seshat list -->' >DOC.md
docs
expect_status 1
expect_out "DOC.md: the output of seshat list is not filled in"

finish
