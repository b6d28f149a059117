/* From slices to the public entry. */
#include <string.h>

#include "base/str.h"
#include "record/record.h"

/* The texts of an entry, one after the other, each with its NUL.  The buffer
 * has room for all of them from the start, so that none moves: each is at
 * least two quotes shorter than the JSON it comes from. */
static const char *
text(const struct ses_json *v, struct ses_buf *b)
{
	size_t from = b->len;

	if (v->type == '\0')
		return "";
	if (v->type == '"')
		ses_json_text(v, b);
	else
		ses_buf_add(b, v->text, v->len);
	ses_buf_add(b, "", 1);
	return b->bad ? "" : b->data + from;
}

static int64_t
number(const struct ses_json *v)
{
	uint64_t n = 0;

	(void)ses_json_u64(v, &n);
	return (int64_t)n;
}

static void
decode_try(const struct ses_attempt *t, struct ses_buf *b,
    struct seshat_log_attempt *out)
{
	*out = (struct seshat_log_attempt){
	    .attempt = number(&t->field[SES_ATTEMPT_ATTEMPT]),
	    .model = text(&t->field[SES_ATTEMPT_MODEL], b),
	    .output_summary = text(&t->field[SES_ATTEMPT_OUTPUT_SUMMARY], b),
	    .runner_output = text(&t->field[SES_ATTEMPT_RUNNER_OUTPUT], b),
	    .verified = t->field[SES_ATTEMPT_VERIFIED].type == 't',
	};
}

int
ses_record_decode(const struct ses_record *e, struct ses_buf *b,
    struct ses_buf *tries, struct seshat_log_entry *out, struct seshat_err *err)
{
	const struct ses_json *f = e->field;
	struct seshat_log_attempt a;
	struct ses_json_walk w;
	struct ses_attempt t;

	ses_buf_clear(b);
	ses_buf_clear(tries);
	(void)ses_buf_room(b, e->whole.len);
	*out = (struct seshat_log_entry){
	    .size = sizeof(*out),
	    .session_id = text(&f[SES_RECORD_SESSION_ID], b),
	    .timestamp = text(&f[SES_RECORD_TIMESTAMP], b),
	    .skill = text(&f[SES_RECORD_SKILL], b),
	    .phase = text(&f[SES_RECORD_PHASE], b),
	    .project_root = text(&f[SES_RECORD_PROJECT_ROOT], b),
	    .input = text(&f[SES_RECORD_INPUT], b),
	    .final_status = text(&f[SES_RECORD_FINAL_STATUS], b),
	    .file_path = text(&f[SES_RECORD_FILE_PATH], b),
	    .model_used = text(&f[SES_RECORD_MODEL_USED], b),
	    .duration_ms = number(&f[SES_RECORD_DURATION_MS]),
	};
	ses_json_walk(&w, &f[SES_RECORD_ATTEMPTS]);
	for (; ses_attempt_next(&w, &t); out->n_attempts++) {
		decode_try(&t, b, &a);
		ses_buf_add(tries, &a, sizeof(a));
	}
	if (ses_buf_check(b, err) < 0 || ses_buf_check(tries, err) < 0)
		return -1;
	out->attempts = (const void *)tries->data;
	return 0;
}
