/* Files in gitleaks' form, which users find anywhere: whatever is in one, a
 * tree comes out whose text is text, or a line is named; and what the rules
 * make of it is an answer, too. */
#include <string.h>

#include "base/str.h"
#include "config/toml.h"
#include "fuzz/fuzz.h"
#include "redact/custom.h"

static void
check_node(const struct ses_node *n)
{
	int nests = n->kind == SES_NODE_TABLE || n->kind == SES_NODE_LIST;

	MUST(n->line > 0);
	MUST((n->text == NULL) == nests);
	MUST(nests || n->first == NULL);
	MUST(nests || ses_str_is_utf8(n->text, strlen(n->text)));
}

static void
check(const struct ses_node *n, unsigned depth)
{
	const struct ses_node *child;

	check_node(n);
	MUST(depth < SES_TOML_DEPTH * 3);
	for (child = n->first; child != NULL; child = child->next)
		check(child, depth + 1);
}

static void
tell(void *arg, const char *id, size_t line, const char *why)
{
	(void)why;
	MUST(line > 0);
	MUST(id[0] != '\0');
	++*(size_t *)arg;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_node *doc = NULL;
	struct ses_custom *c = NULL;
	size_t told = 0;

	if (ses_toml_read((const char *)data, len, &doc, &err) < 0) {
		MUST(doc == NULL);
		MUST(err.msg[0] != '\0');
		return 0;
	}
	check(doc, 0);
	MUST(ses_custom_open(&c, &err) == 0);
	ses_custom_tell_to(c, tell, &told);
	(void)ses_custom_add(c, SES_CUSTOM_GITLEAKS, "f", doc, &err);
	MUST(ses_custom_rules(c) <= told);
	ses_custom_free(c);
	ses_node_free(doc);
	return 0;
}
