#include <stdlib.h>
#include <string.h>

#include "base/spawn.h"
#include "base/str.h"
#include "github/host.h"
#include "github/repo.h"

#define GIT_SECONDS 10

void
ses_github_repo_free(struct ses_github_repo *r)
{
	ses_buf_free(&r->host);
	ses_buf_free(&r->owner);
	ses_buf_free(&r->name);
}

/* An owner or the name of a repository: nothing that could leave its place in
 * a URL. */
static int
is_part(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789._-");

	return n > 0 && n <= 100 && s[n] == '\0' && strcmp(s, ".") != 0 &&
	       strcmp(s, "..") != 0;
}

static int
check(struct ses_github_repo *r, const char *text, struct seshat_err *err)
{
	(void)ses_buf_cstr(&r->host);
	if (ses_buf_check(&r->host, err) < 0 ||
	    ses_buf_check(&r->owner, err) < 0 ||
	    ses_buf_check(&r->name, err) < 0)
		return -1;
	if (is_part(ses_buf_cstr(&r->owner)) && is_part(ses_buf_cstr(&r->name)))
		return 0;
	return ses_fail(err, SESHAT_EUSAGE,
	    "expected the \"[HOST/]OWNER/REPO\" format, got \"%s\"", text);
}

/* "octo/cli.git/" behind a host. */
static void
take_path(struct ses_github_repo *r, const char *p)
{
	size_t n;

	p += strspn(p, "/");
	n = strcspn(p, "/");
	ses_buf_add(&r->owner, p, n);
	p += n;
	p += strspn(p, "/");
	n = strcspn(p, "/?#");
	ses_buf_add(&r->name, p, n);
	if (ses_str_ends(ses_buf_cstr(&r->name), ".git"))
		r->name.len -= strlen(".git");
	(void)ses_buf_cstr(&r->name);
}

/* The host that an alias of ssh stands for. */
static void
resolve_alias(struct ses_github_repo *r)
{
	const char *argv[] = {"ssh", "-G", ses_buf_cstr(&r->host), NULL};
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf out = {0};
	const char *p;

	if (r->host.len == 0 || r->host.data[0] == '-' ||
	    ses_github_host_known(r->host.data))
		return;
	if (ses_spawn_read(argv, GIT_SECONDS, &out, &why) == 0) {
		p = strstr(ses_buf_cstr(&out), "\nhostname ");
		if (p != NULL) {
			p += strlen("\nhostname ");
			ses_buf_clear(&r->host);
			/* what GitHub calls its way around a closed port */
			if (strncmp(p, "ssh.github.com\n", 15) == 0)
				p += 4;
			ses_github_host_normal(p, strcspn(p, "\n"), &r->host);
		}
	}
	ses_buf_free(&out);
}

/* https://user@host:port/owner/name, ssh://git@host/owner/name */
static void
take_url(struct ses_github_repo *r, const char *rest, int is_ssh)
{
	size_t n = strcspn(rest, "/");
	const char *at = memchr(rest, '@', n);
	const char *host = at == NULL ? rest : at + 1;
	size_t len = n - (size_t)(host - rest);
	const char *colon = memchr(host, ':', len);

	/* the port of ssh is none of the API's */
	if (is_ssh && colon != NULL)
		len = (size_t)(colon - host);
	ses_github_host_normal(host, len, &r->host);
	if (is_ssh)
		resolve_alias(r);
	take_path(r, rest + n);
}

/* git@host:owner/name */
static void
take_scp(struct ses_github_repo *r, const char *text, const char *colon)
{
	const char *at = memchr(text, '@', (size_t)(colon - text));
	const char *host = at == NULL ? text : at + 1;

	ses_github_host_normal(host, (size_t)(colon - host), &r->host);
	resolve_alias(r);
	take_path(r, colon + 1);
}

int
ses_github_repo_parse(
    const char *text, struct ses_github_repo *out, struct seshat_err *err)
{
	const char *scheme = strstr(text, "://");
	const char *colon = strchr(text, ':');
	const char *slash = strchr(text, '/');

	*out = (struct ses_github_repo){0};
	if (scheme != NULL) {
		take_url(out, scheme + 3,
		    ses_str_starts(text, "ssh") ||
			ses_str_starts(text, "git+"));
	} else if (colon != NULL && slash != NULL && colon < slash &&
		   memchr(text, '@', (size_t)(colon - text)) != NULL) {
		take_scp(out, text, colon);
	} else if (slash != NULL && strchr(slash + 1, '/') != NULL) {
		ses_github_host_normal(
		    text, (size_t)(slash - text), &out->host);
		take_path(out, slash);
	} else {
		take_path(out, text);
	}
	if (check(out, text, err) == 0)
		return 0;
	ses_github_repo_free(out);
	return -1;
}

