#ifndef SES_YAML_NODE_H
#define SES_YAML_NODE_H

#include <yaml.h>

#include "base/node.h"

/* A nested value of a YAML document, put together event by event. */
#define SES_YAML_DEPTH 6
#define SES_YAML_NODES 20000

struct ses_yaml_node {
	struct ses_node *at[SES_YAML_DEPTH]; /* what has begun, outermost first;
					      * the first is borrowed */
	unsigned depth; /* 0: nothing is being put together */
	char *key;      /* whose value comes next */
	size_t n;
};

/** Whether a key of a configuration file takes a nested value. */
int ses_yaml_node_is(const char *key);

/** Begin the value of a key in a table. */
int ses_yaml_node_begin(struct ses_yaml_node *b, struct ses_node *table,
    const char *key, const yaml_event_t *e, struct seshat_err *err);

/** Take one more event, while depth is not 0. */
int ses_yaml_node_add(
    struct ses_yaml_node *b, const yaml_event_t *e, struct seshat_err *err);

#endif
