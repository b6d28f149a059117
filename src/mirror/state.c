#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/fs.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "base/xdg.h"
#include "mirror/state.h"
#include "vault/doc.h"

#define STATE_MAX  (4U << 20)
#define NAME_LIMIT 200 /* of 255 bytes a file name may have */

int
ses_state_path(const char *state_dir, const char *harness, const char *id,
    struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf name = {0};
	char hex[SES_SHA256_HEX];
	int rc;

	ses_key_component(&name, id);
	if (name.len > NAME_LIMIT) {
		ses_sha256_of(id, strlen(id), hex);
		ses_buf_clear(&name);
		ses_buf_fmt(&name, "sha256-%s", hex);
	}
	ses_buf_fmt(
	    out, "%s/%s/%s.json", state_dir, harness, ses_buf_cstr(&name));
	(void)ses_buf_cstr(out);
	rc = ses_buf_check(&name, err) < 0 ? -1 : ses_buf_check(out, err);
	ses_buf_free(&name);
	return rc;
}

static void
copy(char *out, size_t size, const char *s)
{
	if (strlen(s) < size)
		memcpy(out, s, strlen(s) + 1);
}

/* Keep a member in place of the empty one that is there. */
static void
take(json_t **at, json_t *v, json_type type)
{
	if (v == NULL || json_typeof(v) != type)
		return;
	json_decref(*at);
	*at = json_incref(v);
}

static int
read_source(struct ses_state *s, const json_t *doc)
{
	const char *path = ses_doc_str(doc, "path");
	struct ses_state_source *src = ses_state_add(s, path);

	if (src == NULL)
		return -1;
	copy(src->w, sizeof(src->w), ses_doc_str(doc, "w"));
	copy(src->stream, sizeof(src->stream), ses_doc_str(doc, "stream"));
	copy(src->k, sizeof(src->k), ses_doc_str(doc, "k"));
	copy(src->last, sizeof(src->last), ses_doc_str(doc, "last"));
	copy(src->torn_sha, sizeof(src->torn_sha),
	    ses_doc_str(doc, "torn_sha256"));
	src->rev = ses_doc_u64(doc, "rev");
	src->opened = ses_doc_time(doc, "opened_at");
	src->opened_size = ses_doc_u64(doc, "opened_size");
	src->cursor = ses_doc_u64(doc, "cursor");
	src->in_line = json_is_true(json_object_get(doc, "in_line"));
	src->rows = json_is_true(json_object_get(doc, "rows"));
	src->next_seq = (uint32_t)ses_doc_u64(doc, "next_seq");
	src->torn_to = ses_doc_u64(doc, "torn_to");
	src->has_sha =
	    ses_sha256_load(&src->sha, ses_doc_str(doc, "sha256_so_far")) == 0;
	src->ack = ses_doc_time(doc, "ack_at");
	src->looked = ses_doc_time(doc, "looked_at");
	src->trying = (uint32_t)ses_doc_u64(doc, "trying");
	(void)snprintf(
	    src->run, sizeof(src->run), "%s", ses_doc_str(doc, "run"));
	src->compared = ses_doc_time(doc, "compared_at");
	copy(src->stamp, sizeof(src->stamp), ses_doc_str(doc, "stamp"));
	src->shrunk = ses_doc_time(doc, "shrunk_at");
	src->started = ses_doc_time(doc, "started_at");
	src->last_event = ses_doc_time(doc, "last_event_at");
	src->checkpoint_seq = (uint32_t)ses_doc_u64(doc, "checkpoint_seq");
	src->checkpoint_at = ses_doc_time(doc, "checkpoint_at");
	src->verified = ses_doc_time(doc, "verified_at");
	src->no_redact = json_is_true(json_object_get(doc, "no_redact"));
	src->size = ses_doc_u64(doc, "size");
	src->stored = ses_doc_u64(doc, "stored");
	src->lines = ses_doc_u64(doc, "lines");
	take(&src->redactions, json_object_get(doc, "redactions"), JSON_OBJECT);
	take(&src->pending, json_object_get(doc, "pending"), JSON_ARRAY);
	take(&src->beside, json_object_get(doc, "beside"), JSON_OBJECT);
	if (json_is_integer(json_object_get(doc, "known")))
		src->known = (int64_t)ses_doc_u64(doc, "known");
	else
		ses_state_mind_known(src);
	/* what proves nothing is worth nothing */
	if (src->stream[0] != '\0' && src->k[0] == '\0')
		ses_state_reset(src);
	return 0;
}

