#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

static atomic_int shown = SES_QUIET;

void
ses_log_level(int level)
{
	atomic_store(&shown, level);
}

void
ses_log(int level, const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	if (level > atomic_load(&shown))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	(void)fprintf(stderr, "seshat: %s\n", line);
}
