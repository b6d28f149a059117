#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/rand.h"
#include "base/str.h"
#include "serve/guard.h"

#define MINUTE_MS 60000

/* A key of its own for each use, from what only we know. */
static void
derive(const char *secret, const char *use, unsigned char out[SES_HMAC])
{
	ses_hmac_sha256(secret, strlen(secret), use, strlen(use), out);
}

void
ses_guard_init(struct ses_guard *g, const char *token)
{
	char secret[SES_SHA256_HEX];
	unsigned i;

	memset(g, 0, sizeof(*g));
	(void)pthread_mutex_init(&g->lock, NULL);
	g->has_token = token != NULL;
	for (i = 0; i < 4; i++)
		ses_rand_hex(secret + 16 * (size_t)i, 16);
	derive(secret, "seshat serve: forms 1", g->csrf);
	if (token != NULL) {
		ses_sha256_of(token, strlen(token), secret);
		derive(secret, "seshat serve: logins 1", g->login);
	}
	OPENSSL_cleanse(secret, sizeof(secret));
	for (i = 0; i < SES_LOGIN_TRIES; i++)
		g->failed[i] = -MINUTE_MS;
}

void
ses_guard_free(struct ses_guard *g)
{
	(void)pthread_mutex_destroy(&g->lock);
	OPENSSL_cleanse(g, sizeof(*g));
}

void
ses_guard_new_cookie(char out[SES_CSRF_COOKIE])
{
	ses_rand_hex(out, 16);
	ses_rand_hex(out + 16, 16);
}

int
ses_guard_is_cookie(const char *value)
{
	return strlen(value) == SES_CSRF_COOKIE - 1 &&
	       strspn(value, "0123456789abcdef") == SES_CSRF_COOKIE - 1;
}

static void
keyed(const unsigned char key[SES_HMAC], const char *text, char *out)
{
	unsigned char mac[SES_HMAC];

	ses_hmac_sha256(key, SES_HMAC, text, strlen(text), mac);
	ses_hex(mac, SES_HMAC, out);
}

void
ses_guard_csrf(
    const struct ses_guard *g, const char *cookie, char out[SES_CSRF_MAX])
{
	keyed(g->csrf, cookie, out);
}

int
ses_guard_csrf_fits(
    const struct ses_guard *g, const char *cookie, const char *field)
{
	char want[SES_CSRF_MAX];

	/* its length is no secret */
	if (strlen(field) != SES_CSRF_MAX - 1)
		return 0;
	ses_guard_csrf(g, cookie, want);
	return CRYPTO_memcmp(want, field, SES_CSRF_MAX - 1) == 0;
}

void
ses_guard_login(
    const struct ses_guard *g, int64_t expiry, char out[SES_LOGIN_MAX])
{
	int n = snprintf(out, SES_LOGIN_MAX, "%lld", (long long)expiry);
	char mac[SES_CSRF_MAX];

	keyed(g->login, out, mac);
	(void)snprintf(out + n, SES_LOGIN_MAX - (size_t)n, ".%s", mac);
}

int
ses_guard_login_fits(const struct ses_guard *g, const char *value, int64_t now)
{
	size_t digits = strspn(value, "0123456789");
	char want[SES_LOGIN_MAX];
	uint64_t expiry;

	if (!g->has_token || digits == 0 || digits > 12 ||
	    value[digits] != '.' || ses_str_u64n(value, digits, &expiry) < 0 ||
	    (int64_t)expiry <= now)
		return 0;
	ses_guard_login(g, (int64_t)expiry, want);
	return strlen(value) == strlen(want) &&
	       CRYPTO_memcmp(want, value, strlen(want)) == 0;
}

int
ses_guard_wait(struct ses_guard *g, int64_t now_ms)
{
	int64_t oldest;

	(void)pthread_mutex_lock(&g->lock);
	oldest = g->failed[g->last];
	(void)pthread_mutex_unlock(&g->lock);
	if (now_ms - oldest >= MINUTE_MS)
		return 0;
	return (int)((MINUTE_MS - (now_ms - oldest) + 999) / 1000);
}

void
ses_guard_failed(struct ses_guard *g, int64_t now_ms)
{
	(void)pthread_mutex_lock(&g->lock);
	g->failed[g->last] = now_ms;
	g->last = (g->last + 1) % SES_LOGIN_TRIES;
	(void)pthread_mutex_unlock(&g->lock);
}
