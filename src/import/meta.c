#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "base/time.h"
#include "import/meta.h"

#define TEXT_MAX 4096 /* of a path or a name */

static int
take_text(const struct ses_json *v, char **to, struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = 0;

	if (v->type != '"' || v->len <= 2 || v->len > TEXT_MAX)
		return 0;
	ses_json_text(v, &b);
	(void)ses_buf_cstr(&b);
	rc = ses_buf_check(&b, err);
	/* a NUL inside would make another text of it */
	if (rc == 0 && strlen(b.data) == b.len) {
		free(*to);
		*to = ses_str_ndup(b.data, b.len);
		rc = *to == NULL ? ses_fail_nomem(err) : 0;
	}
	ses_buf_free(&b);
	return rc;
}

static int64_t
time_of(const struct ses_json *v)
{
	int64_t t = 0;

	if (v->type != '"' || v->len < 2 ||
	    ses_time_parse(v->text + 1, v->len - 2, &t) < 0)
		return 0;
	return t;
}

/* [from, to] */
static int
range_of(const struct ses_json *v, uint64_t *from, uint64_t *to)
{
	struct ses_json_walk w;
	struct ses_json x;
	int rc = 0;

	if (v->type != '[')
		return -1;
	ses_json_walk(&w, v);
	if (!ses_json_next(&w, NULL, &x) || ses_json_u64(&x, from) < 0 ||
	    !ses_json_next(&w, NULL, &x) || ses_json_u64(&x, to) < 0 ||
	    ses_json_next(&w, NULL, &x) || *to < *from)
		rc = -1;
	return rc;
}

static int
is_empty(const struct ses_json *object)
{
	struct ses_json_walk w;
	struct ses_json x;

	ses_json_walk(&w, object);
	return object->type == '{' && !ses_json_next(&w, NULL, &x);
}

/* An entry's numbers and mark; -1: it is none of tracecraft's. */
static int
name_of(const struct ses_json *entry, uint64_t *seq, char uuid[9])
{
	struct ses_json v;

	if (!ses_json_get(entry, "seq", &v) || ses_json_u64(&v, seq) < 0 ||
	    !ses_json_get(entry, "uuid", &v) || v.type != '"' || v.len != 10 ||
	    *seq > 999999999)
		return -1;
	memcpy(uuid, v.text + 1, 8);
	uuid[8] = '\0';
	return strspn(uuid, "0123456789abcdef") == 8 ? 0 : -1;
}

/* What an entry says of its piece, if it can be believed. */
static void
take_entry(const struct ses_json *entry, struct ses_piece *p)
{
	struct ses_json v;
	uint64_t source = 0;

	if (p->listed)
		return; /* the first entry counts */
	if (!ses_json_get(entry, "cursor_range", &v) ||
	    range_of(&v, &p->from, &p->to) < 0 ||
	    !ses_json_get(entry, "uploaded_bytes", &v) ||
	    ses_json_u64(&v, &p->size) < 0)
		return;
	p->listed = 1;
	if (ses_json_get(entry, "uploaded_at", &v) && time_of(&v) != 0)
		p->when = time_of(&v);
	p->exact = ses_json_get(entry, "redactions", &v) && is_empty(&v) &&
		   ses_json_get(entry, "source_bytes", &v) &&
		   ses_json_u64(&v, &source) == 0 && source == p->size &&
		   p->to - p->from == source;
}

static void
take_entries(const struct ses_json *parts, struct ses_piece *v, size_t n,
    const struct ses_meta_lost *lost)
{
	struct ses_json_walk w;
	struct ses_json entry;
	struct ses_piece *p;
	char name[SES_PIECE_NAME];
	char uuid[9];
	uint64_t seq;

	ses_json_walk(&w, parts);
	while (ses_json_next(&w, NULL, &entry)) {
		if (entry.type != '{' || name_of(&entry, &seq, uuid) < 0)
			continue; /* one of ours, or rubbish */
		p = ses_pieces_find(v, n, seq, uuid);
		if (p != NULL) {
			take_entry(&entry, p);
			continue;
		}
		(void)snprintf(
		    name, sizeof(name), "part-%05" PRIu64 "-%s", seq, uuid);
		lost->lost(lost->arg, name);
	}
}

int
ses_meta_read(struct ses_meta *m, const char *text, size_t len,
    struct ses_piece *v, size_t n, const struct ses_meta_lost *lost,
    struct seshat_err *err)
{
	struct ses_json doc;
	struct ses_json x;
	int64_t last;

	if (ses_json_parse(text, len, &doc, err) < 0)
		return -1;
	if (doc.type != '{')
		return ses_fail(err, SESHAT_EFORMAT, "not a JSON object");
	if ((ses_json_get(&doc, "cwd", &x) &&
		take_text(&x, &m->cwd, err) < 0) ||
	    (ses_json_get(&doc, "source_path", &x) &&
		take_text(&x, &m->source_path, err) < 0) ||
	    (ses_json_get(&doc, "agent_id", &x) &&
		take_text(&x, &m->agent, err) < 0) ||
	    (ses_json_get(&doc, "title", &x) &&
		take_text(&x, &m->title, err) < 0))
		return -1;
	if (ses_json_get(&doc, "started_at", &x))
		m->started = time_of(&x);
	if (ses_json_get(&doc, "ended_at", &x))
		m->ended = time_of(&x);
	last = ses_json_get(&doc, "last_uploaded_at", &x) ? time_of(&x) : 0;
	/* tracecraft keeps the first end when the session goes on */
	if (m->ended < last)
		m->ended = 0;
	if (ses_json_get(&doc, "parts", &x) && x.type == '[')
		take_entries(&x, v, n, lost);
	return 0;
}

void
ses_meta_free(struct ses_meta *m)
{
	free(m->cwd);
	free(m->source_path);
	free(m->agent);
	free(m->title);
	*m = (struct ses_meta){0};
}
