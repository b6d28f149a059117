/*
 * Codex: <home>/sessions/YYYY/MM/DD/rollout-<time>-<uuid>.jsonl, and those
 * it put away in <home>/archived_sessions/.
 */
#define _GNU_SOURCE /* DT_DIR */

#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "base/xdg.h"
#include "harness/agents.h"
#include "harness/peek.h"

#define DEPTH_MAX 4 /* years, months, days */
#define UUID_LEN  36

static int
roots(struct ses_buf *out, struct seshat_err *err)
{
	const char *set = getenv("CODEX_HOME");
	struct ses_buf home = {0};
	int rc = 0;

	if (set != NULL && set[0] != '\0')
		ses_buf_str(&home, set);
	else if ((rc = ses_xdg_home(&home, err)) == 0)
		ses_buf_str(&home, "/.codex");
	if (rc == 0) {
		ses_buf_fmt(out, "%s/sessions", ses_buf_cstr(&home));
		ses_buf_add(out, "", 1);
		ses_buf_fmt(out, "%s/archived_sessions", home.data);
		ses_buf_add(out, "", 1);
		rc = ses_buf_check(out, err);
	}
	ses_buf_free(&home);
	return rc;
}

struct search {
	const struct ses_discover *q;
	struct ses_session_list *out;
	struct ses_peek peek;
	struct ses_buf path;
	int depth;
	struct ses_buf scratch;
};

/* "rollout-<time>-<uuid>.jsonl": the uuid; a name without one is itself. */
static char *
id_of(const char *name)
{
	size_t len = strlen(name) - strlen(".jsonl");

	if (len > UUID_LEN && name[len - UUID_LEN - 1] == '-' &&
	    strspn(name + len - UUID_LEN, "0123456789abcdefABCDEF-") >=
		UUID_LEN)
		return ses_str_ndup(name + len - UUID_LEN, UUID_LEN);
	return ses_str_ndup(name, len);
}

static char *
text_of(const struct ses_json *v, struct ses_buf *scratch)
{
	if (v->type != '"')
		return NULL;
	ses_buf_clear(scratch);
	ses_json_text(v, scratch);
	if (scratch->len == 0 || memchr(scratch->data, '\0', scratch->len))
		return NULL;
	return ses_str_ndup(scratch->data, scratch->len);
}

/* What one line tells: the folder and what the user asked first. */
static void
read_line(struct ses_session *s, const char *line, size_t len,
    struct ses_buf *scratch)
{
	struct ses_json v;
	struct ses_json at;

	(void)ses_json_peek(line, len, &v);
	if (s->cwd == NULL && (ses_json_path(&v, "payload.cwd", &at) ||
				  ses_json_get(&v, "cwd", &at)))
		s->cwd = text_of(&at, scratch);
	if (s->title != NULL)
		return;
	if (ses_json_path(&v, "payload.role", &at)) {
		if (!ses_json_is(&at, "user") ||
		    !ses_json_path(&v, "payload.content", &at))
			return;
	} else if (!ses_json_get(&v, "role", &at) ||
		   !ses_json_is(&at, "user") ||
		   !ses_json_get(&v, "content", &at)) {
		return; /* the flat lines are those of versions before 0.32 */
	}
	ses_buf_clear(scratch);
	if (ses_content_text(&at, scratch))
		s->title = ses_prompt_title(scratch->data, scratch->len);
}

static int
gather(struct search *s, struct ses_session *out, struct seshat_err *err)
{
	const struct ses_buf *b = &s->peek.head;
	const char *nl;
	size_t at = 0;
	int rc;

	while ((rc = ses_peek_more(&s->peek, err)) > 0) {
		while (at < b->len &&
		       (nl = memchr(b->data + at, '\n', b->len - at)) != NULL) {
			read_line(out, b->data + at,
			    (size_t)(nl - b->data) - at, &s->scratch);
			at = (size_t)(nl - b->data) + 1;
			if (out->cwd != NULL && out->title != NULL)
				return 0;
		}
		/* the first line is long; a title is not worth as much */
		if (out->cwd != NULL && b->len >= (size_t)4 * SES_PEEK_FIRST)
			return 0;
	}
	return rc;
}

