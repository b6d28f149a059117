/*
 * A source that is one JSON document: agents write it anew as a whole, and not
 * always so that a reader sees only what is whole.  What is read is a copy of
 * it, taken when it was one document and did not change meanwhile.
 */
/* O_TMPFILE is Linux'. */
#define _GNU_SOURCE
#include <sys/stat.h>

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/json_stream.h"
#include "base/time.h"
#include "harness/rows.h"
#include "mirror/source.h"

#define STEP     ((size_t)1 << 20)
#define TRIES    4
#define PAUSE_NS 50000000L /* a writer is done by then, mostly */
#define FRESH_MS INT64_C(2000)

static int
same(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Copy what is in from: 1, it is a whole document, or may be any text and
 * stood still; 0, not now; -1. */
static int
copy(struct ses_source *s, int from, int to, int any, struct seshat_err *err)
{
	struct ses_json_stream json = {0};
	struct stat before;
	struct stat after;
	uint64_t at = 0;
	size_t got = STEP;
	char *room;

	if (fstat(from, &before) < 0 || ftruncate(to, 0) < 0 ||
	    lseek(to, 0, SEEK_SET) < 0)
		return ses_fail_errno(err, "stat");
	s->size = (uint64_t)before.st_size;
	ses_buf_clear(&s->buf);
	room = ses_buf_room(&s->buf, STEP);
	if (room == NULL)
		return ses_fail_nomem(err);
	while (got == STEP) {
		if (ses_fs_pread(from, room, STEP, at, &got, err) < 0)
			return -1;
		if (!any && ses_json_stream_add(&json, room, got) < 0)
			return 0;
		if (ses_fs_write(to, room, got, err) < 0)
			return -1;
		at += got;
	}
	if (fstat(from, &after) < 0)
		return ses_fail_errno(err, "stat");
	s->size = at;
	return (any || ses_json_stream_whole(&json)) && same(&before, &after) &&
	       at == (uint64_t)after.st_size;
}

/* For how long nobody wrote to it, ms; 0: not known, or its name is another
 * file's by now. */
static int64_t
quiet_for(const struct ses_source *s)
{
	struct stat st;

	if (fstat(s->fd, &st) < 0 || st.st_nlink == 0)
		return 0;
	return ses_time_now() - ((int64_t)st.st_mtim.tv_sec * 1000 +
				    st.st_mtim.tv_nsec / 1000000);
}

/* Whether somebody may be at it just now.  One that was left as it is long ago
 * does not become whole by waiting, and there may be many of those. */
static int
is_fresh(const struct ses_source *s)
{
	int64_t quiet = quiet_for(s);

	return quiet < FRESH_MS && quiet > -FRESH_MS;
}

/* The file may be another by now, which was renamed to its name. */
static int
again(struct ses_source *s, const char *path)
{
	struct timespec pause = {.tv_nsec = PAUSE_NS};
	int fd;

	(void)nanosleep(&pause, NULL);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -1;
	close(s->fd);
	s->fd = fd;
	return 0;
}

int
ses_source_whole_fail(const char *path, struct seshat_err *err)
{
	return ses_fail(err, SESHAT_ECONFLICT,
	    "%s is no whole JSON document, or just being written: what was "
	    "stored of it is kept, and nothing taken",
	    path);
}

int
ses_source_whole_copy(struct ses_source *s, const char *path, int may_change,
    const char *spool, struct seshat_err *err)
{
	int fd = open(spool, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	int rc = 0;
	int i;

	if (fd < 0)
		return ses_fail_errno(
		    err, "cannot make a file in %s to copy it", spool);
	for (i = 0; i < TRIES && rc == 0; i++) {
		rc = copy(s, s->fd, fd, 0, err);
		if (rc != 0 || !may_change || i + 1 == TRIES || !is_fresh(s) ||
		    again(s, path) < 0)
			break;
	}
	/* one with nothing in it: its agent has not written yet, or died */
	if (rc == 0 && s->size == 0)
		rc = 1;
	/* its agent died over it, and nothing else may be left of the work */
	if (rc == 0 && may_change && quiet_for(s) >= SES_ROWS_QUIET_MS)
		s->is_torn = rc = copy(s, s->fd, fd, 1, err);
	if (rc == 0)
		rc = ses_source_whole_fail(path, err);
	if (rc < 0) {
		close(fd);
		return -1;
	}
	close(s->fd);
	s->fd = fd;
	s->is_network = 0;
	return 0;
}
