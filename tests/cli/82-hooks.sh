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

test_that "a file that is refused changes nothing, and keeps no other out"
mkdir -p "$CODEX_HOME" "$CLAUDE_CONFIG_DIR"
install codex --store "file://$T/chosen"
uninstall codex
install codex --store "file://$T/chosen"
echo '{' >"$settings"
run seshat hook install claude-code --store "file://$T/other"
expect_status 1
err_has 'line 2: it ends too early'
store_is "$T/chosen"
uninstall codex
run seshat hook install --store "file://$T/chosen"
expect_status 5
out_has '^codex: hooks are in'
err_has 'line 2: it ends too early'
store_is "$T/chosen"
run seshat hook install --json
expect_status 5
check python3 -c '
import json, sys
o = json.load(open(sys.argv[1]))
bad, good = o["settings"]
assert "line 2" in bad["error"] and good["error"] is None
assert o["store"].endswith("/chosen") and o["environment"] == []' "$T/out"
run seshat hook status
expect_status 1
out_has '^claude-code +unreadable '
run seshat hook uninstall codex
expect_status 0
echo '[]' >"$CODEX_HOME/hooks.json"
run seshat hook install --store "file://$T/other"
expect_status 1
run seshat hook status
check test "$(grep -c "$T/other" "$T/out")" = 0
rm -r "$CODEX_HOME" "$settings"

test_that "the store stays while the hooks of a project use it"
cd "$T/work"
install --project claude-code --store "file://$T/chosen"
cd "$T"
install claude-code
uninstall claude-code
uninstall claude-code
store_is "$T/chosen"
run seshat hook status
out_has '^nobody follows: the next hook begins a follow$'
cd "$T/work"
run seshat hook status
out_has "^claude-code +installed +$T/work/.claude/settings.json$"
uninstall --project claude-code
cd "$T"
check test ! -e "$XDG_STATE_HOME/seshat/hook/store"
run seshat hook status
out_has "^nobody follows: 'seshat hook install'"

test_that "or while the plugin is enabled"
echo '{"enabledPlugins":{"x@y":true}}' >"$settings"
install claude-code --store "file://$T/chosen"
uninstall claude-code
check test ! -e "$XDG_STATE_HOME/seshat/hook/store"
install claude-code --store "file://$T/chosen"
sed -i s/x@y/seshat@y/ "$settings"
run seshat hook status
out_has '^claude-code .*settings.json .and the plugin is enabled.$'
uninstall claude-code
store_is "$T/chosen"
echo '{}' >"$settings"
install claude-code
uninstall claude-code

test_that "hooks that an agent is told not to run are told"
fake aaaaaaaa-1111-4222-8333-444444444444 "$T/work"
echo '{"disableAllHooks": true}' >"$settings"
install claude-code
err_has "disableAllHooks: claude-code runs none"
run seshat hook status
expect_status 1
out_has '^claude-code +disabled '
run seshat doctor
out_has '^warning +hooks +claude-code runs no hooks'
run seshat status
out_has '^the hooks of claude-code do nothing, they are disabled'
run seshat status --prometheus
out_has '^seshat_hooks[{]harness="claude-code",state="disabled"[}] 1$'
out_has '^seshat_hooks[{]harness="codex",state="none"[}] 1$'
echo '{"disableAllHooks": false}' >"$settings"
install claude-code
expect_err ""
uninstall claude-code
rm "$settings"

test_that "status says so where hooks store elsewhere than it looked"
install claude-code --store "file://$T/chosen"
run seshat status
out_has "^hooks store to file://$T/chosen, which was not looked at"
run seshat doctor
out_has "hooks store to file://$T/chosen, which was not looked at"
run seshat status --store "file://$T/chosen"
check test "$(grep -c 'not looked at' "$T/out")" = 0

test_that "a variable is remembered until it is empty"
AWS_REGION=here-1 install claude-code
out_has 'now, with AWS_REGION as remembered$'
install claude-code --json
out_has '"environment":\["AWS_REGION"\],"follow_ended":false'
AWS_REGION= install claude-code
out_has '^hooks store to [^ ]* now$'
uninstall claude-code

test_that "where the state cannot be written no hook is installed"
touch "$T/file"
XDG_STATE_HOME=$T/file run seshat hook install claude-code
check test "$status" != 0
err_has 'cannot be written, so that hooks do nothing'
check test ! -e "$settings"

test_that "installs and uninstalls at once do not fail"
seq 20 | xargs -P 10 -I @ sh -c \
    '"$SESHAT_BIN" hook install -q claude-code || echo failed' >"$T/out" 2>&1
expect_out ""
check test "$(entries "$settings" | wc -l)" = 4
seq 20 | xargs -P 10 -I @ sh -c \
    '"$SESHAT_BIN" hook uninstall -q claude-code || echo failed' >"$T/out" 2>&1
expect_out ""
check test ! -e "$settings"

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
run seshat hook status
expect_status 1
out_has '^claude-code +broken '
uninstall

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
