# Where a token is demanded: a browser shows it once, on a page, and gets a
# cookie; forms are heard only from pages of the server.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/web.sh"

command -v curl >/dev/null || skip_all "it needs curl"
token=0123456789abcdef0123
html='Accept: text/html,application/xhtml+xml'
mkdir -p "$T/volume/sessions"
echo "$token" >"$T/token"
echo 'another-token-0123456789' >"$T/other"
chmod 600 "$T/token" "$T/other"

# guarded TOKEN-FILE [PORT]: a server that wants it; $pid, $port, $url.
guarded() {
	port=${2:-0}
	serve --volume "$T/volume" --access-log "$T/log" --token-file "$1"
	port=${url##*:}
}

# browse STATUS PATH [CURL-ARGUMENT...]: the same with a browser's cookies.
browse() {
	browse_want=$1
	browse_path=$2
	shift 2
	get "$browse_want" "$browse_path" -H "$html" -b "$T/jar" -c "$T/jar" "$@"
}

# csrf: the field of the form that was shown.
csrf() {
	sed -n 's/.*name="csrf" value="\([0-9a-f]*\)".*/\1/p' "$T/out"
}

# post STATUS PATH CSRF [CURL-ARGUMENT...]: a form of the page.
post() {
	post_want=$1
	post_path=$2
	post_csrf=$3
	shift 3
	browse "$post_want" "$post_path" -H "Origin: $url" \
	    --data-urlencode "csrf=$post_csrf" "$@"
}

# log_in [CURL-ARGUMENT...]: with the page's own form.
log_in() {
	browse 200 /login
	post 303 /login "$(csrf)" --data-urlencode "token=$token" "$@"
}

login_cookie() {
	sed -n "s/.*seshat_login_$port[[:space:]]*//p" "$T/jar"
}

test_that "a browser is sent to the login page, a program is not"
guarded "$T/token"
get 303 '/api/sessions?limit=3' -H "$html"
check test "$(header location)" = '/login?next=/api/sessions%3Flimit%3D3'
get 303 / -H "$html"
check test "$(header location)" = /login
get 303 /login/x -X POST -d a=b -H "$html" -H "Origin: $url"
check test "$(header location)" = /login
get 401 /api/sessions
get 401 /api/sessions -H 'Accept: */*'
get 401 /api/sessions -H "$html" -H 'Authorization: Bearer wrong'
check test "$(header www-authenticate)" = 'Bearer realm="seshat"'
get 303 "/$(head -c 2000 /dev/zero | tr '\0' x)" -H "$html"
check test "$(header location)" = /login

test_that "the login page is a page without scripts"
browse 200 '/login?next=/api/sessions%3Flimit%3D3'
out_has '<label for="token">'
out_has 'name="next" value="/api/sessions\?limit=3"'
out_lacks '<script|<style|style='
check test "$(header content-type)" = 'text/html; charset=utf-8'
check test "$(header referrer-policy)" = same-origin
check test "$(header cross-origin-opener-policy)" = same-origin
check test "$(header content-security-policy)" = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
etag=$(header etag)
browse 200 '/login?next=/api/sessions%3Flimit%3D3'
browse 304 '/login?next=/api/sessions%3Flimit%3D3' \
    -H "If-None-Match: $(header etag)"
get 200 '/login?next=/api/sessions%3Flimit%3D3' -H "If-None-Match: $etag"

test_that "its stylesheet is there, and may be kept"
browse 200 /login
css=$(sed -n 's/.*rel="stylesheet" href="\([^"]*\)".*/\1/p' "$T/out")
get 200 "$css"
check test "$(header cache-control)" = 'public, max-age=31536000, immutable'
check test "$(header content-type)" = 'text/css; charset=utf-8'
(cd "$SESHAT_SOURCE/share/web" && cat pages.css transcript.css plot.css) \
    >"$T/css"
same "$T/css" "$T/out"
etag=$(header etag)
get 304 "$css" -H "If-None-Match: $etag"
get 200 "${css%?}"
check test "$(header cache-control)" = no-cache
get 200 "$css" -I
check test "$(header etag)" = "$etag"
for name in nothing.css trainable.py ..%2fseshat.css; do
	get "$([ $name = ..%2fseshat.css ] && echo 400 || echo 404)" /assets/$name
done

test_that "the token logs in, and leads to what was wanted"
browse 200 '/login?next=/api/sessions%3Flimit%3D3'
post 303 /login "$(csrf)" --data-urlencode "token=$token" \
    --data-urlencode 'next=/api/sessions?limit=3'
check test "$(header location)" = '/api/sessions?limit=3'
for word in HttpOnly SameSite=Strict Path=/ Max-Age=2592000; do
	check grep -q "^Set-Cookie: seshat_login_$port=.*$word" "$T/head"
done
browse 200 '/api/sessions?limit=3'
get 200 /metrics -H "Cookie: seshat_login_$port=$(login_cookie)"
get 303 /metrics -H "$html"

test_that "a login does not end with the server, but with its token"
cookie=$(login_cookie)
old_port=$port
end_serve
guarded "$T/token" "$old_port"
browse 200 /api/sessions
end_serve
guarded "$T/other" "$old_port"
browse 303 /api/sessions
get 401 /api/sessions -H "Cookie: seshat_login_$port=$cookie"
end_serve
guarded "$T/token" "$old_port"

test_that "no other cookie is taken"
expiry=${cookie%%.*}
mac=${cookie#*.}
for bad in "" x . "$expiry" "$expiry." ".$mac" "$mac" "$((expiry + 1)).$mac" \
    "0$expiry.$mac" "$expiry.${mac%?}" "${cookie}0" "$cookie.$mac" \
    "+$cookie" "-1.$mac" "99999999999999999999.$mac" "\"$cookie\"" \
    "$expiry.$(echo "$mac" | tr a-f A-F)" "$(date +%s).$mac" \
    "$cookie; seshat_login_$port=$cookie" "x; seshat_login_$port=$cookie$cookie"; do
	get 401 /api/sessions -H "Cookie: seshat_login_$port=$bad"
done
get 401 /api/sessions -H "Cookie: Seshat_login=$cookie"
get 401 /api/sessions -H "Cookie: xseshat_login_$port=$cookie"
get 400 /api/sessions -H "Cookie: seshat_login_$port=$cookie" -H 'Cookie: a=b'
get 200 /api/sessions -H "Cookie: a=\"b c\" {}; ;seshat_login_$port=$cookie;x"

test_that "a cookie that is over is none"
key=$(printf %s "$token" | /usr/bin/python3 -c 'import hashlib, hmac, sys
key = hashlib.sha256(sys.stdin.buffer.read()).hexdigest().encode()
print(hmac.new(key, b"seshat serve: logins 1", "sha256").hexdigest())')
# sign SECONDS: a cookie that ends then, as the server would make it.
sign() {
	/usr/bin/python3 -c 'import hmac, sys
mac = hmac.new(bytes.fromhex(sys.argv[1]), sys.argv[2].encode(), "sha256")
print(sys.argv[2] + "." + mac.hexdigest())' "$key" "$1"
}
now=$(date +%s)
get 200 /api/sessions -H "Cookie: seshat_login_$port=$(sign $((now + 100)))"
get 401 /api/sessions -H "Cookie: seshat_login_$port=$(sign $((now - 1)))"
get 401 /api/sessions -H "Cookie: seshat_login_$port=$(sign 0)"
get 401 /api/sessions -H "Cookie: seshat_login_$port=$(sign "0$((now + 100))")"

test_that "nobody is sent to another host"
for next in //evil.example '/\evil.example' https://evil.example evil '' \
    '/a\b' "$(printf '/a\r\nX: y')" '/a b' "$(printf '/\303\244')" \
    "/$(head -c 500 /dev/zero | tr '\0' x)"; do
	rm -f "$T/jar"
	log_in --data-urlencode "next=$next"
	check test "$(header location)" = /
done
rm -f "$T/jar"
browse 200 '/login?next=//evil.example'
out_has 'name="next" value="/"'
post 400 /login "$(csrf)" --data-urlencode "token=$token" \
    --data-urlencode "next=/	/evil.example"
log_in --data-urlencode 'next=/a//b?c=//d'
check test "$(header location)" = '/a//b?c=//d'

test_that "a form of nobody, of another page or another browser does nothing"
rm -f "$T/jar"
browse 200 /login
ours=$(csrf)
get 200 /login
theirs=$(csrf)
for bad in "" x "$theirs" "${ours%?}" "${ours}0"; do
	post 403 /login "$bad" --data-urlencode "token=$token"
	out_has 'role="alert"'
done
browse 403 /login -H "Origin: $url" -d "token=$token"
browse 403 /login -d "csrf=$ours&token=$token"
for origin in null http://evil.example "https://127.0.0.1:1"; do
	browse 403 /login -H "Origin: $origin" -d "csrf=$ours&token=$token"
done
browse 403 /login -H 'Sec-Fetch-Site: same-site' -d "csrf=$ours&token=$token"
browse 403 /login -H 'Sec-Fetch-Site: none' -d "csrf=$ours&token=$token"
browse 303 /login -H 'Sec-Fetch-Site: same-origin' \
    -d "csrf=$ours&token=$token"

test_that "to log out takes a form, too, and ends the cookie"
browse 405 /logout
check test "$(header allow)" = POST
post 403 /logout x
browse 200 /api/sessions
post 303 /logout "$ours"
check test "$(header location)" = /login
check test -z "$(login_cookie)"
browse 303 /api/sessions

test_that "another server under the same name takes no login away"
rm -f "$T/jar"
log_in
first_pid=$pid
first_port=$port
first_url=$url
guarded "$T/other"
token=another-token-0123456789 log_in
browse 200 /api/sessions
second=$url
url=$first_url
browse 200 /api/sessions
browse 200 '/login?next=/x'
post 303 /login "$(csrf)" --data-urlencode "token=$token"
url=$second
browse 200 /login
post 303 /logout "$(csrf)"
browse 303 /api/sessions
url=$first_url
browse 200 /api/sessions
end_serve
pid=$first_pid
port=$first_port

test_that "who tries tokens has to wait, and none is logged"
browse 200 /login
ours=$(csrf)
for n in 1 2 3 4 5 6 7 8 9 10; do
	post 403 /login "$ours" --data-urlencode "token=wrong-$n-geheim"
	out_has 'role="alert">This is not the token'
	out_lacks geheim
done
post 429 /login "$ours" --data-urlencode "token=wrong-11-geheim"
check test "$(header retry-after)" -ge 1
check test "$(header retry-after)" -le 60
out_has 'role="alert"'
# who has the token is not kept out by others
post 303 /login "$ours" --data-urlencode "token=$token"
# a program, and who is logged in, are not concerned
get 200 /metrics -H "Authorization: Bearer $token"
get 200 /metrics -H "Cookie: seshat_login_$port=$cookie"
check test "$(grep -c 'wrong token' "$T/serve.err")" = 10
check test -z "$(grep -e geheim -e "$token" "$T/serve.err" "$T/log")"

test_that "errors are pages for people, and JSON for the API"
who="Cookie: seshat_login_$port=$cookie"
get 404 '/no<where' -H "$html" -H "$who"
out_has '<p role="alert">there is no such page \(404\)'
out_has 'href="/"'
get 404 /api/sessions/nothing -H "$html" -H "$who"
out_has '^\{"detail": "'
get 404 /api -H "$html" -H "$who"
out_has '^\{"detail": "'
get 404 /apis -H "$html" -H "$who"
out_has '<!doctype html>'
get 404 /nowhere -H "$who"
out_has '^\{"detail": "'
get 400 /%zz -H "$html" -H "$who"
out_has "a '%' without"
end_serve

test_that "without a token there is nothing to log in to"
port=
serve --volume "$T/volume"
get 303 '/login?next=/x' -H "$html"
check test "$(header location)" = /x
get 303 '/login?next=//x' -H "$html"
check test "$(header location)" = /
get 403 /logout -X POST -H "Origin: $url"
end_serve

finish
