#include <string.h>

#include "serve/page.h"

/* Drawings of 24 by 24, lines of the text's colour. */
static const struct {
	const char *name;
	const char *shape;
} icons[] = {
    {"brand", "<path d=\"M12 21V9M12 9l-6-5M12 9l6-5M12 9V3M12 9l-8 1M12 9l8 1"
	      "\"/><circle cx=\"12\" cy=\"9\" r=\"1.6\"/>"},
    {"search", "<circle cx=\"11\" cy=\"11\" r=\"6.5\"/>"
	       "<path d=\"m16 16 4.5 4.5\"/>"},
    {"settings", "<path d=\"M4 7h9M19 7h1M4 17h1M11 17h9\"/>"
		 "<circle cx=\"16\" cy=\"7\" r=\"2.5\"/>"
		 "<circle cx=\"8\" cy=\"17\" r=\"2.5\"/>"},
    {"download", "<path d=\"M12 4v11M7.5 10.5 12 15l4.5-4.5M4.5 19.5h15\"/>"},
    {"trash", "<path d=\"M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7"
	      "M10.3 11v5M13.7 11v5\"/>"},
    {"metrics", "<path d=\"M4.5 4.5v15h15M8 15.5l3.5-4.5 3 2.5 4.5-6\"/>"},
    {"files", "<path d=\"M13.5 3.5h-7v17h11v-13zM13.5 3.5v4h4\"/>"},
    {"clock",
	"<circle cx=\"12\" cy=\"12\" r=\"8\"/><path d=\"M12 7.5V12l3 2\"/>"},
    {"shield", "<path d=\"m12 3.5 7 2.5v5.5c0 4-3 7.3-7 9-4-1.7-7-5-7-9V6z"
	       "M9 12l2.2 2.2L15.2 10\"/>"},
    {"warning", "<path d=\"M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.2\"/>"},
    {"agent", "<path d=\"M6 4v7a3 3 0 0 0 3 3h6M12.5 10.5 16 14l-3.5 3.5\"/>"},
    {"back", "<path d=\"M14.5 5.5 8 12l6.5 6.5\"/>"},
};

void
ses_page_icon(struct ses_buf *out, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(icons) / sizeof(icons[0]); i++)
		if (strcmp(icons[i].name, name) == 0)
			break;
	if (i < sizeof(icons) / sizeof(icons[0]))
		ses_buf_fmt(out,
		    "<svg class=\"icon\" viewBox=\"0 0 24 24\" "
		    "aria-hidden=\"true\" focusable=\"false\">%s</svg>",
		    icons[i].shape);
}
