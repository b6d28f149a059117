/* Whether a file is the one that a stream was made of, secrets and all. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/mem.h"
#include "harness/twin.h"
#include "restore/stored.h"

#define STEP 65536U

struct ses_origin {
	uint64_t from;
	uint64_t to;
	uint32_t crc; /* of these bytes of the source */
};

int
ses_origin_take(
    struct ses_stored *s, const struct ses_stream *st, struct seshat_err *err)
{
	size_t i;

	s->origin = ses_calloc(st->n + 1, sizeof(*s->origin));
	if (s->origin == NULL)
		return ses_fail_nomem(err);
	for (i = 0; i < st->n; i++) {
		/* what cannot be told of one cannot be told of all */
		if (!st->parts[i].known)
			return 0;
		s->origin[i] = (struct ses_origin){.from = st->parts[i].from,
		    .to = st->parts[i].to,
		    .crc = st->parts[i].x};
	}
	s->n_origin = st->n;
	return 0;
}

/* Whether a file has these bytes: 1, 0 or -1. */
static int
has(int fd, const struct ses_origin *o, char *block, struct seshat_err *err)
{
	uint64_t at = o->from;
	uint32_t crc = 0;
	size_t want;
	size_t got;

	while (at < o->to) {
		want = o->to - at < STEP ? (size_t)(o->to - at) : STEP;
		if (ses_fs_pread(fd, block, want, at, &got, err) < 0)
			return -1;
		if (got < want)
			return 0;
		crc = ses_crc32(crc, block, got);
		at += got;
	}
	return crc == o->crc;
}

static int
judge(const struct ses_stored *s, int fd, struct seshat_err *err)
{
	const struct ses_origin *last = &s->origin[s->n_origin - 1];
	char *block;
	struct stat st;
	size_t i;
	int rc = 1;

	if (fstat(fd, &st) < 0)
		return ses_fail_errno(err, "read");
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size < last->to)
		return SES_ORIGIN_OTHER;
	block = ses_calloc(1, STEP);
	if (block == NULL)
		return ses_fail_nomem(err);
	for (i = 0; rc > 0 && i < s->n_origin; i++)
		rc = has(fd, &s->origin[i], block, err);
	free(block);
	if (rc <= 0)
		return rc < 0 ? -1 : SES_ORIGIN_OTHER;
	return (uint64_t)st.st_size > last->to ? SES_ORIGIN_LONGER
					       : SES_ORIGIN_SAME;
}

int
ses_origin_judge(
    const struct ses_stored *s, const char *path, struct seshat_err *err)
{
	int fd;
	int rc;

	if (s->n_origin == 0 || ses_twin_is(path))
		return SES_ORIGIN_OTHER;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? SES_ORIGIN_OTHER
				       : ses_fail_errno(err, "%s", path);
	rc = judge(s, fd, err);
	close(fd);
	return rc;
}
