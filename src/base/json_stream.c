#include <string.h>

#include "base/json_plain.h"
#include "base/json_stream.h"

#define WORD_MAX 8 /* "Infinity" */

enum {
	BEGIN, /* a value of the document itself */
	VALUE,
	FIRST,       /* of an array: a value or its end */
	FIRST_NAME,  /* of an object: a name or its end */
	NAME,        /* behind a comma */
	COLON,       /* behind a name */
	BEHIND,      /* a value: a comma or an end */
	STRING,      /* a value */
	STRING_NAME, /* a name */
	ESCAPE,      /* in a value */
	ESCAPE_NAME, /* in a name */
	NUMBER,
	WORD,
	OVER
};

static int
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int
is_object(const struct ses_json_stream *s)
{
	size_t at = s->depth - 1;

	return s->objects[at / 8] >> at % 8 & 1;
}

static int
open_one(struct ses_json_stream *s, int object)
{
	size_t at = s->depth;

	if (at == SES_JSON_DEPTH)
		return -1;
	s->objects[at / 8] =
	    (unsigned char)(s->objects[at / 8] & ~(1U << at % 8));
	if (object)
		s->objects[at / 8] =
		    (unsigned char)(s->objects[at / 8] | 1U << at % 8);
	s->depth++;
	s->state = object ? FIRST_NAME : FIRST;
	return 0;
}

static int
close_one(struct ses_json_stream *s, char c)
{
	if (c != (is_object(s) ? '}' : ']'))
		return -1;
	s->state = --s->depth == 0 ? OVER : BEHIND;
	return 0;
}

static int
value(struct ses_json_stream *s, char c)
{
	if (c == '{' || c == '[')
		return open_one(s, c == '{');
	if (s->state == BEGIN)
		return -1;
	s->word = 0;
	if (c == '"')
		s->state = STRING;
	else if (c == '-' || (c >= '0' && c <= '9'))
		s->state = NUMBER;
	else if (c == 't' || c == 'f' || c == 'n' || c == 'N' || c == 'I')
		s->state = WORD;
	else
		return -1;
	if (s->state != STRING)
		s->of[s->word++] = c;
	return 0;
}

static int
behind(struct ses_json_stream *s, char c)
{
	if (c != ',')
		return close_one(s, c);
	s->state = is_object(s) ? NAME : VALUE;
	return 0;
}

/* In a word or number; 1: it ends before c. */
static int
word(struct ses_json_stream *s, char c)
{
	if (s->state == NUMBER) {
		if (c == 'I' && s->word == 1 && s->of[0] == '-') {
			s->state = WORD;
			s->of[0] = c;
			return 0;
		}
		s->word = 2;
		if ((c >= '0' && c <= '9') || (c != '\0' && strchr("+-.eE", c)))
			return 0;
		s->state = BEHIND;
		return 1;
	}
	if ((c >= 'a' && c <= 'z') || c == 'N') {
		if (s->word == WORD_MAX)
			return -1;
		s->of[s->word++] = c;
		return 0;
	}
	s->of[s->word] = '\0';
	if (strcmp(s->of, "true") != 0 && strcmp(s->of, "false") != 0 &&
	    strcmp(s->of, "null") != 0 && strcmp(s->of, "NaN") != 0 &&
	    strcmp(s->of, "Infinity") != 0)
		return -1;
	s->state = BEHIND;
	return 1;
}

static int
in_string(struct ses_json_stream *s, char c)
{
	if (s->state == ESCAPE || s->state == ESCAPE_NAME) {
		s->state = s->state == ESCAPE ? STRING : STRING_NAME;
		if (c == 'u')
			s->hex = 4;
		return c != '\0' && strchr("\"\\/bfnrtu", c) != NULL ? 0 : -1;
	}
	if (s->hex > 0) {
		s->hex--;
		return c != '\0' && strchr("0123456789abcdefABCDEF", c) != NULL
			   ? 0
			   : -1;
	}
	if (c == '\\')
		s->state = s->state == STRING ? ESCAPE : ESCAPE_NAME;
	else if (c == '"')
		s->state = s->state == STRING ? BEHIND : COLON;
	return (unsigned char)c < 0x20 ? -1 : 0;
}

/* The first byte of all, or one of the mark in front. */
static int
begin(struct ses_json_stream *s, char c)
{
	static const char mark[] = "\xef\xbb\xbf";

	if (s->bom < 3 && c == mark[s->bom]) {
		s->bom++;
		return 0;
	}
	if (s->bom != 0 && s->bom != 3)
		return -1;
	s->bom = 3;
	return is_space(c) ? 0 : value(s, c);
}

/* Outside of strings and words. */
static int
token(struct ses_json_stream *s, char c)
{
	if (s->state == BEGIN)
		return begin(s, c);
	if (is_space(c))
		return 0;
	switch (s->state) {
	case FIRST:
		return c == ']' ? close_one(s, c) : value(s, c);
	case VALUE:
		return value(s, c);
	case FIRST_NAME:
		if (c == '}')
			return close_one(s, c);
		s->state = STRING_NAME;
		return c == '"' ? 0 : -1;
	case NAME:
		s->state = STRING_NAME;
		return c == '"' ? 0 : -1;
	case COLON:
		s->state = VALUE;
		return c == ':' ? 0 : -1;
	case BEHIND:
		return behind(s, c);
	default:
		return -1;
	}
}

int
ses_json_stream_add(struct ses_json_stream *s, const char *data, size_t len)
{
	const char *p = data;
	const char *end = data + len;
	int rc = 0;

	while (rc == 0 && p < end) {
		switch (s->state) {
		case STRING:
		case STRING_NAME:
			if (s->hex == 0)
				p = ses_json_plain(p, end);
			if (p < end)
				rc = in_string(s, *p++);
			break;
		case ESCAPE:
		case ESCAPE_NAME:
			rc = in_string(s, *p++);
			break;
		case NUMBER:
		case WORD:
			rc = word(s, *p);
			if (rc == 0)
				p++;
			else if (rc > 0)
				rc = 0;
			break;
		default:
			rc = token(s, *p++);
			break;
		}
	}
	return rc;
}

int
ses_json_stream_whole(const struct ses_json_stream *s)
{
	return s->state == OVER;
}
