/* One session of a bucket. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "import/one.h"
#include "vault/pin.h"

static int
add_piece(
    struct ses_importing *s, const struct ses_piece *p, struct seshat_err *err)
{
	struct ses_piece *v;

	if (s->n == SES_PIECE_MAX)
		return ses_fail(
		    err, SESHAT_ELIMIT, "more than %d parts", SES_PIECE_MAX);
	v = ses_grow(s->v, s->n, &s->cap, sizeof(*v));
	if (v == NULL)
		return ses_fail_nomem(err);
	s->v = v;
	s->v[s->n++] = *p;
	return 0;
}

/* Sort an object of the session into what it is. */
static int
see(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct ses_importing *s = arg;
	const char *name = o->key + strlen(s->s->prefix);
	char stream[SES_STREAM_ID];
	struct ses_piece p;
	uint32_t seq;

	if (ses_key_kind(name, stream, &seq) != SES_OBJECT_OTHER) {
		s->has_streams = 1;
	} else if (ses_piece_parse(name, &p)) {
		p.when = o->mtime;
		return add_piece(s, &p, err);
	} else if (strcmp(name, "meta.json") == 0) {
		s->has_meta = 1;
	} else if (strcmp(name, "beside/") == 0) {
		s->has_beside = 1;
	} else {
		ses_import_note(s, name, "is passed over: it is no part");
	}
	return 0;
}

/* Whether its user removed it: here, or where it comes from. */
static int
is_removed(struct ses_importing *s, struct seshat_err *err)
{
	const struct ses_mirror *m = &s->im->m;
	int rc = 0;

	if (!m->opts.again)
		rc = ses_removed_get(m->store, &s->to, err);
	if (rc == 0 && s->im->what->from->ops->read == NULL)
		rc = ses_removed_get(
		    s->im->what->from->bucket.store, &s->from, err);
	return rc;
}

const char *
ses_import_project(const struct ses_importing *s)
{
	if (s->im->project != NULL)
		return s->im->project;
	if (s->s->project == NULL)
		return s->im->usual;
	/* what the vault itself lays at the top */
	if (!ses_key_is_reserved(s->s->project))
		return s->s->project;
	return strcmp(s->s->project, "ids") == 0     ? "ids-"
	       : strcmp(s->s->project, "index") == 0 ? "index-"
						     : "removed-";
}

/* A flag that differs from what is pinned is a mistake. */
static int
check_project(struct ses_importing *s, struct seshat_err *err)
{
	if (ses_import_where(s, err) < 0)
		return -1;
	if (s->im->project == NULL || s->to.project == NULL ||
	    strcmp(s->im->project, s->to.project) == 0)
		return 0;
	return ses_fail(err, SESHAT_EUSAGE,
	    "session %s belongs to project '%s', not '%s'", s->s->id,
	    s->to.project, s->im->project);
}

int
ses_import_one(struct ses_importing *s, struct seshat_err *err)
{
	struct ses_store_list what = {.prefix = s->s->prefix, .shallow = 1};
	int rc = is_removed(s, err);

	if (rc != 0) {
		s->removed = rc > 0;
		return rc < 0 ? -1 : 0;
	}
	if (check_project(s, err) < 0)
		return -1;
	if (s->im->what->from->ops->read != NULL)
		return ses_import_whole(s, err);
	if (ses_store_list(
		s->im->what->from->bucket.store, &what, see, s, err) < 0)
		return -1;
	if (s->n == 0 && !s->has_streams)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "%s holds no part of a session", s->name);
	if (s->has_streams &&
	    ((s->im->m.opts.again &&
		 ses_removed_undo(s->im->m.store, &s->to, err) < 0) ||
		ses_import_streams(s, err) < 0))
		return -1;
	return s->n == 0 ? 0 : ses_import_pieces(s, err);
}
