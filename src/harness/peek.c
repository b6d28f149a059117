#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/fs.h"
#include "harness/peek.h"

int
ses_peek_open(
    struct ses_peek *p, int dir, const char *name, struct seshat_err *err)
{
	struct stat sb;

	ses_buf_clear(&p->head);
	ses_buf_clear(&p->tail);
	p->fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (p->fd < 0)
		return ses_fail_errno(err, "open");
	if (fstat(p->fd, &sb) < 0) {
		ses_fail_errno(err, "stat");
		goto fail;
	}
	if (!S_ISREG(sb.st_mode)) {
		ses_fail(err, SESHAT_EUNSUPPORTED, "not a regular file");
		goto fail;
	}
	p->size = (uint64_t)sb.st_size;
	p->mtime =
	    (int64_t)sb.st_mtim.tv_sec * 1000 + sb.st_mtim.tv_nsec / 1000000;
	return 0;
fail:
	ses_peek_close(p);
	return -1;
}

void
ses_peek_close(struct ses_peek *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

void
ses_peek_free(struct ses_peek *p)
{
	ses_buf_free(&p->head);
	ses_buf_free(&p->tail);
}

/* Read len bytes at offset behind what b holds. */
static int
add(struct ses_peek *p, struct ses_buf *b, uint64_t offset, size_t len,
    struct seshat_err *err)
{
	char *room = ses_buf_room(b, len);
	size_t got = 0;

	if (room == NULL)
		return ses_fail_nomem(err);
	if (ses_fs_pread(p->fd, room, len, offset, &got, err) < 0)
		return -1;
	ses_buf_grew(b, got);
	return 0;
}

int
ses_peek_more(struct ses_peek *p, struct seshat_err *err)
{
	size_t have = p->head.len;
	size_t want = have == 0 ? SES_PEEK_FIRST : have * 3;

	if (have >= p->size || have >= SES_PEEK_MAX)
		return 0;
	if (add(p, &p->head, have, want, err) < 0)
		return -1;
	return p->head.len > have;
}

int
ses_peek_tail(struct ses_peek *p, struct seshat_err *err)
{
	uint64_t from = p->size > SES_PEEK_TAIL ? p->size - SES_PEEK_TAIL : 0;

	if (p->head.len >= p->size)
		return 0;
	return add(p, &p->tail, from, (size_t)(p->size - from), err);
}
