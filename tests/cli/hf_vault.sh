# The vault of a scenario in a bucket of Hugging Face's, for lib.sh.
. "$SESHAT_SOURCE/tests/cli/twin.sh"

hf_dir=$S3_DIR
. "$hf_dir/env"
hf_vault=alice/vault-$$
hf_bucket "$hf_vault"
SESHAT_STORE=hf://buckets/$hf_vault
export SESHAT_STORE
twin_start "$(hf_folder "$hf_vault")"

vault_ages() { :; }

# The time of a file there is that at which it was stored.
vault_age() {
	vault_span=$1
	shift
	vault_sync
	for hf_file; do
		touch -d "$vault_span ago" \
		    "$(hf_folder "$hf_vault")/${hf_file#"$vault"/}"
	done
	vault_sync
}
