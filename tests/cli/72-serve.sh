# The HTTP server: who may ask what, and what a bad client can do to it.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

command -v curl >/dev/null || skip_all "it needs curl"
http="/usr/bin/python3 $SESHAT_SOURCE/tests/cli/http.py"
token=0123456789abcdef0123

at_exit 'kill_server'

kill_server() {
	[ -z "${pid-}" ] || kill -9 "$pid" 2>/dev/null
	pid=
}

# soon COMMAND...: it comes true within 20 seconds.
soon() {
	soon_n=0
	until "$@"; do
		soon_n=$((soon_n + 1))
		[ "$soon_n" -lt 2000 ] || {
			fail "not in time: $*"
			return 0
		}
		/usr/bin/python3 -c 'import time; time.sleep(0.01)'
	done
}

# serve OPTION...: a server in the background; $pid, $port.
serve() {
	: >"$T/serve.out"
	"$SESHAT_BIN" serve "$@" >"$T/serve.out" 2>"$T/serve.err" &
	pid=$!
	soon grep -q . "$T/serve.out"
	port=$(sed -n 's/.*:\([0-9]*\).*/\1/p' "$T/serve.out")
	url=http://127.0.0.1:$port
}

# end_serve: its exit status.
end_serve() {
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	pid=
}

# code CURL-ARGUMENT...: the status of a request.
code() {
	curl -s -o "$T/out" -w '%{http_code}' --path-as-is "$@" || true
}

# is_code STATUS CURL-ARGUMENT...
is_code() {
	want=$1
	shift
	found=$(code "$@")
	[ "$found" = "$want" ] || fail "status $found, expected $want: $*
$(head -c 500 "$T/out")"
}

# raw: the statuses that answer what stands on stdin, in one line.
raw() {
	$http raw "$port" | tr '\n' ' '
}

test_that "it says where it serves, and that it is well"
serve --listen 127.0.0.1:0
check test "$(cat "$T/serve.out")" = "serving $url"
is_code 200 "$url/healthz"
check test "$(cat "$T/out")" = '{"status":"ok"}'
is_code 200 "$url/metrics"
out_has '^seshat_http_requests_total\{route="/healthz",status="200"\} 1$'
out_has '^process_open_fds [0-9]+$'
# it goes on until the end, by which it should be cut (30 s)
$http drip "$port" 90 &
drip=$!

test_that "HEAD tells what GET tells, without a body"
curl -s -I "$url/healthz" | grep -v '^Date' >"$T/head"
curl -s -D - -o "$T/body" "$url/healthz" | grep -v '^Date' >"$T/get"
same "$T/head" "$T/get"
check grep -q '^Content-Length: 16' "$T/head"

test_that "every answer forbids what a page does not need"
for header in 'X-Content-Type-Options: nosniff' "default-src 'none'" \
    'Cache-Control: no-store' 'Referrer-Policy: no-referrer'; do
	check grep -q "$header" "$T/head"
done
check test -z "$(grep -Ei '^(Server|Access-Control)' "$T/head")"

test_that "what is not there is 404, with the reason as JSON"
for path in /x /healthz/ /healthz/x //healthz /HEALTHZ; do
	is_code 404 "$url$path"
	out_has '^\{"detail": "[^"]+"\}$'
done

test_that "no path leads anywhere else"
for path in /../../etc/passwd /%2e%2e/etc/passwd /.%2E/x /healthz/.. /. \
    /healthz%00 /a%2f..%2fb /%2Fb /a%2F /a%2f%2Fb /%0a /%7f /%zz /% /%ff; do
	is_code 400 "$url$path"
	out_lacks 'root:'
done
check test "$(printf 'GET http://localhost:%s/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' "$port" | raw)" = "200 "
check test "$(printf 'GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n' "$port" | raw)" = "421 "
check test "$(printf 'GET ftp://localhost/healthz HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n' "$port" | raw)" = "400 "

test_that "only GET and HEAD where nothing else is wanted, and no bodies"
for method in POST PUT DELETE OPTIONS TRACE PATCH; do
	is_code 405 -X $method "$url/healthz"
done
curl -s -D "$T/head" -o "$T/out" -X POST -d x "$url/healthz"
check grep -q '^Allow: GET, HEAD' "$T/head"
is_code 404 -X POST -d x "$url/nothing"
is_code 404 "$url/healthz%2fx"
is_code 400 -X GET -d x "$url/healthz"
is_code 400 -X GET -H 'Transfer-Encoding: chunked' -d x "$url/healthz"

test_that "only who calls us by our name is answered"
for host in evil.example "evil.example:$port" localhost 127.0.0.1:1 \
    "localhost:$port.evil.example"; do
	is_code 421 -H "Host: $host" "$url/healthz"
done
is_code 200 -H "Host: LOCALHOST:$port" "$url/healthz"
check test "$(printf 'GET /healthz HTTP/1.0\r\n\r\n' | raw)" = "400 "
check test "$(printf 'GET /healthz HTTP/1.1\r\nHost: localhost:%s\r\nHost: evil\r\nConnection: close\r\n\r\n' "$port" | raw)" = "400 "

test_that "pages of other sites are refused"
is_code 403 -H 'Origin: http://evil.example' "$url/healthz"
is_code 403 -H 'Origin: null' "$url/healthz"
is_code 403 -H 'Sec-Fetch-Site: cross-site' "$url/healthz"
is_code 200 -H "Origin: $url" "$url/healthz"
is_code 200 -H 'Sec-Fetch-Site: same-origin' "$url/healthz"

