# Archives and those who judge them, on top of lib.sh.

if ! command -v unzip >/dev/null || ! command -v 7z >/dev/null ||
    ! command -v bsdtar >/dev/null; then
	skip_all "it needs unzip, 7z and bsdtar"
fi

# is_zip FILE: everybody who reads zips says that it is whole.
is_zip() {
	unzip -tqq "$1" >"$T/hits" 2>&1 || fail "unzip: $(head "$T/hits")"
	7z t "$1" >"$T/hits" 2>&1 || fail "7z: $(tail -n 5 "$T/hits")"
	bsdtar -tf "$1" >"$T/hits" 2>&1 || fail "bsdtar: $(head "$T/hits")"
	/usr/bin/python3 -m zipfile -t "$1" >"$T/hits" 2>&1 ||
	    fail "zipfile: $(head "$T/hits")"
	! grep -q bad "$T/hits" || fail "zipfile: $(head "$T/hits")"
}

# names FILE: its entries, in order.
names() {
	/usr/bin/python3 -c 'import sys, zipfile
for name in zipfile.ZipFile(sys.argv[1]).namelist(): print(name)' "$1"
}

# names_are FILE: those on stdin, in this order.
names_are() {
	cat >"$T/wanted"
	names "$1" >"$T/names"
	same "$T/wanted" "$T/names"
}

# cat_of FILE NAME: an entry.
cat_of() {
	/usr/bin/python3 -c 'import sys, zipfile
sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' \
	    "$1" "$2"
}

# unpack FILE: into the new folder $T/unpacked, its sums checked.
unpack() {
	is_zip "$1"
	rm -rf "$T/unpacked"
	mkdir "$T/unpacked"
	bsdtar -xf "$1" -C "$T/unpacked" 2>"$T/hits" ||
	    fail "bsdtar: $(head "$T/hits")"
	(cd "$T/unpacked" && sha256sum --strict --quiet -c SHA256SUMS) \
	    >"$T/hits" 2>&1 || fail "sha256sum: $(head "$T/hits")"
}

# The first entries of every archive.
ours() {
	printf '%s\n' README.md requirements.txt trainable_local.py \
	    trainable.py trainable_runtime.py
}

# slowly BYTES CHANGE COMMAND...: keep its output in $T/slow.zip and its status,
# as run does; once so many bytes of it were read, CHANGE is done.
slowly() {
	ran=$*
	status=0
	/usr/bin/python3 - "$@" 2>"$T/err" <<'PYTHON' || status=$?
import os, subprocess, sys
n, change, *command = sys.argv[1:]
command[0] = os.environ["SESHAT_BIN"] if command[0] == "seshat" else command[0]
with open(os.environ["T"] + "/slow.zip", "wb") as out:
    p = subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0)
    left = int(n)
    while left > 0 and (data := p.stdout.read(left)):
        out.write(data)
        left -= len(data)
    subprocess.run(["sh", "-euc", change], check=True)
    while data := p.stdout.read(65536):
        out.write(data)
sys.exit(p.wait())
PYTHON
}
