#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "pack/member.h"
#include "vault/doc.h"
#include "vault/index.h"
#include "vault/key.h"

#define INDEX_MAX  (64U << 20)  /* packed */
#define UNPACK_MAX (512U << 20) /* a bomb ends here */

static void
index_key(struct ses_buf *out, const char *project, const char *owner)
{
	ses_key_component(out, project);
	ses_buf_fmt(out, "/index/%s.jsonl.gz", owner);
}

/* The lines of an index; absent or damaged is empty. */
static int
read_lines(struct ses_store *s, const char *key, struct ses_buf *lines,
    struct seshat_err *err)
{
	struct ses_buf packed = {0};
	struct ses_sink sink = ses_sink_buf(lines);
	int rc = ses_store_read(s, key, INDEX_MAX, &packed, err);

	if (rc == 0)
		rc = ses_member_inflate(
		    packed.data, packed.len, UNPACK_MAX, &sink, err);
	if (rc < 0 &&
	    (err->code == SESHAT_ENOTFOUND || err->code == SESHAT_ECORRUPT)) {
		if (err->code == SESHAT_ECORRUPT)
			ses_log(
			    SES_WARN, "%s: %s; it is made anew", key, err->msg);
		ses_buf_clear(lines);
		rc = 0;
	}
	ses_buf_free(&packed);
	return rc;
}

static int
write_lines(struct ses_store *s, const char *key, const struct ses_buf *lines,
    struct seshat_err *err)
{
	struct ses_packer p = {0};
	struct ses_buf packed = {0};
	int rc = -1;

	if (ses_buf_check(lines, err) == 0 &&
	    ses_member_pack(&p, "", 0, lines->data, lines->len, &packed, err) ==
		0)
		rc = ses_store_put(s, key,
		    &(struct ses_put){.data = packed.data,
			.len = packed.len,
			.how = SES_PUT_CACHE},
		    NULL, err);
	ses_packer_free(&p);
	ses_buf_free(&packed);
	return rc;
}

/* "harness/id" of a line, as the key of the set of replaced rows. */
static const char *
name_of(const char *line, size_t len, struct ses_buf *out)
{
	struct ses_json v;
	struct ses_json part;

	ses_buf_clear(out);
	(void)ses_json_peek(line, len, &v);
	if (ses_json_get(&v, "harness", &part))
		ses_json_text(&part, out);
	ses_buf_str(out, "/");
	if (ses_json_get(&v, "id", &part))
		ses_json_text(&part, out);
	return ses_buf_cstr(out);
}

/* Whether the line tells more than the row that is to replace it: somebody
 * else wrote of the same stream meanwhile. */
static int
is_newer(const char *line, size_t len, const json_t *row)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	json_t *old =
	    json_is_object(row) ? ses_doc_parse(line, len, &ignored) : NULL;
	int64_t was = ses_doc_time(old, "last_uploaded_at");
	int64_t is = ses_doc_time(row, "last_uploaded_at");
	int newer =
	    old != NULL && is != 0 && /* 0: not known any more */
	    strcmp(ses_doc_str(old, "stream"), ses_doc_str(row, "stream")) ==
		0 &&
	    (was > is || (was == is && ses_doc_time(old, "ended_at") != 0 &&
			     ses_doc_time(row, "ended_at") == 0));

	json_decref(old);
	return newer;
}

/* Copy the lines whose session is not in the set, or that are newer than what
 * is there: such a row leaves the set. */
static void
keep_others(const struct ses_buf *old, json_t *set, struct ses_buf *out)
{
	struct ses_buf name = {0};
	const char *p = old->data;
	const char *end = p + old->len;
	const char *key;
	const json_t *row;
	const char *nl;

	while (p < end) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl == NULL ? end : nl + 1;
		key = name_of(p, (size_t)(nl - p), &name);
		row = json_object_get(set, key);
		if (row == NULL || is_newer(p, (size_t)(nl - p), row)) {
			ses_buf_add(out, p, (size_t)(nl - p));
			(void)json_object_del(set, key);
		}
		p = nl;
	}
	ses_buf_free(&name);
}

/* Take the sessions in set out, and append the rows among its values. */
static int
rewrite(struct ses_store *s, const char *project, const char *owner,
    json_t *set, struct seshat_err *err)
{
	struct ses_buf key = {0};
	struct ses_buf old = {0};
	struct ses_buf lines = {0};
	const char *name;
	json_t *row;
	int rc = -1;

	index_key(&key, project, owner);
	if (read_lines(s, ses_buf_cstr(&key), &old, err) < 0)
		goto out;
	if (old.len > 0)
		keep_others(&old, set, &lines);
	json_object_foreach(set, name, row)
	{
		if (json_is_object(row) && ses_doc_format(row, &lines, err) < 0)
			goto out;
	}
	rc = write_lines(s, key.data, &lines, err);
out:
	ses_buf_free(&key);
	ses_buf_free(&old);
	ses_buf_free(&lines);
	return rc;
}

