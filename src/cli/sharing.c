/* realpath is XSI's. */
#define _XOPEN_SOURCE 700
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <jansson.h>

#include "base/checkout.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "cli/found.h"
#include "cli/secret.h"
#include "cli/sharing.h"
#include "harness/session.h"

/* What the flag says is not contradicted by the URL of an issue; a host that
 * only the flag names is taken. */
static int
check_repo(struct ses_github_repo *of, const char *flag, struct seshat_err *err)
{
	struct ses_github_repo said = {0};
	const char *host;
	int is_same;

	if (flag == NULL)
		return 0;
	if (ses_github_repo_parse(flag, &said, err) < 0)
		return -1;
	if (of->host.len == 0)
		ses_buf_add(&of->host, said.host.data, said.host.len);
	host = ses_buf_cstr(&of->host);
	is_same = strcasecmp(said.owner.data, of->owner.data) == 0 &&
		  strcasecmp(said.name.data, of->name.data) == 0 &&
		  (said.host.len == 0 || strcmp(said.host.data, host) == 0);
	ses_github_repo_free(&said);
	if (is_same)
		return ses_buf_check(&of->host, err);
	return ses_fail(err, SESHAT_EUSAGE,
	    "--repo is %s, but the issue is of %s%s%s/%s", flag, host,
	    host[0] == '\0' ? "" : "/", of->owner.data, of->name.data);
}

int
ses_sharing_open(struct ses_sharing *s, const struct ses_cli *cli,
    const char *repo, const char *issue, uint64_t *number,
    struct seshat_err *err)
{
	const char *host = NULL;

	*s = (struct ses_sharing){0};
	if (issue != NULL &&
	    (ses_issue_parse(issue, number, &s->repo, err) < 0 ||
		(s->repo.owner.len == 0 &&
		    ses_github_repo_find(repo, &s->repo, err) < 0)))
		return -1;
	if (issue != NULL && check_repo(&s->repo, repo, err) < 0)
		return -1;
	if (issue == NULL && repo != NULL &&
	    ses_github_repo_parse(repo, &s->repo, err) < 0)
		return -1;
	if (s->repo.host.len > 0)
		host = ses_buf_cstr(&s->repo.host);
	return ses_github_open(&s->github, host, cli->insecure_http, err);
}

void
ses_sharing_free(struct ses_sharing *s)
{
	ses_github_close(&s->github);
	ses_github_repo_free(&s->repo);
}

int
ses_sharing_failed(int as_json, const struct seshat_err *err)
{
	const char *msg =
	    err->msg[0] != '\0' ? err->msg : seshat_strcode(err->code);
	struct ses_buf b = {0};

	if (!as_json)
		return -1;
	ses_buf_str(&b, "{\"success\": false, \"error\": ");
	ses_json_quote(&b, msg, strlen(msg));
	ses_buf_str(&b, "}\n");
	(void)fputs(ses_buf_cstr(&b), stdout);
	ses_buf_free(&b);
	return seshat_exit_status(err->code);
}

void
ses_shared_free(struct ses_shared *s)
{
	ses_session_list_free(&s->here);
	ses_found_free(&s->found);
}

/* The one that was written last, of one agent. */
static int
take_here(struct ses_shared *out, const char *id, struct seshat_err *err)
{
	const struct ses_session *s = &out->here.v[0];
	size_t i;

	for (i = 1; id != NULL && i < out->here.n; i++)
		if (out->here.v[i].harness != s->harness)
			return ses_fail(err, SESHAT_EUSAGE,
			    "%s and %s both have a session %s (name it "
			    "%s/%s)",
			    s->harness->name, out->here.v[i].harness->name, id,
			    s->harness->name, id);
	out->from = (struct ses_share_source){
	    .session = s, .harness = s->harness->name, .id = s->id};
	return 0;
}

/* "codex/abc": of which agent, where that is one. */
static const struct ses_harness_ops *
harness_of(const char **id)
{
	const char *slash = strchr(*id, '/');
	const struct ses_harness_ops *h = NULL;
	char *name;

	if (slash == NULL)
		return NULL;
	name = ses_str_ndup(*id, (size_t)(slash - *id));
	if (name != NULL)
		h = ses_harness_named(name);
	free(name);
	if (h != NULL)
		*id = slash + 1;
	return h;
}

