# 'seshat workspace': the agent's files beside its session, over a folder and
# over a bucket.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"
. "$SESHAT_SOURCE/tests/cli/zips.sh"

a=aaaaaaaa-2222-4333-8444-555555555555
b=bbbbbbbb-2222-4333-8444-555555555555
ws=$T/ws
key=$vault/demo/sessions/claude-code/$a

# begin: a session with a workspace of three files, none of them just written.
begin() {
	anew
	fake "$a" "$demo"
	mirror --everywhere
	rm -rf "$ws"
	mkdir -p "$ws/src"
	echo one >"$ws/one"
	echo two >"$ws/src/two.py"
	: >"$ws/empty"
	settle
}

settle() {
	find "$ws" -type f -exec touch -d '1 hour ago' {} +
}

# add OPTION...: must succeed; $T/out has what was told as JSON.
add() {
	run seshat workspace add --json "$@" "$a" "$ws"
	expect_status 0
}

# told MEMBER VALUE
told() {
	out_has "\"$1\":$2[,}]"
}

# is_stored [FOLDER]: list and export have the files of the folder.
is_stored() {
	run seshat export --force -o "$T/out.zip" "$a"
	expect_status 0
	unpack "$T/out.zip"
	find "${1-$ws}" -type f -printf '%P\n' | sort >"$T/wanted"
	run seshat workspace list --json "$a"
	expect_status 0
	sed 's/.*"path": *"\([^"]*\)".*/\1/' "$T/out" | sort >"$T/listed"
	same "$T/wanted" "$T/listed"
	while read -r f; do
		same "${1-$ws}/$f" "$T/unpacked/$f"
	done <"$T/wanted"
}

test_that "files are stored as they are, listed and exported"
begin
add
told added 3
told added_bytes 8
told unchanged 0
told secret 0
told failed 0
out_has '"left_out":\[\]'
vault_sync
same "$ws/src/two.py" "$key/workspace/src/two.py"
is_stored
run seshat workspace list "$a"
out_has '^ +4 B  20..-..-..T..:..:..  src/two.py$'
run seshat verify
expect_status 0

test_that "again: nothing is stored, and nothing is written"
snapshot >"$T/before"
add
told added 0
told unchanged 3
snapshot >"$T/after"
same "$T/before" "$T/after"
run seshat workspace add "$a" "$ws"
expect_status 0
expect_out "workspace: 0 files stored (0 B), 3 unchanged"

test_that "only what changed is stored"
echo three >"$ws/src/three"
echo ONE! >"$ws/one"
settle
add
told added 2
told unchanged 2
is_stored

test_that "a file touched, and the same, is not stored again"
touch -d '2 hours ago' "$ws/one"
add
told added 0
told unchanged 4
add
told unchanged 4

test_that "a change within the same tick of the clock, of the same length, is seen"
now=$(date +%s.%N)
echo aaaa >"$ws/racy"
touch -d "@$now" "$ws/racy"
add
told added 1
echo bbbb >"$ws/racy"
touch -d "@$now" "$ws/racy"
add
told added 1
is_stored

test_that "a file that is gone is kept, and told"
cp -r "$ws" "$T/kept"
rm "$ws/src/three"
add
told gone 1
told added 0
is_stored "$T/kept"
run seshat workspace add "$a" "$ws"
out_has ', 1 no longer there \(kept\)$'
rm -r "$T/kept"

test_that "a secret in a file or in its name: left out, and named without it"
secret=ghp_$(printf %s 'k3Jf9sLqZ7xTbW2vNc8Ry4Gm6Hd1Pa5Ue0Io')
begin
echo "token = $secret" >"$ws/src/config.py"
head -c 300000 /dev/zero | tr '\0' x >"$ws/long"
printf '%s' " $secret" >>"$ws/long"
echo fine >"$ws/$secret.txt"
add
told added 3
told secret 3
out_has '"path":"src/config.py","secret":"github'
out_has '"path":"long","secret":"github'
out_has '"path":"\[REDACTED:[^"]*\.txt","secret":"in the name itself"'
run seshat workspace add "$a" "$ws"
expect_status 0
err_has '^seshat: left out: src/config.py: a secret \(github'
out_has ', 3 left out for secrets'
vault_sync
! grep -rq "$secret" "$vault" || fail "it is in the vault"
! find "$vault" | grep -q "$secret" || fail "its name is in the vault"
! grep -q "$secret" "$T/err" "$T/out" || fail "it is printed"
run seshat workspace list --json "$a"
check test "$(wc -l <"$T/out")" = 3
settle
run seshat workspace add --no-redact --json "$a" "$ws"
expect_status 0
told added 3

test_that "what was stored with a secret is deleted by the next that looks"
add
told secret 3
told deleted 3
told unchanged 3
vault_sync
! grep -rq "$secret" "$vault" || fail "it is in the vault"
run seshat workspace list --json "$a"
check test "$(wc -l <"$T/out")" = 3
add
told deleted 0

