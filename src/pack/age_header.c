#include <string.h>

#include "base/base64.h"
#include "base/str.h"
#include "pack/age_header.h"

#define MAGIC "age-encryption.org/"
#define V1    MAGIC "v1\n"

#define LINE      64 /* characters of a full line of a body */
#define BODY_LINE 48 /* bytes in it */
#define MAX_ARGS  4  /* that are looked at */

struct text {
	const char *p;
	size_t len;
};

/* Where in the header we are. */
struct cursor {
	const char *at;
	const char *end;
	size_t lines;
};

/* A stanza as it stands there. */
struct stanza {
	struct text args[MAX_ARGS];
	size_t n_args;
	unsigned char body[32]; /* its begin */
	size_t body_len;
};

int
ses_age_header_begins(const char *text, size_t len, struct seshat_err *err)
{
	size_t n = len < strlen(V1) ? len : strlen(V1);

	if (memcmp(text, V1, n) == 0)
		return 0;
	if (n > strlen(MAGIC) && memcmp(text, MAGIC, strlen(MAGIC)) == 0)
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "a file of age, but not of version v1 of the format: only "
		    "that is supported");
	return ses_fail(err, SESHAT_EFORMAT, "not a file of age");
}

static int
damaged(const struct cursor *c, const char *what, struct seshat_err *err)
{
	return ses_fail(err, SESHAT_ECORRUPT,
	    "damaged: line %zu of the header %s", c->lines, what);
}

/* The next line; 0 when there is none. */
static int
next_line(struct cursor *c, struct text *line)
{
	const char *lf = memchr(c->at, '\n', (size_t)(c->end - c->at));

	if (lf == NULL)
		return 0;
	*line = (struct text){c->at, (size_t)(lf - c->at)};
	c->at = lf + 1;
	c->lines++;
	return 1;
}

static int
is(struct text t, const char *what)
{
	return t.len == strlen(what) && memcmp(t.p, what, t.len) == 0;
}

/* Base 64 of exactly n bytes, of which there are not many; -1 if it is not. */
static int
decode(struct text t, unsigned char *out, size_t n)
{
	unsigned char bytes[BODY_LINE];

	if (t.len > LINE || ses_base64_decode(t.p, t.len, 0, bytes) != (long)n)
		return -1;
	memcpy(out, bytes, n);
	return 0;
}

/* The words behind the arrow; -1 when there is something else there. */
static int
split(struct text line, struct stanza *s)
{
	const char *end = line.p + line.len;
	const char *p = line.p;
	const char *from;

	do {
		from = p;
		while (p<end && * p> ' ' && *p <= '~')
			p++;
		if (p == from || (p < end && *p != ' '))
			return -1;
		if (s->n_args < MAX_ARGS)
			s->args[s->n_args] =
			    (struct text){from, (size_t)(p - from)};
		s->n_args++;
	} while (p++ < end);
	return 0;
}

/* The lines of its body, to one that is not full. */
static int
read_body(struct cursor *c, struct stanza *s, struct seshat_err *err)
{
	unsigned char bytes[BODY_LINE];
	struct text line;
	long got;

	do {
		if (!next_line(c, &line))
			return damaged(c, "is the last one", err);
		got = line.len <= LINE
			  ? ses_base64_decode(line.p, line.len, 0, bytes)
			  : -1;
		if (got < 0)
			return damaged(c, "is no base 64", err);
		if (s->body_len == 0 && got <= (long)sizeof(s->body))
			memcpy(s->body, bytes, (size_t)got);
		s->body_len += (size_t)got;
	} while (line.len == LINE);
	return 0;
}

static int
take_x25519(const struct cursor *c, const struct stanza *s,
    struct ses_age_header *h, struct seshat_err *err)
{
	struct ses_age_wrap w;

