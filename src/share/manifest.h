#ifndef SES_SHARE_MANIFEST_H
#define SES_SHARE_MANIFEST_H

#include "share/bundle.h"

/* What a gist's manifest says (FORMATS.md, "Gist bundle"). */
#define SES_MANIFEST_MAX ((size_t)1 << 20)

struct ses_manifest {
	char *session_id;
	char *harness;
	enum ses_bundle_encoding encoding;
	uint64_t size; /* of the session; 0 where it is encrypted */
	char sha256[SES_SHA256_HEX]; /* of the session, "" where encrypted */
	uint64_t stored_size;
	char stored_sha256[SES_SHA256_HEX]; /* of all files joined */
	struct ses_bundle_file *files;      /* without from and blob */
	size_t n;
};

/** Append the manifest of a bundle as JSON; text is what it is of. */
void ses_manifest_render(const struct ses_bundle *b, const char *harness,
    const char *id, const struct ses_share_text *text, struct ses_buf *out);

/** Read one.  Release with ses_manifest_free.  Errors: SESHAT_EFORMAT, it is
 * none; SESHAT_EUNSUPPORTED, of a later version, or an unknown encoding. */
int ses_manifest_parse(const char *data, size_t len, struct ses_manifest *out,
    struct seshat_err *err);

void ses_manifest_free(struct ses_manifest *m);

#endif
