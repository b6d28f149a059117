/* What a line made of a row of OpenCode says. */
#include <string.h>

#include "harness/line.h"
#include "harness/opencode.h"
#include "harness/tell.h"

enum { TABLE, ROLE, ID, MESSAGE_ID, TIME, SUMMARY, DATA, N_FIELDS };
enum {
	TYPE,
	TEXT,
	SYNTHETIC,
	TOOL,
	CALL,
	STATE,
	MODEL,
	TOKENS,
	ERROR,
	DATA_ROLE,
	N_DATA
};
enum { STATUS, INPUT, OUTPUT, FAILURE, ATTACHMENTS, N_STATE };

static int
role_of(const struct ses_json *role)
{
	return ses_json_is(role, "user")        ? SES_ROLE_USER
	       : ses_json_is(role, "assistant") ? SES_ROLE_ASSISTANT
						: SES_ROLE_OTHER;
}

/* {"type":"file","mime":"image/png","url":"data:image/png;base64,..."} */
static int
is_image(
    const struct ses_json *block, struct ses_json *media, struct ses_json *data)
{
	struct ses_line_field f[] = {
	    SES_LINE_FIELD("mime"), SES_LINE_FIELD("url")};

	ses_line_fields(block, f, 2);
	return f[0].value.type == '"' && f[0].value.len > 7 &&
	       memcmp(f[0].value.text, "\"image/", 7) == 0 &&
	       ses_tell_data_url(&f[1].value, media, data);
}

/* A call, and its result as soon as there is one. */
static int
tool(struct ses_teller *t, const struct ses_line_field d[N_DATA])
{
	struct ses_line_field s[N_STATE] = {[STATUS] = SES_LINE_FIELD("status"),
	    [INPUT] = SES_LINE_FIELD("input"),
	    [OUTPUT] = SES_LINE_FIELD("output"),
	    [FAILURE] = SES_LINE_FIELD("error"),
	    [ATTACHMENTS] = SES_LINE_FIELD("attachments")};
	struct ses_json call = ses_tell_string(&d[CALL].value);
	int failed;
	int rc;

	ses_line_fields(&d[STATE].value, s, N_STATE);
	t->e.call = call;
	rc = ses_tell_call(t, &d[TOOL].value, &s[INPUT].value);
	failed = ses_json_is(&s[STATUS].value, "error");
	if (rc != 0 || (!failed && !ses_json_is(&s[STATUS].value, "completed")))
		return rc;
	t->e.call = call;
	t->e.failed = failed;
	if (d[TOOL].value.type == '"')
		t->e.tool = d[TOOL].value;
	rc = ses_tell_text(t, SES_ROLE_TOOL, SES_EVENT_TOOL_RESULT,
	    failed ? &s[FAILURE].value : &s[OUTPUT].value);
	t->e.call = call;
	if (rc == 0)
		rc = ses_tell_images(
		    t, SES_ROLE_TOOL, &s[ATTACHMENTS].value, is_image);
	t->e.call = (struct ses_json){0};
	return rc;
}

static int
text(struct ses_teller *t, int role, const struct ses_line_field d[N_DATA])
{
	const struct ses_line_field *f = t->fields;

	if (d[TEXT].value.len <= 2)
		return 0;
	if (f[SUMMARY].value.type == '0')
		return ses_tell_text(
		    t, SES_ROLE_SYSTEM, SES_EVENT_COMPACTION, &d[TEXT].value);
	/* what OpenCode put beside the prompt */
	if (d[SYNTHETIC].value.type == 't')
		role = SES_ROLE_SYSTEM;
	return ses_tell_text(t, role, SES_EVENT_TEXT, &d[TEXT].value);
}

