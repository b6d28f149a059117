#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/node.h"
#include "base/str.h"

struct ses_node *
ses_node_add(struct ses_node *parent, enum ses_node_kind kind, const char *key,
    const char *text, size_t line)
{
	struct ses_node *n = ses_calloc(1, sizeof(*n));

	if (n == NULL)
		return NULL;
	n->kind = kind;
	n->line = line;
	if ((key != NULL && (n->key = ses_str_dup(key)) == NULL) ||
	    (text != NULL && (n->text = ses_str_dup(text)) == NULL)) {
		ses_node_free(n);
		return NULL;
	}
	if (parent == NULL)
		return n;
	if (parent->last == NULL)
		parent->first = n;
	else
		parent->last->next = n;
	parent->last = n;
	parent->n++;
	return n;
}

struct ses_node *
ses_node_get(const struct ses_node *table, const char *key)
{
	struct ses_node *n = table == NULL ? NULL : table->first;

	while (n != NULL && (n->key == NULL || strcmp(n->key, key) != 0))
		n = n->next;
	return n;
}

struct ses_node *
ses_node_take(struct ses_node *table, const char *key)
{
	struct ses_node *taken = ses_node_get(table, key);
	struct ses_node *n;

	if (taken == NULL)
		return NULL;
	if (table->first == taken) {
		table->first = taken->next;
		if (table->last == taken)
			table->last = NULL;
	} else {
		for (n = table->first; n->next != taken; n = n->next)
			;
		n->next = taken->next;
		if (table->last == taken)
			table->last = n;
	}
	taken->next = NULL;
	table->n--;
	return taken;
}

const char *
ses_node_kind_name(enum ses_node_kind kind)
{
	static const char *const names[] = {[SES_NODE_TABLE] = "a table",
	    [SES_NODE_LIST] = "a list",
	    [SES_NODE_TEXT] = "text",
	    [SES_NODE_NUMBER] = "a number",
	    [SES_NODE_BOOL] = "true or false"};

	return names[kind];
}

void
ses_node_free(struct ses_node *root)
{
	struct ses_node *n = root;
	struct ses_node *next;

	/* what hangs below a node is put behind it, before it goes */
	while (n != NULL) {
		if (n->first != NULL) {
			n->last->next = n->next;
			n->next = n->first;
		}
		next = n->next;
		free(n->key);
		free(n->text);
		free(n);
		n = next;
	}
}
