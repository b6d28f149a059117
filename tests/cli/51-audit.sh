# 'seshat audit': what is stored is scanned with the rules of today, and --fix
# leaves nothing of a secret anywhere.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/stored.sh"

vault_ages
# asked once: what stands in front of it on some machines takes long
python=$(python3 -c 'import sys; print(sys.executable)')
a=aaaaaaaa-2222-4333-8444-555555555555
demo=$T/work/demo
state=$XDG_STATE_HOME/seshat
key=AKIA$(printf %s QYLPMN5HHHFPZAM2)  # known by its shape
word=$(printf %s Vn7Kq2Ws9Lx4Tz)       # a password that only its name tells
mkdir -p "$demo"

# says TEXT: a line of the session.
says() {
	printf '{"type":"user","sessionId":"%s","cwd":"%s","t":"%s"}\n' "$a" \
	    "$demo" "$1" >>"$source"
}

# raw TEXT: one more line, stored as it stands, in a part of its own.
raw() {
	says "$1"
	mirror --everywhere --no-redact
}

# stored: five parts; the second has a key, the third names a password, the
# fifth only says it.
stored() {
	anew
	fake "$a" "$demo" 2
	mirror --everywhere --no-redact
	raw "the key is $key"
	raw "DB_PASSWORD=$word"
	raw "nothing"
	raw "it is $word, is it?"
}

# contents: what is in the vault, but for the folder that temporary files come
# and go in.
contents() {
	snapshot | grep -v '^\. '
}

# nowhere VALUE: not in the vault, nor in what this machine keeps.
nowhere() {
	vault_sync
	"$python" "$SESHAT_SOURCE/tests/cli/hold.py" "$1" -- "$vault" \
	    "$XDG_STATE_HOME" "$XDG_CACHE_HOME" >"$T/hits"
	[ ! -s "$T/hits" ] || fail "$1 is in $(cat "$T/hits")"
}

# hidden: neither secret is anywhere, nor is it in what was printed.
hidden() {
	nowhere "$key"
	nowhere "$word"
	run seshat show "$a" --raw
	expect_status 0
	[ "$(wc -l <"$T/out")" = "$(wc -l <"$source")" ] || fail "lines are lost"
}

audit() {
	run seshat audit "$@"
	! grep -q -e "$key" -e "$word" "$T/out" "$T/err" ||
	    fail "a secret is printed"
}

# is_whole_still: nothing is damaged, and it goes on where it was.
is_whole_still() {
	run seshat verify --source
	expect_status 0
	out_has ' 0 damaged'
	before=$(streams "$a")
	says "one more"
	run seshat mirror --everywhere --no-redact
	expect_status 0
	out_has "^mirrored 1 of 1 session, $(tail -n 1 "$source" | wc -c) B new"
	[ "$(streams "$a")" = "$before" ] || fail "a stream was opened"
	run seshat verify --source
	expect_status 0
}

# header NAME KEY: what the header of an object says.
header() {
	"$python" -c 'import struct, sys
data = open(sys.argv[1], "rb").read()
text = data[16:16 + struct.unpack("<H", data[14:16])[0]].decode()
print(dict(x.split("=", 1) for x in text.split()[1:]).get(sys.argv[2]))' "$@"
}

test_that "no vault"
anew
audit
expect_status 3
audit "$a"
expect_status 3

test_that "a session without secrets: nothing is found, nothing is written"
fake "$a" "$demo" 3
mirror --everywhere
contents >"$T/before"
audit
expect_status 0
out_has '^audited 1 session, .*: 0 secrets in 0 sessions$'
audit --fix
expect_status 0
contents >"$T/after"
same "$T/before" "$T/after"
version=$(header "$(objects)" v)

test_that "what is found is told: line, rule, how it begins, object; not more"
stored
contents >"$T/before"
audit
expect_status 1
out_has "^claude-code/$a: line 3: aws-access-key-id: AKIA… .20 bytes., in part-00000001-"
out_has "^claude-code/$a: line 4: named-password: V… .14 bytes., in part-00000002-"
out_has "^claude-code/$a: line 6: named-password: V… .14 bytes., in part-00000004-"
out_has "^claude-code/$a: 3 secrets .aws-access-key-id 1, named-password 2., stored with --no-redact$"
out_has '^audited 1 session, .*: 3 secrets in 1 session$'
contents >"$T/after"
same "$T/before" "$T/after"

