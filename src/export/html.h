#ifndef SES_EXPORT_HTML_H
#define SES_EXPORT_HTML_H

#include "base/sink.h"
#include "catalog/logged.h"
#include "vault/read.h"

#define SES_HTML_ALL UINT64_MAX

/**
 * ses_html_transcript(s, w, stream, tail, runs, sink, err):
 * Push a stream of a session (NULL: the current one), or its last lines, as one
 * page that needs nothing else: no script, no other file.  runs: what session
 * logs say of it, or NULL.
 * Errors: those of ses_session_read and of the sink; the page says that there
 * is more, and is closed all the same, if the sink takes it.
 */
int ses_html_transcript(struct ses_store *s, const struct ses_where *w,
    const char *stream, uint64_t tail, struct ses_logged *runs,
    const struct ses_sink *sink, struct seshat_err *err);

#endif
