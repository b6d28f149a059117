/* Which files beside a transcript are new. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/str.h"
#include "mirror/beside.h"
#include "vault/companion.h"
#include "vault/doc.h"
#include "vault/pin.h"

/* A file that was written so shortly before it was read may change again
 * without another time. */
#define SETTLED_S 2
#define TRIES     4  /* of one that changes while it is read */
#define SHORT     16 /* digits of its SHA-256 that the state keeps */

/* How a state says what it knows of a file. */
enum { AT_SIZE, AT_MTIME, AT_INO, AT_SHA256 };

struct taking {
	struct ses_beside b;
	json_t *known;  /* what is known now, by name */
	json_t *stored; /* our names in the store; NULL: not asked for */
	int is_lost;    /* nothing was known: the store is to be asked */
	int changed;    /* known is a copy, and another than it was */
	uint64_t put;
};

/* Whether what is stored does not count. */
static int
is_anew(const struct ses_flush *f)
{
	return f->how->anew || f->how->fresh;
}

static int64_t
mtime_ns(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static int64_t
number(const json_t *row, size_t at)
{
	return (int64_t)json_integer_value(json_array_get(row, at));
}

/* Whether the file is as it was when it was stored; nearly: it was so young
 * then that only another look at its bytes would tell. */
static int
is_known(
    const json_t *known, const char *name, const struct stat *st, int nearly)
{
	const json_t *row = json_object_get(known, name);

	return row != NULL && number(row, AT_SIZE) == (int64_t)st->st_size &&
	       number(row, AT_INO) == (int64_t)st->st_ino &&
	       (number(row, AT_MTIME) == mtime_ns(st) ||
		   (nearly && number(row, AT_MTIME) == 0));
}

/* What is known is about to change: it is the state's, which others save. */
static int
unshare(struct taking *t, struct seshat_err *err)
{
	json_t *copy;

	if (t->changed)
		return 0;
	copy = json_deep_copy(t->known);
	if (copy == NULL)
		return ses_fail_nomem(err);
	json_decref(t->known);
	t->known = copy;
	t->changed = 1;
	return 0;
}

/* What is in the store is what was copied. */
static int
note(struct taking *t, const struct ses_beside_file *file,
    struct seshat_err *err)
{
	const struct stat *st = &file->st;
	int64_t age = (int64_t)(time(NULL) - st->st_mtim.tv_sec);
	int is_young = age >= 0 && age < SETTLED_S;
	json_t *row = json_array();

	(void)json_array_append_new(row, json_integer((json_int_t)st->st_size));
	(void)json_array_append_new(
	    row, json_integer(is_young ? 0 : mtime_ns(st)));
	(void)json_array_append_new(row, json_integer((json_int_t)st->st_ino));
	(void)json_array_append_new(row, json_stringn(file->sha256, SHORT));
	if (json_array_size(row) != AT_SHA256 + 1) {
		json_decref(row);
		return ses_fail_nomem(err);
	}
	if (json_object_set_new(t->known, file->name, row) < 0)
		return ses_fail_nomem(err);
	return 0;
}

/* Why not, of the first few; the name may be any. */
static int
leave_out(struct taking *t, const char *name, const struct seshat_err *why,
    struct seshat_err *err)
{
	struct ses_flush_result *r = t->b.f->r;
	struct ses_buf safe = {0};
	struct seshat_err *told;
	int rc;

	if (r->left_out++ >= SES_LEFT_TOLD)
		return 0;
	told = &r->left_why[r->left_out - 1];
	*told = *why;
	ses_str_safe(name, strlen(name), &safe);
	(void)ses_buf_cstr(&safe);
	rc = ses_buf_check(&safe, err);
	if (rc == 0)
		ses_fail_in(told, "%s", safe.data);
	ses_buf_free(&safe);
	return rc;
}

/* Of more there is a number. */
static void
tell_how_many(struct ses_flush_result *r)
{
	unsigned long long more = r->left_out;

	if (more <= SES_LEFT_TOLD)
		return;
	more -= SES_LEFT_TOLD - 1;
	(void)ses_fail(&r->left_why[SES_LEFT_TOLD - 1], SESHAT_EPARTIAL,
	    "and %llu more files beside it are not stored", more);
}

static int
see_stored(void *arg, const struct ses_companion *c, struct seshat_err *err)
{
	struct taking *t = arg;

	if (!ses_companion_is_of(c, t->b.f->src->w) ||
	    !ses_str_is_utf8(c->name, strlen(c->name)))
		return 0;
	return json_object_set_new(t->stored, c->name, json_true()) < 0
		   ? ses_fail_nomem(err)
		   : 0;
}

/* Which there are, once, where the state was lost. */
static int
ask(struct taking *t, struct seshat_err *err)
{
	const struct ses_flush *f = t->b.f;

	if (!t->is_lost || t->stored != NULL || is_anew(f))
		return 0;
	t->stored = json_object();
	if (t->stored == NULL)
		return ses_fail_nomem(err);
	return ses_companions(f->m->store, &f->where, see_stored, t, err);
}

/* Its header in the store: 1; 0, there is none that counts; -1. */
static int
get_head(struct taking *t, const struct ses_beside_file *file,
    struct ses_part_head *head, struct seshat_err *err)
{
	const struct ses_flush *f = t->b.f;
	struct ses_buf path = {0};
	int rc = ses_companion_path(f->src->w, file->name, &path, err);

	if (rc == 0)
		rc = ses_companion_head(
		    f->m->store, &f->where, path.data, head, err);
	ses_buf_free(&path);
	if (rc == 0)
		return strcmp(head->w, f->src->w) == 0;
	return err->code == SESHAT_ENOTFOUND || ses_flush_is_damage(err) ? 0
									 : -1;
}

/* Whether the store has what was copied, as its header says: 1, 0 or -1.  The
 * secrets in it may be forgotten as the state is. */
static int
is_in_store(struct taking *t, const struct ses_beside_file *file,
    struct seshat_err *err)
{
	struct ses_part_head head = {0};
	int rc = get_head(t, file, &head, err);

	if (rc <= 0)
		return rc;
	/* one that was stored as it stood is stored again, scrubbed */
	if (head.to != (uint64_t)file->st.st_size || head.x != file->crc ||
	    strcmp(head.k, file->sha256) != 0 ||
	    (head.rules == 0 && t->b.redact != NULL))
		return 0;
	if (head.redactions[0] != '\0' && ses_beside_learn(&t->b, err) < 0)
		return -1;
	return 1;
}

/* What is empty now, and was not, is no newer state of it but its loss. */
static int
is_emptied(struct taking *t, const struct ses_beside_file *file,
    struct seshat_err *err)
{
	struct ses_part_head head = {0};
	int rc;

	if (file->st.st_size > 0 ||
	    (!is_anew(t->b.f) &&
		json_object_get(t->known, file->name) == NULL &&
		json_object_get(t->stored, file->name) == NULL))
		return 0;
	rc = get_head(t, file, &head, err);
	return rc <= 0 ? rc : head.to > 0;
}

/* Whether nothing is to be stored of it; the store is asked only where the
 * state does not know. */
static int
is_stored(struct taking *t, const struct ses_beside_file *file,
    struct seshat_err *err)
{
	const json_t *row = json_object_get(t->known, file->name);
	const char *sha = json_string_value(json_array_get(row, AT_SHA256));

	if (!is_anew(t->b.f) && row != NULL &&
	    number(row, AT_SIZE) == (int64_t)file->st.st_size && sha != NULL &&
	    strncmp(sha, file->sha256, SHORT) == 0)
		return 1;
	if (!is_anew(t->b.f) && row == NULL &&
	    json_object_get(t->stored, file->name) != NULL)
		return is_in_store(t, file, err);
	return 0;
}

/* Whether it can be stored under its name: 1; 0, why says why not; -1. */
static int
may_be_named(struct taking *t, const char *name, struct seshat_err *why,
    struct seshat_err *err)
{
	const struct ses_session *s = t->b.f->session;
	struct ses_buf b = {0};
	struct ses_buf key = {0};
	int rc = s->harness->companion_path(s->path, name, &b, why);

	if (rc == 0) {
		ses_buf_clear(&b);
		rc = ses_companion_path(t->b.f->src->w, name, &b, why);
	}
	if (rc == 0)
		rc = ses_companion_key(b.data, &key, why);
	ses_buf_free(&key);
	ses_buf_free(&b);
	if (rc < 0)
		return why->code == SESHAT_ENOMEM ? ses_fail_nomem(err) : 0;
	rc = ses_beside_is_secret(&t->b, name, err);
	if (rc > 0)
		ses_fail(why, SESHAT_EUNSUPPORTED,
		    "its name holds a secret: it is not stored");
	return rc < 0 ? -1 : rc == 0;
}

/* A file that is not as it was. */
static int
take(struct taking *t, const char *name, const char *path,
    struct seshat_err *err)
{
	struct ses_beside_file file = {.name = name};
	struct seshat_err why = SESHAT_ERR_INIT;
	int tries = 0;
	int rc;

	if (unshare(t, err) < 0 || ask(t, err) < 0)
		return -1;
	do {
		rc = ses_beside_copy(&t->b, path, &file, &why, err);
	} while (rc > 0 && why.code == SESHAT_ECONFLICT && ++tries < TRIES);
	if (rc > 0 && why.code == SESHAT_ENOMEM)
		return ses_fail_nomem(err);
	if (rc > 0 && why.code == SESHAT_ENOTFOUND)
		return 0; /* it went meanwhile */
	if (rc == 0) {
		rc = may_be_named(t, name, &why, err);
		rc = rc < 0 ? -1 : rc == 0;
	}
	if (rc > 0)
		return leave_out(t,
		    ses_beside_is_secret(&t->b, name, err) != 0
			? "a file beside it"
			: name,
		    &why, err);
	if (rc < 0)
		return -1;
	rc = is_stored(t, &file, err);
	if (rc == 0)
		rc = is_emptied(t, &file, err);
	if (rc == 0) {
		rc = ses_beside_put(&t->b, &file, err);
		if (rc < 0 && err->code == SESHAT_ELIMIT) {
			why = *err;
			return leave_out(t, name, &why, err);
		}
		if (rc < 0)
			return ses_fail_in(err, "%s", name);
		t->put++;
	}
	return rc < 0 ? -1 : note(t, &file, err);
}

static int
see(void *arg, const char *name, const char *path, struct seshat_err *err)
{
	struct taking *t = arg;
	struct seshat_err why = SESHAT_ERR_INIT;
	struct stat st;
	int rc;

	if (lstat(path, &st) == 0 && !is_anew(t->b.f) &&
	    is_known(t->known, name, &st, 0))
		return 0;
	rc = ses_beside_ready(&t->b, err);
	if (rc != 0)
		return rc;
	if (json_object_size(t->known) >= SES_BESIDE_MAX &&
	    json_object_get(t->known, name) == NULL) {
		ses_fail(&why, SESHAT_ELIMIT,
		    "more than %d files: it is not stored", SES_BESIDE_MAX);
		return leave_out(t, name, &why, err);
	}
	return take(t, name, path, err);
}

/* Somebody may have removed the session; not one that this flush began. */
static int
check_removed(struct taking *t, struct seshat_err *err)
{
	const struct ses_flush *f = t->b.f;
	int rc;

	if (t->put == 0 || (f->r->opened && !f->r->rewritten))
		return SES_FLUSH_OK;
	rc = ses_removed_get(f->m->store, &f->where, err);
	if (rc <= 0)
		return rc;
	return ses_companions_remove(f->m->store, &f->where, err) < 0
		   ? -1
		   : SES_FLUSH_REMOVED;
}

/* The state learns what was stored: not before that is. */
static int
keep(struct taking *t, struct seshat_err *err)
{
	struct ses_state_source *src = t->b.f->src;

	if (!t->changed)
		return 0;
	json_decref(src->beside);
	src->beside = json_incref(t->known);
	return ses_flush_save(t->b.f, err);
}

int
ses_flush_beside(struct ses_flush *f, struct seshat_err *err)
{
	const struct ses_session *s = f->session;
	const char *slash = strrchr(s->path, '/');
	struct taking t = {
	    .b = {.f = f, .dir = -1}, .is_lost = f->src->beside == NULL};
	struct seshat_err why = SESHAT_ERR_INIT;
	int rc;

	if (s->harness->companions == NULL || f->how->origin != NULL ||
	    slash == NULL || s->rows != NULL)
		return SES_FLUSH_OK;
	t.b.dir_len = (size_t)(slash - s->path) + 1;
	t.known = t.is_lost ? json_object() : json_incref(f->src->beside);
	if (t.known == NULL)
		return ses_fail_nomem(err);
	rc = s->harness->companions(s->path, see, &t, err);
	if (rc == 0)
		rc = check_removed(&t, err);
	/* what was stored is, whatever came then; but of a session of which
	 * nothing was known the rest is not known either */
	if (rc == SES_FLUSH_OK)
		rc = keep(&t, err);
	else if (rc == -1 && !t.is_lost && keep(&t, &why) < 0)
		ses_log(SES_DEBUG, "%s: %s", s->path, why.msg);
	tell_how_many(f->r);
	ses_beside_free(&t.b);
	json_decref(t.known);
	json_decref(t.stored);
	return rc;
}

struct pending {
	const json_t *known;
	int (*each)(void *arg, const char *name, const struct stat *st,
	    struct seshat_err *err);
	void *arg;
};

static int
see_pending(
    void *arg, const char *name, const char *path, struct seshat_err *err)
{
	const struct pending *p = arg;
	struct stat st = {0};

	if (lstat(path, &st) < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	return is_known(p->known, name, &st, 1)
		   ? 0
		   : p->each(p->arg, name, &st, err);
}

int
ses_beside_pending(const struct ses_session *s, const json_t *known,
    int (*each)(void *arg, const char *name, const struct stat *st,
	struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	struct pending p = {known, each, arg};

	return s->harness->companions == NULL || s->rows != NULL
		   ? 0
		   : s->harness->companions(s->path, see_pending, &p, err);
}
