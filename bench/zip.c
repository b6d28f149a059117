/*
 * What a zip archive costs: zip FOLDER writes one of all files below it to
 * standard output; zip -p MIB one of as much that was packed before, spliced.
 */
#define _GNU_SOURCE /* F_SETPIPE_SZ */

#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/hash.h"
#include "pack/member.h"
#include "pack/zip.h"

#define STEP ((size_t)256 * 1024)
#define MIB  ((size_t)1 << 20)

struct bench {
	struct ses_zip *zip;
	struct ses_buf path;
	size_t root; /* bytes of path before the names */
	char *block;
};

static int
put_file(struct bench *b, const struct stat *st, struct seshat_err *err)
{
	struct ses_zip_entry e = {.name = b->path.data + b->root,
	    .mtime = st->st_mtim.tv_sec * 1000,
	    .size = (uint64_t)st->st_size};
	int fd = open(b->path.data, O_RDONLY | O_CLOEXEC);
	ssize_t n = 1;
	int rc;

	if (fd < 0)
		return ses_fail_errno(err, "%s", b->path.data);
	rc = ses_zip_begin(b->zip, &e, err);
	while (rc == 0 && n > 0) {
		n = read(fd, b->block, STEP);
		if (n > 0)
			rc = ses_zip_write(b->zip, b->block, (size_t)n, err);
	}
	close(fd);
	return rc == 0 ? ses_zip_end(b->zip, NULL, err) : rc;
}

static int
each(void *arg, const char *name, unsigned char d_type, struct seshat_err *err)
{
	struct bench *b = arg;
	size_t len = b->path.len;
	struct stat st;
	int rc = 0;

	(void)d_type;
	ses_buf_str(&b->path, "/");
	ses_buf_str(&b->path, name);
	if (stat(ses_buf_cstr(&b->path), &st) < 0)
		rc = ses_fail_errno(err, "%s", b->path.data);
	else if (S_ISDIR(st.st_mode))
		rc = ses_fs_each(b->path.data, each, b, err);
	else
		rc = put_file(b, &st, err);
	b->path.len = len;
	return rc;
}

/* The same member again and again: what is packed is only moved. */
static int
put_packed(struct bench *b, size_t mib, struct seshat_err *err)
{
	struct ses_zip_entry e = {.name = "transcript.jsonl",
	    .method = SES_ZIP_PACKED,
	    .is_known = 1,
	    .size = (uint64_t)mib * MIB};
	struct ses_packer p = {0};
	struct ses_buf text = {0};
	struct ses_buf m = {0};
	uint32_t crc;
	size_t body;
	size_t i;
	int rc;

	while (text.len < MIB)
		ses_buf_fmt(&text, "{\"n\":%zu,\"text\":\"of line %zx\"}\n",
		    text.len, text.len * 2654435761U);
	text.len = MIB;
	rc = ses_member_pack(&p, "", 0, text.data, MIB, &m, err);
	if (rc < 0)
		goto out;
	body = m.len - 16 - SES_MEMBER_TAIL;
	crc = ses_member_crc(m.data + m.len - 8);
	for (i = 0; i < mib; i++)
		e.crc = ses_crc32_join(e.crc, crc, MIB);
	e.packed = body * mib + 2;
	rc = ses_zip_begin(b->zip, &e, err);
	for (i = 0; i < mib && rc == 0; i++)
		rc = ses_zip_write(b->zip, m.data + 16, body, err);
	if (rc == 0)
		rc = ses_zip_write(b->zip, "\x03\x00", 2, err);
	if (rc == 0)
		rc = ses_zip_end(b->zip, NULL, err);
out:
	ses_buf_free(&text);
	ses_buf_free(&m);
	ses_packer_free(&p);
	return rc;
}

int
main(int argc, char **argv)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct bench b = {0};
	int fd = STDOUT_FILENO;
	struct ses_sink out = ses_sink_fd(&fd);
	int packed = argc == 3 && strcmp(argv[1], "-p") == 0;
	int rc;

	if (argc != 2 && !packed) {
		(void)fprintf(stderr, "usage: zip FOLDER | zip -p MIB\n");
		return 2;
	}
	(void)fcntl(fd, F_SETPIPE_SZ, (int)MIB);
	b.block = malloc(STEP);
	if (b.block == NULL)
		return 1;
	rc = ses_zip_open(&b.zip, "/tmp", &out, &err);
	if (rc == 0 && packed)
		rc = put_packed(&b, strtoul(argv[2], NULL, 10), &err);
	if (rc == 0 && !packed) {
		ses_buf_str(&b.path, argv[1]);
		(void)ses_buf_cstr(&b.path);
		b.root = b.path.len + 1;
		rc = ses_fs_each(argv[1], each, &b, &err);
	}
	if (rc == 0)
		rc = ses_zip_finish(b.zip, &err);
	ses_zip_free(b.zip);
	ses_buf_free(&b.path);
	free(b.block);
	if (rc == 0)
		return 0;
	(void)fprintf(stderr, "zip: %s\n", err.msg);
	return 1;
}
