# 'seshat hook install' and 'uninstall': agents' settings, and nothing else in
# them.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/web.sh"

settings=$CLAUDE_CONFIG_DIR/settings.json
mkdir -p "$CLAUDE_CONFIG_DIR"

install() {
	run seshat hook install "$@"
	expect_status 0
}

uninstall() {
	run seshat hook uninstall "$@"
	expect_status 0
}

# entries FILE: the events with an entry of ours, and whose it is, as a program
# reads it.
entries() {
	python3 -c '
import json, sys
for event, groups in json.load(open(sys.argv[1]))["hooks"].items():
    for g in groups:
        for h in g["hooks"]:
            if " hook run " in h["command"]:
                print(event, h["type"], h["timeout"],
                      h["command"].split("/")[-1])' "$1"
}

all='SessionStart command 3 seshat hook run claude-code
PreCompact command 3 seshat hook run claude-code
Stop command 3 seshat hook run claude-code
SessionEnd command 3 seshat hook run claude-code'

test_that "where there are no settings they are made, and taken away"
install claude-code
expect_err ""
expect_out "claude-code: hooks are in $settings now"
check test "$(entries "$settings")" = "$all"
check test "$(stat -c %a "$settings")" = 600
uninstall claude-code
check test ! -e "$settings"
uninstall claude-code
expect_out "claude-code: no hooks of ours are in $settings already"

test_that "what others wrote stays to the byte, mode and order included"
cat >"$settings" <<'END'
// mine
{
	"model": "opus", /* or not */
	"hooks": {
		"Stop": [
			{"matcher": "", "hooks": [{"type": "command", "command": "say done"}]},
		],
		"Unknown": {"a": [1, 2,]},
	},
	"zebra": 1, "ant": 2
}
END
chmod 640 "$settings"
cp "$settings" "$T/before"
install claude-code
check test "$(grep -c 'hook run claude-code' "$settings")" = 4
check grep -q 'say done' "$settings"
check test "$(diff "$T/before" "$settings" | grep -c '^<')" = 0
check test "$(stat -c %a "$settings")" = 640
cp "$settings" "$T/installed"
install claude-code
expect_out "claude-code: hooks are in $settings already"
same "$settings" "$T/installed"
uninstall claude-code
same "$settings" "$T/before"
check test "$(stat -c %a "$settings")" = 640
check test "$(ls "$CLAUDE_CONFIG_DIR")" = settings.json

test_that "an entry of another place is replaced, and its timeout stays"
cat >"$settings" <<'END'
{"hooks": {"Stop": [{"hooks": [{"type": "command",
  "command": "/gone/seshat hook run claude-code", "timeout": 7}]}]}}
END
run seshat hook status
out_has '^claude-code +broken '
install claude-code
check test "$(grep -c /gone/ "$settings")" = 0
check grep -q '"timeout": 7' "$settings"
check test "$(entries "$settings" | wc -l)" = 4
run seshat hook status
expect_status 0
out_has '^claude-code +installed '
out_has '^nobody follows'

test_that "a link stays a link"
rm "$settings"
echo '{}' >"$T/dotfiles.json"
ln -s "$T/dotfiles.json" "$settings"
install claude-code
check test -L "$settings"
check test "$(entries "$T/dotfiles.json")" = "$all"
uninstall claude-code
check test -L "$settings"
check test "$(cat "$T/dotfiles.json")" = '{}'
rm "$settings"

test_that "also when the file was moved behind one after it was made"
install claude-code
mv "$settings" "$T/dotfiles.json"
ln -s "$T/dotfiles.json" "$settings"
uninstall claude-code
check test "$(cat "$settings")" = '{}'
rm "$T/dotfiles.json"
install claude-code
check test "$(entries "$T/dotfiles.json")" = "$all"
uninstall claude-code
check test -L "$settings"
check test "$(cat "$T/dotfiles.json")" = '{}'
rm "$settings"

test_that "a malformed file is refused, with the line, and not written"
printf '{\n  "a": 1\n  "b": 2\n}\n' >"$settings"
cp "$settings" "$T/before"
for verb in install uninstall; do
	run seshat hook $verb claude-code
	expect_status 1
	err_has "^seshat: $settings: line 3: a ',' or a bracket is missing"
	same "$settings" "$T/before"
done
run seshat hook status
out_has '^claude-code +unreadable .*line 3'
printf '{"hooks": []}' >"$settings"
run seshat hook install claude-code
expect_status 1
err_has '"hooks" is no object'
check test "$(cat "$settings")" = '{"hooks": []}'
rm "$settings"

test_that "the settings of a project are those of this folder"
mkdir p
cd p
install --project claude-code
check test "$(entries .claude/settings.json)" = "$all"
check test ! -e "$settings"
uninstall --project claude-code
check test ! -e .claude

test_that "a folder that somebody else made or uses stays"
mkdir .claude
install --project claude-code
uninstall --project claude-code
check test -d .claude
rmdir .claude
install --project claude-code codex
touch .claude/own
uninstall --project claude-code codex
check test -e .claude/own
check test ! -e .codex
rm .claude/own
install --project claude-code
uninstall --project claude-code
check test -d .claude
cd ..

