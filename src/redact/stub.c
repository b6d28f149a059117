#include "redact/redact.h"
int
ses_redact_open(struct ses_redact **o, struct seshat_err *e)
{
	(void)o;
	return ses_fail(e, 1, "stub");
}
void
ses_redact_free(struct ses_redact *r)
{
	(void)r;
}
size_t
ses_redact_rules(void)
{
	return 0;
}
const char *
ses_redact_rule_id(size_t i)
{
	(void)i;
	return "";
}
int
ses_redact_lines(struct ses_redact *r, const char *d, size_t l,
    struct ses_buf *o, struct ses_redact_counts *c, struct seshat_err *e)
{
	(void)r;
	(void)d;
	(void)l;
	(void)o;
	(void)c;
	(void)e;
	return 0;
}
int
ses_redact_piece(struct ses_redact *r, const char *w, size_t l, size_t f,
    size_t t, struct ses_buf *o, size_t *cut, struct ses_redact_counts *c,
    struct seshat_err *e)
{
	(void)r;
	(void)w;
	(void)l;
	(void)f;
	(void)t;
	(void)o;
	(void)c;
	(void)e;
	(void)cut;
	return 0;
}
int
ses_redact_text(struct ses_redact *r, const char *s, size_t l,
    struct ses_buf *o, struct seshat_err *e)
{
	(void)r;
	(void)e;
	ses_buf_add(o, s, l);
	return 0;
}
