/* The Claude Agent SDK's SessionStore, as its examples keep it in a bucket. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "publish/names.h"

#define MS_LEN   13
#define RAND_LEN 6
#define MS_MAX   UINT64_C(9999999999999)

static int
takes(const char *harness)
{
	return strcmp(harness, "claude-code") == 0;
}

static int
place(const struct ses_pub_session *s, struct ses_buf *out,
    struct seshat_err *err)
{
	struct ses_buf rest = {0};
	int rc = ses_pub_claude(s, out, &rest, err);

	ses_buf_str(out, "/");
	ses_buf_str(out, ses_buf_cstr(&rest));
	ses_buf_str(out, "/");
	ses_buf_free(&rest);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

static int
is_place(const struct ses_pub_session *s, const char *key)
{
	return ses_pub_is_claude(s, key, "");
}

/* Milliseconds: the session's time is the largest. */
static uint64_t
number(const struct ses_pub_session *s, const struct ses_pub_part *last,
    size_t left)
{
	uint64_t ms = s->last_event <= 0 ? 0 : (uint64_t)s->last_event;

	ms = ms > left ? ms - left : 0;
	return last != NULL && ms <= last->number ? last->number + 1 : ms;
}

static int
part(const struct ses_pub_session *s, const char *where, uint64_t ms,
    char out[SES_PUB_NAME], struct seshat_err *err)
{
	struct ses_buf what = {0};
	char random[RAND_LEN + 1];
	int rc;

	(void)s;
	if (ms > MS_MAX)
		return ses_fail(err, SESHAT_ELIMIT,
		    "its last event is in a year that has no place in a name");
	ses_buf_add(&what, where, strlen(where) - 1); /* the slash */
	(void)ses_buf_cstr(&what);
	rc = ses_buf_check(&what, err);
	if (rc == 0)
		rc = ses_pub_mark(what.data, ms, RAND_LEN, random, err);
	ses_buf_free(&what);
	if (rc == 0)
		(void)snprintf(out, SES_PUB_NAME,
		    "part-%013" PRIu64 "-%s.jsonl", ms, random);
	return rc;
}

/* All that is in the folder is read, whatever it is called. */
static int
is_part(const char *name, uint64_t *ms)
{
	const char *p = name + strlen("part-");

	if (!ses_str_starts(name, "part-") ||
	    !ses_pub_all(p, MS_LEN, SES_PUB_DIGITS) ||
	    ses_str_u64n(p, MS_LEN, ms) < 0)
		*ms = UINT64_MAX;
	return 1;
}

const struct ses_pub_format ses_pub_session_store = {
    .name = "session-store",
    .summary = "parts of the Claude Agent SDK's SessionStore",
    .takes = takes,
    .place = place,
    .is_place = is_place,
    .number = number,
    .part = part,
    .is_part = is_part,
};
