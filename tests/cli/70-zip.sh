# Zip archives that we write, opened by other programs.  With STRESS, the large
# ones are read whole by each of them.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

for program in unzip 7z bsdtar; do
	command -v "$program" >/dev/null || skip_all "$program is not installed"
done
tool=$(dirname "$SESHAT_BIN")/tests/cli/zip_tool
python=/usr/bin/python3
zip=$T/archive.zip

# make WHAT: the archive, and what is in it.
make() {
	"$tool" "$1" "$T/sums" >"$zip" || fail "zip_tool $1: $?"
}

# A reader of a pipe is past a file before it sees the mode of it.
modes=644

# opened COMMAND...: it unpacks the archive into the working folder, and then
# all that should be there is, and nothing else.
opened() {
	rm -rf "$T/opened"
	mkdir "$T/opened"
	status=0
	ran=$*
	(cd "$T/opened" && "$@") >"$T/log" 2>&1 || status=$?
	[ "$status" = 0 ] || fail "$ran: status $status
$(tail -n 5 "$T/log")"
	run sh -c 'cd "$1" && sha256sum --strict --quiet -c "$2"' - \
	    "$T/opened" "$T/sums"
	expect_status 0
	expect_out ""
	[ "$(find "$T/opened" -type f | wc -l)" = "$(wc -l <"$T/sums")" ] ||
	    fail "$ran: other files"
	[ "$(find "$T/opened" -type f ! -perm 644 ! -perm "$modes")" = "" ] ||
	    fail "$ran: other modes"
	for file in plain.txt text spliced; do
		[ "$(stat -c %Y "$T/opened/$file")" = 1767323044 ] ||
		    fail "$ran: another time"
	done
}

# What Python's extractall leaves out: times and modes.
cat >"$T/extract.py" <<'END'
import os, sys, zipfile, calendar
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    for e in z.infolist():
        z.extract(e)
        os.chmod(e.filename, e.external_attr >> 16 & 0o7777)
        t = calendar.timegm(e.date_time)
        os.utime(e.filename, (t, t))
END

# What Python makes of an archive: the number of files, sizes, what the last
# one holds.
cat >"$T/look.py" <<'END'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    n = z.infolist()
    print(len(n), sum(e.file_size for e in n), z.read(n[-1]).decode())
END

umask 022
make assorted

test_that "unzip, 7z, Python and bsdtar get all that we put in"
opened unzip -q "$zip"
opened 7z x -bd "$zip"
opened "$python" "$T/extract.py" "$zip"
opened bsdtar -xf "$zip"

test_that "a reader that cannot seek gets it too"
modes=664
opened sh -c 'cat "$1" | bsdtar -xf -' - "$zip"

test_that "no program has anything to remark"
run unzip -tq "$zip"
expect_status 0
expect_err ""
run zipinfo -h "$zip"
expect_err ""
run 7z t "$zip"
out_has '^Everything is Ok$'
out_lacks '[Ww]arning|[Ee]rror'
for flag in "" -; do
	run sh -c 'bsdtar -tf "$1" <"$2"' - "${flag:-$zip}" "$zip"
	expect_err ""
done

test_that "the same files make the same archive"
mv "$zip" "$T/first"
for _ in 1 2 3; do
	make assorted
	same "$T/first" "$zip"
done

test_that "what is noise is not made larger by more than a thousandth"
"$python" - "$zip" >"$T/out" <<'END'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    for name in "noise", "text", "turns to text", "turns to noise":
        e = z.getinfo(name)
        print(name, e.compress_size * 1000 // e.file_size)
END
out_has '^noise 1000$'
out_has '^text [12]?[0-9]?[0-9]$'
out_has '^turns to text [5-8][0-9][0-9]$'
out_has '^turns to noise [5-8][0-9][0-9]$'

test_that "more than 65,535 files"
make many
run "$python" "$T/look.py" "$zip"
expect_out "70000 630000 069/69999"
run unzip -tq "$zip"
expect_status 0
run 7z t "$zip"
out_has '^Files: 70000$'
for flag in "" -; do
	run sh -c 'bsdtar -xOf "$1" <"$2" | wc -c' - "${flag:-$zip}" "$zip"
	expect_out 630000
	expect_err ""
done

# large: each finds both files, and the one behind the other.
large() {
	run "$python" "$T/look.py" "$zip"
	expect_out "2 4296015878 behind"
	run unzip -p "$zip" behind
	expect_out behind
	run unzip -l "$zip"
	out_has '^ *4296015872 .* zeros$'
	run 7z x -so "$zip" behind
	expect_out behind
	run 7z l "$zip"
	out_has ' 4296015872 .* zeros$'
	run bsdtar -tvf "$zip"
	out_has ' 4296015872 .* zeros$'
	expect_err ""
	[ -n "${STRESS-}" ] || return 0
	run unzip -tq "$zip"
	expect_status 0
	run 7z t "$zip"
	out_has '^Everything is Ok$'
	run "$python" -c 'import sys, zipfile
print(zipfile.ZipFile(sys.argv[1]).testzip())' "$zip"
	expect_out None
	run bsdtar -xOf "$zip" zeros
	check test "$(wc -c <"$T/out")" = 4296015872
	run sh -c 'cat "$1" | bsdtar -xOf - | wc -c' - "$zip"
	expect_out 4296015878
	expect_err ""
}

test_that "a file of more than 4 GiB"
make large
large

test_that "an archive of more than 4 GiB"
"$tool" stored | dd of="$zip" bs=1M iflag=fullblock conv=sparse 2>"$T/log" ||
	fail "$(cat "$T/log")"
check test "$(stat -c %s "$zip")" -gt 4296015872
large

finish
