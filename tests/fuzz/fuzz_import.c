/*
 * What an import reads of a bucket.  The first byte chooses:
 *
 * meta.json of any bytes: nothing is read outside it, and what is believed of
 * a piece fits together;
 * pieces of any bytes, with any ranges: each has a place, nothing is lost;
 * a history of flushes as tracecraft makes them, with lost states, deaths and
 * two machines: the transcript comes out as it was.
 */
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "fuzz/fuzz.h"
#include "import/assemble.h"
#include "import/meta.h"

#define PIECES 40

/* A bucket in memory. */
struct bucket {
	struct ses_piece v[PIECES];
	const char *data[PIECES]; /* by the number in the mark */
	size_t len[PIECES];
	size_t n;
	size_t notes;
};

static int
fetch(void *arg, const struct ses_piece *p, struct ses_spool *to,
    struct seshat_err *err)
{
	const struct bucket *b = arg;
	size_t i = strtoul(p->uuid, NULL, 16);

	MUST(i < b->n);
	return ses_spool_add(to, b->data[i], b->len[i], err);
}

static void
note(void *arg, const char *name, const char *what)
{
	MUST(name[0] != '\0' && what[0] != '\0');
	((struct bucket *)arg)->notes++;
}

static struct ses_piece *
add(struct bucket *b, uint64_t seq, const char *data, size_t len)
{
	struct ses_piece *p = &b->v[b->n];

	*p = (struct ses_piece){.seq = seq, .when = (int64_t)b->n};
	(void)snprintf(p->uuid, sizeof(p->uuid), "%08zx", b->n);
	(void)snprintf(p->name, sizeof(p->name), "part-%05u-%08zx.jsonl",
	    (unsigned)seq, b->n);
	b->data[b->n] = data;
	b->len[b->n++] = len;
	return p;
}

static void
list(struct ses_piece *p, uint64_t from, uint64_t to, size_t len)
{
	p->listed = 1;
	p->from = from;
	p->to = to;
	p->size = len;
	p->exact = to - from == len;
}

static char *
text_of(const struct ses_version *v)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char *text = malloc((size_t)v->text.size + 1);
	size_t got;

	MUST(text != NULL);
	MUST(ses_spool_read(
		 &v->text, text, (size_t)v->text.size, 0, &got, &err) == 0);
	MUST(got == v->text.size);
	text[got] = '\0';
	return text;
}

static void
lost(void *arg, const char *name)
{
	MUST(strlen(name) < SES_PIECE_NAME);
	(*(size_t *)arg)++;
}

static void
meta(const char *text, size_t len)
{
	static const char *const names[] = {"part-00000-00000000.jsonl",
	    "part-00001-1a2b3c4d.jsonl", "part-00001-ffffffff.jsonl.gz"};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_piece v[3];
	struct ses_meta m = {0};
	size_t n_lost = 0;
	const struct ses_meta_lost to = {lost, &n_lost};
	size_t i;

	for (i = 0; i < 3; i++)
		MUST(ses_piece_parse(names[i], &v[i]));
	ses_pieces_by_name(v, 3);
	if (ses_meta_read(&m, text, len, v, 3, &to, &err) < 0)
		MUST(m.cwd == NULL && m.ended == 0 && n_lost == 0);
	for (i = 0; i < 3; i++) {
		MUST(!v[i].listed || v[i].from <= v[i].to);
		MUST(!v[i].exact || v[i].to - v[i].from == v[i].size);
	}
	ses_meta_free(&m);
}

/* Every piece is somewhere: its own text stands in its version, or was found
 * there. */
static void
placed(const struct bucket *b, const struct ses_assembly *a)
{
	uint64_t sum = 0;
	uint64_t max = 0;
	size_t i;

	for (i = 0; i < b->n; i++) {
		max += b->len[i] + 1;
		MUST(b->v[i].tried);
		MUST(b->v[i].version <= a->n);
		MUST(b->v[i].version > 0 ||
		     b->len[strtoul(b->v[i].uuid, NULL, 16)] == 0);
	}
	for (i = 0; i < a->n; i++)
		sum += a->v[i].text.size;
	MUST(sum <= max * SES_VERSIONS_MAX);
}

