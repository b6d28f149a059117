#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/xdg.h"
#include "config/config.h"
#include "config/file.h"
#include "config/settings.h"
#include "config/trust.h"
#include "config/url.h"

/* One of the files, and what it says. */
struct source {
	struct ses_buf path;
	struct ses_config_file file;
	enum ses_setting_names names;
	int found_here; /* in the working directory, so limited until trusted */
	int limited;    /* to what is harmless */
	int is_there;
};

/* In the order in which they count, later wins. */
enum { TRACECRAFT_HOME, USER, HERE, TRACECRAFT_HERE, N_SOURCES };

static void
warn_untrusted(struct ses_buf *out, const struct source *src)
{
	const struct ses_settings *s = &src->file.s;
	const struct ses_node *n;
	const char *gap = " ";
	int left_out = 0;
	int i;

	for (i = 0; i < SES_SET_KINDS; i++)
		left_out += s->v[i] != NULL && !ses_setting_is_harmless(i);
	left_out += s->rules != NULL;
	if (left_out == 0)
		return;
	ses_buf_str(out, "seshat: ");
	ses_str_safe(src->path.data, src->path.len, out);
	ses_buf_str(out, " is not trusted; left out:");
	for (i = 0; i < SES_SET_KINDS; i++) {
		if (s->v[i] == NULL || ses_setting_is_harmless(i))
			continue;
		ses_buf_fmt(out, "%s%s", gap, ses_setting_name(i));
		gap = ", ";
	}
	for (n = s->rules == NULL ? NULL : s->rules->first; n != NULL;
	     n = n->next) {
		ses_buf_fmt(out, "%s%s", gap, n->key);
		gap = ", ";
	}
	ses_buf_str(out, " (to let it decide: seshat trust ");
	ses_config_file_quote(out, src->path.data);
	ses_buf_str(out, ")\n");
}

static int
read_source(struct ses_config *c, struct source *src, struct seshat_err *err)
{
	const char *path = ses_buf_cstr(&src->path);
	struct ses_config_file *f = &src->file;
	int rc = ses_buf_check(&src->path, err);

	if (rc == 0)
		rc = ses_config_file_read(f, path, src->names, err);
	if (rc <= 0)
		return rc;
	src->is_there = 1;
	if (src->found_here) {
		rc = ses_trust_has(path, f->text.data, f->text.len, err);
		if (rc < 0)
			return -1;
		src->limited = rc == 0;
	}
	if (!src->limited)
		return ses_config_file_check_mode(f, path, err);
	warn_untrusted(&c->warnings, src);
	return 0;
}

static int
find_sources(struct source sources[N_SOURCES], const char *user_file,
    const char *cwd, struct seshat_err *err)
{
	struct ses_buf *user = &sources[USER].path;
	struct ses_buf *home = &sources[TRACECRAFT_HOME].path;

	sources[TRACECRAFT_HOME].names = SES_NAMES_TRACECRAFT;
	sources[TRACECRAFT_HERE].names = SES_NAMES_TRACECRAFT;
	sources[HERE].found_here = 1;
	sources[TRACECRAFT_HERE].found_here = 1;
	if (user_file != NULL)
		ses_buf_str(user, user_file);
	else if (ses_xdg_path(SES_XDG_CONFIG, "config.yaml", user, err) < 0)
		return -1;
	if (ses_xdg_home(home, err) < 0)
		return -1;
	ses_buf_str(home, "/.tracecraft/config.json");
	ses_buf_fmt(&sources[HERE].path, "%s/.seshat.yaml", cwd);
	ses_buf_fmt(&sources[TRACECRAFT_HERE].path, "%s/.tracecraft.json", cwd);
	return 0;
}

static int
is_of_a_session(int kind)
{
	return kind == SES_SET_PROJECT || kind == SES_SET_AGENT;
}

