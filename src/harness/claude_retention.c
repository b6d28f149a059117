/*
 * Claude Code deletes a transcript when it starts and the file was not written
 * for cleanupPeriodDays, a setting of the user's.  What a project or an
 * administrator sets is not looked at: which of them counts is decided by
 * where Claude Code is started next.
 */
#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "base/jsonc.h"
#include "base/str.h"
#include "harness/claude_code.h"

#define DEFAULT_DAYS 30
#define SETTINGS_MAX (1U << 20)
#define DAY_MS       INT64_C(86400000)
#define DAYS_MAX     3650000 /* 10,000 years are for ever */

/* The root that holds the transcript, with a final slash; none: "". */
static int
find_place(
    const char *transcript, struct ses_buf *place, struct seshat_err *err)
{
	const struct ses_discover any = {0};
	struct ses_buf roots = {0};
	const char *root;
	size_t len;
	int rc = -1;

	ses_buf_clear(place);
	if (ses_claude_code.roots(&ses_claude_code, &any, &roots, err) < 0)
		goto out;
	for (root = roots.data; root < roots.data + roots.len;
	     root += len + 1) {
		len = strlen(root);
		if (ses_str_starts(transcript, root) &&
		    transcript[len] == '/' && len >= place->len) {
			ses_buf_clear(place);
			ses_buf_fmt(place, "%s/", root);
		}
	}
	(void)ses_buf_cstr(place);
	rc = ses_buf_check(place, err);
out:
	ses_buf_free(&roots);
	return rc;
}

static int
whole_number(
    const struct ses_buf *text, const struct ses_jsonc_item *at, uint64_t *out)
{
	const struct ses_json v = {.text = text->data + at->value,
	    .len = at->end - at->value,
	    .type = at->type};

	return ses_json_u64(&v, out);
}

/* What the settings say; what Claude Code would not take either counts as
 * its default.  They are a person's: with comments and trailing commas. */
static void
read_days(const struct ses_buf *text, struct ses_retention *r)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_jsonc_item all;
	struct ses_jsonc_item days;

	if (text->len == 0 ||
	    ses_jsonc_check(text->data, text->len, &all, &ignored) <= 0 ||
	    all.type != '{')
		(void)snprintf(r->setting, sizeof(r->setting),
		    "settings.json cannot be read");
	else if (!ses_jsonc_member(text->data, text->len, all.value,
		     "cleanupPeriodDays", &days))
		(void)snprintf(r->setting, sizeof(r->setting),
		    "cleanupPeriodDays not set");
	else if (whole_number(text, &days, &r->days) < 0)
		(void)snprintf(r->setting, sizeof(r->setting),
		    "cleanupPeriodDays is no whole number");
	else
		(void)snprintf(r->setting, sizeof(r->setting),
		    "cleanupPeriodDays is %llu", (unsigned long long)r->days);
}

static int
read_settings(struct ses_retention *r, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf text = {0};
	int rc = -1;

	/* beside projects/ */
	ses_buf_add(&path, r->place.data, r->place.len - strlen("projects/"));
	ses_buf_str(&path, "settings.json");
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0)
		goto out;
	r->days = DEFAULT_DAYS;
	if (ses_fs_slurp(path.data, SETTINGS_MAX, &text, &why) < 0) {
		if (why.code == SESHAT_ENOMEM) {
			*err = why;
			goto out;
		}
		ses_buf_clear(&text);
		if (why.code == SESHAT_ENOTFOUND)
			ses_buf_str(&text, "{}");
	}
	read_days(&text, r);
	rc = ses_buf_check(&text, err);
out:
	ses_buf_free(&path);
	ses_buf_free(&text);
	return rc;
}

int
ses_claude_retention(const struct ses_session *s, struct ses_retention *r,
    int64_t *due, struct seshat_err *err)
{
	if (r->place.len == 0 || !ses_str_starts(s->path, r->place.data)) {
		if (find_place(s->path, &r->place, err) < 0 ||
		    (r->place.len > 0 && read_settings(r, err) < 0)) {
			ses_buf_clear(&r->place);
			return -1;
		}
	}
	*due = r->place.len == 0 || r->days > DAYS_MAX
		   ? 0
		   : s->mtime + (int64_t)r->days * DAY_MS;
	return 0;
}
