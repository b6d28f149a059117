/*
 * Zip archives, for the scenario that has other programs open them:
 *
 *	zip_tool assorted|many|large|stored [SUMS]
 *
 * To standard output; what is inside goes to the file SUMS, as sha256sum
 * prints it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "pack/member.h"
#include "pack/zip.h"

#define MIB    ((size_t)1 << 20)
#define MOMENT INT64_C(1767323044000) /* 2026-01-02T03:04:04Z */
#define MANY   70000
#define LARGE  ((UINT64_C(1) << 32) + MIB) /* bytes */
#define PIECES 3 /* that a packed one is spliced from */

struct tool {
	struct ses_zip *zip;
	struct ses_packer packer;
	FILE *sums;
	char *noise; /* 12 MiB: noise, text, noise, text */
};

/* len bytes of text or noise. */
static void
fill(char *data, size_t len, int is_noise)
{
	static uint64_t seed = 88172645463325252U;
	size_t i;

	for (i = 0; i < len; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		if (is_noise)
			data[i] = (char)(seed >> 24);
		else if (i % 13 == 0)
			data[i] = "abcdefghijklmnopqrstuvwxyz"[seed % 26];
		else
			data[i] = "{\"role\":\"me\"}"[i % 13];
	}
}

static void
tell(struct tool *t, const char *name, const void *data, size_t len)
{
	char hex[SES_SHA256_HEX];

	if (t->sums == NULL)
		return;
	ses_sha256_of(data, len, hex);
	(void)fprintf(t->sums, "%s  %s\n", hex, name);
}

/* A file from memory, or written in slices. */
static int
add(struct tool *t, struct ses_zip_entry e, const char *data, size_t len,
    struct seshat_err *err)
{
	size_t at;
	size_t n;

	tell(t, e.name, data, len);
	e.mtime = e.mtime == 0 ? MOMENT : e.mtime;
	if (e.method == SES_ZIP_DEFLATE && len < 1000)
		return ses_zip_add(t->zip, &e, data, len, err);
	e.size = len;
	if (e.is_known)
		e.crc = ses_crc32(0, data, len);
	if (ses_zip_begin(t->zip, &e, err) < 0)
		return -1;
	for (at = 0; at < len; at += n) {
		n = len - at < 10000 ? len - at : 10000;
		if (ses_zip_write(t->zip, data + at, n, err) < 0)
			return -1;
	}
	return ses_zip_end(t->zip, NULL, err);
}

/* The text as the bodies of several members, with one end for all. */
static int
add_packed(struct tool *t, const char *name, const char *data, size_t len,
    struct seshat_err *err)
{
	struct ses_zip_entry e = {.name = name,
	    .mtime = MOMENT,
	    .method = SES_ZIP_PACKED,
	    .is_known = 1,
	    .crc = ses_crc32(0, data, len),
	    .size = len};
	struct ses_buf bodies = {0};
	struct ses_buf member = {0};
	size_t step = len / PIECES + 1;
	size_t at;
	size_t n;
	int rc = 0;

	tell(t, name, data, len);
	for (at = 0; at < len && rc == 0; at += n) {
		n = len - at < step ? len - at : step;
		ses_buf_clear(&member);
		rc = ses_member_pack(
		    &t->packer, "", 0, data + at, n, &member, err);
		if (rc == 0)
			ses_buf_add(&bodies, member.data + 16,
			    member.len - 16 - SES_MEMBER_TAIL);
	}
	ses_buf_add(&bodies, "\x03\x00", 2);
	e.packed = bodies.len;
	if (rc == 0)
		rc = ses_buf_check(&bodies, err);
	if (rc == 0)
		rc = ses_zip_begin(t->zip, &e, err);
	if (rc == 0)
		rc = ses_zip_write(t->zip, bodies.data, bodies.len, err);
	if (rc == 0)
		rc = ses_zip_end(t->zip, NULL, err);
	ses_buf_free(&bodies);
	ses_buf_free(&member);
	return rc;
}

/* Names that are odd, and yet no other program changes. */
static int
odd_names(struct tool *t, struct seshat_err *err)
{
	static const char *const names[] = {"plain.txt",
	    "\xc3\xbcn\xc3\xaf/\xe6\x97\xa5 \xf0\x9f\x98\x80.txt",
	    "with  spaces /file name", " leading", "-rf", "-d/--help", "100%",
	    "a%2541", "quotes'\"", "semi;colon&|$(x)`y`", "*?[a]",
	    "many/folders/below/each/other/x"};
	char component[256];
	char path[400];
	size_t i;
	int rc = 0;

	for (i = 0; i < sizeof(names) / sizeof(names[0]) && rc == 0; i++)
		rc = add(t, (struct ses_zip_entry){.name = names[i]}, names[i],
		    strlen(names[i]), err);
	memset(component, 'c', 255);
	component[255] = '\0';
	for (i = 0; i < 300; i++)
		path[i] = i % 60 == 59 ? '/' : 'p';
	(void)snprintf(path + 300, sizeof(path) - 300, "end");
	if (rc == 0)
		rc = add(
		    t, (struct ses_zip_entry){.name = component}, "c", 1, err);
	if (rc == 0)
		rc = add(t, (struct ses_zip_entry){.name = path}, "p", 1, err);
	return rc;
}

