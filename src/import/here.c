/* Whether a text is stored already. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "import/alike.h"
#include "import/here.h"
#include "vault/read.h"

/* The text's lines as the redactor leaves them, one after another. */
struct clean {
	struct ses_mirror *m;
	struct ses_source source;
	struct ses_redact_counts *counts;
	uint64_t cursor;
	const char *p; /* the lines that are left of the block at hand */
	const char *end;
	int odd; /* holds a line that is too long to compare */
};

/* The stream's bytes as they come, cut into lines. */
struct compare {
	struct clean c;
	struct ses_buf line; /* the beginning of one */
	int differs;
	int done; /* the text has no more lines */
};

/* The next block of the text: 1, 0 at its end, -1. */
static int
next_block(struct clean *c, struct seshat_err *err)
{
	struct ses_buf *clean = &c->m->clean;
	struct ses_block b;
	int rc;

	if (ses_source_check(&c->source, c->cursor, NULL, err) < 0 ||
	    ses_source_next(&c->source, c->cursor, 0, 1, &b, err) < 0)
		return -1;
	if (b.kind == SES_BLOCK_NONE)
		return 0;
	if (b.kind == SES_BLOCK_PIECE) {
		c->odd = 1;
		return 0;
	}
	c->cursor = b.to;
	c->p = b.data + b.start;
	c->end = b.data + b.stop;
	if (c->m->redact == NULL)
		return 1;
	ses_buf_clear(clean);
	rc = ses_redact_lines(
	    c->m->redact, c->p, (size_t)(c->end - c->p), clean, c->counts, err);
	if (rc > 0) {
		c->p = clean->data;
		c->end = clean->data + clean->len;
	}
	return rc < 0 ? -1 : 1;
}

static int
next_line(
    struct clean *c, const char **line, size_t *len, struct seshat_err *err)
{
	const char *nl;
	int rc;

	while (c->p == c->end) {
		rc = next_block(c, err);
		if (rc <= 0)
			return rc;
	}
	nl = memchr(c->p, '\n', (size_t)(c->end - c->p));
	nl = nl == NULL ? c->end : nl + 1;
	*line = c->p;
	*len = (size_t)(nl - c->p);
	c->p = nl;
	return 1;
}

/* Ends the reading of the stream: all is known. */
static int
stop(struct seshat_err *err)
{
	return ses_fail(err, SESHAT_ECANCELLED, "compared");
}

static int
compare_line(
    struct compare *c, const char *line, size_t len, struct seshat_err *err)
{
	const char *mine;
	size_t n;
	int rc = next_line(&c->c, &mine, &n, err);

	if (rc < 0)
		return -1;
	if (rc == 0) {
		c->done = 1;
		return stop(err);
	}
	if (ses_alike(mine, n, line, len) ||
	    (mine[n - 1] != '\n' && ses_alike_cut(mine, n, line, len)))
		return 0;
	c->differs = 1;
	return stop(err);
}

static int
on_bytes(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct compare *c = arg;
	const char *p = data;
	const char *end = p + len;
	const char *nl;

	while (p < end) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL || c->line.len > 0) {
			nl = nl == NULL ? end : nl + 1;
			ses_buf_add(&c->line, p, (size_t)(nl - p));
			if (ses_buf_check(&c->line, err) < 0)
				return -1;
			p = nl;
			if (c->line.data[c->line.len - 1] != '\n') {
				c->differs =
				    c->line.len > (size_t)2 * SES_LINE_MAX;
				if (c->differs)
					return stop(err);
				continue;
			}
			if (compare_line(c, c->line.data, c->line.len, err) < 0)
				return -1;
			ses_buf_clear(&c->line);
			continue;
		}
		nl++;
		if (compare_line(c, p, (size_t)(nl - p), err) < 0)
			return -1;
		p = nl;
	}
	return 0;
}

/* The stream's bytes as they come, against those of the text. */
struct exact {
	const struct ses_spool *text;
	uint64_t at;
	int differs;
};

static int
on_exact(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct exact *x = arg;
	const char *p = data;
	char block[4096];
	size_t want;
	size_t got;

	for (; len > 0 && x->at < x->text->size; x->at += got) {
		want = len < sizeof(block) ? len : sizeof(block);
		if (ses_spool_read(x->text, block, want, x->at, &got, err) < 0)
			return -1;
		x->differs = memcmp(block, p, got) != 0;
		if (x->differs)
			return stop(err);
		p += got;
		len -= got;
	}
	return x->at == x->text->size ? stop(err) : 0;
}

/* Whether a stream begins with the text's very bytes, of whatever length its
 * lines are: 1, 0 or -1. */
static int
holds_exactly(struct ses_mirror *m, const struct ses_where *w,
    const char *stream, const struct ses_spool *text, struct seshat_err *err)
{
	struct exact x = {.text = text};
	struct ses_sink sink = {on_exact, &x};
	int rc = ses_session_read(m->store, w, stream, &sink, err);

	if (!x.differs && x.at == text->size)
		return 1;
	return rc < 0 && !x.differs && err->code != SESHAT_ECORRUPT &&
		       err->code != SESHAT_ENOTFOUND
		   ? -1
		   : 0;
}

/* One stream, read until it is known. */
static int
holds(struct ses_mirror *m, const struct ses_where *w, const char *stream,
    struct compare *c, struct seshat_err *err)
{
	struct ses_sink sink = {on_bytes, c};
	const char *mine;
	size_t n;
	int rc;

	rc = ses_session_read(m->store, w, stream, &sink, err);
	if (rc == 0 && c->line.len > 0)
		rc = compare_line(c, c->line.data, c->line.len, err);
	if (c->differs || c->c.odd)
		return 0;
	if (c->done)
		return 1;
	if (rc < 0) /* a damaged stream holds nothing for sure */
		return err->code == SESHAT_ECORRUPT ||
			       err->code == SESHAT_ENOTFOUND
			   ? 0
			   : -1;
	rc = next_line(&c->c, &mine, &n, err);
	return rc < 0 ? -1 : rc == 0 && !c->c.odd;
}

int
ses_import_here(struct ses_mirror *m, const struct ses_where *w,
    const struct ses_streams *l, const struct ses_spool *text,
    struct seshat_err *err)
{
	struct ses_redact_counts *counts = ses_calloc(1, sizeof(*counts));
	const struct ses_session session = {
	    .path = (char *)(uintptr_t)text->path};
	struct compare c;
	size_t i;
	int rc = 0;

	if (counts == NULL)
		return ses_fail_nomem(err);
	if (!m->opts.no_redact && m->redact == NULL && l->n > 0)
		rc = ses_redact_open(&m->redact, m->opts.custom, err);
	if (m->redact != NULL)
		ses_redact_source(m->redact, NULL);
	for (i = 0; i < l->n && rc == 0; i++) {
		rc = holds_exactly(m, w, l->v[i].id, text, err);
		if (rc != 0)
			break;
		c = (struct compare){
		    .c = {.m = m, .source = {.fd = -1}, .counts = counts}};
		rc = ses_source_open(&c.c.source, &session, NULL, err);
		if (rc == 0)
			rc = holds(m, w, l->v[i].id, &c, err);
		ses_source_close(&c.c.source);
		ses_source_free(&c.c.source);
		ses_buf_free(&c.line);
	}
	free(counts);
	return rc;
}
