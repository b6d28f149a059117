# What 'seshat trust' says and does.
. "$SESHAT_SOURCE/tests/cli/lib.sh"

here=$(pwd -P)
list=$XDG_STATE_HOME/seshat/trusted.json

test_that "a folder without configuration files has nothing to trust"
run seshat trust
expect_status 3
expect_out ""
expect_err "seshat: neither .seshat.yaml nor .tracecraft.json is here"

test_that "an untrusted file is named with what it may not decide"
printf 'store: hf://elsewhere\nproject: p\nhf_token: t\n' >.seshat.yaml
run seshat list
expect_status 0
check test "$(sed -n 1p "$T/err")" = "seshat: $here/.seshat.yaml is not \
trusted; left out: store, hf_token (to let it decide: seshat trust \
$here/.seshat.yaml)"

test_that "a secret that others can read is not trusted"
chmod 644 .seshat.yaml
run seshat trust
expect_status 4
err_has "chmod 600 .seshat.yaml"
check test ! -e "$list"

test_that "what the file decides is shown, secrets by name only"
chmod 600 .seshat.yaml
run seshat trust
expect_status 0
expect_out "  store: hf://elsewhere
  project: p
  hf_token: (a secret)
$here/.seshat.yaml is trusted as it is now"
expect_err ""
check test "$(stat -c %a "$list")" = 600

test_that "the trusted file counts"
run seshat list
check test "$status" -ne 0
err_has 'hf://elsewhere: hf://buckets/NAMESPACE/NAME'

test_that "a changed file does not"
echo 'agent: a' >>.seshat.yaml
run seshat list
expect_status 0
err_has "is not trusted"
run seshat trust --list
expect_out "changed     $here/.seshat.yaml"

test_that "tracecraft's bucket is shown as the store it stands for"
printf '{"bucket": "b", "endpoint": "http://h"}' >.tracecraft.json
run seshat trust .tracecraft.json --json
expect_status 0
expect_out "{\"path\":\"$here/.tracecraft.json\",\"trusted\":true,\
\"decides\":{\"store\":\"s3://b?endpoint=http://h\"}}"

test_that "the folders that a file would have read are shown"
printf 'roots:\n- ~/logs\n- /srv/x\n' >.seshat.yaml
run seshat trust .seshat.yaml
expect_status 0
expect_out "  roots: ~/logs, /srv/x
$here/.seshat.yaml is trusted as it is now"
run seshat trust .seshat.yaml --json
out_has '"decides":\{"roots":\["~/logs","/srv/x"\]\}'
echo 'agent: a' >>.seshat.yaml

test_that "the list says for each file how it is"
run seshat trust --list
expect_status 0
expect_err ""
check test "$(sort "$T/out")" = "changed     $here/.seshat.yaml
trusted     $here/.tracecraft.json"
rm .tracecraft.json
run seshat trust --list --json
out_has '"path":"[^"]*/.tracecraft.json","sha256":"[0-9a-f]{64}","state":"gone"'

test_that "without names --remove takes the files of this folder"
run seshat trust --remove
expect_status 0
expect_out "$here/.seshat.yaml is not trusted any more
$here/.tracecraft.json is not trusted any more"
run seshat trust --remove
expect_status 3
run seshat trust --list
expect_out ""

test_that "only the files that are read can be trusted"
echo 'project: p' >.seshat.yml
run seshat trust .seshat.yml
expect_status 2
err_has "only a .seshat.yaml or a .tracecraft.json"
run seshat trust nowhere/.seshat.yaml
expect_status 3
expect_err "seshat: nowhere/.seshat.yaml: no such file"

test_that "a malformed file is not trusted"
printf 'project: p\nprojct: q\n' >.seshat.yaml
run seshat trust
expect_status 1
expect_err "seshat: .seshat.yaml: line 2: unknown key 'projct'"
run seshat trust --list
expect_out ""

test_that "--list takes nothing else"
run seshat trust --list --remove
expect_status 2
run seshat trust --list .seshat.yaml
expect_status 2

finish