static int
assorted(struct tool *t, struct seshat_err *err)
{
	static const struct {
		struct ses_zip_entry e;
		size_t at; /* in the noise and text, in MiB */
		size_t len;
	} rows[] = {
	    {{.name = "empty"}, 0, 0},
	    {{.name = "of 1970", .mtime = 1}, 3, 100},
	    {{.name = "of 2200", .mtime = INT64_C(7258118400000)}, 3, 100},
	    {{.name = "noise"}, 0, 3 * MIB},
	    {{.name = "text"}, 3, 3 * MIB},
	    {{.name = "turns to text"}, 0, 6 * MIB},
	    {{.name = "turns to noise"}, 3, 6 * MIB},
	    {{.name = "turns twice"}, 0, 12 * MIB},
	    {{.name = "short noise"}, 0, 60000},
	    {{.name = "short text"}, 3, 60000},
	    {{.name = "one chunk"}, 3, 65536},
	    {{.name = "known", .is_known = 1}, 3, MIB},
	    {{.name = "stored", .method = SES_ZIP_STORE}, 2, 2 * MIB},
	    {{.name = "stored empty", .method = SES_ZIP_STORE}, 0, 0},
	    {{.name = "stored known", .method = SES_ZIP_STORE, .is_known = 1},
		2, 2 * MIB},
	};
	size_t i;
	int rc = odd_names(t, err);

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]) && rc == 0; i++)
		rc = add(t, rows[i].e, t->noise + rows[i].at * MIB, rows[i].len,
		    err);
	if (rc == 0)
		rc = add_packed(t, "spliced", t->noise + 2 * MIB, 4 * MIB, err);
	if (rc == 0)
		rc = add_packed(t, "spliced empty", "", 0, err);
	return rc;
}

static int
many(struct tool *t, struct seshat_err *err)
{
	struct ses_zip_entry e = {.mtime = MOMENT};
	char name[32];
	int rc = 0;
	int i;

	e.name = name;
	for (i = 0; i < MANY && rc == 0; i++) {
		(void)snprintf(name, sizeof(name), "%03d/%05d", i / 1000, i);
		rc = ses_zip_add(t->zip, &e, name, strlen(name), err);
	}
	return rc;
}

/* NULs for over 4 GiB, and a file behind them. */
static int
large(struct tool *t, int method, struct seshat_err *err)
{
	static const char zeros[MIB];
	struct ses_zip_entry e = {
	    .name = "zeros", .mtime = MOMENT, .method = method, .size = LARGE};
	uint64_t at;

	if (ses_zip_begin(t->zip, &e, err) < 0)
		return -1;
	for (at = 0; at < LARGE; at += MIB)
		if (ses_zip_write(t->zip, zeros, MIB, err) < 0)
			return -1;
	if (ses_zip_end(t->zip, NULL, err) < 0)
		return -1;
	e.name = "behind";
	return ses_zip_add(t->zip, &e, "behind", 6, err);
}

static int
make(struct tool *t, const char *what, struct seshat_err *err)
{
	if (strcmp(what, "assorted") == 0)
		return assorted(t, err);
	if (strcmp(what, "many") == 0)
		return many(t, err);
	if (strcmp(what, "large") == 0)
		return large(t, SES_ZIP_DEFLATE, err);
	if (strcmp(what, "stored") == 0)
		return large(t, SES_ZIP_STORE, err);
	return ses_fail(err, SESHAT_EUSAGE, "see zip_tool.c");
}

int
main(int argc, char **argv)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct tool t = {0};
	int fd = STDOUT_FILENO;
	struct ses_sink out = ses_sink_fd(&fd);
	const char *dir = getenv("TMPDIR");
	size_t i;
	int rc;

	t.noise = malloc(12 * MIB);
	if (t.noise == NULL)
		return 1;
	for (i = 0; i < 4; i++)
		fill(t.noise + i * 3 * MIB, 3 * MIB, i % 2 == 0);
	if (argc > 2)
		t.sums = fopen(argv[2], "w");
	rc = ses_zip_open(&t.zip, dir == NULL ? "/tmp" : dir, &out, &err);
	if (rc == 0)
		rc = make(&t, argc > 1 ? argv[1] : "", &err);
	if (rc == 0)
		rc = ses_zip_finish(t.zip, &err);
	ses_zip_free(t.zip);
	ses_packer_free(&t.packer);
	free(t.noise);
	if (t.sums != NULL && fclose(t.sums) != 0)
		rc = ses_fail_errno(&err, "%s", argv[2]);
	if (rc == 0)
		return 0;
	(void)fprintf(stderr, "zip_tool: %s\n", err.msg);
	return seshat_exit_status(err.code);
}
