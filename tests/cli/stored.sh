# What is stored of session $a, on top of fake.sh.

# objects [KIND]: what there is of the session, part-, merged- and archive-.
objects() {
	find "$vault" -path "*/$a/*" \( -name "${1-*}*.jsonl.gz" -o \
	    -name "${1-*}*.jsonl.zst" \) | sort
}

count() {
	objects "$@" | wc -l
}

checkpoint() {
	echo "$vault"/demo/sessions/claude-code/"$a"/stream-*.json
}

# keep NAME, put_back NAME: all that there is; the state is in $state.
keep() {
	rm -rf "${T:?}/$1"
	mkdir "$T/$1"
	cp -a "$vault" "$T/$1/vault"
	cp -a "$CLAUDE_CONFIG_DIR" "$T/$1/claude"
	[ ! -d "$state" ] || cp -a "$state" "$T/$1/state"
}

put_back() {
	anew
	mkdir -p "${vault%/*}" "${state%/*}"
	cp -a "$T/$1/vault" "$vault"
	cp -a "$T/$1/claude" "$CLAUDE_CONFIG_DIR"
	[ ! -d "$T/$1/state" ] || cp -a "$T/$1/state" "$state"
}
