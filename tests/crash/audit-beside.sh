# 'seshat audit --fix' killed at every call that changes the disk, where what
# stands beside the transcript holds secrets: the next one leaves nothing of
# them, also of one that is only known by what stood elsewhere.
. "$SESHAT_SOURCE/tests/crash/lib.sh"
. "$SESHAT_SOURCE/tests/cli/fake.sh"
. "$SESHAT_SOURCE/tests/cli/stored.sh"

# asked once: what stands in front of it on some machines takes long
python=$(python3 -c 'import sys; print(sys.executable)')
a=aaaaaaaa-2222-4333-8444-555555555555
demo=$T/work/demo
state=$XDG_STATE_HOME/seshat
key=AKIA$(printf %s QYLPMN5HHHFPZAM2) # known by its shape
word=$(printf %s Vn7Kq2Ws9Lx4Tz)      # a password that only its name tells

cat >"$T/hold.py" <<'END'
import gzip, os, sys
for top in sys.argv[3:]:
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            data = open(path, "rb").read()
            if name.endswith(".gz"):
                data = gzip.decompress(data)
            if sys.argv[1].encode() in data or sys.argv[2].encode() in data:
                print(path)
END

# ends_well: the next one finishes, and all can be read.
ends_well() {
	run "$SESHAT_BIN" audit --fix
	expect_status 0
	find "$vault" -name '.tmp-*' -delete
	"$python" "$T/hold.py" "$key" "$word" "$vault" "$XDG_STATE_HOME" \
	    "$XDG_CACHE_HOME" >"$T/hits"
	[ ! -s "$T/hits" ] || fail "$at of $total: a secret is in $(cat "$T/hits")"
	run "$SESHAT_BIN" verify
	expect_status 0
	out_has ' 2 files beside them, .* 0 damaged'
}

# at_every_call: on top of what was kept.
at_every_call() {
	put_back beside
	count_calls "$SESHAT_BIN" audit --fix
	expect_status 0
	total=$calls
	check test "$total" -ge 3
	at=1
	while [ "$at" -le "$total" ]; do
		put_back beside
		kill_at "$at" "$SESHAT_BIN" audit --fix
		expect_status 137
		ends_well
		at=$((at + 1))
	done
}

test_that "what one of them tells, and others only say, is found all the same"
anew
fake "$a" "$demo" 2
results=${source%.jsonl}/tool-results
mkdir -p "$results"
printf '{"type":"user","t":"only %s"}\n' "$word" >>"$source"
printf 'it is %s, is it?\n' "$word" >"$results/a.txt"
printf 'DB_PASSWORD=%s\nand %s\n' "$word" "$key" >"$results/b.txt"
mirror --everywhere --no-redact
keep beside
at_every_call

test_that "also of a session that has ended, and has no state"
put_back beside
run "$SESHAT_BIN" stop "$a"
expect_status 0
keep beside
at_every_call

finish
