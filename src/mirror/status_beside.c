/* What is missing of the files beside a transcript. */
#include "mirror/beside.h"
#include "mirror/status.h"
#include "vault/companion.h"

struct counting {
	struct ses_store *store;
	const struct ses_where *w;
	int is_known;   /* the state tells what is stored */
	json_t *stored; /* else the store's names, once asked for */
	struct ses_status *out;
	int64_t *newest;
};

static int
see_stored(void *arg, const struct ses_companion *c, struct seshat_err *err)
{
	return json_object_set_new(arg, c->name, json_true()) < 0
		   ? ses_fail_nomem(err)
		   : 0;
}

static int
ask(struct counting *c, struct seshat_err *err)
{
	if (c->is_known || c->stored != NULL)
		return 0;
	c->stored = json_object();
	if (c->stored == NULL)
		return ses_fail_nomem(err);
	return ses_companions(c->store, c->w, see_stored, c->stored, err);
}

static int
see(void *arg, const char *name, const struct stat *st, struct seshat_err *err)
{
	struct counting *c = arg;
	int64_t at =
	    (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;

	if (ask(c, err) < 0)
		return -1;
	if (!c->is_known && json_object_get(c->stored, name) != NULL)
		return 0;
	c->out->beside++;
	if (at > *c->newest)
		*c->newest = at;
	return 0;
}

int
ses_status_beside(struct ses_store *store, const struct ses_session *s,
    const json_t *known, struct ses_status *out, int64_t *newest,
    struct seshat_err *err)
{
	const struct ses_where w = {out->project, s->harness->name, s->id};
	struct counting c = {.store = store,
	    .w = &w,
	    .is_known = known != NULL,
	    .out = out,
	    .newest = newest};
	int rc;

	*newest = 0;
	rc = ses_beside_pending(s, known, see, &c, err);
	json_decref(c.stored);
	return rc;
}