/* Value is the new row, or true: it shall only go. */
static int
add_name(json_t *set, const char *harness, const char *id, json_t *value,
    struct seshat_err *err)
{
	struct ses_buf name = {0};
	int rc;

	ses_buf_fmt(&name, "%s/%s", harness, id);
	(void)ses_buf_cstr(&name);
	rc = ses_buf_check(&name, err);
	if (rc == 0 && json_object_set(set, name.data, value) < 0)
		rc = ses_fail_nomem(err);
	ses_buf_free(&name);
	return rc;
}

int
ses_index_update(struct ses_store *s, const char *project, const char *owner,
    json_t *const *rows, size_t n, struct seshat_err *err)
{
	json_t *set = json_object();
	size_t i;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++)
		rc = add_name(set, ses_doc_str(rows[i], "harness"),
		    ses_doc_str(rows[i], "id"), rows[i], err);
	if (rc == 0)
		rc = rewrite(s, project, owner, set, err);
	json_decref(set);
	return rc;
}

int
ses_index_remove(struct ses_store *s, const char *project, const char *owner,
    const char *harness, const char *id, struct seshat_err *err)
{
	json_t *set = json_object();
	int rc = add_name(set, harness, id, json_true(), err);

	if (rc == 0)
		rc = rewrite(s, project, owner, set, err);
	json_decref(set);
	return rc;
}

struct each {
	struct ses_store *s;
	int (*each)(void *arg, json_t *row, struct seshat_err *err);
	void *arg;
	struct ses_buf keys; /* of the indexes, each ends in NUL */
	size_t n;
};

static int
each_line(
    const struct each *e, const struct ses_buf *lines, struct seshat_err *err)
{
	const char *p = lines->data;
	const char *end = p + lines->len;
	const char *nl;
	json_t *row;
	int rc = 0;

	while (p < end && rc == 0) {
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl == NULL ? end : nl + 1;
		row = ses_doc_parse(p, (size_t)(nl - p), err);
		if (row != NULL)
			rc = e->each(e->arg, row, err);
		json_decref(row);
		p = nl;
	}
	return rc;
}

static int
see_index(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	struct each *e = arg;

	if (!ses_str_ends(o->key, ".jsonl.gz"))
		return 0;
	ses_buf_add(&e->keys, o->key, strlen(o->key) + 1);
	e->n++;
	return ses_buf_check(&e->keys, err);
}

static int
read_index(const struct each *e, const char *key, struct seshat_err *err)
{
	struct ses_buf lines = {0};
	int rc = read_lines(e->s, key, &lines, err);

	if (rc == 0 && lines.len > 0)
		rc = each_line(e, &lines, err);
	ses_buf_free(&lines);
	return rc;
}

/* Those that were seen; a far store fetches them together. */
static int
read_all(const struct each *e, struct seshat_err *err)
{
	const char **keys = ses_calloc(e->n + 1, sizeof(*keys));
	const char *p = e->keys.data;
	size_t i;
	int rc = 0;

	if (keys == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < e->n; i++, p += strlen(p) + 1)
		keys[i] = p;
	ses_store_expect(e->s, keys, e->n);
	for (i = 0; i < e->n && rc == 0; i++)
		rc = read_index(e, keys[i], err);
	ses_store_expect(e->s, NULL, 0);
	free(keys);
	return rc;
}

static int
see_project(void *arg, const struct ses_store_object *o, struct seshat_err *err)
{
	const struct each *e = arg;
	struct ses_buf prefix = {0};
	struct ses_store_list what = {.shallow = 1};
	int rc;

	if (!ses_str_ends(o->key, "/") || strcmp(o->key, "ids/") == 0 ||
	    strcmp(o->key, "removed/") == 0)
		return 0;
	ses_buf_fmt(&prefix, "%sindex/", o->key);
	what.prefix = ses_buf_cstr(&prefix);
	rc = ses_buf_check(&prefix, err);
	if (rc == 0)
		rc = ses_store_list(e->s, &what, see_index, arg, err);
	ses_buf_free(&prefix);
	return rc;
}

int
ses_index_each(struct ses_store *s, const char *project,
    int (*each)(void *arg, json_t *row, struct seshat_err *err), void *arg,
    struct seshat_err *err)
{
	struct each e = {.s = s, .each = each, .arg = arg};
	struct ses_store_list all = {.prefix = "", .shallow = 1};
	struct ses_store_object one = {0};
	struct ses_buf key = {0};
	int rc;

	if (project == NULL) {
		rc = ses_store_list(s, &all, see_project, &e, err);
	} else {
		ses_key_component(&key, project);
		ses_buf_str(&key, "/");
		one.key = ses_buf_cstr(&key);
		rc = ses_buf_check(&key, err);
		if (rc == 0)
			rc = see_project(&e, &one, err);
	}
	if (rc == 0)
		rc = read_all(&e, err);
	ses_buf_free(&key);
	ses_buf_free(&e.keys);
	return rc;
}
