/* When things happened, as the lines themselves say. */
#include <string.h>

#include "harness/line.h"
#include "mirror/flush.h"

/* Many lines have no time; so far one goes to find one that has. */
#define LINES_MAX 200

static int64_t
time_of(const char *line, size_t len)
{
	/* behind the first: of trajectories, of unknown programs, of rows */
	struct ses_line_field f[] = {SES_LINE_FIELD("timestamp"),
	    SES_LINE_FIELD("ts"), SES_LINE_FIELD("time"),
	    SES_LINE_FIELD("time_created"), SES_LINE_FIELD("created_at")};
	const size_t n = sizeof(f) / sizeof(f[0]);
	struct ses_json v;
	int64_t when;
	size_t i;

	(void)ses_json_peek(line, len, &v);
	ses_line_fields(&v, f, n);
	for (i = 0; i < n; i++) {
		when = ses_line_time(&f[i].value);
		if (when != 0)
			return when;
	}
	return 0;
}

int64_t
ses_flush_first_event(const char *data, size_t len)
{
	const char *end = data + len;
	const char *nl;
	int64_t when;
	int i;

	for (i = 0; i < LINES_MAX && data < end; i++) {
		nl = memchr(data, '\n', (size_t)(end - data));
		if (nl == NULL)
			nl = end;
		when = time_of(data, (size_t)(nl - data));
		if (when != 0)
			return when;
		data = nl + 1;
	}
	return 0;
}

int64_t
ses_flush_last_event(const char *data, size_t len)
{
	size_t end = len;
	size_t from;
	int64_t when;
	int i;

	for (i = 0; i < LINES_MAX && end > 0; i++) {
		from = end - 1; /* the newline itself */
		while (from > 0 && data[from - 1] != '\n')
			from--;
		when = time_of(data + from, end - from);
		if (when != 0)
			return when;
		end = from;
	}
	return 0;
}
