# 'seshat show --html': one page of a session, whatever the session says.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/zips.sh"

demo=$T/work/demo
mkdir -p "$demo/.git"
place=$CLAUDE_CONFIG_DIR/projects/-demo
mkdir -p "$place"

# page ID TEXT...: the page of a session is sound and says so.
page() {
	run seshat show "$1" --html
	expect_status 0
	shift
	check "$SESHAT_SOURCE/tests/cli/alone.py" "$T/out" "$@"
}

# prompt TEXT: a line of a user's, TEXT as JSON spells it.
prompt() {
	printf '{"type":"user","cwd":"%s","timestamp":"2026-01-01T00:00:00Z","message":{"role":"user","content":"%s"}}\n' \
	    "$demo" "$1"
}

test_that "recorded sessions are sound pages"
n=0
for name in claude growth viewer; do
	n=$((n + 1))
	cp "$SESHAT_SOURCE/tests/data/recorded/$name.jsonl" \
	    "$place/aaaaaaa$n-2222-4333-8444-555555555555.jsonl"
done
mkdir -p "$CODEX_HOME/sessions/2026/01/01"
cp "$SESHAT_SOURCE/tests/data/recorded/codex.jsonl" "$CODEX_HOME/sessions/2026/01/01/rollout-2026-01-01T00-00-00-aaaaaaa4-2222-4333-8444-555555555555.jsonl"
mirror --everywhere
for n in 1 2 3; do
	page "claude-code/aaaaaaa$n" "Session" "claude-code"
done
id=$(seshat list --json | sed -n 's/.*"codex".*"session_id":"\([^"]*\)".*/\1/p; s/.*"session_id":"\([^"]*\)".*"codex".*/\1/p' | head -n 1)
[ -z "$id" ] || page "$id" "codex"

test_that "what is hostile is text"
h=bbbbbbbb-2222-4333-8444-555555555555
{
	prompt '<script>alert(1)</script><img src=x onerror=alert(2)>'
	prompt '[go](javascript:alert(3)) [d](data:text/html,x) ![i](http://127.0.0.1/i.svg)'
	prompt '<svg onload=alert(4)><a xlink:href=javascript:x>'
	prompt 'user\u202egnp.exe \u001b[31mred\u001b[0m \u0000 \u200bthin'
	prompt '\\u003cscript> &lt;b&gt; ]]> --> </style></pre></details></article>'
} >"$place/$h.jsonl"
mirror --everywhere
page $h '<script>alert(1)</script>' 'javascript:alert(3)' 'U+202E' 'U+200B' \
    '<svg onload=alert(4)>' 'red' '</style></pre></details></article>'
! grep -q '31m' "$T/out" || fail "a colour was shown as text"

test_that "what is deep and what is long too, in no time"
d=cccccccc-2222-4333-8444-555555555555
python3 - "$place/$d.jsonl" "$demo" <<'PY'
import json, sys
def line(content):
    return json.dumps({"type": "user", "cwd": sys.argv[2], "message":
                       {"role": "user", "content": content}}) + "\n"
with open(sys.argv[1], "w") as out:
    out.write(line("begin"))
    for what in "> ", "- ", "[", "![", "*a ", "1. ", "<b>", "`a", "|":
        out.write(line(what * 30000 + "x"))
    out.write('{"type":"assistant","message":{"content":[{"type":"tool_use",'
              '"name":"T","input":' + "[" * 30000 + "]" * 30000 + "}]}}\n")
    out.write("[" * 30000 + "\n")
    out.write(line("long " * 2000000 + "longest"))
    out.write(line("end"))
PY
mirror --everywhere
began=$(date +%s)
page $d begin longest end
[ $(($(date +%s) - began)) -lt 60 ] || fail "took more than a minute"

test_that "--tail N: the last lines, by their numbers"
f=dddddddd-2222-4333-8444-555555555555
fake "$f" "$demo" 50
mirror --everywhere
lines=$(seshat show $f --raw | wc -l)
run seshat show $f --html --tail 3
expect_status 0
check "$SESHAT_SOURCE/tests/cli/alone.py" "$T/out"
check grep -q "id=\"L$lines\"" "$T/out"
check grep -q "id=\"L$((lines - 2))\"" "$T/out"
! grep -q "id=\"L$((lines - 3))\"" "$T/out" || fail "a line too many"

test_that "an export carries the same page"
run seshat export --force -o "$T/out.zip" --html $h
expect_status 0
unpack "$T/out.zip"
seshat show $h --html >"$T/page"
same "$T/page" "$T/unpacked/transcript.html"

test_that "--html goes with no other form, and has an end"
for other in --raw --text --json --follow; do
	run seshat show $h --html $other
	expect_status 2
	expect_out ""
done

finish
