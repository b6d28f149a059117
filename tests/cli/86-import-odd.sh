# 'seshat import' of places with odd things in them: links, names, what cannot
# be read, several forms at once; and an import that was killed.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"

a=3fa9c2d1-2222-4333-8444-555555555555
b=8c41d7e2-2222-4333-8444-555555555555
demo=$T/work/demo
there=$T/there
mkdir -p "$demo"

# fresh: nothing is stored, and nothing is there.
fresh() {
	anew
	rm -rf "$there"
	mkdir "$there"
}

# is_there ID FILE: that is the session now.
is_there() {
	run seshat show "claude-code/$1" --raw
	expect_status 0
	same "$2" "$T/out"
}

test_that "links to a folder above are not followed"
fresh
lines "$a" "$demo" 1 3 >"$there/$a.jsonl"
ln -s . "$there/a"
ln -s ../there "$there/b"
run timeout 60 "$SESHAT_BIN" import "$there"
expect_status 0
out_has '^imported 1 of 1 sessions'

if can_deny; then
	test_that "what cannot be read is named, the rest comes, the status is 5"
	fresh
	lines "$a" "$demo" 1 3 >"$there/$a.jsonl"
	lines "$b" "$demo" 1 3 >"$there/$b.jsonl"
	mkdir -p "$there/private/sessions" "$there/x"
	chmod 0 "$there/$b.jsonl" "$there/private"
	run plain seshat import "$there"
	expect_status 5
	err_has '^seshat: private/: cannot be read: Permission denied$'
	err_has "^seshat: $b.jsonl: cannot be read: Permission denied$"
	check test "$(grep -c 'cannot be read' "$T/err")" = 2
	out_has '^imported 1 of 1 sessions'
	is_there "$a" "$there/$a.jsonl"
	run plain seshat import "$there" --json
	expect_status 5
	out_has '"object":"private/","note":"cannot be read: Permission denied"'

	test_that "nor does it matter in a vault"
	mkdir -p "$there/app/sessions/claude-code/$a" "$there/no/sessions/x/y"
	lines "$a" "$demo" 1 3 \
	    >"$there/app/sessions/claude-code/$a/part-00000-00000000.jsonl"
	chmod 0 "$there/no/sessions"
	anew
	run plain seshat import "$there"
	expect_status 5
	err_has '^seshat: no/: cannot be read: Permission denied$'
	out_has '^imported 1 of 1 sessions'

	test_that "where nothing can be read there are no sessions: status 4"
	run plain seshat import "$there/private"
	expect_status 4
	err_has 'no sessions in .*/private that can be read$'
	chmod -R u+rwX "$there"
fi

test_that "a name that no key can have is told as that"
fresh
lines "$a" "$demo" 1 3 >"$there/my session.jsonl"
lines "$b" "$demo" 1 3 >"$there/$b.jsonl"
run seshat import "$there"
expect_status 0
err_has '^seshat: my session.jsonl: is passed over: its name holds characters'
err_lacks 'no agent that we know'

test_that "a subagent is none of its session's versions, whatever its lines say"
fresh
mkdir -p "$there/proj/$b/subagents/workflows/w"
lines "$a" "$demo" 1 3 >"$there/proj/$a.jsonl"
lines "$a" "$demo" 4 5 | sed 's/"cwd"/"isSidechain":true,"cwd"/' \
    >"$there/proj/agent-abc12345.jsonl"
lines agent-q1 "$demo" 4 5 |
    sed 's/"cwd"/"isSidechain":true,"agentId":"q1","cwd"/' \
	>"$there/proj/$b/subagents/workflows/w/agent-q1.jsonl"
lines agent-q2 "$demo" 4 5 |
    sed 's/"cwd"/"isSidechain":true,"agentId":"q2","cwd"/' \
	>"$there/agent-q2.jsonl"
run seshat import "$there"
expect_status 0
out_has '^imported 4 of 4 sessions'
is_there "$a" "$there/proj/$a.jsonl"
is_there "$a.abc12345" "$there/proj/agent-abc12345.jsonl"
is_there "$b.q1" "$there/proj/$b/subagents/workflows/w/agent-q1.jsonl"
is_there agent-q2 "$there/agent-q2.jsonl"
anew
run seshat import "$there/proj/$b"
expect_status 0
is_there "$b.q1" "$there/proj/$b/subagents/workflows/w/agent-q1.jsonl"

