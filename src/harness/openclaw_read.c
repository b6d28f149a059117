/* What the path of an OpenClaw transcript tells, and its first lines. */
#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "base/str.h"
#include "harness/db.h"
#include "harness/line.h"
#include "harness/openclaw.h"
#include "harness/openclaw_read.h"

/* Whether what stands behind ".jsonl" leaves it a transcript. */
static int
is_end(const char *rest)
{
	static const char *const put_away[] = {".reset.", ".deleted."};
	const char *time;
	size_t i;
	size_t n;

	if (rest[0] == '\0')
		return 1;
	for (i = 0; i < sizeof(put_away) / sizeof(put_away[0]); i++) {
		if (!ses_str_starts(rest, put_away[i]))
			continue;
		time = rest + strlen(put_away[i]);
		n = strspn(time, "0123456789TZ:.+-");
		/* the dot of ".zst" is one of them */
		return n > 0 &&
		       (time[n] == '\0' || (time[n - 1] == '.' &&
					       strcmp(time + n, "zst") == 0));
	}
	return 0;
}

/* Where the parent's part of a stem ends, 0 if it has none. */
static size_t
parent_part(const char *stem, size_t len)
{
	static const char trajectory[] = ".trajectory";
	static const char checkpoint[] = ".checkpoint.";
	size_t n = sizeof(trajectory) - 1;
	size_t i;

	if (len > n && memcmp(stem + len - n, trajectory, n) == 0)
		return len - n;
	n = sizeof(checkpoint) - 1;
	for (i = 1; i + n < len; i++)
		if (memcmp(stem + i, checkpoint, n) == 0)
			return i;
	return 0;
}

int
ses_openclaw_parse(const char *file, struct ses_openclaw_name *n)
{
	const char *end = strstr(file, ".jsonl");

	while (end != NULL && !is_end(end + strlen(".jsonl")))
		end = strstr(end + 1, ".jsonl");
	if (end == NULL || end == file || file[0] == '.')
		return 0;
	n->stem = file;
	n->len = (size_t)(end - file);
	n->parent_len = parent_part(file, n->len);
	return 1;
}

/* Whether what comes before p in path ends with this. */
static int
comes_before(const char *path, const char *p, const char *what)
{
	size_t n = strlen(what);

	return (size_t)(p - path) >= n && memcmp(p - n, what, n) == 0;
}

/* ".../agents/<agent>/sessions/<file>": 1, or 0 for any other path. */
static int
parse_path(const char *path, struct ses_openclaw_name *n)
{
	const char *file = ses_str_basename(path);
	const char *end;
	const char *p;

	if (!comes_before(path, file, "/sessions/"))
		return 0;
	end = p = file - strlen("/sessions/");
	while (p > path && p[-1] != '/')
		p--;
	n->agent = p;
	n->agent_len = (size_t)(end - p);
	return n->agent_len > 0 && comes_before(path, p, "/agents/") &&
	       ses_openclaw_parse(file, n);
}

int
ses_openclaw_id(const struct ses_openclaw_name *n, size_t len,
    struct ses_buf *out, struct seshat_err *err)
{
	ses_buf_clear(out);
	ses_buf_add(out, n->agent, n->agent_len);
	ses_buf_add(out, "__", 2);
	ses_buf_add(out, n->stem, len);
	(void)ses_buf_cstr(out);
	if (ses_buf_check(out, err) < 0)
		return -1;
	return ses_session_id_ok(out->data, out->len);
}

/* Behind "Conversation info (untrusted metadata):" or the like and the fenced
 * block that follows it; NULL if that does not stand here. */
static const char *
behind_block(const char *s)
{
	const char *mark = strstr(s, " (untrusted");
	const char *end = strstr(s, ":\n```");

	if (mark == NULL || end == NULL || mark > end ||
	    memchr(s, '\n', (size_t)(end - s)) != NULL)
		return NULL;
	end = strstr(end + strlen(":\n```"), "\n```");
	return end == NULL ? NULL : end + strlen("\n```");
}

/* Behind "[message_id: x]" or "[Sat 2026-02-14 18:49 UTC]". */
static const char *
behind_stamp(const char *s)
{
	const char *end = s + strcspn(s, "]\n");
	int is_time = isalpha((unsigned char)s[1]) != 0 && end - s > 9 &&
		      s[4] == ' ' && s[9] == '-' &&
		      strspn(s + 5, "0123456789") == 4;

	if (*end != ']' || (!is_time && !ses_str_starts(s, "[message_id: ")))
		return NULL;
	return end + 1;
}

/* What a person wrote, of a text that begins with what OpenClaw put before
 * it; "" if it is nothing of a person's. */
static const char *
own_words(const char *s)
{
	const char *next;

	for (;;) {
		s += strspn(s, " \t\r\n");
		next = s[0] == '[' ? behind_stamp(s) : behind_block(s);
		if (next == NULL)
			break;
		s = next;
	}
	return ses_str_starts(s, "A new session was started via /") ? "" : s;
}

