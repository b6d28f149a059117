#ifndef SES_CONFIG_FILE_H
#define SES_CONFIG_FILE_H

#include "config/settings.h"

#define SES_CONFIG_FILE_MAX (1U << 20) /* bytes */

/* A configuration file that was read: once, so that what is judged is what is
 * used. */
struct ses_config_file {
	struct ses_settings
	    s; /* a bucket is resolved to a store, with its endpoint */
	struct ses_buf text; /* the bytes it was read from */
};

/**
 * ses_config_file_read(f, path, names, err):
 * Read and parse a file.  1, or 0 when there is none.
 * Errors, with the path and the line: as of the parsers in settings.h;
 * SESHAT_ELIMIT and SESHAT_EUNSUPPORTED as of ses_fs_slurp.
 */
int ses_config_file_read(struct ses_config_file *f, const char *path,
    enum ses_setting_names names, struct seshat_err *err);

/** SESHAT_EAUTH when the file holds a secret and others may read it. */
int ses_config_file_check_mode(
    const struct ses_config_file *f, const char *path, struct seshat_err *err);

/** Append a path as a word for a shell, fit for a terminal: plain ones as
 * they are, others in quotes. */
void ses_config_file_quote(struct ses_buf *out, const char *path);

/** Release and start again from {0}. */
void ses_config_file_free(struct ses_config_file *f);

#endif
