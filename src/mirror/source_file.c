/* O_TMPFILE is Linux'. */
#define _GNU_SOURCE
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "harness/twin.h"
#include "mirror/source.h"
#include "redact/redact.h"

#define UNPACK_STEP ((size_t)1 << 20)
#define UNPACK_MAX  (UINT64_C(64) << 30) /* a bomb, not a transcript */

static int
look(struct ses_source *s, struct seshat_err *err)
{
	struct stat sb;

	if (fstat(s->fd, &sb) < 0)
		return ses_fail_errno(err, "stat");
	if (!S_ISREG(sb.st_mode))
		return ses_fail(err, SESHAT_EUNSUPPORTED, "not a regular file");
	s->size = (uint64_t)sb.st_size;
	s->mtime =
	    (int64_t)sb.st_mtim.tv_sec * 1000 + sb.st_mtim.tv_nsec / 1000000;
	return 0;
}

/* Unpack a compressed transcript; only one that unpacks whole is a source. */
static int
unpack(struct ses_source *s, const char *spool, struct seshat_err *err)
{
	struct ses_twin *t = NULL;
	size_t got = 0;
	char *room;
	int fd = open(spool, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	int rc = -1;

	if (fd < 0)
		return ses_fail_errno(
		    err, "cannot make a file in %s to unpack it", spool);
	ses_buf_clear(&s->buf);
	room = ses_buf_room(&s->buf, UNPACK_STEP);
	if (room == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	if (ses_twin_open(&t, s->fd, err) < 0)
		goto out;
	s->size = 0;
	do {
		if (ses_twin_read(t, room, UNPACK_STEP, &got, err) < 0 ||
		    ses_fs_write(fd, room, got, err) < 0)
			goto out;
		s->size += got;
		if (s->size > UNPACK_MAX) {
			ses_fail(err, SESHAT_ELIMIT,
			    "unpacks to more than %u GiB",
			    (unsigned)(UNPACK_MAX >> 30));
			goto out;
		}
	} while (got == UNPACK_STEP);
	rc = 0;
out:
	ses_twin_free(t);
	if (rc == 0) {
		close(s->fd);
		s->fd = fd;
	} else {
		close(fd);
	}
	return rc;
}

int
ses_source_file_open(struct ses_source *s, const char *path, const char *spool,
    struct seshat_err *err)
{
	int64_t mtime;

	s->before_len = 0;
	s->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (s->fd < 0)
		return ses_fail_errno(err, "open %s", path);
	if (look(s, err) < 0)
		return ses_fail_in(err, "%s", path);
	s->is_network = ses_fs_is_network(s->fd);
	if (!ses_twin_is(path))
		return 0;
	mtime = s->mtime;
	if (unpack(s, spool, err) < 0)
		return ses_fail_in(err, "%s", path);
	s->mtime = mtime;
	s->is_network = 0;
	return 0;
}

int
ses_source_file_check(
    struct ses_source *s, uint64_t cursor, struct seshat_err *err)
{
	size_t want = cursor < SES_CHECK_LEN ? (size_t)cursor : SES_CHECK_LEN;
	size_t got;

	s->before_len = 0;
	if (ses_fs_pread(s->fd, s->before, want, cursor - want, &got, err) < 0)
		return -1;
	if (got < want)
		return 0;
	s->before_len = got;
	ses_sha256_of(s->before, got, s->seen);
	return 1;
}

/* The bytes that were checked must still be there once we have read on. */
static int
check_again(
    struct ses_source *s, uint64_t cursor, uint64_t to, struct seshat_err *err)
{
	char now[SES_CHECK_LEN];
	size_t got;

	if (look(s, err) < 0 || ses_fs_pread(s->fd, now, s->before_len,
				    cursor - s->before_len, &got, err) < 0)
		return -1;
	if (s->size < to || got < s->before_len ||
	    memcmp(now, s->before, got) != 0)
		return ses_fail(
		    err, SESHAT_ECONFLICT, "rewritten while it was read");
	return 0;
}

/* Read len bytes at offset into the buffer. */
static int
fill(struct ses_source *s, uint64_t offset, size_t len, struct seshat_err *err)
{
	uint64_t there = s->size > offset ? s->size - offset : 0;
	char *room;
	size_t got;

	ses_buf_clear(&s->buf);
	if (len > there)
		len = (size_t)there;
	room = ses_buf_room(&s->buf, len);
	if (room == NULL)
		return ses_fail_nomem(err);
	if (ses_fs_pread(s->fd, room, len, offset, &got, err) < 0)
		return -1;
	ses_buf_grew(&s->buf, got);
	return 0;
}

static void
set(struct ses_block *b, int kind, uint64_t cursor, size_t start, size_t stop,
    const struct ses_buf *buf)
{
	b->kind = kind;
	b->data = buf->data;
	b->len = buf->len;
	b->start = start;
	b->stop = stop;
	b->from = cursor;
	b->to = cursor + (stop - start);
}

/* Length of the whole lines at the front of the buffer. */
static size_t
whole_lines(const struct ses_buf *buf)
{
	size_t n = buf->len;

	while (n > 0 && buf->data[n - 1] != '\n')
		n--;
	return n;
}

/* The cursor stands at a line's start. */
static int
next_lines(struct ses_source *s, uint64_t cursor, int final,
    struct ses_block *b, struct seshat_err *err)
{
	const char *nl;
	size_t n;

	if (fill(s, cursor, SES_BLOCK_MAX, err) < 0)
		return -1;
	n = whole_lines(&s->buf);
	if (n == 0 && s->buf.len == SES_BLOCK_MAX) {
		if (fill(s, cursor, SES_LINE_MAX + SES_REDACT_OVERLAP, err) < 0)
			return -1;
		nl = memchr(s->buf.data, '\n', s->buf.len);
		n = nl == NULL ? 0 : (size_t)(nl - s->buf.data) + 1;
		if (n > SES_LINE_MAX ||
		    (n == 0 &&
			s->buf.len == SES_LINE_MAX + SES_REDACT_OVERLAP)) {
			set(b, SES_BLOCK_PIECE, cursor, 0, SES_BLOCK_MAX,
			    &s->buf);
			b->inside = 1;
			return 0;
		}
	}
	if (n > 0) {
		set(b, SES_BLOCK_LINES, cursor, 0, n, &s->buf);
		b->len = n;
	} else if (final && s->buf.len > 0) {
		set(b, SES_BLOCK_TORN, cursor, 0, s->buf.len, &s->buf);
	}
	return 0;
}

/* The cursor stands inside a line longer than SES_LINE_MAX. */
static int
next_piece(struct ses_source *s, uint64_t cursor, int final,
    struct ses_block *b, struct seshat_err *err)
{
	size_t back =
	    cursor < SES_REDACT_OVERLAP ? (size_t)cursor : SES_REDACT_OVERLAP;
	size_t want = back + SES_BLOCK_MAX + SES_REDACT_OVERLAP;
	const char *nl;
	size_t end;

	if (fill(s, cursor - back, want, err) < 0)
		return -1;
	if (s->buf.len <= back)
		return 0;
	nl = memchr(s->buf.data + back, '\n', s->buf.len - back);
	if (nl != NULL) {
		end = (size_t)(nl - s->buf.data) + 1;
		set(b, SES_BLOCK_PIECE, cursor, back, end, &s->buf);
		b->len = end;
	} else if (s->buf.len == want) {
		set(b, SES_BLOCK_PIECE, cursor, back, back + SES_BLOCK_MAX,
		    &s->buf);
		b->inside = 1;
	} else if (final) {
		set(b, SES_BLOCK_TORN, cursor, back, s->buf.len, &s->buf);
	}
	return 0;
}

int
ses_source_file_next(struct ses_source *s, uint64_t cursor, int in_line,
    int final, struct ses_block *b, struct seshat_err *err)
{
	if (in_line ? next_piece(s, cursor, final, b, err) < 0
		    : next_lines(s, cursor, final, b, err) < 0)
		return -1;
	if (b->kind == SES_BLOCK_NONE)
		return 0;
	return check_again(s, cursor, b->to, err);
}

void
ses_source_file_proof(const struct ses_source *s, const struct ses_block *b,
    char k[SES_SHA256_HEX])
{
	size_t len = (size_t)(b->to - b->from);
	struct ses_sha256 sha;
	size_t old;

	ses_sha256_init(&sha);
	if (len >= SES_CHECK_LEN) {
		ses_sha256_add(&sha, b->data + b->start + len - SES_CHECK_LEN,
		    SES_CHECK_LEN);
	} else {
		old = SES_CHECK_LEN - len;
		if (old > s->before_len)
			old = s->before_len;
		ses_sha256_add(&sha, s->before + s->before_len - old, old);
		ses_sha256_add(&sha, b->data + b->start, len);
	}
	ses_sha256_hex(&sha, k);
}

int
ses_source_file_crc(struct ses_source *s, uint64_t from, uint64_t to,
    uint32_t *crc, struct seshat_err *err)
{
	size_t step;

	*crc = 0;
	while (from < to) {
		step = to - from < (1U << 20) ? (size_t)(to - from) : 1U << 20;
		if (look(s, err) < 0 || fill(s, from, step, err) < 0)
			return -1;
		if (s->buf.len < step)
			return ses_fail(err, SESHAT_ECONFLICT,
			    "shorter than what was stored of it");
		*crc = ses_crc32(*crc, s->buf.data, step);
		from += step;
	}
	return 0;
}

int
ses_source_file_is_empty(struct ses_source *s, struct seshat_err *err)
{
	if (s->size > SES_CHECK_LEN) /* to be seen when it is read */
		return 0;
	if (fill(s, 0, (size_t)s->size, err) < 0)
		return -1;
	return whole_lines(&s->buf) == 0;
}

int
ses_source_behind(struct ses_source *s, uint64_t cursor, uint64_t *whole,
    struct seshat_err *err)
{
	uint64_t from = cursor;
	size_t n;

	if (s->size > SES_TAIL_LEN && s->size - SES_TAIL_LEN > from)
		from = s->size - SES_TAIL_LEN;
	if (fill(s, from, SES_TAIL_LEN, err) < 0)
		return -1;
	n = whole_lines(&s->buf);
	*whole = n > 0 || from == cursor ? from + n : s->size;
	return 0;
}

int
ses_source_file_whole(
    struct ses_source *s, uint64_t *whole, struct seshat_err *err)
{
	uint64_t end = s->size;
	size_t step;

	while (end > 0) {
		step = end < 65536 ? (size_t)end : 65536;
		if (fill(s, end - step, step, err) < 0)
			return -1;
		*whole = end - step + whole_lines(&s->buf);
		if (whole_lines(&s->buf) > 0)
			return 0;
		end -= step;
	}
	*whole = 0;
	return 0;
}
