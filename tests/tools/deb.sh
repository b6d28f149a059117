# The Debian package: built, installed in a fresh root, used there by somebody
# who is nobody special, and taken out again.
[ -n "${MOUNTS-}" ] || [ "$(id -u)" != 0 ] ||
    ! unshare --mount true 2>/dev/null ||
    exec env MOUNTS=own unshare --mount sh -eu "$0"
. "$SESHAT_SOURCE/tests/cli/lib.sh"

root=$T/root
deb=$T/deb

# skip WHY: all of it; where CI is true that is a failure.
skip() {
	if [ -n "${CI-}" ]; then
		echo "1..1"
		echo "not ok 1 - the package can be tried here"
		echo "# $*"
		exit 1
	fi
	echo "1..0 # SKIP $*"
	exit 0
}

# Where this machine has its packages of Debian from, as lines of a sources.list.
sources() {
	find /etc/apt -name '*.sources' -exec awk '
	    function tell() {
		if (uris != "" && (" " parts " ") ~ / main /)
			for (i = split(suites, s, " "); i > 0; i--)
				if (index(s[i], codename) == 1)
					print "deb " (key ? "[signed-by=" key "] " : "") \
					    uris " " s[i] " main"
		uris = suites = parts = key = ""
	    }
	    /^$/ { tell() }
	    /^URIs:/ { uris = $2 }
	    /^Suites:/ { suites = substr($0, 9) }
	    /^Components:/ { parts = substr($0, 13) }
	    /^Signed-By: *\// { key = $2 }
	    END { tell() }' codename="$VERSION_CODENAME" {} ';'
	find /etc/apt -name '*.list' -exec grep -hE \
	    "^deb .* $VERSION_CODENAME(-updates|-security)? .*main" {} ';' |
	    sort -u
}

# inside COMMAND...: as an ordinary user there.
inside() {
	chroot --userspec=robin:robin "$root" /usr/bin/env -i HOME=/home/robin \
	    PATH=/usr/bin:/bin LC_ALL=C.UTF-8 sh -c 'cd && exec "$@"' sh "$@"
}

[ "$(id -u)" = 0 ] || skip "only root can make a root"
[ -n "${MOUNTS-}" ] || skip "nothing can be mounted here"
for tool in dpkg-buildpackage lintian mmdebstrap; do
	command -v $tool >/dev/null || skip "$tool is not here: tools/deps test"
done
. /etc/os-release
sources >"$T/sources"
[ -s "$T/sources" ] || skip "apt has no packages of Debian here"
# a network that is used through a proxy
apt-config dump | sed -n 's/^Acquire::https\?::Proxy .*/&/p' >"$T/apt.conf"

# the root is made while the package is
mmdebstrap --quiet --variant=minbase --include=man-db --skip=cleanup/apt/lists \
    --aptopt="$T/apt.conf" "$VERSION_CODENAME" "$root" "$T/sources" \
    >"$T/mmdebstrap" 2>&1 &
making=$!

test_that "the package is built, and lintian has nothing against it"
run "$SESHAT_SOURCE/tools/deb" "$deb"
expect_status 0
expect_err ""
version=$(sed -n "s/^  version: '\(.*\)',/\1/p" "$SESHAT_SOURCE/meson.build")
package=$deb/seshat_${version}_$(dpkg --print-architecture).deb
check test -f "$package"

test_that "it can be installed in a fresh root, with what it needs"
made=0
wait "$making" || made=$?
[ "$made" = 0 ] || fail "$(tail -n 20 "$T/mmdebstrap")"
cp /etc/resolv.conf "$root/etc/resolv.conf"
cp "$package" "$root/tmp/"
run chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get -q -y install \
    --no-install-recommends "/tmp/$(basename "$package")"
expect_status 0
chroot "$root" useradd -m robin
# it is gone with this namespace
mount -t proc proc "$root/proc"

test_that "it says its version, and its manual is found"
run inside seshat --version
expect_status 0
expect_out "seshat $version"
run inside man -w seshat
expect_status 0
out_has '/usr/share/man/man1/seshat\.1'
run inside man -w seshat-log-append
expect_status 0

