/* Queries as anybody may type or send them: each finds something, or nothing,
 * or is told to mean nothing; the database is never told anything else. */
#include "fuzz/folder.h"

#include <string.h>

#include "catalog/catalog.h"

static struct ses_store *store;
static struct ses_catalog *catalog;

static void
begin(void)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_catalog_done done;
	const struct ses_catalog_how how = {0};
	char url[160];

	MUST(setenv("XDG_CACHE_HOME", folder(), 1) == 0);
	(void)snprintf(url, sizeof(url), "file://%s/vault", folder());
	MUST(ses_store_open(&store, url, NULL, &err) == 0);
	MUST(ses_catalog_open(&catalog, store, &err) == 0);
	MUST(ses_catalog_update(catalog, &how, &done, &err) == 0);
}

static int
on_hit(void *arg, const struct ses_catalog_hit *h)
{
	(void)arg;
	MUST(h->id != NULL && h->snippet != NULL);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_catalog_found found;
	struct ses_catalog_query q = {.limit = 10};
	char *text = malloc(len + 1);

	MUST(text != NULL);
	if (len > 0)
		memcpy(text, data, len);
	text[len] = '\0';
	if (catalog == NULL)
		begin();
	q.text = text;
	q.by_relevance = (int)(len & 1);
	if (ses_catalog_search(catalog, &q, on_hit, NULL, &found, &err) < 0)
		MUST(err.code == SESHAT_EUSAGE && err.msg[0] != '\0');
	free(text);
	return 0;
}
