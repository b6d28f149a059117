/* What people, checkouts, gh and descriptions tell of places on GitHub: a first
 * byte says what it is, the text follows.  What comes out of it can stand in a
 * path of the API or of this machine. */
#include "fuzz/folder.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "fuzz/fuzz.h"
#include "github/gist.h"
#include "github/hosts_file.h"
#include "github/issue.h"
#include "share/mine.h"
#include "share/place.h"

static void
check_part(const struct ses_buf *b)
{
	MUST(b->len > 0 && strlen(b->data) == b->len);
	MUST(strcmp(b->data, ".") != 0 && strcmp(b->data, "..") != 0);
	MUST(strpbrk(b->data, "/?#%@: \n\\") == NULL);
}

static void
read_repo(const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_github_repo r;

	/* an alias would be asked of ssh */
	if (strchr(text, '@') != NULL || strstr(text, "ssh") != NULL ||
	    strstr(text, "git+") != NULL ||
	    ses_github_repo_parse(text, &r, &err) < 0)
		return;
	check_part(&r.owner);
	check_part(&r.name);
	ses_github_repo_free(&r);
}

static void
read_issue(const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_github_repo r = {0};
	uint64_t n = 0;

	if (strchr(text, '@') == NULL && strstr(text, "ssh") == NULL &&
	    strstr(text, "git+") == NULL &&
	    ses_issue_parse(text, &n, &r, &err) == 0)
		MUST(n > 0 && n <= INT32_MAX);
	ses_github_repo_free(&r);
}

static void
read_gist(const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	char id[SES_GIST_ID];
	size_t i;

	if (ses_gist_id(text, NULL, id, &err) < 0)
		return;
	MUST(id[0] != '\0');
	for (i = 0; id[i] != '\0'; i++)
		MUST(isalnum((unsigned char)id[i]));
	MUST(i < SES_GIST_ID);
}

static void
read_host(const char *text)
{
	struct ses_buf once = {0};
	struct ses_buf again = {0};

	ses_github_host_normal(text, strlen(text), &once);
	MUST(once.len <= strlen(text) && !once.bad);
	(void)ses_buf_cstr(&once);
	ses_github_host_normal(once.data, once.len, &again);
	MUST(strcmp(ses_buf_cstr(&again), once.data) == 0);
	ses_buf_free(&once);
	ses_buf_free(&again);
}

static int
take_host(void *arg, const char *host, const char *token)
{
	++*(size_t *)arg;
	MUST(host != NULL);
	MUST(token == NULL || token[0] != '\0');
	return 0;
}

static void
read_hosts(const uint8_t *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	size_t n = 0;

	folder_put("hosts.yml", data, len);
	MUST(setenv("GH_CONFIG_DIR", folder(), 1) == 0);
	if (ses_hosts_file_each(take_host, &n, &err) < 0)
		MUST(err.msg[0] != '\0');
}

static void
read_description(const char *text)
{
	struct ses_own_gist o;

	if (!ses_own_gist_parse(text, &o))
		return;
	MUST(o.agent != NULL && o.session_id != NULL);
	MUST(strcmp(o.source, "local") == 0 || strcmp(o.source, "remote") == 0);
	free(o.agent);
	free(o.session_id);
}

static void
read_id(const char *text)
{
	struct seshat_err err = SESHAT_ERR_INIT;

	if (ses_share_check_id(text, &err) == 0)
		MUST(text[0] != '\0' && text[0] != '.' && text[0] != '-' &&
		     strchr(text, '/') == NULL && strlen(text) <= 200);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static void (*const readers[])(const char *) = {read_repo, read_issue,
	    read_gist, read_host, read_description, read_id};
	char *text;

	if (len == 0)
		return 0;
	if (data[0] == 'y') {
		read_hosts(data + 1, len - 1);
		return 0;
	}
	text = ses_str_ndup((const char *)data + 1, len - 1);
	MUST(text != NULL);
	readers[data[0] % 6](text);
	free(text);
	return 0;
}
