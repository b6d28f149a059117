/* Storing one file that stands beside a transcript. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/tree.h"
#include "mirror/beside.h"
#include "mirror/known.h"
#include "mirror/scrub.h"
#include "vault/companion.h"

#define STEP ((size_t)256 << 10)

static int
is_same(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size && a->st_ino == b->st_ino &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static int
open_folder(struct ses_beside *b, struct seshat_err *err)
{
	const char *path = b->f->session->path;
	struct ses_buf dir = {0};
	int rc;

	if (b->dir >= 0)
		return 0;
	ses_buf_add(&dir, path, b->dir_len);
	(void)ses_buf_cstr(&dir);
	rc = ses_buf_check(&dir, err);
	if (rc == 0)
		b->dir = open(dir.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (rc == 0 && b->dir < 0)
		rc = ses_fail_errno(err, "open folder");
	ses_buf_free(&dir);
	return rc;
}

/* The file is at fault. */
static int
refuse(struct seshat_err *why, int code, const char *what)
{
	(void)ses_fail(why, code, "%s", what);
	return 1;
}

/* What is copied is what is redacted and stored, whatever becomes of the file.
 * Answers 1 with why where the file is at fault. */
static int
copy(struct ses_beside *b, int fd, struct ses_beside_file *file,
    struct seshat_err *why, struct seshat_err *err)
{
	char *block = ses_calloc(1, STEP);
	struct ses_sha256 sha;
	size_t got = 1;
	int rc = block == NULL ? ses_fail_nomem(err)
			       : ses_spool_cut(&b->raw, 0, err);

	ses_sha256_init(&sha);
	file->crc = 0;
	while (rc == 0 && got > 0) {
		if (ses_fs_pread(fd, block, STEP, b->raw.size, &got, why) < 0)
			rc = 1;
		else if (b->raw.size + got > SES_COMPANION_MAX)
			rc = refuse(why, SESHAT_ELIMIT,
			    "larger than 64 MiB: it is not stored");
		else
			rc = ses_spool_add(&b->raw, block, got, err);
		if (rc == 0) {
			ses_sha256_add(&sha, block, got);
			file->crc = ses_crc32(file->crc, block, got);
		}
	}
	ses_sha256_hex(&sha, file->sha256);
	free(block);
	return rc;
}

int
ses_beside_copy(struct ses_beside *b, const char *path,
    struct ses_beside_file *file, struct seshat_err *why,
    struct seshat_err *err)
{
	struct stat now;
	int fd;
	int rc;

	if (open_folder(b, why) < 0)
		return 1;
	fd = ses_tree_open(b->dir, path + b->dir_len, &file->st, why);
	if (fd < 0)
		return 1;
	rc = copy(b, fd, file, why, err);
	if (rc == 0 && (fstat(fd, &now) < 0 || !is_same(&now, &file->st) ||
			   (uint64_t)now.st_size != b->raw.size))
		rc = refuse(why, SESHAT_ECONFLICT,
		    "it changes while it is read: it is for the next time");
	close(fd);
	return rc;
}

int
ses_beside_ready(struct ses_beside *b, struct seshat_err *err)
{
	const char *dir = b->f->m->state_dir;
	int rc;

	if (b->is_ready)
		return 0;
	rc = ses_flush_recall(b->f, err);
	if (rc != SES_FLUSH_OK)
		return rc;
	if (ses_flush_redact(b->f, &b->redact, err) < 0 ||
	    ses_spool_open(&b->raw, dir, err) < 0 ||
	    ses_spool_open(&b->bodies, dir, err) < 0 ||
	    ses_spool_open(&b->object, dir, err) < 0)
		return -1;
	b->is_ready = 1;
	return 0;
}

void
ses_beside_free(struct ses_beside *b)
{
	ses_spool_close(&b->raw);
	ses_spool_close(&b->bodies);
	ses_spool_close(&b->object);
	if (b->dir >= 0)
		close(b->dir);
	b->dir = -1;
}

int
ses_beside_is_secret(
    struct ses_beside *b, const char *name, struct seshat_err *err)
{
	struct ses_buf clean = {0};
	int rc;

	if (b->redact == NULL)
		return 0;
	rc = ses_redact_text(b->redact, name, strlen(name), &clean, err);
	(void)ses_buf_cstr(&clean);
	if (rc == 0)
		rc = ses_buf_check(&clean, err) < 0
			 ? -1
			 : strcmp(clean.data, name) != 0;
	ses_buf_free(&clean);
	return rc;
}

/* Packs what is clean, piece by piece: the bodies of members joined are one. */
struct packing {
	struct ses_beside *b;
	struct ses_sha256 sha;
	uint32_t crc;
	uint64_t size;
};

