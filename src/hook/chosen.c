#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/rand.h"
#include "base/str.h"
#include "base/xdg.h"
#include "hook/chosen.h"
#include "hook/state.h"

#define STORE_MAX       4096
#define ENVIRONMENT_MAX 65536
#define CHOICE_MAX      64

/* Our own, of which the store is remembered by itself. */
static const char *const ours[] = {
    "SESHAT_STORE", "SESHAT_PROJECT", "SESHAT_AGENT", "TRACECRAFT_AGENT"};

/* What else leads to a store, or through whose hands: of the stores, of
 * libcurl and of OpenSSL. */
static const char *const leading[] = {"HF_ENDPOINT", "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE",
    "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CA_BUNDLE",
    "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy", "https_proxy", "HTTPS_PROXY",
    "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"};

#define N(list) (sizeof(list) / sizeof((list)[0]))

/* A file of the state folder; one that is not there is empty. */
static int
read_state(
    const char *name, size_t max, struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc = ses_xdg_path(SES_XDG_STATE, name, &path, err);

	if (rc == 0)
		rc = ses_fs_slurp(ses_buf_cstr(&path), max, out, err);
	if (rc < 0 && err->code == SESHAT_ENOTFOUND)
		rc = 0;
	ses_buf_free(&path);
	(void)ses_buf_cstr(out);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}

int
ses_hook_store(struct ses_buf *out, struct seshat_err *err)
{
	if (read_state("hook/store", STORE_MAX, out, err) < 0)
		return -1;
	if (out->len == 0)
		return 0;
	if (out->len < 2 || strlen(out->data) != out->len ||
	    strchr(out->data, '\n') != out->data + out->len - 1)
		return ses_fail(err, SESHAT_EFORMAT,
		    "what hooks remember of their store is damaged: 'seshat "
		    "hook install --store URL'");
	out->data[--out->len] = '\0';
	return 0;
}

/* The remembered value of a variable: 1, or 0 when there is none. */
static int
value_of(const struct ses_buf *all, const char *name, struct ses_buf *out)
{
	size_t len = strlen(name);
	const char *p = all->data;
	const char *end;

	for (; p != NULL && (end = strchr(p, '\n')) != NULL; p = end + 1)
		if (strncmp(p, name, len) == 0 && p[len] == '=') {
			ses_buf_add(
			    out, p + len + 1, (size_t)(end - p) - len - 1);
			return 1;
		}
	return 0;
}

/* Set what is remembered; with_old also where something is set already. */
static int
set_all(int with_old, struct seshat_err *err)
{
	struct ses_buf all = {0};
	struct ses_buf value = {0};
	size_t i;
	int rc = read_state("hook/environment", ENVIRONMENT_MAX, &all, err);

	for (i = 0; i < N(leading) && rc == 0; i++) {
		ses_buf_clear(&value);
		if (value_of(&all, leading[i], &value) &&
		    setenv(leading[i], ses_buf_cstr(&value), with_old) < 0)
			rc = ses_fail_nomem(err);
	}
	ses_buf_free(&all);
	ses_buf_free(&value);
	return rc;
}

static int
set_store(struct seshat_err *err)
{
	struct ses_buf url = {0};
	int rc = ses_hook_store(&url, err);

	if (rc == 0 && url.len > 0 && setenv("SESHAT_STORE", url.data, 1) < 0)
		rc = ses_fail_nomem(err);
	ses_buf_free(&url);
	return rc;
}

int
ses_hook_choose_store(struct seshat_err *err)
{
	size_t i;

	for (i = 0; i < N(ours); i++)
		(void)unsetenv(ours[i]);
	for (i = 0; i < N(leading); i++)
		(void)unsetenv(leading[i]);
	/* it would let a file tell what is sent */
	(void)unsetenv("SSLKEYLOGFILE");
	return set_all(1, err) < 0 || set_store(err) < 0 ? -1 : 0;
}

/* What ses_hook_choose_store may change, to be put back. */
#define KEPT_MAX (N(ours) + N(leading) + 1)

static const char *
kept_name(size_t i)
{
	if (i < N(ours))
		return ours[i];
	i -= N(ours);
	return i < N(leading) ? leading[i] : "SSLKEYLOGFILE";
}

/* The values; NULL: it was not set. */
static int
keep(char *v[KEPT_MAX], struct seshat_err *err)
{
	const char *value;
	size_t i;

	for (i = 0; i < KEPT_MAX; i++) {
		value = getenv(kept_name(i));
		if (value == NULL)
			continue;
		v[i] = ses_str_dup(value);
		if (v[i] == NULL)
			return ses_fail_nomem(err);
	}
	return 0;
}

static int
put_back(char *const v[KEPT_MAX], struct seshat_err *err)
{
	size_t i;
	int bad = 0;

	for (i = 0; i < KEPT_MAX; i++)
		if (v[i] != NULL)
			bad |= setenv(kept_name(i), v[i], 1);
		else
			bad |= unsetenv(kept_name(i));
	return bad != 0 ? ses_fail_nomem(err) : 0;
}

int
ses_hook_as_chosen(void (*look)(void *arg), void *arg, struct seshat_err *err)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	char *v[KEPT_MAX] = {0};
	size_t i;
	int rc = keep(v, err);

	if (rc == 0) {
		rc = ses_hook_choose_store(err);
		if (rc == 0)
			look(arg);
		if (put_back(v, &why) < 0) {
			*err = why;
			rc = -1;
		}
	}
	for (i = 0; i < KEPT_MAX; i++)
		free(v[i]);
	return rc;
}

