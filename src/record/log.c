#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "record/appender.h"
#include "record/place.h"
#include "record/record.h"

/* A long line's memory is given back, not kept for the next one. */
#define KEEP_MAX ((size_t)1 << 20)

struct seshat_log {
	struct seshat_log_options options; /* dir is not used after opening */
	char *session;
	struct ses_buf path;
	struct ses_buf line;
	struct ses_appender file;
};

static void
free_log(struct seshat_log *log)
{
	free(log->session);
	ses_buf_free(&log->path);
	ses_buf_free(&log->line);
	free(log);
}

int
seshat_log_open(struct seshat_log **out, const char *session,
    const struct seshat_log_options *options, struct seshat_err *err)
{
	struct seshat_log *log = ses_calloc(1, sizeof(*log));

	if (log == NULL)
		return ses_fail_nomem(err);
	if (ses_place_options(options, &log->options, err) < 0 ||
	    ses_place_file(log->options.dir, session, &log->path, err) < 0)
		goto fail;
	log->session = ses_str_dup(session);
	if (log->session == NULL) {
		ses_fail_nomem(err);
		goto fail;
	}
	ses_appender_init(&log->file, log->path.data);
	*out = log;
	return 0;
fail:
	free_log(log);
	return -1;
}

static int
put(struct seshat_log *log, struct seshat_err *err)
{
	struct ses_appender *file = &log->file;
	int rc = ses_appender_put(
	    file, log->line.data, log->line.len, !log->options.no_sync, err);

	if (file->cut > 0 && log->options.on_torn != NULL)
		log->options.on_torn(
		    log->options.arg, file->saved.data, file->cut);
	file->cut = 0;
	if (log->line.cap > KEEP_MAX)
		ses_buf_free(&log->line);
	return rc;
}

int
seshat_log_append(struct seshat_log *log, const struct seshat_log_entry *entry,
    struct seshat_err *err)
{
	struct seshat_log_entry e = SESHAT_LOG_ENTRY_INIT;

	if (entry->size < sizeof(entry->size) || entry->size > sizeof(e))
		return ses_fail(err, SESHAT_EUSAGE,
		    "an entry of another version of the library, or not set "
		    "to SESHAT_LOG_ENTRY_INIT");
	memcpy(&e, entry, entry->size);
	if (ses_record_format(&e, log->session, &log->line, err) < 0)
		return ses_fail_in(err, "session %s", log->session);
	return put(log, err);
}

int
seshat_log_append_json(struct seshat_log *log, const char *json, size_t len,
    struct seshat_err *err)
{
	struct ses_record r;

	if (ses_record_scan(json, len, &r, err) < 0 ||
	    ses_record_write(&r, log->session, &log->line, err) < 0)
		return ses_fail_in(err, "session %s", log->session);
	return put(log, err);
}

int
seshat_log_sync(struct seshat_log *log, struct seshat_err *err)
{
	return ses_appender_sync(&log->file, err);
}

const char *
seshat_log_path(const struct seshat_log *log)
{
	return log->path.data;
}

int
seshat_log_close(struct seshat_log *log, struct seshat_err *err)
{
	int rc;

	if (log == NULL)
		return 0;
	rc = ses_appender_close(&log->file, err);
	free_log(log);
	return rc;
}

int
seshat_log_append_one(const char *session, const struct seshat_log_entry *entry,
    const struct seshat_log_options *options, struct seshat_err *err)
{
	struct seshat_err late = SESHAT_ERR_INIT;
	struct seshat_log *log = NULL;
	int rc;

	if (seshat_log_open(&log, session, options, err) < 0 || log == NULL)
		return -1;
	rc = seshat_log_append(log, entry, err);
	if (seshat_log_close(log, &late) < 0 && rc == 0) {
		*err = late;
		rc = -1;
	}
	return rc;
}
