# What commands print with --json: the keys that their manual pages list, and no
# others.
. "$SESHAT_SOURCE/tests/cli/share.sh"

tables=$(dirname "$SESHAT_BIN")/share/tables.json

cat >"$T/keys.py" <<'PYTHON'
"""Each object of a file has every key of a row of its command that is always
there, and none that the row does not know."""
import json
import sys

tables, name, path = sys.argv[1:]
with open(tables, encoding="utf-8") as file:
    rows = [r["keys"] for c in json.load(file)["commands"]
            if c["name"] == name for r in c["json"]]
with open(path, encoding="utf-8") as file:
    text = file.read().strip()
decoder, objects = json.JSONDecoder(), []
while text:
    one, at = decoder.raw_decode(text)
    objects.append(set(one))
    text = text[at:].lstrip()
if not rows:
    sys.exit(f"'{name}' has no row in src/cli/manual_keys.c, manual_more.c")
if not objects:
    sys.exit(f"'{name}' printed no JSON")


def wrong(found, row):
    there = {k["name"] for k in row}
    always = {k["name"] for k in row if k["when"] == "always"}
    return ([f"{k} is not in the manual" for k in sorted(found - there)] +
            [f"{k} is in the manual alone" for k in sorted(always - found)])


for found in objects:
    why = min((wrong(found, row) for row in rows), key=len)
    if why:
        sys.exit(f"{name}: {'; '.join(why)}")
PYTHON

# keys COMMAND [ARGUMENT]...: run it with --json; its words are the first.
keys() {
	test_that "the keys of '$1'"
	echo "$1" >>"$T/tried"
	command=$1
	shift
	# shellcheck disable=SC2086 # it may be of two words
	run seshat $command --json "$@"
	out=$T/out
	case " $command $* " in
	*' --report '*) out=$T/err ;;
	esac
	python3 "$T/keys.py" "$tables" "$command" "$out" >"$T/why" 2>&1 ||
	    fail "$(cat "$T/why") $(tail -n 3 "$T/err")"
}

sh "$SESHAT_SOURCE/share/examples/make" "$T/examples"
own=$CLAUDE_CONFIG_DIR
export CLAUDE_CONFIG_DIR="$T/examples/claude" CODEX_HOME="$T/examples/codex"
id=3fa9c2d1-7b1e-4c55-9d0a-52e6b1f0a7c3
keys sessions --everywhere
keys mirror --everywhere
keys status
keys list
keys list --sort-by size
keys show $id
keys show $id --tail 2
keys search twenty
keys stats
keys verify --source
keys audit
keys compact $id
keys stop $id
mkdir ws
echo hello >ws/file
keys 'workspace add' $id ws
keys 'workspace list' $id
keys export $id -o x.zip
keys publish --format hf-trace --all --to out
keys import out
mkdir -p "$T/there"
keys restore $id --cwd "$T/there" --dry-run --force
keys relocate --scan
keys relocate "$T/gone" "$T/there" --dry-run
keys redact --rules
keys 'log append' run-7 --skill build --final-status ok
keys 'hook install' claude-code
keys 'hook status'
keys 'hook uninstall' claude-code
keys doctor
keys init --yes
echo 'project: demo' >.seshat.yaml
keys trust
keys trust --list
keys trust --remove
rm .seshat.yaml
keys rm --yes $id

# with secrets in it: printed in pieces, so that none is in the repository
printf 'token: %s%s\n' 'ghp_' '0123456789abcdefghijABCDEFGHIJ012345' >"$T/in"
test_that "the keys of 'redact --report'"
run seshat redact --report --json <"$T/in"
python3 "$T/keys.py" "$tables" redact "$T/err" >"$T/why" 2>&1 ||
    fail "$(cat "$T/why")"

test_that "the keys of what 'mirror --follow' tells"
"$SESHAT_BIN" mirror --everywhere --follow --json >"$T/events" &
follow=$!
timeout 60 sh -c 'until grep -q ready "$0"; do :; done' "$T/events" ||
    fail "$(cat "$T/events")"
kill "$follow"
wait "$follow" || true
python3 "$T/keys.py" "$tables" mirror "$T/events" >"$T/why" 2>&1 ||
    fail "$(cat "$T/why")"

test_that "the keys of 'serve'"
echo serve >>"$T/tried"
"$SESHAT_BIN" serve --listen 127.0.0.1:0 --json >"$T/url" &
server=$!
timeout 60 sh -c 'until grep -q url "$0"; do :; done' "$T/url" ||
    fail "$(cat "$T/url")"
kill "$server"
wait "$server" || true
python3 "$T/keys.py" "$tables" serve "$T/url" >"$T/why" 2>&1 ||
    fail "$(cat "$T/why")"

CLAUDE_CONFIG_DIR=$own
unset CODEX_HOME
new_session 5
new_plan
cd "$demo"
keys upload --session-id $id --plan-issue $plan
gist=$(sed -nE 's/.*"gist_url": "([^"]*)".*/\1/p' "$T/out")
keys 'exec upload-session' --session-file "$source" --session-id $id \
    --source remote --issue-number $plan
keys 'gists list'
keys download --gist-url "$gist"
keys 'exec download-remote-session' --gist-url "$gist" --session-id $id
keys discover $plan
keys discover $plan --fetch "$T/fetched"
keys 'exec get-learn-sessions' $plan
keys 'plan get' $plan branch_name
keys 'plan get' 4711 branch_name
keys 'plan set' $plan learn_status completed
keys 'exec get-plan-metadata' $plan learn_status
keys 'gists delete' --yes "$gist"
new_session 5
run seshat upload --session-id $id
keys 'gists prune' --orphans

test_that "every command that has keys was tried"
python3 - "$tables" >"$T/named" <<'PYTHON'
import json
import sys

for c in json.load(open(sys.argv[1], encoding="utf-8"))["commands"]:
    if not c["json"]:
        print(f"{c['name']} (which has no row in src/cli/manual_keys.c)")
    elif any(r["keys"] for r in c["json"]):
        print(c["name"])
PYTHON
sort -u "$T/tried" >"$T/sorted"
left=$(sort "$T/named" | comm -23 - "$T/sorted")
[ -z "$left" ] || fail "not tried: $left"

finish
