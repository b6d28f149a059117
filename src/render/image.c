/* Images that stand in a line. */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "render/html.h"
#include "render/talking.h"

#define IMAGE_MAX (8U << 20) /* bytes; a larger one is not shown */
#define HEAD      16         /* characters that tell what it is */

/* What an image is, by its first bytes; NULL: none that we show. */
static const char *
media_of(const unsigned char *p, size_t len)
{
	if (len >= 8 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0)
		return "image/png";
	if (len >= 3 && memcmp(p, "\xff\xd8\xff", 3) == 0)
		return "image/jpeg";
	if (len >= 6 &&
	    (memcmp(p, "GIF87a", 6) == 0 || memcmp(p, "GIF89a", 6) == 0))
		return "image/gif";
	if (len >= 12 && memcmp(p, "RIFF", 4) == 0 &&
	    memcmp(p + 8, "WEBP", 4) == 0)
		return "image/webp";
	return NULL;
}

/* The characters of the image, also of a URL that holds them. */
static void
characters(const struct ses_json *data, struct ses_buf *out)
{
	const char *comma;
	size_t n;

	if (data->type != '"' || data->len > SES_BASE64_LEN(IMAGE_MAX) + 256)
		return;
	ses_json_text(data, out);
	if (out->len < 5 || memcmp(out->data, "data:", 5) != 0)
		return;
	comma = memchr(out->data, ',', out->len);
	if (comma == NULL)
		return;
	n = (size_t)(comma + 1 - out->data);
	memmove(out->data, out->data + n, out->len - n);
	out->len -= n;
}

static const char *
decode(const struct ses_json *data, struct ses_buf *out)
{
	struct ses_buf text = {0};
	const char *media = NULL;
	char *room;
	long n = -1;

	characters(data, &text);
	while (text.len > 0 && text.data[text.len - 1] == '\n')
		text.len--;
	room = text.len > 0 ? ses_buf_room(out, text.len / 4 * 3 + 3) : NULL;
	if (room != NULL)
		n = ses_base64_decode(
		    text.data, text.len, 1, (unsigned char *)room);
	if (n > 0)
		media = media_of((const unsigned char *)room, (size_t)n);
	if (media != NULL)
		ses_buf_grew(out, (size_t)n);
	out->bad |= text.bad;
	ses_buf_free(&text);
	return media;
}

static void
not_shown(struct ses_talk *t, const struct ses_event *e)
{
	ses_buf_str(&t->page, "<p class=\"cut\">An image that is not shown");
	if (e->media.type == '"') {
		ses_buf_str(&t->page, " (");
		ses_html_json(&t->page, &e->media);
		ses_buf_str(&t->page, ")");
	}
	ses_buf_str(&t->page, "</p>\n");
}

/* Whether it begins like an image, without decoding all of it. */
static int
seems_image(const struct ses_json *data)
{
	struct ses_buf text = {0};
	unsigned char head[HEAD];
	struct ses_json start = *data;
	const char *p;
	long n = 0;

	if (data->type != '"' || data->len < HEAD + 2 ||
	    data->len > SES_BASE64_LEN(IMAGE_MAX) + 256)
		return 0;
	/* "data:image/png;base64," and escapes may stand before it */
	if (start.len > 256)
		start.len = 256;
	ses_json_text(&start, &text);
	p = text.data;
	if (text.len > 5 && memcmp(p, "data:", 5) == 0) {
		p = memchr(p, ',', text.len);
		p = p == NULL ? NULL : p + 1;
	}
	if (p != NULL && (size_t)(text.data + text.len - p) >= HEAD)
		n = ses_base64_decode(p, HEAD, 0, head);
	ses_buf_free(&text);
	return n > 0 && media_of(head, (size_t)n) != NULL;
}

static void
embed(struct ses_talk *t, const struct ses_event *e, unsigned n)
{
	struct ses_buf bytes = {0};
	const char *media = decode(&e->data, &bytes);
	char *room;

	t->page.bad |= bytes.bad;
	if (media == NULL) {
		not_shown(t, e);
		ses_buf_free(&bytes);
		return;
	}
	ses_buf_fmt(&t->page,
	    "<img loading=\"lazy\" alt=\"Image %u of line %llu\" "
	    "src=\"data:%s;base64,",
	    n, (unsigned long long)t->line, media);
	room = ses_buf_room(&t->page, SES_BASE64_LEN(bytes.len));
	if (room != NULL)
		ses_buf_grew(&t->page,
		    ses_base64_encode(bytes.data, bytes.len, 1, room));
	ses_buf_str(&t->page, "\">\n");
	ses_buf_free(&bytes);
}

void
ses_talk_show_image(struct ses_talk *t, const struct ses_event *e, unsigned n)
{
	if (t->how.base == NULL) {
		embed(t, e, n);
		return;
	}
	if (!seems_image(&e->data)) {
		not_shown(t, e);
		return;
	}
	ses_buf_fmt(&t->page,
	    "<img loading=\"lazy\" alt=\"Image %u of line %llu\" src=\"", n,
	    (unsigned long long)t->line);
	ses_html_str(&t->page, t->how.base);
	ses_buf_fmt(&t->page, "/image?line=%llu&amp;n=%u\">\n",
	    (unsigned long long)t->line, n);
}

struct wanted {
	unsigned n; /* still to pass */
	const char *media;
	struct ses_buf *out;
};

static int
on_event(void *arg, const struct ses_event *e)
{
	struct wanted *w = arg;

	if (e->kind != SES_EVENT_IMAGE || --w->n > 0)
		return 0;
	w->media = decode(&e->data, w->out);
	return 1;
}

int
ses_talk_image(const struct ses_harness_ops *harness, const char *line,
    size_t len, unsigned n, const char **media, struct ses_buf *out,
    struct seshat_err *err)
{
	struct wanted w = {.n = n, .out = out};

	ses_replay_unmark(1, &line, &len);
	if (n > 0)
		(void)harness->events(harness, line, len, on_event, &w);
	if (ses_buf_check(out, err) < 0)
		return -1;
	if (w.media == NULL)
		return ses_fail(err, SESHAT_ENOTFOUND,
		    "the line has no image %u that can be shown", n);
	*media = w.media;
	return 0;
}