test_that "the store that was chosen stays, also when another agent is added"
store_is() {
	seshat hook status | grep -q "^hooks store to file://$1\$" ||
	    fail "not in $1: $(seshat hook status)"
}
install claude-code --store "file://$T/chosen"
out_has "^hooks store to file://$T/chosen now$"
store_is "$T/chosen"
install claude-code
check test "$(grep -c 'hooks store' "$T/out")" = 0
store_is "$T/chosen"
install codex
store_is "$T/chosen"
SESHAT_STORE=file://$T/other install codex
out_has "^hooks store to file://$T/other now$"
store_is "$T/other"
run seshat hook install aider --store "file://$T/chosen"
expect_status 2
store_is "$T/other"

test_that "a configuration that hooks do not read is no way to choose one"
echo "store: file://$T/third" >"$T/third.yaml"
run seshat hook install claude-code --config "$T/third.yaml"
expect_status 2
err_has 'without --config, name the store'
store_is "$T/other"

test_that "a choice that cannot be read is no leave to store elsewhere"
printf 'file:///a\nfile:///b\n' >"$XDG_STATE_HOME/seshat/hook/store"
run seshat hook status
expect_status 1
err_has 'is damaged'
uninstall
rm -rf "$CODEX_HOME" "$CLAUDE_CONFIG_DIR"
mkdir "$CLAUDE_CONFIG_DIR"

test_that "Codex has a file of its own, and its user is told to trust it"
mkdir -p "$CODEX_HOME"
install codex
out_has 'type /hooks in Codex'
check test "$(entries "$CODEX_HOME/hooks.json")" = \
    "$(echo "$all" | sed s/claude-code/codex/)"
uninstall codex
check test ! -e "$CODEX_HOME/hooks.json"

test_that "without a name it is those that are there"
install --json
check python3 -c '
import json, sys
o = json.load(open(sys.argv[1]))
assert [s["agent"] for s in o["settings"]] == ["claude-code", "codex"]
assert all(s["changed"] for s in o["settings"])' "$T/out"
uninstall
check test ! -e "$CODEX_HOME/hooks.json"
check test ! -e "$settings"
rmdir "$CODEX_HOME" "$CLAUDE_CONFIG_DIR"
run seshat hook install
expect_status 3
run seshat hook install aider
expect_status 2
err_has 'claude-code and codex'

test_that "a program with a space in its path can be called"
mkdir -p "$T/a b" "$CLAUDE_CONFIG_DIR"
cp "$SESHAT_BIN" "$T/a b/seshat"
"$T/a b/seshat" hook install -q claude-code
check grep -qF "\"'$T/a b/seshat' hook run claude-code\"" "$settings"
run sh -c "$(python3 -c '
import json, sys
print(json.load(open(sys.argv[1]))["hooks"]["Stop"][0]["hooks"][0]["command"])' \
    "$settings")" </dev/null
expect_status 0
run seshat hook status
out_has '^claude-code +installed '

test_that "where PATH finds this program, its name is enough"
ln -s "$SESHAT_BIN" "$T/seshat"
PATH=$T:$PATH install claude-code
check grep -qF '"seshat hook run claude-code"' "$settings"
check test "$(grep -c 'a b' "$settings")" = 0

test_that "the plugin has the same hooks"
plugin=$SESHAT_SOURCE/share/claude-plugin
python3 - "$settings" "$plugin/hooks/hooks.json" >"$T/out" <<'END'
import json, sys
a, b = (json.load(open(f)) for f in sys.argv[1:])
print(a == b)
END
expect_out True
check python3 -c '
import json, sys
assert json.load(open(sys.argv[1]))["name"] == "seshat"' \
    "$plugin/.claude-plugin/plugin.json"

test_that "the doctor tells of hooks whose program is gone"
sed -i 's|"seshat hook run|"/gone/seshat hook run|' "$settings"
run seshat doctor
expect_status 1
out_has '^problem +hooks .*/gone/seshat, which is not there'

test_that "a state that hooks cannot write is told"
touch "$T/file"
old_state=$XDG_STATE_HOME
state_is() {
	XDG_STATE_HOME=$1
	shift
	run "$@" seshat hook status
	expect_status 1
	out_has "hooks failed .* cannot be written"
	run "$@" seshat hook status --json
	expect_status 1
	out_has '"errors":1,'
	run "$@" seshat doctor
	out_has '^warning +hooks +a hook failed: .* cannot be written'
	run "$@" seshat status --prometheus
	out_has '^seshat_hook_errors 1$'
	XDG_STATE_HOME=$old_state
}
state_is "$T/file"
state_is "$T/file/below"
if can_deny; then
	mkdir "$T/denied-state"
	chmod 500 "$T/denied-state"
	state_is "$T/denied-state" plain
	state_is "$T/denied-state/deep/er" plain
	chmod 700 "$T/denied-state"
fi
mkdir "$T/new-state"
XDG_STATE_HOME=$T/new-state run seshat hook status
expect_status 0
check test "$(ls "$T/new-state")" = ""

test_that "pages tell of a hook that failed"
run seshat hook run nobody
expect_status 0
run seshat hook status --json
expect_status 1
out_has '"errors":[12],"last_error":"hook run: no agent is called .nobody.'
serve
get 200 / -H 'Accept: text/html'
out_has 'A hook failed: hook run: no agent is called'
end_serve

finish