test_that "what the vault lost is named by an export, and put back by the next add"
begin
add
vault_sync
rm "$key/workspace/one"
echo longer >"$key/workspace/src/two.py"
run seshat verify "$a"
expect_status 5
out_has "/$a: workspace/one is not in the store any more"
out_has "/$a: workspace/src/two.py has another length than it had"
run seshat verify --repair "$a"
expect_status 5
for method in deflate store; do
	run seshat export --force --method $method -o "$T/out.zip" "$a"
	expect_status 5
	unpack "$T/out.zip"
	check grep -q "^one (4 bytes): could not be read: it is not in the store any more" \
	    "$T/unpacked/__truncated.txt"
	check grep -q "^src/two.py (4 bytes): could not be read: what is stored has another length" \
	    "$T/unpacked/__truncated.txt"
done
add
told added 2
told unchanged 1
is_stored

test_that "a secret that only the session's transcript gives away"
begin
plainword=$(printf %s 'Vn7Kq2Ws9Lx4Tz') # a password that only its name tells
printf '{"type":"user","sessionId":"%s","cwd":"%s","timestamp":"2026-01-01T00:00:00Z","uuid":"9","message":{"role":"user","content":"export DB_PASSWORD=%s"}}\n' \
    "$a" "$demo" "$plainword" >>"$source"
mirror --everywhere
run seshat show "$a" --raw
out_lacks "$plainword"
echo "connect('$plainword')" >"$ws/db.py"
add
told secret 1
out_has '"path":"db.py","secret":"'
vault_sync
! grep -rq "$plainword" "$vault" || fail "it is in the vault"

test_that "a file that gets a secret later: what was stored before is kept"
begin
add
echo "x = '$secret'" >"$ws/one"
add
told secret 1
vault_sync
check test "$(cat "$key/workspace/one")" = one

test_that "caches and version control are not stored, links are counted"
begin
mkdir -p "$ws/.git" "$ws/src/__pycache__" "$ws/x.egg-info"
echo x >"$ws/.git/config"
echo x >"$ws/src/__pycache__/two.pyc"
echo x >"$ws/x.egg-info/PKG"
echo x >"$ws/.DS_Store"
ln -s /etc/passwd "$ws/link"
ln -s "$T" "$ws/src/folder"
mkfifo "$ws/pipe"
add
told added 3
told links 3
told failed 0
vault_sync
check test "$(find "$key/workspace" -type f | wc -l)" = 3

test_that "names of any bytes are stored, and come back"
begin
/usr/bin/python3 - "$ws" <<'END'
import os, sys
w = os.fsencode(sys.argv[1])
for n in [b"sp ace", b"-rf", b"new\nline", b"b\\s", b"\xff", "été".encode(),
          b"n" * 255, ("é" * 127).encode(), b"/".join([b"d" * 99] * 3 + [b"f"]),
          b"=sha256=x", b".tmp-x", b"a%41", b"%2Etmp-x", b"\x1b[31m"]:
    p = os.path.join(w, n)
    os.makedirs(os.path.dirname(p), exist_ok=True)
    with open(p, "wb") as f:
        f.write(n)
END
settle
add
told added 17
told failed 0
add
told unchanged 17
told gone 0
run seshat export --force -o "$T/out.zip" "$a"
expect_status 0
unpack "$T/out.zip"
/usr/bin/python3 - "$T/out.zip" >"$T/hits" 2>&1 <<'END' || fail "$(cat "$T/hits")"
import re, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
n = 0
for name in z.namelist()[5:-3]:
    back = re.sub(rb"%([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]),
                  name.encode())
    n += back == z.read(name)
assert n == 14, n
END
run seshat workspace list "$a"
check test -z "$(LC_ALL=C tr -d '\n' <"$T/out" | LC_ALL=C tr -d ' -~\200-\377')"

if can_deny; then
	test_that "what cannot be read is named, and the rest is stored: status 5"
	begin
	mkdir "$ws/closed"
	chmod 0 "$ws/one" "$ws/closed"
	run plain seshat workspace add --json "$a" "$ws"
	expect_status 5
	told added 2
	told failed 2
	out_has '"path":"one","error":".*Permission denied'
	out_has '"path":"closed","error":".*Permission denied'
	chmod 700 "$ws/one" "$ws/closed"
	rmdir "$ws/closed"
	add
	told added 1
	is_stored
fi

if in_folder "a bucket keeps both"; then
	test_that "a file in the place of a folder that is kept, and the other way round, is named"
	begin
	mkdir "$ws/x"
	echo in >"$ws/x/y"
	echo x >"$ws/z"
	add
	told added 5
	rm -r "$ws/x" "$ws/z"
	mkdir "$ws/z"
	echo file >"$ws/x"
	echo in >"$ws/z/y"
	run seshat workspace add --json "$a" "$ws"
	expect_status 5
	told failed 2
	told gone 2
	run seshat export --force -o "$T/out.zip" "$a"
	expect_status 0
	unpack "$T/out.zip"