int
ses_hook_recall(int with_store, struct seshat_err *err)
{
	if (set_all(0, err) < 0)
		return -1;
	return with_store ? set_store(err) : 0;
}

/* Put it there, when it is another, or only look whether it is; 1, 0. */
static int
write_state(const char *name, const struct ses_buf *old,
    const struct ses_buf *now, int only_look, struct seshat_err *err)
{
	struct ses_buf path = {0};
	int rc;

	if (ses_buf_check(now, err) < 0)
		return -1;
	if (old->len == now->len &&
	    (now->len == 0 || memcmp(old->data, now->data, now->len) == 0))
		return 0;
	if (only_look)
		return 1;
	rc = ses_hook_state(name, &path, err);
	if (rc == 0)
		rc = ses_fs_replace(
		    path.data, now->data, now->len, 0600, 1, err);
	ses_buf_free(&path);
	return rc < 0 ? -1 : 1;
}

static int
remember_store(const char *store, int only_look, struct seshat_err *err)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf old = {0};
	struct ses_buf now = {0};
	int rc;

	/* one that is damaged is replaced */
	(void)read_state("hook/store", STORE_MAX, &old, &ignored);
	ses_buf_fmt(&now, "%s\n", store);
	if (now.len > STORE_MAX)
		rc = ses_fail(err, SESHAT_ELIMIT,
		    "the store's URL is longer than %d bytes", STORE_MAX - 1);
	else
		rc = write_state("store", &old, &now, only_look, err);
	ses_buf_free(&old);
	ses_buf_free(&now);
	return rc;
}

static int
remember_environment(int only_look, struct seshat_err *err)
{
	struct ses_buf old = {0};
	struct ses_buf now = {0};
	struct ses_buf value = {0};
	const char *v;
	size_t i;
	int rc = read_state("hook/environment", ENVIRONMENT_MAX, &old, err);

	for (i = 0; i < N(leading) && rc == 0; i++) {
		v = getenv(leading[i]);
		ses_buf_clear(&value);
		if (v != NULL && v[0] != '\0' && strchr(v, '\n') == NULL)
			ses_buf_str(&value, v);
		else if (v != NULL || !value_of(&old, leading[i], &value))
			continue;
		ses_buf_fmt(&now, "%s=%s\n", leading[i], ses_buf_cstr(&value));
	}
	if (rc == 0 && now.len > ENVIRONMENT_MAX)
		rc = ses_fail(err, SESHAT_ELIMIT,
		    "what the environment says of the store is longer than %d "
		    "bytes",
		    ENVIRONMENT_MAX);
	if (rc == 0)
		rc = write_state("environment", &old, &now, only_look, err);
	ses_buf_free(&old);
	ses_buf_free(&now);
	ses_buf_free(&value);
	return rc;
}

int
ses_hook_choice(struct ses_buf *out, struct seshat_err *err)
{
	return read_state("hook/choice", CHOICE_MAX, out, err);
}

int
ses_hook_has_chosen(void)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_buf b = {0};
	int yes;

	/* what cannot be read is something */
	yes = read_state("hook/store", STORE_MAX, &b, &ignored) < 0 ||
	      read_state("hook/environment", ENVIRONMENT_MAX, &b, &ignored) < 0;
	yes |= b.len > 0;
	ses_buf_free(&b);
	return yes;
}

/* Whoever began with what was chosen before finds another one. */
static int
rename_choice(struct seshat_err *err)
{
	struct ses_buf path = {0};
	char name[17];
	int rc = ses_hook_state("choice", &path, err);

	ses_rand_hex(name, 16);
	if (rc == 0)
		rc =
		    ses_fs_replace(path.data, name, strlen(name), 0600, 0, err);
	ses_buf_free(&path);
	return rc;
}

static int
remember(const char *store, int only_look, struct seshat_err *err)
{
	int environment = remember_environment(only_look, err);
	int rc = environment < 0 || store == NULL
		     ? environment
		     : remember_store(store, only_look, err);

	return rc < 0 ? -1 : rc | environment;
}

int
ses_hook_is_new(const char *store, struct seshat_err *err)
{
	return remember(store, 1, err);
}

int
ses_hook_remember(const char *store, struct seshat_err *err)
{
	int rc = remember(store, 0, err);

	if (rc <= 0)
		return rc;
	return rename_choice(err) < 0 ? -1 : 1;
}

int
ses_hook_forget(struct seshat_err *err)
{
	static const char *const files[] = {"store", "environment"};
	struct ses_buf path = {0};
	size_t i;
	int rc = 0;

	for (i = 0; i < N(files) && rc == 0; i++) {
		ses_buf_clear(&path);
		rc = ses_hook_state(files[i], &path, err);
		if (rc == 0 && unlink(path.data) < 0 && errno != ENOENT)
			rc = ses_fail_errno(err, "remove %s", path.data);
	}
	ses_buf_free(&path);
	return rc < 0 ? -1 : rename_choice(err);
}

int
ses_hook_remembered(struct ses_buf *out, struct seshat_err *err)
{
	struct ses_buf all = {0};
	struct ses_buf value = {0};
	size_t i;
	int rc = read_state("hook/environment", ENVIRONMENT_MAX, &all, err);

	for (i = 0; i < N(leading) && rc == 0; i++)
		if (value_of(&all, leading[i], &value))
			ses_buf_fmt(
			    out, "%s%s", out->len > 0 ? ", " : "", leading[i]);
	(void)ses_buf_cstr(out);
	ses_buf_free(&all);
	ses_buf_free(&value);
	return rc < 0 ? -1 : ses_buf_check(out, err);
}
