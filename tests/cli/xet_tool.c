/*
 * Files as Hugging Face's storage takes them, for the scenario that has others
 * compute the same:
 *
 *	xet_tool SEED FILE...
 *
 * A line of JSON for each: its hash, its shard in hex, and of each xorb that
 * would be sent the hash, the bytes and their SHA-256.  It is read in pieces
 * whose sizes SEED determines.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "xet/xet.h"

#define PIECE ((size_t)300000) /* bytes, at most */

struct tool {
	struct ses_buf xorbs; /* as JSON */
	unsigned char *piece;
	uint64_t seed;
};

static int
tell(void *arg, const char hash[SES_XET_HEX], const void *xorb, size_t len,
    struct seshat_err *err)
{
	struct tool *t = arg;
	char sha[SES_SHA256_HEX];

	if (len > SES_XET_XORB)
		return ses_fail(err, SESHAT_ELIMIT, "a xorb of %zu bytes", len);
	ses_sha256_of(xorb, len, sha);
	ses_buf_fmt(&t->xorbs, "%s[\"%s\",%zu,\"%s\"]",
	    t->xorbs.len > 0 ? "," : "", hash, len, sha);
	return 0;
}

/* Small ones and large ones. */
static size_t
next_piece(struct tool *t)
{
	t->seed ^= t->seed << 13;
	t->seed ^= t->seed >> 7;
	t->seed ^= t->seed << 17;
	return 1 + (size_t)(t->seed % (t->seed >> 63 ? PIECE : 9000));
}

static int
add_all(
    struct tool *t, struct ses_xet *x, const char *path, struct seshat_err *err)
{
	FILE *f = fopen(path, "rbe");
	size_t n;
	int rc = 0;

	if (f == NULL)
		return ses_fail_errno(err, "%s", path);
	while (rc == 0 && (n = fread(t->piece, 1, next_piece(t), f)) > 0)
		rc = ses_xet_add(x, t->piece, n, err);
	if (rc == 0 && ferror(f))
		rc = ses_fail_errno(err, "%s", path);
	(void)fclose(f);
	return rc;
}

static int
one(struct tool *t, const char *path, struct seshat_err *err)
{
	struct ses_xet *x = NULL;
	struct ses_buf shard = {0};
	struct ses_buf hex = {0};
	char file[SES_XET_HEX];
	char *room;
	int rc = -1;

	ses_buf_clear(&t->xorbs);
	if (ses_xet_open(&x, tell, t, err) < 0 ||
	    add_all(t, x, path, err) < 0 ||
	    ses_xet_end(x, file, &shard, err) < 0)
		goto out;
	room = ses_buf_room(&hex, 2 * shard.len + 1);
	if (room == NULL || ses_buf_check(&t->xorbs, err) < 0) {
		ses_fail_nomem(err);
		goto out;
	}
	ses_hex((const unsigned char *)shard.data, shard.len, room);
	printf("{\"file\":\"%s\",\"shard\":\"%s\",\"xorbs\":[%s]}\n", file,
	    room, ses_buf_cstr(&t->xorbs));
	rc = 0;
out:
	ses_xet_free(x);
	ses_buf_free(&shard);
	ses_buf_free(&hex);
	return rc;
}

int
main(int argc, char **argv)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct tool t = {0};
	int rc = 0;
	int i;

	t.piece = malloc(PIECE);
	if (t.piece == NULL)
		return 1;
	if (argc > 1)
		t.seed = strtoull(argv[1], NULL, 10) * 2 + 88172645463325252U;
	for (i = 2; i < argc && rc == 0; i++)
		rc = one(&t, argv[i], &err);
	free(t.piece);
	ses_buf_free(&t.xorbs);
	if (rc == 0)
		return 0;
	(void)fprintf(stderr, "xet_tool: %s\n", err.msg);
	return seshat_exit_status(err.code);
}
