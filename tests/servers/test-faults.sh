# tests/servers/faults.py: each fault does what it says, to a real server.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"

# direct VERB ...: around the proxy.
direct() {
	S3_ENDPOINT=$S3_DIRECT bucket "$@"
}

# holds KEY TEXT, lacks KEY: what the server has.
holds() {
	run direct get one "$1"
	expect_out "$2"
}

lacks() {
	run direct get one "$1"
	expect_status 3
}

# told REGEX: of the last request.
told() {
	tail -n 1 "$T/faults/journal" | grep -Eq -e "$1" ||
	    fail "no $1 in $(tail -n 1 "$T/faults/journal")"
}

# put KEY TEXT, put_new KEY TEXT: through the proxy.
put() {
	printf '%s\n' "$2" >body
	run bucket put one "$1" <body
}

put_new() {
	printf '%s\n' "$2" >body
	run bucket --header 'If-None-Match: *' put one "$1" <body
}

test_that "without a rule it is not noticed, signatures and all"
s3_start
s3_bucket one
faults_start
put "a b/+%ü" hello
expect_status 0
holds "a b/+%ü" hello
told '"method": "PUT", "key": "/one/a b/\+%.*"status": 200, "server": 200'
run bucket list one
expect_out "a b/+%ü"
run bucket head one "a b/+%ü"
out_has '^content-length: 6$'
run bucket get one "a b/+%ü"
expect_out hello
put_new "a b/+%ü" other
err_has 412
run bucket get one nothing
expect_status 3

test_that "a connection that is dropped before: nothing is stored"
faults rule "drop PUT /key nth=2"
put key-1 first
expect_status 0
put key-2 second
expect_status 1
told '"status": null, "server": null, "fault": "drop"'
lacks key-2
put key-2 third
expect_status 0

test_that "one that is dropped in the body: nothing is stored"
faults rule "cut PUT"
head -c 3000000 /dev/zero | tr '\0' x >body
run bucket put one cut <body
expect_status 1
told '"fault": "cut"'
lacks cut

test_that "an answer that is lost: it is stored"
faults rule "lost PUT"
put lost there
expect_status 1
told '"status": null, "server": 200, "fault": "lost"'
holds lost there

test_that "an answer that ends too early"
faults rule "short GET /lost"
run bucket get one lost
expect_status 1
err_has 'IncompleteRead'
faults rule "short PUT"
put short there
told '"status": 200, "server": 200, "fault": "short"'
holds short there

test_that "answers that are late come all the same"
faults rule "delay GET seconds=0.05" "trickle GET nth=2 seconds=0.1"
run bucket get one lost
expect_out there
run bucket get one lost
expect_out there

test_that "a zombie arrives when nobody waits for it any more"
faults rule "zombie PUT seconds=0"
put zombie risen
expect_status 1
lacks zombie
faults release
holds zombie risen
told '"server": 200, "fault": "zombie", "zombie": true'

test_that "errors that the server never told, each once"
for code in 500 503 403; do
	faults rule "$code PUT retry-after=7"
	put "of-$code" x
	expect_status 1
	err_has "$code "
	told "\"status\": $code, \"server\": null"
	lacks "of-$code"
done
put of-none x
expect_status 0
faults rule "409 PUT" "503 GET body=html" "503 GET nth=2 body=empty" \
    "503 HEAD retry-after=7"
put conflict x
err_has '409 ConditionalRequestConflict'
run bucket get one lost
err_has ': 503$'
run bucket get one lost
err_has ': 503$'
run bucket head one lost
expect_status 1
out_has '^retry-after: 7$'

test_that "a region that is wrong, until the hint is followed"
faults rule "region * * times=0 region=eu-west-1"
put region x
expect_status 1
err_has '400 AuthorizationHeaderMalformed'
run bucket head one lost
out_has '^x-amz-bucket-region: eu-west-1$'
AWS_DEFAULT_REGION=eu-west-1 put region x
expect_status 0
faults calm
faults rule "301 GET region=eu-west-1 hint=body"
run bucket get one lost
err_has '301 PermanentRedirect'

test_that "a clock that is wrong in the answer"
faults rule "date HEAD seconds=-864000"
run bucket head one lost
expect_status 0
check test "$(date -d "$(sed -n 's/^date: //p' "$T/out")" +%s)" -lt \
    "$(($(date +%s) - 860000))"

# age KEY: how old the server says that it is.
age() {
	bucket head one "$1" >"$T/head"
	list=$(bucket details one "$1" | cut -d ' ' -f 3 | cut -d . -f 1)
	now=$(date -d "$(sed -n 's/^date: //p' "$T/head")" +%s)
	then=$(date -d "$(sed -n 's/^last-modified: //p' "$T/head")" +%s)
	[ "$then" = "$list" ] || fail "$1 is of $then, and listed as of $list"
	echo $((now - then))
}

test_that "the server's clock is put forward: what is there is older"
faults calm
faults clock 600
put young x
expect_status 0
check test "$(age lost)" -ge 600
check test "$(age young)" -lt 60
faults clock 200
check test "$(age lost)" -ge 800
check test "$(age young)" -ge 200
check test "$(age young)" -lt 300

test_that "and who signs for another time is refused, and told the right one"
faults clock 3600
put young x
err_has '403 RequestTimeTooSkewed'
run bucket head one young
expect_status 1
check test "$(date -d "$(sed -n 's/^date: //p' "$T/out")" +%s)" -gt \
    "$(($(date +%s) + 4000))"
faults clock -4400
run bucket get one lost
expect_out there

test_that "a server that ignores create-only"
faults rule "conditions-ignored * * times=0"
put_new lost again
expect_status 0
holds lost again
told '"ignored": true'

test_that "a server that refuses it"
faults calm
faults rule "conditions-refused * * times=0"
put_new refused x
err_has '501 NotImplemented'
put plain x
expect_status 0
lacks refused

test_that "connections are refused while it is down"
faults calm
faults down
run bucket get one lost
err_has refused
faults up
run bucket get one lost
expect_out again

test_that "the server itself is gone"
s3_server kill
run bucket get one lost
expect_status 1
s3_server again
run bucket get one lost
expect_out again

test_that "what is not a rule is refused"
run faults rule "nonsense PUT"
expect_status 1
err_has 'not a rule'

# schedule SEED: what happens to fifteen requests.
schedule() {
	stop_server "$T/faults"
	S3_ENDPOINT=$S3_DIRECT faults --seed "$1" --rate 0.5
	. "$T/faults/env"
	for i in 1 2 3 4 5; do
		put "$i" "$i"
		bucket get one "$i" >/dev/null || true
		bucket head one "$i" >/dev/null || true
	done
	sed -n 's/.*"fault": "\?\([a-z0-9]*\)"\?}$/\1/p' "$T/faults/journal"
}

test_that "a seed says what happens, and is told"
schedule 7 >seven 2>told
check grep -qx 'faults.py: seed 7' told
schedule 7 >again 2>/dev/null
same seven again
check grep -Eq '^(drop|cut|lost|short|delay|trickle|500|503|409)$' seven
check grep -q '^null$' seven
schedule 8 >eight 2>/dev/null
run cmp seven eight
expect_status 1

finish
