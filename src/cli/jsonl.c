#include <string.h>

#include "base/json.h"
#include "base/time.h"
#include "cli/jsonl.h"

void
ses_jsonl_text(struct ses_buf *b, const char *key, const char *text)
{
	ses_buf_str(b, ",\"");
	ses_buf_str(b, key);
	ses_buf_str(b, "\":");
	if (text == NULL)
		ses_buf_str(b, "null");
	else
		ses_json_quote(b, text, strlen(text));
}

void
ses_jsonl_u64(struct ses_buf *b, const char *key, int known, uint64_t v)
{
	if (known)
		ses_buf_fmt(b, ",\"%s\":%llu", key, (unsigned long long)v);
	else
		ses_buf_fmt(b, ",\"%s\":null", key);
}

void
ses_jsonl_time(struct ses_buf *b, const char *key, int64_t t)
{
	char text[SES_TIME_MAX];

	if (t != 0)
		ses_time_format(t, text);
	ses_jsonl_text(b, key, t != 0 ? text : NULL);
}
