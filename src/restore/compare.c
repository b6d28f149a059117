/* What stands where a file is to go, against what is to stand there. */
#define _GNU_SOURCE /* F_SETLEASE, F_SETSIG */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/twin.h"
#include "restore/land.h"

#define STEP 65536U

int
ses_land_push(const struct ses_land_text *t, const struct ses_sink *sink,
    struct seshat_err *err)
{
	struct ses_recwd r = {.paths = t->cwds,
	    .from = t->from,
	    .to = t->to,
	    .next = sink,
	    .document = t->document};
	struct ses_sink in = ses_recwd_sink(&r);

	if (ses_spool_push(t->spool, &in, err) < 0) {
		ses_recwd_free(&r);
		return -1;
	}
	if (t->changed != NULL)
		*t->changed = r.changed;
	return ses_recwd_end(&r, err);
}

/* Our text comes by; the file is read along. */
struct comparing {
	int fd;
	struct ses_twin *twin; /* of a compressed file */
	uint64_t at;           /* in the file */
	uint64_t size;         /* of ours so far */
	int ended;             /* the file has */
	int differs;
	char bytes[STEP];
};

static int
read_on(struct comparing *c, size_t want, size_t *got, struct seshat_err *err)
{
	int rc;

	if (c->twin != NULL)
		rc = ses_twin_read(c->twin, c->bytes, want, got, err);
	else
		rc = ses_fs_pread(c->fd, c->bytes, want, c->at, got, err);
	if (rc == 0)
		c->at += *got;
	return rc;
}

static int
compare(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct comparing *c = arg;
	const char *p = data;
	size_t want;
	size_t got;

	c->size += len;
	while (len > 0 && !c->ended && !c->differs) {
		want = len < STEP ? len : STEP;
		if (read_on(c, want, &got, err) < 0)
			return -1;
		c->differs = memcmp(p, c->bytes, got) != 0;
		c->ended = got < want;
		p += got;
		len -= got;
	}
	return 0;
}

static int
judge(struct comparing *c, struct seshat_err *err)
{
	size_t got = 0;

	if (c->differs)
		return SES_STANDS_OTHER;
	if (c->ended)
		return SES_STANDS_BEGINNING;
	if (read_on(c, 1, &got, err) < 0)
		return -1;
	return got > 0 ? SES_STANDS_LONGER : SES_STANDS_SAME;
}

int
ses_land_compare(const struct ses_land_text *t, const char *path,
    struct stat *st, uint64_t *size, struct seshat_err *err)
{
	struct comparing *c = ses_calloc(1, sizeof(*c));
	struct ses_sink sink = {compare, c};
	int rc = -1;

	if (c == NULL)
		return ses_fail_nomem(err);
	c->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (c->fd < 0 && errno != ENOENT && errno != ENOTDIR) {
		ses_fail_errno(err, "%s", path);
		goto out;
	}
	if (c->fd >= 0 && fstat(c->fd, st) < 0) {
		ses_fail_errno(err, "%s", path);
		goto out;
	}
	if (c->fd >= 0 && !S_ISREG(st->st_mode)) {
		ses_fail(err, SESHAT_EEXISTS,
		    "%s is no file, but a folder or the like: move it away, "
		    "and restore again",
		    path);
		goto out;
	}
	if (c->fd >= 0 && ses_twin_is(path) &&
	    ses_twin_open(&c->twin, c->fd, err) < 0)
		goto out;
	c->ended = c->fd < 0;
	if (ses_land_push(t, &sink, err) < 0)
		goto out;
	*size = c->size;
	rc = c->fd < 0 ? SES_STANDS_NOTHING : judge(c, err);
out:
	if (c->fd >= 0)
		close(c->fd);
	ses_twin_free(c->twin);
	free(c);
	return rc;
}

/* A lease for reading is not to be had while somebody writes.  If it has to
 * be given back in that moment, a signal comes that is ignored. */
int
ses_land_is_written(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int is_written = 0;

	if (fd < 0)
		return 0;
	if (fcntl(fd, F_SETSIG, SIGURG) == 0) {
		is_written =
		    fcntl(fd, F_SETLEASE, F_RDLCK) < 0 && errno == EAGAIN;
		if (!is_written)
			(void)fcntl(fd, F_SETLEASE, F_UNLCK);
	}
	close(fd);
	return is_written;
}
