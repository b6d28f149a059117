#ifndef SES_GITHUB_HOSTS_FILE_H
#define SES_GITHUB_HOSTS_FILE_H

#include "base/buf.h"

/* gh's hosts.yml: a table by host name, each with an oauth_token, or without
 * one where a keyring has it. */
#define SES_HOSTS_FILE_MAX ((size_t)256 * 1024)

/**
 * ses_hosts_file_each(each, arg, err):
 * Tell of every host in the file ($GH_CONFIG_DIR, else $XDG_CONFIG_HOME/gh,
 * else ~/.config/gh), with its token or NULL.  No file is none.  A non-zero
 * answer stops and is returned.  Errors: SESHAT_EFORMAT, not such a file.
 */
int ses_hosts_file_each(
    int (*each)(void *arg, const char *host, const char *token), void *arg,
    struct seshat_err *err);

#endif