test_that "the same by a short id, with --json, and quietly"
audit --json aaaaaaaa
expect_status 1
out_has '"stream":"[0-9a-f]{8}","part":"part-00000001-[0-9a-f]{8}.jsonl.gz","line":3,"rule":"aws-access-key-id","head":"AKIA","bytes":20}'
out_has '"project":"demo","no_redact":true,"secrets":3,"rules":{"aws-access-key-id":1,"named-password":2},"left":3,"objects":5,"bytes":[0-9]+,"rewritten":0,"deleted":0,"unread":0}'
check test "$(wc -l <"$T/out")" = 4
audit -q "claude-code/$a"
expect_status 1
check test "$(wc -l <"$T/out")" = 4
audit nothing
expect_status 3
audit --take-over
expect_status 2

test_that "--fix: nothing of it stays, all else does"
clean=$(objects | sed -n '1p;4p')
audit --fix
expect_status 0
out_has ': 3 secrets .*, stored with --no-redact, fixed$'
hidden
out_has 'the key is \[REDACTED:aws-access-key-id\]"'
out_has 'DB_PASSWORD=\[REDACTED:named-password\]"'
out_has 'it is \[REDACTED:named-password\], is it'
check test "$(count part)" = 2
check test "$(count merged)" = 3
[ "$(objects part)" = "$clean" ] || fail "$(objects)"

test_that "headers and checkpoint say what was redacted, and by which rules"
for name in $(objects merged); do
	[ "$(header "$name" v)" = "$version" ] || fail "$(header "$name" v)"
done
[ "$(header "$(objects merged | sed -n 1p)" r)" = aws-access-key-id:1 ] ||
    fail "$(header "$(objects merged | sed -n 1p)" r)"
[ "$(header "$(objects merged | sed -n 3p)" r)" = named-password:1 ] ||
    fail "$(header "$(objects merged | sed -n 3p)" r)"
[ "$(header "$(objects part | sed -n 1p)" v)" = 0 ] || fail "that is redacted"
run seshat show "$a" --json
out_has '"aws-access-key-id":1'
out_has '"named-password":2'
out_has '"no_redact":true'

test_that "done again it changes nothing"
contents >"$T/before"
audit --fix
expect_status 0
out_has ' 0 secrets in 0 sessions, 0 not fixed$'
contents >"$T/after"
same "$T/before" "$T/after"

test_that "the next mirror goes on behind it; the hash is that of what is stored"
is_whole_still
run seshat stop "$a"
expect_status 0
run seshat show "$a" --raw
sum=$(sha256sum "$T/out" | cut -c1-64)
run seshat show "$a" --json
out_has "\"transcript_sha256_so_far\":\"$sum\""
run seshat list --json
out_has "\"total_uploaded_bytes\":$(seshat show "$a" --raw | wc -c),"

test_that "without a state, and ended, it is fixed as well"
stored
run seshat stop "$a"
expect_status 0
rm -rf "$state"
audit --fix "$a"
expect_status 0
hidden
[ -z "$(find "$state" -name "$a*")" ] || fail "a state was made"
run seshat show "$a" --json
out_has '"ended_at":"2'
is_whole_still

test_that "what a mirror has redacted is not found again, nor what was fixed"
anew
fake "$a" "$demo" 2
says "the key is $key, DB_PASSWORD=$word"
says "it is $word, is it?"
mirror --everywhere
audit
expect_status 0
audit --fix
expect_status 0
check test "$(count merged)" = 0

test_that "when all of it is redacted the session is no longer called raw"
anew
fake "$a" "$demo" 2
says "the key is $key"
mirror --everywhere --no-redact
audit --fix
expect_status 0
run seshat show "$a" --json
out_lacks no_redact
says "more"
mirror --everywhere
run seshat stop "$a"
run seshat show "$a" --json
out_lacks no_redact

test_that "merged objects, and what they have replaced, which waits for 2 hours"
stored
run seshat compact "$a"
expect_status 0
check test "$(count)" = 6
audit
expect_status 1
out_has 'line 3: aws-access-key-id: .*, in merged-'
out_has "^claude-code/$a: aws-access-key-id: .*, in part-00000001-"
out_has ': 6 secrets '
audit --fix
expect_status 0
hidden
check test "$(count merged)" = 1
check test "$(count part)" = 2
is_whole_still
run seshat compact "$a"
expect_status 0
hidden
run seshat verify --source
expect_status 0

test_that "what is fixed is merged like anything else"
stored
audit --fix
expect_status 0
run seshat compact "$a"
expect_status 0
out_has ': 5 parts into 1 object'
hidden
is_whole_still

