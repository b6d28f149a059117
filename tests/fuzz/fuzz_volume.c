/*
 * projects.json of a volume, and a workspace.json, of any bytes.  Whatever they
 * say: a session's id is the name of one folder below sessions/, a file's key
 * leads nowhere but below the session's workspace/, and its name is printed
 * and unpacked without harm.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/str.h"
#include "base/utf8.h"
#include "export/volume.h"
#include "pack/zip.h"
#include "vault/doc.h"
#include "vault/workspace.h"

static void
check_id(const char *id)
{
	MUST(id[0] != '\0' && id[0] != '.' && strlen(id) <= 255);
	MUST(strchr(id, '/') == NULL);
	MUST(ses_str_is_utf8(id, strlen(id)));
}

static void
check_sessions(json_t *sessions)
{
	const char *id;
	json_t *label;

	MUST(json_is_object(sessions));
	json_object_foreach(sessions, id, label)
	{
		check_id(id);
		MUST(json_is_string(label) || json_is_null(label));
	}
}

static void
check_projects(const char *text, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	json_t *all = NULL;
	const char *project;
	json_t *sessions;

	if (ses_volume_parse(text, len, &all, &err) < 0) {
		MUST(err.code == SESHAT_ECORRUPT && err.msg[0] != '\0');
		MUST(all == NULL);
		return;
	}
	json_object_foreach(all, project, sessions)
	{
		check_sessions(sessions);
	}
	json_decref(all);
}

static void
check_name(const char *path)
{
	size_t len = strlen(path);
	struct ses_buf name = {0};
	uint32_t c;
	size_t n;

	MUST(ses_zip_name(path, len, &name) == 0);
	ses_buf_free(&name);
	for (; len > 0; path += n, len -= n) {
		n = ses_utf8_next(path, len, &c);
		MUST(n > 0 && c >= 0x20 && c != 0x7f && c != '\\');
	}
}

static void
check_key(const char *key)
{
	const char *p;

	MUST(ses_str_starts(key, "workspace/") && ses_store_is_key(key));
	for (p = key; p != NULL; p = strchr(p, '/')) {
		p += *p == '/';
		MUST(*p != '/' && *p != '\0');
		MUST(strncmp(p, "../", 3) != 0 && strcmp(p, "..") != 0);
	}
}

static void
check_workspace(const char *text, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_workspace ws = {.doc = ses_doc_parse(text, len, &err)};
	struct ses_workfile *v = NULL;
	struct ses_workfile one;
	size_t n = 0;
	size_t i;

	if (ws.doc == NULL)
		return;
	MUST(ses_workspace_files(&ws, &v, &n, &err) == 0);
	for (i = 0; i < n; i++) {
		check_name(v[i].path);
		check_key(v[i].key);
		MUST(i == 0 || strcmp(v[i - 1].path, v[i].path) < 0);
		MUST(ses_workspace_get(&ws, v[i].path, &one));
		MUST(one.size == v[i].size && one.key == v[i].key);
		MUST(ses_workspace_set(&ws, &one, &err) == 0);
	}
	free(v);
	ses_workspace_free(&ws);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	/* a NUL behind, as it has when it is read from a file */
	char *text = malloc(len + 1);

	MUST(text != NULL);
	if (len > 0)
		memcpy(text, data, len);
	text[len] = '\0';
	check_projects(text, len);
	check_workspace(text, len);
	free(text);
	return 0;
}
