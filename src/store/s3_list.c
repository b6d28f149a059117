#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/time.h"
#include "net/url.h"
#include "store/far_list.h"
#include "store/s3.h"

/* AWS's limit; servers that give fewer say that there is more. */
#define PAGE     "1000"
#define PAGE_MAX 10000
#define TEXT_MAX 4096

/* A page of a listing, while it is read: only the elements that count. */
struct page {
	struct ses_s3 *s;
	XML_Parser parser;
	struct ses_buf text; /* of the element that is open */
	struct ses_buf names;
	struct ses_far_row *rows;
	size_t n;
	size_t cap;
	struct ses_far_row row; /* that is being read */
	int has_key;
	int depth;
	char group; /* 'c' in Contents, 'p' in CommonPrefixes, else NUL */
	int truncated;
	struct ses_buf next;
	int rc;
	struct seshat_err *err;
};

static void
stop(struct page *p)
{
	p->rc = -1;
	(void)XML_StopParser(p->parser, XML_FALSE);
}

static void
malformed(struct page *p, const char *why)
{
	ses_fail(p->err, SESHAT_EFORMAT, "the listing %s", why);
	stop(p);
}

static void XMLCALL
on_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct page *p = arg;

	(void)attributes;
	p->depth++;
	ses_buf_clear(&p->text);
	if (p->depth == 1 && strcmp(name, "ListBucketResult") != 0) {
		malformed(p, "is none");
	} else if (p->depth == 2) {
		p->group = (char)(strcmp(name, "Contents") == 0         ? 'c'
				  : strcmp(name, "CommonPrefixes") == 0 ? 'p'
									: '\0');
		p->row = (struct ses_far_row){0};
		p->has_key = 0;
	} else if (p->depth > 8) {
		malformed(p, "nests too deeply");
	}
}

/* A key as the store above knows it; one that is not below our prefix, or
 * that nobody could name, is none of ours. */
static void
take_key(struct page *p)
{
	const struct ses_buf *prefix = &p->s->prefix;
	struct ses_buf key = {0};

	if (ses_url_decode(&key, p->text.data, p->text.len, 1) == 0 &&
	    !key.bad && key.len > prefix->len &&
	    memcmp(key.data, prefix->data, prefix->len) == 0 &&
	    memchr(key.data, '\0', key.len) == NULL) {
		p->row.key = p->names.len;
		ses_buf_add(
		    &p->names, key.data + prefix->len, key.len - prefix->len);
		ses_buf_add(&p->names, "", 1);
		p->has_key = 1;
	}
	p->names.bad |= key.bad;
	ses_buf_free(&key);
}

static void
add_row(struct page *p)
{
	struct ses_far_row *rows;

	if (p->n == p->cap) {
		p->cap = p->cap == 0 ? 1024 : p->cap * 2;
		rows = p->cap > (size_t)2 * PAGE_MAX
			   ? NULL
			   : ses_realloc(p->rows, p->cap * sizeof(*rows));
		if (rows == NULL) {
			ses_fail_nomem(p->err);
			stop(p);
			return;
		}
		p->rows = rows;
	}
	p->rows[p->n++] = p->row;
}

static void
end_of_entry(struct page *p, const char *name)
{
	const char *text = p->text.data;

	if (strcmp(name, p->group == 'c' ? "Key" : "Prefix") == 0)
		take_key(p);
	else if (strcmp(name, "Size") == 0)
		p->row.size = strtoull(text, NULL, 10);
	else if (strcmp(name, "LastModified") == 0)
		(void)ses_time_parse(text, p->text.len, &p->row.mtime);
}

static void XMLCALL
on_end(void *arg, const XML_Char *name)
{
	struct page *p = arg;

	(void)ses_buf_cstr(&p->text);
	if (p->text.bad || p->names.bad || p->next.bad) {
		ses_fail_nomem(p->err);
		stop(p);
	} else if (p->depth == 3 && p->group != '\0') {
		end_of_entry(p, name);
	} else if (p->depth == 2 && p->group != '\0') {
		/* "a/" is what some programs put for a folder */
		if (p->has_key &&
		    (p->group == 'p' || p->names.data[p->names.len - 2] != '/'))
			add_row(p);
		p->group = '\0';
	} else if (p->depth == 2 && strcmp(name, "IsTruncated") == 0) {
		p->truncated = strcmp(p->text.data, "true") == 0;
	} else if (p->depth == 2 &&
		   strcmp(name, "NextContinuationToken") == 0) {
		ses_buf_add(&p->next, p->text.data, p->text.len);
	}
	ses_buf_clear(&p->text);
	p->depth--;
}

static void XMLCALL
on_text(void *arg, const XML_Char *text, int len)
{
	struct page *p = arg;

	ses_buf_add(&p->text, text, (size_t)len);
	if (p->text.len > TEXT_MAX)
		malformed(p, "holds an overlong text");
}

static int
parse(struct page *p, const struct ses_buf *body, struct seshat_err *err)
{
	p->parser = XML_ParserCreate(NULL);
	if (p->parser == NULL)
		return ses_fail_nomem(err);
	XML_SetUserData(p->parser, p);
	XML_SetElementHandler(p->parser, on_start, on_end);
	XML_SetCharacterDataHandler(p->parser, on_text);
	p->err = err;
	p->rc = 0;
	if (XML_Parse(p->parser, body->data, (int)body->len, 1) ==
		XML_STATUS_ERROR &&
	    p->rc == 0)
		p->rc =
		    ses_fail(err, SESHAT_EFORMAT, "the listing is damaged: %s",
			XML_ErrorString(XML_GetErrorCode(p->parser)));
	XML_ParserFree(p->parser);
	return p->rc;
}

