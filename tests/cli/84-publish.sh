# 'seshat publish': sessions of the vault where other programs read them.
. "$SESHAT_SOURCE/tests/cli/lib.sh"
. "$SESHAT_SOURCE/tests/cli/s3.sh"

export CLAUDE_CONFIG_DIR="$T/claude" CODEX_HOME="$T/codex"
export XDG_DATA_HOME="$T/data" XDG_STATE_HOME="$T/state"
export XDG_CACHE_HOME="$T/cache" XDG_CONFIG_HOME="$T/config"
vault=$T/data/seshat/vault
golden=$SESHAT_SOURCE/tests/data/neighbours
recorded=$SESHAT_SOURCE/tests/data
formats='tracecraft agentsview hf-trace session-store'
dir=-srv-harnesslab-w-my-proj
main=02a4eb2f-93b1-4322-bce9-63142932d3fd
sub=$main.a2a9d74eeed54bd72
codex=01a1fc16-84b0-7313-8fee-3b1492978328
to=$T/to

# fresh: a vault with a session of Claude Code, its subagents and one of Codex,
# and nothing published.
fresh() {
	rm -rf "$T/data" "$T/state" "$T/claude" "$T/codex" "$T/config" "$to"
	mkdir -p "$T/claude/projects/$dir" "$T/codex/sessions/2026/11/21"
	cp -r "$recorded/claude-code/projects/$dir/$main"* \
	    "$T/claude/projects/$dir/"
	cp "$recorded"/codex/sessions/2026/11/21/rollout-*-$codex.jsonl \
	    "$T/codex/sessions/2026/11/21/"
	source=$T/claude/projects/$dir/$main.jsonl
	run seshat mirror --everywhere
	expect_status 0
}

# publish FORMAT [OPTION...]: all there is.
publish() {
	publish_format=$1
	shift
	run seshat publish --format "$publish_format" --machine laptop --all \
	    --to "$to" "$@"
}

# grow LINE...: lines are added to the session, and mirrored.
grow() {
	printf '%s\n' "$@" >>"$source"
	run seshat mirror --everywhere
	expect_status 0
}

line() {
	printf '{"type":"user","sessionId":"%s","cwd":"/srv/harnesslab/w/my.proj",' \
	    "$main"
	printf '"timestamp":"2026-11-22T00:00:%02dZ",' "$1"
	printf '"message":{"role":"user","content":"%s"}}' "$2"
}

# plain FOLDER: without what depends on the moment and this folder.
plain() {
	find "$1" -name meta.json -exec sed -i \
	    -e 's/_at":"20[^"]*Z"/_at":"TIME"/g' \
	    -e "s,\"source_path\":\"$T/,\"source_path\":\"HOME/," {} +
}

# like_golden FORMAT FOLDER: as in tests/data/neighbours.  To make a tree anew,
# delete it and run this: it fails and leaves what there is now, to be looked at.
like_golden() {
	rm -rf "$T/plain"
	cp -r "$2" "$T/plain"
	plain "$T/plain"
	if [ ! -d "$golden/$1" ]; then
		mkdir -p "$golden"
		cp -r "$T/plain" "$golden/$1"
		chmod -R u=rwX,go=rX "$golden/$1"
		fail "$golden/$1 is made anew: look at it"
	fi
	diff -r "$golden/$1" "$T/plain" >"$T/hits" 2>&1 ||
	    fail "$1: $(head -c 2000 "$T/hits")"
}

# tree: names, bytes and times of all there is.
tree() {
	(cd "$to" && find . -type f -printf '%p %T@ ' -exec cksum {} \; | sort)
}

# objects FORMAT: those of the session, in the order of a reader.
objects() {
	case $1 in
	tracecraft)
		find "$to/my.proj/sessions/claude-code/$main" -name 'part-*' ;;
	agentsview)
		find "$to/laptop/raw/claude/$dir/$main.jsonl" ;;
	hf-trace)
		find "$to/claude-code/my.proj/$main.jsonl" ;;
	session-store)
		find "$to/$dir/$main" -maxdepth 1 -type f ;;
	esac | sort
}