static int
find_by_id(struct ses_context *c, const char *text, struct ses_shared *out,
    struct seshat_err *err)
{
	struct ses_discover q = ses_context_discover(c);

	q.id = text;
	q.harness = harness_of(&q.id);
	if (ses_discover(&q, &out->here, err) < 0)
		return -1;
	if (out->here.n > 0)
		return take_here(out, q.id, err);
	if (ses_context_find(c, text, &out->found, err) < 0) {
		if (err->code != SESHAT_ENOTFOUND)
			return -1;
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "no session %.200s on this machine, nor in the vault ('"
		    "seshat sessions --everywhere' lists those that are here)",
		    text);
	}
	out->from = (struct ses_share_source){.store = c->store,
	    .where = ses_found_where(&out->found),
	    .harness = out->found.harness,
	    .id = out->found.id};
	return 0;
}

/* Newest of a folder that is no subagent's: 1 or 0. */
static int
find_in(struct ses_context *c, const char *cwd, struct ses_shared *out,
    struct seshat_err *err)
{
	struct ses_discover q = ses_context_discover(c);
	size_t i;

	q.cwd = cwd;
	ses_session_list_free(&out->here);
	if (ses_discover(&q, &out->here, err) < 0)
		return -1;
	for (i = 0; i < out->here.n; i++)
		if (out->here.v[i].parent == NULL) {
			out->from = (struct ses_share_source){
			    .session = &out->here.v[i],
			    .harness = out->here.v[i].harness->name,
			    .id = out->here.v[i].id};
			return 1;
		}
	return 0;
}

/* The current folder's, then those of the folders above up to the checkout's
 * root. */
static int
find_newest(
    struct ses_context *c, struct ses_shared *out, struct seshat_err *err)
{
	struct ses_buf dir = {0};
	size_t root;
	int rc = ses_checkout_root(c->cwd, &root, err);

	ses_buf_str(&dir, c->cwd);
	while (rc == 0 && dir.len >= root && dir.len > 0) {
		rc = find_in(c, ses_buf_cstr(&dir), out, err);
		while (dir.len > 0 && dir.data[dir.len - 1] != '/')
			dir.len--;
		dir.len -= dir.len > 0;
	}
	ses_buf_free(&dir);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return ses_fail(err, SESHAT_ENOTFOUND,
	    "no agent left a session of %s on this machine ('seshat sessions "
	    "--everywhere' lists all)",
	    c->cwd);
}

static int
identify(const char *path, struct ses_session *s)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	const struct ses_harness_ops *const *h;

	for (h = ses_harnesses; *h != NULL; h++) {
		if ((*h)->identify == NULL ||
		    (*h)->identify(*h, path, s, &ignored) < 0) {
			ses_session_free(s);
			continue;
		}
		s->harness = *h;
		return 1;
	}
	return 0;
}

/* What is no text cannot be scrubbed. */
static int
check_text(const char *path, struct seshat_err *err)
{
	static const char *const packed[] = {"\x1f\x8b", "\x28\xb5\x2f\xfd",
	    "PK\x03\x04", "\xff\xfe", "\xfe\xff"};
	char head[4096];
	size_t got = 0;
	size_t nuls = 0;
	size_t i;
	int is_text;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return ses_fail_errno(err, "%s", path);
	if (ses_fs_pread(fd, head, sizeof(head), 0, &got, err) < 0) {
		close(fd);
		return -1;
	}
	close(fd);
	/* a stray NUL may stand in a transcript, many do in no text */
	for (i = 0; i < got; i++)
		nuls += head[i] == '\0';
	is_text = nuls <= got / 16;
	for (i = 0; i < sizeof(packed) / sizeof(packed[0]); i++)
		if (got >= strlen(packed[i]) &&
		    memcmp(head, packed[i], strlen(packed[i])) == 0)
			is_text = 0;
	if (is_text)
		return 0;
	return ses_fail(err, SESHAT_EFORMAT,
	    "%s is packed, or no text: secrets could not be found in it "
	    "(unpack it first)",
	    path);
}

