#include <stddef.h>
#include <string.h>

#include "publish/format.h"

const struct ses_pub_format *const ses_pub_formats[] = {
    &ses_pub_tracecraft,
    &ses_pub_agentsview,
    &ses_pub_hf_trace,
    &ses_pub_session_store,
    NULL,
};

const struct ses_pub_format *
ses_pub_format_named(const char *name)
{
	size_t i;

	for (i = 0; ses_pub_formats[i] != NULL; i++)
		if (strcmp(ses_pub_formats[i]->name, name) == 0)
			return ses_pub_formats[i];
	return NULL;
}
