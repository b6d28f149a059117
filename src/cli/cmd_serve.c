#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/eventfd.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "catalog/keeper.h"
#include "cli/cmds.h"
#include "cli/context.h"
#include "cli/interrupt.h"
#include "cli/serve_follow.h"
#include "export/export.h"
#include "serve/api.h"
#include "serve/pages.h"
#include "serve/serve.h"
#include "vault/cache.h"

#define GRACE_MS  10000
#define PARTS_MAX ((size_t)32 << 20) /* of what was just read */
#define TOKEN_MIN 16
#define SEARCH_MS 5000 /* that a search may take */

struct values {
	const char *listen;
	const char *token_file;
	struct ses_opt_list host;
	uint64_t max_connections;
	const char *access_log;
	const char *volume;
	const char *max_bytes;
	int follow;
};

#define AT(member) offsetof(struct values, member)

static const struct ses_opt opts[] = {
    {"listen", 0, SES_OPT_STRING, AT(listen), "ADDR:PORT",
	"where to listen; port 0 takes any (127.0.0.1:7717)"},
    {"follow", 'f', SES_OPT_FLAG, AT(follow), NULL,
	"mirror all sessions of this machine, too"},
    {"volume", 0, SES_OPT_STRING, AT(volume), "DIR",
	"serve a folder of sessions/<id>/, not the vault"},
    {"max-bytes", 0, SES_OPT_STRING, AT(max_bytes), "N",
	"bytes of content of a download, 0: any (2 GiB)"},
    {"token-file", 0, SES_OPT_STRING, AT(token_file), "FILE",
	"clients must show the token on its first line"},
    {"host", 0, SES_OPT_LIST, AT(host), "NAME",
	"also answer to this name (may be given again)"},
    {"max-connections", 0, SES_OPT_U64, AT(max_connections), "N",
	"close those beyond at once (1024)"},
    {"access-log", 0, SES_OPT_STRING, AT(access_log), "FILE",
	"a line for each request; SIGHUP: open it again"},
    {0},
};

static void
defaults(void *values)
{
	struct values *v = values;

	v->max_connections = 1024;
}

/* SIGHUP means: the log was moved away. */
static int hup_fd = -1;

static void
on_hup(int sig)
{
	const uint64_t one = 1;
	int saved = errno;

	(void)sig;
	if (write(hup_fd, &one, sizeof(one)) < 0) {
		/* it is full: the log will be opened again anyway */
	}
	errno = saved;
}

static int
catch_hup(struct seshat_err *err)
{
	struct sigaction sa = {.sa_handler = on_hup, .sa_flags = SA_RESTART};

	hup_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (hup_fd < 0)
		return ses_fail_errno(err, "eventfd");
	(void)sigemptyset(&sa.sa_mask);
	if (sigaction(SIGHUP, &sa, NULL) < 0)
		return ses_fail_errno(err, "sigaction");
	return 0;
}

