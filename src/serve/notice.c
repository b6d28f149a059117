#include "serve/notice.h"
#include "serve/asset.h"

void
ses_notice_text(struct ses_buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '&':
			ses_buf_str(out, "&amp;");
			break;
		case '<':
			ses_buf_str(out, "&lt;");
			break;
		case '>':
			ses_buf_str(out, "&gt;");
			break;
		case '"':
			ses_buf_str(out, "&quot;");
			break;
		default:
			ses_buf_add(out, text, 1);
			break;
		}
	}
}

void
ses_notice_begin(struct ses_buf *out, const char *title)
{
	char url[SES_ASSET_URL];

	ses_buf_str(out,
	    "<!doctype html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n<title>");
	ses_notice_text(out, title);
	ses_buf_str(out, " – seshat</title>\n");
	if (ses_asset_url("seshat.svg", url) == 0)
		ses_buf_fmt(out,
		    "<link rel=\"icon\" href=\"%s\" "
		    "type=\"image/svg+xml\">\n",
		    url);
	if (ses_asset_url("seshat.css", url) == 0)
		ses_buf_fmt(
		    out, "<link rel=\"stylesheet\" href=\"%s\">\n", url);
	ses_buf_str(out, "</head>\n<body>\n<main>\n<h1>");
	ses_notice_text(out, title);
	ses_buf_str(out, "</h1>\n");
}

void
ses_notice_end(struct ses_buf *out)
{
	ses_buf_str(out, "</main>\n</body>\n</html>\n");
}

static const char *
title_of(int status)
{
	switch (status) {
	case 401:
	case 403:
		return "Refused";
	case 404:
		return "Not found";
	case 405:
		return "Not possible";
	case 429:
	case 503:
		return "Too much at once";
	default:
		return status < 500 ? "Not understood" : "It failed";
	}
}

void
ses_notice_refusal(struct ses_buf *out, int status, const char *detail)
{
	ses_notice_begin(out, title_of(status));
	ses_buf_str(out, "<p role=\"alert\">");
	ses_notice_text(out, detail != NULL ? detail : "no reason was given");
	ses_buf_fmt(out,
	    " (%d)</p>\n<p><a href=\"/\">To the first page</a></p>\n", status);
	ses_notice_end(out);
}
