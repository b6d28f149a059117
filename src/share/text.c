#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "mirror/scrub.h"
#include "share/text.h"
#include "vault/read.h"

/* What one reading of the source needs. */
struct reading {
	struct ses_share_text *t; /* NULL: only secrets are looked for */
	struct ses_scrub scrub;
	struct ses_sink sink;
	struct ses_source source;
	struct ses_sha256 sha;
	struct ses_plain plain;
};

static int
put(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct reading *r = arg;
	const char *p = data;
	const char *end;

	if (r->t == NULL || len == 0)
		return 0;
	end = p + len;
	ses_sha256_add(&r->sha, data, len);
	ses_plain_add(&r->plain, data, len);
	for (; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		r->t->lines++;
	return ses_spool_add(&r->t->spool, data, len, err);
}

/* A session of a store becomes a file first. */
static int
open_source(struct reading *r, const struct ses_share_source *from,
    struct ses_spool *stored, const char *dir, struct seshat_err *err)
{
	struct ses_sink sink = ses_spool_sink(stored);

	if (from->session != NULL)
		return ses_source_open(&r->source, from->session, dir, err);
	if (from->path != NULL)
		return ses_source_file_open(&r->source, from->path, dir, err);
	if (ses_spool_open(stored, dir, err) < 0 ||
	    ses_session_read(from->store, &from->where, NULL, &sink, err) < 0)
		return -1;
	return ses_source_file_open(&r->source, stored->path, dir, err);
}

/* The id goes into a description, a comment and names of files as it is. */
static int
check_id(struct ses_redact *r, const char *id, struct seshat_err *err)
{
	struct ses_buf clean = {0};
	int rc = ses_redact_text(r, id, strlen(id), &clean, err);

	if (rc == 0 && strcmp(ses_buf_cstr(&clean), id) != 0)
		rc = ses_fail(err, SESHAT_EUSAGE,
		    "its id looks like a secret, and would be seen "
		    "(--session-file and --session-id give it another)");
	ses_buf_free(&clean);
	return rc;
}

/* Both readings; r holds what is released afterwards. */
static int
read_twice(struct reading *r, struct ses_share_text *t,
    const struct ses_custom *custom, struct ses_known **known,
    struct seshat_err *err)
{
	struct ses_scrub *s = &r->scrub;
	uint64_t stop;

	s->source = &r->source;
	r->sink = (struct ses_sink){put, r};
	s->sink = &r->sink;
	s->counts = ses_calloc(1, sizeof(*s->counts));
	if (s->counts == NULL)
		return ses_fail_nomem(err);
	if (ses_redact_open(&s->redact, custom, err) < 0 ||
	    ses_known_new(NULL, known, err) < 0)
		return -1;
	ses_redact_remember(s->redact, *known);
	/* what is added to the source later is left out */
	stop = r->source.size;
	if (ses_scrub_run(s, stop, err) < 0)
		return -1;
	memset(s->counts, 0, sizeof(*s->counts));
	r->t = t;
	ses_sha256_init(&r->sha);
	return ses_scrub_run(s, stop, err);
}

int
ses_share_text_make(struct ses_share_text *t,
    const struct ses_share_source *source, const struct ses_custom *custom,
    const char *dir, struct seshat_err *err)
{
	struct reading r = {.source = {.fd = -1}};
	struct ses_spool stored = {0};
	struct ses_known *known = NULL;
	const char *shown = source->id;
	int rc = -1;

	*t = (struct ses_share_text){0};
	if (open_source(&r, source, &stored, dir, err) < 0)
		goto out;
	if (ses_spool_open(&t->spool, dir, err) < 0 ||
	    read_twice(&r, t, custom, &known, err) < 0)
		goto out;
	if (check_id(r.scrub.redact, source->id, err) < 0) {
		shown = "to be shared";
		goto out;
	}
	ses_sha256_hex(&r.sha, t->sha256);
	t->size = t->spool.size;
	t->redactions = ses_scrub_sum(r.scrub.counts);
	t->is_plain = ses_plain_is(&r.plain);
	rc = 0;
out:
	if (rc < 0)
		ses_fail_in(err, "session %s", shown);
	ses_source_close(&r.source);
	ses_source_free(&r.source);
	ses_redact_free(r.scrub.redact);
	ses_known_free(known);
	ses_spool_close(&stored);
	ses_buf_free(&r.scrub.clean);
	free(r.scrub.counts);
	return rc;
}

void
ses_share_text_free(struct ses_share_text *t)
{
	ses_spool_close(&t->spool);
	*t = (struct ses_share_text){0};
}