static int
check_token(struct ses_buf *b, const char *path, struct seshat_err *err)
{
	const char *text = ses_buf_cstr(b);
	size_t len = strcspn(text, "\r\n");
	size_t i;

	if (ses_buf_check(b, err) < 0)
		return -1;
	b->data[len] = '\0';
	for (i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return ses_fail(err, SESHAT_EFORMAT,
			    "%s: a token has no spaces and only ASCII", path);
	if (len < TOKEN_MIN)
		return ses_fail(err, SESHAT_EUSAGE,
		    "%s: its first line, the token, has %zu characters; at "
		    "least %d are wanted (openssl rand -hex 32 > FILE)",
		    path, len, TOKEN_MIN);
	return 0;
}

static int
read_token(const char *path, struct ses_buf *out, struct seshat_err *err)
{
	struct stat st;

	if (ses_fs_slurp(path, 4096, out, err) < 0)
		return -1;
	if (stat(path, &st) < 0)
		return ses_fail_errno(err, "%s", path);
	if ((st.st_mode & 077) != 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "%s: others can read the token (chmod 600 would help)",
		    path);
	return check_token(out, path, err);
}

static void
tell_ready(const struct ses_cli *cli, const char *url)
{
	struct ses_buf b = {0};

	if (cli->json) {
		ses_buf_str(&b, "{\"url\":");
		ses_json_quote(&b, url, strlen(url));
		ses_buf_str(&b, "}\n");
		(void)fputs(ses_buf_cstr(&b), stdout);
		ses_buf_free(&b);
	} else if (!cli->quiet) {
		(void)printf("serving %s\n", url);
	}
}

/* Until a signal asks for the end. */
static void
wait_for_end(struct ses_access *access)
{
	struct pollfd p[] = {
	    {ses_interrupt_fd(), POLLIN, 0}, {hup_fd, POLLIN, 0}};
	struct seshat_err err = SESHAT_ERR_INIT;
	uint64_t n;

	while (*ses_interrupts() == 0) {
		if (poll(p, 2, -1) < 0 || (p[1].revents & POLLIN) == 0)
			continue;
		if (read(hup_fd, &n, sizeof(n)) > 0 && access != NULL &&
		    ses_access_reopen(access, &err) < 0)
			ses_cli_complain(&err);
	}
}

static void
on_part(void *arg, const struct ses_where *w, const char *stream,
    const struct ses_entry *e, const char *text, size_t len)
{
	ses_keeper_part(arg, w, stream, e, text, len);
}

static int
serve(const struct ses_cli *cli, const struct ses_serve_opts *o,
    const struct ses_context *follow, struct seshat_err *err)
{
	const struct ses_api *api = o->arg;
	const struct ses_mirror_told told = {
	    .stored = on_part, .arg = api->keeper};
	struct ses_serve_follow *f = NULL;
	struct ses_serve *s = NULL;
	int left;
	int rc;

	if (ses_serve_open(&s, o, err) < 0)
		return -1;
	tell_ready(cli, ses_serve_url(s));
	if (ses_cli_flush(err) < 0 ||
	    (follow != NULL &&
		ses_serve_follow_start(&f, cli, follow,
		    api->keeper != NULL ? &told : NULL, err) < 0)) {
		ses_serve_free(s);
		return -1;
	}
	ses_listen_notify("READY=1");
	wait_for_end(o->access);
	ses_listen_notify("STOPPING=1");
	left = ses_serve_stop(s, GRACE_MS);
	if (left > 0)
		ses_log(SES_WARN, "some answers were cut: they took longer "
				  "than ten seconds");
	rc = ses_serve_follow_wait(f, err);
	/* a store that does not answer is not waited for */
	if (left == 2 || ses_pages_busy(api->pages)) {
		if (rc < 0)
			ses_cli_complain(err);
		_exit(rc < 0 ? 1 : rc);
	}
	ses_serve_free(s);
	return rc;
}

/* Options to what the server takes; token and access are the caller's. */
static int
prepare(const struct ses_cli *cli, const struct values *v,
    struct ses_serve_opts *o, struct ses_buf *token, struct seshat_err *err)
{
	int fd = ses_listen_inherited(err);

	if (fd == -2)
		return -1;
	if (fd >= 0 && v->listen != NULL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--listen makes no sense with a socket from systemd");
	o->listen = v->listen != NULL ? v->listen : "127.0.0.1:7717";
	o->listen_fd = fd;
	o->hosts = v->host.v;
	o->n_hosts = v->host.n;
	if (v->max_connections == 0 || v->max_connections > 100000)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--max-connections is from 1 to 100000");
	o->max_connections = (unsigned)v->max_connections;
	if (v->token_file != NULL) {
		if (read_token(v->token_file, token, err) < 0)
			return -1;
		o->token = token->data;
	}
	if ((v->access_log != NULL || cli->verbose) &&
	    ses_access_open(&o->access, v->access_log, cli->json, err) < 0)
		return -1;
	return 0;
}

/* What is served: a folder, or the vault. */
static int
prepare_api(const struct ses_cli *cli, const struct values *v,
    struct ses_context *c, struct ses_api *api, struct seshat_err *err)
{
	const char *tmp = getenv("TMPDIR");
	struct ses_library *lib = NULL;

	api->tmp = tmp != NULL && tmp[0] != '\0' ? tmp : "/tmp";
	api->max_bytes = SES_EXPORT_CAP;
	api->search_ms = SEARCH_MS;
	api->volume = v->volume;
	if (v->max_bytes != NULL &&
	    ses_str_u64(v->max_bytes, &api->max_bytes) < 0)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--max-bytes wants a number of bytes, not '%s'",
		    v->max_bytes);
	if (v->volume != NULL && v->follow)
		return ses_fail(err, SESHAT_EUSAGE,
		    "--follow mirrors into the vault, which --volume does not "
		    "serve");
	if (v->volume != NULL) {
		if (ses_library_volume(&lib, v->volume, err) < 0)
			return -1;
		ses_library_free(lib);
		return 0;
	}
	if (v->follow ? ses_context_open_redacting(c, cli, 0, err) < 0
		      : ses_context_open(c, cli, err) < 0)
		return -1;
	/* what is wrong with it is told before anybody asks */
	if (ses_context_store(c, err) < 0)
		return -1;
	api->store = ses_store_url(c->store);
	api->access = &c->access;
	return 0;
}

/* The API's routes and the pages' in one table; the caller frees *out. */
static int
join_routes(
    struct ses_serve_opts *o, struct ses_route **out, struct seshat_err *err)
{
	const struct ses_route *const from[] = {
	    ses_api_routes, ses_page_routes};
	const struct ses_route *row;
	size_t n = 0;
	size_t i;

	for (i = 0; i < 2; i++)
		for (row = from[i]; row->pattern != NULL; row++)
			n++;
	*out = ses_calloc(n, sizeof(**out));
	if (*out == NULL)
		return ses_fail_nomem(err);
	for (i = 0, n = 0; i < 2; i++)
		for (row = from[i]; row->pattern != NULL; row++)
			(*out)[n++] = *row;
	o->routes = *out;
	o->n_routes = n;
	return 0;
}

/* What pages need to know of the vault and of this machine. */
struct pages {
	struct ses_mirror_opts mirror;
	struct ses_discover here;
	struct ses_pages_opts opts;
};

static int
prepare_pages(const struct ses_context *c, struct ses_api *api, struct pages *p,
    struct seshat_err *err)
{
	if (api->volume == NULL) {
		p->mirror = ses_context_mirror(c);
		p->here = ses_context_discover(c);
		p->opts.mirror = &p->mirror;
		p->opts.here = &p->here;
	}
	return ses_pages_open(&api->pages, &p->opts, err);
}

/* A server without a catalog cannot search, but does all else. */
static void
start_keeper(struct ses_api *api)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	if (api->volume == NULL &&
	    ses_keeper_start(&api->keeper, api->store, api->access, &err) < 0) {
		ses_cli_complain(&err);
		/* clients are told no places */
		(void)snprintf(api->no_catalog, sizeof(api->no_catalog),
		    "no search: the catalog cannot be had (%s); the server's "
		    "log names the folder, XDG_CACHE_HOME sets another",
		    err.sys != 0 ? strerror(err.sys)
				 : seshat_strcode(err.code));
	}
}

