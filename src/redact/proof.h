#ifndef SES_REDACT_PROOF_H
#define SES_REDACT_PROOF_H

#include <stddef.h>

/*
 * What a shape leaves in doubt.  Each answers 1 when the token must be
 * replaced, 0 when it is an example or no secret at all.  They get the token
 * as one reads it; from body on it is behind its fixed prefix.
 */
typedef int ses_proof(const char *token, size_t len, size_t body);

/** Not filled in by hand: neither xxxx nor 1234 nor "EXAMPLE". */
ses_proof ses_proof_no_example;

/** The same, and not made of words: no your-key-here, no camelCaseName. */
ses_proof ses_proof_random;

/** What is given to a name that only a secret has: a part of it is random, be
 * it that of a UUID. */
ses_proof ses_proof_value;

/** As long as the salts of WordPress, and of as many different characters. */
ses_proof ses_proof_salt;

/** A JSON web token: its head is an object that names an algorithm. */
ses_proof ses_proof_jwt;

/** Base64 of a user, a colon and a password. */
ses_proof ses_proof_basic;

/** Base64 of a private key in PEM armour. */
ses_proof ses_proof_pem;

/** Made by a machine to be kept secret, to judge from a value alone: long and
 * random, no UUID, no path and no code. */
ses_proof ses_proof_secret;

/** A password that somebody chose, to judge from a value that is called one:
 * no word, no placeholder, no variable and no code. */
ses_proof ses_proof_chosen;

/** A password that somebody chose: no placeholder, no variable. */
ses_proof ses_proof_password;

/** Words that make a wallet: most are different, none is one of those that no
 * sentence goes without. */
ses_proof ses_proof_phrase;

/** Whether a text is made of words and numbers, and what joins them. */
int ses_proof_words(const char *s, size_t len);

#endif
