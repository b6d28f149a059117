/*
 * Where sessions of any names are published, and what is remembered of it.  The
 * first byte tells which: a place is a key of a store or told to be none, and
 * no part of one is "..", whatever the session is called, and it is known again
 * for a place of that session; memory of any bytes
 * is never an error, and what was understood is saved and loaded again as the
 * same.
 */
#include "fuzz/folder.h"

#include "base/fs.h"
#include "publish/state.h"
#include "store/store.h"

#define TEXTS 6

/* The next text of the input: up to a NUL. */
static const char *
next(const char **p, const char *end)
{
	const char *s = *p;
	size_t len = strnlen(s, (size_t)(end - s));

	*p = len < (size_t)(end - s) ? s + len + 1 : end;
	return s;
}

/* Each component is one: store.h refuses "..", "." and "". */
static void
check_place(const struct ses_pub_format *f, const struct ses_pub_session *s)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char name[SES_PUB_NAME];
	struct ses_buf b = {0};
	uint64_t number = 0;

	MUST(f->place(s, &b, &err) == 0);
	(void)ses_buf_cstr(&b);
	MUST(b.len > 0 && !b.bad);
	MUST((b.data[b.len - 1] == '/') == (f->number != NULL));
	if (f->number != NULL) {
		MUST(f->part(s, b.data, 7, name, &err) == 0);
		MUST(f->is_part(name, &number) && number == 7);
		b.data[b.len - 1] = '\0';
	}
	/* an import finds back to it */
	MUST(f->is_place == NULL || f->is_place(s, b.data));
	/* what is longer than any key is told by the store */
	MUST(b.len > 1000 || ses_store_is_key(b.data));
	ses_buf_free(&b);
}

static void
places(const char *p, const char *end)
{
	static const char *const harnesses[] = {"claude-code", "codex"};
	const char *v[TEXTS];
	struct ses_pub_session s = {
	    .started = 1795229064000, .last_event = 1795229069636};
	size_t i;
	size_t h;

	for (i = 0; i < TEXTS; i++)
		v[i] = next(&p, end);
	s.project = v[0][0] == '\0' ? "p" : v[0];
	s.id = v[1][0] == '\0' ? "i" : v[1];
	s.machine = v[2][0] == '\0' ? "m" : v[2];
	s.source = v[3];
	s.cwd = v[4];
	s.agent = v[5];
	for (h = 0; h < sizeof(harnesses) / sizeof(harnesses[0]); h++) {
		s.harness = harnesses[h];
		for (i = 0; ses_pub_formats[i] != NULL; i++)
			if (ses_pub_formats[i]->takes(s.harness))
				check_place(ses_pub_formats[i], &s);
	}
}

/* Load name and save it as again, whose bytes are appended to out. */
static void
copy(const char *name, const char *again, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_pub_state s;
	char path[128];
	size_t i;

	(void)snprintf(path, sizeof(path), "%s/%s", folder(), name);
	MUST(ses_pub_state_load(&s, path, &err) == 0);
	for (i = 0; i < s.parts.n; i++)
		MUST(s.parts.v[i].lines > 0 && s.parts.v[i].sha256[0] != '\0');
	(void)snprintf(path, sizeof(path), "%s/%s", folder(), again);
	MUST(ses_pub_state_save(&s, path, &err) == 0);
	MUST(ses_fs_slurp(path, 64U << 20, out, &err) == 0);
	ses_pub_state_free(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text;

	if (len == 0)
		return 0;
	text = malloc(len);
	MUST(text != NULL);
	memcpy(text, data + 1, len - 1);
	text[len - 1] = '\0';
	if (data[0] == '{')
		folder_settles(data, len, copy);
	else
		places(text, text + len - 1);
	free(text);
	return 0;
}
