#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "share/fetch.h"
#include "share/manifest.h"

/* What is fetched from where. */
struct fetching {
	struct ses_github *g;
	const struct ses_gist *gist;
	const char *session_id; /* NULL: any */
	const struct ses_age_keys *keys;
	const char *dir;
	struct ses_fetched *out;
};

void
ses_fetched_free(struct ses_fetched *f)
{
	ses_spool_close(&f->spool);
	free(f->session_id);
	free(f->harness);
	*f = (struct ses_fetched){0};
}

/* Bytes on their way into a spool, and their hash. */
struct hashed {
	struct ses_spool *spool;
	struct ses_sha256 sha;
};

static int
add_hashed(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct hashed *h = arg;

	ses_sha256_add(&h->sha, data, len);
	return ses_spool_add(h->spool, data, len, err);
}

static int
check_hash(const struct ses_sha256 *sha, const char *expected, const char *what,
    struct seshat_err *err)
{
	char got[SES_SHA256_HEX];

	ses_sha256_hex(sha, got);
	if (strcmp(got, expected) == 0)
		return 0;
	return ses_fail(err, SESHAT_ECORRUPT,
	    "%s is not what was uploaded: its SHA-256 is %.12s…, not %.12s… "
	    "(if it is being uploaded right now, try again)",
	    what, got, expected);
}

static int
hash_spool(
    const struct ses_spool *s, char out[SES_SHA256_HEX], struct seshat_err *err)
{
	struct ses_sha256 sha;
	struct ses_sink sink = ses_sha256_sink(&sha);

	ses_sha256_init(&sha);
	if (ses_spool_push(s, &sink, err) < 0)
		return -1;
	ses_sha256_hex(&sha, out);
	return 0;
}

/* The stored text that a manifest describes. */
static int
fetch_files(struct ses_github *g, const struct ses_gist *gist,
    const struct ses_manifest *m, struct ses_spool *stored,
    struct seshat_err *err)
{
	const struct ses_gist_file *f;
	struct hashed h = {.spool = stored};
	struct ses_sink sink = {add_hashed, &h};
	size_t i;

	for (i = 0; i < m->n; i++) {
		f = ses_gist_file(gist, m->files[i].name);
		if (f != NULL && f->size != m->files[i].size)
			f = NULL;
		if (f == NULL)
			return ses_fail(err, SESHAT_ECORRUPT,
			    "gist %s: %s is missing, or another one (if it is being uploaded "
			    "right now, try again)",
			    gist->id, m->files[i].name);
		ses_sha256_init(&h.sha);
		if (ses_gist_read(g, f, m->files[i].size, &sink, err) < 0 ||
		    check_hash(
			&h.sha, m->files[i].sha256, m->files[i].name, err) < 0)
			return -1;
	}
	return 0;
}

static int
check_id(const struct ses_gist *gist, const char *has, const char *wanted,
    struct seshat_err *err)
{
	if (wanted == NULL || strcmp(has, wanted) == 0)
		return 0;
	return ses_fail(err, SESHAT_ENOTFOUND,
	    "gist %s holds session %.200s, not %.200s", gist->id, has, wanted);
}

static int
fetch_bundle(
    struct fetching *f, const struct ses_manifest *m, struct seshat_err *err)
{
	struct ses_fetched *out = f->out;
	struct ses_spool stored = {0};
	struct ses_sha256 sha;
	int rc = -1;

	ses_sha256_init(&sha);
	if (ses_spool_open(&stored, f->dir, err) < 0 ||
	    fetch_files(f->g, f->gist, m, &stored, err) < 0)
		goto out;
	if (m->encoding == SES_BUNDLE_TEXT) {
		ses_spool_close(&out->spool);
		out->spool = stored;
		stored = (struct ses_spool){0};
	} else if (ses_bundle_decode(&stored, m->encoding, f->keys,
		       SES_FETCH_MAX, &out->spool, err) < 0) {
		ses_fail_in(err, "gist %s", f->gist->id);
		goto out;
	}
	if (hash_spool(&out->spool, out->sha256, err) < 0)
		goto out;
	if (m->sha256[0] != '\0' && (strcmp(out->sha256, m->sha256) != 0 ||
					out->spool.size != m->size)) {
		ses_fail(err, SESHAT_ECORRUPT,
		    "gist %s: the session is not what was uploaded",
		    f->gist->id);
		goto out;
	}
	rc = 0;
out:
	ses_spool_close(&stored);
	return rc;
}

static int
fetch_by_manifest(struct fetching *f, const struct ses_gist_file *file,
    struct seshat_err *err)
{
	struct ses_manifest m = {0};
	struct ses_buf text = {0};
	struct ses_sink sink = ses_sink_buf(&text);
	int rc = -1;

