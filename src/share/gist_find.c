/* Which gist is a session's. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/keep.h"
#include "base/log.h"
#include "base/str.h"
#include "share/mine.h"

#define MARK " seshat:"

void
ses_share_marker(const char *harness, const char *id, char out[SES_MARKER])
{
	struct ses_sha256 s;
	char hex[SES_SHA256_HEX];

	ses_sha256_init(&s);
	ses_sha256_add(&s, harness, strlen(harness));
	ses_sha256_add(&s, "/", 1);
	ses_sha256_add(&s, id, strlen(id));
	ses_sha256_hex(&s, hex);
	memcpy(out, hex, SES_MARKER - 1);
	out[SES_MARKER - 1] = '\0';
}

int
ses_share_marker_of(const char *description, char out[SES_MARKER])
{
	const char *p = strstr(description, MARK);
	const char *q;

	while (p != NULL && (q = strstr(p + 1, MARK)) != NULL)
		p = q;
	if (p == NULL)
		return 0;
	p += strlen(MARK);
	if (strspn(p, "0123456789abcdef") != SES_MARKER - 1 ||
	    p[SES_MARKER - 1] != '\0')
		return 0;
	memcpy(out, p, SES_MARKER);
	return 1;
}

/* How people call the agents. */
static const char *
called(const char *harness)
{
	static const char *const names[][2] = {
	    {"claude-code", "Claude Code"},
	    {"codex", "Codex"},
	    {"openclaw", "OpenClaw"},
	    {"hermes", "Hermes"},
	    {"opencode", "OpenCode"},
	    {"kilo", "Kilo CLI"},
	    {"mimocode", "MiMoCode"},
	    {"icodemate", "IcodeMate"},
	    {"goose", "Goose"},
	    {"crush", "Crush"},
	    {"kiro", "Kiro CLI"},
	    {"zed", "Zed"},
	    {"cursor-chats", "Cursor CLI"},
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i][0], harness) == 0)
			return names[i][1];
	return harness;
}

int
ses_share_gist_begin(struct ses_share_gist *s, struct seshat_err *err)
{
	struct ses_buf *d = &s->description;

	ses_share_marker(s->harness, s->id, s->marker);
	if (s->plan > 0)
		ses_buf_fmt(
		    d, "Session for plan #%llu: ", (unsigned long long)s->plan);
	ses_buf_fmt(d, "%s session %s (%s)" MARK "%s", called(s->harness),
	    s->id, s->source, s->marker);
	(void)ses_buf_cstr(d);
	return ses_buf_check(d, err);
}

int
ses_share_gist_keep_plan(struct ses_share_gist *s, const struct ses_gist *gist,
    struct seshat_err *err)
{
	struct ses_own_gist told;

	if (s->plan > 0 || gist->id[0] == '\0' ||
	    !ses_own_gist_parse(gist->description, &told))
		return 0;
	free(told.session_id);
	free(told.agent);
	if (told.plan == 0)
		return 0;
	s->plan = told.plan;
	ses_buf_clear(&s->description);
	return ses_share_gist_begin(s, err);
}

/* Where the id of its gist is kept. */
static int
kept_path(
    const struct ses_share_gist *s, struct ses_buf *out, struct seshat_err *err)
{
	ses_buf_fmt(out, "%s/", s->dir);
	ses_bundle_slug(s->github->host.name.data, out);
	ses_buf_fmt(out, "-%s", s->marker);
	(void)ses_buf_cstr(out);
	return ses_buf_check(out, err);
}

void
ses_share_gist_forget(const struct ses_share_gist *s)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf path = {0};

	if (kept_path(s, &path, &ignored) == 0)
		(void)unlink(path.data);
	ses_buf_free(&path);
}

int
ses_share_gist_keep(
    const struct ses_share_gist *s, const char *id, struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf line = {0};
	int rc = -1;

	ses_buf_fmt(&line, "%s\n", id);
	if (kept_path(s, &path, err) == 0 && ses_buf_check(&line, err) == 0)
		rc = ses_fs_replace(
		    path.data, line.data, line.len, 0600, 0, err);
	ses_buf_free(&path);
	ses_buf_free(&line);
	return rc;
}

static int
is_ours(const struct ses_share_gist *s, const struct ses_gist *g)
{
	char mark[SES_MARKER];

	return ses_share_marker_of(g->description, mark) &&
	       strcmp(mark, s->marker) == 0;
}

/* The gist that was kept, if it is still there and still of this session. */
static int
find_kept(const struct ses_share_gist *s, struct ses_gist *out,
    struct seshat_err *err)
{
	struct ses_buf path = {0};
	struct ses_buf id = {0};
	char name[SES_GIST_ID];
	int rc = -1;

	if (kept_path(s, &path, err) < 0)
		goto out;
	rc = ses_keep_read(path.data, 1, &id, err);
	if (rc <= 0)
		goto out;
	rc = 0;
	if (ses_gist_id(ses_buf_cstr(&id), &s->github->host, name, err) < 0)
		goto out;
	if (ses_gist_get(s->github, name, out, err) < 0) {
		rc = err->code == SESHAT_ENOTFOUND ? 0 : -1;
	} else if (is_ours(s, out)) {
		rc = 1;
	} else {
		ses_gist_free(out);
	}
	if (rc == 0)
		ses_share_gist_forget(s);
out:
	ses_buf_free(&path);
	ses_buf_free(&id);
	return rc;
}

/* The oldest of those with the mark. */
struct search {
	const struct ses_share_gist *s;
	char id[SES_GIST_ID];
	char created[40];
	size_t n;
};

static int
compare(void *arg, const struct ses_gist *g, struct seshat_err *err)
{
	struct search *f = arg;
	int order;

	(void)err;
	if (!is_ours(f->s, g) || strlen(g->created_at) >= sizeof(f->created))
		return 0;
	order = f->n == 0 ? -1 : strcmp(g->created_at, f->created);
	if (order == 0)
		order = strcmp(g->id, f->id);
	f->n++;
	if (order < 0) {
		memcpy(f->id, g->id, sizeof(f->id));
		memcpy(f->created, g->created_at, strlen(g->created_at) + 1);
	}
	return 0;
}

int
ses_share_gist_search(const struct ses_share_gist *s, char id[SES_GIST_ID],
    struct seshat_err *err)
{
	struct search f = {.s = s};

	if (ses_gist_each(s->github, compare, &f, err) < 0)
		return -1;
	if (f.n > 1)
		ses_log(SES_WARN,
		    "%zu gists are of session %s: going on with the oldest, %s",
		    f.n, s->id, f.id);
	memcpy(id, f.id, sizeof(f.id));
	return f.n > 0;
}

int
ses_share_gist_find(const struct ses_share_gist *s, struct ses_gist *out,
    struct seshat_err *err)
{
	char id[SES_GIST_ID];
	int rc = find_kept(s, out, err);

	if (rc != 0)
		return rc;
	rc = ses_share_gist_search(s, id, err);
	if (rc <= 0)
		return rc;
	if (ses_gist_get(s->github, id, out, err) < 0)
		return -1;
	if (ses_share_gist_keep(s, id, err) == 0)
		return 1;
	ses_gist_free(out);
	return -1;
}
