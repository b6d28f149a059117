# Rules of one's own, allow lists, and files in gitleaks' form.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

export CLAUDE_CONFIG_DIR="$T/claude" CODEX_HOME="$T/codex"
export XDG_DATA_HOME="$T/data" XDG_STATE_HOME="$T/state"
export XDG_CACHE_HOME="$T/cache" XDG_CONFIG_HOME="$T/config"
vault=$T/data/seshat/vault
config=$T/config/seshat/config.yaml
id=11111111-2222-4333-8444-555555555555
acme=acme_
acme=${acme}k9f2m4x7q1z8
github=ghp
github=${github}_1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P7q8R

# fresh LINE...: a session of these lines, and nothing of it stored.
fresh() {
	rm -rf "$T/data" "$T/state" "$T/cache" "$T/claude" "$T/a"
	mkdir -p "$T/a" "$T/config/seshat"
	a=$(cd "$T/a" && pwd -P)
	dir=$T/claude/projects/$(printf %s "$a" | tr -c 'A-Za-z0-9' -)
	mkdir -p "$dir"
	for line; do
		printf '{"type":"user","sessionId":"%s","cwd":"%s",' "$id" "$a"
		printf '"timestamp":"2026-01-01T00:00:01Z",'
		printf '"message":{"role":"user","content":"%s"}}\n' "$line"
	done >"$dir/$id.jsonl"
}

from_a() {
	(cd "$T/a" && "$SESHAT_BIN" "$@")
}

rule='rules:
- id: acme-token
  regex: acme_[a-z0-9]{12}
  keywords: [acme]
'

test_that "a rule of one's own scrubs what is mirrored, and is counted"
fresh "x $acme" "escaped \\\"\\u0061cme_${acme#acme_}\\\"" "$github"
printf '%s' "$rule" >"$config"
run from_a mirror
expect_status 0
out_has ' 3 secrets redacted, 0 failed'
run seshat show --raw "$id"
out_has 'x \[REDACTED:acme-token\]"'
out_has 'escaped \\"\[REDACTED:acme-token\]\\""'
out_has '"\[REDACTED:github-token\]"'
check grep -q '"acme-token": *2' "$vault"/*/sessions/claude-code/$id/stream-*.json
check grep -q '"acme-token": *2' "$vault"/*/sessions/claude-code/$id/meta.json

test_that "it is compiled once"
check test "$(ls "$T/cache/seshat" | grep -c '^rules-.*hsdb$')" = 1
before=$(stat -c %i "$T"/cache/seshat/rules-*)
run from_a mirror -v
expect_status 0
err_lacks 'compiled anew'
check test "$(stat -c %i "$T"/cache/seshat/rules-*)" = "$before"

test_that "a cache that is damaged is compiled anew, and -v says so"
cached=$(ls "$T"/cache/seshat/rules-*)
echo damaged >"$cached"
run seshat redact <"$dir/$id.jsonl"
expect_status 0
expect_err ""
out_has 'x \[REDACTED:acme-token\]"'
echo damaged >"$cached"
run seshat redact -v <"$dir/$id.jsonl"
expect_status 0
err_has 'rules-.*\.hsdb cannot be used: compiled anew'

test_that "the rules are listed with the file they come from"
run seshat redact --rules
expect_status 0
check test "$(sed -n 1p "$T/out")" = \
    "acme-token                 rule of your own ($config)"
run seshat redact --rules --json
check test "$(sed -n 1p "$T/out")" = "{\"id\":\"acme-token\",\
\"what\":\"rule of your own\",\"origin\":\"$config\"}"
out_has '"id":"github-token",.*"origin":"built-in"'

test_that "a regex that is wrong is named with its place, and nothing is mirrored"
fresh "x $acme"
printf 'rules:\n- id: acme-token\n  regex: "acme_[a-z"\n' >"$config"
run from_a mirror
expect_status 1
expect_err "seshat: $config: line 3: rule acme-token: regex at 6: [ without \
its ]"
check test ! -e "$vault"
run seshat redact </dev/null
expect_status 1

test_that "and that says so before anything else is asked for"
run from_a mirror --follow
expect_status 1
run from_a stop "$id"
expect_status 1
err_has 'regex at 6'

