#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/str.h"

static atomic_int shown = SES_QUIET;

void
ses_log_level(int level)
{
	atomic_store(&shown, level);
}

void
ses_log(int level, const char *fmt, ...)
{
	struct ses_buf safe = {0};
	char line[1024];
	va_list ap;

	if (level > atomic_load(&shown))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	/* names of files and words of servers end up in it */
	ses_str_safe(line, strlen(line), &safe);
	(void)fprintf(stderr, "seshat: %s\n", ses_buf_cstr(&safe));
	ses_buf_free(&safe);
}