static void
add_param(struct ses_s3_call *c, const char *name, const char *value)
{
	c->params[c->n_params++] = (struct ses_sigv4_pair){name, value};
}

static int
fetch(struct ses_s3 *s, const struct ses_store_list *what,
    const struct ses_buf *from, struct page *p, struct seshat_err *err)
{
	struct ses_s3_call c = {
	    .method = "GET", .count = &s->notes->counts.list};
	struct ses_buf prefix = {0};
	struct ses_buf after = {0};
	int rc;

	ses_buf_fmt(&prefix, "%s%s", s->prefix.data, what->prefix);
	add_param(&c, "list-type", "2");
	add_param(&c, "encoding-type", "url");
	add_param(&c, "max-keys", PAGE);
	add_param(&c, "prefix", ses_buf_cstr(&prefix));
	if (from->len > 0) {
		add_param(&c, "continuation-token", from->data);
	} else if (what->after != NULL) {
		ses_buf_fmt(&after, "%s%s", s->prefix.data, what->after);
		add_param(&c, "start-after", ses_buf_cstr(&after));
	}
	if (what->shallow)
		add_param(&c, "delimiter", "/");
	rc = ses_buf_check(&prefix, err) < 0 || ses_buf_check(&after, err) < 0
		 ? -1
		 : ses_s3_call(s, &c, err);
	if (rc == 0)
		rc = parse(p, &c.answer.body, err);
	ses_s3_done(&c);
	ses_buf_free(&prefix);
	ses_buf_free(&after);
	return rc;
}

static void
page_clear(struct page *p)
{
	ses_buf_clear(&p->text);
	ses_buf_clear(&p->names);
	ses_buf_clear(&p->next);
	p->n = 0;
	p->depth = 0;
	p->group = '\0';
	p->truncated = 0;
}

/* A listing, at one of its pages. */
struct listing {
	struct ses_s3 *s;
	const struct ses_store_list *what;
	struct ses_buf from; /* where the page begins */
	struct ses_far_pages pages;
	struct page p;
};

static int
fetch_again(void *arg, struct seshat_err *err)
{
	struct listing *l = arg;

	page_clear(&l->p);
	return fetch(l->s, l->what, &l->from, &l->p, err);
}

/* Objects and folders of a page stand in two groups: hand them out as one. */
static int
hand_out(struct page *p, const char *prefix, ses_store_seen *seen, void *arg,
    struct seshat_err *err)
{
	struct ses_store_object *v;
	size_t i;
	int rc = 0;

	if (ses_far_rows(&p->names, p->rows, p->n, 1, &v, err) < 0)
		return -1;
	for (i = 0; i < p->n && rc == 0; i++)
		/* whoever asked counts on it */
		if (strncmp(v[i].key, prefix, strlen(prefix)) == 0)
			rc = seen(arg, &v[i], err);
	free(v);
	return rc;
}

static void
page_free(struct page *p)
{
	ses_buf_free(&p->text);
	ses_buf_free(&p->names);
	ses_buf_free(&p->next);
	free(p->rows);
}

int
ses_s3_list_page(struct ses_s3 *s, const struct ses_buf *xml,
    ses_store_seen *seen, void *arg, struct seshat_err *err)
{
	struct page p = {.s = s};
	int rc = parse(&p, xml, err);

	if (rc == 0)
		rc = hand_out(&p, "", seen, arg, err);
	page_free(&p);
	return rc;
}

/* Where the next page begins. */
static int
go_on(struct listing *l, struct seshat_err *err)
{
	const char *next = ses_buf_cstr(&l->p.next);

	if (l->p.next.bad)
		return ses_fail_nomem(err);
	if (l->p.truncated && next[0] != '\0' &&
	    ses_far_pages_on(&l->pages, ses_buf_cstr(&l->from), next, err) < 0)
		return -1;
	ses_buf_clear(&l->from);
	ses_buf_str(&l->from, next);
	(void)ses_buf_cstr(&l->from);
	return ses_buf_check(&l->from, err);
}

int
ses_s3_list(void *st, const struct ses_store_list *what, ses_store_seen *seen,
    void *arg, struct seshat_err *err)
{
	struct ses_s3 *s = st;
	struct listing l = {.s = s, .what = what, .p = {.s = s}};
	int rc;

	do {
		rc = ses_far_page_get(fetch_again, &l, s->notes, err);
		if (rc < 0) {
			ses_fail_in(err, "cannot list %s/%s%s", s->bucket.data,
			    s->prefix.data, what->prefix);
			break;
		}
		rc = go_on(&l, err);
		if (rc == 0)
			rc = hand_out(&l.p, what->prefix, seen, arg, err);
		if (rc == 0 && l.p.truncated && l.from.len == 0)
			rc = ses_fail(err, SESHAT_EFORMAT,
			    "the listing says that there is more, but not "
			    "where");
	} while (rc == 0 && l.p.truncated);
	ses_buf_free(&l.from);
	ses_far_pages_free(&l.pages);
	page_free(&l.p);
	return rc;
}
