/*
 * A session in a store, its checkpoint of any bytes.  Whatever that says, the
 * reader gives out the lines of the parts in order, each at most once, and
 * verifying tells whenever not all can be read; and what is in use is never
 * taken for garbage.
 *
 * The input: a line that names the parts of stream 0000000a that are there,
 * then its checkpoint (none: it has none).  Line k of the transcript is
 * "line k" and takes the source bytes from 7k on.
 *
 *	0 to 9	part k holds line k
 *	a to j	part k holds the torn beginning of line k
 *	A to J	part k holds line k - 1: it follows a torn one
 *	x	the object that holds the parts 0 and 1 in one
 *	y	a part of stream 0000000b
 */
#include "fuzz/folder.h"

#include "base/hash.h"
#include "pack/member.h"
#include "pack/part.h"
#include "vault/doc.h"
#include "vault/garbage.h"
#include "vault/plan.h"
#include "vault/read.h"
#include "vault/summary.h"
#include "vault/verify.h"

#define SESSION "v/demo/sessions/codex/s"
#define MERGED  "merged-0000000a-00000000-00000001-0123abcd.jsonl.gz"
#define OUT_MAX (1U << 20)

static const struct ses_where where = {"demo", "codex", "s"};

static void
make_folders(void)
{
	static const char *const names[] = {
	    "v", "v/demo", "v/demo/sessions", "v/demo/sessions/codex", SESSION};
	char path[256];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder(), names[i]);
		(void)mkdir(path, 0700);
	}
}

/* A part that holds text, the source's bytes from on. */
static void
make_part(const char *text, uint64_t from, int torn, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_packer p = {0};
	struct ses_buf extra = {0};
	size_t len = strlen(text);
	struct ses_part_head head = {.w = "11111111",
	    .opened = 1000,
	    .opened_size = 7,
	    .from = from,
	    .to = from + len,
	    .size = len,
	    .lines = len == 14 ? 2 : 1,
	    .x = ses_crc32(0, text, len),
	    .rules = 1,
	    .torn = torn};

	ses_sha256_of(text, len, head.h);
	ses_sha256_of(text, len, head.k);
	ses_part_head_format(&head, &extra);
	MUST(ses_member_pack(&p, extra.data, extra.len, text, len, out, &err) ==
	     0);
	ses_packer_free(&p);
	ses_buf_free(&extra);
}

/* c stands for it in the input; packed once, which takes longest. */
static void
put_part(char c, const char *name, const char *text, uint64_t from)
{
	static struct ses_buf packed[128];
	struct ses_buf *b = &packed[c & 127];
	char path[160];

	if (b->len == 0)
		make_part(text, from, text[strlen(text) - 1] != '\n', b);
	(void)snprintf(path, sizeof(path), "%s/%s", SESSION, name);
	folder_put(path, b->data, b->len);
}

static void
put_object(char c)
{
	static const char digits[] = "0123456789";
	static const char torn[] = "abcdefghij";
	static const char behind[] = "ABCDEFGHIJ";
	char name[SES_PART_NAME];
	char text[16];
	unsigned seq;
	unsigned line;

	if (c == 'x')
		put_part(c, MERGED, "line 0\nline 1\n", 0);
	if (c == 'y')
		put_part(c, "part-00000000-0000000b.jsonl.gz", "other\n", 0);
	if (c == '\0' ||
	    (strchr(digits, c) == NULL && strchr(torn, c) == NULL &&
		strchr(behind, c) == NULL))
		return;
	seq = c <= '9' ? (unsigned)(c - '0') : ((unsigned)c - 'A') % 32;
	line = strchr(behind, c) != NULL && seq > 0 ? seq - 1 : seq;
	(void)snprintf(text, sizeof(text), "line %u\n", line % 10);
	if (strchr(torn, c) != NULL)
		text[3] = '\0';
	ses_key_part(name, seq, "0000000a");
	put_part(c, name, text, 7ULL * line);
}

/* Lines in order, each once; a torn one at the end only. */
static void
in_order(const struct ses_buf *out)
{
	const char *p = out->data;
	size_t left = out->len;
	int last = -1;

	for (; left >= 7; left -= 7, p += 7) {
		MUST(memcmp(p, "line ", 5) == 0 && p[6] == '\n');
		MUST(p[5] - '0' > last && p[5] <= '9');
		last = p[5] - '0';
	}
	MUST(left == 0 || (left == 3 && memcmp(p, "lin", 3) == 0));
}