static int
run(const struct ses_cli *cli, void *values, const char **args, int n_args,
    struct seshat_err *err)
{
	const struct values *v = values;
	struct ses_api api = {0};
	struct ses_context c = {0};
	struct ses_serve_opts o = {.worker_open = ses_api_worker_open,
	    .worker_close = ses_api_worker_close,
	    .arg = &api};
	struct ses_route *routes = NULL;
	struct pages pages = {0};
	struct ses_buf token = {0};
	int rc = -1;

	(void)args;
	(void)n_args;
	if (ses_interrupt_catch(err) < 0 ||
	    (v->access_log != NULL && catch_hup(err) < 0) ||
	    prepare(cli, v, &o, &token, err) < 0 ||
	    prepare_api(cli, v, &c, &api, err) < 0 ||
	    prepare_pages(&c, &api, &pages, err) < 0 ||
	    join_routes(&o, &routes, err) < 0)
		goto out;
	start_keeper(&api);
	/* without it pages take a little longer */
	api.parts = ses_part_cache_new(PARTS_MAX);
	rc = serve(cli, &o, v->follow ? &c : NULL, err);
out:
	ses_pages_free(api.pages);
	ses_keeper_stop(api.keeper);
	ses_part_cache_free(api.parts);
	ses_context_free(&c);
	ses_access_free(o.access);
	free(routes);
	ses_buf_free(&token);
	return rc;
}

const struct ses_command ses_cmd_serve = {
    .name = "serve",
    .summary = "show the vault in a browser, and serve it over HTTP",
    .args = "",
    .about =
	"Shows the vault in a browser: sessions, search, statistics. Answers over\n"
	"HTTP what it holds, as JSON, and sends sessions and\n"
	"projects as zips, as 'seshat export' makes them: GET /api/sessions,\n"
	"/api/sessions/ID/download, /api/projects/NAME/download and the rest of\n"
	"FORMATS.md. It goes on until Ctrl-C or SIGTERM; answers that are being\n"
	"given have ten seconds then. Only this machine can reach it, unless\n"
	"--listen says another address, which demands --token-file: a file that\n"
	"only its owner can read. Clients send its first line, at least 16\n"
	"characters, as \"Authorization: Bearer ...\"; browsers are asked for it\n"
	"once, on a page. Only requests that call the server by an address or\n"
	"name of its own (--host adds some) are answered, and none from pages of\n"
	"other sites. A socket from systemd is used where one is given. /healthz\n"
	"says that all is well, /metrics what was done.",
    .examples = "  seshat serve --follow\n"
		"  seshat serve --volume /srv/volume\n"
		"  seshat serve --listen 127.0.0.1:0 --json\n"
		"  seshat serve --listen 0.0.0.0:7717 --token-file token "
		"--host box.example\n",
    .opts = opts,
    .values_len = sizeof(struct values),
    .defaults = defaults,
    .max_args = 0,
    .run = run,
};
