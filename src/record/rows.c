#include <string.h>

#include "record/rows.h"

#define ROW(name, type, always)                                                \
	{                                                                      \
		name, sizeof(name) - 1, type, always                           \
	}

const struct ses_row ses_rows_record[SES_RECORD_FIELDS] = {
    [SES_RECORD_SESSION_ID] = ROW("session_id", '"', 1),
    [SES_RECORD_TIMESTAMP] = ROW("timestamp", '"', 1),
    [SES_RECORD_SKILL] = ROW("skill", '"', 1),
    [SES_RECORD_PHASE] = ROW("phase", '"', 0),
    [SES_RECORD_PROJECT_ROOT] = ROW("project_root", '"', 0),
    [SES_RECORD_INPUT] = ROW("input", SES_ROWS_ANY, 0),
    [SES_RECORD_ATTEMPTS] = ROW("attempts", '[', 0),
    [SES_RECORD_FINAL_STATUS] = ROW("final_status", '"', 1),
    [SES_RECORD_FILE_PATH] = ROW("file_path", '"', 0),
    [SES_RECORD_MODEL_USED] = ROW("model_used", '"', 0),
    [SES_RECORD_DURATION_MS] = ROW("duration_ms", '0', 0),
};

const struct ses_row ses_rows_attempt[SES_ATTEMPT_FIELDS] = {
    [SES_ATTEMPT_ATTEMPT] = ROW("attempt", '0', 1),
    [SES_ATTEMPT_MODEL] = ROW("model", '"', 1),
    [SES_ATTEMPT_OUTPUT_SUMMARY] = ROW("output_summary", '"', 0),
    [SES_ATTEMPT_RUNNER_OUTPUT] = ROW("runner_output", '"', 0),
    [SES_ATTEMPT_VERIFIED] = ROW("verified", 't', 1),
};

size_t
ses_rows_find(const struct ses_row *rows, size_t n, size_t expected,
    const struct ses_json *name)
{
	size_t len = name->len - 2;
	size_t i;
	size_t k;

	for (k = 0, i = expected; k < n; k++, i++) {
		if (i >= n)
			i = 0;
		if (rows[i].len == len &&
		    memcmp(rows[i].name, name->text + 1, len) == 0)
			return i;
	}
	if (memchr(name->text, '\\', name->len) == NULL)
		return n;
	for (i = 0; i < n; i++)
		if (ses_json_is(name, rows[i].name))
			return i;
	return n;
}
