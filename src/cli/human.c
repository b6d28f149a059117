#include <stdio.h>

#include "cli/human.h"

void
ses_human_size(uint64_t bytes, char out[SES_HUMAN_MAX])
{
	static const char *const units[] = {"KB", "MB", "GB", "TB", "PB", "EB"};
	double v = (double)bytes;
	size_t i = 0;

	if (bytes < 1000) {
		(void)snprintf(out, SES_HUMAN_MAX, "%u B", (unsigned)bytes);
		return;
	}
	for (v /= 1000; v >= 999.95 && i + 1 < sizeof(units) / sizeof(*units);
	     i++)
		v /= 1000;
	(void)snprintf(
	    out, SES_HUMAN_MAX, v < 9.95 ? "%.1f %s" : "%.0f %s", v, units[i]);
}
