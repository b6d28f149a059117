#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "vault/batch.h"
#include "vault/doc.h"
#include "vault/pin.h"

int
ses_pin_get(struct ses_store *s, const struct ses_where *w,
    struct ses_buf *project, struct seshat_err *err)
{
	struct ses_buf key = {0};
	json_t *doc;
	int rc = -1;

	ses_key_pin(&key, w);
	doc = ses_doc_get(s, ses_buf_cstr(&key), err);
	if (doc == NULL && err->code != SESHAT_ECORRUPT)
		goto out;
	if (doc == NULL || ses_doc_str(doc, "project")[0] == '\0') {
		ses_fail(err, SESHAT_ECORRUPT,
		    "%s names no project ('seshat verify --repair' mends it)",
		    key.data);
		goto out;
	}
	ses_buf_str(project, ses_doc_str(doc, "project"));
	rc = ses_buf_check(project, err);
out:
	json_decref(doc);
	ses_buf_free(&key);
	return rc;
}

static int
put(struct ses_store *s, const struct ses_where *w, unsigned how,
    struct seshat_err *err)
{
	struct ses_buf key = {0};
	struct ses_buf text = {0};
	int rc = -1;

	ses_key_pin(&key, w);
	ses_buf_str(&text, "{\"project\":");
	ses_json_quote(&text, w->project, strlen(w->project));
	ses_buf_str(&text, "}\n");
	(void)ses_buf_cstr(&key);
	if (ses_buf_check(&key, err) == 0 && ses_buf_check(&text, err) == 0)
		rc = ses_store_put(s, key.data,
		    &(struct ses_put){
			.data = text.data, .len = text.len, .how = how},
		    NULL, err);
	ses_buf_free(&key);
	ses_buf_free(&text);
	return rc;
}

int
ses_pin_make(struct ses_store *s, const struct ses_where *w,
    struct ses_buf *project, struct seshat_err *err)
{
	static const struct timespec settled = {.tv_sec = 2};
	int rc = put(s, w, SES_PUT_CREATE, err);
	unsigned heeds;

	if (rc < 0 && err->code == SESHAT_EEXISTS)
		return ses_pin_get(s, w, project, err);
	if (rc < 0 || ses_store_learn(s, &heeds, err) < 0)
		return -1;
	if (!(heeds & SES_STORE_CREATE_ONLY)) {
		/* two may have put it at once: what stands in the end counts */
		(void)nanosleep(&settled, NULL);
		return ses_pin_get(s, w, project, err);
	}
	ses_buf_str(project, w->project);
	return ses_buf_check(project, err);
}

int
ses_pin_mend(
    struct ses_store *s, const struct ses_where *w, struct seshat_err *err)
{
	return put(s, w, 0, err);
}

int
ses_pin_drop(
    struct ses_store *s, const struct ses_where *w, struct seshat_err *err)
{
	struct ses_buf key = {0};
	int rc;

	ses_key_pin(&key, w);
	rc = ses_store_del(s, ses_buf_cstr(&key), err);
	ses_buf_free(&key);
	return rc;
}

int
ses_removed_get(
    struct ses_store *s, const struct ses_where *w, struct seshat_err *err)
{
	struct ses_store_object o;
	struct ses_buf key = {0};
	int rc;

	ses_key_removed(&key, w);
	rc = ses_store_head(s, ses_buf_cstr(&key), &o, err);
	ses_buf_free(&key);
	if (rc == 0)
		return 1;
	return err->code == SESHAT_ENOTFOUND ? 0 : -1;
}

/* So many at once, however many there are. */
static int
collect(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct ses_batch *b = arg;

	/* somebody else put it there, and we have no name for it */
	if (!ses_store_is_key(o->key)) {
		ses_log(SES_INFO, "%s is not the vault's: it stays", o->key);
		return 0;
	}
	if (ses_batch_add(b, o->key, err) < 0)
		return -1;
	return b->n == SES_STORE_BATCH;
}

/* Delete what a listing of prefix shows. */
static int
remove_all(struct ses_store *s, const char *prefix, struct seshat_err *err)
{
	struct ses_store_list what = {.prefix = prefix};
	struct ses_batch b = {.s = s};
	int rc;

	do {
		rc = ses_store_list(s, &what, collect, &b, err);
		if (rc >= 0 && ses_batch_flush(&b, err) < 0)
			rc = -1;
	} while (rc > 0);
	ses_batch_free(&b);
	return rc;
}

int
ses_vault_remove(
    struct ses_store *s, const struct ses_where *w, struct seshat_err *err)
{
	struct ses_buf removed = {0};
	struct ses_buf pin = {0};
	struct ses_buf all = {0};
	char now[SES_TIME_MAX];
	char text[64];
	int rc = -1;

	ses_key_removed(&removed, w);
	ses_key_pin(&pin, w);
	ses_key_session(&all, w);
	(void)ses_buf_cstr(&all);
	if (ses_buf_check(&all, err) < 0) /* "" would be the whole store */
		goto out;
	ses_time_format(ses_time_now(), now);
	(void)snprintf(text, sizeof(text), "{\"at\":\"%s\"}\n", now);
	if (ses_store_put(s, ses_buf_cstr(&removed),
		&(struct ses_put){.data = text, .len = strlen(text)}, NULL,
		err) < 0)
		goto out;
	if (remove_all(s, all.data, err) < 0)
		goto out;
	rc = ses_store_del(s, ses_buf_cstr(&pin), err);
out:
	ses_buf_free(&removed);
	ses_buf_free(&pin);
	ses_buf_free(&all);
	return rc;
}

int
ses_removed_undo(
    struct ses_store *s, const struct ses_where *w, struct seshat_err *err)
{
	struct ses_buf key = {0};
	int rc;

	ses_key_removed(&key, w);
	rc = ses_store_del(s, ses_buf_cstr(&key), err);
	ses_buf_free(&key);
	return rc;
}
