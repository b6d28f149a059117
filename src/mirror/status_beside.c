/* What is missing of the files beside a transcript. */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "mirror/beside.h"
#include "mirror/status.h"
#include "vault/companion.h"

struct counting {
	struct ses_store *store;
	const struct ses_session *session;
	const struct ses_where *where;
	const char *w;       /* whose files those are */
	const json_t *known; /* what the state says is stored, or NULL: */
	json_t *stored;      /* the store's names, once asked for */
	struct ses_beside_missing *out;
};

static int
see_stored(void *arg, const struct ses_companion *c, struct seshat_err *err)
{
	struct counting *k = arg;

	if (!ses_companion_is_of(c, k->w) ||
	    !ses_str_is_utf8(c->name, strlen(c->name)))
		return 0;
	return json_object_set_new(k->stored, c->name, json_true()) < 0
		   ? ses_fail_nomem(err)
		   : 0;
}

static int
ask(struct counting *k, struct seshat_err *err)
{
	if (k->known != NULL || k->stored != NULL)
		return 0;
	k->stored = json_object();
	if (k->stored == NULL)
		return ses_fail_nomem(err);
	return ses_companions(k->store, k->where, see_stored, k, err);
}

/* Why no mirror can store it as it is; NULL: it can, as far as is seen. */
static const char *
why_not(const struct counting *k, const char *name, const struct stat *st)
{
	const struct ses_session *s = k->session;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf path = {0};
	struct ses_buf b = {0};
	const char *why = NULL;

	if ((uint64_t)st->st_size > SES_COMPANION_MAX)
		why = "is over 64 MiB and is left out";
	else if (json_object_size(k->known) >= SES_BESIDE_MAX &&
		 json_object_get(k->known, name) == NULL)
		why = "is one too many and is left out";
	else if (s->harness->companion_path(s->path, name, &b, &err) < 0 ||
		 ses_companion_path(k->w, name, &path, &err) < 0 ||
		 ses_companion_key(path.data, &b, &err) < 0)
		why = err.code == SESHAT_ENOMEM
			  ? NULL
			  : "has a name that is not stored and is left out";
	ses_buf_free(&path);
	ses_buf_free(&b);
	return why;
}

static int
see(void *arg, const char *name, const struct stat *st, struct seshat_err *err)
{
	struct counting *k = arg;
	struct ses_buf safe = {0};
	const char *why;
	int64_t at =
	    (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;

	if (ask(k, err) < 0)
		return -1;
	if (k->known == NULL && json_object_get(k->stored, name) != NULL)
		return 0;
	k->out->n++;
	if (at > k->out->newest)
		k->out->newest = at;
	why = why_not(k, name, st);
	if (why == NULL || k->out->n_left++ > 0)
		return 0;
	ses_str_safe(name, ses_str_fit(name, strlen(name), 150), &safe);
	(void)snprintf(k->out->left, sizeof(k->out->left), "%s %s",
	    ses_buf_cstr(&safe), why);
	ses_buf_free(&safe);
	return 0;
}

int
ses_status_beside(struct ses_store *store, const struct ses_session *s,
    const char *w, const json_t *known, struct ses_status *out,
    struct ses_beside_missing *missing, struct seshat_err *err)
{
	const struct ses_where where = {out->project, s->harness->name, s->id};
	struct counting k = {.store = store,
	    .session = s,
	    .where = &where,
	    .w = w,
	    .known = known,
	    .out = missing};
	int rc;

	*missing = (struct ses_beside_missing){0};
	rc = ses_beside_pending(s, known, see, &k, err);
	out->beside = missing->n;
	json_decref(k.stored);
	return rc;
}

void
ses_beside_missing_tell(const struct ses_beside_missing *m, const char *when,
    char *out, size_t size)
{
	char more[40] = "";

	if (m->n_left > 1)
		(void)snprintf(more, sizeof(more), " (and %llu more)",
		    (unsigned long long)(m->n_left - 1));
	(void)snprintf(out, size,
	    "not all that stands beside it is stored%s%s%s%s",
	    m->n > m->n_left ? when : "", m->n_left > 0 ? ": " : "", m->left,
	    more);
}
