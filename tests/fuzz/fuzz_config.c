/* Configuration files, which a cloned repository may bring along: what is
 * accepted is what the rest of the program relies on. */
#include <string.h>

#include "base/str.h"
#include "config/settings.h"
#include "fuzz/fuzz.h"

static void
check(struct ses_settings *s)
{
	const char *project = s->v[SES_SET_PROJECT];
	const char *p;
	int i;

	for (i = 0; i < SES_SET_KINDS; i++) {
		if (s->v[i] == NULL)
			continue;
		MUST(s->v[i][0] != '\0');
		MUST(s->seen >> i & 1);
		MUST(ses_str_is_utf8(s->v[i], strlen(s->v[i])));
		for (p = s->v[i]; *p != '\0'; p++)
			MUST(((unsigned char)*p >= ' ' && *p != 0x7f) ||
			     (*p == '\n' && ses_setting_is_list(i)));
	}
	if (project != NULL) {
		MUST(strchr(project, '/') == NULL);
		MUST(strcmp(project, "..") != 0);
		MUST(strlen(project) <= 200);
	}
	ses_settings_free(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *text = (const char *)data;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_settings s = {0};

	if (ses_settings_yaml(&s, text, len, &err) == 0)
		check(&s);
	ses_settings_free(&s);
	if (ses_settings_tracecraft(&s, text, len, &err) == 0)
		check(&s);
	ses_settings_free(&s);
	return 0;
}
