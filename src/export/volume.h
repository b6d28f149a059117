#ifndef SES_VOLUME_H
#define SES_VOLUME_H

#include <jansson.h>

#include "base/err.h"

/*
 * projects.json of a volume: which sessions a project has, and what people call
 * them.  Read are
 *   {"projects": {…}} or the inner object alone,
 *   by project: ["id", …], [{"id": …, "label": …}, …], {"id": "label", …},
 *   or {"sessions": any of these}.
 * A name of a project or a session that cannot be one is passed over.
 */
#define SES_VOLUME_DEFAULT "default"
#define SES_VOLUME_HARNESS "volume"
#define SES_VOLUME_MAX     (16U << 20) /* bytes of projects.json */

/**
 * ses_volume_parse(text, len, out, err):
 * Set *out to an object: project -> object: session id -> label, or null.
 * Owns: the caller json_decref's it.  Errors: SESHAT_ECORRUPT.
 */
int ses_volume_parse(
    const char *text, size_t len, json_t **out, struct seshat_err *err);

/** Whether it can be the name of a session's folder. */
int ses_volume_is_id(const char *id);

#endif
