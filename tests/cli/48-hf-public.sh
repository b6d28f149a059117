# A bucket of Hugging Face that others can read is no vault, unless it is meant
# to be one.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"
. "$SESHAT_SOURCE/tests/cli/hf.sh"

hf_start
a=aaaaaaaa-1111-4222-8333-444444444444
fake "$a" "$demo"
config=$XDG_CONFIG_HOME/seshat/config.yaml

# refused NAME COMMAND...: nothing of the user's goes to that bucket.
refused() {
	refused_name=$1
	shift
	rm -rf "$config" "$XDG_STATE_HOME/seshat"
	hf_forget
	run "$@"
	[ "$status" != 0 ] || fail "it is taken: $*"
	err_has 'is public: .*--public'
	err_lacks 'project'
	check test -z "$(find "$(hf_folder "alice/$refused_name")" -type f)"
	check test "$(hf_requests '^(xorb|shard) ')" = 0
}

test_that "one that is there and public is refused, and stays as it is"
hf_bucket alice/open false
refused open seshat init --yes --store hf://buckets/alice/open
check test ! -e "$config"
refused open seshat mirror --everywhere --store hf://buckets/alice/open
check test "$(hf_api GET /api/buckets/alice/open)" = 200
out_has '"private":false'

test_that "so is one that does not say that it is private"
hf_bucket alice/unclear null
refused unclear seshat mirror --everywhere --store hf://buckets/alice/unclear
hf_bucket alice/odd '"yes"'
refused odd seshat mirror --everywhere --store hf://buckets/alice/odd

test_that "and one that comes about public though it was to be private"
hf_config '"always_public": true'
refused new seshat init --yes --store hf://buckets/alice/new
hf_control '{"reset": true}'

test_that "one that is made public later gets no more"
store=hf://buckets/alice/later
run seshat init --yes --store "$store"
expect_status 0
mirror --everywhere --store "$store"
check test "$(hf_api PUT /api/buckets/alice/later/settings \
    -d '{"private":false}')" = 200
find "$(hf_folder alice/later)" -type f | sort >"$T/before"
lines "$a" "$demo" 4 4 >>"$source"
hf_forget
run seshat mirror --everywhere --store "$store"
[ "$status" != 0 ] || fail "it is taken"
err_has 'public'
check test "$(hf_requests '^(xorb|shard) ')" = 0
find "$(hf_folder alice/later)" -type f | sort >"$T/after"
same "$T/before" "$T/after"

test_that "what stands there can be read all the same"
run seshat show "$a" --raw --store "$store"
expect_status 0
check test "$(wc -l <"$T/out")" = 3

test_that "and a follow sees it, whenever it needs a token to store more"
hf_config '"token_seconds": 1'
hf_bucket alice/later true
SESHAT_STORE=$store
export SESHAT_STORE
follow --everywhere --interval 0.05
stored "$a"
hf_bucket alice/later false
grows_until_told() {
	lines "$a" "$demo" 5 5 >>"$source"
	has_events '"event":"failing".*is public'
}
soon grows_until_told
hf_forget
lines "$a" "$demo" 6 6 >>"$source"
end_follow
expect_status 5
check test "$(hf_requests '^(xorb|shard) ')" = 0
unset SESHAT_STORE
hf_control '{"reset": true}'

test_that "--public takes one that is public, and makes one"
rm -rf "$config" "$XDG_STATE_HOME/seshat"
run seshat init --yes --public --store hf://buckets/alice/open
expect_status 0
mirror --everywhere --store hf://buckets/alice/open --public
run seshat show "$a" --raw --store hf://buckets/alice/open
same "$source" "$T/out"

# talk [QUESTION ANSWER]... -- COMMAND...: on a terminal.
talk() {
	status=0
	ran=$*
	"$server_python" "$SESHAT_SOURCE/tests/cli/talk.py" "$T/shown" "$@" \
	    >"$T/out" 2>"$T/err" || status=$?
	cat "$T/shown" >>"$T/out"
}

test_that "on a terminal init asks for the bucket, and for a token"
rm -rf "$config" "$XDG_STATE_HOME/seshat"
token=$HF_TOKEN
unset HF_TOKEN
talk "kept: a folder" h "NAMESPACE/NAME" alice/asked "Token" "$token" \
    "One project" "" "Make it" y -- "$SESHAT_BIN" init
expect_status 0
out_has '^made and tried: hf://buckets/alice/asked'
out_lacks "$token"
check grep -qx "hf_token: $token" "$config"
check test "$(stat -c %a "$config")" = 600
mirror --everywhere
run seshat show "$a" --raw
same "$source" "$T/out"

test_that "a token that is there is named; --save-keys keeps it"
rm -rf "$config" "$XDG_STATE_HOME/seshat"
HF_TOKEN=$token
export HF_TOKEN
talk "kept: a folder" h "NAMESPACE/NAME" alice/asked \
    "One project" "" -- "$SESHAT_BIN" init
expect_status 0
out_has 'token is that of HF_TOKEN'
! grep -q "$token" "$config" || fail "it is kept"
run seshat init --yes --save-keys --store hf://buckets/alice/asked --force
expect_status 0
check grep -qx "hf_token: $token" "$config"
run seshat init --yes --store hf://buckets/alice/asked --region eu --force
expect_status 2

test_that "nothing was asked that no client should ask"
hf_clean
finish
