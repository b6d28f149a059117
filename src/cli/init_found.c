#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/xdg.h"
#include "base/human.h"
#include "cli/init.h"

static int
print_line(const char *what, const char *text, struct seshat_err *err)
{
	struct ses_buf safe = {0};
	int rc;

	ses_str_safe(text, strlen(text), &safe);
	(void)ses_buf_cstr(&safe);
	rc = ses_buf_check(&safe, err);
	if (rc == 0)
		(void)printf("%-14s %s\n", what, safe.data);
	ses_buf_free(&safe);
	return rc;
}

/* Each agent that has sessions here. */
static int
print_agents(struct ses_init *i, struct seshat_err *err)
{
	struct ses_discover q = ses_context_discover(&i->c);
	struct ses_session_list l = {0};
	char size[SES_HUMAN_MAX];
	char text[64];
	size_t h;
	int found = 0;
	int rc = 0;

	for (h = 0; rc == 0 && ses_harnesses[h] != NULL; h++) {
		q.harness = ses_harnesses[h];
		rc = ses_discover(&q, &l, err);
		if (rc == 0 && l.n > 0) {
			found = 1;
			ses_human_size(ses_session_list_bytes(&l), size);
			(void)snprintf(text, sizeof(text), "%zu session%s, %s",
			    l.n, ses_human_s(l.n), size);
			rc = print_line(q.harness->name, text, err);
		}
		ses_session_list_free(&l);
	}
	if (rc == 0 && !found)
		rc = print_line("agents", "no sessions on this machine", err);
	return rc;
}

/* tracecraft's file, of which only the place of its store is told. */
static int
print_tracecraft(const struct ses_init *i, const char *path, int here,
    struct seshat_err *err)
{
	struct ses_config_file f = {0};
	struct ses_buf text = {0};
	const char *store;
	int rc = ses_config_file_read(&f, path, SES_NAMES_TRACECRAFT, err);

	if (rc <= 0)
		return rc;
	store = f.s.v[SES_SET_STORE];
	ses_buf_fmt(&text, "%s: %s", path, store != NULL ? store : "no bucket");
	if (here && store != NULL && strcmp(store, i->c.config.store) != 0)
		ses_buf_str(&text,
		    " (does not count, unless you trust it: 'seshat trust')");
	(void)ses_buf_cstr(&text);
	rc = ses_buf_check(&text, err);
	if (rc == 0)
		rc = print_line("tracecraft", text.data, err);
	ses_config_file_free(&f);
	ses_buf_free(&text);
	return rc;
}

int
ses_init_found(struct ses_init *i, struct seshat_err *err)
{
	const char *store = i->file.s.v[SES_SET_STORE];
	const char *keys = ses_init_keys(i);
	const char *token = ses_init_token(i);
	struct ses_buf text = {0};
	struct ses_buf home = {0};
	int rc = -1;

	if (print_agents(i, err) < 0)
		goto out;
	ses_buf_fmt(&text, "%s%s%s", ses_buf_cstr(&i->path),
	    i->file.text.len > 0 ? ": " : ": not there yet",
	    i->file.text.len == 0 ? ""
	    : store != NULL       ? store
				  : "names no store");
	if (ses_xdg_home(&home, err) < 0)
		goto out;
	ses_buf_str(&home, "/.tracecraft/config.json");
	(void)ses_buf_cstr(&text);
	(void)ses_buf_cstr(&home);
	if (ses_buf_check(&text, err) < 0 || ses_buf_check(&home, err) < 0 ||
	    print_line("configuration", text.data, err) < 0 ||
	    print_tracecraft(i, home.data, 0, err) < 0 ||
	    print_tracecraft(i, ".tracecraft.json", 1, err) < 0 ||
	    print_line("keys for S3", keys != NULL ? keys : "none found", err) <
		0 ||
	    print_line("Hugging Face", token != NULL ? token : "no token found",
		err) < 0)
		goto out;
	rc = 0;
out:
	ses_buf_free(&text);
	ses_buf_free(&home);
	return rc;
}

json_t *
ses_init_found_json(struct ses_init *i)
{
	struct ses_discover q = ses_context_discover(&i->c);
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_session_list l = {0};
	json_t *found = json_object();
	size_t h;

	for (h = 0; ses_harnesses[h] != NULL; h++) {
		q.harness = ses_harnesses[h];
		if (ses_discover(&q, &l, &ignored) == 0)
			(void)json_object_set_new(found, q.harness->name,
			    json_integer((json_int_t)l.n));
		ses_session_list_free(&l);
	}
	return found;
}
