#ifndef SES_CLI_INIT_H
#define SES_CLI_INIT_H

#include "cli/context.h"
#include "config/file.h"

/*
 * 'seshat init': what is here, what is wanted, whether it works, and only
 * then the user's config.yaml.
 */
struct ses_init {
	const struct ses_cli *cli;
	struct ses_context c;        /* as it is without what we ask */
	struct ses_buf path;         /* of config.yaml */
	struct ses_config_file file; /* what it says now */
	int asks;                    /* somebody is there to answer */

	/* what is wanted */
	struct ses_buf url;      /* of the store, with all that opens it */
	struct ses_settings set; /* to be written: project, keys, ... */
};

/* Flags that go into the URL of a bucket; NULL where not given. */
struct ses_init_place {
	const char *endpoint;
	const char *region;
	const char *profile;
};

/** Tell what there is: agents, configuration, keys. */
int ses_init_found(struct ses_init *i, struct seshat_err *err);

/** The same as JSON, borrowed members of an object. */
json_t *ses_init_found_json(struct ses_init *i);

/** Ask for the store, its keys and the project. */
int ses_init_ask(struct ses_init *i, struct seshat_err *err);

/** Ask whether; without somebody to answer it is yes.  1, 0 or -1. */
int ses_init_confirm(const struct ses_init *i, int yes, const char *what,
    struct seshat_err *err);

/** Put the store's URL together: a bucket's with what is given.  Errors:
 * SESHAT_EUSAGE, it is no bucket, or its URL says something else. */
int ses_init_url(struct ses_init *i, const char *store,
    const struct ses_init_place *place, struct seshat_err *err);

/** Whether it is the URL of a bucket of Hugging Face. */
int ses_init_is_hub(const char *store);

/** Take the keys of the environment that open such a store, to be kept. */
int ses_init_keep_keys(
    struct ses_init *i, const char *store, struct seshat_err *err);

/** The same as ses_init_keys of the token for Hugging Face. */
const char *ses_init_token(const struct ses_init *i);

/** Where the keys would come from, as things are: "the environment", ... or
 * NULL. */
const char *ses_init_keys(const struct ses_init *i);

#endif
