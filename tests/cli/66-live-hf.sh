# tools/test-live, before it meets the real Hugging Face.

. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/hf.sh"

live() {
	run env SESHAT_BIN="$SESHAT_BIN" \
	    SESHAT_CONFORM="${SESHAT_BIN%/*}/tests/conform/conform_store" "$@" \
	    "$SESHAT_SOURCE/tools/test-live"
}

hf_start

test_that "a bucket of Hugging Face is made, private, used, and gone then"
live SESHAT_LIVE_HF=alice/live
expect_status 0
out_has '^hf: made alice/live, private$'
out_has '^hf: the storage suite: [0-9]+ tests$'
check test "$(grep -c '^hf: [0-9]* bytes, there and back$' "$T/out")" = 2
out_has '^hf: deleted alice/live$'
check test "$(hf_api GET /api/buckets/alice/live)" = 404
hf_clean

test_that "one that is there already is left alone"
hf_bucket alice/live
live SESHAT_LIVE_HF=alice/live
expect_status 1
err_has '^hf: FAILED: alice/live must not be there yet, and the hub says 200$'
check test "$(hf_api GET /api/buckets/alice/live)" = 200

test_that "when something fails half-way it is gone all the same"
hf_rule '{"kind": "shard", "do": "status", "status": 400, "times": 0}'
live SESHAT_LIVE_HF=alice/other
expect_status 1
err_has '^hf: FAILED: '
out_has '^hf: deleted alice/other$'
check test "$(hf_api GET /api/buckets/alice/other)" = 404

finish
