#define _GNU_SOURCE /* O_TMPFILE */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/spool.h"

#define STEP ((size_t)64 * 1024)

/* Where the file system knows no files without a name: one that has its own
 * for a moment. */
static int
open_named(const char *dir, struct seshat_err *err)
{
	struct ses_buf path = {0};
	char mark[17];
	int fd = -1;

	ses_rand_hex(mark, 16);
	ses_buf_fmt(&path, "%s/spool-%s", dir, mark);
	(void)ses_buf_cstr(&path);
	if (ses_buf_check(&path, err) < 0)
		goto out;
	fd = open(path.data, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		ses_fail_errno(err, "create a file in %s", dir);
	} else if (unlink(path.data) < 0) {
		ses_fail_errno(err, "unlink %s", path.data);
		close(fd);
		fd = -1;
	}
out:
	ses_buf_free(&path);
	return fd;
}

int
ses_spool_open(struct ses_spool *s, const char *dir, struct seshat_err *err)
{
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		fd = open_named(dir, err);
	if (fd < 0)
		return -1;
	*s = (struct ses_spool){.is_open = 1, .fd = fd};
	(void)snprintf(s->path, sizeof(s->path), "/proc/self/fd/%d", fd);
	return 0;
}

void
ses_spool_close(struct ses_spool *s)
{
	if (s->is_open)
		close(s->fd);
	*s = (struct ses_spool){0};
}

int
ses_spool_add(
    struct ses_spool *s, const void *data, size_t len, struct seshat_err *err)
{
	if (ses_fs_write(s->fd, data, len, err) < 0)
		return -1;
	s->size += len;
	return 0;
}

static int
add(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	return ses_spool_add(arg, data, len, err);
}

struct ses_sink
ses_spool_sink(struct ses_spool *s)
{
	return (struct ses_sink){add, s};
}

int
ses_spool_cut(struct ses_spool *s, uint64_t size, struct seshat_err *err)
{
	if (ftruncate(s->fd, (off_t)size) < 0 ||
	    lseek(s->fd, (off_t)size, SEEK_SET) < 0)
		return ses_fail_errno(err, "truncate");
	s->size = size;
	return 0;
}

int
ses_spool_read(const struct ses_spool *s, void *data, size_t len,
    uint64_t offset, size_t *got, struct seshat_err *err)
{
	return ses_fs_pread(s->fd, data, len, offset, got, err);
}

int
ses_spool_push(const struct ses_spool *s, const struct ses_sink *sink,
    struct seshat_err *err)
{
	char *block = ses_calloc(1, STEP);
	uint64_t at = 0;
	size_t got = 0;
	int rc = block == NULL ? ses_fail_nomem(err) : 0;

	while (rc == 0) {
		rc = ses_spool_read(s, block, STEP, at, &got, err);
		if (rc < 0 || got == 0)
			break;
		rc = ses_sink_write(sink, block, got, err);
		at += got;
	}
	free(block);
	return rc;
}

int
ses_spool_copy(struct ses_spool *to, const struct ses_spool *s, uint64_t from,
    uint64_t stop, struct seshat_err *err)
{
	struct ses_buf block = {0};
	char *room = ses_buf_room(&block, STEP);
	size_t want;
	size_t got;
	int rc = room == NULL ? ses_fail_nomem(err) : 0;

	while (rc == 0 && from < stop) {
		want = stop - from < STEP ? (size_t)(stop - from) : STEP;
		rc = ses_spool_read(s, room, want, from, &got, err);
		if (rc == 0 && got < want)
			rc = ses_fail(
			    err, SESHAT_ESYS, "a file of ours was cut short");
		if (rc == 0)
			rc = ses_spool_add(to, room, got, err);
		from += want;
	}
	ses_buf_free(&block);
	return rc;
}

int
ses_spool_same(const struct ses_spool *a, uint64_t a_at,
    const struct ses_spool *b, uint64_t b_at, uint64_t *same,
    struct seshat_err *err)
{
	char x[4096];
	char y[4096];
	size_t n;
	size_t m;
	size_t i;

	*same = 0;
	for (;;) {
		if (ses_spool_read(a, x, sizeof(x), a_at + *same, &n, err) <
			0 ||
		    ses_spool_read(b, y, sizeof(y), b_at + *same, &m, err) < 0)
			return -1;
		n = n < m ? n : m;
		if (n == 0 || memcmp(x, y, n) != 0)
			break;
		*same += n;
	}
	for (i = 0; i < n && x[i] == y[i]; i++)
		;
	*same += i;
	return 0;
}

/* More bytes into the buffer: 1, or 0 at the end of the spool. */
static int
more(struct ses_spool_lines *l, struct seshat_err *err)
{
	char *room = ses_buf_room(&l->buf, STEP);
	size_t got;

	if (room == NULL)
		return ses_fail_nomem(err);
	if (ses_spool_read(
		l->s, room, STEP, l->buf_at + l->buf.len, &got, err) < 0)
		return -1;
	ses_buf_grew(&l->buf, got);
	return got > 0;
}

/* Forget the lines that were handed out. */
static void
drop_old(struct ses_spool_lines *l)
{
	uint64_t old = l->at - l->buf_at;

	if (l->at < l->buf_at || old >= l->buf.len) {
		ses_buf_clear(&l->buf);
	} else if (old > 0) {
		memmove(
		    l->buf.data, l->buf.data + old, l->buf.len - (size_t)old);
		l->buf.len -= (size_t)old;
	}
	l->buf_at = l->at;
}

int
ses_spool_line(struct ses_spool_lines *l, const char **line, size_t *len,
    struct seshat_err *err)
{
	size_t looked = l->at >= l->buf_at ? (size_t)(l->at - l->buf_at) : 0;
	const char *nl = NULL;
	int rc = 1;

	if (l->at < l->buf_at || looked > l->buf.len) {
		drop_old(l);
		looked = 0;
	}
	while (rc > 0) {
		nl = looked < l->buf.len ? memchr(l->buf.data + looked, '\n',
					       l->buf.len - looked)
					 : NULL;
		if (nl != NULL)
			break;
		drop_old(l);
		looked = l->buf.len;
		if (looked > SES_SPOOL_LINE)
			return ses_fail(err, SESHAT_ELIMIT, "a line too long");
		rc = more(l, err);
	}
	if (rc < 0)
		return -1;
	*line = l->buf.data + (l->at - l->buf_at);
	*len = nl != NULL ? (size_t)(nl - *line) + 1
			  : l->buf.len - (size_t)(l->at - l->buf_at);
	l->at += *len;
	return *len > 0;
}

int
ses_spool_line_start(const struct ses_spool *s, uint64_t offset,
    uint64_t *start, struct seshat_err *err)
{
	char block[4096];
	size_t want;
	size_t got;

	while (offset > 0) {
		want = offset < sizeof(block) ? (size_t)offset : sizeof(block);
		if (ses_spool_read(s, block, want, offset - want, &got, err) <
		    0)
			return -1;
		while (got > 0 && block[got - 1] != '\n')
			got--;
		if (got > 0) {
			*start = offset - want + got;
			return 0;
		}
		offset -= want;
	}
	*start = 0;
	return 0;
}