int
ses_state_load(struct ses_state *s, const char *path, const char *owner,
    struct seshat_err *err)
{
	struct ses_buf b = {0};
	json_t *doc = NULL;
	const json_t *sources;
	size_t i;
	int rc = 0;

	*s = (struct ses_state){0};
	copy(s->owner, sizeof(s->owner), owner);
	if (ses_fs_slurp(path, STATE_MAX, &b, err) < 0) {
		rc = err->code == SESHAT_ENOMEM ? -1 : 0;
		goto out;
	}
	doc = ses_doc_parse(b.data != NULL ? b.data : "", b.len, err);
	if (doc == NULL && err->code == SESHAT_ENOMEM) {
		rc = -1;
		goto out;
	}
	if (doc == NULL || ses_doc_u64(doc, "schema_version") != 1 ||
	    ses_doc_str(doc, "project")[0] == '\0') {
		ses_log(SES_DEBUG, "%s: unreadable, asking the store", path);
		goto out;
	}
	if (strcmp(ses_doc_str(doc, "owner"), owner) != 0) {
		ses_log(
		    SES_DEBUG, "%s: another machine's, asking the store", path);
		goto out;
	}
	s->project = ses_str_dup(ses_doc_str(doc, "project"));
	take(&s->merging, json_object_get(doc, "merging"), JSON_ARRAY);
	sources = json_object_get(doc, "sources");
	for (i = 0; i < json_array_size(sources) && rc == 0; i++)
		rc = read_source(s, json_array_get(sources, i));
	if (rc < 0 || s->project == NULL) {
		ses_state_free(s);
		rc = ses_fail_nomem(err);
	}
out:
	json_decref(doc);
	ses_buf_free(&b);
	return rc;
}

static json_t *
source_doc(const struct ses_state_source *src)
{
	json_t *doc = json_object();
	char mid[SES_SHA256_MID];

	ses_doc_set_str(doc, "path", src->path);
	ses_doc_set_str(doc, "w", src->w);
	ses_doc_set_str(doc, "stream", src->stream);
	ses_doc_set_u64(doc, "rev", src->rev);
	ses_doc_set_time(doc, "opened_at", src->opened);
	ses_doc_set_u64(doc, "opened_size", src->opened_size);
	ses_doc_set_u64(doc, "cursor", src->cursor);
	ses_doc_set_str(doc, "k", src->k);
	(void)json_object_set_new(doc, "in_line", json_boolean(src->in_line));
	(void)json_object_set_new(doc, "rows", json_boolean(src->rows));
	ses_doc_set_u64(doc, "next_seq", src->next_seq);
	ses_doc_set_str(doc, "last", src->last);
	ses_doc_set_u64(doc, "torn_to", src->torn_to);
	ses_sha256_save(&src->sha, mid);
	ses_doc_set_str(doc, "sha256_so_far", src->has_sha ? mid : NULL);
	ses_doc_set_str(doc, "torn_sha256", src->torn_sha);
	ses_doc_set_time(doc, "ack_at", src->ack);
	ses_doc_set_time(doc, "looked_at", src->looked);
	if (src->trying != 0)
		ses_doc_set_u64(doc, "trying", src->trying);
	if (src->run[0] != '\0')
		ses_doc_set_str(doc, "run", src->run);
	ses_doc_set_time(doc, "compared_at", src->compared);
	ses_doc_set_str(doc, "stamp", src->stamp);
	ses_doc_set_time(doc, "shrunk_at", src->shrunk);
	ses_doc_set_time(doc, "started_at", src->started);
	ses_doc_set_time(doc, "last_event_at", src->last_event);
	ses_doc_set_u64(doc, "checkpoint_seq", src->checkpoint_seq);
	ses_doc_set_time(doc, "checkpoint_at", src->checkpoint_at);
	if (src->verified != 0)
		ses_doc_set_time(doc, "verified_at", src->verified);
	(void)json_object_set_new(
	    doc, "no_redact", json_boolean(src->no_redact));
	ses_doc_set_u64(doc, "size", src->size);
	ses_doc_set_u64(doc, "stored", src->stored);
	ses_doc_set_u64(doc, "lines", src->lines);
	(void)json_object_set(doc, "redactions", src->redactions);
	if (src->known >= 0)
		ses_doc_set_u64(doc, "known", (uint64_t)src->known);
	(void)json_object_set(doc, "pending", src->pending);
	if (src->beside != NULL)
		(void)json_object_set(doc, "beside", src->beside);
	return doc;
}

