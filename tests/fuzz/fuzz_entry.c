/*
 * Checkpoints of any bytes: a document that parses is written and read again
 * as the same, and so is every part that one of its entries names.
 */
#include <string.h>

#include "fuzz/fuzz.h"
#include "vault/doc.h"
#include "vault/entry.h"

static int
same_entry(const struct ses_entry *a, const struct ses_entry *b)
{
	return strcmp(a->name, b->name) == 0 && a->first == b->first &&
	       a->last == b->last && a->from == b->from && a->to == b->to &&
	       a->size == b->size && a->stored == b->stored &&
	       a->lines == b->lines && a->last_event == b->last_event &&
	       strcmp(a->h, b->h) == 0 && strcmp(a->k, b->k) == 0 &&
	       a->x == b->x && a->crc == b->crc && a->body == b->body &&
	       a->body_size == b->body_size && a->torn == b->torn &&
	       a->inside == b->inside && a->known == b->known;
}

static void
entry(const json_t *doc)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_entry first = {0};
	struct ses_entry again = {0};
	json_t *written;

	if (ses_entry_parse(doc, &first, &err) < 0)
		return;
	MUST(strlen(first.name) < sizeof(first.name));
	MUST(first.first <= first.last && first.from <= first.to);
	written = ses_entry_format(&first, "github-token:3,aws-key:1");
	MUST(written != NULL);
	MUST(ses_entry_parse(written, &again, &err) == 0);
	MUST(same_entry(&first, &again));
	json_decref(written);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *doc = ses_doc_parse((const char *)data, len, &err);
	struct ses_buf text = {0};
	json_t *again;
	json_t *parts;
	size_t i;

	if (doc == NULL)
		return 0;
	MUST(ses_doc_format(doc, &text, &err) == 0);
	again = ses_doc_parse(text.data, text.len, &err);
	MUST(again != NULL && json_equal(doc, again));
	json_decref(again);
	ses_buf_free(&text);
	entry(doc);
	parts = json_object_get(doc, "parts");
	for (i = 0; i < json_array_size(parts); i++)
		entry(json_array_get(parts, i));
	json_decref(doc);
	return 0;
}