/* The first thing a person asked. */
static int
take_title(struct ses_openclaw_gather *g, const struct ses_json *content)
{
	struct ses_buf text = {0};
	struct ses_json v = {0};
	const char *s;
	int rc;

	if (g->out->title != NULL || !ses_line_prompt(content, &v))
		return 0;
	ses_json_text(&v, &text);
	s = own_words(ses_buf_cstr(&text));
	rc = ses_buf_check(&text, &g->err);
	if (rc == 0)
		rc = ses_line_title_of(s, strlen(s), &g->out->title, &g->err);
	ses_buf_free(&text);
	return rc;
}

static int
on_line(struct ses_openclaw_gather *g, const struct ses_json *object)
{
	struct ses_line_field f[] = {SES_LINE_FIELD("type"),
	    SES_LINE_FIELD("cwd"), SES_LINE_FIELD("workspaceDir"),
	    SES_LINE_FIELD("message"), SES_LINE_FIELD("data")};
	const struct ses_json *cwd = &f[1].value;
	struct ses_json role = {0};
	struct ses_json v = {0};

	ses_line_fields(object, f, 5);
	if (f[2].value.type == '"')
		cwd = &f[2].value;
	else if (!ses_json_is(&f[0].value, "session"))
		cwd = &v;
	if (g->out->cwd == NULL &&
	    ses_line_string(cwd, PATH_MAX, &g->out->cwd, &g->err) < 0)
		return -1;
	if (ses_json_is(&f[0].value, "prompt.submitted") &&
	    ses_json_get(&f[4].value, "prompt", &v))
		return take_title(g, &v);
	if (!ses_json_is(&f[0].value, "message"))
		return 0;
	(void)ses_json_get(&f[3].value, "role", &role);
	if (!ses_json_is(&role, "user") ||
	    !ses_json_get(&f[3].value, "content", &v))
		return 0;
	return take_title(g, &v);
}

int
ses_openclaw_on_head(void *arg, const struct ses_json *object)
{
	struct ses_openclaw_gather *g = arg;
	const char *cwd;

	if (on_line(g, object) < 0) {
		g->failed = 1;
		return 1;
	}
	cwd = g->out->cwd;
	if (g->wanted != NULL && cwd != NULL && g->out->parent == NULL &&
	    strcmp(g->wanted, cwd) != 0)
		return 1; /* nobody will want its title */
	return cwd != NULL && g->out->title != NULL;
}

int
ses_openclaw_name_it(const struct ses_openclaw_name *n, struct ses_session *out,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	int rc = ses_openclaw_id(n, n->len, &b, err);

	if (rc <= 0)
		goto out;
	rc = -1;
	if (ses_session_set(&out->id, b.data, b.len, err) < 0 ||
	    ses_session_set(&out->agent, n->agent, n->agent_len, err) < 0)
		goto out;
	if (n->parent_len > 0 &&
	    (ses_openclaw_id(n, n->parent_len, &b, err) < 0 ||
		ses_session_set(&out->parent, b.data, b.len, err) < 0))
		goto out;
	rc = 1;
out:
	ses_buf_free(&b);
	return rc;
}

int
ses_openclaw_read(const void *arg, struct ses_peek *p,
    const struct ses_look *what, struct ses_session *out,
    struct seshat_err *err)
{
	const struct ses_discover *q = arg;
	struct ses_openclaw_gather g = {.out = out, .wanted = q->cwd};
	struct ses_openclaw_name n;
	int rc;

	out->harness = &ses_openclaw;
	if (!parse_path(what->path, &n))
		return 0;
	rc = ses_openclaw_name_it(&n, out, err);
	if (rc <= 0)
		return rc;
	if (ses_peek_head(p, ses_openclaw_on_head, &g, err) < 0)
		return -1;
	if (g.failed) {
		*err = g.err;
		return -1;
	}
	/* what has a parent belongs where that does: seen to at the end */
	return q->cwd == NULL || out->parent != NULL ||
	       (out->cwd != NULL && strcmp(out->cwd, q->cwd) == 0);
}

int
ses_openclaw_describe(const struct ses_harness_ops *self, struct ses_peek *p,
    struct ses_session *out, struct seshat_err *err)
{
	struct ses_openclaw_gather g = {.out = out};

	(void)self;
	if (ses_peek_head(p, ses_openclaw_on_head, &g, err) < 0)
		return -1;
	if (g.failed)
		*err = g.err;
	return g.failed ? -1 : 0;
}

int
ses_openclaw_identify(const struct ses_harness_ops *self, const char *path,
    struct ses_session *out, struct seshat_err *err)
{
	static const struct ses_discover any = {0};
	struct ses_openclaw_name n;

	(void)self;
	if (ses_db_is_file(ses_str_basename(path), SES_OPENCLAW_DB))
		return ses_fail(err, SESHAT_EUNSUPPORTED,
		    "%s: a database holds many sessions", path);
	if (path[0] != '/' || !parse_path(path, &n))
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "%s: no transcript of OpenClaw", path);
	return ses_look_path(path, NULL, ses_openclaw_read, &any, out, err);
}
