/*
 * Names of objects, and beginnings of transcripts, of any bytes: what an import
 * takes of a neighbour.  Whatever they say: an id is a text without a NUL, the
 * harness is one that we know, and what is judged to be ours to use is the key
 * of a store that stands for it.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/mem.h"
#include "harness/harness.h"
#include "import/bucket.h"
#include "import/recognise.h"
#include "import/tree.h"
#include "vault/key.h"

static void
check_session(const char *harness, const char *id, const char *project)
{
	const struct ses_bucket_session s = {
	    .harness = (char *)(uintptr_t)harness,
	    .id = (char *)(uintptr_t)id,
	    .project = (char *)(uintptr_t)project};
	const struct ses_where w = {project, harness, id};
	struct ses_buf key = {0};
	struct ses_buf back = {0};
	const char *last;

	MUST(ses_harness_named(harness) != NULL);
	if (ses_bucket_judge(&s) != NULL)
		return;
	MUST(id[0] != '\0' && id[0] != '.' && strlen(id) <= 200);
	if (project == NULL)
		return;
	ses_key_session(&key, &w);
	(void)ses_buf_cstr(&key);
	MUST(!key.bad && key.data[key.len - 1] == '/');
	key.data[key.len - 1] = '\0';
	last = strrchr(key.data, '/') + 1;
	MUST(ses_key_decode(&back, last, strlen(last)) == 0);
	MUST(back.len == strlen(id) && memcmp(back.data, id, back.len) == 0);
	ses_buf_free(&key);
	ses_buf_free(&back);
}

static void
check_found(const struct ses_tree_name *n, size_t len)
{
	MUST(n->folder <= len);
	MUST(strlen(n->id.data) == n->id.len);
	check_session(n->harness, n->id.data,
	    n->project.len > 0 ? n->project.data : NULL);
}

static void
check_name(const char *name)
{
	static int (*const parse[])(
	    const char *, struct ses_tree_name *, struct seshat_err *) = {
	    ses_tree_agentsview, ses_tree_session_store, ses_tree_hf_trace};
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_tree_name n = {0};
	size_t i;
	int rc;

	for (i = 0; i < sizeof(parse) / sizeof(*parse); i++) {
		rc = parse[i](name, &n, &err);
		MUST(rc >= 0);
		if (rc > 0)
			check_found(&n, strlen(name));
		ses_tree_name_free(&n);
	}
}

static void
check_lines(const char *text, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_buf id = {0};
	const char *harness = NULL;
	int rc = ses_recognise(text, len, &harness, &id, &err);

	MUST(rc >= 0);
	if (rc > 0) {
		MUST(id.len > 0 && strlen(id.data) == id.len);
		check_session(harness, id.data, NULL);
	}
	ses_buf_free(&id);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *name;

	if (len == 0)
		return 0;
	if (data[0] % 2 == 0) {
		name = ses_calloc(len, 1);
		MUST(name != NULL);
		memcpy(name, data + 1, len - 1);
		check_name(name);
		free(name);
	} else {
		check_lines((const char *)data + 1, len - 1);
	}
	return 0;
}