int
ses_state_write(
    const char *path, const char *data, size_t len, struct seshat_err *err)
{
	int rc = ses_fs_replace(path, data, len, 0600, 0, err);
	struct ses_buf dir = {0};

	if (rc < 0 && err->code == SESHAT_ENOTFOUND) {
		ses_str_dirname(path, &dir);
		(void)ses_buf_cstr(&dir);
		if (ses_buf_check(&dir, err) == 0 &&
		    ses_fs_mkdirs(dir.data, 0700, err) == 0)
			rc = ses_fs_replace(path, data, len, 0600, 0, err);
	}
	ses_buf_free(&dir);
	return rc < 0 && err->sys != 0 ? ses_xdg_fail_state(err) : rc;
}

int
ses_state_save(
    const struct ses_state *s, const char *path, struct seshat_err *err)
{
	json_t *doc = json_object();
	json_t *sources = json_array();
	struct ses_buf b = {0};
	size_t i;
	int rc = -1;

	ses_doc_set_u64(doc, "schema_version", 1);
	ses_doc_set_str(doc, "owner", s->owner);
	ses_doc_set_str(doc, "project", s->project);
	for (i = 0; i < s->n; i++)
		(void)json_array_append_new(sources, source_doc(&s->v[i]));
	(void)json_object_set_new(doc, "sources", sources);
	if (json_array_size(s->merging) > 0)
		(void)json_object_set(doc, "merging", s->merging);
	if (ses_doc_format(doc, &b, err) == 0)
		rc = ses_state_write(path, b.data, b.len, err);
	json_decref(doc);
	ses_buf_free(&b);
	return rc;
}

int
ses_state_verified(const char *state_dir, const struct ses_where *w,
    const char *owner, struct seshat_err *err)
{
	struct ses_state s = {0};
	struct ses_buf path = {0};
	struct ses_buf locks = {0};
	struct ses_buf name = {0};
	int fd = -1;
	size_t i;
	int rc = -1;

	ses_buf_fmt(&locks, "%s/locks", state_dir);
	ses_buf_fmt(&name, "%s/%s", w->harness, w->id);
	(void)ses_buf_cstr(&locks);
	(void)ses_buf_cstr(&name);
	if (ses_buf_check(&locks, err) < 0 || ses_buf_check(&name, err) < 0 ||
	    ses_state_path(state_dir, w->harness, w->id, &path, err) < 0)
		goto out;
	if (access(path.data, F_OK) < 0) {
		rc = 0;
		goto out;
	}
	if (ses_lock_open(locks.data, &fd, err) < 0 ||
	    ses_lock_take(fd, name.data, err) < 0 ||
	    ses_state_load(&s, path.data, owner, err) < 0)
		goto out;
	for (i = 0; i < s.n; i++)
		s.v[i].verified = ses_time_now();
	/* another machine's is left as it is */
	rc = s.n == 0 ? 0 : ses_state_save(&s, path.data, err);
out:
	if (fd >= 0)
		close(fd); /* and the lock with it */
	ses_state_free(&s);
	ses_buf_free(&path);
	ses_buf_free(&locks);
	ses_buf_free(&name);
	return rc;
}

