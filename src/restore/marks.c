/* What stands in a text where something was redacted: "[REDACTED:<rule>]". */
#include <string.h>

#include "restore/stored.h"

static const char mark[] = "[REDACTED:";

static int
look(void *arg, const void *data, size_t len, struct seshat_err *err)
{
	struct ses_marks *m = arg;
	const char *p = data;
	const char *end = p + len;

	for (; p < end; p++) {
		/* nothing begins inside a mark: it has one bracket */
		if (*p == mark[m->at])
			m->at++;
		else
			m->at = *p == mark[0];
		if (m->at == sizeof(mark) - 1) {
			m->n++;
			m->at = 0;
		}
		if (m->at == 0 && p + 1 < end) {
			p = memchr(p + 1, mark[0], (size_t)(end - p - 1));
			if (p == NULL)
				break;
			p--;
		}
	}
	return ses_sink_write(m->next, data, len, err);
}

struct ses_sink
ses_marks_sink(struct ses_marks *m)
{
	return (struct ses_sink){look, m};
}

uint64_t
ses_restore_redacted(const struct ses_restore *r)
{
	json_int_t sum = 0;
	const char *rule;
	json_t *n;

	json_object_foreach(r->redactions, rule, n)
	{
		sum += json_integer_value(n);
		if (sum > SES_RESTORE_COUNT_MAX)
			sum = SES_RESTORE_COUNT_MAX;
	}
	return (uint64_t)sum;
}

void
ses_marks_add(
    const struct ses_marks *m, struct ses_restore *r, uint64_t told_before)
{
	uint64_t told = ses_restore_redacted(r) - told_before;

	if (m->n > told)
		r->marks += m->n - told;
}