# is_whole FORMAT: what a reader reads is the session.
is_whole() {
	run seshat show --raw "$main"
	expect_status 0
	objects "$1" | xargs cat >"$T/read"
	same "$T/out" "$T/read"
}

for f in $formats; do
	test_that "$f: what is published is what is expected"
	fresh
	publish "$f"
	expect_status 0
	out_has '^published [34] of 4 sessions, [0-9.]+ KB in [34] objects, '
	like_golden "$f" "$to"
	is_whole "$f"

	test_that "$f: where nothing is new nothing is written"
	tree >"$T/before"
	publish "$f" --json
	expect_status 0
	out_has '"published":0,"unchanged":[34],.*"objects_new":0,"obj'
	tree >"$T/after"
	same "$T/before" "$T/after"

	test_that "$f: nor where what was remembered is lost"
	rm -rf "$T/state/seshat/publish"
	publish "$f" --json
	expect_status 0
	out_has '"published":0,"unchanged":[34],'
	tree >"$T/after"
	same "$T/before" "$T/after"
	publish "$f" --again --json
	out_has '"published":0,"unchanged":[34],'

	test_that "$f: a session that grew is brought up to date"
	objects "$f" | xargs cat >"$T/first"
	grow "$(line 1 one)" "$(line 2 two)"
	publish "$f" --json
	expect_status 0
	out_has '"published":1,"unchanged":[23],.*"objects_deleted":0'
	case $f in
	agentsview | hf-trace)
		out_has '"objects_new":0,"objects_replaced":1'
		check test "$(objects "$f" | wc -l)" = 1 ;;
	*)
		out_has '"objects_new":1,"objects_replaced":0'
		check test "$(objects "$f" | wc -l)" = 2 ;;
	esac
	is_whole "$f"
	objects "$f" | head -n 1 | xargs head -c "$(wc -c <"$T/first")" >"$T/begin"
	same "$T/first" "$T/begin"

	test_that "$f: also without what was remembered"
	rm -rf "$T/state/seshat/publish"
	grow "$(line 3 three)"
	publish "$f"
	expect_status 0
	is_whole "$f"

	test_that "$f: an object that is gone is put again"
	rm "$(objects "$f" | tail -n 1)"
	publish "$f"
	expect_status 0
	is_whole "$f"

	test_that "$f: a line that had no end is there once"
	line 4 torn | head -c 60 >>"$source"
	run seshat mirror --everywhere
	run seshat stop "$main"
	expect_status 0
	publish "$f"
	expect_status 0
	is_whole "$f"
	check test "$(tail -c 1 "$T/read" | od -An -c | tr -d ' ')" != '\n'
	line 4 torn | tail -c +61 >>"$source"
	echo >>"$source"
	grow "$(line 5 five)"
	publish "$f"
	expect_status 0
	is_whole "$f"
	# each part can be read by itself
	objects "$f" | while read -r o; do
		[ "$(tail -c 1 "$o" | od -An -c | tr -d ' ')" = '\n' ] ||
		    echo "$o"
	done >"$T/torn"
	check test ! -s "$T/torn"

	test_that "$f: what a rule of today finds is replaced where it stands"
	grow "$(line 6 'the word is zebrazebra12')"
	publish "$f"
	expect_status 0
	check grep -rq zebrazebra12 "$to"
	mkdir -p "$T/config/seshat"
	printf 'rules:\n- id: zebra\n  regex: zebrazebra[0-9]+\n' \
	    >"$T/config/seshat/config.yaml"
	publish "$f" --json
	expect_status 0
	out_has '"objects_new":0,"objects_replaced":1,"objects_deleted":0,'
	out_has '"redactions":1,'
	check test -z "$(grep -rl zebrazebra12 "$to")"
	check grep -rq 'the word is \[REDACTED:zebra\]' "$to"
	rm -rf "$T/config"

	test_that "$f: also without what was remembered, and where it grew"
	publish "$f"
	check grep -rq zebrazebra12 "$to"
	grow "$(line 7 seven)"
	rm -rf "$T/state/seshat/publish"
	mkdir -p "$T/config/seshat"
	printf 'rules:\n- id: zebra\n  regex: zebrazebra[0-9]+\n' \
	    >"$T/config/seshat/config.yaml"
	publish "$f" --json
	expect_status 0
	out_has '"published":1,.*"foreign":0,'
	check test -z "$(grep -rl zebrazebra12 "$to")"
	check grep -rq 'the word is \[REDACTED:zebra\]' "$to"
	rm -rf "$T/config"

	test_that "$f: a session that was rewritten takes the old one's place"
	publish "$f"
	sed -i -e 1,3d "$source"
	run seshat mirror --everywhere
	expect_status 0
	publish "$f"
	expect_status 0
	is_whole "$f"

	test_that "$f: a vault that knows less of a session leaves it as it is"
	fresh
	publish "$f"
	cp -r "$T/data" "$T/less"
	cp -r "$T/state" "$T/less-state"
	grow "$(line 1 one)" "$(line 2 two)"
	publish "$f"
	is_whole "$f"
	mv "$T/data" "$T/more"
	mv "$T/less" "$T/data"
	tree >"$T/before"
	rm -rf "$T/state/seshat/publish"
	publish "$f" --json
	expect_status 0
	out_has '"published":0,"unchanged":[34],'
	rm -rf "$T/state/seshat/publish"
	mv "$T/less-state/seshat/publish" "$T/state/seshat/publish"
	publish "$f" --again --json
	expect_status 0
	out_has '"published":0,"unchanged":[34],'
	tree >"$T/after"
	same "$T/before" "$T/after"
	rm -rf "$T/data" "$T/less-state"
	mv "$T/more" "$T/data"
	is_whole "$f"
	publish "$f" --json
	out_has '"published":0,"unchanged":[34],'

	test_that "$f: so does an older copy of the vault, beside it or put back"
	fresh
	cp -r "$vault" "$T/older"
	grow "$(line 1 one)" "$(line 2 two)"
	publish "$f"
	publish "$f" --store "file://$T/older"
	expect_status 0
	out_has '^published 0 of 4'
	is_whole "$f"
	publish "$f" --json
	out_has '"published":0,"unchanged":[34],'
	mv "$vault" "$T/newer"
	mv "$T/older" "$vault"
	publish "$f"
	expect_status 0
	out_has '^published 0 of 4'
	rm -rf "$vault"
	mv "$T/newer" "$vault"
	is_whole "$f"

	test_that "$f: but a vault that knows more goes on with it"
	cp -r "$vault" "$T/older"
	publish "$f" --store "file://$T/older"
	grow "$(line 3 three)"
	publish "$f"
	expect_status 0
	is_whole "$f"
	rm -rf "$T/older"

	test_that "$f: a secret in a folder's name goes out no more than in a text"
	fresh
	rm -rf "$T/claude/projects" "$T/codex" "$T/data" "$T/state"
	secret=ghp_$(echo A1b2C3d4E5f6G7h8I9j0 K1l2M3n4O5p6Q7r8 | tr -d " ")
	mkdir -p "$T/claude/projects/-w-$secret"
	source=$T/claude/projects/-w-$secret/$main.jsonl
	line 1 one | sed "s,/srv/harnesslab/w/my.proj,/w/$secret," >"$source"
	echo >>"$source"
	run seshat mirror --everywhere --no-redact
	expect_status 0
	check test -n "$(find "$vault" -name "$secret*")"
	publish "$f"
	expect_status 0
	out_has '^published 1 of 1 session'
	check test -z "$(find "$to" -name '*ghp_*')"
	check test -z "$(grep -rl ghp_ "$to")"
	publish "$f" --json
	out_has '"published":0,"unchanged":1,'

	test_that "$f: what is imported is published where it came from"
	fresh
	publish "$f" --machine elsewhere
	tree >"$T/before"
	rm -rf "$T/data" "$T/state"
	run seshat import "$to"
	expect_status 0
	run seshat publish --format "$f" --all --to "$to" --json
	expect_status 0
	out_has '"published":0,"unchanged":[34],'
	tree >"$T/after"
	same "$T/before" "$T/after"

	test_that "$f: a session keeps its place, --machine or not"
	fresh
	publish "$f"
	mv "$T/claude/projects/$dir" "$T/claude/projects/-elsewhere"
	source=$T/claude/projects/-elsewhere/$main.jsonl
	sed -i 1d "$source"
	grow "$(line 1 one)"
	publish "$f"
	expect_status 0
	out_has '^published [1-4] of 4'
	check test -z "$(find "$to" -path '*-elsewhere*')"
	is_whole "$f"

	test_that "$f: what is empty, a link or a folder is somebody's, too"
	fresh
	publish "$f"
	one=$(objects "$f")
	rm -rf "$to" "$T/state/seshat/publish"
	mkdir -p "$(dirname "$one")"
	: >"$T/target"
	for kind in empty link lost folder pipe above; do
		rm -rf "$one"
		case $kind in
		empty)
			case $f in tracecraft | session-store) continue ;; esac
			: >"$one" ;;
		link) ln -s "$T/target" "$one" ;;
		lost) ln -s "$T/nowhere" "$one" ;;
		folder) mkdir "$one" ;;
		pipe) mkfifo "$one" ;;
		above)
			rm -rf "$(dirname "$one")"
			: >"$(dirname "$one")" ;;
		esac
		publish "$f"
		expect_status 5
		err_has "^seshat: claude-code/$main: .* is not of 'seshat publish'"
		case $kind in
		empty) check test -f "$one" -a ! -s "$one" ;;
		link | lost) check test -h "$one" ;;
		folder) check test -d "$one" ;;
		pipe) check test -p "$one" ;;
		above) check test -f "$(dirname "$one")" ;;
		esac
		check test ! -s "$T/target" -a ! -e "$T/nowhere"
	done
	rm "$(dirname "$one")"
	publish "$f"
	expect_status 0
	is_whole "$f"

	test_that "$f: in a folder any object that is gone is put again"
	fresh
	publish "$f"
	grow "$(line 1 one)"
	publish "$f"
	grow "$(line 2 two)"
	publish "$f"
	tree >"$T/before"
	rm "$(objects "$f" | head -n 1)"
	publish "$f"
	expect_status 0
	out_has '^published 1 of 4'
	is_whole "$f"
	check test "$(tree | wc -l)" = "$(wc -l <"$T/before")"
	if [ "$f" = tracecraft ]; then
		meta=$to/my.proj/sessions/claude-code/$main/meta.json
		rm "$meta"
		publish "$f"
		out_has '^published 1 of 4'
		check test -s "$meta"
	fi

	test_that "$f: what somebody else put there is told, and left alone"
	fresh
	publish "$f"
	one=$(objects "$f")
	rm -rf "$to" "$T/state/seshat/publish"
	mkdir -p "$(dirname "$one")"
	case $f in
	tracecraft) one=$(dirname "$one")/part-00000-12345678.jsonl ;;
	session-store) one=$(dirname "$one")/notes.txt ;;
	esac
	echo '{"somebody":"else"}' >"$one"
	publish "$f"
	expect_status 5
	err_has "^seshat: claude-code/$main: .*$(basename "$one") is not of "\