static int
assemble(struct bucket *b, struct ses_assembly *a)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	*a = (struct ses_assembly){
	    .dir = "/tmp", .fetch = fetch, .note = note, .arg = b};
	ses_pieces_by_time(b->v, b->n);
	if (ses_assemble(a, b->v, b->n, &err) == 0)
		return 0;
	MUST(err.code == SESHAT_ELIMIT);
	return -1;
}

/* Four bytes and a length, then the bytes, for each piece. */
static void
anything(const uint8_t *data, size_t len)
{
	struct bucket b = {0};
	struct ses_assembly a;
	struct ses_piece *p;
	size_t n;

	while (len >= 5 && b.n < PIECES) {
		n = data[4] < len - 5 ? data[4] : len - 5;
		p = add(&b, data[0] & 15, (const char *)data + 5, n);
		if (data[1] & 1)
			list(p, data[2], data[2] + (data[1] & 2 ? n : data[3]),
			    n);
		data += 5 + n;
		len -= 5 + n;
	}
	if (assemble(&b, &a) == 0)
		placed(&b, &a);
	ses_assembly_free(&a);
}

/* A machine that mirrors the transcript. */
struct machine {
	size_t cursor;
	uint64_t seq; /* that it would use, if it listed too early */
};

enum {
	GROW,       /* the agent writes */
	FLUSH,      /* a flush, all well */
	DIE,        /* died behind its part */
	DIE_LATER,  /* died behind meta.json */
	LOSE_STATE, /* and begins anew */
	RACE,       /* its number is one that another one has */
	KINDS
};

/* The pieces make one text, which is this one. */
static void
came_out(struct bucket *b, const char *text, size_t len)
{
	struct ses_assembly a;
	char *got;

	MUST(assemble(b, &a) == 0);
	placed(b, &a);
	MUST(b->notes == 0);
	MUST(a.n == (len > 0));
	if (a.n == 1) {
		got = text_of(&a.v[0]);
		MUST(a.v[0].text.size == len);
		MUST(memcmp(got, text, len) == 0);
		free(got);
	}
	ses_assembly_free(&a);
}

/* One byte an operation: kind, machine, how much. */
static void
history(const uint8_t *data, size_t len)
{
	static char text[8192];
	struct bucket b = {0};
	struct machine m[2] = {{0}};
	struct machine *at;
	struct ses_piece *p;
	size_t size = 0;
	size_t seen = 0;
	size_t old = 0;
	uint64_t seq = 0;
	size_t i;
	int kind;

	/* no line, and no 32 bytes of them, are there twice */
	while (old < sizeof(text) - 64)
		old += (size_t)snprintf(text + old, sizeof(text) - old,
		    "{\"line\":%zu,\"time\":\"%zu\"}\n", old, old * 7);
	for (i = 0; i < len && b.n < PIECES; i++) {
		kind = data[i] % KINDS;
		at = &m[data[i] / KINDS % 2];
		if (kind == GROW) {
			size += data[i] / 4 + 1;
			size = size < old ? size : old;
			continue;
		}
		if (kind == LOSE_STATE) {
			at->cursor = 0;
			continue;
		}
		if (at->cursor >= size)
			continue;
		/* a few bytes with no entry could stand anywhere */
		if (kind == DIE &&
		    (size - at->cursor < 32 ||
			(seen > at->cursor && seen - at->cursor < 32)))
			continue;
		if (kind == RACE && seq > 0)
			seq--;
		p = add(&b, seq++, text + at->cursor, size - at->cursor);
		if (kind != DIE)
			list(p, at->cursor, size, size - at->cursor);
		if (kind != DIE && kind != DIE_LATER)
			at->cursor = size;
		seen = size;
	}
	came_out(&b, text, seen);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len == 0)
		return 0;
	switch (data[0] % 3) {
	case 0:
		meta((const char *)data + 1, len - 1);
		break;
	case 1:
		anything(data + 1, len - 1);
		break;
	default:
		history(data + 1, len - 1);
	}
	return 0;
}
