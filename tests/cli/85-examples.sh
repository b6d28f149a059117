# share/examples: a vault is read with nothing but what comes with Python and
# with Node, and every session is what 'seshat show --raw' prints.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/stored.sh"

readers="read_vault.py read-vault.mjs"
a=3fa9c2d1-2222-4333-8444-555555555555
b=8c41d7e2-2222-4333-8444-555555555555
c=b7e0915c-2222-4333-8444-555555555555
d=d41c07e5-2222-4333-8444-555555555555
demo=$T/work/demo
state=$XDG_STATE_HOME/seshat
mkdir -p "$demo"

# example READER ARGUMENT...: alone: no package of the machine's own is found.
example() {
	program=$SESHAT_SOURCE/share/examples/$1
	shift
	case $program in
	*.py) python3 -I -S "$program" "$@" ;;
	*) node --disallow-code-generation-from-strings "$program" "$@" ;;
	esac
}

# ids: of all sessions, as harness/id.
ids() {
	seshat list --json | python3 -c 'import json, sys
for line in sys.stdin:
    row = json.loads(line)
    print(row["harness"] + "/" + row["session_id"])' | sort
}

# all_same: both read every session as it is.
all_same() {
	ids >"$T/ids"
	check test -s "$T/ids"
	while read -r id; do
		seshat show "$id" --raw >"$T/want" || fail "$id: show: $?"
		for reader in $readers; do
			run example $reader "$vault" "$id"
			expect_status 0
			same "$T/want" "$T/out"
			[ ! -s "$T/err" ] || fail "$id: $(cat "$T/err")"
		done
	done <"$T/ids"
}

# grow FROM TO: one more line and mirrored, for each.
grow() {
	for i in $(seq "$1" "$2"); do
		lines "$a" "$demo" "$i" "$i" >>"$source"
		mirror --everywhere
	done
}

# refused TEXT ARGUMENT...: by both, with that message.
refused() {
	text=$1
	shift
	for reader in $readers; do
		run example $reader "$@"
		expect_status 1
		err_has "^$reader: .*$text"
		check test "$(wc -l <"$T/err")" = 1
	done
}

# damaged TEXT: both say so.
damaged() {
	refused "$a is damaged: $1" "$vault" "$a"
}

test_that "a folder that is no vault, and too many arguments"
refused "$T/work is no vault" "$T/work"
for reader in $readers; do
	run example $reader "$T" a b
	expect_status 1
	check test -s "$T/err"
	expect_out ""
done

test_that "one part, and many"
fake "$a" "$demo"
mirror --everywhere
all_same
grow 4 9
all_same

test_that "merged ones, what they replaced beside them and parts behind them"
run seshat compact "$a"
expect_status 0
check test "$(count merged)" = 1
check test "$(count part)" = 7
all_same
grow 10 12
all_same
check test "$(count part)" = 10

test_that "no checkpoint"
keep merged
rm "$(checkpoint)"
all_same
put_back merged

test_that "a last line without its end, and what comes behind it"
printf '{"type":"user","torn' >>"$source"
mirror --everywhere
run seshat stop "$a"
all_same
for reader in $readers; do
	run example $reader "$vault" "$a"
	same "$source" "$T/out"
done
printf '":1}\n' >>"$source"
grow 13 14
all_same
keep torn
rm "$(checkpoint)"
all_same
put_back torn
run seshat compact "$a"
all_same
keep many

test_that "a transcript that was rewritten: the new one counts"
sed 's/line 5/ninety-nine/' "$source" >"$T/new"
cp "$T/new" "$source"
mirror --everywhere
check test "$(streams "$a")" = 2
all_same
for reader in $readers; do
	run example $reader "$vault" "$a"
	same "$T/new" "$T/out"
done

test_that "another machine has another stream of it"
rm -r "$state"
mkdir -p "$state"
echo 0123456789abcdef0123456789abcdef >"$state/machine-id"
head -n 6 "$T/new" >"$source"
mirror --everywhere
all_same

test_that "what is dated 2099 does not come before what was put later"
fake "$d" "$demo"
sed -i 's/2026-01-01/2099-01-01/' "$source"
mirror --everywhere
find "$vault" -path "*/$d/*" -exec touch -d '2 days ago' {} +
claude=$CLAUDE_CONFIG_DIR
CLAUDE_CONFIG_DIR=$T/elsewhere
fake "$d" "$demo" 2
sed -i "s/2026-01-01/$(date -u -d yesterday +%F)/" "$source"
mirror --everywhere
check test "$(streams "$d")" = 2
all_same
for reader in $readers; do
	run example $reader "$vault" "$d"
	same "$source" "$T/out"
done
CLAUDE_CONFIG_DIR=$claude

test_that "a line of 40 MiB is in several parts"
fake "$b" "$demo" 2
{
	printf '{"type":"user","cwd":"%s","x":"' "$demo"
	head -c 41943040 /dev/zero | tr '\0' x
	printf '"}\n'
	lines "$b" "$demo" 3 4
} >>"$source"
mirror --everywhere
check test "$(parts "$b" | wc -l)" -ge 3
all_same

test_that "secrets are scrubbed there, and odd bytes stay"
fake "$c" "$demo" 2
printf '{"x":"%s%s \303\251 \377"}\n' AKIA Q7ZT3MWX5LNB2KDE >>"$source"
printf '\n\n' >>"$source"
mirror --everywhere
all_same
run example read_vault.py "$vault" "$c"
grep -aq 'REDACTED' "$T/out" || fail "no mark in it"