"'seshat publish': the session is left out"
	out_has '^published [23] of 4 sessions.* 1 failed '
	check test "$(cat "$one")" = '{"somebody":"else"}'
	check test "$(objects "$f" | wc -l)" = 1
	publish "$f" --json
	expect_status 5
	out_has '"published":0,"unchanged":[23],"skipped":[01],"foreign":1,'

	test_that "$f: a session that is damaged is left out, others are not"
	fresh
	part=$(find "$vault" -path "*/$main/part-*")
	printf 'XXXX' | dd of="$part" bs=1 seek=300 conv=notrunc 2>"$T/dd"
	publish "$f"
	expect_status 5
	err_has "^seshat: claude-code/$main: "
	out_has '^published [23] of 4 sessions.* 1 failed '
	check test -z "$(objects "$f" 2>"$T/none")"

	test_that "$f: two at once are as good as one"
	fresh
	for i in 1 2; do
		seshat publish --format "$f" --machine laptop --all --to "$to" \
		    >"$T/out$i" 2>&1 &
	done
	wait
	like_golden "$f" "$to"

	test_that "$f: --dry-run changes nothing, and tells what would be"
	fresh
	publish "$f" --dry-run
	expect_status 0
	out_has '^would publish [34] of 4 sessions, .* in [34] objects'
	check test ! -e "$to"
	check test ! -e "$T/state/seshat/publish"
	publish "$f"
	grow "$(line 1 one)"
	tree >"$T/before"
	publish "$f" --dry-run
	out_has '^would publish 1 of 4 sessions, .* in 1 object, '
	tree >"$T/after"
	same "$T/before" "$T/after"
