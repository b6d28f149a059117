/* Companions as they are packed, for those who pass them on so. */
#include <string.h>

#include "pack/member.h"
#include "vault/companion.h"

#define WHOLE_MAX  ((uint64_t)64 << 10) /* one request is cheaper than two */
#define HEAD_GUESS ((uint64_t)8 << 10)
#define WRITER     8 /* digits of a writer */

/* What the end of a member is: an empty final block, CRC-32, size. */
#define LAST_BLOCK     "\003\000"
#define LAST_BLOCK_LEN 2
#define CHECKS         (SES_MEMBER_TAIL - LAST_BLOCK_LEN)

int
ses_companion_is_small(uint64_t stored)
{
	return stored <= WHOLE_MAX;
}

static int
key_of(const struct ses_where *w, const char *path, struct ses_buf *out,
    struct seshat_err *err)
{
	ses_key_session(out, w);
	return ses_companion_key(path, out, err);
}

static int
get(struct ses_store *s, const char *key, uint64_t from, uint64_t len,
    struct ses_buf *out, struct seshat_err *err)
{
	struct ses_sink sink = ses_sink_buf(out);

	ses_buf_clear(out);
	return ses_store_get(s, key, from, len, &sink, err);
}

/* The header of what begins with these bytes; it has to be of our making. */
static int
read_head(const struct ses_buf *first, const char *path,
    struct ses_part_head *head, uint64_t *at, struct seshat_err *err)
{
	struct ses_member m = {0};

	if (ses_member_parse(first->data != NULL ? first->data : "", first->len,
		&m, err) < 0)
		return -1;
	if (m.extra_len == 0)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "another program packed it");
	if (ses_part_head_parse(m.extra, m.extra_len, head, err) < 0)
		return -1;
	*at = m.body;
	return memcmp(head->w, path, WRITER) != 0
		   ? ses_fail(err, SESHAT_ECORRUPT, "is another writer's")
		   : 0;
}

/* Its first bytes, as many as hold its header, and its last ones. */
static int
get_ends(struct ses_store *s, const char *key, uint64_t stored,
    struct ses_buf *first, struct ses_buf *last, struct seshat_err *err)
{
	struct ses_member m;

	if (stored < SES_MEMBER_TAIL)
		return ses_fail(err, SESHAT_ECORRUPT, "cut off");
	if (ses_companion_is_small(stored)) {
		/* no more of it, whatever it has become */
		if (get(s, key, 0, stored + 1, first, err) < 0)
			return -1;
		if (first->len != stored)
			return ses_fail(err, SESHAT_ECORRUPT, "cut off");
		ses_buf_add(last, first->data + stored - SES_MEMBER_TAIL,
		    SES_MEMBER_TAIL);
		return ses_buf_check(last, err);
	}
	if (get(s, key, 0, HEAD_GUESS, first, err) < 0)
		return -1;
	/* most headers are short */
	if (ses_member_parse(first->data != NULL ? first->data : "", first->len,
		&m, err) < 0 &&
	    get(s, key, 0, SES_MEMBER_HEAD_MAX, first, err) < 0)
		return -1;
	if (get(s, key, stored - SES_MEMBER_TAIL, SES_MEMBER_TAIL, last, err) <
	    0)
		return -1;
	return last->len == SES_MEMBER_TAIL
		   ? 0
		   : ses_fail(err, SESHAT_ECORRUPT, "cut off");
}

/* Whether header, trailer and length are those of one object. */
static int
fill(struct ses_companion_body *body, const struct ses_part_head *head,
    const unsigned char p[SES_MEMBER_TAIL], uint64_t stored,
    struct seshat_err *err)
{
	uint32_t size = (uint32_t)p[6] | (uint32_t)p[7] << 8 |
			(uint32_t)p[8] << 16 | (uint32_t)p[9] << 24;