static int
add_file(struct search *s, const char *name, struct seshat_err *err)
{
	struct ses_session *out = ses_session_list_add(s->out);

	if (out == NULL)
		return ses_fail_nomem(err);
	out->harness = &ses_harness_codex;
	out->id = id_of(name);
	out->path = ses_str_ndup(s->path.data, s->path.len);
	if (out->id == NULL || out->path == NULL)
		return ses_fail_nomem(err);
	if (!ses_discover_wants(s->q, out->id)) {
		ses_session_list_drop(s->out);
		return 0;
	}
	if (ses_peek_open(&s->peek, AT_FDCWD, out->path, err) < 0 ||
	    gather(s, out, err) < 0) {
		if (err->code == SESHAT_ENOMEM)
			return -1;
		ses_fail_in(err, "%s", s->path.data);
		ses_session_list_drop(s->out);
		if (err->code != SESHAT_ENOTFOUND &&
		    err->code != SESHAT_EUNSUPPORTED)
			ses_session_list_unreadable(s->out, err);
	} else {
		out->size = s->peek.size;
		out->mtime = s->peek.mtime;
		if (s->q->cwd != NULL &&
		    (out->cwd == NULL || strcmp(out->cwd, s->q->cwd) != 0))
			ses_session_list_drop(s->out);
	}
	ses_peek_close(&s->peek);
	return 0;
}

static int
is_rollout(const char *name)
{
	return ses_str_starts(name, "rollout-") && ses_str_ends(name, ".jsonl");
}

static int walk(struct search *s, struct seshat_err *err);

static int
is_folder(const struct search *s, unsigned char d_type)
{
	struct stat sb;

	if (d_type != DT_UNKNOWN)
		return d_type == DT_DIR;
	return lstat(s->path.data, &sb) == 0 && S_ISDIR(sb.st_mode);
}

static int
see(void *arg, const char *name, unsigned char d_type, struct seshat_err *err)
{
	struct search *s = arg;
	size_t len = s->path.len;
	int rc = 0;

	ses_buf_fmt(&s->path, "/%s", name);
	(void)ses_buf_cstr(&s->path);
	if (ses_buf_check(&s->path, err) < 0) {
		rc = -1;
	} else if (is_rollout(name)) {
		rc = add_file(s, name, err);
	} else if (s->depth < DEPTH_MAX && is_folder(s, d_type)) {
		s->depth++;
		rc = walk(s, err);
		s->depth--;
	}
	s->path.len = len;
	return rc;
}

static int
walk(struct search *s, struct seshat_err *err)
{
	int rc = ses_fs_each(ses_buf_cstr(&s->path), see, s, err);

	if (rc < 0 && err->code != SESHAT_ENOMEM) {
		if (err->code != SESHAT_ENOTFOUND)
			ses_session_list_unreadable(s->out, err);
		rc = 0;
	}
	return rc;
}

/* Both in sessions/ and put away: the one still in use is the session. */
static void
drop_archived(struct ses_session_list *l, size_t first, size_t archived)
{
	size_t kept = archived;
	size_t i;
	size_t j;

	for (i = archived; i < l->n; i++) {
		for (j = first; j < archived; j++)
			if (strcmp(l->v[i].id, l->v[j].id) == 0)
				break;
		if (j < archived)
			ses_session_free(&l->v[i]);
		else
			l->v[kept++] = l->v[i];
	}
	l->n = kept;
}

static int
find(const struct ses_discover *q, struct ses_session_list *out,
    struct seshat_err *err)
{
	struct search s = {.q = q, .out = out, .peek = {.fd = -1}};
	struct ses_buf all = {0};
	size_t first = out->n;
	size_t archived = first;
	size_t at;
	int rc = roots(&all, err);

	for (at = 0; rc == 0 && at < all.len; at += strlen(all.data + at) + 1) {
		archived = out->n;
		ses_buf_clear(&s.path);
		ses_buf_str(&s.path, all.data + at);
		rc = walk(&s, err);
	}
	if (rc == 0)
		drop_archived(out, first, archived);
	ses_peek_free(&s.peek);
	ses_buf_free(&s.path);
	ses_buf_free(&s.scratch);
	ses_buf_free(&all);
	return rc;
}

const struct ses_harness_ops ses_harness_codex = {
    .name = "codex",
    .summary = "Codex, ~/.codex/sessions or $CODEX_HOME",
    .roots = roots,
    .find = find,
    .events = ses_codex_events,
};
