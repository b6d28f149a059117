/* memrchr is GNU's. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "harness/line.h"
#include "harness/peek.h"
#include "harness/twin.h"

/* Holds the beginning of most transcripts, also the 20 KB that a rollout of
 * Codex begins with. */
#define FIRST_STEP 32768U

int
ses_peek_open(struct ses_peek *p, int at, const char *name, struct stat *st,
    struct seshat_err *err)
{
	int fd;

	ses_buf_clear(&p->head);
	ses_buf_clear(&p->tail);
	/* O_NONBLOCK and the second look: it may have become a pipe since the
	 * folder was listed. */
	fd = openat(at, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return 0;
	if (fd < 0)
		return ses_fail_errno(err, "open");
	if (fstat(fd, st) < 0) {
		ses_fail_errno(err, "stat");
		close(fd);
		return -1;
	}
	if (!S_ISREG(st->st_mode)) {
		close(fd);
		return 0;
	}
	p->fd = fd;
	p->size = (uint64_t)st->st_size;
	if (ses_twin_is(name)) {
		p->size = UINT64_MAX;
		st->st_size = (off_t)ses_twin_size(fd);
		if (ses_twin_open(&p->twin, fd, err) < 0) {
			ses_peek_close(p);
			return -1;
		}
	}
	return 1;
}

int
ses_peek_path(struct ses_peek *p, const char *path, struct stat *st,
    struct seshat_err *err)
{
	int rc;

	if (stat(path, st) < 0)
		return ses_fail_errno(err, "%s", path);
	rc = !S_ISREG(st->st_mode) ? 0
				   : ses_peek_open(p, AT_FDCWD, path, st, err);
	if (rc < 0)
		return ses_fail_in(err, "%s", path);
	if (rc == 0)
		return ses_fail(
		    err, SESHAT_ENOTFOUND, "%s: no regular file", path);
	return 0;
}

void
ses_peek_close(struct ses_peek *p)
{
	ses_twin_free(p->twin);
	p->twin = NULL;
	close(p->fd);
	p->fd = -1;
}

void
ses_peek_free(struct ses_peek *p)
{
	ses_buf_free(&p->head);
	ses_buf_free(&p->tail);
}

/* Read on until head holds want bytes or the file ends. */
static int
fill(struct ses_peek *p, size_t want, struct seshat_err *err)
{
	size_t have = p->head.len;
	size_t got;
	char *room;

	if (want > p->size)
		want = (size_t)p->size;
	if (want <= have)
		return 0;
	room = ses_buf_room(&p->head, want - have);
	if (room == NULL)
		return ses_fail_nomem(err);
	if (p->twin != NULL
		? ses_twin_read(p->twin, room, want - have, &got, err) < 0
		: ses_fs_pread(p->fd, room, want - have, have, &got, err) < 0)
		return -1;
	ses_buf_grew(&p->head, got);
	if (have + got < want)
		p->size = have + got; /* it was cut short meanwhile */
	return 0;
}

/* The members that are whole of an object that is cut off at the end. */
static void
cut_object(const char *line, size_t len,
    int (*each)(void *arg, const struct ses_json *object), void *arg)
{
	struct ses_json v = {line, len, '{'};

	if (len > 1 && line[0] == '{')
		(void)each(arg, &v);
}

int
ses_peek_head(struct ses_peek *p,
    int (*each)(void *arg, const struct ses_json *object), void *arg,
    struct seshat_err *err)
{
	size_t want = FIRST_STEP;
	size_t at = 0;     /* where the line begins that comes next */
	size_t looked = 0; /* no newline between at and here */
	const char *nl;

	for (;;) {
		if (fill(p, want, err) < 0)
			return -1;
		while (looked < p->head.len) {
			nl = memchr(
			    p->head.data + looked, '\n', p->head.len - looked);
			if (nl == NULL)
				break;
			looked = (size_t)(nl - p->head.data) + 1;
			if (ses_line_objects(p->head.data + at, looked - at - 1,
				NULL, 0, each, arg) != 0)
				return 0;
			at = looked;
		}
		looked = p->head.len;
		if (p->head.len >= p->size || want >= SES_PEEK_HEAD)
			break;
		want = p->head.len * 4 < SES_PEEK_HEAD ? p->head.len * 4
						       : SES_PEEK_HEAD;
	}
	if (at < p->head.len && p->head.len >= p->size)
		(void)ses_line_objects(
		    p->head.data + at, p->head.len - at, NULL, 0, each, arg);
	else if (at < p->head.len)
		cut_object(p->head.data + at, p->head.len - at, each, arg);
	return 0;
}

int
ses_peek_whole(struct ses_peek *p,
    int (*each)(void *arg, const struct ses_json *object), void *arg,
    struct seshat_err *err)
{
	struct ses_json v = {0};
	size_t n = 0;

	if (fill(p, SES_PEEK_HEAD, err) < 0)
		return -1;
	if (p->head.len >= 3 && memcmp(p->head.data, SES_PEEK_MARK, 3) == 0)
		n = 3;
	while (n < p->head.len && strchr(" \t\r\n", p->head.data[n]) != NULL)
		n++;
	if (n == p->head.len ||
	    (p->head.data[n] != '{' && p->head.data[n] != '['))
		return 0;
	v = (struct ses_json){
	    p->head.data + n, p->head.len - n, p->head.data[n]};
	(void)each(arg, &v);
	return 0;
}

/* The last bytes of the file, at most want; *whole when that is all of it. */
static int
last_bytes(struct ses_peek *p, size_t want, const char **bytes, size_t *len,
    int *whole, struct seshat_err *err)
{
	uint64_t from = p->size > want ? p->size - want : 0;
	char *room;

	*whole = from == 0;
	if (*whole && fill(p, want, err) < 0)
		return -1;
	if (p->head.len > 0 && p->head.len >= p->size) {
		*bytes = p->head.data + (*whole ? 0 : from);
		*len = p->head.len - (*whole ? 0 : (size_t)from);
		return 0;
	}
	if (p->size == 0 || p->twin != NULL)
		return 0;
	ses_buf_clear(&p->tail);
	room = ses_buf_room(&p->tail, want);
	if (room == NULL)
		return ses_fail_nomem(err);
	*bytes = room;
	return ses_fs_pread(p->fd, room, want, from, len, err);
}

int
ses_peek_tail(struct ses_peek *p, size_t bytes,
    int (*each)(void *arg, const char *line, size_t len), void *arg,
    struct seshat_err *err)
{
	const char *b = "";
	const char *line;
	size_t end = 0;
	int whole = 1;

	if (bytes > SES_PEEK_TAIL)
		bytes = SES_PEEK_TAIL;
	if (last_bytes(p, bytes, &b, &end, &whole, err) < 0)
		return -1;
	while (end > 0) {
		line = memrchr(b, '\n', end);
		if (line == NULL && !whole)
			break; /* the first one may be cut */
		line = line == NULL ? b : line + 1;
		if (each(arg, line, (size_t)(b + end - line)) != 0)
			break;
		if (line == b)
			break;
		end = (size_t)(line - b) - 1;
	}
	return 0;
}
