#include <stdio.h>

#include "base/human.h"

void
ses_human_size(uint64_t bytes, char out[SES_HUMAN_MAX])
{
	static const char units[] = "KMGTPE";
	uint64_t unit = 1000;
	uint64_t tenths;
	int i = 0;

	if (bytes < 1000) {
		(void)snprintf(out, SES_HUMAN_MAX, "%u B", (unsigned)bytes);
		return;
	}
	/* up to 999.5 of a unit: what is rounded must not read "1000 KB" */
	while (i < 5 && bytes / unit >= 999 &&
	       (bytes / unit > 999 || bytes % unit >= unit / 2)) {
		unit *= 1000;
		i++;
	}
	tenths = bytes / unit * 10 + (bytes % unit / (unit / 1000) + 50) / 100;
	if (tenths < 100 && tenths % 10 != 0)
		(void)snprintf(out, SES_HUMAN_MAX, "%u.%u %cB",
		    (unsigned)(tenths / 10), (unsigned)(tenths % 10), units[i]);
	else
		(void)snprintf(out, SES_HUMAN_MAX, "%u %cB",
		    (unsigned)((tenths + 5) / 10), units[i]);
}

const char *
ses_human_s(uint64_t n)
{
	return n == 1 ? "" : "s";
}
