#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "record/place.h"
#include "record/record.h"
#include "record/torn.h"

/* Small enough to stay in the processor's cache while it is scanned. */
#define BLOCK ((size_t)256 << 10)

/*
 * The bytes up to the last newline that is there when the log is opened never
 * change: writers only append, and cut off only what follows that newline.
 * So no lock is needed, and no line is ever seen half old, half new.
 */
struct seshat_log_reader {
	struct ses_buf path;
	int fd;       /* -1: there is no log */
	int skip_bad; /* count malformed lines */
	uint64_t at;  /* where the file is read next */
	uint64_t end; /* behind the last newline */
	uint64_t torn;
	char *buf; /* buf[from .. to) is read and not given out yet, */
	size_t from;
	size_t to;
	size_t seen; /* buf[from .. seen) holds no newline */
	size_t cap;
	uint64_t number; /* of the line given out last */
	uint64_t bad;
	struct ses_record record; /* that line's fields */
	struct ses_buf text;      /* its texts and attempts */
	struct ses_buf tries;
};

static int
open_file(struct seshat_log_reader *r, struct seshat_err *err)
{
	struct stat st;

	r->fd =
	    open(r->path.data, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (r->fd < 0)
		return errno == ENOENT ? 0 : ses_fail_errno(err, "open");
	if (fstat(r->fd, &st) < 0)
		return ses_fail_errno(err, "fstat");
	if (!S_ISREG(st.st_mode))
		return ses_fail(err, SESHAT_EFORMAT, "not a regular file");
	if (ses_torn_start(r->fd, (uint64_t)st.st_size, &r->end, err) < 0)
		return -1;
	r->torn = (uint64_t)st.st_size - r->end;
	return 0;
}

int
seshat_log_read_open(struct seshat_log_reader **out, const char *session,
    const struct seshat_log_options *options, struct seshat_err *err)
{
	struct seshat_log_options o;
	struct seshat_log_reader *r = ses_calloc(1, sizeof(*r));

	if (r == NULL)
		return ses_fail_nomem(err);
	r->fd = -1;
	if (ses_place_options(options, &o, err) < 0 ||
	    ses_place_file(o.dir, session, &r->path, err) < 0)
		goto fail;
	r->skip_bad = o.skip_bad;
	if (open_file(r, err) < 0) {
		ses_fail_in(err, "%s", r->path.data);
		goto fail;
	}
	*out = r;
	return 0;
fail:
	seshat_log_read_free(r);
	return -1;
}

/* Room behind what is left of the last block, for a longer line too. */
static int
make_room(struct seshat_log_reader *r, struct seshat_err *err)
{
	size_t cap = r->cap == 0 ? BLOCK : r->cap * 2;
	char *p;

	if (r->from > 0) {
		memmove(r->buf, r->buf + r->from, r->to - r->from);
		r->seen -= r->from;
		r->to -= r->from;
		r->from = 0;
	}
	if (r->to < r->cap)
		return 0;
	if (r->to > SESHAT_LOG_MAX)
		return ses_fail(err, SESHAT_ELIMIT,
		    "the line is longer than %d bytes", SESHAT_LOG_MAX);
	p = ses_realloc(r->buf, cap);
	if (p == NULL)
		return ses_fail_nomem(err);
	r->buf = p;
	r->cap = cap;
	return 0;
}

/* Read on: 1, or 0 when all was read. */
static int
fill(struct seshat_log_reader *r, struct seshat_err *err)
{
	size_t want;
	size_t got;

	if (r->at == r->end)
		return 0;
	if (make_room(r, err) < 0)
		return -1;
	want = r->cap - r->to;
	if (want > r->end - r->at)
		want = (size_t)(r->end - r->at);
	if (ses_fs_pread(r->fd, r->buf + r->to, want, r->at, &got, err) < 0)
		return -1;
	if (got < want) { /* it was cut meanwhile: what is left is torn */
		r->end = r->at + got;
		r->torn = 0;
	}
	r->to += got;
	r->at += got;
	return 1;
}

/* The next line without its newline: 1, or 0 at the end. */
static int
next_line(struct seshat_log_reader *r, struct seshat_log_line *line,
    struct seshat_err *err)
{
	const char *nl = NULL;
	int more = 1;

	for (;;) {
		if (r->seen < r->to)
			nl = memchr(r->buf + r->seen, '\n', r->to - r->seen);
		if (nl != NULL)
			break;
		r->seen = r->to;
		more = fill(r, err);
		if (more <= 0)
			break;
	}
	if (nl == NULL) {
		r->torn += more == 0 ? r->to - r->from : 0;
		r->from = r->seen = more == 0 ? r->to : r->from;
		return more;
	}
	line->json = r->buf + r->from;
	line->len = (size_t)(nl - line->json);
	line->number = ++r->number;
	r->from += line->len + 1;
	r->seen = r->from;
	return 1;
}

static int
is_blank(const struct seshat_log_line *line)
{
	size_t i;

	for (i = 0; i < line->len; i++)
		if (memchr(" \t\r", line->json[i], 3) == NULL)
			return 0;
	return 1;
}

int
seshat_log_read_next(struct seshat_log_reader *r, struct seshat_log_line *line,
    struct seshat_err *err)
{
	struct seshat_log_line next = {0};
	int more;

	for (;;) {
		more = next_line(r, &next, err);
		if (more == 0)
			return 0;
		if (more < 0)
			return ses_fail_in(err, "%s: line %" PRIu64,
			    r->path.data, r->number + 1);
		if (is_blank(&next))
			continue;
		if (ses_record_scan(next.json, next.len, &r->record, err) ==
		    0) {
			*line = next;
			return 1;
		}
		if (!r->skip_bad)
			return ses_fail_in(err, "%s: line %" PRIu64,
			    r->path.data, next.number);
		r->bad++;
	}
}

int
seshat_log_read_entry(struct seshat_log_reader *r,
    struct seshat_log_entry *entry, struct seshat_err *err)
{
	struct seshat_log_entry e;
	size_t size = entry->size;

	if (size < sizeof(size) || size > sizeof(e))
		return ses_fail(err, SESHAT_EUSAGE,
		    "an entry of another version of the library, or not set "
		    "to SESHAT_LOG_ENTRY_INIT");
	if (ses_record_decode(&r->record, &r->text, &r->tries, &e, err) < 0)
		return -1;
	e.size = size;
	memcpy(entry, &e, size);
	return 0;
}

const char *
seshat_log_read_path(const struct seshat_log_reader *r)
{
	return r->path.data;
}

uint64_t
seshat_log_read_bad(const struct seshat_log_reader *r)
{
	return r->bad;
}

uint64_t
seshat_log_read_torn(const struct seshat_log_reader *r)
{
	return r->torn;
}

void
seshat_log_read_free(struct seshat_log_reader *r)
{
	if (r == NULL)
		return;
	if (r->fd >= 0)
		close(r->fd);
	ses_buf_free(&r->path);
	ses_buf_free(&r->text);
	ses_buf_free(&r->tries);
	free(r->buf);
	free(r);
}
