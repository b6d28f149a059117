/* What the beginning and the end of a file of the table tell of a session. */
/* memmem is GNU's. */
#define _GNU_SOURCE
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "harness/files.h"
#include "harness/line.h"

#define NAME_TAIL 16384U /* bytes at the end that may hold the last name */

/* What is gathered while the lines pass by. */
struct gather {
	const struct ses_files *row;
	int form;
	const char *wanted; /* the only cwd of interest, or NULL */
	struct ses_session *out;
	char **id;
	char *name;
	int seen; /* the first object has passed */
	struct seshat_err err;
	int failed;
};

static int
failed(struct gather *g)
{
	g->failed = 1;
	return 1; /* ends the walk */
}

/* Past the tag that an agent puts around what a person wrote, and *len without
 * the one behind it. */
static const char *
inside_tag(const char *s, size_t *len)
{
	static const char *const tags[] = {"<user_query>", "<user_input"};
	const char *end;
	size_t i;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (*len < strlen(tags[i]) ||
		    memcmp(s, tags[i], strlen(tags[i])) != 0)
			continue;
		end = memchr(s, '>', *len);
		if (end == NULL)
			break;
		*len -= (size_t)(end + 1 - s);
		s = end + 1;
		end = memmem(s, *len, "</user_", strlen("</user_"));
		if (end != NULL)
			*len = (size_t)(end - s);
		break;
	}
	return s;
}

/* The first thing a person asked. */
static int
on_event(void *arg, const struct ses_event *e)
{
	struct gather *g = arg;
	struct ses_buf quoted = {0};
	struct ses_json text = {0};
	struct ses_json prompt = {0};
	const char *said = e->text.data;
	size_t len = e->text.len;
	int rc = 0;

	if (e->role != SES_ROLE_USER || e->kind != SES_EVENT_TEXT ||
	    e->is_side || len == 0)
		return 0;
	if (len > SES_LINE_LOOK)
		len = SES_LINE_LOOK;
	said = inside_tag(said, &len);
	ses_json_quote(&quoted, said, len);
	if (ses_buf_check(&quoted, &g->err) < 0) {
		rc = failed(g);
		goto out;
	}
	(void)ses_json_peek(quoted.data, quoted.len, &text);
	if (ses_line_prompt(&text, &prompt) &&
	    ses_line_title(&prompt, &g->out->title, &g->err) < 0)
		rc = failed(g);
	else
		rc = g->out->title != NULL;
out:
	ses_buf_free(&quoted);
	return rc;
}

/* Only absolute ones: a project is named after it. */
static int
take_cwd(struct gather *g, const struct ses_json *object)
{
	struct ses_json v = {0};
	char *cwd = NULL;
	size_t i;

	for (i = 0; i < SES_FILES_CWDS && g->row->cwds[i] != NULL; i++) {
		if (!ses_json_path(object, g->row->cwds[i], &v))
			continue;
		if (ses_line_string(&v, PATH_MAX, &cwd, &g->err) < 0)
			return failed(g);
		if (cwd != NULL && cwd[0] == '/') {
			g->out->cwd = cwd;
			return 0;
		}
		free(cwd);
		cwd = NULL;
	}
	return 0;
}

static int
take_first(struct gather *g, const struct ses_json *object)
{
	const char *id = g->row->forms[g->form].id;
	const struct ses_files_name *name = &g->row->name;
	struct ses_json v = {0};

	if (id != NULL && ses_json_path(object, id, &v) &&
	    ses_line_string(&v, 201, g->id, &g->err) < 0)
		return failed(g);
	if (name->mark == NULL && name->path != NULL &&
	    ses_json_path(object, name->path, &v) && v.type == '"' &&
	    ses_line_title(&v, &g->name, &g->err) < 0)
		return failed(g);
	return 0;
}

static int
on_head(void *arg, const struct ses_json *object)
{
	struct gather *g = arg;
	const struct ses_harness_ops *ops = &g->row->ops;
	const char *cwd;

	if (!g->seen && take_first(g, object) != 0)
		return 1;
	g->seen = 1;
	if (g->out->cwd == NULL && take_cwd(g, object) != 0)
		return 1;
	cwd = g->out->cwd;
	if (g->wanted != NULL && cwd != NULL && strcmp(g->wanted, cwd) != 0)
		return 1; /* nobody will want its title */
	if (g->out->title == NULL && ops->events != NULL)
		(void)ops->events(ops, object->text, object->len, on_event, g);
	return g->failed || (g->out->title != NULL &&
				(cwd != NULL || g->row->cwds[0] == NULL));
}

/* The last name that the session was given. */
static int
on_tail(void *arg, const char *line, size_t len)
{
	struct gather *g = arg;
	const struct ses_files_name *name = &g->row->name;
	struct ses_json v;
	struct ses_json text = {0};

	if (memmem(line, len, name->mark, strlen(name->mark)) == NULL)
		return 0;
	(void)ses_json_peek(line, len, &v);
	if (!ses_json_path(&v, name->path, &text) || text.type != '"')
		return 0;
	if (ses_line_title(&text, &g->name, &g->err) < 0)
		return failed(g);
	return g->name != NULL;
}

int
ses_files_read(const struct ses_files *row, struct ses_peek *p, int form,
    const char *wanted, struct ses_session *out, char **id,
    struct seshat_err *err)
{
	struct gather g = {
	    .row = row, .form = form, .wanted = wanted, .out = out, .id = id};
	int is_whole = row->forms[form].kind == SES_FILES_REWRITE;
	int rc = is_whole ? ses_peek_whole(p, on_head, &g, err)
			  : ses_peek_head(p, on_head, &g, err);

	if (rc == 0 && !g.failed && !is_whole && row->name.mark != NULL)
		rc = ses_peek_tail(p, NAME_TAIL, on_tail, &g, err);
	if (rc == 0 && g.failed) {
		*err = g.err;
		rc = -1;
	}
	if (rc == 0 && g.name != NULL) {
		free(out->title);
		out->title = g.name;
		g.name = NULL;
	}
	free(g.name);
	return rc;
}