test_that "it mirrors, lists, shows, exports and restores a session"
projects=$root/home/robin/.claude/projects/-home-robin-demo
mkdir -p "$projects"
id=3fa9c2d1-7b1e-4c55-9d0a-52e6b1f0a7c3
sed "s/\"sessionId\":\"[^\"]*\"/\"sessionId\":\"$id\"/" \
    "$SESHAT_SOURCE/tests/data/recorded/claude.jsonl" >"$projects/$id.jsonl"
chroot "$root" chown -R robin:robin /home/robin
run inside seshat mirror --everywhere
expect_status 0
out_has '^mirrored 1 of 1 session,'
run inside seshat list --json
expect_status 0
out_has "\"session_id\":\"$id\""
run inside seshat show 3fa9 --raw
expect_status 0
check test "$(wc -l <"$T/out")" = "$(wc -l <"$projects/$id.jsonl")"
run inside seshat show 3fa9 --html
expect_status 0
run inside seshat verify --source
expect_status 0
run inside seshat export 3fa9 -o home.zip
expect_status 0
check test -s "$root/home/robin/home.zip"
rm "$projects/$id.jsonl"
run inside seshat restore 3fa9 --cwd /home/robin
expect_status 0

test_that "its demo finds the examples"
run inside seshat demo
expect_status 0
out_has '^SESSION'

test_that "what it loads only when it is needed is there"
# libcurl: nobody listens there
run inside env AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b \
    seshat list --store 's3://bucket?endpoint=http://127.0.0.1:9'
expect_status 1
err_lacks '\.so'
err_has 'onnect'
# libhs: a rule of the user's own
inside mkdir -p .config/seshat
cat >"$root/home/robin/.config/seshat/config.yaml" <<'YAML'
rules:
  - id: house-key
    regex: 'HOUSE-[0-9]{8}'
YAML
chroot "$root" chown -R robin:robin /home/robin/.config
echo 'the key is HOUSE-12345678' >"$T/in"
run inside seshat redact <"$T/in"
expect_status 0
expect_out 'the key is [REDACTED:house-key]'

test_that "it serves on this machine only, and answers"
inside seshat serve --listen 127.0.0.1:0 --json >"$T/serving" 2>&1 &
server=$!
timeout 60 sh -c 'until grep -q url "$0"; do kill -0 '"$server"' || exit 1; done' \
    "$T/serving" || fail "$(cat "$T/serving")"
url=$(sed -nE 's/.*"url":"([^"]*)".*/\1/p' "$T/serving")
run curl -sf "$url/healthz"
expect_status 0
run curl -sf "$url/api/sessions"
out_has "$id"
kill "$server"
wait "$server" 2>/dev/null || true

test_that "its units are in order, and nobody is made to run them"
mkdir "$T/run" "$T/units"
cp "$root"/usr/lib/systemd/user/seshat-* "$T/units"
check grep -q '^ExecStart=/usr/bin/seshat ' "$T"/units/*.service
# they are looked at from here
sed -i "s|^ExecStart=|&$root|" "$T"/units/*.service
run env XDG_RUNTIME_DIR="$T/run" systemd-analyze --user verify "$T"/units/*
expect_status 0
expect_err ""
check test -z "$(find "$root/etc/systemd/user" "$root/home" -name '*seshat-*' 2>&1)"

test_that "taken out, it leaves nothing"
chroot "$root" dpkg -L seshat >"$T/files"
run chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get -q -y purge seshat
expect_status 0
while read -r file; do
	[ -d "$root$file" ] || [ ! -e "$root$file" ] || fail "$file is still there"
done <"$T/files"
left=$(find "$root" -xdev -name '*seshat*' ! -path "$root/home/*" \
    ! -path "$root/tmp/*" ! -path "$root/var/log/*")
check test -z "$left"
# what its user has is the user's
check test -d "$root/home/robin/.local/share/seshat/vault"

finish
