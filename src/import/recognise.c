/* Whose transcript it is, by its first lines. */
#include <string.h>

#include "harness/line.h"
#include "import/recognise.h"

#define LINES_MAX 500

/* What the lines told so far. */
struct found {
	const char *harness;
	struct ses_buf *id;
	int rc;
};

enum { TYPE, SESSION, SIDE, AGENT, UUID, PAYLOAD, N_FIELDS };

static int
is_text(const struct ses_json *v)
{
	return v->type == '"' && v->len > 2;
}

/* A line of Claude Code has sessionId, and one of a talk a uuid, too: only
 * that tells whether it is a subagent's. */
static void
claude(struct found *f, const struct ses_line_field *v)
{
	if (!is_text(&v[SESSION].value) || !is_text(&v[TYPE].value))
		return;
	ses_buf_clear(f->id);
	ses_json_text(&v[SESSION].value, f->id);
	f->harness = "claude-code";
	if (v[SIDE].value.type == 't' && is_text(&v[AGENT].value)) {
		ses_buf_str(f->id, ".");
		ses_json_text(&v[AGENT].value, f->id);
	}
	f->rc = is_text(&v[UUID].value);
}

static void
codex(struct found *f, const struct ses_line_field *v)
{
	struct ses_json id;

	if (!ses_json_is(&v[TYPE].value, "session_meta") ||
	    !ses_json_get(&v[PAYLOAD].value, "id", &id) || !is_text(&id))
		return;
	ses_buf_clear(f->id);
	ses_json_text(&id, f->id);
	f->harness = "codex";
	f->rc = 1;
}

static int
one(void *arg, const struct ses_json *object)
{
	struct found *f = arg;
	struct ses_line_field v[N_FIELDS] = {[TYPE] = SES_LINE_FIELD("type"),
	    [SESSION] = SES_LINE_FIELD("sessionId"),
	    [SIDE] = SES_LINE_FIELD("isSidechain"),
	    [AGENT] = SES_LINE_FIELD("agentId"),
	    [UUID] = SES_LINE_FIELD("uuid"),
	    [PAYLOAD] = SES_LINE_FIELD("payload")};

	ses_line_fields(object, v, N_FIELDS);
	if (v[PAYLOAD].value.type == '{')
		codex(f, v);
	else
		claude(f, v);
	return f->rc;
}

int
ses_recognise(const char *text, size_t len, const char **harness,
    struct ses_buf *id, struct seshat_err *err)
{
	struct found f = {.id = id};
	const char *end = text + len;
	const char *nl;
	int n;

	for (n = 0; n < LINES_MAX && text < end && f.rc == 0; n++) {
		nl = memchr(text, '\n', (size_t)(end - text));
		if (nl == NULL)
			nl = end;
		(void)ses_line_objects(
		    text, (size_t)(nl - text), NULL, 0, one, &f);
		text = nl == end ? end : nl + 1;
	}
	(void)ses_buf_cstr(id);
	if (ses_buf_check(id, err) < 0)
		return -1;
	/* a NUL inside would make another id of it */
	if (f.harness == NULL || strlen(id->data) != id->len) {
		ses_buf_clear(id);
		return 0;
	}
	*harness = f.harness;
	return 1;
}
