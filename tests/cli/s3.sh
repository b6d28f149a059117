# An S3 server of the scenario's own, on top of lib.sh; it is gone at the end.
#
#	. "$SESHAT_SOURCE/tests/cli/s3.sh"
#	s3_start
#	s3_bucket vault
#	run seshat mirror --store "$(s3_url vault)"
#	check test "$(s3_requests '^PUT ')" = 3
#
# tests/servers/rgw says what the environment holds then.  Where radosgw is not
# installed the scenario fails: tools/deps names it.

. "$SESHAT_SOURCE/tests/cli/servers.sh"

s3_dir=$T/s3
s3_forgotten=

# s3_server VERB|OPTION...: what tests/servers/rgw can do, to this one.
s3_server() {
	"$server_python" "$SESHAT_SOURCE/tests/servers/rgw" "$s3_dir" "$@"
}

# s3_start [OPTION]...: start it, and speak to it from here on.
s3_start() {
	at_exit "stop_server '$s3_dir'"
	s3_server "$@"
	. "$s3_dir/env"
}

# s3_start_swift: the same of OpenStack Swift, which does not count requests.
s3_start_swift() {
	at_exit "stop_server '$s3_dir'"
	"$server_python" "$SESHAT_SOURCE/tests/servers/swift" "$s3_dir"
	. "$s3_dir/env"
}

# bucket VERB ...: the client of tests/servers/bucket.py.
bucket() {
	"$server_python" "$SESHAT_SOURCE/tests/servers/bucket.py" "$@"
}

# s3_bucket NAME: make one.
s3_bucket() {
	bucket make "$1"
}

# s3_url BUCKET[/PREFIX] [ENDPOINT]: as the program wants it.
s3_url() {
	echo "s3://$1?endpoint=${2-$S3_ENDPOINT}&region=$AWS_DEFAULT_REGION"
}

# s3_log: the requests since s3_forget, one a line, "PUT /bucket/key 200".
# The server writes a line when it has answered: so ask something, and wait
# until it tells of that.
s3_log() {
	s3_mark=mark-$(date +%s%N)
	bucket head no-such-bucket "$s3_mark" >/dev/null || true
	s3_wait=0
	until grep -q "/$s3_mark " "$s3_dir/log/client.rgw.log"; do
		s3_wait=$((s3_wait + 1))
		[ "$s3_wait" -lt 500 ] || {
			fail "the server does not tell what it did"
			return 0
		}
		sleep 0.01
	done
	sed -n ${s3_forgotten:+-e "1,/$s3_forgotten /d"} -e '/\/mark-/d' \
	    -e 's/.* beast: .*"\([A-Z]* [^ ]*\) HTTP[^"]*" \([0-9]*\) .*/\1 \2/p' \
	    "$s3_dir/log/client.rgw.log"
}

# s3_forget: what was asked so far is not counted.
s3_forget() {
	s3_log >/dev/null
	s3_forgotten=$s3_mark
}

# s3_requests [REGEX]: how many lines of s3_log fit.
s3_requests() {
	s3_log | grep -Ec -e "${1-.}" || true
}

# faults_start [OPTION...] [RULE...]: from here on the proxy stands in between,
# tests/servers/faults.py.
faults_start() {
	at_exit "stop_server '$T/faults'"
	faults "$@"
	. "$T/faults/env"
}

# faults rule RULE... | calm | down | up | release | clock SECONDS: tell it.
faults() {
	"$server_python" "$SESHAT_SOURCE/tests/servers/faults.py" "$T/faults" "$@"
}

# faults_told REGEX: lines of the journal that fit.
faults_told() {
	grep -E -e "$1" "$T/faults/journal"
}