# torn: a first stream names the password, of a second the last line, which is
# not terminated, only says it: what is stored of that is the word.
torn() {
	anew
	fake "$a" "$demo" 1
	raw "DB_PASSWORD=$word"
	seshat stop "$a" >"$T/out"
	fake "$a" "$demo" 2
	printf '{"type":"user","t":"it is %s' "$word" >>"$source"
	seshat mirror --everywhere >"$T/out"
	seshat stop "$a" >"$T/out"
	run seshat show "$a" --raw
	out_has "it is $word$"
}

test_that "an unterminated last line"
torn
audit --fix
expect_status 0
out_has 'line 3: named-password'
hidden_now() {
	nowhere "$word"
	run seshat show "$a" --raw
	out_has '"t":"it is \[REDACTED:named-password\]'
}
hidden_now
sum=$(sha256sum "$T/out" | cut -c1-64)
run seshat show "$a" --json
out_has "\"transcript_sha256_so_far\":\"$sum\""
is_verified() {
	run seshat verify
	expect_status 0
}
is_verified
printf '"}\n' >>"$source"
mirror --everywhere --no-redact
is_verified
check test "$(find "$vault" -name 'stream-*' | wc -l)" = 2

test_that "a line that was unterminated once, and was stored again, whole"
torn
printf '"}\n' >>"$source"
mirror --everywhere --no-redact
audit
expect_status 1
check test "$(grep -c 'line 3: named-password' "$T/out")" = 2
audit --fix
expect_status 0
hidden_now
is_verified
run seshat compact "$a"
expect_status 0
hidden_now
is_verified

test_that "title, paths: in the summary, in the listing, in the checkpoint"
anew
demo=$T/work/demo-$key
mkdir -p "$demo"
fake "$a" "$demo" 0
printf '{"type":"user","sessionId":"%s","cwd":"%s","timestamp":"2026-01-01T00:00:00.000Z","message":{"role":"user","content":"use %s"}}\n' \
    "$a" "$demo" "$key" >>"$source"
mirror --everywhere --no-redact --project demo
raw "it is $word, for DB_PASSWORD=$word" # the listing has a second row
run seshat list --json
out_has "\"title\":\"use $key"
audit
expect_status 1
out_has ': title: aws-access-key-id: AKIA… .20 bytes., in meta.json$'
out_has ': title: aws-access-key-id: AKIA… .20 bytes., in index$'
out_has ': source_path: aws-access-key-id: .*, in stream-[0-9a-f]{8}.json$'
audit --json
out_has '"stream":null,"part":"index","field":"cwd","rule":"aws-access-key-id"'
audit --fix
expect_status 0
nowhere "$word"
run seshat list --json
out_has '"title":"use \[REDACTED:aws-access-key-id\]"'
vault_sync
"$python" "$SESHAT_SOURCE/tests/cli/hold.py" "$key" -- "$vault" >"$T/hits"
[ ! -s "$T/hits" ] || fail "$(cat "$T/hits")"
audit
expect_status 0
demo=$T/work/demo

test_that "a project's name cannot be changed: that is told"
anew
fake "$a" "$demo" 2
mirror --everywhere --project "p-$key"
audit --fix
expect_status 5
out_has ': project: aws-access-key-id: '
err_has 'ids: not fixed: it is in the names of the objects'

test_that "a damaged part is told and stays, what is beside it is fixed"
stored
victim=$(objects part | sed -n 4p)
printf XXXX | dd of="$victim" bs=1 conv=notrunc 2>/dev/null \
    seek=$(($(wc -c <"$victim") - 14))
rm -rf "$state/spool"
audit
expect_status 1
err_has "$a: part-00000003-"
out_has 'line 6: named-password: V'
audit --fix
expect_status 5
out_has ', fixed$'
err_has "$a: part-00000003-"
nowhere "$key"
nowhere "$word"
[ -e "$victim" ] || fail "the damaged part is gone"
run seshat verify
expect_status 5
out_has "${victim##*/}"
run seshat verify --repair
expect_status 0

test_that "a part that is missing: what is before it is fixed, the rest is told"
stored
rm "$(objects part | sed -n 4p)"
audit --fix
expect_status 5
err_has 'not fixed|missing'
nowhere "$key"
run seshat verify --repair
expect_status 0
audit --fix
expect_status 0
hidden

test_that "without a checkpoint nothing is touched"
stored
rm "$(checkpoint)"
contents >"$T/before"
audit --fix
expect_status 5
err_has 'not fixed: it has no checkpoint that can be read'
contents >"$T/after"
same "$T/before" "$T/after"

