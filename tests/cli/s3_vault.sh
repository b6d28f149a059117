# The vault of a scenario in a bucket of its own, for lib.sh.
. "$SESHAT_SOURCE/tests/cli/twin.sh"

s3_dir=$S3_DIR
. "$s3_dir/env"
s3_vault=vault-$$
bucket make "$s3_vault"
SESHAT_STORE=$(s3_url "$s3_vault")
export SESHAT_STORE
twin_start "$s3_vault"

# What is stored has the time at which it was: so it is the clock that moves.
vault_ages() {
	at_exit "stop_server '$T/faults'"
	faults 2>/dev/null
	SESHAT_STORE=$(. "$T/faults/env" && s3_url "$s3_vault")
}

vault_age() {
	faults clock $(($(date +%s) - $(date -d "$1 ago" +%s)))
}