test_that "ids that are escaped in keys"
mkdir -p "$XDG_CONFIG_HOME/seshat" "$T/mine/ä b"
printf 'roots:\n  - %s/mine\n' "$T" >"$XDG_CONFIG_HOME/seshat/config.yaml"
lines x "$demo" 1 3 >"$T/mine/ä b/100%41~.jsonl"
CLAUDE_CONFIG_DIR=$T/none mirror --everywhere --project other
find "$vault" -path '*/generic/*%C3%A4%20b%2F100%2541*' | grep -q . ||
    fail "no such key: $(find "$vault" -path '*/generic/*')"
all_same
for reader in $readers; do
	run example $reader "$vault"
	expect_status 0
	out_has '^[^	]*	generic/ä b/100%41~@[0-9a-f]{8}	'
	out_has "^demo	claude-code/$a	line 1\$"
	check grep -q '^other	' "$T/out"
	cut -f 2 "$T/out" | sort >"$T/found"
	same "$T/ids" "$T/found"
done

test_that "a session that was removed is not there"
run seshat rm "$c" --yes
expect_status 0
refused "no session $c in" "$vault" "$c"
all_same

test_that "a session whose removal was killed is not there either"
mkdir -p "$vault/removed/claude-code"
echo '{"at":"2026-01-01T00:00:00.000Z"}' >"$vault/removed/claude-code/$b"
refused "no session $b in" "$vault" "$b"

test_that "two harnesses with one id: it must be said which"
put_back many
source=$(source_of "$a" "$demo")
mkdir -p "$vault/demo/sessions/codex"
cp -r "$vault/demo/sessions/claude-code/$a" "$vault/demo/sessions/codex/$a"
refused 'HARNESS/ID' "$vault" "$a"
for reader in $readers; do
	run example $reader "$vault" "codex/$a"
	expect_status 0
	same "$source" "$T/out"
done

test_that "damage is told, and nothing is printed that was not checked"
put_back many
victim=${vault:?}/demo/sessions/claude-code/$a/$(python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["parts"][0]["key"])' "$(checkpoint)")
flip_byte "$victim" 600
damaged "merged-[0-9a-f-]*.jsonl.gz (cannot be unpacked|does not hold)"
for reader in $readers; do
	run example $reader "$vault" "$a"
	expect_out ""
done
put_back many
truncate -s -3 "$victim"
damaged 'merged-.*(cannot be unpacked|cut off)'
put_back many
: >"$victim"
damaged 'merged-.* is no part of a session'

test_that "a part that is missing, or another one in its place"
put_back many
grow 20 22
third=$(objects part | tail -n 1)
second=$(objects part | tail -n 2 | head -n 1)
cp "$third" "$T/third"
cp "$second" "$third"
damaged 'part-.* does not begin where the part before it ends'
cp "$T/third" "$third"
rm "$second"
damaged 'part [0-9]+ is missing'
for reader in $readers; do
	run example $reader "$vault" "$a"
	check test -s "$T/out"
	head -c "$(wc -c <"$T/out")" "$source" >"$T/want"
	same "$T/want" "$T/out"
done

test_that "a checkpoint that is torn, or a hash that is another"
put_back many
echo '{"parts":[{"seq":' >"$(checkpoint)"
damaged 'its checkpoint cannot be used'
put_back many
sed -i 's/"h":\["[0-9a-f]*/"h":["00/' "$(checkpoint)"
damaged 'merged-.* is not the object that its checkpoint describes'

# odd EXPRESSION: the checkpoint, changed in Python.
odd() {
	put_back many
	python3 -c 'import json, sys
path, change = sys.argv[1:]
doc = json.load(open(path))
exec(change)
json.dump(doc, open(path, "w"))' "$(checkpoint)" "$1"
}

test_that "members of a checkpoint that are of another type"
for value in '"x"' '[1]' '{}' -5 1.5; do
	odd "doc['source_size_at_open'] = $value"
	all_same
done
odd 'doc["w"] = [1]'
for reader in $readers; do
	run example $reader "$vault" "$a"
	expect_status 0
done
for value in 5 '[5]' '{"a": 1}' '"x"' '[[]]'; do
	odd "doc['parts'][0]['h'] = $value"
	damaged '.*'
	check test -z "$(grep -i traceback "$T/err")"
done
for member in seq cursor_range; do
	for value in 5 '["0", "1"]' '[0, 1.5]' '[0, [1]]' 'None'; do
		odd "doc['parts'][0]['$member'] = $value"
		damaged 'its checkpoint cannot be used'
	done
done
for doc in 5 '[]' '"x"' null '{"parts": 5}' '{"parts": [5]}' '{"parts": null}'; do
	put_back many
	echo "$doc" >"$(checkpoint)"
	damaged 'its checkpoint cannot be used'
done

test_that "a file where a folder is expected, and a summary without end"
put_back many
mkdir "$vault/odd"
echo >"$vault/odd/sessions"
python3 -c 'print("[" * 200000)' >"$(dirname "$(checkpoint)")/meta.json"
for reader in $readers; do
	run example $reader "$vault"
	expect_status 0
	out_has "claude-code/$a"
	check test ! -s "$T/err"
done
rm -r "$vault/odd"

test_that "a part that is a folder is told in one line"
put_back many
listed=$(dirname "$(checkpoint)")/$(python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["parts"][0]["key"])' "$(checkpoint)")
rm "$listed"
mkdir "$listed"
for reader in $readers; do
	run example $reader "$vault" "$a"
	expect_status 1
	err_has "^$reader: "
	check test "$(wc -l <"$T/err")" = 1
done

finish
