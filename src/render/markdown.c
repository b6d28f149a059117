/* Markdown: cmark-gfm reads it, and what it found is written here, so that
 * only our own tags come out. */
#include <pthread.h>
#include <string.h>
#include <strings.h>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include "render/html.h"
#include "render/link.h"
#include "render/markdown.h"
#include "render/markdown_guard.h"

#define DEPTH 100 /* elements in one another; deeper ones are their text */

struct writing {
	struct ses_buf *out;
	const uint8_t *align; /* of the table's columns: l, c, r */
	size_t columns;
	size_t column;
	int in_head;
	unsigned depth;
	unsigned links; /* in one another: within them nothing is linked */
};

/* What the library keeps for the whole program; set once. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static cmark_syntax_extension *table;
static cmark_syntax_extension *others[2];

static void
find_extensions(void)
{
	cmark_gfm_core_extensions_ensure_registered();
	table = cmark_find_syntax_extension("table");
	others[0] = cmark_find_syntax_extension("strikethrough");
	others[1] = cmark_find_syntax_extension("tasklist");
}

static void
tag(struct writing *w, int enter, const char *name)
{
	ses_buf_str(w->out, enter ? "<" : "</");
	ses_buf_str(w->out, name);
	ses_buf_str(w->out, ">");
}

static void
block(struct writing *w, int enter, const char *name)
{
	tag(w, enter, name);
	ses_buf_str(w->out, "\n");
}

static int
is_tight(cmark_node *paragraph)
{
	cmark_node *item = cmark_node_parent(paragraph);
	cmark_node *list = item == NULL ? NULL : cmark_node_parent(item);

	return list != NULL && cmark_node_get_type(list) == CMARK_NODE_LIST &&
	       cmark_node_get_list_tight(list);
}

static void
paragraph(struct writing *w, cmark_node *n, int enter)
{
	if (!is_tight(n))
		ses_buf_str(w->out, enter ? "<p>" : "</p>\n");
	else if (!enter && cmark_node_next(n) != NULL)
		ses_buf_str(w->out, "\n");
}

static void
list(struct writing *w, cmark_node *n, int enter)
{
	int is_bullet = cmark_node_get_list_type(n) == CMARK_BULLET_LIST;
	int start = cmark_node_get_list_start(n);

	if (enter && !is_bullet && start != 1)
		ses_buf_fmt(w->out, "<ol start=\"%d\">\n", start);
	else
		block(w, enter, is_bullet ? "ul" : "ol");
}

static void
item(struct writing *w, cmark_node *n, int enter)
{
	int is_task = strcmp(cmark_node_get_type_string(n), "tasklist") == 0;
	int done = is_task && cmark_gfm_extensions_get_tasklist_item_checked(n);

	if (!enter)
		ses_buf_str(w->out, "</li>\n");
	else if (is_task)
		ses_buf_fmt(w->out,
		    "<li class=\"task\"><span role=\"img\" "
		    "aria-label=\"%s\">%s</span> ",
		    done ? "done" : "to do", done ? "☑" : "☐");
	else
		ses_buf_str(w->out, "<li>");
}

static void
heading(struct writing *w, cmark_node *n, int enter)
{
	int level = cmark_node_get_heading_level(n) + 2;
	char name[3] = {'h', (char)('0' + (level > 6 ? 6 : level)), '\0'};

	tag(w, enter, name);
	if (!enter)
		ses_buf_str(w->out, "\n");
}

static void
code_block(struct writing *w, cmark_node *n)
{
	const char *info = cmark_node_get_fence_info(n);
	const char *text = cmark_node_get_literal(n);

	ses_buf_str(w->out, "<pre class=\"code\"");
	if (info != NULL && info[0] != '\0') {
		ses_buf_str(w->out, " data-lang=\"");
		ses_html_text(w->out, info, strcspn(info, " \t\n"));
		ses_buf_str(w->out, "\"");
	}
	ses_buf_str(w->out, "><code>");
	ses_html_prose(w->out, text, strlen(text));
	ses_buf_str(w->out, "</code></pre>\n");
}

static void
link_or_image(struct writing *w, cmark_node *n, int enter)
{
	int is_image = cmark_node_get_type(n) == CMARK_NODE_IMAGE;
	const char *url = cmark_node_get_url(n);
	int is_safe = ses_link_is_safe(url);
	int linked = is_safe && w->links == (enter ? 0U : 1U);

	if (enter) {
		if (linked)
			ses_link_begin(w->out, url);
		if (is_image)
			ses_buf_str(w->out, "[image] ");
		w->links++;
		return;
	}
	w->links--;
	if (linked)
		ses_buf_str(w->out, "</a>");
	if (linked || url == NULL || url[0] == '\0')
		return;
	ses_buf_str(w->out, " (<code>");
	ses_html_prose(w->out, url, strlen(url));
	ses_buf_str(w->out, "</code>)");
}

static void
begin_table(struct writing *w, cmark_node *n)
{
	w->align = cmark_gfm_extensions_get_table_alignments(n);
	w->columns = cmark_gfm_extensions_get_table_columns(n);
	ses_buf_str(w->out,
	    "<div class=\"wide\" tabindex=\"0\" role=\"region\" "
	    "aria-label=\"Table\"><table>\n");
}

static void
cell(struct writing *w, int enter)
{
	const char *name = w->in_head ? "th" : "td";
	unsigned align = w->column < w->columns && w->align != NULL
			     ? w->align[w->column]
			     : 0;

	if (!enter) {
		w->column++;
		tag(w, 0, name);
	} else if (align == 'c' || align == 'r') {
		ses_buf_fmt(w->out, "<%s class=\"%s\">", name,
		    align == 'c' ? "middle" : "right");
	} else {
		tag(w, 1, name);
	}
}

/* The kinds that extensions bring have no constants. */
static void
extension(struct writing *w, cmark_node *n, int enter)
{
	const char *type = cmark_node_get_type_string(n);

