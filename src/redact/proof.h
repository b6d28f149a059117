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

/** A JSON web token: its head is an object that names an algorithm. */
ses_proof ses_proof_jwt;

/** What is given to a name that only a secret has: a part of it is random, be
 * it that of a UUID. */
ses_proof ses_proof_value;

/** A password that somebody chose: no placeholder, no variable. */
ses_proof ses_proof_password;

/** Words that make a wallet: most are different, none is one of those that no
 * sentence goes without. */
ses_proof ses_proof_phrase;

#endif
