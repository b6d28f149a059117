#include "export/slug.h"

void
ses_slug(const char *label, struct ses_buf *out)
{
	size_t start = out->len;
	int gap = 0;
	char c;

	for (; *label != '\0'; label++) {
		c = *label;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
			gap = 1;
			continue;
		}
		gap = gap && out->len > start;
		if (out->len - start + (gap ? 2U : 1U) > SES_SLUG_MAX)
			break;
		ses_buf_add(out, "-", gap ? 1 : 0);
		ses_buf_add(out, &c, 1);
		gap = 0;
	}
}

void
ses_slug_id(const char *id, struct ses_buf *out)
{
	size_t i;
	char c;

	for (i = 0; i < 8 && id[i] != '\0'; i++) {
		c = id[i];
		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
		    !(c >= '0' && c <= '9') && c != '_' && !(c == '.' && i > 0))
			c = '-';
		ses_buf_add(out, &c, 1);
	}
}