done

# A file that was never published may be the only one that has it all.
for f in agentsview hf-trace; do
	test_that "$f: a file with secrets that were never scrubbed stays"
	fresh
	grow "$(line 1 "gh""p_Rk8vQzT3mYb1XwLs5Jd0PfHn7GcUe2Ao9iK1")"
	publish "$f"
	expect_status 0
	there=$(grep -rl github-token "$to")
	cp "$source" "$there"
	rm -rf "$T/state/seshat/publish"
	publish "$f"
	expect_status 5
	err_has "is not of 'seshat publish'"
	same "$source" "$there"
done

test_that "an object of ours that somebody changed is theirs"
fresh
publish hf-trace
one=$(objects hf-trace)
echo '{"mine":"now"}' >"$one"
grow "$(line 1 one)"
publish hf-trace
expect_status 5
err_has 'is not of .seshat publish.'
check test "$(cat "$one")" = '{"mine":"now"}'

test_that "so is a session whose meta.json tracecraft wrote anew"
fresh
publish tracecraft
meta=$to/my.proj/sessions/claude-code/$main/meta.json
sed -i -e 's/,"published_by":"seshat"//' "$meta"
grow "$(line 1 one)"
publish tracecraft
expect_status 5
err_has "$main/meta.json is not of 'seshat publish'"
check test "$(objects tracecraft | wc -l)" = 1

