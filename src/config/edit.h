#ifndef SES_CONFIG_EDIT_H
#define SES_CONFIG_EDIT_H

#include "config/settings.h"

/*
 * Changing a few settings of a config.yaml that a person wrote: every other
 * line of it stays, comments included.
 */

/**
 * ses_config_edit(text, set, out, err):
 * Append the text with the values of set in it.  Where set has a profile or
 * keys, those of the text go (ses_setting_is_login).
 * Errors: SESHAT_EUNSUPPORTED, it is written in a way that cannot be edited
 * line by line, and what to do; of the parser.
 */
int ses_config_edit(const struct ses_buf *text, const struct ses_settings *set,
    struct ses_buf *out, struct seshat_err *err);

/** Put the text in place of the file, in one step, for its owner alone; a link
 * stays one.  Folders are made. */
int ses_config_write(
    const char *path, const struct ses_buf *text, struct seshat_err *err);

#endif
