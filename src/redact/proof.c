/* GNU: memmem finds text in tokens, which have no NUL. */
#define _GNU_SOURCE

#include <string.h>

#include "redact/proof.h"
#include "redact/view.h"

static int
holds(const char *s, size_t len, const char *what)
{
	return memmem(s, len, what, strlen(what)) != NULL;
}

static int
upper(int c)
{
	return c >= 'A' && c <= 'Z';
}

static int
lower(int c)
{
	return c >= 'a' && c <= 'z';
}

/* Whether the letters and digits from s to end are a word, as in a name that
 * somebody thought of: "your", "KEY", "Sequence4", "camelCase", "2026".  In
 * random letters two capitals soon stand side by side. */
static int
word(const char *s, const char *end)
{
	size_t digits = 0;
	size_t uppers = 0;
	size_t pairs = 0;
	size_t run = 0;
	size_t longest = 0;
	const char *p;

	while (end > s && digits < 5 && ses_view_digit(end[-1])) {
		end--;
		digits++;
	}
	for (p = s; p < end; p++) {
		if (ses_view_digit(*p)) {
			/* Digits alone are a number of any length. */
			while (p < end && ses_view_digit(*p))
				p++;
			return p == end && run == 0 && uppers == 0;
		}
		uppers += upper(*p) ? 1 : 0;
		pairs += p > s && upper(*p) && upper(p[-1]) ? 1 : 0;
		run = lower(*p) ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	if (uppers == 0 || uppers == (size_t)(end - s))
		return 1;
	return pairs == 0 && (longest >= 4 || end - s < 8);
}

static int
words(const char *s, size_t len)
{
	const char *end = s + len;
	const char *p;

	for (; s < end; s = p + 1) {
		for (p = s; p < end && ses_view_alnum(*p); p++)
			continue;
		if (!word(s, p))
			return 0;
	}
	return 1;
}

/* Whether it is one that a provider's documentation shows; its first half is
 * enough to know it by. */
static int
documented(const char *s, size_t len)
{
	static const char *const values[] = {
	    /* the emulators of Azure's storage and of Cosmos */
	    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1",
	    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEH",
	    /* Stripe */
	    "4eC39HqLyjWDarjt", "BQokikJOvBiI2HlWgH4olfQ2", NULL};
	const char *const *v;

	for (v = values; *v != NULL; v++)
		if (holds(s, len, *v))
			return 1;
	return 0;
}

int
ses_proof_no_example(const char *token, size_t len, size_t body)
{
	const char *s = token + body;
	size_t n = len - body;
	unsigned count[128] = {0};
	size_t kinds = 0;
	size_t most = 0;
	size_t steps = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		unsigned *c = &count[s[i] & 0x7f];

		kinds += (*c)++ == 0 ? 1 : 0;
		most = *c > most ? *c : most;
		steps += i > 0 && s[i] == s[i - 1] + 1 ? 1 : 0;
	}
	return kinds >= 6 && most * 2 <= n && steps * 2 <= n &&
	       !holds(s, n, "EXAMPLE") && !holds(s, n, "REDACTED") &&
	       !documented(s, n);
}

int
ses_proof_random(const char *token, size_t len, size_t body)
{
	return ses_proof_no_example(token, len, body) &&
	       !words(token + body, len - body);
}

/* Decode URL-safe base64 up to the first character that is none. */
static size_t
unbase64(const char *s, size_t len, char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789-_";
	const char *d;
	unsigned bits = 0;
	size_t n = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		d = memchr(digits, s[i], sizeof(digits) - 1);
		if (d == NULL)
			break;
		bits = bits << 6 | (unsigned)(d - digits);
		if (i % 4 != 0)
			out[n++] = (char)(bits >> (6 - 2 * (i % 4)) & 0xff);
	}
	return n;
}

int
ses_proof_jwt(const char *token, size_t len, size_t body)
{
	char head[1024];
	const char *p;
	size_t n;

	(void)body;
	n = unbase64(token, len < sizeof(head) ? len : sizeof(head), head);
	if (!holds(head, n, "\"alg\""))
		return 0;
	/* The token that every page about the format shows. */
	p = memchr(token, '.', len);
	if (p == NULL)
		return 1;
	n = unbase64(p + 1, len - (size_t)(p + 1 - token), head);
	return !holds(head, n, "\"1234567890\",\"name\":\"John Doe\"");
}

int
ses_proof_password(const char *token, size_t len, size_t body)
{
	static const char *const placeholders[] = {"password", "passwd", "pass",
	    "pwd", "secret", "postgres", "mysql", "root", "admin", "user",
	    "username", "test", "testing", "example", "guest", "changeme",
	    "token", "key", "placeholder", "redacted", "mypassword",
	    "yourpassword", "your-password", "your_password", "my-password",
	    "my_password", "db_password", "api_key", "access_token",
	    "x-oauth-basic", "port", "host", "rabbitmq", "guest", NULL};
	const char *const *p;
	size_t i;

	(void)body;
	if (strchr("$<{[*%", token[0]) != NULL)
		return 0;
	for (i = 1; i < len && token[i] == token[0]; i++)
		continue;
	if (i == len)
		return 0;
	for (p = placeholders; *p != NULL; p++) {
		for (i = 0; i < len && (*p)[i] == (token[i] | 0x20); i++)
			continue;
		if (i == len && (*p)[i] == '\0')
			return 0;
	}
	return 1;
}

int
ses_proof_value(const char *token, size_t len, size_t body)
{
	const char *end = token + len;
	const char *s;
	const char *p;
	size_t best = 0;

	(void)body;
	for (s = token; s < end; s = p + 1) {
		for (p = s; p < end && ses_view_alnum(*p); p++)
			continue;
		if ((size_t)(p - s) > best && !word(s, p))
			best = (size_t)(p - s);
	}
	return best >= 8 && ses_proof_no_example(token, len, 0);
}

int
ses_proof_phrase(const char *token, size_t len, size_t body)
{
	static const char *const plain[] = {" the ", " and ", " are ", " for ",
	    " was ", " has ", " not ", " its ", " from ", NULL};
	const char *const *w;
	const char *end = token + len;
	const char *next;
	const char *p;
	size_t different = 0;

	(void)body;
	for (w = plain; *w != NULL; w++)
		if (holds(token, len, *w))
			return 0;
	/* A word counts where it stands last. */
	for (p = token; p < end; p = next) {
		next = memchr(p, ' ', (size_t)(end - p));
		next = next == NULL ? end : next + 1;
		different += memmem(next, (size_t)(end - next), p,
				 (size_t)(next - p)) == NULL
				 ? 1
				 : 0;
	}
	return different >= 10;
}
