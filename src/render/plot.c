#include "render/html.h"
#include "render/plot.h"
void
ses_plot(struct ses_buf *out, const struct ses_plot *p)
{
	size_t i;
	ses_buf_str(out, "<figure><figcaption>");
	ses_html_str(out, p->title);
	ses_buf_str(out, "</figcaption><svg></svg>");
	for (i = 0; i < p->n; i++)
		ses_html_str(out, p->line[i].name);
	ses_buf_str(out, "</figure>");
}