void
ses_state_free(struct ses_state *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		free(s->v[i].path);
		json_decref(s->v[i].pending);
		json_decref(s->v[i].redactions);
		json_decref(s->v[i].beside);
	}
	free(s->v);
	free(s->project);
	json_decref(s->merging);
	*s = (struct ses_state){0};
}

struct ses_state_source *
ses_state_find(const struct ses_state *s, const char *path)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->v[i].path, path) == 0)
			return &s->v[i];
	return NULL;
}

struct ses_state_source *
ses_state_add(struct ses_state *s, const char *path)
{
	size_t cap = s->cap == 0 ? 2 : s->cap * 2;
	struct ses_state_source *src;

	if (s->n == s->cap) {
		src = ses_realloc(s->v, cap * sizeof(*src));
		if (src == NULL)
			return NULL;
		s->v = src;
		s->cap = cap;
	}
	src = &s->v[s->n];
	*src = (struct ses_state_source){.path = ses_str_dup(path)};
	if (src->path == NULL)
		return NULL;
	ses_state_reset(src);
	s->n++;
	return src;
}

void
ses_state_reset(struct ses_state_source *src)
{
	char *path = src->path;

	json_decref(src->pending);
	json_decref(src->redactions);
	json_decref(src->beside);
	*src = (struct ses_state_source){.path = path,
	    .pending = json_array(),
	    .redactions = json_object(),
	    .has_sha = 1};
	ses_sha256_init(&src->sha);
}

#define MISSED_NAME "%s/missed"

void
ses_state_miss(const char *state_dir)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf path = {0};

	ses_buf_fmt(&path, MISSED_NAME, state_dir);
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, &why) < 0 ||
	    ses_fs_replace(path.data, "", 0, 0600, 0, &why) < 0)
		ses_log(SES_DEBUG, "%s", why.msg);
	ses_buf_free(&path);
}

int64_t
ses_state_missed(const char *state_dir)
{
	struct ses_buf path = {0};
	struct stat st;
	int64_t when = 0;

	ses_buf_fmt(&path, MISSED_NAME, state_dir);
	if (stat(ses_buf_cstr(&path), &st) == 0)
		when = (int64_t)st.st_mtim.tv_sec * 1000 +
		       st.st_mtim.tv_nsec / 1000000;
	ses_buf_free(&path);
	return when;
}

void
ses_state_mind_known(struct ses_state_source *src)
{
	src->known =
	    src->no_redact || json_object_size(src->redactions) > 0 ? -1 : 0;
}

void
ses_state_count(struct ses_state_source *src, const json_t *entry)
{
	json_t *redactions = json_object_get(entry, "redactions");
	const char *rule;
	json_t *n;

	json_object_foreach(redactions, rule, n)
	    ses_doc_set_u64(src->redactions, rule,
		ses_doc_u64(src->redactions, rule) +
		    (uint64_t)json_integer_value(n));
	src->stored += ses_doc_u64(entry, "stored_bytes");
	/* a torn line is read again, whole, by the next part */
	if (json_is_true(json_object_get(entry, "torn")))
		return;
	src->size += ses_doc_u64(entry, "uploaded_bytes");
	src->lines += ses_doc_u64(entry, "lines");
}

void
ses_state_recount(struct ses_state_source *src, const json_t *parts)
{
	size_t i;

	json_decref(src->redactions);
	src->redactions = json_object();
	src->size = 0;
	src->stored = 0;
	src->lines = 0;
	for (i = 0; i < json_array_size(parts); i++)
		ses_state_count(src, json_array_get(parts, i));
}