test_that "all formats fit into one place"
fresh
for f in $formats; do
	publish "$f"
	expect_status 0
done
for f in $formats; do
	is_whole "$f"
	publish "$f" --again --json
	out_has '"published":0,"unchanged":[34],'
done

test_that "a session is published with its subagents, or one of them alone"
fresh
run seshat publish --format hf-trace "$main" --to "$to"
expect_status 0
out_has '^published 3 of 3 sessions'
rm -rf "$to"
run seshat publish --format session-store "$sub" --to "$to"
out_has '^published 1 of 1 session,'
check test -d "$to/$dir/$main/subagents/agent-${sub#*.}"

test_that "--project takes those of one project"
rm -rf "$to"
run seshat publish --format agentsview --project nope --to "$to"
expect_status 3
check test ! -e "$to"
run seshat publish --format agentsview --project my.proj --to "$to"
expect_status 0
out_has '^published 4 of 4 sessions'
check test -d "$to/$(uname -n)/raw/claude/$dir"

test_that "a session whose id is a secret is left out"
fresh
mkdir -p "$T/config/seshat"
printf 'rules:\n- id: mine\n  regex: %s\n' "$codex" \
    >"$T/config/seshat/config.yaml"
for f in tracecraft hf-trace; do
	publish "$f"
	expect_status 5
	err_has 'its id looks like a secret, and would be seen: the session is left'
	out_has '^published 3 of 4 sessions,'
done
check test -z "$(find "$to" -name "*$codex*")"
run seshat publish --format hf-trace "$codex" --to "$to"
expect_status 5
rm -rf "$to" "$T/config"

test_that "wrong use says how"
fresh
run seshat publish --all --to "$to"
expect_status 2
err_has 'needs --format NAME and --to'
run seshat publish --format hf-trace --all --to ''
expect_status 2
err_has '^seshat: --to wants a URL or a folder'
run seshat publish --format zip --all --to "$to"
expect_status 2
err_has "tracecraft, agentsview, hf-trace or session-store, not 'zip'"
run seshat publish --format hf-trace --to "$to"
expect_status 2
run seshat publish --format hf-trace --all "$main" --to "$to"
expect_status 2
run seshat publish --format hf-trace nope --to "$to"
expect_status 3