/* The best remote so far. */
struct remotes {
	struct ses_github_repo best;
	int rank;    /* of best; 0: none yet */
	int unknown; /* some were of hosts that are not known */
};

static int
rank_of(const char *name)
{
	static const char *const order[] = {"origin", "github", "upstream"};
	int i;

	for (i = 0; i < 3; i++)
		if (strcmp(name, order[i]) == 0)
			return 2 + i;
	return 1;
}

/* 'gh repo set-default' notes its choice in the remote's settings. */
static int
is_chosen(const char *remote, struct ses_buf *repo)
{
	struct seshat_err why = SESHAT_ERR_INIT;
	struct ses_buf key = {0};
	const char *argv[] = {"git", "config", "--get", NULL, NULL};
	int rc;

	ses_buf_fmt(&key, "remote.%s.gh-resolved", remote);
	argv[3] = ses_buf_cstr(&key);
	rc = !key.bad && ses_spawn_read(argv, GIT_SECONDS, repo, &why) == 0;
	ses_buf_free(&key);
	while (repo->len > 0 && repo->data[repo->len - 1] == '\n')
		repo->len--;
	(void)ses_buf_cstr(repo);
	return rc && repo->len > 0;
}

static void
consider(struct remotes *all, const char *name, const char *url)
{
	struct seshat_err ignored = SESHAT_ERR_INIT;
	struct ses_github_repo r;
	struct ses_github_repo other;
	struct ses_buf chosen = {0};
	int rank = rank_of(name);

	if (ses_github_repo_parse(url, &r, &ignored) < 0)
		return;
	if (r.host.len == 0 || !ses_github_host_known(r.host.data)) {
		all->unknown++;
		ses_github_repo_free(&r);
		return;
	}
	if (is_chosen(name, &chosen)) {
		rank = 10;
		if (strcmp(chosen.data, "base") != 0 &&
		    ses_github_repo_parse(chosen.data, &other, &ignored) == 0) {
			if (other.host.len == 0)
				ses_buf_str(&other.host, r.host.data);
			(void)ses_buf_cstr(&other.host);
			ses_github_repo_free(&r);
			r = other;
		}
	}
	ses_buf_free(&chosen);
	if (rank > all->rank) {
		ses_github_repo_free(&all->best);
		all->best = r;
		all->rank = rank;
	} else {
		ses_github_repo_free(&r);
	}
}

/* Lines of 'git remote -v': name, tab, URL, " (fetch)". */
static void
read_remotes(struct ses_buf *text, struct remotes *all)
{
	char *line = text->len == 0 ? NULL : text->data;
	char *next;
	char *tab;
	char *end;

	(void)ses_buf_cstr(text);
	for (; line != NULL && *line != '\0'; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		tab = strchr(line, '\t');
		end = strrchr(line, ' ');
		if (tab == NULL || end == NULL || end < tab)
			continue;
		*tab = '\0';
		*end = '\0';
		consider(all, line, tab + 1);
	}
}

static int
from_git(struct ses_github_repo *out, int *unknown, struct seshat_err *err)
{
	const char *argv[] = {"git", "remote", "-v", NULL};
	struct seshat_err why = SESHAT_ERR_INIT;
	struct remotes all = {0};
	struct ses_buf text = {0};

	if (ses_spawn_read(argv, GIT_SECONDS, &text, &why) == 0)
		read_remotes(&text, &all);
	ses_buf_free(&text);
	*unknown = all.unknown;
	if (all.rank == 0)
		return 0;
	*out = all.best;
	return ses_buf_check(&out->host, err) < 0 ? -1 : 1;
}

int
ses_github_repo_find(
    const char *flag, struct ses_github_repo *out, struct seshat_err *err)
{
	const char *set = flag != NULL ? flag : getenv("GH_REPO");
	const char *workflow = getenv("GITHUB_REPOSITORY");
	int unknown = 0;
	int rc;

	if (set != NULL && set[0] != '\0')
		return ses_github_repo_parse(set, out, err);
	rc = from_git(out, &unknown, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (workflow != NULL && workflow[0] != '\0')
		return ses_github_repo_parse(workflow, out, err);
	if (unknown > 0 && getenv("GH_HOST") != NULL)
		return ses_fail(err, SESHAT_EUSAGE,
		    "none of the git remotes here is of GH_HOST (name the "
		    "repository: --repo OWNER/REPO)");
	return ses_fail(err, SESHAT_EUSAGE,
	    unknown > 0
		? "no git remote here is of a GitHub that is known (name the "
		  "repository: --repo [HOST/]OWNER/REPO, or 'gh auth login' "
		  "for its host)"
		: "no repository: there are no git remotes here (name it: "
		  "--repo OWNER/REPO, or GH_REPO)");
}
