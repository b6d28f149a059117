#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "vault/survey.h"

/* The folders right below a prefix, as keys with their final "/". */
struct folders {
	char **v;
	size_t n;
	size_t cap;
};

static void
folders_free(struct folders *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	*l = (struct folders){0};
}

static int
see(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct folders *l = arg;
	char **v;

	if (!ses_str_ends(o->key, "/"))
		return 0;
	v = ses_grow(l->v, l->n, &l->cap, sizeof(*v));
	if (v == NULL)
		return ses_fail_nomem(err);
	l->v = v;
	l->v[l->n] = ses_str_dup(o->key);
	if (l->v[l->n] == NULL)
		return ses_fail_nomem(err);
	l->n++;
	return 0;
}

static int
folders_of(struct ses_store *s, const char *prefix, struct folders *out,
    struct seshat_err *err)
{
	const struct ses_store_list what = {.prefix = prefix, .shallow = 1};

	return ses_store_list(s, &what, see, out, err);
}

/* A survey under way. */
struct survey {
	struct ses_store *s;
	int (*each)(
	    void *arg, const struct ses_where *w, struct seshat_err *err);
	void *arg;
	struct ses_buf names[3]; /* project, harness, id */
};

/* The last component of a key that ends in "/": 0, or -1 if it is no name
 * that we would make. */
static int
last_name(const char *key, struct ses_buf *out)
{
	size_t end = strlen(key) - 1;
	size_t from = end;

	while (from > 0 && key[from - 1] != '/')
		from--;
	ses_buf_clear(out);
	if (ses_key_decode(out, key + from, end - from) < 0)
		return -1;
	(void)ses_buf_cstr(out);
	return out->bad || out->len == 0 ? -1 : 0;
}

/* Sessions of "<project>/sessions/<harness>/". */
static int
sessions_of(struct survey *y, const char *prefix, struct seshat_err *err)
{
	struct folders l = {0};
	struct ses_where w;
	size_t i;
	int rc;

	rc = last_name(prefix, &y->names[1]) < 0
		 ? 0
		 : folders_of(y->s, prefix, &l, err);
	for (i = 0; i < l.n && rc == 0; i++) {
		if (last_name(l.v[i], &y->names[2]) < 0)
			continue;
		w = (struct ses_where){.project = y->names[0].data,
		    .harness = y->names[1].data,
		    .id = y->names[2].data};
		rc = y->each(y->arg, &w, err);
	}
	folders_free(&l);
	return rc;
}

/* Harnesses of "<project>/". */
static int
project(struct survey *y, const char *prefix, struct seshat_err *err)
{
	struct folders l = {0};
	struct ses_buf below = {0};
	size_t i;
	int rc = 0;

	if (last_name(prefix, &y->names[0]) < 0)
		return 0;
	ses_buf_fmt(&below, "%ssessions/", prefix);
	(void)ses_buf_cstr(&below);
	rc = ses_buf_check(&below, err);
	if (rc == 0)
		rc = folders_of(y->s, below.data, &l, err);
	for (i = 0; i < l.n && rc == 0; i++)
		rc = sessions_of(y, l.v[i], err);
	folders_free(&l);
	ses_buf_free(&below);
	return rc;
}

int
ses_survey(struct ses_store *s,
    int (*each)(void *arg, const struct ses_where *w, struct seshat_err *err),
    void *arg, struct seshat_err *err)
{
	struct survey y = {.s = s, .each = each, .arg = arg};
	struct folders l = {0};
	size_t i;
	int rc = folders_of(s, "", &l, err);

	for (i = 0; i < l.n && rc == 0; i++)
		if (!ses_key_is_reserved(l.v[i]))
			rc = project(&y, l.v[i], err);
	folders_free(&l);
	for (i = 0; i < 3; i++)
		ses_buf_free(&y.names[i]);
	return rc;
}

static int
see_any(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	(void)arg;
	(void)o;
	(void)err;
	return 1;
}

static int
any_session(void *arg, const struct ses_where *w, struct seshat_err *err)
{
	(void)arg;
	(void)w;
	(void)err;
	return 1;
}

int
ses_vault_exists(struct ses_store *s, struct seshat_err *err)
{
	static const char *const prefixes[] = {"ids/", "removed/"};
	struct ses_store_list what = {.shallow = 1};
	size_t i;
	int rc = 0;

	for (i = 0; i < 2 && rc == 0; i++) {
		what.prefix = prefixes[i];
		rc = ses_store_list(s, &what, see_any, NULL, err);
	}
	/* all pins may have been lost */
	return rc != 0 ? rc : ses_survey(s, any_session, NULL, err);
}