test_that "a vault is no place for it"
run seshat publish --format tracecraft --all --to "$vault"
expect_status 2
err_has 'is a vault of seshat.s, or inside of one: publish to a place of its own'
cp -r "$vault" "$T/copy"
run seshat publish --format tracecraft --all --to "$T/copy"
expect_status 2
ln -s "$T/copy" "$T/link"
for below in "$vault/my.proj/sessions" "$vault/x/y" "$T/copy/x" "$T/link/x" \
    "$vault/my.proj"; do
	run seshat publish --format hf-trace --all --to "$below"
	expect_status 2
	err_has 'is a vault of seshat.s, or inside of one'
	run seshat publish --format hf-trace --all --to "$below" --dry-run
	expect_status 2
done
mkdir -p "$T/like/ids"
run seshat publish --format hf-trace --all --to "$T/like/to"
expect_status 0

test_that "what cannot be written is told"
mkdir -p "$T/full"
run seshat publish --format hf-trace --all --to "$T/full/x"
chmod 0500 "$T/full/x"
if [ "$(id -u)" != 0 ]; then
	grow "$(line 1 one)"
	run seshat publish --format hf-trace --all --to "$T/full/x"
	check test "$status" != 0
fi
chmod 0700 "$T/full/x"

s3_start
for f in $formats; do
	test_that "$f: a bucket gets what a folder does"
	fresh
	s3_bucket "to-$f"
	url=$(s3_url "to-$f/some/prefix")
	run seshat publish --format "$f" --machine laptop --all --to "$url"
	expect_status 0
	rm -rf "$T/pulled"
	mkdir "$T/pulled"
	bucket pull "to-$f/some/prefix" "$T/pulled"
	like_golden "$f" "$T/pulled"

	test_that "$f: where nothing is new one thing is asked"
	s3_forget
	run seshat publish --format "$f" --machine laptop --all --to "$url"
	expect_status 0
	out_has '^published 0 of 4'
	check test "$(s3_requests)" = 1

	test_that "$f: what grew costs a few requests"
	grow "$(line 1 one)"
	s3_forget
	run seshat publish --format "$f" --machine laptop --all --to "$url"
	expect_status 0
	check test "$(s3_requests '^PUT ')" -le 2
	check test "$(s3_requests)" -le 6
	rm -rf "$to" "$T/state/seshat/publish"
	mkdir "$to"
	bucket pull "to-$f/some/prefix" "$to"
	is_whole "$f"

	test_that "$f: and nothing is there twice when the memory is lost"
	run seshat publish --format "$f" --machine laptop --all --to "$url" --json
	expect_status 0
	out_has '"published":0,"unchanged":[34],'
done

# Of each put the answer is lost, some twice: it is there, and told to be.
faults_start
for f in $formats; do
	for fault in lost drop 503; do
		test_that "$f: $fault is borne"
		faults calm
		fresh
		s3_bucket "$fault-$f"
		url=$(s3_url "$fault-$f")
		faults rule "$fault PUT /$fault-$f/[^.] times=3" \
		    "$fault GET list-type times=1"
		run seshat publish --format "$f" --machine laptop --all --to "$url"
		expect_status 0
		check faults_told "\"$fault\"" >"$T/told"
		faults calm
		rm -rf "$T/pulled"
		mkdir "$T/pulled"
		bucket pull "$fault-$f" "$T/pulled"
		like_golden "$f" "$T/pulled"
		grow "$(line 1 one)"
		faults rule "$fault PUT /$fault-$f/[^.] times=2"
		run seshat publish --format "$f" --machine laptop --all --to "$url"
		expect_status 0
		faults calm
		rm -rf "$to"
		mkdir "$to"
		bucket pull "$fault-$f" "$to"
		is_whole "$f"
	done
done

finish