static int
find_file(const struct ses_shared_what *w, struct ses_shared *out,
    struct seshat_err *err)
{
	const char *harness = w->harness == NULL ? "generic" : w->harness;
	struct ses_session s = {0};
	struct stat sb;
	char *path = realpath(w->file, NULL);
	const char *name;
	size_t n;
	int rc = -1;

	if (path == NULL || stat(path, &sb) < 0) {
		ses_fail_errno(err, "%s", w->file);
		goto out;
	}
	if (!S_ISREG(sb.st_mode)) {
		ses_fail(
		    err, SESHAT_EUNSUPPORTED, "%s is no regular file", w->file);
		goto out;
	}
	/* what an agent itself packs is unpacked when it is read */
	if (w->harness != NULL || !identify(path, &s)) {
		if (check_text(path, err) < 0)
			goto out;
		if (ses_cli_harness(harness, &s.harness, err) < 0)
			goto out;
		ses_session_stat(&s, &sb);
		s.path = ses_str_dup(path);
	}
	if (w->session_id != NULL || s.id == NULL) {
		name = ses_str_basename(path);
		n = strlen(name);
		if (ses_str_ends(name, ".jsonl"))
			n -= strlen(".jsonl");
		free(s.id);
		s.id = w->session_id != NULL ? ses_str_dup(w->session_id)
					     : ses_str_ndup(name, n);
	}
	if (s.path == NULL || s.id == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	rc = ses_session_add(&out->here, &s, err);
	if (rc == 0)
		rc = take_here(out, NULL, err);
out:
	ses_session_free(&s);
	free(path);
	return rc;
}

int
ses_shared_find(struct ses_context *c, const struct ses_shared_what *w,
    struct ses_shared *out, struct seshat_err *err)
{
	*out = (struct ses_shared){0};
	if (w->file != NULL)
		return find_file(w, out, err);
	if (w->session_id != NULL)
		return find_by_id(c, w->session_id, out, err);
	return find_newest(c, out, err);
}

int
ses_shared_to(const struct ses_opt_list *names, struct ses_shared_to *out,
    struct seshat_err *err)
{
	size_t i;

	*out = (struct ses_shared_to){0};
	if (names->n == 0)
		return 0;
	for (i = 0; names->n > 1 && i < names->n; i++)
		if (strcmp(names->v[i], "passphrase") == 0)
			return ses_fail(err, SESHAT_EUSAGE,
			    "--encrypt-to passphrase stands alone: a file of "
			    "age has recipients or a passphrase");
	if (strcmp(names->v[0], "passphrase") == 0) {
		if (ses_passphrase_choose(out->passphrase, err) < 0)
			return -1;
		out->to.passphrase = out->passphrase;
		return 1;
	}
	for (i = 0; i < names->n; i++)
		if (ses_age_recipient_parse(names->v[i], strlen(names->v[i]),
			&out->v[i], err) < 0) {
			/* not shown: it may be a secret key by mistake */
			err->code = SESHAT_EUSAGE;
			return ses_fail_in(err, "--encrypt-to");
		}
	out->to.recipients = out->v;
	out->to.n = names->n;
	return 1;
}

int
ses_shared_keys(
    const char *identity, struct ses_shared_keys *out, struct seshat_err *err)
{
	*out = (struct ses_shared_keys){
	    .keys = {.ask = ses_passphrase_ask,
		.arg = (void *)(uintptr_t) "the session"}};
	if (identity == NULL)
		identity = getenv("SESHAT_IDENTITY");
	if (identity == NULL || identity[0] == '\0')
		return 0;
	if (ses_age_identities_read(identity, &out->identities, err) < 0)
		return -1;
	out->keys.identities = &out->identities;
	return 0;
}

void
ses_shared_keys_free(struct ses_shared_keys *k)
{
	ses_age_identities_free(&k->identities);
}
