/* A hit, as a document. */
#include "catalog/catalog.h"
#include "vault/doc.h"

/* A snippet's text, and where the marked characters of it are. */
static void
add_snippet(json_t *o, const char *s)
{
	json_t *marks = json_array();
	struct ses_buf plain = {0};
	json_int_t at = 0;
	json_int_t from = 0;

	for (; *s != '\0'; s++) {
		if (*s == SES_CATALOG_MARK) {
			from = at;
		} else if (*s == SES_CATALOG_MARK_END) {
			(void)json_array_append_new(
			    marks, json_pack("[I,I]", from, at));
		} else {
			ses_buf_add(&plain, s, 1);
			at += ((unsigned char)*s & 0xc0) != 0x80;
		}
	}
	ses_doc_set_str(o, "snippet", ses_buf_cstr(&plain));
	(void)json_object_set_new(o, "highlights", marks);
	ses_buf_free(&plain);
}

json_t *
ses_catalog_hit_json(const struct ses_catalog_hit *h)
{
	json_t *o = json_object();

	ses_doc_set_str(o, "session_id", h->id);
	ses_doc_set_str(o, "harness", h->harness);
	ses_doc_set_str(o, "project", h->project);
	ses_doc_set_str(o, "title", h->title);
	if (h->line > 0)
		ses_doc_set_u64(o, "line", h->line);
	else
		(void)json_object_set_new(o, "line", json_null());
	ses_doc_set_time(o, "time", h->time);
	if (h->log != NULL) {
		ses_doc_set_str(o, "log", h->log);
		ses_doc_set_u64(o, "log_line", h->log_line);
	}
	ses_doc_set_str(o, "role", ses_catalog_role(h->role));
	ses_doc_set_str(o, "kind", ses_catalog_kind(h->kind));
	ses_doc_set_str(o, "tool", h->tool);
	if (h->damaged)
		(void)json_object_set_new(o, "damaged", json_true());
	add_snippet(o, h->snippet);
	return o;
}
