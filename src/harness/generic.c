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
#include "harness/place.h"
#include "harness/tell.h"

static int
roots(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_buf *out, struct seshat_err *err)
{
	const char *root = q->roots == NULL ? NULL : q->roots->data;

	(void)self;
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

enum {
	ROLE,
	TYPE,
	CONTENT,
	TEXT,
	MESSAGE,
	TIMESTAMP,
	TIME,
	TS,
	N_SAID,
	MODEL = N_SAID,
	USAGE,
	UUID,
	ID,
	PARENT_UUID,
	PARENT_ID,
	CALL_ID,
	TOOL_CALL_ID,
	TOOL_CALL,
	TOOL_USE_ID,
	IS_ERROR,
	ERROR,
	N_FIELDS
};
#define SAID                                                                   \
	[ROLE] = SES_LINE_FIELD("role"), [TYPE] = SES_LINE_FIELD("type"),      \
	[CONTENT] = SES_LINE_FIELD("content"),                                 \
	[TEXT] = SES_LINE_FIELD("text"),                                       \
	[MESSAGE] = SES_LINE_FIELD("message"),                                 \
	[TIMESTAMP] = SES_LINE_FIELD("timestamp"),                             \
	[TIME] = SES_LINE_FIELD("time"), [TS] = SES_LINE_FIELD("ts")
/* Of a message that is an object of its own these are in there. */
#define MEMBERS                                                                \
	[MODEL] = SES_LINE_FIELD("model"), [USAGE] = SES_LINE_FIELD("usage"),  \
	[UUID] = SES_LINE_FIELD("uuid"), [ID] = SES_LINE_FIELD("id"),          \
	[PARENT_UUID] = SES_LINE_FIELD("parentUuid"),                          \
	[PARENT_ID] = SES_LINE_FIELD("parentId"),                              \
	[CALL_ID] = SES_LINE_FIELD("call_id"),                                 \
	[TOOL_CALL_ID] = SES_LINE_FIELD("tool_call_id"),                       \
	[TOOL_CALL] = SES_LINE_FIELD("toolCallId"),                            \
	[TOOL_USE_ID] = SES_LINE_FIELD("tool_use_id"),                         \
	[IS_ERROR] = SES_LINE_FIELD("is_error"),                               \
	[ERROR] = SES_LINE_FIELD("isError")

static int
is_text(const struct ses_json *v)
{
	return v->type == '"' || v->type == '[';
}

/* Who says what in a line: 1, or 0 if it holds no text.  A message may be an
 * object of its own. */
static int
said(const struct ses_line_field f[N_SAID], int *role, struct ses_json *text)
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
	struct ses_line_field f[N_SAID] = {SAID};
	struct ses_json text = {0};
	struct ses_json prompt = {0};
	int role;

	if (out->cwd == NULL && take_cwd(out, object, err) < 0)
		return -1;
	if (out->title != NULL)
		return 0;
	ses_line_fields(object, f, N_SAID);
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
find(const struct ses_harness_ops *self, const struct ses_discover *q,
    struct ses_session_list *out, struct seshat_err *err)
{
	struct ses_looks looks = {0};
	struct ses_buf list = {0};
	int rc = -1;

	if (roots(self, q, &list, err) < 0)
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
identify(const struct ses_harness_ops *self, const char *path,
    struct ses_session *out, struct seshat_err *err)
{
	(void)self;
	(void)out;
	if (!ses_str_ends(path, ".jsonl"))
		return ses_fail(err, SESHAT_ENOTFOUND, "%s: no *.jsonl", path);
	return ses_fail(err, SESHAT_EUNSUPPORTED,
	    "%s: what it is called depends on the roots", path);
}

/* The first of the fields that is a string. */
static struct ses_json
first_of(const struct ses_line_field *f, int from, int to)
{
	struct ses_json v = {0};

	for (; from <= to && v.type == '\0'; from++)
		v = ses_tell_string(&f[from].value);
	return v;
}

/* In the words of Anthropic, Pi and OpenAI. */
static int
spent(struct ses_teller *t, const struct ses_json *usage)
{
	static const struct ses_tell_tokens words[] = {
	    {.input = "input_tokens",
		.output = "output_tokens",
		.cache_read = "cache_read_input_tokens",
		.cache_write = "cache_creation_input_tokens"},
	    {.input = "input",
		.output = "output",
		.cache_read = "cacheRead",
		.cache_write = "cacheWrite"},
	    {.input = "prompt_tokens", .output = "completion_tokens"}};
	size_t before = t->told;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && t->told == before && i < 3; i++)
		rc = ses_tell_usage(t, usage, &words[i]);
	return rc;
}

/* What holds for the whole line, which m is a part of, or all. */
static void
take_members(struct ses_teller *t, const struct ses_line_field *f,
    const struct ses_line_field *m)
{
	t->e.line = first_of(f, UUID, ID);
	t->e.parent = first_of(f, PARENT_UUID, PARENT_ID);
	t->e.model = ses_tell_string(&m[MODEL].value);
	if (m != f)
		t->e.message = first_of(m, ID, ID);
	t->e.call = first_of(m, CALL_ID, TOOL_USE_ID);
	t->e.failed =
	    m[IS_ERROR].value.type == 't' || m[ERROR].value.type == 't';
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	struct ses_line_field f[N_FIELDS] = {SAID, MEMBERS};
	struct ses_line_field inner[N_FIELDS] = {SAID, MEMBERS};
	const struct ses_line_field *m = f;
	struct ses_json text = {0};
	int role;
	int kind;
	int rc;

	ses_line_fields(object, f, N_FIELDS);
	if (!said(f, &role, &text))
		return 0;
	if (f[MESSAGE].value.type == '{') {
		ses_line_fields(&f[MESSAGE].value, inner, N_FIELDS);
		m = inner;
	}
	ses_tell_begin(t);
	ses_tell_time(t,
	    (struct ses_json[]){f[TIMESTAMP].value, f[TIME].value, f[TS].value},
	    3);
	take_members(t, f, m);
	kind = role == SES_ROLE_TOOL ? SES_EVENT_TOOL_RESULT : SES_EVENT_TEXT;
	if (kind == SES_EVENT_TEXT) {
		t->e.call = (struct ses_json){0};
		t->e.failed = 0;
	}
	rc = ses_tell_content(t, role, kind, &text, ses_tell_any_image);
	if (rc == 0)
		rc = spent(t, &m[USAGE].value);
	return rc;
}

static int
events(const struct ses_harness_ops *self, const char *line, size_t len,
    int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	(void)self;
	return ses_tell_objects(line, len, NULL, 0, one_object, each, arg);
}

const struct ses_harness_ops ses_generic = {
    .name = "generic",
    .summary = "any *.jsonl below the roots of the configuration",
    .roots = roots,
    .find = find,
    .identify = identify,
    .place = &ses_generic_place,
    .events = events,
};
