#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "vault/doc.h"
#include "vault/garbage.h"

#define JOIN_MS INT64_C(600000)
#define ROW_MAX (1U << 20) /* parts: nobody merges more in ten minutes */

/* The end of the ten minutes that t is in. */
static int64_t
round_up(int64_t t)
{
	return (t + JOIN_MS - 1) / JOIN_MS * JOIN_MS;
}

/* Numbers of a row of parts; -1: it is none. */
static int
parts_of(const json_t *row, uint32_t *first, uint32_t *last)
{
	const json_t *v = json_object_get(row, "parts");
	json_int_t a = json_integer_value(json_array_get(v, 0));
	json_int_t b = json_integer_value(json_array_get(v, 1));

	if (json_array_size(v) != 2 || a < 0 || b < a || b > UINT32_MAX ||
	    b - a >= ROW_MAX)
		return -1;
	*first = (uint32_t)a;
	*last = (uint32_t)b;
	return 0;
}

void
ses_garbage_add(json_t *doc, const struct ses_entry *e, int64_t put_by)
{
	json_t *rows = json_object_get(doc, "garbage");
	json_t *row;
	uint32_t first;
	uint32_t last;

	put_by = round_up(put_by);
	if (!json_is_array(rows)) {
		(void)json_object_set_new(doc, "garbage", json_array());
		rows = json_object_get(doc, "garbage");
	}
	row = json_array_get(rows, json_array_size(rows) - 1);
	if (ses_entry_is_merged(e)) {
		row = json_object();
		ses_doc_set_str(row, "key", e->name);
	} else if (row != NULL && parts_of(row, &first, &last) == 0 &&
		   (uint64_t)last + 1 == e->first &&
		   ses_doc_time(row, "put_by") == put_by) {
		(void)json_array_set_new(json_object_get(row, "parts"), 1,
		    json_integer((json_int_t)e->last));
		return;
	} else {
		row = json_object();
		(void)json_object_set_new(row, "parts",
		    json_pack(
			"[I,I]", (json_int_t)e->first, (json_int_t)e->last));
	}
	ses_doc_set_time(row, "put_by", put_by);
	(void)json_array_append_new(rows, row);
}

/* Whether the row is of what e describes. */
static int
is_row_of(const json_t *row, const struct ses_entry *e)
{
	uint32_t first;
	uint32_t last;

	if (ses_entry_is_merged(e))
		return strcmp(ses_doc_str(row, "key"), e->name) == 0;
	return parts_of(row, &first, &last) == 0 && first <= e->first &&
	       e->last <= last;
}

enum ses_garbage_when
ses_garbage_when(const json_t *doc, const struct ses_entry *e)
{
	const json_t *rows = json_object_get(doc, "garbage");
	enum ses_garbage_when when = SES_GARBAGE_NEVER;
	const json_t *row;
	size_t i;

	for (i = 0; i < json_array_size(rows); i++) {
		row = json_array_get(rows, i);
		if (!is_row_of(row, e))
			continue;
		if (ses_doc_time(row, "put_by") == 0)
			return SES_GARBAGE_NOW;
		when = SES_GARBAGE_LATER;
	}
	return when;
}

/* What the checkpoint lists. */
struct listed {
	struct ses_entry *v;
	size_t n;
	const char *stream;
};

/* Whether the parts first to last are in a merged object, and not in the one
 * called name. */
static int
is_replaced(
    const struct listed *l, uint32_t first, uint32_t last, const char *name)
{
	const struct ses_entry *e = ses_entries_find(l->v, l->n, first);

	return e != NULL && ses_entry_is_merged(e) && last <= e->last &&
	       strcmp(e->name, name) != 0;
}

static int
take_row(const struct listed *l, const json_t *row,
    int (*each)(void *arg, const char *name, struct seshat_err *err), void *arg,
    struct seshat_err *err)
{
	const char *key = ses_doc_str(row, "key");
	char stream[SES_STREAM_ID];
	char name[SES_PART_NAME];
	uint32_t first;
	uint32_t last;
	uint32_t unused;

	if (ses_key_merged_range(key, &first, &last) == 0) {
		(void)ses_key_kind(key, stream, &unused);
		return strcmp(stream, l->stream) == 0 &&
			       is_replaced(l, first, last, key)
			   ? each(arg, key, err)
			   : 0;
	}
	if (parts_of(row, &first, &last) < 0)
		return 0;
	for (; first <= last; first++) {
		if (ses_entries_find(l->v, l->n, first) == NULL)
			break;
		ses_key_part(name, first, l->stream);
		if (is_replaced(l, first, first, name) &&
		    each(arg, name, err) < 0)
			return -1;
	}
	return 0;
}

int
ses_garbage_take(json_t *doc, int64_t now,
    int (*each)(void *arg, const char *name, struct seshat_err *err), void *arg,
    struct seshat_err *err)
{
	struct listed l = {.stream = ses_doc_str(doc, "stream")};
	json_t *rows = json_object_get(doc, "garbage");
	json_t *row;
	size_t i = 0;
	int rc = 0;

	if (json_array_size(rows) == 0)
		return 0;
	if (ses_entries_parse(doc, 0, &l.v, &l.n, err) < 0)
		return -1;
	while (i < json_array_size(rows) && rc == 0) {
		row = json_array_get(rows, i);
		if (now - ses_doc_time(row, "put_by") <= SES_GARBAGE_MS) {
			i++;
			continue;
		}
		rc = take_row(&l, row, each, arg, err);
		if (rc == 0)
			(void)json_array_remove(rows, i);
	}
	free(l.v);
	return rc;
}
