# 'seshat export' from a volume, sessions/<id>/…: what is in the zip, in which
# order, under which names, and what is told of what is not.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/zips.sh"

v=$T/volume
one=3fa9c2d1-0000-4000-8000-000000000001
two=5b000000-0000-4000-8000-000000000002
none=77777777-0000-4000-8000-000000000003
mkdir -p "$v/sessions/$one/src" "$v/sessions/$two" "$v/sessions/$none"

# fresh: no archive, nothing unpacked.
fresh() {
	rm -rf "$T/work"/*
}

# export ARGUMENT...: to out.zip; must succeed.
export_it() {
	fresh
	run seshat export --volume "$v" -o out.zip "$@"
	expect_status 0
}

# truncated: what __truncated.txt says.
truncated() {
	cat_of "${1-out.zip}" __truncated.txt >"$T/truncated" 2>/dev/null ||
	    : >"$T/truncated"
}

# truncated_has REGEX
truncated_has() {
	grep -Eqx -e "$1" "$T/truncated" ||
	    fail "no '$1' in __truncated.txt: $(head "$T/truncated")"
}

printf 'print("hi")\n' >"$v/sessions/$one/main.py"
printf 'x = 1\n' >"$v/sessions/$one/src/lib.py"
head -c 100000 /dev/urandom >"$v/sessions/$one/model.bin"
: >"$v/sessions/$one/empty"
echo two >"$v/sessions/$two/main.py"

test_that "a session's zip: ours first, then the files by their paths, then the sums"
export_it "$one"
{
	ours
	printf '%s\n' empty main.py model.bin src/lib.py SHA256SUMS
} | names_are out.zip
unpack out.zip
for f in empty main.py model.bin src/lib.py; do
	same "$v/sessions/$one/$f" "$T/unpacked/$f"
done
for f in trainable.py trainable_local.py trainable_runtime.py \
    requirements.txt; do
	same "$SESHAT_SOURCE/share/python/$f" "$T/unpacked/$f"
done
out_has '^out.zip: 1 session, 4 files, '
check test -z "$(find . -name '*.part-*')"

test_that "the name is told by the id, and what is there is not replaced"
fresh
run seshat export --volume "$v" "$one"
expect_status 0
check test -f session-3fa9c2d1.zip
cp session-3fa9c2d1.zip "$T/first.zip"
run seshat export --volume "$v" "$one"
expect_status 1
err_has 'session-3fa9c2d1.zip is there already .*--force'
same "$T/first.zip" session-3fa9c2d1.zip
run seshat export --volume "$v" -o not/there.zip "$one"
expect_status 1
err_has 'cannot write not/there.zip: its folder is not there \(make it'
echo old >old.zip
run seshat export --volume "$v" -o old.zip "$one"
expect_status 1
check test "$(cat old.zip)" = old
run seshat export --volume "$v" -o old.zip --force "$one"
expect_status 0
same "$T/first.zip" old.zip

test_that "times are kept"
touch -d 2024-05-06T07:08:10Z "$v/sessions/$one/main.py"
export_it "$one"
unpack out.zip
check test "$(stat -c %Y "$T/unpacked/main.py")" = "$(date -d 2024-05-06T07:08:10Z +%s)"

test_that "the same input gives the same bytes, to a file or a pipe"
export_it "$one"
cp out.zip "$T/first.zip"
export_it "$one"
same "$T/first.zip" out.zip
"$SESHAT_BIN" export --volume "$v" -o - "$one" 2>"$T/err" | cat >piped.zip
same "$T/first.zip" piped.zip
grep -q '^exported: 1 session' "$T/err" || fail "$(cat "$T/err")"

test_that "--method store compresses no file, and --json tells what came of it"
export_it --method store --json "$one"
check test "$(wc -l <"$T/out")" = 1
out_has '^\{"path":"out.zip","sessions":1,"files":4,"bytes":[0-9]+,"zip_bytes":'"$(stat -c %s out.zip)"',"omitted":0\}$'
unpack out.zip
check test "$(/usr/bin/python3 -c 'import zipfile
print(zipfile.ZipFile("out.zip").getinfo("main.py").compress_type)')" = 0
run seshat export --volume "$v" -o x.zip --method lzma "$one"
expect_status 2
check test ! -e x.zip

test_that "caches and version control are left out, whatever is in them"
for d in __pycache__ .pytest_cache .ruff_cache .mypy_cache .ipynb_checkpoints \
    .git src/__pycache__ pkg.egg-info; do
	mkdir -p "$v/sessions/$one/$d"
	echo x >"$v/sessions/$one/$d/x"
done
for f in .DS_Store src/.DS_Store a.pyc src/a.pyo a.pyd b.egg-info; do
	echo x >"$v/sessions/$one/$f"
done
echo x >"$v/sessions/$one/.gitignore"
echo x >"$v/sessions/$one/pyc"
export_it "$one"
{
	ours
	printf '%s\n' .gitignore empty main.py model.bin pyc src/lib.py SHA256SUMS
} | names_are out.zip
find "$v/sessions/$one" \( -name '*cache*' -o -name '.git*' -o -name '*.py?' \
    -o -name .DS_Store -o -name '*.egg-info' -o -name pyc -o \
    -name .ipynb_checkpoints \) -exec rm -r {} +

test_that "a session without files, or without a folder, has what is ours"
export_it "$none"
{
	ours
	echo SHA256SUMS
} | names_are out.zip
unpack out.zip
check grep -q '^- 0 files that the agent made' "$T/unpacked/README.md"

test_that "files of our names move to workspace/, and the README says so"
w=$v/sessions/moved
mkdir -p "$w/workspace" "$w/trainable.py" "$w/src"
echo mine >"$w/README.md"
echo mine2 >"$w/workspace/README.md"
echo mine3 >"$w/SHA256SUMS"
echo deep >"$w/trainable.py/x"
echo stays >"$w/src/README.md"
echo stays >"$w/workspace/a"
echo stays >"$w/transcript.jsonl"
export_it moved
unpack out.zip
check test "$(cat "$T/unpacked/workspace/README.md")" = mine
check test "$(cat "$T/unpacked/workspace/workspace/README.md")" = mine2
check test "$(cat "$T/unpacked/workspace/SHA256SUMS")" = mine3
check test "$(cat "$T/unpacked/workspace/trainable.py/x")" = deep
check test "$(cat "$T/unpacked/src/README.md")" = stays
check test "$(cat "$T/unpacked/workspace/a")" = stays
check test "$(cat "$T/unpacked/transcript.jsonl")" = stays
check grep -q 'They are in `workspace/`' "$T/unpacked/README.md"
names out.zip | sort | uniq -d >"$T/hits"
check test ! -s "$T/hits"
rm -r "$w"

test_that "links are not followed, and the README counts them"
w=$v/sessions/links
mkdir -p "$w/d"
echo secret >"$T/outside"
ln -s "$T/outside" "$w/file"
ln -s "$T" "$w/folder"
ln -s .. "$w/d/up"
ln -s main "$w/dangling"
mkfifo "$w/pipe"
echo x >"$w/main"
export_it links
{
	ours
	printf '%s\n' main SHA256SUMS
} | names_are out.zip
unpack out.zip
check grep -q '^5 symbolic links or special files of the workspace are left out' \
    "$T/unpacked/README.md"
ln -s "$w" "$v/sessions/linked"
run seshat export --volume "$v" -o x.zip linked
expect_status 3
rm -r "$w" "$v/sessions/linked"

test_that "names of any bytes arrive, told apart"
w=$v/sessions/odd
mkdir -p "$w"
/usr/bin/python3 - "$w" <<'END'
import os, sys
w = os.fsencode(sys.argv[1])
long = b"d" * 99
names = [b"with space", b"-rf", b"--help", b"new\nline", b"back\\slash",
         b"\xff\xfe", "été".encode(), "你好".encode(), b"n" * 255,
         ("é" * 127).encode(), b"/".join([long, long, long, b"f"]),
         b"a%41", b"aA", b"%", b"\x1b[31m", b"tab\t", b"'\"$(x)`", b"COM1",
         b"\\leading", b".hidden", b"...", b"..x", b"~"]
for name in names:
    path = os.path.join(w, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(name)
END
export_it odd
unpack out.zip
/usr/bin/python3 - out.zip >"$T/hits" <<'END' || fail "$(cat "$T/hits")"
import re, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
files = z.namelist()[5:-1]
assert len(files) == 23, len(files)
assert len(set(z.namelist())) == len(z.namelist())
for name in files:
    back = re.sub(rb"%([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]),
                  name.encode())
    assert back == z.read(name), (name, z.read(name))
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\\]", name), name
assert files == sorted(files, key=lambda n: z.read(n)), files
END
rm -r "$w"

test_that "a project's zip has a folder for each session, and ours once"
cat >"$v/projects.json" <<END
{"demo": {"$one": "Iris Baseline!", "$two": "iris baseline", "$none": "Über"},
 "empty": [], "solo": [{"id": "solo-1", "label": "../../Up"}]}
END
mkdir -p "$v/sessions/solo-1" "$v/sessions/unplaced"
echo solo >"$v/sessions/solo-1/README.md"
export_it --project demo
{
	ours
	for f in empty main.py model.bin src/lib.py; do
		echo "sessions/iris-baseline-3fa9c2d1/$f"
	done
	echo sessions/iris-baseline-5b000000/main.py
	echo SHA256SUMS
} | names_are out.zip
unpack out.zip
check grep -q '^| `sessions/ber/` | 77777777-' "$T/unpacked/README.md"
check grep -q '^# Project demo' "$T/unpacked/README.md"
export_it --project solo
{
	ours
	printf '%s\n' sessions/up/README.md SHA256SUMS
} | names_are out.zip
fresh
run seshat export --volume "$v" --project demo
expect_status 0
check test -f project-demo.zip
run seshat export --volume "$v" --project default -o d.zip
expect_status 0
out_has ': 1 session, 0 files'

test_that "several sessions are a project without a name, each once"
export_it "$two" solo-1 "$two"
{
	ours
	printf '%s\n' sessions/iris-baseline/main.py sessions/up/README.md SHA256SUMS
} | names_are out.zip

test_that "what is not there is told, and no file is made"
fresh
run seshat export --volume "$v" -o x.zip nothing
expect_status 3
err_has "no session 'nothing'"
run seshat export --volume "$v" -o x.zip "$one" nothing
expect_status 3
run seshat export --volume "$v" -o x.zip --project nothing
expect_status 3
err_has "no project 'nothing'"
run seshat export --volume "$v" -o x.zip --project empty
expect_status 1
err_has "project 'empty' has no sessions"
run seshat export --volume "$v" -o x.zip
expect_status 2
run seshat export --volume "$v" -o x.zip --project demo "$one"
expect_status 2
for id in ../one .. . / "$one/src" "" "volume/../$one"; do
	run seshat export --volume "$v" -o x.zip "$id"
	expect_status 3
done
run seshat export --volume "$v/nothing" -o x.zip "$one"
expect_status 3
check test -z "$(ls)"

test_that "a projects.json that is none is told"
cp "$v/projects.json" "$T/projects.json"
printf '{"p": 7}' >"$v/projects.json"
run seshat export --volume "$v" -o x.zip "$one"
check test "$status" -ne 0
err_has "projects.json: a project is neither"
check test -z "$(ls)"
cp "$T/projects.json" "$v/projects.json"

test_that "a session in two projects is in both"
printf '{"version": 1, "projects": {"p": ["%s"], "q": ["%s"], "a/b": []}}' \
    "$one" "$one" >"$v/projects.json"
for project in p q; do
	run seshat export --volume "$v" --project $project -o $project.zip
	expect_status 0
	out_has ': 1 session, '
done
cp "$T/projects.json" "$v/projects.json"
rm -f p.zip q.zip

test_that "what is no folder in sessions/, or has no name for JSON, is no session"
echo x >"$v/sessions/README"
mkdir "$v/sessions/$(printf '\377')" "$v/sessions/.hidden"
run seshat export --volume "$v" --project default -o d.zip
expect_status 0
out_has ': 1 session, 0 files'
rm -r "$v/sessions/README" "$v/sessions/$(printf '\377')" "$v/sessions/.hidden"

test_that "at the cap: a file that does not fit is named, not read, and the walk goes on"
w=$v/sessions/cap
mkdir -p "$w"
head -c 1000 /dev/zero >"$w/a"
truncate -s 3G "$w/big"
head -c 1000 /dev/zero >"$w/c"
echo last >"$w/z"
fresh
run seshat export --volume "$v" -o out.zip --max-bytes 1500 cap
expect_status 5
err_has '2 files are left out or cut short: see __truncated.txt'
{
	ours
	printf '%s\n' a z __truncated.txt SHA256SUMS
} | names_are out.zip
unpack out.zip
truncated
check test "$(cat "$T/truncated")" = "big (3221225472 bytes): over the cap
c (1000 bytes): over the cap"
check grep -q '^2 files are not here, or not whole' "$T/unpacked/README.md"
fresh
run seshat export --volume "$v" -o out.zip cap
expect_status 5
truncated
check test "$(cat "$T/truncated")" = "big (3221225472 bytes): over the cap"
run seshat export --volume "$v" -o all.zip --max-bytes 2005 cap
expect_status 5
run seshat export --volume "$v" -o x.zip --max-bytes 1k cap
expect_status 2
if can_deny; then
	chmod 0 "$w/big"
	fresh
	run plain seshat export --volume "$v" -o out.zip cap
	expect_status 5
	truncated
	truncated_has 'big \(3221225472 bytes\): over the cap'
fi
rm -rf "$w"

if can_deny; then
	w=$v/sessions/denied
	mkdir -p "$w/closed" "$w/open"
	echo x >"$w/closed/x"
	echo y >"$w/denied"
	echo z >"$w/open/z"
	chmod 0 "$w/closed" "$w/denied"
	for method in deflate store; do
		test_that "what cannot be read is named: --method $method"
		fresh
		run plain seshat export --volume "$v" -o out.zip \
		    --method $method denied
		expect_status 5
		{
			ours
			printf '%s\n' open/z __truncated.txt SHA256SUMS
		} | names_are out.zip
		unpack out.zip
		truncated
		truncated_has 'closed: could not be read: .*Permission denied'
		truncated_has 'denied \(2 bytes\): could not be read: .*Permission denied'
		check test "$(wc -l <"$T/truncated")" = 2
	done
	chmod 700 "$w/closed" "$w/denied"
	rm -r "$w"
fi

test_that "files inside of too many folders are named"
w=$v/sessions/deep
mkdir -p "$w"
(
	cd "$w"
	i=0
	while [ $i -lt 110 ]; do
		mkdir d
		cd d
		i=$((i + 1))
	done
	echo x >f
)
fresh
run seshat export --volume "$v" -o out.zip deep
expect_status 5
is_zip out.zip
truncated
truncated_has '(d/)*d: could not be read: more than 100 folders .*'
rm -r "$w"

test_that "the README's own lines run a script with an unmodified import"
w=$v/sessions/run
mkdir -p "$w/scripts"
cat >"$w/scripts/train.py" <<'END'
from trainable import log
for step in range(3):
    log(step, {"loss": 1 / (step + 1)})
END
export_it run
mkdir plain && cd plain
unzip -q ../out.zip
# The block of commands for every terminal, but for what pip would have made.
/usr/bin/python3 - <<'END' >"$T/commands"
import re
blocks = re.findall(r"```sh\n(.*?)```", open("README.md").read(), re.S)
run = [b for b in blocks if "PYTHONPATH" in b and "path/to/script.py" in b]
assert len(run) >= 2, blocks
lines = [l for l in run[0].splitlines() if "venv" not in l]
print("\n".join(lines).replace("path/to/script.py", "scripts/train.py"))
END
check grep -q PYTHONPATH "$T/commands"
run env -i PATH=/usr/bin:/bin HOME="$T/home" sh -euc "$(cat "$T/commands")"
expect_status 0
check test "$(wc -l <trainable_out/metrics.jsonl)" = 3
cd ..

test_that "stdout that goes is a failure that is told, and no crash"
fresh
mkdir -p "$T/wide/sessions/w"
head -c 3000000 /dev/urandom >"$T/wide/sessions/w/noise"
{
	"$SESHAT_BIN" export --volume "$T/wide" -o - w 2>"$T/err" ||
	    echo $? >"$T/status"
} | head -c 10 >/dev/null
check test "$(cat "$T/status")" = 1
err_has 'nobody reads the archive any more'
check test -z "$(ls)"

test_that "a device is written to, and not replaced"
fresh
ln -s /dev/null "$T/tmp/null"
run seshat export --volume "$v" -o "$T/tmp/null" --force "$one"
expect_status 0
check test -L "$T/tmp/null"
check test -c /dev/null
mkfifo pipe
cat pipe >out.zip &
run seshat export --volume "$v" -o pipe "$one"
expect_status 0
wait $!
check test -p pipe
is_zip out.zip

finish