test_that "what another machine wrote is told, and left"
stored
sed -i 's/"owner":"[^"]*"/"owner":"ffffffffffffffff"/
	s/"host":"[^"]*"/"host":"elsewhere"/' "$(checkpoint)"
vault_sync
snapshot | grep -v -e '^\. ' -e meta.json -e index >"$T/before"
audit
expect_status 1
audit --fix
expect_status 5
err_has "not fixed: it was written by 'elsewhere', not by this machine: audit it there, or take it over"
audit --fix --take-over
expect_status 5
err_has "'elsewhere' wrote stream [0-9a-f]{8} last .*: it can be taken over when"
out_has ': 3 secrets .*, 3 not fixed$'
snapshot | grep -v -e '^\. ' -e meta.json -e index >"$T/after"
same "$T/before" "$T/after"

test_that "what has been silent for a day can be taken over"
# shellcheck disable=SC2046 # one object a word
vault_age '25 hours' $(objects) "$(checkpoint)"
audit --fix --take-over
expect_status 0
hidden
grep -q '"host":"elsewhere"' "$(checkpoint)" && fail "it is still elsewhere's"

test_that "of two streams the one that only says it is fixed, too"
stored
first=$(seshat show "$a" --json | sed 's/.*"stream":"\([0-9a-f]*\)".*/\1/')
fake "$a" "$demo" 1
says "only $word"
mirror --everywhere --no-redact
audit --fix
expect_status 0
nowhere "$key"
nowhere "$word"
run seshat show "$a" --raw
out_has 'only \[REDACTED:named-password\]'
run seshat show "$a" --raw --stream "$first"
out_has 'it is \[REDACTED:named-password\]'
run seshat verify
expect_status 0

test_that "a secret across the cut of a line that is stored in pieces"
anew
fake "$a" "$demo" 1
python3 - "$source" "$key" "$word" <<'END'
import sys
path, key, word = sys.argv[1:]
with open(path, "a") as f:
    size = f.tell()
    begin = '{"type":"user","t":"' + "lorem ipsum, " * 30
    f.write(begin)
    # the pieces are cut every 8 MiB from where the line begins
    f.write("." * ((8 << 20) - 10 - len(begin)) + key)
    f.write(" DB_PASSWORD=" + word)
    f.write(" " * ((8 << 20) - 10 - 13 - len(word) - 5) + word)
    f.write(" x" * (1 << 20) + '"}\n')
END
mirror --everywhere --no-redact
check test "$(count)" = 4
audit
expect_status 1
out_has ': line 2: aws-access-key-id: AKIA… .20 bytes., in part-00000001-'
out_has ': 3 secrets .aws-access-key-id 1, named-password 2.,'
audit --fix
expect_status 0
check test "$(count part)" = 1
run seshat show "$a" --raw
out_lacks "$(printf %s QYLPMN5HHH | tail -c 6)"
out_lacks Vn7Kq
out_lacks 9Lx4Tz
check test "$(wc -l <"$T/out")" = 2
python3 -c 'import json, sys
for line in open(sys.argv[1]): json.loads(line)' "$T/out" || fail "not JSON"
[ "$(objects merged | while read -r f; do header "$f" r; done |
    grep -o 'aws-access-key-id:[0-9]*' | tr '\n' ' ')" = 'aws-access-key-id:1 ' ] ||
    fail "counted twice"
audit
expect_status 0
is_whole_still

test_that "memory is bounded, whatever the size"
anew
fake "$a" "$demo" 1
python3 - "$source" "$key" <<'END'
import base64, random, sys
chance = random.Random(1)
with open(sys.argv[1], "a") as f:
    for n in (15, 40, 3):
        f.write('{"type":"user","t":"%s ' % sys.argv[2])
        for i in range(n):
            f.write(base64.b64encode(chance.randbytes(3 << 18)).decode() + " ")
        f.write('"}\n')
END
mirror --everywhere --no-redact
vault_sync
run python3 -c 'import os, resource, subprocess, sys
subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, "MiB")' \
    "$SESHAT_BIN" audit --fix
out_has ', fixed$'
# a sanitizer has memory of its own
[ -n "${ASAN_OPTIONS-}" ] ||
    check test "$(sed -n 's/ MiB$//p' "$T/out")" -le 64
nowhere "$key"

test_that "a listing that another machine wrote is told, and left"
anew
fake "$a" "$demo" 0
printf '{"type":"user","sessionId":"%s","cwd":"%s","timestamp":"2026-01-01T00:00:00.000Z","message":{"role":"user","content":"use %s"}}\n' \
    "$a" "$demo" "$key" >>"$source"
