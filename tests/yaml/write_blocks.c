/*
 * Writes metadata blocks for judge_blocks.py.  Each line of the input is
 *
 *     {"fields": [[NAME, VALUE], ...], "set": [[NAME, VALUE], ...]}
 *
 * and is answered by a line
 *
 *     {"block": TEXT, "updated": TEXT}
 *
 * the block with the fields, and after the others were set in it; or by
 * {"error": CODE}.  With "body": TEXT instead of fields, they are set in that.
 * A value is a string, a whole number, a truth value or null.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/str.h"
#include "github/block.h"

#define KEY  "plan-header"
#define MOST 220

struct list {
	struct ses_field fields[MOST];
	char numbers[MOST][24];
	size_t n;
};

static void
take(json_t *array, struct list *out)
{
	json_t *pair;
	json_t *value;
	struct ses_field *f;
	size_t i;

	out->n = 0;
	json_array_foreach(array, i, pair)
	{
		if (i == MOST)
			abort();
		f = &out->fields[out->n++];
		value = json_array_get(pair, 1);
		*f = (struct ses_field){
		    .name = json_string_value(json_array_get(pair, 0)),
		    .text = json_string_value(value),
		    .kind = SES_FIELD_TEXT};
		if (json_is_integer(value)) {
			f->kind = SES_FIELD_INT;
			f->text = out->numbers[i];
			(void)snprintf(out->numbers[i], sizeof(out->numbers[i]),
			    "%lld", json_integer_value(value));
		} else if (json_is_boolean(value)) {
			f->kind = SES_FIELD_BOOL;
			f->text = json_is_true(value) ? "true" : "false";
		} else if (json_is_null(value)) {
			f->kind = SES_FIELD_NULL;
		}
	}
}

static json_t *
answer(json_t *line, struct list *fields)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_block_set set;
	struct ses_buf block = {0};
	struct ses_buf updated = {0};
	struct ses_buf why = {0};
	json_t *out;
	int rc;

	take(json_object_get(line, "fields"), fields);
	if (json_object_get(line, "body") != NULL) {
		ses_buf_str(
		    &block, json_string_value(json_object_get(line, "body")));
		rc = 0;
	} else {
		rc = ses_block_render(
		    KEY, fields->fields, fields->n, &block, &err);
	}
	if (rc == 0) {
		take(json_object_get(line, "set"), fields);
		set = (struct ses_block_set){fields->fields, fields->n};
		rc = ses_block_update(
		    block.data, block.len, KEY, &set, &updated, &err);
	}
	/* a message may end within a character */
	ses_str_safe(err.msg, strlen(err.msg), &why);
	if (rc < 0)
		out = json_pack(
		    "{s:i, s:s}", "error", err.code, "why", ses_buf_cstr(&why));
	else
		out = json_pack("{s:s%, s:s%}", "block", block.data, block.len,
		    "updated", updated.data, updated.len);
	ses_buf_free(&why);
	ses_buf_free(&block);
	ses_buf_free(&updated);
	return out;
}

int
main(void)
{
	struct list *fields = calloc(1, sizeof(*fields));
	json_t *line;
	json_t *out;

	while (fields != NULL && (line = json_loadf(stdin,
				      JSON_DISABLE_EOF_CHECK, NULL)) != NULL) {
		out = answer(line, fields);
		json_decref(line);
		if (out == NULL || json_dumpf(out, stdout, JSON_ENSURE_ASCII))
			abort();
		(void)putchar('\n');
		json_decref(out);
	}
	free(fields);
	return fflush(stdout) != 0;
}
