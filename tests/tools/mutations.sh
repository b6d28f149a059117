# tools/mutations finds what it is there to find, in a small project.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

mutations() {
	run "$SESHAT_SOURCE/tools/mutations" --root "$T/work" "$@"
}

# mutation NAME OLD NEW [TEST]: one of half.c.
mutation() {
	printf '%s\n' "It is $1." "invariant: 1" \
	    "test: ${4-tests/half.sh: half of four is two}" "in: half.c" \
	    "-$2" "+$3" >"tests/mutations/$1.txt"
}

mkdir -p tests/mutations
cat >meson.build <<'END'
project('half', 'c')
half = executable('half', 'half.c')
test('half', find_program('tests/half.sh'), args: half, depends: half)
END
echo "option('tests', type: 'feature', value: 'auto')" >meson_options.txt
cat >half.c <<'END'
#include <stdio.h>

int
main(void)
{
	int n = 4;

	(void)printf("%d\n", n / 2);
	return 0;
}
END
cat >tests/half.sh <<'END'
#!/bin/sh
[ "$("$1")" = 2 ] || printf 'not '
echo 'ok 1 - half of four is two'
echo 'not ok 2 - half of four is three'
echo 'ok 3 - half of five is not known # SKIP'
echo 'ok 4 - it ends'
END
chmod +x tests/half.sh
mutation 01-third '	(void)printf("%d\n", n / 2);' '	(void)printf("%d\n", n / 3);'
printf '%s\n' '**INVARIANT 1.** It halves. `tests/half.sh`' >DESIGN.md
"$SESHAT_SOURCE/tools/mutations" --root "$T/work" --list >>DESIGN.md
cp DESIGN.md "$T/design"
git init -q .

test_that "a mutation that fits, and is listed, is all right"
mutations --check
expect_status 0
expect_out ""

test_that "one that a test finds is killed"
mutations
expect_status 0
out_has '^killed    01-third  .* tests/half.sh: half of four is two'
out_has '^1 killed$'

test_that "one that none finds survives, the others are killed all the same"
mutation 02-same '	(void)printf("%d\n", n / 2);' '	(void)printf("%d\n", n - 2);'
mutations
expect_status 1
out_has '^SURVIVED  02-same'
out_has '^killed    01-third'
out_has '^1 killed, 1 SURVIVED$'

test_that "and so does one that only some of its tests find"
cp tests/mutations/01-third.txt "$T/third"
echo 'test: tests/half.sh: it ends' >>tests/mutations/01-third.txt
mutations 01-third
expect_status 1
out_has '^SURVIVED  01-third .* tests/half.sh: it ends$'
cp "$T/third" tests/mutations/01-third.txt

test_that "one that is named is tried alone"
mutations 02-same
expect_status 1
out_lacks '01-third'

test_that "one that does not compile is told"
mutation 02-same '	int n = 4;' '	int n = four;'
mutations 02-same
expect_status 1
out_has '^not built 02-same'

test_that "a test that fails without a mutation tells nothing, and is told"
mutation 02-same '	int n = 4;' '	int n = 6;' \
    'tests/half.sh: half of four is three'
mutations 02-same
expect_status 1
out_has '^failed as it is: tests/half.sh: half of four is three$'
out_lacks '^killed'

test_that "neither does one that is not run; one that is skipped is no failure"
mutation 02-same '	int n = 4;' '	int n = 6;' 'tests/half.sh: half'
mutations 02-same
expect_status 1
out_has '^absent as it is: tests/half.sh: half$'
mutation 02-same '	int n = 4;' '	int n = 6;' \
    'tests/half.sh: half of five is not known'
run env -u CI "$SESHAT_SOURCE/tools/mutations" --root "$T/work" 02-same
expect_status 0
out_has '^skipped   02-same'
CI=true mutations 02-same
expect_status 1

test_that "lines that are not there, or twice, are told"
mutation 02-same '	int n = 5;' '	int n = 6;'
mutations --check
expect_status 1
out_has '^02-same: its lines stand in half.c 0 times, not once$'
mutations 02-same
expect_status 1
mutation 02-same '' '	int n = 6;'
mutations --check
out_has '^02-same: its lines stand in half.c 2 times, not once$'

test_that "so is a mutation that changes nothing, or is none"
mutation 02-same '	int n = 4;' '	int n = 4;'
mutations --check
expect_status 1
out_has '^02-same: changes nothing in half.c$'
echo 'It is none.' >tests/mutations/02-same.txt
mutations --check
expect_status 1
out_has '^02-same: what, invariant, test or in is missing$'
echo 'nothing: at all' >>tests/mutations/02-same.txt
mutations --check
expect_status 1
out_has '^02-same: line 2: nothing: at all$'
rm tests/mutations/02-same.txt

test_that "a test that is not there is told"
mutation 02-same '	int n = 4;' '	int n = 6;' 'tests/half.sh: pigs fly'
mutations --check
expect_status 1
out_has "^02-same: tests/half.sh has no test 'pigs fly'\$"
mutation 02-same '	int n = 4;' '	int n = 6;' 'tests/third.sh'
mutations --check
out_has '^02-same: tests/third.sh is not there$'
rm tests/mutations/02-same.txt

test_that "DESIGN.md lists each mutation, and no other, and each invariant has one"
echo '**INVARIANT 2.** All else is well.' >>DESIGN.md
mutations --check
expect_status 1
expect_out "INVARIANT 2: no mutation breaks it"
grep -v '01-third' "$T/design" >DESIGN.md
mutations --check
expect_status 1
out_has '^01-third: DESIGN.md lacks the row: \| 1 \| 01-third \| It is 01-third\. \| `half.c` \| `tests/half.sh: half of four is two` \|$'
sed 's/01-third/00-gone/' "$T/design" >DESIGN.md
mutations --check
out_has '^00-gone: is in DESIGN.md, not in tests/mutations$'

finish