	if (stored < body->at + SES_MEMBER_TAIL ||
	    memcmp(p, LAST_BLOCK, LAST_BLOCK_LEN) != 0 ||
	    size != (uint32_t)head->size)
		return ses_fail(err, SESHAT_ECORRUPT, "cut off");
	if (head->size > SES_COMPANION_TEXT_MAX)
		return ses_fail(
		    err, SESHAT_ECORRUPT, "says that it is too large");
	body->size = head->size;
	body->len = stored - body->at - CHECKS;
	body->crc = ses_member_crc(p + LAST_BLOCK_LEN);
	body->written = head->opened;
	memcpy(body->sha256, head->h, sizeof(body->sha256));
	return 0;
}

int
ses_companion_look(struct ses_store *s, const struct ses_where *w,
    const struct ses_companion *c, struct ses_companion_body *body,
    struct seshat_err *err)
{
	struct ses_part_head head = {0};
	struct ses_buf key = {0};
	struct ses_buf first = {0};
	struct ses_buf last = {0};
	unsigned char tail[SES_MEMBER_TAIL] = {0};
	int rc = key_of(w, c->path, &key, err);

	*body = (struct ses_companion_body){0};
	if (rc == 0)
		rc = get_ends(s, key.data, c->stored, &first, &last, err);
	if (rc == 0)
		rc = read_head(&first, c->path, &head, &body->at, err);
	if (last.len == sizeof(tail))
		memcpy(tail, last.data, sizeof(tail));
	if (rc == 0)
		rc = fill(body, &head, tail, c->stored, err);
	if (rc < 0 && err->code == SESHAT_EFORMAT)
		err->code = SESHAT_ECORRUPT;
	ses_buf_free(&key);
	ses_buf_free(&first);
	ses_buf_free(&last);
	return rc;
}

/* One on its way: its header shows whether it is still the same. */
struct pushing {
	const char *path;
	const struct ses_companion_body *body;
	const struct ses_sink *next;
	struct ses_buf first; /* until the header is whole */
	uint64_t pushed;
};

static int
is_the_same(struct pushing *p, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_part_head head = {0};
	uint64_t at = 0;

	if (read_head(&p->first, p->path, &head, &at, &why) < 0 ||
	    at != p->body->at || head.size != p->body->size ||
	    strcmp(head.h, p->body->sha256) != 0)
		return ses_fail(err, SESHAT_ECONFLICT, "changed while reading");
	return 0;
}

static int
pass_on(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct pushing *p = arg;
	const char *from = data;
	size_t part;

	if (p->first.len < p->body->at) {
		part = p->body->at - p->first.len;
		part = len < part ? len : part;
		ses_buf_add(&p->first, from, part);
		if (ses_buf_check(&p->first, err) < 0)
			return -1;
		if (p->first.len < p->body->at)
			return 0;
		if (is_the_same(p, err) < 0)
			return -1;
		from += part;
		len -= part;
	}
	if (len > p->body->len - p->pushed)
		len = (size_t)(p->body->len - p->pushed);
	p->pushed += len;
	return len == 0 ? 0 : ses_sink_write(p->next, from, len, err);
}

int
ses_companion_push(struct ses_store *s, const struct ses_where *w,
    const char *path, const struct ses_companion_body *body,
    const struct ses_sink *sink, struct seshat_err *err)
{
	struct pushing p = {.path = path, .body = body, .next = sink};
	struct ses_sink in = {pass_on, &p};
	struct ses_buf key = {0};
	int rc = key_of(w, path, &key, err);

	/* one request for all, so that it is one object's */
	if (rc == 0)
		rc = ses_store_get(
		    s, key.data, 0, body->at + body->len, &in, err);
	if (rc == 0 && p.first.len < body->at)
		rc = ses_fail(err, SESHAT_ECONFLICT, "changed while reading");
	else if (rc == 0 && p.pushed < body->len)
		rc = ses_fail(
		    err, SESHAT_ECORRUPT, "%s is shorter than it was", path);
	ses_buf_free(&p.first);
	ses_buf_free(&key);
	return rc;
}
