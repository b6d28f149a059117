# tools/check-layers finds what it is there to find.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

# file PATH LINE...
file() {
	path=$1
	shift
	mkdir -p "$(dirname "$path")"
	printf '%s\n' "$@" >"$path"
}

# lines N: as many empty ones
lines() {
	head -c "$1" /dev/zero | tr '\0' '\n'
}

tree() {
	rm -rf src include
	file include/seshat.h "#ifndef X" "#endif"
	file src/base/a.c '#include "base/a.h"' "" "int" "ses_a(void)" "{" "}"
	file src/base/a.h "int ses_a(void);"
	file src/cli/main.c '#include "base/a.h"' "int" "main(void)" "{" "}"
}

layers() {
	run "$SESHAT_SOURCE/tools/check-layers" .
}

test_that "a tidy tree passes"
tree
layers
expect_status 0
expect_out ""

test_that "an include of a higher layer fails"
tree
file src/base/up.c '#include "vault/vault.h"'
layers
expect_status 1
expect_out "src/base/up.c: base may not include vault"

test_that "an include of a neighbour on the same layer fails"
tree
file src/store/side.h '#include "record/record.h"'
layers
expect_status 1
expect_out "src/store/side.h: store may not include record"

test_that "an include with odd white space is seen"
tree
file src/base/up.c ' #  include  "cli/cli.h"'
layers
expect_status 1

test_that "a folder that is no layer fails"
tree
file src/util/x.c "int x;"
layers
expect_status 1
expect_out "src/util/x.c: no layer is named util"

test_that "600 lines pass, 601 fail"
tree
lines 600 >src/base/long.c
layers
expect_status 0
lines 601 >src/base/long.c
layers
expect_status 1
expect_out "src/base/long.c: 601 lines, at most 600 are allowed"

test_that "a private header of 201 lines fails"
tree
lines 201 >src/base/long.h
layers
expect_status 1

test_that "a public header of 501 lines fails"
tree
lines 500 >include/seshat.h
layers
expect_status 0
lines 501 >include/seshat.h
layers
expect_status 1

test_that "a function exported under a foreign name fails"
tree
file src/base/x.c "static int" "helper(void)" "{" "}" "" "const char *" \
    "name_of(void)" "{" "}"
layers
expect_status 1
expect_out "src/base/x.c: exports name_of: names begin with ses_ or seshat_"

test_that "the stamp of a build is written only when all is well"
tree
run "$SESHAT_SOURCE/tools/check-layers" . stamp stamp.d
expect_status 0
check test -e stamp
check grep -q "^stamp: .*src/base/a.c" stamp.d
rm stamp
file src/base/up.c '#include "cli/cli.h"'
run "$SESHAT_SOURCE/tools/check-layers" . stamp stamp.d
expect_status 1
check test ! -e stamp

finish
