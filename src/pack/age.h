#ifndef SES_AGE_H
#define SES_AGE_H

#include "base/sink.h"

/*
 * Encrypted files of age-encryption.org/v1 (c2sp.org/age), which the program
 * age opens and writes as well: to X25519 keys or with a passphrase, binary
 * or as ASCII armour.  A file is a header, in which the key of the file
 * stands once for each recipient, and 64 KiB chunks sealed with it.
 *
 * Both directions stream.  Memory is constant; a passphrase takes 2^work KiB
 * on top while its key is made (256 MiB as we write it, as age does).
 * Secrets are wiped before their memory is released.
 */
#define SES_AGE_PASSPHRASE     1024   /* bytes, with the NUL */
#define SES_AGE_WORK           18     /* what age writes */
#define SES_AGE_MAX_WORK       20     /* what is read: up to 1 GiB */
#define SES_AGE_MAX_HEADER     262144 /* bytes */
#define SES_AGE_MAX_STANZAS    1024   /* also of recipients to write to */
#define SES_AGE_MAX_IDENTITIES 64
#define SES_AGE_RECIPIENT      63 /* as text, with the NUL */

/* A public key: whom to encrypt to. */
struct ses_age_recipient {
	unsigned char key[32];
};

/* A secret key and what belongs to it. */
struct ses_age_identity {
	unsigned char secret[32];
	struct ses_age_recipient recipient;
};

/* Who we are; start from {0}. */
struct ses_age_identities {
	struct ses_age_identity *v;
	size_t n;
};

/**
 * ses_age_recipient_parse(text, len, r, err):
 * Read "age1...".  Errors: SESHAT_EUNSUPPORTED, another kind of recipient;
 * SESHAT_EFORMAT, none, or mistyped.
 */
int ses_age_recipient_parse(const char *text, size_t len,
    struct ses_age_recipient *r, struct seshat_err *err);

/** Write "age1..." and a NUL. */
void ses_age_recipient_text(
    const struct ses_age_recipient *r, char out[SES_AGE_RECIPIENT]);

/**
 * ses_age_identities_parse(text, len, ids, err):
 * Add the identities of a text as age-keygen writes it: one a line, comments
 * after #, empty lines.  The caller wipes the text.
 * Errors: SESHAT_EUNSUPPORTED, another kind (SSH, plugins, an encrypted file);
 * SESHAT_EFORMAT, no identity, or none at all; SESHAT_ELIMIT.  They name the
 * line and show nothing of it.
 */
int ses_age_identities_parse(const char *text, size_t len,
    struct ses_age_identities *ids, struct seshat_err *err);

/** The same of a file, which is named before the line. */
int ses_age_identities_read(
    const char *path, struct ses_age_identities *ids, struct seshat_err *err);

/** Wipe and release. */
void ses_age_identities_free(struct ses_age_identities *ids);

/* How to encrypt: to recipients or with a passphrase, never both. */
struct ses_age_to {
	const struct ses_age_recipient *recipients;
	size_t n;
	const char *passphrase; /* NULL: to the recipients */
	unsigned work;          /* 2^work is scrypt's N; 0: SES_AGE_WORK */
	int armour;
};

struct ses_age_writer;

/**
 * ses_age_writer_open(w, to, next, err):
 * Begin a file, which goes to next (borrowed); the header goes at once.  `to`
 * is not needed afterwards.  Errors: SESHAT_EUSAGE, no recipient, no
 * passphrase, or both; SESHAT_EFORMAT, a recipient that is no usable key;
 * SESHAT_ELIMIT; those of the sink.
 */
int ses_age_writer_open(struct ses_age_writer **w, const struct ses_age_to *to,
    const struct ses_sink *next, struct seshat_err *err);

/** The sink that takes what is to be encrypted. */
struct ses_sink ses_age_writer_sink(struct ses_age_writer *w);

/** The end: only now the file is whole. */
int ses_age_writer_close(struct ses_age_writer *w, struct seshat_err *err);

/** Wipe and release. */
void ses_age_writer_free(struct ses_age_writer *w);

/* What a file may be opened with; the file decides what is needed. */
struct ses_age_keys {
	const struct ses_age_identities *identities; /* NULL: none */
	/* called once, when the file wants a passphrase; NULL: there is none */
	int (*ask)(void *arg, char passphrase[SES_AGE_PASSPHRASE],
	    struct seshat_err *err);
	void *arg;
};

struct ses_age_reader;

/**
 * ses_age_reader_open(r, keys, next, err):
 * Begin to decrypt into next; keys, what they point to and next are borrowed.
 */
int ses_age_reader_open(struct ses_age_reader **r,
    const struct ses_age_keys *keys, const struct ses_sink *next,
    struct seshat_err *err);

/**
 * ses_age_reader_sink(r):
 * The sink that takes the file, binary or armoured, in pieces of any size.
 * What comes out of it is a chunk that was authenticated, but it is the whole
 * content only once ses_age_reader_close has said so.  After an error each
 * call fails with the same.
 * Errors: SESHAT_EFORMAT, no file of age; SESHAT_EUNSUPPORTED, another version
 * or only recipients of other kinds; SESHAT_EAUTH, encrypted to others, with
 * another passphrase, or with a passphrase where none is there, or the other
 * way round; SESHAT_ELIMIT, a header that asks for too much; SESHAT_ECORRUPT,
 * changed or cut off; those of ask and of the sink.
 */
struct ses_sink ses_age_reader_sink(struct ses_age_reader *r);

/** At the end of the file: the last chunk is pushed on.  Errors:
 * SESHAT_ECORRUPT, it is not whole. */
int ses_age_reader_close(struct ses_age_reader *r, struct seshat_err *err);

/** Wipe and release. */
void ses_age_reader_free(struct ses_age_reader *r);

#endif