static int
bounded(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct ses_buf *b = arg;

	(void)err;
	MUST(len <= OUT_MAX && b->len <= OUT_MAX - len);
	ses_buf_add(b, data, len);
	return 0;
}

/* 0: the stream was read whole. */
static int
read_stream(struct ses_store *s, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_sink sink = {bounded, out};

	if (ses_session_read(s, &where, "0000000a", &sink, &err) == 0)
		return 0;
	MUST(err.code == SESHAT_ECORRUPT || err.code == SESHAT_ENOTFOUND);
	return -1;
}

/* The last lines are those at the end of the whole. */
static void
check_tail(struct ses_store *s, const struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf tail = {0};
	struct ses_sink sink = {bounded, &tail};

	MUST(ses_session_tail(s, &where, "0000000a", 2, &sink, &err) == 0);
	MUST(tail.len <= out->len);
	MUST(tail.len == 0 ||
	     memcmp(out->data + out->len - tail.len, tail.data, tail.len) == 0);
	MUST(out->len < 14 || tail.len >= 10);
	ses_buf_free(&tail);
}

static uint64_t n_problems;

static void
count(void *arg, const struct ses_stream *st, const struct ses_entry *e,
    const char *what)
{
	(void)arg;
	(void)e;
	MUST(what[0] != '\0');
	n_problems += strcmp(st->id, "0000000a") == 0;
}

static void
check_summary(struct ses_store *s, const struct ses_buf *out, int whole)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *doc = NULL;

	if (ses_vault_summary(s, &where, "0000000a", &doc, &err) < 0) {
		MUST(err.code == SESHAT_ENOTFOUND);
		return;
	}
	if (whole)
		MUST(ses_doc_u64(doc, "total_uploaded_bytes") == out->len);
	json_decref(doc);
}

/* What is to be deleted is not in use. */
static int
not_used(void *arg, const char *name, struct seshat_err *err)
{
	const struct ses_stream *st = arg;
	size_t i;

	(void)err;
	for (i = 0; i < st->n_listed; i++)
		MUST(strcmp(st->parts[i].name, name) != 0);
	return 0;
}

/* Merging would take every object once, in order. */
static void
check_plan(const struct ses_stream *st, unsigned fan)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_plan p = {0};
	size_t at = 0;
	size_t i;

	MUST(ses_plan_make(&p, st->parts, st->n_listed, fan, &err) == 0);
	for (i = 0; i < p.n; i++) {
		MUST(p.v[i].lo >= at);
		MUST(p.v[i].hi > p.v[i].lo + 1);
		at = p.v[i].hi;
	}
	MUST(at <= st->n_listed);
	ses_plan_free(&p);
}

static void
check_merging(struct ses_stream *st)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	unsigned fan;

	if (st->doc == NULL)
		return;
	for (fan = 0; fan < 4; fan++)
		check_plan(st, fan);
	MUST(ses_garbage_take(st->doc, INT64_C(1) << 60, not_used, st, &err) ==
	     0);
}

static void
check(struct ses_store *s)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_verify v = {.problem = count};
	struct ses_streams l = {0};
	struct ses_buf out = {0};
	int whole = read_stream(s, &out) == 0;

	in_order(&out);
	n_problems = 0;
	MUST(ses_streams_load(s, &where, &l, &err) == 0);
	MUST(ses_streams_verify(s, &where, &l, &v, &err) == 0);
	MUST(l.n <= 2);
	if (ses_streams_named(&l, "0000000a") != NULL)
		MUST(whole || n_problems > 0);
	for (size_t i = 0; i < l.n; i++)
		check_merging(&l.v[i]);
	if (n_problems == 0 && whole)
		check_tail(s, &out);
	check_summary(s, &out, n_problems == 0 && whole);
	ses_streams_free(&l);
	ses_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct ses_store *s;
	struct seshat_err err = SESHAT_ERR_INIT;
	const char *text = (const char *)data;
	const char *nl = len > 0 ? memchr(text, '\n', len) : NULL;
	size_t n = nl != NULL ? (size_t)(nl - text) : len;
	char url[128];
	size_t i;

	if (s == NULL) {
		(void)snprintf(url, sizeof(url), "file://%s/v", folder());
		MUST(ses_store_open(&s, url, NULL, &err) == 0);
	}
	folder_drop(SESSION);
	make_folders();
	for (i = 0; i < n && i < 32; i++)
		put_object(text[i]);
	if (nl != NULL && n + 1 < len)
		folder_put(
		    SESSION "/stream-0000000a.json", nl + 1, len - n - 1);
	check(s);
	return 0;
}
