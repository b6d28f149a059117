#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "harness/twin.h"
#include "mirror/source.h"

/* A clock's tick may hide a second change behind the first: what is younger
 * is looked at again. */
#define SETTLED_S 2

#define UNPACK_STEP ((size_t)1 << 18)

int
ses_source_open(struct ses_source *s, const struct ses_session *session,
    const char *spool, struct seshat_err *err)
{
	int rc;

	s->fd = -1;
	s->rows = NULL;
	s->held = 0;
	s->is_torn = 0;
	if (session->rows == NULL) {
		rc = ses_source_file_open(s, session->path, spool, err);
		if (rc == 0 && session->is_whole && spool != NULL)
			rc = ses_source_whole_copy(s, session->path,
			    !ses_twin_is(session->path), spool, err);
	} else {
		rc = ses_rows_open(&s->rows, session->path, session->rows,
		    session->key, s->finished, err);
		if (rc == 0) {
			s->size = ses_rows_highest(s->rows);
			s->held = ses_rows_last(s->rows) - s->size;
			ses_rows_rest(s->rows);
		}
		s->mtime = session->mtime;
		s->is_network = 0;
	}
	if (rc < 0)
		ses_source_close(s);
	return rc;
}

void
ses_source_close(struct ses_source *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	ses_rows_free(s->rows);
	s->rows = NULL;
}

void
ses_source_free(struct ses_source *s)
{
	ses_buf_free(&s->buf);
}

/* Append size and time of a file; -1 when it changed just now. */
static int
add_stamp(const char *path, struct ses_buf *out)
{
	struct stat sb;

	if (stat(path, &sb) < 0) {
		ses_buf_str(out, "-,");
		return 0;
	}
	if (time(NULL) - sb.st_mtim.tv_sec < SETTLED_S)
		return -1;
	ses_buf_fmt(out, "%llu:%lld.%09ld,", (unsigned long long)sb.st_size,
	    (long long)sb.st_mtim.tv_sec, sb.st_mtim.tv_nsec);
	return 0;
}

void
ses_source_stamp(const struct ses_session *session, struct ses_buf *out)
{
	struct ses_buf wal = {0};

	if (session->rows == NULL && !session->is_whole &&
	    !ses_twin_is(session->path))
		return;
	if (session->rows != NULL)
		ses_buf_fmt(&wal, "%s-wal", session->path);
	if (add_stamp(session->path, out) < 0 ||
	    (wal.len > 0 && add_stamp(ses_buf_cstr(&wal), out) < 0) ||
	    wal.bad || out->bad)
		ses_buf_clear(out);
	ses_buf_free(&wal);
}

int
ses_source_check(struct ses_source *s, uint64_t cursor, const char *k,
    struct seshat_err *err)
{
	int rc = s->rows == NULL ? ses_source_file_check(s, cursor, err)
				 : ses_source_rows_check(s, cursor, err) == 0;

	if (s->rows != NULL && rc == 0)
		return -1;
	return rc <= 0 ? rc : k == NULL || strcmp(s->seen, k) == 0;
}

int
ses_source_has_lines(struct ses_source *s, uint64_t cursor, uint64_t lines,
    struct seshat_err *err)
{
	uint64_t n;

	if (s->rows == NULL)
		return 1;
	return ses_source_rows_count(s, cursor, &n, err) < 0 ? -1 : n == lines;
}

int
ses_source_next(struct ses_source *s, uint64_t cursor, int in_line, int final,
    struct ses_block *b, struct seshat_err *err)
{
	*b = (struct ses_block){.kind = SES_BLOCK_NONE};
	return s->rows == NULL
		   ? ses_source_file_next(s, cursor, in_line, final, b, err)
		   : ses_source_rows_next(s, cursor, b, err);
}

int
ses_source_proof(struct ses_source *s, const struct ses_block *b,
    char k[SES_SHA256_HEX], struct seshat_err *err)
{
	(void)err;
	if (s->rows != NULL)
		memcpy(k, s->next, SES_SHA256_HEX);
	else
		ses_source_file_proof(s, b, k);
	return 0;
}

int
ses_source_crc(struct ses_source *s, uint64_t from, uint64_t to, uint32_t *crc,
    struct seshat_err *err)
{
	return s->rows == NULL ? ses_source_file_crc(s, from, to, crc, err)
			       : ses_source_rows_crc(s, from, to, crc, err);
}

int
ses_source_is_empty(struct ses_source *s, struct seshat_err *err)
{
	return s->rows == NULL ? ses_source_file_is_empty(s, err)
			       : s->size == 0;
}

int
ses_source_whole(struct ses_source *s, uint64_t *whole, struct seshat_err *err)
{
	*whole = s->size;
	return s->rows == NULL ? ses_source_file_whole(s, whole, err) : 0;
}

int
ses_source_unpacked(const char *path, uint64_t *size, struct seshat_err *err)
{
	struct ses_twin *t = NULL;
	char *room = ses_realloc(NULL, UNPACK_STEP);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t got;
	int rc = -1;

	if (room == NULL) {
		ses_fail_nomem(err);
		goto out;
	}
	if (fd < 0) {
		ses_fail_errno(err, "open");
		goto out;
	}
	if (ses_twin_open(&t, fd, err) < 0)
		goto out;
	*size = 0;
	do {
		if (ses_twin_read(t, room, UNPACK_STEP, &got, err) < 0)
			goto out;
		*size += got;
	} while (got == UNPACK_STEP);
	rc = 0;
out:
	ses_twin_free(t);
	free(room);
	if (fd >= 0)
		close(fd);
	return rc < 0 ? ses_fail_in(err, "%s", path) : 0;
}