test_that "URLs and headers have limits"
long=$(head -c 9000 /dev/zero | tr '\0' a)
is_code 414 "$url/$long"
is_code 431 -H "X: $long" -H "Y: $long" "$url/healthz"
is_code 431 -H "X: $long" -H "Y: $long" -H "Z: $long$long$long" "$url/healthz"

test_that "requests in one go are answered in order"
check test "$(printf 'GET /healthz HTTP/1.1\r\nHost: localhost:%s\r\n\r\nGET /x HTTP/1.1\r\nHost: localhost:%s\r\n\r\nHEAD /metrics HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n' "$port" "$port" "$port" | raw)" = "200 404 200 "

test_that "thousands of malformed requests do it no harm"
$http fuzz "$port" 1 1500
$http fuzz "$port" 2 1500
is_code 200 "$url/healthz"

test_that "who drips a request is cut"
status=0
wait "$drip" || status=$?
check test "$status" = 0

test_that "it ends well when it is asked to"
end_serve
expect_status 0
check test ! -s "$T/serve.err"

test_that "the port must be free"
serve --listen 127.0.0.1:0
run seshat serve --listen "127.0.0.1:$port"
expect_status 1
err_has 'in use by another program'
run seshat serve --listen "127.0.0.1:$port" --json
expect_status 1
err_has '"error":'
end_serve

test_that "nobody else is let in without a token"
echo "$token" >"$T/token"
chmod 600 "$T/token"
for listen in 0.0.0.0:0 '[::]:0'; do
	run seshat serve --listen "$listen"
	expect_status 2
	err_has 'token-file'
done
for listen in localhost 1.2.3 :80 127.0.0.1:99999 127.0.0.1:x ::1:80 \
    example.org:80 '[::1]' 192.0.2.1:0; do
	run seshat serve --listen "$listen" --token-file "$T/token"
	expect_status 2
done

test_that "the token is nobody else's, and long enough"
chmod 644 "$T/token"
run seshat serve --listen 0.0.0.0:0 --token-file "$T/token"
expect_status 2
err_has 'others can read'
chmod 600 "$T/token"
echo short >"$T/short"
chmod 600 "$T/short"
run seshat serve --listen 0.0.0.0:0 --token-file "$T/short"
expect_status 2
err_has 'at least 16'
err_lacks short,
run seshat serve --token-file "$T/nowhere"
expect_status 3

test_that "with a token all but /healthz wants it"
serve --listen 0.0.0.0:0 --token-file "$T/token" --host box.example
is_code 200 "$url/healthz"
is_code 401 "$url/metrics"
is_code 401 "$url/nothing"
curl -s -D "$T/head" -o "$T/out" "$url/metrics"
check grep -q '^WWW-Authenticate: Bearer' "$T/head"
is_code 401 -H 'Authorization: Bearer 0123456789abcdef0124' "$url/metrics"
is_code 401 -H 'Authorization: Bearer 0123456789abcdef' "$url/metrics"
is_code 401 -H "Authorization: $token" "$url/metrics"
is_code 401 "$url/metrics?token=$token"
is_code 200 -H "Authorization: Bearer $token" "$url/metrics"
is_code 200 -H "Host: box.example" "$url/healthz"
is_code 421 -H "Host: evil.example" "$url/healthz"
end_serve
expect_status 0

test_that "requests are logged, and the log may be moved away"
serve --listen 127.0.0.1:0 --access-log "$T/log"
is_code 404 "$url/x?a=1&token=geheim"
soon grep -q . "$T/log"
check grep -Eq '^[0-9T:.-]+Z 127\.0\.0\.1 GET /x\?a=1&token=\*\*\* 404 [0-9]+ [0-9.]+ms$' "$T/log"
mv "$T/log" "$T/log.1"
kill -HUP "$pid"
soon test -e "$T/log"
is_code 200 "$url/healthz"
soon grep -q ' /healthz 200 16 ' "$T/log"
check test "$(wc -l <"$T/log.1")" = 1
check test "$(stat -c %a "$T/log")" = 600
end_serve
expect_status 0
serve --listen 127.0.0.1:0 -v --json
is_code 200 "$url/healthz"
soon grep -q '"url":"/healthz","status":200,"bytes":16,' "$T/serve.err"
check grep -q "^{\"url\":\"$url\"}\$" "$T/serve.out"
end_serve

test_that "thousands of connections that are kept alive stay bounded"
serve --listen 127.0.0.1:0 --max-connections 1000
set -- $($http idle "$port" "${SERVE_IDLE-2000}" "$pid")
check test "$2" = "$(($1 - 1000))"
check test "$3" -lt 100
check test "$4" -lt 1100
soon is_code 200 "$url/healthz"
end_serve
expect_status 0

test_that "a socket of systemd's is used, and it is told when all is ready"
: >"$T/serve.out"
$http launch "$T/port" "$SESHAT_BIN" serve >"$T/serve.out" 2>"$T/serve.err" &
pid=$!
soon grep -q . "$T/serve.out"
port=$(cat "$T/port")
check test "$(cat "$T/serve.out")" = "serving http://127.0.0.1:$port"
is_code 200 "http://127.0.0.1:$port/healthz"
end_serve
expect_status 0
/usr/bin/python3 - "$T/notify" >"$T/told" <<'EOF' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
for _ in range(2):
    print(s.recv(100).decode(), flush=True)
EOF
soon test -S "$T/notify"
NOTIFY_SOCKET=$T/notify serve --listen '[::1]:0'
soon grep -q READY=1 "$T/told"
is_code 200 "http://[::1]:$port/healthz"
end_serve
soon grep -q STOPPING=1 "$T/told"

finish
