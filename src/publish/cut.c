#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "publish/cut.h"

#define BLOCK 65536

/* How far a part has come. */
struct run {
	uint64_t at;
	uint64_t lines;
	struct ses_sha256 sha;
};

struct cutting {
	struct ses_pub_cuts *out;
	const uint64_t *want; /* lines of the parts that are there */
	size_t n_want;
	uint64_t from;   /* where the part begins */
	struct run now;  /* up to the last byte that was looked at */
	struct run line; /* up to the end of the last line that fits */
};

static void
begin(struct cutting *c, uint64_t at)
{
	c->from = at;
	c->now = (struct run){.at = at};
	ses_sha256_init(&c->now.sha);
	c->line = c->now;
}

static int
end_part(struct cutting *c, const struct run *r, struct seshat_err *err)
{
	struct ses_pub_cuts *l = c->out;
	struct ses_pub_cut *v;
	uint64_t at = r->at;

	v = ses_grow(l->v, l->n, &l->cap, sizeof(*v));
	if (v == NULL)
		return ses_fail_nomem(err);
	l->v = v;
	l->v[l->n] = (struct ses_pub_cut){c->from, at, r->lines, ""};
	ses_sha256_hex(&r->sha, l->v[l->n].sha256);
	l->n++;
	begin(c, at);
	return 0;
}

/* Whether the part ends at the end of the line that was just read, or before:
 * 1, 0 or -1. */
static int
line_ended(struct cutting *c, struct seshat_err *err)
{
	const struct run *r = &c->now;

	c->now.lines++;
	if (c->out->n < c->n_want)
		return c->now.lines < c->want[c->out->n]
			   ? 0
			   : (end_part(c, r, err) < 0 ? -1 : 1);
	if (c->now.at - c->from <= SES_PUB_CUT) {
		c->line = c->now;
		return 0;
	}
	if (c->line.at > c->from)
		r = &c->line;
	return end_part(c, r, err) < 0 ? -1 : 1;
}

/* Look at a block; where a part ended before its end the rest is read anew. */
static int
take(struct cutting *c, const char *data, size_t len, struct seshat_err *err)
{
	const char *end = data + len;
	const char *nl;
	size_t n;
	int rc = 0;

	while (data < end && rc == 0) {
		nl = memchr(data, '\n', (size_t)(end - data));
		n = nl == NULL ? (size_t)(end - data) : (size_t)(nl + 1 - data);
		ses_sha256_add(&c->now.sha, data, n);
		c->now.at += n;
		data += n;
		if (nl != NULL)
			rc = line_ended(c, err);
		else if (c->out->n >= c->n_want && c->line.at > c->from &&
			 c->now.at - c->from > SES_PUB_CUT)
			rc = end_part(c, &c->line, err) < 0 ? -1 : 1;
	}
	return rc < 0 ? -1 : 0;
}

int
ses_pub_cut(const struct ses_spool *text, const uint64_t *lines, size_t n,
    struct ses_pub_cuts *out, struct seshat_err *err)
{
	struct cutting c = {.out = out, .want = lines, .n_want = n};
	char *block = ses_calloc(1, BLOCK);
	char last = '\n';
	size_t got;
	int rc = 0;

	if (block == NULL)
		return ses_fail_nomem(err);
	begin(&c, 0);
	while (rc == 0 && c.now.at < text->size) {
		rc = ses_spool_read(text, block, BLOCK, c.now.at, &got, err);
		if (rc == 0 && got == 0)
			rc = ses_fail(
			    err, SESHAT_ESYS, "a temporary file got shorter");
		if (rc < 0)
			break;
		last = block[got - 1];
		rc = take(&c, block, got, err);
	}
	if (rc == 0 && c.now.at > c.from) {
		c.now.lines += last != '\n';
		rc = end_part(&c, &c.now, err);
	}
	free(block);
	return rc;
}

int
ses_pub_sha256(const struct ses_spool *text, uint64_t size,
    char out[SES_SHA256_HEX], struct seshat_err *err)
{
	char *block = ses_calloc(1, BLOCK);
	struct ses_sha256 sha;
	uint64_t at = 0;
	size_t got;
	int rc = 0;

	if (block == NULL)
		return ses_fail_nomem(err);
	ses_sha256_init(&sha);
	while (rc == 0 && at < size) {
		rc = ses_spool_read(text, block,
		    size - at < BLOCK ? (size_t)(size - at) : BLOCK, at, &got,
		    err);
		if (rc == 0 && got == 0)
			rc = ses_fail(
			    err, SESHAT_ESYS, "a temporary file got shorter");
		if (rc == 0)
			ses_sha256_add(&sha, block, got);
		at += got;
	}
	if (rc == 0)
		ses_sha256_hex(&sha, out);
	free(block);
	return rc;
}