test_that "a value that is allowed is stored, whichever rule found it"
fresh "x $acme" "$github" "$github"x
printf '%sallow:\n  values: [%s, "/acme_.*/"]\n' "$rule" "$github" >"$config"
run from_a mirror
expect_status 0
run seshat show --raw "$id"
out_has "\"x $acme\""
out_has "\"$github\""
out_lacks "${github}x"

test_that "a path that is allowed is stored as it stands, and recorded so"
fresh "x $acme" "$github"
printf '%sallow:\n  paths: ["%s"]\n' "$rule" "$T/claude/projects" >"$config"
run from_a mirror
expect_status 0
run seshat show --raw "$id"
same "$T/out" "$dir/$id.jsonl"
check grep -q '"no_redact": *true' \
    "$vault"/*/sessions/claude-code/$id/stream-*.json
printf '%sallow:\n  paths: ["%s"]\n' "$rule" "$T/elsewhere" >"$config"
fresh "x $acme" "$github"
run from_a mirror
run seshat show --raw "$id"
out_lacks "$acme"

test_that "a file of a working folder that is not trusted adds and allows nothing"
rm -f "$config"
fresh "x $acme" "$github"
printf '%sallow:\n  values: ["/.*/"]\n  paths: [/]\nrule-files: [g.toml]\n' \
    "$rule" >"$T/a/.seshat.yaml"
run from_a mirror
expect_status 0
err_has 'is not trusted; left out: rules, allow, rule-files \(to let'
run seshat show --raw "$id"
out_has "x $acme"
out_lacks "$github"
check test ! -e "$T/cache/seshat"

test_that "trusted it may, but no other file decides through it"
run from_a trust
expect_status 0
out_has '^  rules: 1 of redaction, see the file$'
run from_a mirror
expect_status 1
err_has "line [0-9]*: rule-files: only your own config.yaml may name them"
fresh "x $acme" "$github"
printf '%s' "$rule" >"$T/a/.seshat.yaml"
run from_a trust
run from_a mirror
expect_status 0
run seshat show --raw "$id"
out_lacks "$acme"

test_that "a file in gitleaks' form is taken beside the configuration"
fresh "ACME_KEY=\\\"${acme#acme_}\\\"" "ACME_KEY=letme2345678"
cat >"$T/config/seshat/g.toml" <<'TOML'
[allowlist]
regexes = ['''^letme''']
[[rules]]
id = "Acme_Key"
description = "An Acme key"
regex = '''(?i)acme(?:[\w.-]{0,20})=["']?([a-z0-9]{12})(?:[\x60'"\s;]|\\[nr]|$)'''
keywords = ["acme"]
entropy = 2.5
[[rules]]
id = "by-name"
path = '''\.p12$'''
TOML
echo 'rule-files: [g.toml]' >"$config"
run from_a mirror
expect_status 0
out_has ' 1 secret redacted, 0 failed'
run seshat show --raw "$id"
out_has 'ACME_KEY=\\"\[REDACTED:acme-key\]\\""'
out_has 'ACME_KEY=letme2345678"'

test_that "which of its rules can be used is told"
run seshat redact --check-file "$T/config/seshat/g.toml"
expect_status 0
expect_out "taken    acme-key (line 3)
left out by-name (line 9): it has no regex, only names of files
1 rule taken, 1 left out"
printf '[[rules]]\nid = "a"\nregex = "\\\\pL"\n' >"$T/bad.toml"
run seshat redact --check-file "$T/bad.toml" --json
expect_status 1
expect_out '{"id":"a","line":1,"taken":false,"why":"regex at 1: \\p is not known here"}'
printf '[[rules]\n' >"$T/bad.toml"
run seshat redact --check-file "$T/bad.toml"
expect_status 1
expect_err "seshat: $T/bad.toml: line 1: ']' is missing"

test_that "a rule file with a mistake, or that is gone, mirrors nothing"
fresh "x $acme"
printf '[[rules]]\nid = "a"\nregex = "x("\n' >"$T/config/seshat/g.toml"
run from_a mirror
expect_status 1
err_has 'g.toml: line 3: rule a: regex at 3: \( without its \)'
rm "$T/config/seshat/g.toml"
run from_a mirror
check test "$status" != 0
err_has 'config.yaml: line 1: .*g.toml'
check test ! -e "$vault"

test_that "without rules of one's own nothing of all this is touched"
rm -rf "$config" "$T/cache"
fresh "x $acme"
run from_a mirror
expect_status 0
check test ! -e "$T/cache"

finish
