#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "share/mine.h"

#define PLAN "Session for plan #"

static void
own_free(struct ses_own_gist *o)
{
	free(o->url);
	free(o->session_id);
	free(o->agent);
	o->url = o->session_id = o->agent = NULL;
}

void
ses_own_gists_free(struct ses_own_gists *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		own_free(&l->v[i]);
	free(l->v);
	*l = (struct ses_own_gists){0};
}

int
ses_own_gist_parse(const char *description, struct ses_own_gist *out)
{
	char mark[SES_MARKER];
	const char *p = description;
	const char *id;
	const char *end;
	size_t digits;

	*out = (struct ses_own_gist){0};
	if (!ses_share_marker_of(description, mark))
		return 0;
	if (ses_str_starts(p, PLAN)) {
		p += strlen(PLAN);
		digits = strspn(p, "0123456789");
		if (ses_str_u64n(p, digits, &out->plan) < 0 ||
		    strncmp(p + digits, ": ", 2) != 0)
			return 0;
		p += digits + 2;
	}
	id = strstr(p, " session ");
	end = description + strlen(description) - strlen(mark) -
	      strlen(" seshat:");
	if (id == NULL || end <= id)
		return 0;
	out->agent = ses_str_ndup(p, (size_t)(id - p));
	id += strlen(" session ");
	if (end - id > 8 && memcmp(end - 8, " (local)", 8) == 0) {
		memcpy(out->source, "local", 6);
		end -= 8;
	} else if (end - id > 9 && memcmp(end - 9, " (remote)", 9) == 0) {
		memcpy(out->source, "remote", 7);
		end -= 9;
	} else {
		own_free(out);
		return 0;
	}
	out->session_id = ses_str_ndup(id, (size_t)(end - id));
	return 1;
}

static int64_t
time_of(const char *text)
{
	int64_t t;

	return ses_time_parse(text, strlen(text), &t) < 0 ? 0 : t;
}

static int
add(void *arg, const struct ses_gist *g, struct seshat_err *err)
{
	struct ses_own_gists *l = arg;
	struct ses_own_gist o;
	struct ses_own_gist *more;

	if (!ses_own_gist_parse(g->description, &o))
		return 0;
	memcpy(o.id, g->id, sizeof(o.id));
	o.url = ses_str_dup(g->html_url);
	o.created = time_of(g->created_at);
	o.updated = time_of(g->updated_at);
	o.is_public = g->is_public;
	more = ses_realloc(l->v, (l->n + 1) * sizeof(*l->v));
	if (more != NULL)
		l->v = more;
	if (more == NULL || o.url == NULL || o.session_id == NULL ||
	    o.agent == NULL) {
		own_free(&o);
		return ses_fail_nomem(err);
	}
	l->v[l->n++] = o;
	return 0;
}

int
ses_own_gists(
    struct ses_github *g, struct ses_own_gists *out, struct seshat_err *err)
{
	*out = (struct ses_own_gists){0};
	return ses_gist_each(g, add, out, err);
}

int
ses_own_gist_is_pointed_to(const struct ses_own_gist *o, struct ses_github *g,
    const struct ses_github_repo *repo, struct seshat_err *err)
{
	struct ses_share_plan p = {0};
	const char *last;
	size_t i;
	int rc;

	if (o->plan == 0)
		return 0;
	rc = ses_share_plan_get(&p, g, repo, o->plan, err);
	if (rc == 0)
		rc = ses_share_plan_comments(&p, err);
	if (rc < 0) {
		rc = err->code == SESHAT_ENOTFOUND ? 0 : -1;
		goto out;
	}
	last = ses_share_plan_text(&p, "last_session_gist_id");
	rc = last != NULL && strcmp(last, o->id) == 0;
	for (i = 0; i < p.n_records && rc == 0; i++)
		rc = strcmp(p.records[i].gist_id, o->id) == 0;
out:
	ses_share_plan_free(&p);
	return rc;
}
