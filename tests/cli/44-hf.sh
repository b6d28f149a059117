# A vault in a bucket of Hugging Face: every command of a vault over it, and
# Hugging Face's own client beside it, which reads what is stored and brings
# what is read.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/following.sh"
. "$SESHAT_SOURCE/tests/cli/hf.sh"

hf_start
SESHAT_STORE=hf://buckets/alice/vault
export SESHAT_STORE
bucket=$(hf_folder alice/vault)
three=cccccccc-1111-4222-8333-444444444444

# in_bucket [WHAT]: the files of session one there.
in_bucket() {
	find "$bucket" -path "*/$one/${1-*}" | sort
}

test_that "init makes the bucket, private, and sees that it is"
fake "$one" "$demo" 40
source_one=$source
run seshat init --yes --store hf://buckets/alice/vault
expect_status 0
check test "$(hf_requests '^create .* 200 hf_test')" = 1
check test "$(HF_TOKEN= hf_api GET /api/buckets/alice/vault)" = 401
check test "$(hf_api GET /api/buckets/alice/vault)" = 200
out_has '"private":true'
check grep -q '^store: hf://buckets/alice/vault?endpoint=' \
    "$XDG_CONFIG_HOME/seshat/config.yaml"
! grep -r hf_test "$XDG_CONFIG_HOME" "$XDG_STATE_HOME" >"$T/hits" 2>&1 ||
    fail "the token is kept: $(cat "$T/hits")"

test_that "mirror stores a session, and what is added to it later"
mirror --everywhere
check test "$(in_bucket 'part-*' | wc -l)" = 1
lines "$one" "$demo" 41 60 >>"$source_one"
mirror --everywhere
check test "$(in_bucket 'part-*' | wc -l)" = 2
is_whole "$one" "$source_one"
hf_forget
mirror --everywhere
check test "$(hf_requests '^(xorb|shard|batch) ')" = 0

test_that "list, show, search, stats, status and verify read it"
run seshat list --json
out_has "\"session_id\":\"$one\""
run seshat show "$one" --tail 2
expect_status 0
out_has 'line 60'
run seshat search 'line 57'
expect_status 0
out_has 'line 57'
run seshat stats
expect_status 0
run seshat status
expect_status 0
run seshat verify --source
expect_status 0
out_has ' 0 damaged, 0 repaired$'

test_that "Hugging Face's client reads all of it, by Xet and by plain addresses"
for how in xet plain; do
	run hf_client pull alice/vault "$T/$how" "$how"
	expect_status 0
	diff -r "$bucket" "$T/$how" >"$T/hits" 2>&1 || fail "$(cat "$T/hits")"
done
find "$T/xet" -path "*/$one/part-*" | LC_ALL=C sort | xargs gzip -dc >"$T/plain.jsonl"
same "$source_one" "$T/plain.jsonl"

test_that "and a vault that it put there is read, and gone on with"
rm -rf "$XDG_STATE_HOME/seshat"
mkdir "$T/local"
fake "$two" "$other" 9000
source_two=$source
mirror --everywhere --store "$T/local"
run hf_client create alice/second
expect_status 0
run hf_client put alice/second "$T/local"
expect_status 0
second=hf://buckets/alice/second
for id in "$one" "$two"; do
	run seshat show "$id" --raw --store "$second"
	same "$(eval "echo \$source_$(echo "$id" |
	    sed 's/^a.*/one/; s/^b.*/two/')")" "$T/out"
done
run seshat verify --source --store "$second"
expect_status 0
lines "$two" "$other" 9001 9010 >>"$source_two"
mirror --everywhere --store "$second"
run seshat verify --source --store "$second"
expect_status 0
run seshat show "$two" --raw --store "$second"
same "$source_two" "$T/out"
hf_clean

test_that "import brings it from there; export takes it home"
rm -rf "$XDG_STATE_HOME/seshat"
run seshat import "$second"
expect_status 0
run seshat show "$two" --raw
expect_status 0
run seshat export "$two" -o "$T/two.zip"
expect_status 0
unzip -p "$T/two.zip" transcript.jsonl >"$T/transcript"
same "$source_two" "$T/transcript"

test_that "restore puts it back where its agent goes on with it"
mv "$source_two" "$T/want"
run seshat restore "$two"
expect_status 0
same "$T/want" "$source_two"

test_that "follow stores what comes, stop ends it"
anew
bucket_of_follow=alice/follow
hf_bucket "$bucket_of_follow"
SESHAT_STORE=hf://buckets/$bucket_of_follow
bucket=$(hf_folder "$bucket_of_follow")
fake "$one" "$demo"
source_one=$source
follow --everywhere --interval 0.05
for i in 4 5 6; do
	grow "$source_one" "$one" "$i" "$i"
	soon has "$one" "$source_one"
done
end_follow
expect_status 0
is_whole "$one" "$source_one"
fake "$two" "$demo"
mirror --session-id "$two" --cwd "$demo"
run seshat stop "$two"
expect_status 0
check test "$(ended "$two")" = yes

test_that "compact puts it together, and what was replaced goes"
check test "$(in_bucket 'part-*' | wc -l)" = 4
run seshat compact "$one"
expect_status 0
out_has '4 parts into 1 object'
is_whole "$one" "$source_one"
in_bucket 'part-*' | xargs touch -d '3 hours ago'
run seshat compact "$one"
expect_status 0
check test "$(in_bucket 'part-*' | wc -l)" = 0
is_whole "$one" "$source_one"

test_that "audit finds a secret, and scrubs it"
secret=ghp_$(printf %s 'k3Jf9sLqZ7xTbW2vNc8Ry4Gm6Hd1Pa5Ue0Io')
fake "$three" "$demo"
source_three=$source
lines "$three" "$demo" 4 4 | sed "s/line 4/$secret/" >>"$source"
mirror --everywhere --no-redact
run seshat audit
expect_status 1
out_has "$three"
run seshat audit --fix
expect_status 0
run seshat show "$three" --raw
out_lacks "$secret"
find "$bucket" -name '*.gz' -exec gzip -dc {} + >"$T/all"
! grep -q "$secret" "$T/all" || fail "it is still stored"

test_that "rm removes all there is of a session"
run seshat rm --yes "$three"
expect_status 0
check test -z "$(find "$bucket" -path "*/$three/*")"
run seshat list --json
out_lacks "$three"
mirror --everywhere
check test -z "$(find "$bucket" -path "*/$three/*")"

test_that "damage is found and repaired"
part=$(find "$bucket" -path "*/$two/part-*" | head -n 1)
flip_byte "$part" 300
run seshat verify
expect_status 5
run seshat verify --repair
expect_status 0
run seshat verify --source
expect_status 0

test_that "a file of more than one xorb is the same for Hugging Face's client"
mkdir "$T/workspace"
openssl enc -aes-128-ctr -pass pass:seshat -nosalt -pbkdf2 </dev/zero \
    2>/dev/null | head -c 70000000 >"$T/workspace/noise.bin"
hf_forget
run seshat workspace add --no-redact "$one" "$T/workspace"
expect_status 0
check test "$(hf_requests '^xorb .* 200')" -ge 2
large=$(cd "$bucket" && find . -size +60000k -type f | sed 's,^\./,,')
run hf_client get "$bucket_of_follow" "$large"
expect_status 0
same "$bucket/$large" "$T/out"

test_that "nothing was asked that no client should ask"
hf_clean
finish