mirror --everywhere --no-redact
mv "$vault"/index/* "$vault/index/ffffffffffffffff"
audit --fix
expect_status 5
out_has ': 3 secrets .*, 1 not fixed$'
err_has 'index: not fixed: it is another machine.s; audit the session there'
run seshat show "$a" --raw
out_lacks "$key"

test_that "who is just reading goes on with what was replaced"
anew
fake "$a" "$demo" 1
for i in 1 2 3 4; do
	lines "$a" "$demo" $((i * 1000)) $((i * 1000 + 999)) >>"$source"
	raw "the key is $key, it is said $i times"
done
rm -f "$T/pipe"
mkfifo "$T/pipe"
"$SESHAT_BIN" show "$a" --raw >"$T/pipe" &
reader=$!
exec 5<"$T/pipe"
read -r begin <&5 # it has the list of the parts, and waits for us
audit --fix
expect_status 0
{ echo "$begin"; cat <&5; } >"$T/read"
exec 5<&-
wait "$reader" || fail "show: $?"
sed "s/$key/[REDACTED:aws-access-key-id]/" "$source" >"$T/want"
sed "s/$key/[REDACTED:aws-access-key-id]/" "$T/read" >"$T/got"
same "$T/want" "$T/got"

if python3 -c 'import sqlite3' 2>/dev/null; then
	HERMES_HOME=$T/hermes
	export HERMES_HOME
	hermes() {
		python3 "$SESHAT_SOURCE/tests/cli/hermes.py" \
		    "$HERMES_HOME/state.db" "$@"
	}

	test_that "rows are fixed, and still compared with the database"
	anew
	mkdir -p "$HERMES_HOME"
	hermes make one
	for i in 1 2 3; do
		hermes say one "$i" "$i"
		hermes sql "UPDATE messages SET content = 'key $i $key' WHERE id = $i"
		mirror --everywhere --no-redact
	done
	audit --fix one
	expect_status 0
	out_has ': 5 secrets .*, fixed$' # two of them in its title
	nowhere "$key"
	run seshat verify --source
	expect_status 0
	hermes say one 4 5
	mirror --everywhere
	run seshat stop one
	expect_status 0
	check test "$(find "$vault" -name 'stream-*' | wc -l)" = 1
	hermes sql "UPDATE messages SET content = 'other' WHERE id = 2"
	run seshat verify --source
	expect_status 5
	rm -r "$HERMES_HOME"
fi

. "$SESHAT_SOURCE/tests/cli/following.sh"

test_that "a mirror that follows goes on beside it, in the same stream"
fresh
printf '{"type":"user","sessionId":"%s","cwd":"%s","t":"%s"}\n' "$one" \
    "$demo" "$key" >>"$source_one"
follow --cwd "$demo" --interval 0.05 --no-redact
stored "$one"
run seshat audit --fix
expect_status 0
out_has ', fixed$'
grow "$source_one" "$one" 5 6
stored "$one" 2
end_follow INT
expect_status 0
nowhere "$key"
run seshat show "$one" --raw
sed "s/$key/[REDACTED:aws-access-key-id]/" "$source_one" >"$T/want"
same "$T/want" "$T/out"
check test "$(find "$vault" -name 'stream-*' | wc -l)" = 1
run seshat verify --source
expect_status 0

test_that "a password that the mirror knows is found where only it is said"
anew
fake "$a" "$demo" 2
says "DB_PASSWORD=$word"
mirror --everywhere
raw "log in again with $word"
run seshat audit
expect_status 1
out_has '1 secret '
out_lacks 'Vn'

test_that "a title in the index is told, too"
anew
fake "$a" "$demo" 0
printf '{"type":"user","sessionId":"%s","cwd":"%s","message":{"role":"user","content":"DB_PASSWORD=%s"}}\n' \
    "$a" "$demo" "$word" >>"$source"
mirror --everywhere
raw "more"
run seshat audit
expect_status 1
out_has ': title: named-password: V… .*, in index$'
run seshat audit --fix
expect_status 0
nowhere "$word"

test_that "a password that is said before it is named is found, too"
anew
fake "$a" "$demo" 2
raw "it will be $word"
raw "DB_PASSWORD=$word"
rm -r "$state"
run seshat audit
expect_status 1
out_has '2 secrets '
run seshat audit --fix
expect_status 0
nowhere "$word"
run seshat audit
expect_status 0
run seshat verify
expect_status 0

finish