fi

test_that "who does not know the session or the folder is told"
begin
run seshat workspace add "$a" "$T/nothing"
expect_status 3
err_has "$T/nothing: .*No such file or directory"
run seshat workspace add nothing "$ws"
expect_status 3
run seshat workspace add "$a"
expect_status 2
run seshat workspace add "$a" "$ws/one"
check test "$status" -ne 0
run seshat workspace list nothing
expect_status 3
run seshat workspace list "$a"
expect_status 0
err_has 'has no workspace in the vault'

test_that "two that add at once: all of both is there"
begin
rm -r "$ws"
mkdir "$ws" "$T/ws2"
i=0
while [ $i -lt 60 ]; do
	echo "a $i" >"$ws/a$i"
	echo "b $i" >"$T/ws2/b$i"
	i=$((i + 1))
done
vault_sync
"$SESHAT_BIN" workspace add -q "$a" "$ws" >"$T/o1" 2>&1 &
p1=$!
XDG_STATE_HOME=$T/state2 "$SESHAT_BIN" workspace add -q "$a" "$T/ws2" >"$T/o2" 2>&1 &
p2=$!
wait $p1 || fail "the first: $(cat "$T/o1")"
wait $p2 || fail "the second: $(cat "$T/o2")"
vault_sync
cp "$T"/ws2/* "$ws"
is_stored
run seshat workspace list "$a"
check test "$(wc -l <"$T/out")" = 120
rm -r "$T/ws2"

test_that "without workspace.json its files are still there, and added anew"
begin
add
vault_sync
rm "$key/workspace.json"
run seshat workspace list --json "$a"
check test "$(wc -l <"$T/out")" = 3
is_stored
add
told failed 0
add
told unchanged 3
is_stored
printf '{' >"$key/workspace.json"
is_stored
add
told failed 0
add
told unchanged 3

test_that "a workspace.json that leads elsewhere leads nowhere"
vault_sync
for row in '"../../x":{"key":"workspace/one"}' '"x":{"key":"../meta.json"}' \
    '"x":{"key":"workspace/../../../../ids"}' '"x":{"key":"meta.json"}'; do
	printf '{"schema_version":1,"files":{%s}}' "$row" >"$key/workspace.json"
	run seshat workspace list "$a"
	expect_status 0
	expect_out ""
	run seshat export --force -o "$T/out.zip" "$a"
	expect_status 0
	check test "$(names "$T/out.zip" | wc -l)" = 8
done
rm "$key/workspace.json"

test_that "mirror --workspace adds the folder of the session that is mirrored"
begin
lines "$a" "$demo" 4 5 >>"$source"
run at "$demo" seshat mirror --workspace "$ws"
expect_status 0
out_has '^mirrored 1 of 1 '
out_has '^workspace: 3 files stored'
is_stored
run at "$demo" seshat mirror --workspace "$ws"
out_has '^workspace: 0 files stored \(0 B\), 3 unchanged'
run at "$demo" seshat mirror --all --once --workspace "$ws"
expect_status 2
run seshat mirror --everywhere --workspace "$ws"
expect_status 2

test_that "rm takes the workspace along"
run seshat rm --yes "$a"
expect_status 0
vault_sync
check test -z "$(find "$vault" -path "*/$a/*" -type f)"

test_that "mirror --follow --workspace: as the session grows, and at Ctrl-C"
begin
cd "$demo"
follow --workspace "$ws"
soon grep -q '"added":3' "$T/events"
echo late >"$ws/late"
end_follow
expect_status 0
cd "$T/work"
out_has '"added":1,'
is_stored

test_that "a session with 2,000 files: list and show do not ask for them, verify does"
begin
rm -r "$ws"
mkdir -p "$ws/d"
i=0
while [ $i -lt 2000 ]; do
	echo "$i" >"$ws/d/$i"
	i=$((i + 1))
done
settle
add
told added 2000
add
told unchanged 2000
run seshat list
expect_status 0
check test "$(grep -c '^aaaaaaaa' "$T/out")" = 1
run seshat list --json
cp "$T/out" "$T/list"
run seshat show "$a" --raw
same "$source" "$T/out"
run seshat verify
expect_status 0
out_has '^verified 1 session, 1 part, 2000 files of workspaces, '
if in_folder "it is asked over the network" && command -v strace >/dev/null &&
    strace -o /dev/null true 2>/dev/null; then
	for cmd in list "show $a" "mirror --everywhere"; do
		# shellcheck disable=SC2086 # words
		strace -f -e trace=openat,stat,newfstatat,statx -o "$T/trace" \
		    "$SESHAT_BIN" $cmd >/dev/null 2>&1 </dev/null || :
		n=$(grep -c "workspace/d/" "$T/trace" || :)
		[ "$n" = 0 ] || fail "$cmd: $n files of the workspace are looked at"
	done
fi

finish