test_that "of several forms in one folder one is read, the others are named"
fresh
mkdir -p "$there/-x/$a" "$there/m/raw/claude/-x" "$there/claude-code/app"
lines "$a" "$demo" 1 3 >"$there/-x/$a/part-1767225600000-00aa11.jsonl"
lines "$a" "$demo" 1 3 >"$there/m/raw/claude/-x/$a.jsonl"
lines "$b" "$demo" 1 3 >"$there/m/raw/claude/-x/$b.jsonl"
lines "$b" "$demo" 1 3 >"$there/claude-code/app/other.jsonl"
run seshat import "$there"
expect_status 0
out_has '^imported 1 of 1 sessions'
err_has '^seshat: --format agentsview: reads 1 more session there$'
err_has '^seshat: --format hf-trace: reads 1 more session there$'
run seshat import "$there" --format agentsview
expect_status 0
err_lacks 'more session'
out_has '^imported 1 of 2 sessions'

test_that "a mark stands for no more than a secret can be"
fresh
printf '{"type":"user","sessionId":"%s","uuid":"1","m":"[REDACTED:foo]"}\n' \
    "$a" >"$there/$a.jsonl"
run seshat import "$there"
expect_status 0
printf '{"type":"user","sessionId":"%s","uuid":"1","m":"a","x":"y"}\n' \
    "$a" >"$there/$a.jsonl"
run seshat import "$there"
expect_status 0
out_has '^imported 1 of 1 sessions'
is_there "$a" "$there/$a.jsonl"

test_that "an import that lacks its checkpoint is made whole"
fresh
mkdir -p "$there/m/raw/claude/-x"
lines "$a" "$demo" 1 3 >"$there/m/raw/claude/-x/$a.jsonl"
run seshat import "$there"
expect_status 0
find "$vault" -name 'stream-*.json' -delete
find "$vault" -name meta.json -delete
run seshat import "$there"
expect_status 0
check test "$(find "$vault" -name 'stream-*.json' | wc -l)" = 1
check test "$(parts "$a" | wc -l)" = 1
run seshat show "$a" --json
out_has '"imported_from":"file://'
out_has '"started_at":"2026-'
is_there "$a" "$there/m/raw/claude/-x/$a.jsonl"
run seshat import "$there"
out_has '^imported 0 of 1 sessions, 0 B new .* 1 already here'

test_that "where the index cannot be written there is a summary all the same"
fresh
lines "$a" "$demo" 1 3 >"$there/$a.jsonl"
mkdir -p "$vault"
: >"$vault/index"
run seshat import "$there"
expect_status 1
out_has '^imported 1 of 1 sessions'

if command -v git >/dev/null; then
	test_that "a link in a branch of erk's is no session"
	fresh
	git -C "$there" init -q -b session/2
	mkdir -p "$there/.erk/session"
	ln -s /etc/passwd "$there/.erk/session/link.jsonl"
	lines "$b" "$demo" 1 3 >"$there/.erk/session/$b.jsonl"
	git -C "$there" add -A
	git -C "$there" -c user.name=u -c user.email=u@example.org \
	    -c commit.gpgsign=false commit -qm x
	run seshat import "$there"
	expect_status 0
	out_has '^imported 1 of 1 sessions'
fi

if python3 -c '' 2>/dev/null; then
	test_that "a bucket that lists in circles is told, and not listed for ever"
	fresh
	mkfifo "$T/port"
	python3 - "$T/port" <<'PY' &
import http.server, sys
from urllib.parse import parse_qs, urlparse


class Circle(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        query = parse_qs(urlparse(self.path).query)
        at = query.get("continuation-token", ["3"])[0]
        body = ("<ListBucketResult><IsTruncated>true</IsTruncated>"
                "<NextContinuationToken>%d</NextContinuationToken>"
                "</ListBucketResult>" % ((int(at) + 1) % 3)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Circle)
with open(sys.argv[1], "w") as f:
    print(server.server_address[1], file=f)
server.serve_forever()
PY
	circle=$!
	at_exit "kill $circle"
	read -r port <"$T/port"
	run env AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b timeout 60 \
	    "$SESHAT_BIN" import "s3://bucket/?endpoint=http://127.0.0.1:$port"
	expect_status 1
	err_has 'the listing goes round in circles$'
fi

finish
