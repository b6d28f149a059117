/*
 * Sessions of programs we know nothing of: *.jsonl below folders that the
 * user's configuration names.  What a line says is guessed from the names
 * that such programs commonly use.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "harness/generic.h"
#include "harness/line.h"
#include "harness/tell.h"

static int
roots(const struct ses_discover *q, struct ses_buf *out, struct seshat_err *err)
{
	const char *root = q->roots == NULL ? NULL : q->roots->data;

	for (; root != NULL && root < q->roots->data + q->roots->len;
	     root += strlen(root) + 1)
		if (ses_root_add(out, root, err) < 0)
			return -1;
	return 0;
}

static const struct {
	const char *name;
	int role;
} names[] = {
    {"user", SES_ROLE_USER},
    {"human", SES_ROLE_USER},
    {"assistant", SES_ROLE_ASSISTANT},
    {"model", SES_ROLE_ASSISTANT},
    {"ai", SES_ROLE_ASSISTANT},
    {"agent", SES_ROLE_ASSISTANT},
    {"system", SES_ROLE_SYSTEM},
    {"developer", SES_ROLE_SYSTEM},
    {"tool", SES_ROLE_TOOL},
    {"toolResult", SES_ROLE_TOOL},
    {"tool_result", SES_ROLE_TOOL},
    {"function", SES_ROLE_TOOL},
};

static int
role_of(const struct ses_json *name)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (ses_json_is(name, names[i].name))
			return names[i].role;
	return SES_ROLE_OTHER;
}

enum { ROLE, TYPE, CONTENT, TEXT, MESSAGE, TIMESTAMP, TIME, TS, N_FIELDS };
#define FIELDS                                                                 \
	{                                                                      \
		[ROLE] = SES_LINE_FIELD("role"),                               \
		[TYPE] = SES_LINE_FIELD("type"),                               \
		[CONTENT] = SES_LINE_FIELD("content"),                         \
		[TEXT] = SES_LINE_FIELD("text"),                               \
		[MESSAGE] = SES_LINE_FIELD("message"),                         \
		[TIMESTAMP] = SES_LINE_FIELD("timestamp"),                     \
		[TIME] = SES_LINE_FIELD("time"), [TS] = SES_LINE_FIELD("ts")   \
	}

static int
is_text(const struct ses_json *v)
{
	return v->type == '"' || v->type == '[';
}

/* Who says what in a line: 1, or 0 if it holds no text.  A message may be an
 * object of its own. */
static int
said(const struct ses_line_field f[N_FIELDS], int *role, struct ses_json *text)
{
	const struct ses_json *m = &f[MESSAGE].value;
	struct ses_json who = f[ROLE].value;

	*text = f[CONTENT].value;
	if (!is_text(text))
		*text = f[TEXT].value;
	if (!is_text(text))
		*text = *m;
	if (m->type == '{') {
		if (who.type != '"')
			(void)ses_json_get(m, "role", &who);
		if (!is_text(text))
			(void)ses_json_get(m, "content", text);
		if (!is_text(text))
			(void)ses_json_get(m, "text", text);
	}
	*role = role_of(who.type == '"' ? &who : &f[TYPE].value);
	return is_text(text);
}

/* Only absolute ones: a project is named after it. */
static int
take_cwd(struct ses_session *out, const struct ses_json *object,
    struct seshat_err *err)
{
	struct ses_line_field f[] = {SES_LINE_FIELD("cwd"),
	    SES_LINE_FIELD("workdir"), SES_LINE_FIELD("workspaceDir"),
	    SES_LINE_FIELD("project_root")};
	char *cwd = NULL;
	size_t i;

	ses_line_fields(object, f, 4);
	for (i = 0; i < 4 && out->cwd == NULL; i++) {
		if (ses_line_string(&f[i].value, PATH_MAX, &cwd, err) < 0)
			return -1;
		if (cwd != NULL && cwd[0] == '/') {
			out->cwd = cwd;
			cwd = NULL;
		}
		free(cwd);
		cwd = NULL;
	}
	return 0;
}

static int
take(struct ses_session *out, const struct ses_json *object,
    struct seshat_err *err)
{
	struct ses_line_field f[N_FIELDS] = FIELDS;
	struct ses_json text = {0};
	struct ses_json prompt = {0};
	int role;

	if (out->cwd == NULL && take_cwd(out, object, err) < 0)
		return -1;
	if (out->title != NULL)
		return 0;
	ses_line_fields(object, f, N_FIELDS);
	if (!said(f, &role, &text) || role != SES_ROLE_USER ||
	    !ses_line_prompt(&text, &prompt))
		return 0;
	return ses_line_title(&prompt, &out->title, err);
}

static int
read_one(const void *arg, struct ses_peek *p, const struct ses_look *what,
    struct ses_session *out, struct seshat_err *err)
{
	out->harness = &ses_generic;
	return ses_look_head(arg, p, what, take, out, err);
}

static int
find(const struct ses_discover *q, struct ses_session_list *out,
    struct seshat_err *err)
{
	struct ses_looks looks = {0};
	struct ses_buf list = {0};
	int rc = -1;

	if (roots(q, &list, err) < 0)
		goto out;
	rc = 0;
	if (list.len > 0)
		rc = ses_generic_files(&list, &looks, out, err);
	ses_looks_keep(&looks, q->id);
	if (rc == 0)
		rc = ses_look_all(&looks, read_one, q, out, err);
out:
	ses_buf_free(&list);
	ses_looks_free(&looks);
	return rc;
}

static int
identify(const char *path, struct ses_session *out, struct seshat_err *err)
{
	(void)out;
	if (!ses_str_ends(path, ".jsonl"))
		return ses_fail(err, SESHAT_ENOTFOUND, "%s: no *.jsonl", path);
	return ses_fail(err, SESHAT_EUNSUPPORTED,
	    "%s: what it is called depends on the roots", path);
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	struct ses_line_field f[N_FIELDS] = FIELDS;
	struct ses_json times[3];
	struct ses_json text = {0};
	int role;

	ses_line_fields(object, f, N_FIELDS);
	if (!said(f, &role, &text))
		return 0;
	times[0] = f[TIMESTAMP].value;
	times[1] = f[TIME].value;
	times[2] = f[TS].value;
	ses_tell_time(t, times, 3);
	ses_line_text(&text, &t->e.text);
	if (t->e.text.len == 0)
		return 0;
	return ses_tell(t, role,
	    role == SES_ROLE_TOOL ? SES_EVENT_TOOL_RESULT : SES_EVENT_TEXT);
}

static int
events(const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_teller t = {.each = each, .arg = arg};
	int rc = ses_line_objects(line, len, one_object, &t);

	ses_tell_end(&t);
	return rc;
}

const struct ses_harness_ops ses_generic = {
    .name = "generic",
    .summary = "any *.jsonl below the roots of the configuration",
    .roots = roots,
    .find = find,
    .identify = identify,
    .events = events,
};
