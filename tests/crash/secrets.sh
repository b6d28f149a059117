# Two secrets, and whether they are anywhere; on top of lib.sh and fake.sh.

# asked once: what stands in front of it on some machines takes long
python=$(python3 -c 'import sys; print(sys.executable)')
key=AKIA$(printf %s QYLPMN5HHHFPZAM2) # known by its shape
word=$(printf %s Vn7Kq2Ws9Lx4Tz)      # a password that only its name tells

# nowhere: neither is in the vault, nor in what this machine keeps.
nowhere() {
	find "$vault" -name '.tmp-*' -delete
	"$python" "$SESHAT_SOURCE/tests/cli/hold.py" "$key" "$word" -- \
	    "$vault" "$XDG_STATE_HOME" "$XDG_CACHE_HOME" >"$T/hits"
	[ ! -s "$T/hits" ] || fail "$at of $total: a secret is in $(cat "$T/hits")"
}
