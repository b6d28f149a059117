# tools/deps, with a package system that only pretends.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

bin=$T/bin
mkdir "$bin"

# fake NAME LINE...: a command of that name on the PATH.
fake() {
	name=$1
	shift
	printf '%s\n' '#!/bin/sh' "$@" >"$bin/$name"
	chmod +x "$bin/$name"
}

for tool in sh sed cut tr printf cat grep env uname; do
	ln -s "$(command -v "$tool")" "$bin/$tool"
done
ln -s /bin/true "$bin/true"

# Whoever runs the tests: dpkg knows of nothing but $T/installed, apt-get
# writes down what it is told and installs it.
fresh() {
	: >"$T/installed"
	: >"$T/apt"
	rm -f "$bin/sudo"
	fake dpkg-query "cat '$T/installed'"
	fake pkg-config "exit 1"
	fake id "echo 0"
	fake apt-get "echo \"\$DEBIAN_FRONTEND \$*\" >>'$T/apt'"
}

# What the build needs, but for libisal-dev.
build="gcc libc6-dev pkg-config meson ninja-build python3 libssl-dev
libhyperscan-dev libpcre2-dev zlib1g-dev libyaml-dev libjansson-dev
libsqlite3-dev libzstd-dev libcurl4-openssl-dev libmicrohttpd-dev libexpat1-dev
libcmark-gfm-dev libcmark-gfm-extensions-dev librust-blake3-dev"

deps() {
	run env PATH="$bin" sh "$SESHAT_SOURCE/tools/deps" "$@"
}

test_that "with everything there it says nothing and calls no apt"
fresh
printf '%s installed\n' $build libisal-dev >"$T/installed"
deps build
expect_status 0
expect_out ""
expect_err ""
check test ! -s "$T/apt"

test_that "what is missing is named with its reason and installed, as root"
fresh
printf '%s installed\n' $build >"$T/installed"
deps build
expect_status 0
expect_out ""
err_has '^  libisal-dev +compresses$'
err_lacks '^  zlib1g-dev'
run cat "$T/apt"
expect_out "noninteractive -q -y update
noninteractive -q -y install --no-install-recommends libisal-dev"

test_that "only the groups that were asked for are looked at"
fresh
deps test
err_has '^  libcmocka-dev '
err_lacks '^  (gcc|cppcheck) '

test_that "a package half removed counts as missing"
fresh
echo "libcmocka-dev config-files" >"$T/installed"
deps test
err_has '^  libcmocka-dev '

test_that "through sudo when not root"
fresh
fake id "echo 1000"
fake sudo "if [ \"\$1\" = -n ]; then shift; fi" "echo sudo >>'$T/apt'" 'exec "$@"'
deps test
expect_status 0
check grep -q '^sudo$' "$T/apt"
check grep -q '^noninteractive .* install .*libcmocka-dev' "$T/apt"

test_that "without root and sudo it prints the command and stops"
fresh
fake id "echo 1000"
fake sudo "exit 1"
deps test
expect_status 1
err_has 'apt-get update && apt-get install -y --no-install-recommends .*libcmocka-dev'
check test ! -s "$T/apt"

test_that "an update that fails is not the end"
fresh
fake apt-get "[ \"\$3\" != update ]"
deps test
expect_status 0

test_that "an install that fails is, with the command to run by hand"
fresh
fake apt-get "[ \"\$3\" != install ]"
deps test
expect_status 1
err_has 'could not install'
err_has 'apt-get install -y --no-install-recommends .*libcmocka-dev'

test_that "without apt it names the packages and stops"
fresh
rm "$bin/apt-get" "$bin/dpkg-query"
deps test
expect_status 1
err_has 'not a Debian system'
err_has '^  libcmocka-dev '

test_that "without dpkg, what can be seen to be there is not missing"
fresh
rm "$bin/apt-get" "$bin/dpkg-query"
fake pkg-config "exit 0"
fake clang "echo '$T'"
seen="age unzip 7z bsdtar b3sum zip curl gh node npm tmux chromium zstd valgrind openssl radosgw ceph-mon ceph-osd ceph swift-proxy-server
swift-account-server swift-container-server swift-object-server memcached aws
s3cmd rclone mandoc man zsh fish systemd-analyze mmdebstrap"
for tool in $seen; do
	fake "$tool" "exit 0"
done
touch "$T/libclang_rt.asan-$(uname -m).a"
deps test
expect_status 0
for tool in clang $seen; do
	rm "$bin/$tool"
done

test_that "a group that does not exist is refused"
deps nonsense
expect_status 2

finish
