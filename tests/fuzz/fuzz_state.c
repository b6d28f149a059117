/*
 * Local state of any bytes: it is never an error, and what was understood of
 * it is saved, and loaded again as the same.
 */
#include "fuzz/folder.h"

#include "base/fs.h"
#include "mirror/state.h"

#define OWNER "0123456789abcdef"

static void
path_of(char path[128], const char *name)
{
	(void)snprintf(path, 128, "%s/%s", folder(), name);
}

/* What the rest of the program relies on. */
static void
check(const struct ses_state *s)
{
	const struct ses_state_source *src;
	size_t i;

	for (i = 0; i < s->n; i++) {
		src = &s->v[i];
		MUST(src->path != NULL && json_is_array(src->pending));
		MUST(json_is_object(src->redactions));
		MUST(strlen(src->stream) < sizeof(src->stream));
		MUST(src->stream[0] == '\0' || src->k[0] != '\0');
		MUST(ses_state_find(s, src->path) != NULL);
	}
}

/* Load name and save it as again, whose bytes are appended to out. */
static void
copy(const char *name, const char *again, struct ses_buf *out)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_state s = {0};
	char path[128];

	path_of(path, name);
	MUST(ses_state_load(&s, path, OWNER, &err) == 0);
	check(&s);
	path_of(path, again);
	MUST(ses_state_save(&s, path, &err) == 0);
	MUST(ses_fs_slurp(path, 64U << 20, out, &err) == 0);
	ses_state_free(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	folder_settles(data, len, copy);
	return 0;
}
