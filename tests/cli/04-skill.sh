# share/skill/SKILL.md: what the tables make of it, and what an agent that
# follows it gets.
. "$SESHAT_SOURCE/tests/cli/share.sh"

skill=$SESHAT_SOURCE/share/skill/SKILL.md
tables=$(dirname "$SESHAT_BIN")/share/tables.json
make=$SESHAT_SOURCE/tools/tables/skill.py

test_that "it is what the tables make of it (else: make skill)"
run "$make" "$tables" "$T/SKILL.md"
expect_status 0
diff "$skill" "$T/SKILL.md" >"$T/diff" || fail "$(head -n 20 "$T/diff")"

test_that "it begins as a skill does, with a name and a description"
python3 - "$skill" >"$T/why" 2>&1 <<'PYTHON' || fail "$(cat "$T/why")"
import sys

import yaml

head = open(sys.argv[1], encoding="utf-8").read().split("---\n")
assert head[0] == "", "it begins with front matter"
said = yaml.safe_load(head[1])
assert set(said) == {"name", "description"}, said
assert said["name"] == "seshat"
assert 50 < len(said["description"]) <= 1024, len(said["description"])
PYTHON

test_that "it forbids what stores secrets, and shows it nowhere"
check test "$(grep -c no-redact "$skill")" = 1
check grep -q 'Never pass `--no-redact`' "$skill"

test_that "what a command is ends with one mark"
check test "$(grep -c '[a-z][?.]\.$' "$skill")" = 0

test_that "an option that is not in the tables is an error"
mkdir "$T/tables"
cp "$SESHAT_SOURCE"/tools/tables/* "$T/tables"
sed -i 's/--limit 5/--limitt 5/' "$T/tables/skill.md"
run "$T/tables/skill.py" "$tables" "$T/SKILL.md"
expect_status 1
err_has "'search' has no --limitt"

# What an agent finds: the examples, and the session of a plan.
sh "$SESHAT_SOURCE/share/examples/make" "$T/examples"
cp -r "$T/examples/claude/." "$CLAUDE_CONFIG_DIR"
new_session 50
new_plan
mkdir -p "$T/there"
vault_id=3fa9c2d1

sed -n '/^```sh$/,/^```$/p' "$skill" | grep -v '^```' >"$T/lines"
check test "$(wc -l <"$T/lines")" -gt 12
# the vault is filled first: nothing is found in none
grep mirror "$T/lines" >"$T/ordered"
cat "$T/lines" >>"$T/ordered"
while IFS= read -r line; do
	test_that "an agent can say: $line"
	case $line in
	'seshat upload '* | 'seshat discover '*)
		cd "$demo"
		line=$(echo "$line" | sed "s/ ID/ $id/")
		;;
	esac
	line=$(echo "$line" | sed -e "s/ ID/ $vault_id/" -e "s/PLAN/$plan/" \
	    -e "s|DIR|'$T/there'|" -e 's/LOG/run-7/' -e 's/PROJECT/demo/' -e 's/ ID/ '$id'/')
	case $line in
	'seshat restore '*) rm -rf "$CLAUDE_CONFIG_DIR/projects/"*src-demo* ;;
	esac
	run eval "$line"
	case $line in
	# one that nobody follows any more counts
	'seshat status '*) check test "$status" -le 1 ;;
	*) expect_status 0 ;;
	esac
	case $line in
	*--json*)
		python3 -c 'import json, sys
for line in sys.stdin.read().replace("}\n{", "}\0{").split("\0"):
    assert not line.strip() or json.loads(line)' <"$T/out" 2>"$T/why" ||
		    fail "$(cat "$T/why" "$T/out")"
		;;
	esac
	case $line in
	# the examples are older than that
	*' --since '*) ;;
	*) check test -s "$T/out" ;;
	esac
done <"$T/ordered"

finish