static int
part(struct ses_teller *t, const struct ses_line_field d[N_DATA])
{
	const struct ses_line_field *f = t->fields;
	const struct ses_json *type = &d[TYPE].value;
	int role = role_of(&f[ROLE].value);
	struct ses_json media;
	struct ses_json data;

	t->e.message = ses_tell_string(&f[MESSAGE_ID].value);
	if (ses_json_is(type, "text"))
		return text(t, role, d);
	if (ses_json_is(type, "reasoning"))
		return d[TEXT].value.len <= 2
			   ? 0
			   : ses_tell_text(
				 t, role, SES_EVENT_THINKING, &d[TEXT].value);
	if (ses_json_is(type, "tool"))
		return tool(t, d);
	if (ses_json_is(type, "file") &&
	    is_image(&f[DATA].value, &media, &data))
		return ses_tell_image(t, role, &media, &data);
	return 0;
}

static uint64_t
number(const struct ses_json *object, const char *path)
{
	struct ses_json v;
	uint64_t n = 0;

	if (!ses_json_path(object, path, &v) || ses_json_u64(&v, &n) < 0)
		return 0;
	return n;
}

/* What an answer took, and what went wrong with it. */
static int
message(struct ses_teller *t, const struct ses_line_field d[N_DATA])
{
	const struct ses_json *tokens = &d[TOKENS].value;
	struct ses_json why;
	int rc = 0;

	t->e.message = ses_tell_string(&t->fields[ID].value);
	t->e.model = ses_tell_string(&d[MODEL].value);
	if (ses_json_path(&d[ERROR].value, "data.message", &why))
		rc = ses_tell_text(t, SES_ROLE_SYSTEM, SES_EVENT_TEXT, &why);
	if (rc != 0 || tokens->type != '{')
		return rc;
	t->e.usage = (struct ses_usage){.input = number(tokens, "input"),
	    .output = number(tokens, "output") + number(tokens, "reasoning"),
	    .cache_read = number(tokens, "cache.read"),
	    .cache_write = number(tokens, "cache.write")};
	return ses_tell(t, SES_ROLE_ASSISTANT, SES_EVENT_USAGE);
}

static int
one_object(void *arg, const struct ses_json *object)
{
	struct ses_teller *t = arg;
	const struct ses_line_field *f = t->fields;
	struct ses_line_field d[N_DATA] = {[TYPE] = SES_LINE_FIELD("type"),
	    [TEXT] = SES_LINE_FIELD("text"),
	    [SYNTHETIC] = SES_LINE_FIELD("synthetic"),
	    [TOOL] = SES_LINE_FIELD("tool"),
	    [CALL] = SES_LINE_FIELD("callID"),
	    [STATE] = SES_LINE_FIELD("state"),
	    [MODEL] = SES_LINE_FIELD("modelID"),
	    [TOKENS] = SES_LINE_FIELD("tokens"),
	    [ERROR] = SES_LINE_FIELD("error"),
	    [DATA_ROLE] = SES_LINE_FIELD("role")};

	(void)object;
	if (f[DATA].value.type != '{')
		return 0;
	ses_line_fields(&f[DATA].value, d, N_DATA);
	ses_tell_begin(t);
	t->e.time =
	    f[TIME].value.type == '0' ? f[TIME].value : (struct ses_json){0};
	if (ses_json_is(&f[TABLE].value, "part"))
		return part(t, d);
	if (ses_json_is(&f[TABLE].value, "message") &&
	    ses_json_is(&d[DATA_ROLE].value, "assistant"))
		return message(t, d);
	return 0;
}

int
ses_opencode_events(const struct ses_harness_ops *self, const char *line,
    size_t len, int (*each)(void *arg, const struct ses_event *e), void *arg)
{
	struct ses_line_field f[N_FIELDS] = {[TABLE] = SES_LINE_FIELD("table"),
	    [ROLE] = SES_LINE_FIELD("role"),
	    [ID] = SES_LINE_FIELD("id"),
	    [MESSAGE_ID] = SES_LINE_FIELD("message_id"),
	    [TIME] = SES_LINE_FIELD("time_created"),
	    [SUMMARY] = SES_LINE_FIELD("summary"),
	    [DATA] = SES_LINE_FIELD("data")};

	(void)self;
	return ses_tell_objects(line, len, f, N_FIELDS, one_object, each, arg);
}
