# Vaults at Hugging Face to which something happens, on top of following.sh and
# hf.sh.

number=0

# begin: a vault in a bucket of its own, with session one in the source.
begin() {
	number=$((number + 1))
	hf_clean
	hf_control '{"reset": true, "forget": true}'
	anew
	hf_bucket "alice/v$number"
	SESHAT_STORE=hf://buckets/alice/v$number
	export SESHAT_STORE
	bucket=$(hf_folder "alice/v$number")
	fake "$one" "$demo" "${1-3}"
}

# more: one line more of it.
more() {
	n=$(($(wc -l <"$source") + 1))
	lines "$one" "$demo" "$n" "$n" >>"$source"
	hf_clean
	hf_forget
}

# is_read: session one comes as it is.
is_read() {
	hf_calm
	run seshat show "$one" --raw
	expect_status 0
	same "$source" "$T/out"
	run seshat verify --source
	expect_status 0
}

# is_well: and it is stored once, with nothing half.
is_well() {
	is_read
	check test "$(find "$bucket" -path "*/$one/part-00000000-*" | wc -l)" = 1
}

# again: what is wrong is over, the next mirror mends the rest.
again() {
	hf_calm
	mirror --everywhere
	is_well
}

# through RULE: with that accident the next line is stored.
through() {
	more
	hf_rule "$1"
	mirror --everywhere
	check grep -q '"faults":\["' "$hf_dir/journal"
	is_well
}
