#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lock.h"
#include "base/mem.h"
#include "base/spool.h"
#include "base/str.h"
#include "base/time.h"
#include "base/tree.h"
#include "mirror/known.h"
#include "mirror/scrub.h"
#include "mirror/state.h"
#include "mirror/workspace.h"
#include "pack/member.h"
#include "pack/zip.h"
#include "vault/workspace.h"

#define BLOCK ((size_t)256 << 10)
/* A file that was written so shortly before it was read may change again
 * without another time. */
#define SETTLED_NS INT64_C(2000000000)
#define TRIES      4 /* to save, beside another that does */
#define PROBE      ((size_t)64 << 10)

struct adding {
	struct ses_mirror *m;
	const struct ses_where *w;
	const struct ses_workspace_how *how;
	struct ses_workspace_result *r;
	struct ses_workspace ws;
	json_t *fresh; /* rows that are new, to be put in again */
	json_t *gone;  /* paths of what was deleted */
	struct ses_known *known;
	struct ses_redact_counts *counts;
	struct ses_spool copy; /* of the file at hand */
	char *block;
	int fd; /* of the folder */
};

static int64_t
mtime_ns(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static void
leave_out(struct adding *a, const char *path, int code, const char *why)
{
	if (code == SESHAT_OK)
		a->r->secret++;
	else
		a->r->failed++;
	if (a->how->left_out != NULL)
		a->how->left_out(a->how->arg, path, code, why);
}

/* Whether deflate makes what begins like this smaller. */
static int
packs(struct adding *a, size_t len)
{
	struct ses_buf out = {0};
	struct seshat_err ignored = SESHAT_ERR_INIT;
	int yes = 1;

	if (len > PROBE)
		len = PROBE;
	if (ses_member_pack(
		&a->m->packer, "", 0, a->block, len, &out, &ignored) == 0)
		yes = out.len < len - len / 32;
	ses_buf_free(&out);
	return yes;
}

/* Copy it aside, so that what is scanned is what is stored. */
static int
copy_file(
    struct adding *a, int fd, struct ses_workfile *f, struct seshat_err *err)
{
	struct ses_sha256 sha;
	size_t got;

	ses_sha256_init(&sha);
	if (ses_spool_cut(&a->copy, 0, err) < 0)
		return -1;
	for (f->size = 0, f->crc = 0;; f->size += got) {
		if (ses_fs_pread(fd, a->block, BLOCK, f->size, &got, err) < 0)
			return -1;
		if (got == 0)
			break;
		if (f->size == 0)
			f->packs = packs(a, got);
		if (f->size + got > SES_WORKSPACE_MAX)
			return ses_fail(
			    err, SESHAT_ELIMIT, "larger than 5 GiB");
		ses_sha256_add(&sha, a->block, got);
		f->crc = ses_crc32(f->crc, a->block, got);
		if (ses_spool_add(&a->copy, a->block, got, err) < 0)
			return -1;
	}
	ses_sha256_hex(&sha, f->sha256);
	return 0;
}

/* The rule that finds a secret in the copy: 1; 0, or -1. */
static int
find_secret(struct adding *a, const char **rule, struct seshat_err *err)
{
	struct ses_sink none = ses_sink_none();
	struct ses_source source = {.fd = -1};
	struct ses_scrub scrub = {.source = &source,
	    .redact = a->m->redact,
	    .counts = a->counts,
	    .sink = &none};
	size_t i;
	int rc;

	memset(a->counts, 0, sizeof(*a->counts));
	rc = ses_source_file_open(&source, a->copy.path, a->m->state_dir, err);
	if (rc == 0)
		rc = ses_scrub_run(&scrub, a->copy.size, err);
	ses_buf_free(&scrub.clean);
	ses_source_close(&source);
	ses_source_free(&source);
	for (i = 0; rc == 0 && i < ses_redact_rules(a->m->redact); i++)
		if (a->counts->n[i] > 0) {
			*rule = ses_redact_rule_id(a->m->redact, i);
			rc = 1;
		}
	return rc;
}

static int
put(struct adding *a, const struct ses_workfile *f, struct seshat_err *err)
{
	struct ses_put what = {.len = (size_t)f->size, .fd = a->copy.fd};
	struct ses_buf key = {0};
	int rc = -1;

	ses_key_session(&key, a->w);
	ses_buf_str(&key, f->key);
	(void)ses_buf_cstr(&key);
	if (f->size == 0)
		what.data = "";
	if (ses_buf_check(&key, err) == 0)
		rc = ses_store_put(a->m->store, key.data, &what, NULL, err);
	ses_buf_free(&key);
	return rc;
}

/* Remember the row, also for a document that another wrote meanwhile. */
static int
note(struct adding *a, const struct ses_workfile *f, struct seshat_err *err)
{
	struct ses_workspace fresh = {.doc = a->fresh};

	return ses_workspace_set(&a->ws, f, err) < 0 ||
		       ses_workspace_set(&fresh, f, err) < 0
		   ? -1
		   : 0;
}

/* It was stored, by older rules or none, with a secret in it: what has this
 * SHA-256, or NULL, whatever it is. */
static int
delete_stored(struct adding *a, const char *name, const char *sha256,
    struct seshat_err *err)
{
	struct ses_workfile had;
	struct ses_buf key = {0};
	int rc;

	if (!ses_workspace_get(&a->ws, name, &had) ||
	    (sha256 != NULL && strcmp(had.sha256, sha256) != 0))
		return 0;
	ses_key_session(&key, a->w);
	ses_buf_str(&key, had.key);
	(void)ses_buf_cstr(&key);
	rc = ses_buf_check(&key, err);
	if (rc == 0)
		rc = ses_store_del(a->m->store, key.data, err);
	ses_buf_free(&key);
	if (rc < 0)
		return -1;
	ses_workspace_drop(&a->ws, name);
	a->r->deleted++;
	return json_object_set_new(a->gone, name, json_true()) < 0
		   ? ses_fail_nomem(err)
		   : 0;
}

/* Scan and store the open file; 1, it was left out. */
static int
take(struct adding *a, int fd, const struct stat *before,
    struct ses_workfile *f, struct seshat_err *err)
{
	struct ses_workfile had;
	const char *rule = "";
	struct stat now;
	int rc;

	if ((uint64_t)before->st_size > SES_WORKSPACE_MAX)
		return ses_fail(err, SESHAT_ELIMIT, "larger than 5 GiB");
	if (copy_file(a, fd, f, err) < 0)
		return -1;
	if (fstat(fd, &now) < 0)
		return ses_fail_errno(err, "stat");
	if (now.st_size != before->st_size ||
	    mtime_ns(&now) != mtime_ns(before) ||
	    f->size != (uint64_t)now.st_size)
		return ses_fail(err, SESHAT_ECONFLICT,
		    "it changed while it was read (the next time will do)");
	f->mtime_ns = mtime_ns(&now);
	if (a->m->redact != NULL) {
		rc = find_secret(a, &rule, err);
		if (rc < 0)
			return -1;
		if (rc > 0) {
			leave_out(a, f->path, SESHAT_OK, rule);
			return delete_stored(a, f->path, f->sha256, err) < 0
				   ? -1
				   : 1;
		}
		f->rules = SES_REDACT_VERSION;
	}
	if (ses_workspace_get(&a->ws, f->path, &had) && had.stored == f->size &&
	    had.size == f->size && strcmp(had.sha256, f->sha256) == 0) {
		a->r->same++;
		return note(a, f, err);
	}
	if (put(a, f, err) < 0 || note(a, f, err) < 0)
		return -1;
	a->r->added++;
	a->r->added_bytes += f->size;
	return 0;
}

/* Whether a secret is in the name itself: then not even that is told. */
static int
name_is_secret(struct adding *a, const char *name, struct seshat_err *err)
{
	struct ses_buf clean = {0};
	int rc;

	if (a->m->redact == NULL)
		return 0;
	rc = ses_redact_text(a->m->redact, name, strlen(name), &clean, err);
	if (rc == 0 && strcmp(ses_buf_cstr(&clean), name) != 0) {
		leave_out(
		    a, ses_buf_cstr(&clean), SESHAT_OK, "in the name itself");
		rc = delete_stored(a, name, NULL, err) < 0 ? -1 : 1;
	}
	ses_buf_free(&clean);
	return rc;
}

/* Whether the row says that this very file is stored. */
static int
is_stored(const struct adding *a, const char *name, const struct stat *st)
{
	struct ses_workfile had;

	return ses_workspace_get(&a->ws, name, &had) && had.sha256[0] != '\0' &&
	       had.size == (uint64_t)st->st_size && had.stored == had.size &&
	       (a->m->redact == NULL || had.rules == SES_REDACT_VERSION) &&
	       had.mtime_ns == mtime_ns(st) &&
	       had.added * 1000000 > had.mtime_ns + SETTLED_NS;
}

/* What stops all files stops the walk; what is about this one does not. */
static int
is_ours(const struct adding *a, int code)
{
	return code == SESHAT_ENOMEM || ses_store_is_down(a->m->store);
}

static int
take_file(struct adding *a, const char *path, const char *name,
    struct seshat_err *err)
{
	struct ses_workfile f = {.path = name, .added = ses_time_now()};
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	struct stat st;
	int fd = -1;
	int rc = ses_workspace_key(path, &key, &why);

	if (rc == 0) {
		f.key = ses_buf_cstr(&key);
		fd = ses_tree_open(a->fd, path, &st, &why);
		rc = fd < 0 ? -1 : take(a, fd, &st, &f, &why);
	}
	if (fd >= 0)
		close(fd);
	ses_buf_free(&key);
	if (rc < 0 && is_ours(a, why.code)) {
		*err = why;
		return ses_fail_in(err, "%s", name);
	}
	if (rc < 0)
		leave_out(a, name, why.code, why.msg);
	return 0;
}

static int
see(void *arg, const struct ses_tree_seen *seen, struct seshat_err *err)
{
	struct adding *a = arg;
	struct ses_workfile had;
	struct ses_buf name = {0};
	const char *shown;
	int rc = 0;

	(void)ses_zip_name(seen->path, strlen(seen->path), &name);
	shown = ses_buf_cstr(&name);
	if (ses_buf_check(&name, err) < 0)
		return -1;
	a->r->gone -= (uint64_t)ses_workspace_get(&a->ws, shown, &had);
	if (seen->kind == SES_TREE_FAILED)
		leave_out(a, shown, SESHAT_ESYS, seen->why);
	else if (seen->kind != SES_TREE_FILE)
		a->r->links++;
	else if (is_stored(a, shown, &seen->st))
		a->r->same++;
	else if ((rc = name_is_secret(a, shown, err)) == 0)
		rc = take_file(a, seen->path, shown, err);
	ses_buf_free(&name);
	return rc < 0 ? -1 : 0;
}

/* Save; where another saved before us, with its rows and ours. */
static int
save(struct adding *a, struct seshat_err *err)
{
	struct ses_workspace theirs;
	json_t *ours = json_object_get(a->fresh, "files");
	json_t *files;
	json_t *v;
	const char *path;
	int tries;

	if (ours == NULL && json_object_size(a->gone) == 0)
		return 0;
	for (tries = 1;; tries++) {
		if (ses_workspace_save(a->m->store, a->w, &a->ws, err) == 0)
			return 0;
		if (err->code != SESHAT_ECONFLICT || tries == TRIES ||
		    ses_workspace_load(a->m->store, a->w, &theirs, err) < 0)
			return -1;
		ses_workspace_free(&a->ws);
		a->ws = theirs;
		json_object_foreach(a->gone, path, v)
		{
			ses_workspace_drop(&a->ws, path);
		}
		files = json_object_get(a->ws.doc, "files");
		if (files == NULL && ours != NULL)
			(void)json_object_set(a->ws.doc, "files", ours);
		else if (ours != NULL)
			(void)json_object_update(files, ours);
	}
}

/* The session's secrets, which the folder may repeat. */
static int
open_redactor(struct adding *a, struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc = -1;

	if (a->m->opts.no_redact)
		return 0;
	if (a->m->redact == NULL &&
	    ses_redact_open(&a->m->redact, a->m->opts.custom, err) < 0)
		return -1;
	if (ses_state_path(
		a->m->state_dir, a->w->harness, a->w->id, &path, err) == 0 &&
	    ses_known_load(ses_buf_cstr(&path), &a->known, err) == 0) {
		ses_redact_remember(a->m->redact, a->known);
		rc = 0;
	}
	ses_buf_free(&path);
	return rc;
}

static int
prepare(struct adding *a, struct seshat_err *err)
{
	a->fd = open(a->how->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (a->fd < 0)
		return ses_fail_errno(err, "open the workspace");
	a->block = ses_calloc(1, BLOCK);
	a->counts = ses_calloc(1, sizeof(*a->counts));
	a->fresh = json_object();
	a->gone = json_object();
	if (a->block == NULL || a->counts == NULL || a->fresh == NULL ||
	    a->gone == NULL)
		return ses_fail_nomem(err);
	if (open_redactor(a, err) < 0 ||
	    ses_spool_open(&a->copy, a->m->state_dir, err) < 0)
		return -1;
	return ses_workspace_load(a->m->store, a->w, &a->ws, err);
}

static int
add_all(struct adding *a, struct seshat_err *err)
{
	struct seshat_err unsaved = SESHAT_ERR_INIT;
	int rc;

	a->r->gone = json_object_size(json_object_get(a->ws.doc, "files"));
	rc = ses_tree_walk(a->fd, ses_workspace_leaves_out, see, a, err);

	/* what was stored until then is told of all the same */
	if (save(a, &unsaved) < 0 && rc == 0) {
		*err = unsaved;
		rc = -1;
	}
	return rc;
}

int
ses_workspace_add(struct ses_mirror *m, const struct ses_where *w,
    const struct ses_workspace_how *how, struct ses_workspace_result *r,
    struct seshat_err *err)
{
	struct adding a = {.m = m, .w = w, .how = how, .r = r, .fd = -1};
	struct ses_buf lock = {0};
	int rc = -1;

	*r = (struct ses_workspace_result){0};
	ses_buf_fmt(&lock, "workspace %s/%s", w->harness, w->id);
	(void)ses_buf_cstr(&lock);
	if (ses_buf_check(&lock, err) < 0 ||
	    ses_lock_take(m->lock, lock.data, err) < 0)
		goto out;
	if (prepare(&a, err) == 0)
		rc = add_all(&a, err);
	ses_lock_drop(m->lock, lock.data);
out:
	if (m->redact != NULL)
		ses_redact_remember(m->redact, NULL);
	ses_known_free(a.known);
	ses_spool_close(&a.copy);
	ses_workspace_free(&a.ws);
	json_decref(a.fresh);
	json_decref(a.gone);
	free(a.block);
	free(a.counts);
	if (a.fd >= 0)
		close(a.fd);
	ses_buf_free(&lock);
	return rc < 0 ? ses_fail_in(err, "%s", how->dir) : 0;
}