/* The folders of a list, as absolute paths. */
static int
add_roots(struct ses_buf *out, const char *list, struct seshat_err *err)
{
	struct ses_buf one = {0};
	size_t len;
	int rc = 0;

	for (; rc == 0 && *list != '\0'; list += len + (list[len] == '\n')) {
		len = strcspn(list, "\n");
		ses_buf_clear(&one);
		ses_buf_add(&one, list, len);
		(void)ses_buf_cstr(&one);
		rc = ses_buf_check(&one, err);
		if (rc == 0)
			rc = ses_xdg_expand(one.data, out, err);
		ses_buf_add(out, "", 1);
	}
	ses_buf_free(&one);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

/* Keys of one file are never mixed with those of another. */
static void
forget_login(struct ses_settings *all, const struct ses_settings *by)
{
	int named = 0;
	int i;

	for (i = 0; i < SES_SET_KINDS; i++)
		named |= by->v[i] != NULL && ses_setting_is_login(i);
	for (i = 0; named && i < SES_SET_KINDS; i++) {
		if (!ses_setting_is_login(i))
			continue;
		free(all->v[i]);
		all->v[i] = NULL;
	}
}

/* The values of one file over those that are there. */
static int
merge(struct ses_config *c, struct ses_settings *all, struct ses_settings *here,
    const struct source *src, struct seshat_err *err)
{
	const struct ses_settings *s = &src->file.s;
	int i;

	if (s->v[SES_SET_STORE] != NULL && !src->limited) {
		free(c->store_file);
		c->store_file = ses_str_dup(src->path.data);
		if (c->store_file == NULL)
			return ses_fail_nomem(err);
	}
	if (s->v[SES_SET_ROOTS] != NULL && !src->limited &&
	    add_roots(&c->roots, s->v[SES_SET_ROOTS], err) < 0)
		return -1;
	if (!src->limited)
		forget_login(all, s);
	for (i = 0; i < SES_SET_KINDS; i++) {
		if (s->v[i] == NULL ||
		    (src->limited && !ses_setting_is_harmless(i)))
			continue;
		if (ses_settings_set_any(
			src->found_here && is_of_a_session(i) ? here : all, i,
			s->v[i], err) < 0)
			return -1;
	}
	return 0;
}

static int
read_files(struct ses_config *c, const struct ses_config_flags *flags,
    struct ses_settings *all, struct ses_settings *of_here,
    struct seshat_err *err)
{
	struct source sources[N_SOURCES] = {0};
	const struct source *here = &sources[TRACECRAFT_HERE];
	int rc = -1;
	int i;

	if (find_sources(sources, flags->file, c->here.dir, err) < 0)
		goto out;
	if (read_source(c, &sources[USER], err) < 0 ||
	    read_source(c, &sources[HERE], err) < 0 ||
	    read_source(c, &sources[TRACECRAFT_HERE], err) < 0)
		goto out;
	if (flags->file != NULL && !sources[USER].is_there) {
		ses_fail(
		    err, SESHAT_ENOTFOUND, "%s: no such file", flags->file);
		goto out;
	}
	/* a file that is not trusted must not even decide what else counts */
	if ((!here->is_there || here->limited) &&
	    read_source(c, &sources[TRACECRAFT_HOME], err) < 0)
		goto out;
	for (i = 0, rc = 0; i < N_SOURCES && rc == 0; i++)
		rc = merge(c, all, of_here, &sources[i], err);
	for (i = 0; i < N_SOURCES && rc == 0; i++)
		if (!sources[i].limited)
			rc = ses_config_harnesses_take(&c->harnesses,
			    ses_buf_cstr(&sources[i].path), &sources[i].file.s,
			    err);
	for (i = 0; i < N_SOURCES && rc == 0; i++)
		if (!sources[i].limited)
			rc = ses_config_rules_take(&c->rules,
			    ses_buf_cstr(&sources[i].path), &sources[i].file.s,
			    sources[i].found_here, err);
	if (rc == 0)
		rc = ses_config_rules_import(&c->rules, err);
out:
	for (i = 0; i < N_SOURCES; i++) {
		ses_buf_free(&sources[i].path);
		ses_config_file_free(&sources[i].file);
	}
	return rc;
}

/* What other programs use as well is taken as it is: a variable of theirs
 * must not stop a mirror that has no need of it. */
static int
read_environment(struct ses_settings *all, struct seshat_err *err)
{
	static const struct {
		const char *name;
		int kind;
		int ours;
	} vars[] = {
	    {"HF_TOKEN", SES_SET_HF_TOKEN, 0},
	    {"TRACECRAFT_AGENT", SES_SET_AGENT, 1},
	    {"SESHAT_STORE", SES_SET_STORE, 1},
	    {"SESHAT_PROJECT", SES_SET_PROJECT, 1},
	    {"SESHAT_AGENT", SES_SET_AGENT, 1},
	};
	const char *v;
	size_t i;
	int rc;

	for (i = 0; i < sizeof(vars) / sizeof(vars[0]); i++) {
		v = getenv(vars[i].name);
		if (v == NULL || v[0] == '\0')
			continue;
		rc = vars[i].ours
			 ? ses_settings_set(all, vars[i].kind, v, err)
			 : ses_settings_set_any(all, vars[i].kind, v, err);
		if (rc < 0)
			return ses_fail_in(err, "$%s", vars[i].name);
	}
	return 0;
}

static int
read_flag(struct ses_settings *all, int kind, const char *value,
    struct seshat_err *err)
{
	if (value == NULL || ses_settings_set(all, kind, value, err) == 0)
		return 0;
	if (err->code == SESHAT_EFORMAT)
		err->code = SESHAT_EUSAGE;
	return ses_fail_in(err, "--%s", ses_setting_name(kind));
}

static int
choose_store(struct ses_config *c, const struct ses_settings *all,
    struct seshat_err *err)
{
	const char *set = all->v[SES_SET_STORE];
	struct ses_buf path = {0};
	struct ses_buf url = {0};
	int rc = -1;

	if (set == NULL && ses_xdg_path(SES_XDG_DATA, "vault", &path, err) < 0)
		goto out;
	if (set == NULL)
		ses_url_of_path(&url, ses_buf_cstr(&path));
	else if (set[0] == '/')
		ses_url_of_path(&url, set);
	else
		ses_buf_str(&url, set);
	c->store = ses_str_dup(ses_buf_cstr(&url));
	if (c->store == NULL || path.bad || url.bad)
		ses_fail_nomem(err);
	else
		rc = 0;
out:
	ses_buf_free(&path);
	ses_buf_free(&url);
	return rc;
}

/* The environment and the flags, over what the files say. */
static int
read_explicit(struct ses_config *c, struct ses_settings *all,
    struct ses_settings *here, const struct ses_config_flags *flags,
    struct seshat_err *err)
{
	struct ses_settings set = {0};
	int rc = -1;
	int i;

	if (read_environment(&set, err) < 0 ||
	    read_flag(&set, SES_SET_STORE, flags->store, err) < 0 ||
	    read_flag(&set, SES_SET_PROJECT, flags->project, err) < 0)
		goto out;
	if (set.v[SES_SET_STORE] != NULL) {
		free(c->store_file);
		c->store_file = NULL;
	}
	for (i = 0, rc = 0; i < SES_SET_KINDS && rc == 0; i++) {
		if (set.v[i] == NULL)
			continue;
		free(here->v[i]);
		here->v[i] = NULL;
		rc = ses_settings_set_any(all, i, set.v[i], err);
	}
out:
	ses_settings_free(&set);
	return rc;
}

static void
take(char **to, struct ses_settings *from, int kind)
{
	*to = from->v[kind];
	from->v[kind] = NULL;
}

int
ses_config_load(struct ses_config *c, const struct ses_config_flags *flags,
    const char *cwd, struct seshat_err *err)
{
	struct ses_settings all = {0};
	struct ses_settings here = {0};
	int rc = -1;

	*c = (struct ses_config){.here.dir = ses_str_dup(cwd)};
	if (c->here.dir == NULL)
		return ses_fail_nomem(err);
	if (read_files(c, flags, &all, &here, err) < 0 ||
	    read_explicit(c, &all, &here, flags, err) < 0 ||
	    choose_store(c, &all, err) < 0)
		goto out;
	take(&c->here.project, &here, SES_SET_PROJECT);
	take(&c->here.agent, &here, SES_SET_AGENT);
	c->project_is_flag = flags->project != NULL;
	take(&c->project, &all, SES_SET_PROJECT);
	take(&c->agent, &all, SES_SET_AGENT);
	take(&c->endpoint, &all, SES_SET_ENDPOINT);
	take(&c->region, &all, SES_SET_REGION);
	take(&c->profile, &all, SES_SET_PROFILE);
	take(&c->access_key, &all, SES_SET_ACCESS_KEY);
	take(&c->secret_key, &all, SES_SET_SECRET_KEY);
	take(&c->session_token, &all, SES_SET_SESSION_TOKEN);
	c->insecure_http = all.v[SES_SET_INSECURE_HTTP] != NULL &&
			   strcmp(all.v[SES_SET_INSECURE_HTTP], "true") == 0;
	c->is_public = all.v[SES_SET_PUBLIC] != NULL &&
		       strcmp(all.v[SES_SET_PUBLIC], "true") == 0;
	take(&c->hf_token, &all, SES_SET_HF_TOKEN);
	rc = ses_buf_check(&c->warnings, err);
out:
	ses_settings_free(&all);
	ses_settings_free(&here);
	if (rc < 0)
		ses_config_free(c);
	return rc;
}

static void
stamp_one(const char *path, struct ses_buf *out)
{
	struct stat st;

	if (stat(path, &st) < 0)
		st = (struct stat){0};
	ses_buf_fmt(out, "%llx %llx %lld %lld.%ld %lld.%ld\n",
	    (unsigned long long)st.st_dev, (unsigned long long)st.st_ino,
	    (long long)st.st_size, (long long)st.st_mtim.tv_sec,
	    st.st_mtim.tv_nsec, (long long)st.st_ctim.tv_sec,
	    st.st_ctim.tv_nsec);
}

int
ses_config_stamp(const char *user_file, const char *cwd, struct ses_buf *out,
    struct seshat_err *err)
{
	struct source sources[N_SOURCES] = {0};
	int rc = find_sources(sources, user_file, cwd, err);
	int i;

	for (i = 0; i < N_SOURCES; i++) {
		if (rc == 0)
			rc = ses_buf_check(&sources[i].path, err);
		if (rc == 0)
			stamp_one(ses_buf_cstr(&sources[i].path), out);
		ses_buf_free(&sources[i].path);
	}
	(void)ses_buf_cstr(out);
	return rc == 0 ? ses_buf_check(out, err) : -1;
}

void
ses_config_free(struct ses_config *c)
{
	free(c->store);
	free(c->store_file);
	free(c->project);
	free(c->agent);
	free(c->here.dir);
	free(c->here.project);
	free(c->here.agent);
	free(c->endpoint);
	free(c->region);
	free(c->profile);
	free(c->access_key);
	free(c->secret_key);
	free(c->session_token);
	free(c->hf_token);
	ses_buf_free(&c->roots);
	ses_config_rules_free(&c->rules);
	ses_config_rules_free(&c->harnesses);
	ses_buf_free(&c->warnings);
	*c = (struct ses_config){0};
}