static int
pack(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct packing *p = arg;
	struct ses_mirror *m = p->b->f->m;
	const size_t head = 16; /* of a member without a text */

	if (len == 0)
		return 0;
	ses_sha256_add(&p->sha, data, len);
	p->crc = ses_crc32(p->crc, data, len);
	p->size += len;
	ses_buf_clear(&m->packed);
	if (ses_member_pack(&m->packer, "", 0, data, len, &m->packed, err) < 0)
		return -1;
	return ses_spool_add(&p->b->bodies, m->packed.data + head,
	    m->packed.len - head - SES_MEMBER_TAIL, err);
}

/* The header, the bodies, the end. */
static int
assemble(struct ses_beside *b, const struct ses_part_head *head,
    const struct packing *p, struct seshat_err *err)
{
	struct ses_buf none = {0};
	struct ses_buf extra = {0};
	struct ses_buf ends = {0};
	size_t tail;
	int rc;

	ses_part_head_format(head, &extra);
	rc = ses_buf_check(&extra, err);
	if (rc == 0)
		rc = ses_member_wrap(
		    extra.data, extra.len, &none, p->crc, p->size, &ends, err);
	if (rc == 0 && ses_spool_cut(&b->object, 0, err) == 0) {
		tail = ends.len - SES_MEMBER_TAIL;
		rc = ses_spool_add(&b->object, ends.data, tail, err);
		if (rc == 0)
			rc = ses_spool_copy(
			    &b->object, &b->bodies, 0, b->bodies.size, err);
		if (rc == 0)
			rc = ses_spool_add(
			    &b->object, ends.data + tail, SES_MEMBER_TAIL, err);
	} else {
		rc = -1;
	}
	ses_buf_free(&extra);
	ses_buf_free(&ends);
	return rc;
}

static void
fill_head(const struct ses_beside *b, const struct ses_beside_file *file,
    const struct packing *p, struct ses_part_head *head)
{
	const struct timespec *t = &file->st.st_mtim;

	memcpy(head->w, b->f->src->w, sizeof(head->w));
	head->opened = (int64_t)t->tv_sec * 1000 + t->tv_nsec / 1000000;
	head->opened_size = b->raw.size;
	head->to = b->raw.size;
	head->size = p->size;
	ses_sha256_hex(&p->sha, head->h);
	head->x = file->crc;
	memcpy(head->k, file->sha256, sizeof(head->k));
	head->rules = b->redact == NULL ? 0 : SES_REDACT_VERSION;
}

int
ses_beside_learn(struct ses_beside *b, struct seshat_err *err)
{
	struct ses_redact_counts *counts = ses_calloc(1, sizeof(*counts));
	struct ses_sink none = ses_sink_none();
	struct ses_scrub scrub = {
	    .redact = b->redact, .counts = counts, .sink = &none};
	int rc = counts == NULL ? ses_fail_nomem(err) : 0;

	if (rc == 0 && b->redact != NULL)
		rc = ses_scrub_text(&scrub, &b->raw, err);
	if (rc == 0)
		rc = ses_flush_remember(b->f, err);
	ses_buf_free(&scrub.clean);
	free(counts);
	return rc;
}

int
ses_beside_put(struct ses_beside *b, const struct ses_beside_file *file,
    struct seshat_err *err)
{
	struct ses_redact_counts *counts = ses_calloc(1, sizeof(*counts));
	struct ses_part_head *head = ses_calloc(1, sizeof(*head));
	struct packing p = {.b = b};
	struct ses_sink sink = {pack, &p};
	struct ses_scrub scrub = {
	    .redact = b->redact, .counts = counts, .sink = &sink};
	struct ses_flush *f = b->f;
	struct ses_buf path = {0};
	uint64_t redactions = 0;
	int rc = -1;

	ses_sha256_init(&p.sha);
	if (counts == NULL || head == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	if (ses_spool_cut(&b->bodies, 0, err) < 0 ||
	    ses_scrub_text(&scrub, &b->raw, err) < 0 ||
	    ses_flush_remember(f, err) < 0)
		goto out;
	if (p.size > SES_COMPANION_TEXT_MAX) {
		ses_fail(err, SESHAT_ELIMIT,
		    "too large with all its secrets marked: it is not stored");
		goto out;
	}
	redactions = ses_flush_counts(b->redact, counts, head->redactions);
	fill_head(b, file, &p, head);
	if (assemble(b, head, &p, err) < 0)
		goto out;
	rc = ses_companion_path(f->src->w, file->name, &path, err);
	if (rc == 0)
		rc = ses_companion_put(f->m->store, &f->where, path.data,
		    &(struct ses_put){
			.len = (size_t)b->object.size, .fd = b->object.fd},
		    err);
	if (rc < 0)
		goto out;
	f->r->companions++;
	f->r->new_bytes += b->raw.size;
	f->r->stored_bytes += b->object.size;
	f->r->redactions += redactions;
out:
	ses_buf_free(&scrub.clean);
	ses_buf_free(&path);
	free(counts);
	free(head);
	return rc;
}
