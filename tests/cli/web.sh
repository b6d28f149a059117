# A server to talk to, on top of lib.sh.

pid=
at_exit '[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null'

# soon COMMAND...: it comes true within 30 seconds.
soon() {
	soon_n=0
	until "$@"; do
		soon_n=$((soon_n + 1))
		[ "$soon_n" -lt 600 ] || {
			fail "not in time: $*"
			return 0
		}
		sleep 0.05
	done
}

# serve OPTION...: a server in the background; $pid, $url.
serve() {
	: >"$T/serve.out"
	vault_sync
	"$SESHAT_BIN" serve --listen 127.0.0.1:"${port:-0}" "$@" \
	    >"$T/serve.out" 2>"$T/serve.err" &
	pid=$!
	soon grep -q . "$T/serve.out"
	url=$(sed 's/serving //' "$T/serve.out")
	url=${url%/}
}

end_serve() {
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	ran="serve, ended"
	cp "$T/serve.err" "$T/err"
	expect_status 0
	pid=
	vault_sync
}

# get STATUS PATH [CURL-ARGUMENT...]: body in $T/out, headers in $T/head.
get() {
	want=$1
	path=$2
	shift 2
	: >"$T/out"
	ran="GET $path $*"
	found=$(curl -s --path-as-is -D "$T/head" -o "$T/out" \
	    -w '%{http_code}' "$@" "$url$path") || :
	[ "$found" = "$want" ] || fail "status $found, not $want: $ran
$(head -c 500 "$T/out")"
}

# header NAME: what the last answer said.
header() {
	sed -n "s/^$1: *//Ip" "$T/head" | tr -d '\r'
}

# is EXPRESSION: true in Python of the last answer, d.
is() {
	/usr/bin/python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
assert eval(sys.argv[2]), d' "$T/out" "$1" >"$T/hits" 2>&1 ||
	    fail "not so: $1, of $ran: $(tail -n 1 "$T/hits" | head -c 600)"
}

# refused STATUS PATH: with a reason, and no path of this machine.
refused() {
	get "$@"
	is 'list(d) == ["detail"] and len(d["detail"]) > 0'
	out_lacks "$T"
}

# refused_page STATUS PATH: a page that tells why.
refused_page() {
	get "$@"
	out_lacks "$T"
}

# has TEXT, lacks TEXT: of the last answer, as it stands there.
has() {
	grep -qF -e "$1" "$T/out" || fail "not there: $1, in $ran"
}

lacks() {
	! grep -qF -e "$1" "$T/out" || fail "there: $1, in $ran"
}

# well_formed: the last answer is a page as it should be.
well_formed() {
	/usr/bin/python3 "$SESHAT_SOURCE/tests/cli/pages.py" check "$T/out" \
	    >"$T/hits" 2>&1 || fail "$ran: $(head -c 800 "$T/hits")"
}
