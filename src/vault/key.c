#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/str.h"
#include "vault/key.h"

void
ses_key_component(struct ses_buf *out, const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._=@+-";
	int dots = strcmp(s, ".") == 0 || strcmp(s, "..") == 0 ||
		   ses_str_starts(s, ".tmp-");
	const char *p;

	for (p = s; *p != '\0'; p++) {
		if (strchr(plain, *p) != NULL && !(dots && *p == '.'))
			ses_buf_add(out, p, 1);
		else
			ses_buf_fmt(out, "%%%02X", (unsigned char)*p);
	}
}

int
ses_key_decode(struct ses_buf *out, const char *s, size_t len)
{
	unsigned char c;
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] != '%') {
			ses_buf_add(out, s + i, 1);
			continue;
		}
		if (len - i < 3 || ses_unhex(s + i + 1, 1, &c) < 0 || c == '\0')
			return -1;
		ses_buf_add(out, &c, 1);
		i += 2;
	}
	return 0;
}

static void
two(struct ses_buf *out, const struct ses_where *w)
{
	ses_key_component(out, w->harness);
	ses_buf_str(out, "/");
	ses_key_component(out, w->id);
}

void
ses_key_pin(struct ses_buf *out, const struct ses_where *w)
{
	ses_buf_str(out, "ids/");
	two(out, w);
}

void
ses_key_removed(struct ses_buf *out, const struct ses_where *w)
{
	ses_buf_str(out, "removed/");
	two(out, w);
}

void
ses_key_session(struct ses_buf *out, const struct ses_where *w)
{
	ses_key_component(out, w->project);
	ses_buf_str(out, "/sessions/");
	two(out, w);
	ses_buf_str(out, "/");
}

void
ses_key_part(char out[SES_PART_NAME], uint32_t seq, const char *stream)
{
	(void)snprintf(
	    out, SES_PART_NAME, "part-%08u-%s.jsonl.gz", seq, stream);
}

void
ses_key_merged(char out[SES_PART_NAME], const char *stream, uint32_t first,
    uint32_t last, const char *random)
{
	(void)snprintf(out, SES_PART_NAME, "merged-%s-%08u-%08u-%s.jsonl.gz",
	    stream, first, last, random);
}

/* Eight hex digits at p, lower case. */
static int
take_stream(const char *p, char stream[SES_STREAM_ID])
{
	if (strspn(p, "0123456789abcdef") < 8)
		return -1;
	memcpy(stream, p, 8);
	stream[8] = '\0';
	return 0;
}

void
ses_key_archive(char out[SES_PART_NAME], const char *stream, uint32_t first,
    uint32_t last, const char *random)
{
	(void)snprintf(out, SES_PART_NAME, "archive-%s-%08u-%08u-%s.jsonl.zst",
	    stream, first, last, random);
}

int
ses_key_is_archive(const char *name)
{
	return ses_str_starts(name, "archive-") &&
	       ses_str_ends(name, ".jsonl.zst");
}

/* The name of a merged or an archived object, behind its first word; NULL: it
 * is of neither. */
static const char *
behind_word(const char *name)
{
	if (ses_key_is_archive(name))
		return name + strlen("archive-");
	return ses_str_starts(name, "merged-") &&
		       ses_str_ends(name, ".jsonl.gz")
		   ? name + strlen("merged-")
		   : NULL;
}

int
ses_key_kind(const char *name, char stream[SES_STREAM_ID], uint32_t *seq)
{
	const char *p = behind_word(name);
	uint64_t n;

	if (ses_str_starts(name, "part-") && strlen(name) == 31 &&
	    name[13] == '-' && ses_str_u64n(name + 5, 8, &n) == 0 &&
	    take_stream(name + 14, stream) == 0 &&
	    strcmp(name + 22, ".jsonl.gz") == 0) {
		*seq = (uint32_t)n;
		return SES_OBJECT_PART;
	}
	if (ses_str_starts(name, "stream-") &&
	    take_stream(name + 7, stream) == 0 &&
	    strcmp(name + 15, ".json") == 0)
		return SES_OBJECT_CHECKPOINT;
	if (p != NULL && take_stream(p, stream) == 0 && p[8] == '-' &&
	    strlen(name) < SES_PART_NAME)
		return SES_OBJECT_MERGED;
	return SES_OBJECT_OTHER;
}

/* "1a2b3c4d-00000000-00000063-9f8e7d6c" */
#define NUMBERS 35

int
ses_key_merged_range(const char *name, uint32_t *first, uint32_t *last)
{
	const char *p = behind_word(name);
	char stream[SES_STREAM_ID];
	uint64_t from;
	uint64_t to;

	if (p == NULL || take_stream(p, stream) < 0 ||
	    strlen(p) != NUMBERS + strlen(ses_key_is_archive(name)
					      ? ".jsonl.zst"
					      : ".jsonl.gz") ||
	    p[8] != '-' || p[17] != '-' || p[26] != '-' ||
	    strspn(p + 27, "0123456789abcdef") != 8 ||
	    ses_str_u64n(p + 9, 8, &from) < 0 ||
	    ses_str_u64n(p + 18, 8, &to) < 0 || from > to)
		return -1;
	*first = (uint32_t)from;
	*last = (uint32_t)to;
	return 0;
}

int
ses_key_is_reserved(const char *name)
{
	static const char *const names[] = {"ids", "index", "removed"};
	size_t len = strcspn(name, "/");
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return 1;
	return 0;
}
