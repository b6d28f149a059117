# A vault in a bucket is looked into and changed by way of a folder: the words of
# tests/cli/lib.sh, with STORE=s3 or hf.  bucket.py is the program that is at
# work, or Hugging Face's client with the same verbs.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

# of_hf VERB BUCKET ...
of_hf() {
	case $1 in
	put)
		rm -rf "$T/put"
		mkdir -p "$(dirname "$T/put/$3")"
		cat >"$T/put/$3"
		hf_client put "$2" "$T/put"
		;;
	details)
		curl -sS -H "Authorization: Bearer $HF_TOKEN" \
		    "$HF_ENDPOINT/api/buckets/$2/tree" | "$server_python" -c 'import datetime, json, sys
for one in json.load(sys.stdin):
    when = datetime.datetime.fromisoformat(one["uploadedAt"][:-1] + "+00:00")
    if one["path"].startswith(sys.argv[1]):
        print(one["size"], one["xetHash"], f"{when.timestamp():.3f}",
              one["path"])' "${3-}"
		;;
	*) hf_client "$@" ;;
	esac
}

if [ "$STORE" = hf ]; then
	s3_vault=$hf_vault
	bucket() { of_hf "$@"; }
fi

vault=$T/vault

program() {
	run bucket "$@"
	expect_status 0
}

put() {
	echo "$2" >"$T/body"
	program put "$s3_vault" "$1" <"$T/body"
}

test_that "what the program stores is there, with the time of the store"
check test ! -e "$vault"
put a/b/one 1
put two 2
echo 1 >"$T/want"
same "$T/want" "$vault/a/b/one"
check test -f "$vault/two"
check test "$(bucket details "$s3_vault" two | cut -d ' ' -f 3)" = \
    "$(date -r "$vault/two" +%s.%3N)"

test_that "what nobody touches stays as it is, the file and the object"
find "$vault" -printf '%p %T@ %i\n' >"$T/before"
bucket details "$s3_vault" >"$T/objects"
put three 3
rm "$vault/three"
vault_sync
find "$vault" -printf '%p %T@ %i\n' | grep -v 'vault ' >"$T/after"
grep -v 'vault ' "$T/before" | diff - "$T/after" >"$T/hits" ||
    fail "$(cat "$T/hits")"
run bucket details "$s3_vault"
same "$T/objects" "$T/out"

test_that "what is changed, made and removed by hand is so for the program"
echo damaged >"$vault/a/b/one"
mkdir "$vault/new"
echo new >"$vault/new/file"
rm "$vault/two"
run bucket list "$s3_vault"
expect_out "a/b/one
new/file"
run bucket get "$s3_vault" a/b/one
expect_out damaged

test_that "a change of the same size and time is one"
touch -r "$vault/new/file" "$T/time"
echo own >"$T/own"
touch -r "$T/time" "$T/own"
mv "$T/own" "$vault/new/file"
run bucket get "$s3_vault" new/file
expect_out own

test_that "what the program does beside it is not undone"
bucket put "$s3_vault" beside <"$T/body"
echo hand >"$vault/by-hand"
vault_sync
check test -f "$vault/beside"
run bucket list "$s3_vault"
out_has '^beside$'
out_has '^by-hand$'
bucket delete "$s3_vault" beside
rm "$vault/by-hand"
vault_sync
check test ! -e "$vault/beside"
run bucket list "$s3_vault"
expect_out "a/b/one
new/file"

test_that "a vault that is moved away is gone, and comes back"
mv "$vault" "$T/away"
run bucket list "$s3_vault"
expect_out ""
mv "$T/away" "$vault"
run bucket list "$s3_vault"
expect_out "a/b/one
new/file"
program delete "$s3_vault" a/b/one new/file
check test ! -e "$vault"

finish
