/* Configuration files, which a cloned repository may bring along. */
#include "config/settings.h"
#include "fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct ses_settings s = {0};

	(void)ses_settings_yaml(&s, (const char *)data, len, &err);
	ses_settings_free(&s);
	(void)ses_settings_tracecraft(&s, (const char *)data, len, &err);
	ses_settings_free(&s);
	return 0;
}