	if (s->n_args != 2 || s->body_len != sizeof(w.sealed) ||
	    decode(s->args[1], w.share, sizeof(w.share)) < 0)
		return damaged(c, "ends no stanza of X25519", err);
	memcpy(w.sealed, s->body, sizeof(w.sealed));
	ses_buf_add(&h->wraps, &w, sizeof(w));
	return ses_buf_check(&h->wraps, err);
}

static int
take_scrypt(const struct cursor *c, const struct stanza *s,
    struct ses_age_header *h, struct seshat_err *err)
{
	uint64_t work = 0;

	if (s->n_args != 3 || s->body_len != sizeof(h->sealed) ||
	    decode(s->args[1], h->salt, sizeof(h->salt)) < 0 ||
	    s->args[2].p[0] == '0' ||
	    ses_str_u64n(s->args[2].p, s->args[2].len, &work) < 0)
		return damaged(c, "ends no stanza of scrypt", err);
	if (work > SES_AGE_MAX_WORK)
		return ses_fail(err, SESHAT_ELIMIT,
		    "its passphrase asks for too much work: scrypt's factor "
		    "is %llu, at most %d is done, for which 1 GiB of memory "
		    "is needed",
		    (unsigned long long)work, SES_AGE_MAX_WORK);
	h->work = (unsigned)work;
	memcpy(h->sealed, s->body, sizeof(h->sealed));
	return 0;
}

static int
take_stanza(struct cursor *c, struct text line, struct ses_age_header *h,
    struct seshat_err *err)
{
	struct stanza s = {0};
	size_t n;

	if (split((struct text){line.p + 3, line.len - 3}, &s) < 0)
		return damaged(c, "is no list of words", err);
	if (read_body(c, &s, err) < 0)
		return -1;
	if (++h->stanzas > SES_AGE_MAX_STANZAS)
		return ses_fail(err, SESHAT_ELIMIT,
		    "it is encrypted to more than %d recipients",
		    SES_AGE_MAX_STANZAS);
	if (is(s.args[0], "X25519"))
		return take_x25519(c, &s, h, err);
	if (is(s.args[0], "scrypt"))
		return take_scrypt(c, &s, h, err);
	if (h->other[0] == '\0') {
		n = s.args[0].len < sizeof(h->other) - 1 ? s.args[0].len
							 : sizeof(h->other) - 1;
		memcpy(h->other, s.args[0].p, n);
	}
	return 0;
}

/* The last line: "--- " and the HMAC of all before its space. */
static int
take_end(const struct cursor *c, const char *text, struct text line,
    struct ses_age_header *h, struct seshat_err *err)
{
	if (line.len < 4 || line.p[3] != ' ' ||
	    decode((struct text){line.p + 4, line.len - 4}, h->mac,
		sizeof(h->mac)) < 0)
		return damaged(c, "is no end of it", err);
	if (c->at != c->end)
		return damaged(c, "ends it too early", err);
	if (h->stanzas == 0)
		return damaged(c, "comes before any recipient", err);
	if (h->work > 0 && h->stanzas > 1)
		return damaged(c,
		    "ends a list of others beside a passphrase, which must "
		    "be alone",
		    err);
	h->signed_len = (size_t)(line.p - text) + 3;
	return 0;
}

int
ses_age_header_parse(const char *text, size_t len, struct ses_age_header *h,
    struct seshat_err *err)
{
	struct cursor c = {text, text + len, 0};
	struct text line;

	if (ses_age_header_begins(text, len, err) < 0)
		return -1;
	(void)next_line(&c, &line);
	while (next_line(&c, &line)) {
		if (line.len >= 3 && memcmp(line.p, "---", 3) == 0)
			return take_end(&c, text, line, h, err);
		if (line.len < 3 || memcmp(line.p, "-> ", 3) != 0)
			return damaged(&c, "is neither stanza nor end", err);
		if (take_stanza(&c, line, h, err) < 0)
			return -1;
	}
	return damaged(&c, "is the last one", err);
}

void
ses_age_header_free(struct ses_age_header *h)
{
	ses_buf_free(&h->wraps);
	*h = (struct ses_age_header){0};
}
