# A thousand random files as Hugging Face's storage takes them: chunks, hashes,
# xorbs and shards are those that b3sum and the rules of the protocol give.
# SEED=N takes others.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

command -v b3sum >/dev/null || skip_all "b3sum is not installed"
python=/usr/bin/python3
$python -c 'import numpy' 2>/dev/null || skip_all "numpy is not installed"
tool=$(dirname "$SESHAT_BIN")/tests/cli/xet_tool

test_that "chunks, hashes, xorbs and shards are what they should be"
run $python "$SESHAT_SOURCE/tests/cli/xet.py" "$tool" "${SEED:-1}" \
    "$SESHAT_SOURCE/src/xet/gear.c"
echo "# $(tail -n 1 "$T/out")"
expect_status 0
out_has "^seed ${SEED:-1}: 1000 files"

finish
