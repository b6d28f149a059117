# tools/test-live, before it meets the real GitHub.

. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/github.sh"

live() {
	run env SESHAT_BIN="$SESHAT_BIN" "$@" "$SESHAT_SOURCE/tools/test-live"
}

hub_start

test_that "without token and bucket it says so, and does nothing"
live GITHUB_API_URL="$HUB_API" SESHAT_GIST_TOKEN=test-classic
expect_status 0
expect_out "skipped: SESHAT_LIVE_S3 names no bucket (s3://bucket/prefix)
skipped: SESHAT_LIVE_GIST_TOKEN is no token that creates gists
skipped: SESHAT_LIVE_HF names no bucket to be made (namespace/name)"
check test "$(hub_requests)" = 0

test_that "with a token a session goes there and comes back, and is gone then"
live GITHUB_API_URL="$HUB_API" SESHAT_LIVE_GIST_TOKEN=test-classic
expect_status 0
for what in 'one file' 'several files' packed; do
	out_has "^gist: $what: [0-9]+ bytes, there and back, http"
done
out_has '^gist: deleted [0-9a-f]+$'
check test -z "$(hub_gists)"
check test "$(hub_requests '^POST /gists 201')" = 1
check test "$(hub_requests '^DELETE /gists/')" = 1

test_that "when something fails half-way the gist is gone all the same"
hub_rule '{"on": "PATCH ^/gists/", "do": "status", "status": 422, "times": 0}'
live GITHUB_API_URL="$HUB_API" SESHAT_LIVE_GIST_TOKEN=test-classic
expect_status 1
err_has '^gist: FAILED: upload: '
out_has '^gist: deleted [0-9a-f]+$'
check test -z "$(hub_gists)"

test_that "a token that may not is an error, not a success"
hub_calm
live GITHUB_API_URL="$HUB_API" SESHAT_LIVE_GIST_TOKEN=test-no-gist
expect_status 1
err_has "lacks the scope 'gist'|FAILED"

hub_clean
finish
