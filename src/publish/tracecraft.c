/* tracecraft: parts that are numbered, and meta.json. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/time.h"
#include "publish/names.h"
#include "vault/doc.h"
#include "vault/key.h"

#define SEQ_LEN  5 /* its readers know no part with more digits */
#define UUID_LEN 8

static int
takes(const char *harness)
{
	(void)harness;
	return 1;
}

static int
place(const struct ses_pub_session *s, struct ses_buf *out,
    struct seshat_err *err)
{
	const struct ses_where w = {s->project, s->harness, s->id};

	ses_key_session(out, &w);
	return ses_buf_check(out, err);
}

static uint64_t
number(const struct ses_pub_session *s, const struct ses_pub_part *last,
    size_t left)
{
	(void)s;
	(void)left;
	return last == NULL ? 0 : last->number + 1;
}

static int
part(const struct ses_pub_session *s, const char *where, uint64_t seq,
    char out[SES_PUB_NAME], struct seshat_err *err)
{
	struct ses_buf what = {0};
	char uuid[UUID_LEN + 1];
	int rc;

	(void)where;
	if (seq > 99999)
		return ses_fail(err, SESHAT_ELIMIT,
		    "more than 100,000 parts: tracecraft reads no more");
	ses_buf_fmt(&what, "%s/%s", s->harness, s->id);
	(void)ses_buf_cstr(&what);
	rc = ses_buf_check(&what, err);
	if (rc == 0)
		rc = ses_pub_mark(what.data, seq, UUID_LEN, uuid, err);
	ses_buf_free(&what);
	if (rc == 0)
		(void)snprintf(out, SES_PUB_NAME, "part-%05" PRIu64 "-%s.jsonl",
		    seq, uuid);
	return rc;
}

static int
is_part(const char *name, uint64_t *seq)
{
	const char *p = name + strlen("part-");

	return ses_str_starts(name, "part-") &&
	       ses_pub_all(p, SEQ_LEN, SES_PUB_DIGITS) && p[SEQ_LEN] == '-' &&
	       ses_pub_all(p + SEQ_LEN + 1, UUID_LEN, SES_PUB_HEX) &&
	       strcmp(p + SEQ_LEN + 1 + UUID_LEN, ".jsonl") == 0 &&
	       ses_str_u64n(p, SEQ_LEN, seq) == 0;
}

/* An entry of meta.json; the cursors count the bytes of what is there. */
static json_t *
entry(const struct ses_pub_part *p, uint64_t from)
{
	const uint64_t to = from + p->size;
	char uuid[UUID_LEN + 1];
	char when[SES_TIME_MAX];

	memcpy(uuid, p->name + strlen("part-") + SEQ_LEN + 1, UUID_LEN);
	uuid[UUID_LEN] = '\0';
	ses_time_format(p->when, when);
	return json_pack("{s:I,s:s,s:[I,I],s:I,s:I,s:{},s:s}", "seq",
	    (json_int_t)p->number, "uuid", uuid, "cursor_range",
	    (json_int_t)from, (json_int_t)to, "source_bytes",
	    (json_int_t)p->size, "uploaded_bytes", (json_int_t)p->size,
	    "redactions", "uploaded_at", when);
}

static json_t *
about(const struct ses_pub_session *s, const struct ses_pub_parts *parts)
{
	json_t *doc = json_object();
	json_t *list = json_array();
	int64_t last = 0;
	uint64_t at = 0;
	size_t i;

	for (i = 0; i < parts->n; i++) {
		if (json_array_append_new(list, entry(&parts->v[i], at)) < 0)
			goto fail;
		at += parts->v[i].size;
		last = parts->v[i].when > last ? parts->v[i].when : last;
	}
	ses_doc_set_u64(doc, "schema_version", 1);
	ses_doc_set_str(doc, "harness", s->harness);
	ses_doc_set_str(doc, "session_id", s->id);
	ses_doc_set_str(doc, "source_path", s->source);
	ses_doc_set_str(doc, "cwd", s->cwd[0] == '\0' ? NULL : s->cwd);
	ses_doc_set_str(doc, "agent_id", s->agent[0] == '\0' ? NULL : s->agent);
	ses_doc_set_time(doc, "started_at", s->started);
	ses_doc_set_time(doc, "last_uploaded_at", last);
	/* what was uploaded behind its end would take the end away */
	ses_doc_set_time(doc, "ended_at",
	    s->ended == 0 || s->ended > last ? s->ended : last);
	ses_doc_set_u64(doc, "total_source_bytes", at);
	ses_doc_set_u64(doc, "total_uploaded_bytes", at);
	if (json_object_set_new(doc, "redaction_counts", json_object()) < 0 ||
	    json_object_set_new(doc, "parts", list) < 0) {
		list = NULL;
		goto fail;
	}
	ses_doc_set_str(doc, "published_by", "seshat");
	return doc;
fail:
	json_decref(list);
	json_decref(doc);
	return NULL;
}

static int
about_is_ours(const json_t *doc)
{
	return strcmp(ses_doc_str(doc, "published_by"), "seshat") == 0;
}

static void
about_when(const json_t *doc, struct ses_pub_part *part)
{
	const json_t *row =
	    json_array_get(json_object_get(doc, "parts"), (size_t)part->number);

	if (ses_doc_u64(row, "seq") == part->number &&
	    ses_doc_time(row, "uploaded_at") != 0)
		part->when = ses_doc_time(row, "uploaded_at");
}

const struct ses_pub_format ses_pub_tracecraft = {
    .name = "tracecraft",
    .summary = "parts and meta.json, for tracecraft",
    .takes = takes,
    .place = place,
    .number = number,
    .part = part,
    .is_part = is_part,
    .about_name = "meta.json",
    .about = about,
    .about_is_ours = about_is_ours,
    .about_when = about_when,
};
