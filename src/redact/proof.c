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

/* Whether the letters and digits are a name of several words and numbers, like
 * Ed25519PrivateKey: few pieces, and a long one. */
static int
name(const char *s, const char *end)
{
	size_t len = (size_t)(end - s);
	size_t pieces = 0;
	size_t longest = 0;
	const char *p;
	int digits;

	for (; s < end; s = p) {
		digits = ses_view_digit(*s);
		p = s + 1;
		if (digits)
			while (p < end && ses_view_digit(*p))
				p++;
		else if (upper(*s) && p < end && upper(*p))
			while (p < end && upper(*p) &&
			       (p + 1 == end || !lower(p[1])))
				p++;
		else
			while (p < end && lower(*p))
				p++;
		pieces++;
		if (!digits && (size_t)(p - s) > longest)
			longest = (size_t)(p - s);
	}
	return longest >= 5 && pieces * 3 <= len;
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

int
ses_proof_words(const char *s, size_t len)
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
	       !ses_proof_words(token + body, len - body);
}

/* Decode base64 of either alphabet up to the first character that is none. */
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
		d = memchr(digits,
		    s[i] == '+'   ? '-'
		    : s[i] == '/' ? '_'
				  : s[i],
		    sizeof(digits) - 1);
		if (d == NULL)
			break;
		bits = bits << 6 | (unsigned)(d - digits);
		if (i % 4 != 0)
			out[n++] = (char)(bits >> (6 - 2 * (i % 4)) & 0xff);
	}
	return n;
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
ses_proof_salt(const char *token, size_t len, size_t body)
{
	size_t signs = 0;
	size_t i;

	for (i = body; i < len; i++)
		signs += ses_view_alnum(token[i]) ? 0 : 1;
	return len >= 60 && len <= 72 && signs >= 4 &&
	       ses_proof_random(token, len, body);
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
	if (len == 0 || strchr("$<{[*%", token[0]) != NULL)
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
ses_proof_basic(const char *token, size_t len, size_t body)
{
	char text[1024];
	const char *colon;
	size_t n;
	size_t i;

	(void)body;
	n = unbase64(token, len < sizeof(text) ? len : sizeof(text), text);
	for (i = 0; i < n; i++)
		if ((unsigned char)text[i] < ' ' ||
		    (unsigned char)text[i] >= 0x7f)
			return 0;
	colon = memchr(text, ':', n);
	return colon != NULL &&
	       ses_proof_password(colon + 1, n - (size_t)(colon + 1 - text), 0);
}

int
ses_proof_pem(const char *token, size_t len, size_t body)
{
	char text[128];
	size_t n = unbase64(token, len < 120 ? len : 120, text);

	(void)body;
	return holds(text, n, "PRIVATE KEY");
}

static int
is_uuid(const char *s, size_t len)
{
	size_t i;

	if (len != 36)
		return 0;
	for (i = 0; i < len; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23
			? s[i] != '-'
			: ses_view_hex(s + i, 1) < 0)
			return 0;
	return 1;
}

/* The longest part between marks that is no word. */
static size_t
random_part(const char *s, size_t len)
{
	const char *end = s + len;
	const char *p;
	size_t best = 0;

	for (; s < end; s = p + 1) {
		for (p = s; p < end && ses_view_alnum(*p); p++)
			continue;
		if ((size_t)(p - s) > best && !word(s, p) && !name(s, p))
			best = (size_t)(p - s);
	}
	return best;
}

int
ses_proof_secret(const char *token, size_t len, size_t body)
{
	size_t digits = 0;
	size_t letters = 0;
	size_t hex = 0;
	size_t i;

	(void)body;
	for (i = 0; i < len; i++) {
		digits += ses_view_digit(token[i]) ? 1 : 0;
		letters += ses_view_alpha(token[i]) ? 1 : 0;
		hex += ses_view_hex(token + i, 1) >= 0 ? 1 : 0;
	}
	/* fewer hex digits are the hash of something, or its number */
	if (hex == len && len < 24)
		return 0;
	return digits >= 2 && letters >= 4 && !is_uuid(token, len) &&
	       strchr("/.~", token[0]) == NULL &&
	       random_part(token, len) >= 12 &&
	       ses_proof_no_example(token, len, 0);
}

/* Whether the word stands in the text, whatever its case. */
static int
mentions(const char *s, size_t len, const char *what)
{
	size_t n = strlen(what);
	size_t i;
	size_t k;

	for (i = 0; i + n <= len; i++) {
		for (k = 0; k < n && (s[i + k] | 0x20) == what[k]; k++)
			continue;
		if (k == n)
			return 1;
	}
	return 0;
}

/* Whether there are signs in it that people put into passwords, and programs
 * into no name: with digits any, without not as its end ("user.password!"). */
static int
is_marked(const char *token, size_t len, int digits)
{
	size_t i;

	for (i = 1; i + (digits ? 0 : 1) < len; i++)
		if (strchr(digits ? "!@#$^&*+~?-" : "!#$^&*~", token[i]) !=
		    NULL)
			return 1;
	return 0;
}

int
ses_proof_chosen(const char *token, size_t len, size_t body)
{
	static const char *const fillers[] = {"password", "passwd", "secret",
	    "example", "change", "your", "dummy", "placeholder", "redacted",
	    "xxxx", "****", "....", "process.env", "environ", "getenv",
	    "config", "null", "undefined", "none", "string", "input", "env.",
	    "1234", "foobar", "hidden", NULL};
	const char *const *p;
	int kinds[4] = {0};
	size_t i;

	if (len < 6 || len > 128 || !ses_proof_password(token, len, body) ||
	    strchr("$<{[*%(/.&!@#\\-=:", token[0]) != NULL)
		return 0;
	for (i = 0; i < len; i++) {
		if ((unsigned char)token[i] <= ' ' ||
		    (unsigned char)token[i] >= 0x7f ||
		    strchr("(){}[]<>;\\\"'`", token[i]) != NULL)
			return 0;
		kinds[lower(token[i])            ? 0
		      : upper(token[i])          ? 1
		      : ses_view_digit(token[i]) ? 2
						 : 3] = 1;
	}
	for (p = fillers; *p != NULL; p++)
		if (mentions(token, len, *p))
			return 0;
	if (kinds[0] && kinds[1] && is_marked(token, len, kinds[2]))
		return 1;
	/* digits among letters, or what no name has */
	return kinds[2] &&
	       kinds[0] + kinds[1] + kinds[3] >= (len < 8 ? 2 : 1) &&
	       !ses_proof_words(token, len);
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
