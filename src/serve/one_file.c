#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "serve/one_file.h"

struct search {
	const char *name;
	struct ses_one_file *out;
};

static int
see(void *arg, const struct ses_libfile *file, struct seshat_err *err)
{
	struct search *s = arg;
	struct ses_one_file *o = s->out;

	if (strcmp(file->name, s->name) != 0)
		return 0;
	o->file = *file;
	o->name = ses_str_dup(file->name);
	o->path = ses_str_dup(file->path != NULL ? file->path : "");
	o->why = ses_str_dup(file->why != NULL ? file->why : "");
	if (o->name == NULL || o->path == NULL || o->why == NULL)
		return ses_fail_nomem(err);
	o->file.name = o->name;
	o->file.path = o->path;
	o->file.why = o->why;
	return ses_fail(err, SESHAT_ECANCELLED, "that was the file");
}

int
ses_one_file_find(struct ses_library *lib, const struct ses_found *f,
    const char *name, struct ses_one_file *out, struct seshat_err *err)
{
	struct search s = {.name = name, .out = out};

	*out = (struct ses_one_file){0};
	if (ses_library_files(lib, f, see, &s, err) < 0) {
		if (out->why != NULL && err->code == SESHAT_ECANCELLED)
			return 0;
		ses_one_file_free(out);
		return -1;
	}
	return ses_fail(err, SESHAT_ENOTFOUND, "no file '%s'", name);
}

void
ses_one_file_free(struct ses_one_file *o)
{
	free(o->name);
	free(o->path);
	free(o->why);
	*o = (struct ses_one_file){0};
}

/* Takes so many bytes, then wants no more. */
struct head {
	struct ses_buf *out;
	size_t left;
};

static int
take(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct head *h = arg;
	size_t n = len < h->left ? len : h->left;

	ses_buf_add(h->out, data, n);
	h->left -= n;
	if (ses_buf_check(h->out, err) < 0)
		return -1;
	return h->left > 0 ? 0
			   : ses_fail(err, SESHAT_ECANCELLED, "that was it");
}

int
ses_one_file_head(struct ses_library *lib, const struct ses_found *f,
    const struct ses_one_file *o, size_t max, struct ses_buf *out,
    struct seshat_err *err)
{
	struct head h = {.out = out, .left = max};
	struct ses_sink sink = {take, &h};

	if (o->file.kind == SES_LIBFILE_LINK)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "'%s' is no file: it is not kept", o->name);
	if (o->file.kind == SES_LIBFILE_FAILED)
		return ses_fail(
		    err, SESHAT_ENOTFOUND, "'%s': %s", o->name, o->why);
	if (ses_library_read(lib, f, &o->file, 0, &sink, err) == 0)
		return 0;
	return h.left == 0 && err->code == SESHAT_ECANCELLED ? 0 : -1;
}

const char *
ses_one_file_image(const char *data, size_t len)
{
	static const struct {
		const char *type;
		size_t at;
		size_t len;
		const char *bytes;
	} kinds[] = {{"image/png", 0, 8, "\x89PNG\r\n\x1a\n"},
	    {"image/jpeg", 0, 3, "\xff\xd8\xff"}, {"image/gif", 0, 4, "GIF8"},
	    {"image/webp", 8, 4, "WEBP"}};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (len >= kinds[i].at + kinds[i].len &&
		    memcmp(data + kinds[i].at, kinds[i].bytes, kinds[i].len) ==
			0)
			return kinds[i].type;
	return NULL;
}