	if (strcmp(type, "strikethrough") == 0) {
		tag(w, enter, "s");
	} else if (strcmp(type, "table") == 0) {
		if (enter)
			begin_table(w, n);
		else
			ses_buf_str(w->out, "</table></div>\n");
	} else if (strcmp(type, "table_header") == 0 ||
		   strcmp(type, "table_row") == 0) {
		w->in_head = enter && strcmp(type, "table_header") == 0;
		w->column = 0;
		block(w, enter, "tr");
	} else if (strcmp(type, "table_cell") == 0) {
		cell(w, enter);
	}
}

static void
text(struct writing *w, cmark_node *n)
{
	const char *s = cmark_node_get_literal(n);

	if (s == NULL)
		return;
	if (w->links > 0)
		ses_html_prose(w->out, s, strlen(s));
	else
		ses_link_text(w->out, s, strlen(s));
}

static void
leaf_or_code(struct writing *w, cmark_node *n, const char *around)
{
	const char *s = cmark_node_get_literal(n);

	if (around[0] != '\0')
		tag(w, 1, around);
	if (s != NULL)
		ses_html_prose(w->out, s, strlen(s));
	if (around[0] != '\0')
		tag(w, 0, around);
}

/* Elements that have others in them. */
static void
container(struct writing *w, cmark_node *n, int enter)
{
	/* deeper than anybody looks: only what stands in them */
	if (w->depth > DEPTH)
		return;
	switch ((int)cmark_node_get_type(n)) {
	case CMARK_NODE_DOCUMENT:
		return;
	case CMARK_NODE_BLOCK_QUOTE:
		block(w, enter, "blockquote");
		return;
	case CMARK_NODE_LIST:
		list(w, n, enter);
		return;
	case CMARK_NODE_ITEM:
		item(w, n, enter);
		return;
	case CMARK_NODE_PARAGRAPH:
		paragraph(w, n, enter);
		return;
	case CMARK_NODE_HEADING:
		heading(w, n, enter);
		return;
	case CMARK_NODE_EMPH:
		tag(w, enter, "em");
		return;
	case CMARK_NODE_STRONG:
		tag(w, enter, "strong");
		return;
	case CMARK_NODE_LINK:
	case CMARK_NODE_IMAGE:
		link_or_image(w, n, enter);
		return;
	default:
		extension(w, n, enter);
	}
}

/* Whether it was one. */
static int
leaf(struct writing *w, cmark_node *n)
{
	switch ((int)cmark_node_get_type(n)) {
	case CMARK_NODE_TEXT:
		text(w, n);
		return 1;
	case CMARK_NODE_SOFTBREAK:
		ses_buf_str(w->out, "\n");
		return 1;
	case CMARK_NODE_LINEBREAK:
		ses_buf_str(w->out, "<br>\n");
		return 1;
	case CMARK_NODE_CODE:
		leaf_or_code(w, n, "code");
		return 1;
	case CMARK_NODE_HTML_INLINE:
		leaf_or_code(w, n, "");
		return 1;
	case CMARK_NODE_HTML_BLOCK:
		leaf_or_code(w, n, "pre");
		return 1;
	case CMARK_NODE_CODE_BLOCK:
		code_block(w, n);
		return 1;
	case CMARK_NODE_THEMATIC_BREAK:
		ses_buf_str(w->out, "<hr>\n");
		return 1;
	default:
		return 0;
	}
}

static void
write_tree(struct ses_buf *out, cmark_node *root)
{
	struct writing w = {.out = out};
	cmark_iter *it = cmark_iter_new(root);
	cmark_event_type event;
	cmark_node *n;

	while ((event = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		n = cmark_iter_get_node(it);
		if (event == CMARK_EVENT_ENTER && leaf(&w, n))
			continue;
		w.depth += event == CMARK_EVENT_ENTER;
		container(&w, n, event == CMARK_EVENT_ENTER);
		w.depth -= event == CMARK_EVENT_EXIT;
	}
	cmark_iter_free(it);
}

static void
plain(struct ses_buf *out, const char *s, size_t len)
{
	ses_buf_str(out, "<pre>");
	ses_html_prose(out, s, len);
	ses_buf_str(out, "</pre>\n");
}

void
ses_markdown(struct ses_buf *out, const char *s, size_t len)
{
	enum ses_markdown_verdict verdict;
	cmark_parser *parser;
	cmark_node *root;
	size_t i;

	if (len == 0)
		return;
	verdict = len > SES_MARKDOWN_MAX ? SES_MARKDOWN_REFUSED
					 : ses_markdown_guard(s, len);
	if (verdict == SES_MARKDOWN_REFUSED) {
		plain(out, s, len);
		return;
	}
	(void)pthread_once(&once, find_extensions);
	parser = cmark_parser_new(CMARK_OPT_DEFAULT);
	if (verdict == SES_MARKDOWN_FINE)
		(void)cmark_parser_attach_syntax_extension(parser, table);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		(void)cmark_parser_attach_syntax_extension(parser, others[i]);
	cmark_parser_feed(parser, s, len);
	root = cmark_parser_finish(parser);
	cmark_consolidate_text_nodes(root);
	write_tree(out, root);
	cmark_node_free(root);
	cmark_parser_free(parser);
}