	if (ses_gist_read(f->g, file, SES_MANIFEST_MAX, &sink, err) < 0 ||
	    ses_manifest_parse(text.data, text.len, &m, err) < 0 ||
	    check_id(f->gist, m.session_id, f->session_id, err) < 0)
		goto out;
	f->out->session_id = m.session_id;
	f->out->harness = m.harness;
	m.session_id = m.harness = NULL;
	rc = fetch_bundle(f, &m, err);
out:
	ses_manifest_free(&m);
	ses_buf_free(&text);
	return rc;
}

/* Whether a file is a piece, "session-ID.NNN.jsonl", of a session whose
 * manifest is still to come. */
static int
is_piece(const char *name)
{
	size_t end = strlen(name) - strlen(".jsonl");
	size_t n = end;

	while (n > 0 && name[n - 1] >= '0' && name[n - 1] <= '9')
		n--;
	return ses_str_starts(name, "session-") && end - n >= 3 && n > 0 &&
	       name[n - 1] == '.';
}

/* The only JSONL file of a gist, or that of the session. */
static const struct ses_gist_file *
only_file(const struct ses_gist *gist, const char *session_id)
{
	const struct ses_gist_file *found = NULL;
	struct ses_buf name = {0};
	size_t n = 0;
	size_t i;

	if (session_id != NULL) {
		ses_buf_str(&name, "session-");
		ses_bundle_slug(session_id, &name);
		ses_buf_str(&name, ".jsonl");
		found = ses_gist_file(gist, ses_buf_cstr(&name));
		ses_buf_free(&name);
	}
	if (found != NULL)
		return found;
	/* one that names its session is no other's */
	for (i = 0; i < gist->n_files; i++)
		if (ses_str_ends(gist->files[i].name, ".jsonl") &&
		    !is_piece(gist->files[i].name) &&
		    (session_id == NULL ||
			!ses_str_starts(gist->files[i].name, "session-"))) {
			found = &gist->files[i];
			n++;
		}
	return n == 1 ? found : NULL;
}

/* "abc" of "session-abc.jsonl". */
static int
id_of_name(const char *name, char **out, struct seshat_err *err)
{
	size_t n = strlen(name) - strlen(".jsonl");

	if (ses_str_starts(name, "session-") && n > strlen("session-")) {
		name += strlen("session-");
		n -= strlen("session-");
	}
	*out = ses_str_ndup(name, n);
	return *out == NULL ? ses_fail_nomem(err) : 0;
}

/* Is it the blob of git that its URL names? */
static int
check_blob(const struct ses_gist *gist, const struct ses_gist_file *f,
    const struct ses_spool *s, struct seshat_err *err)
{
	const char *p = strstr(f->raw_url, "/raw/");
	char blob[SES_BUNDLE_BLOB];

	if (p == NULL || strspn(p + 5, "0123456789abcdef") != 40)
		return 0; /* it names none; the size agreed */
	if (ses_bundle_blob_of(s, blob, err) < 0)
		return -1;
	/* no SHA-1 here, no check */
	if (blob[0] == '\0' || strncmp(p + 5, blob, 40) == 0)
		return 0;
	return ses_fail(err, SESHAT_ECORRUPT,
	    "gist %s: %s did not come as it is stored", gist->id, f->name);
}

static int
fetch_single(struct ses_github *g, const struct ses_gist *gist,
    const char *session_id, struct ses_fetched *out, struct seshat_err *err)
{
	const struct ses_gist_file *f = only_file(gist, session_id);
	struct ses_sink sink = ses_spool_sink(&out->spool);

	if (f == NULL)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "gist %s holds no session%s%.200s (or its upload was not "
		    "finished: run it again)",
		    gist->id, session_id == NULL ? "" : " ",
		    session_id == NULL ? "" : session_id);
	if (session_id != NULL) {
		out->session_id = ses_str_dup(session_id);
		if (out->session_id == NULL)
			return ses_fail_nomem(err);
	} else if (id_of_name(f->name, &out->session_id, err) < 0) {
		return -1;
	}
	if (ses_gist_read(g, f, SES_FETCH_MAX, &sink, err) < 0 ||
	    check_blob(gist, f, &out->spool, err) < 0)
		return -1;
	return hash_spool(&out->spool, out->sha256, err);
}

int
ses_share_fetch(struct ses_github *g, const struct ses_gist *gist,
    const char *session_id, const struct ses_age_keys *keys, const char *dir,
    struct ses_fetched *out, struct seshat_err *err)
{
	const struct ses_gist_file *manifest =
	    ses_gist_file(gist, SES_BUNDLE_MANIFEST);
	struct fetching f = {.g = g,
	    .gist = gist,
	    .session_id = session_id,
	    .keys = keys,
	    .dir = dir,
	    .out = out};

	*out = (struct ses_fetched){0};
	if (gist->has_more)
		return ses_fail(err, SESHAT_ELIMIT, "gist %s: over %d files",
		    gist->id, SES_GIST_FILES_MAX);
	if (ses_spool_open(&out->spool, dir, err) < 0)
		return -1;
	if (manifest != NULL)
		return fetch_by_manifest(&f, manifest, err);
	return fetch_single(g, gist, session_id, out, err);
}
