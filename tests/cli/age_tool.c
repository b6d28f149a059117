/*
 * Files of age, for the scenario that holds ours against the program age:
 *
 *	age_tool -e [-a] [-r RECIPIENT]... [-p]
 *	age_tool -d [-i FILE]... [-p]
 *
 * From standard input to standard output, -s BYTES at a time.  -a is armour,
 * -p a passphrase.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "cli/secret.h"
#include "pack/age.h"

#define MAX_RECIPIENTS 16

struct wish {
	int encrypts;
	int passphrase;
	size_t step;
	struct ses_age_to to;
	struct ses_age_recipient recipients[MAX_RECIPIENTS];
	struct ses_age_identities identities;
};

static int
copy(const struct ses_sink *sink, size_t step, struct seshat_err *err)
{
	static char data[1U << 20];
	ssize_t n;

	while ((n = read(STDIN_FILENO, data, step)) != 0)
		if (n < 0)
			return ses_fail_errno(err, "stdin");
		else if (ses_sink_write(sink, data, (size_t)n, err) < 0)
			return -1;
	return 0;
}

static int
encrypt(struct wish *w, const struct ses_sink *out, struct seshat_err *err)
{
	char passphrase[SES_AGE_PASSPHRASE];
	struct ses_age_writer *writer = NULL;
	struct ses_sink sink;
	int rc;

	if (w->passphrase && ses_passphrase_choose(passphrase, err) < 0)
		return -1;
	w->to.passphrase = w->passphrase ? passphrase : NULL;
	w->to.recipients = w->recipients;
	rc = ses_age_writer_open(&writer, &w->to, out, err);
	OPENSSL_cleanse(passphrase, sizeof(passphrase));
	if (rc == 0) {
		sink = ses_age_writer_sink(writer);
		rc = copy(&sink, w->step, err);
	}
	if (rc == 0)
		rc = ses_age_writer_close(writer, err);
	ses_age_writer_free(writer);
	return rc;
}

static int
decrypt(struct wish *w, const struct ses_sink *out, struct seshat_err *err)
{
	static char name[] = "the file";
	struct ses_age_keys keys = {.identities = &w->identities,
	    .ask = w->passphrase ? ses_passphrase_ask : NULL,
	    .arg = name};
	struct ses_age_reader *reader = NULL;
	struct ses_sink sink;
	int rc = ses_age_reader_open(&reader, &keys, out, err);

	if (rc == 0) {
		sink = ses_age_reader_sink(reader);
		rc = copy(&sink, w->step, err);
	}
	if (rc == 0)
		rc = ses_age_reader_close(reader, err);
	ses_age_reader_free(reader);
	return rc;
}

static int
parse(int argc, char **argv, struct wish *w, struct seshat_err *err)
{
	int c;

	while ((c = getopt(argc, argv, "edapr:i:s:")) != -1) {
		switch (c) {
		case 'e':
		case 'd':
			w->encrypts = c == 'e';
			break;
		case 'a':
			w->to.armour = 1;
			break;
		case 'p':
			w->passphrase = 1;
			break;
		case 's':
			w->step = strtoul(optarg, NULL, 10);
			break;
		case 'r':
			if (w->to.n == MAX_RECIPIENTS ||
			    ses_age_recipient_parse(optarg, strlen(optarg),
				&w->recipients[w->to.n++], err) < 0)
				return -1;
			break;
		case 'i':
			if (ses_age_identities_read(
				optarg, &w->identities, err) < 0)
				return -1;
			break;
		default:
			return ses_fail(err, SESHAT_EUSAGE, "see age_tool.c");
		}
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct seshat_err err = SESHAT_ERR_INIT;
	struct wish w = {.step = 65536};
	int fd = STDOUT_FILENO;
	struct ses_sink out = ses_sink_fd(&fd);
	int rc = parse(argc, argv, &w, &err);

	if (rc == 0)
		rc = w.encrypts ? encrypt(&w, &out, &err)
				: decrypt(&w, &out, &err);
	ses_age_identities_free(&w.identities);
	if (rc == 0)
		return 0;
	(void)fprintf(stderr, "age_tool: %s\n", err.msg);
	return seshat_exit_status(err.code);
}
