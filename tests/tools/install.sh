# "make install" and "make uninstall", into a folder that stands for the root.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

build=$(dirname "$SESHAT_BIN")
prefix=$(meson introspect --buildoptions "$build" | python3 -c 'import json, sys
print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"))')
libdir=$(meson introspect --buildoptions "$build" | python3 -c 'import json, sys
print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == "libdir"))')
version=$(sed -n "s/^  version: '\(.*\)',/\1/p" "$SESHAT_SOURCE/meson.build")
root=$T/root
there=$root$prefix

# What files and links there are.
listed() {
	(cd "$1" && find . ! -type d) | sed 's|^\./||' | LC_ALL=C sort
}

test_that "what is there is installed, and nothing else"
DESTDIR=$root meson install -C "$build" --no-rebuild --quiet >"$T/log"
{
	sed -e "s/VERSION/$version/" \
	    -e "s#^lib/\(libseshat\|pkgconfig\)#$libdir/\1#" \
	    "$SESHAT_SOURCE/tests/tools/installed"
	(cd "$SESHAT_SOURCE/docs" && find . -type f) |
	    sed 's|^\.|share/doc/seshat/docs|'
	# that these are all is what manual.sh looks at
	(cd "$build/share/man1" && ls) | sed 's|^|share/man/man1/|'
} | LC_ALL=C sort >"$T/wanted"
listed "$there" >"$T/found"
diff "$T/wanted" "$T/found" >"$T/diff" || fail "$(cat "$T/diff")"

test_that "nothing can be written by others, and programs can be run"
check test -z "$(find "$root" ! -type l -perm /022)"
check test -x "$there/bin/seshat"
check test -x "$there/share/doc/seshat/examples/read_vault.py"
check test ! -x "$there/share/man/man1/seshat.1"

test_that "it runs from there, with its examples"
run "$there/bin/seshat" --version
expect_out "seshat $version"
run "$there/bin/seshat" demo
expect_status 0
out_has '^SESSION'

test_that "man finds its pages there"
run env MANPATH="$there/share/man" man -w seshat seshat-log-append
expect_status 0
expect_out "$there/share/man/man1/seshat.1
$there/share/man/man1/seshat-log-append.1"

test_that "the units begin the program that was installed, and are in order"
check grep -qx "ExecStart=$prefix/bin/seshat mirror --everywhere --follow" \
    "$there/lib/systemd/user/seshat-mirror.service"
check grep -qx "ExecStart=$prefix/bin/seshat serve" \
    "$there/lib/systemd/user/seshat-serve.service"
mkdir "$T/units" "$T/run"
cp "$there"/lib/systemd/user/seshat-* "$T/units"
sed -i "s|^ExecStart=$prefix|ExecStart=$there|" "$T"/units/*.service
run env XDG_RUNTIME_DIR="$T/run" systemd-analyze --user verify "$T"/units/*
expect_status 0
expect_err ""

test_that "documents that were installed name none that was not"
for file in "$there"/share/doc/seshat/*.md "$there"/share/doc/seshat/docs/*.md; do
	grep -oE '\]\([^)#:]+[)#]' "$file" | sed -e 's/^](//' -e 's/.$//' | while read -r to; do
		[ -e "$(dirname "$file")/$to" ] ||
		    echo "$(basename "$file") names $to"
	done
done >"$T/dangling"
[ ! -s "$T/dangling" ] || fail "$(cat "$T/dangling")"

test_that "a second install changes nothing"
DESTDIR=$root meson install -C "$build" --no-rebuild --quiet >"$T/log"
listed "$there" >"$T/again"
same "$T/found" "$T/again"

test_that "uninstall takes all of it, and leaves what is of others"
echo mine >"$there/share/seshat/mine"
echo other >"$there/bin/other"
run env DESTDIR="$root" "$SESHAT_SOURCE/tools/uninstall" "$build"
expect_status 0
expect_err ""
listed "$there" >"$T/left"
printf '%s\n' bin/other share/seshat/mine >"$T/wanted"
same "$T/wanted" "$T/left"
check test -z "$(find "$there" -name '*seshat*' ! -path '*/share/seshat')"

test_that "PREFIX says where, also of what is built already"
mkdir -p "$T/tree/build" "$T/bin"
cp "$SESHAT_SOURCE/Makefile" "$T/tree"
: >"$T/tree/build/build.ninja"
for tool in meson ninja; do
	printf '#!/bin/sh\necho "%s $*" >>"%s"\n' "$tool" "$T/calls" >"$T/bin/$tool"
done
chmod +x "$T"/bin/*
run env PATH="$T/bin:$PATH" make -C "$T/tree" install PREFIX="$T/a b"
expect_status 0
printf '%s\n' "meson configure build --prefix=$T/a b" "ninja -C build" \
    "meson install -C build --no-rebuild" >"$T/wanted_calls"
same "$T/wanted_calls" "$T/calls"
rm "$T/calls"
run env PATH="$T/bin:$PATH" make -C "$T/tree" install
expect_status 0
sed -i 1d "$T/wanted_calls"
same "$T/wanted_calls" "$T/calls"

test_that "where nothing is installed it does nothing"
run env DESTDIR="$root" "$SESHAT_SOURCE/tools/uninstall" "$build"
expect_status 0
listed "$there" >"$T/left"
same "$T/wanted" "$T/left"

finish
