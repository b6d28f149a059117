#include <sys/utsname.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <sqlite3.h>
#include <yaml.h>
#include <zlib.h>
#include <zstd.h>

#include "base/str.h"
#include "cli/doctor.h"
#include "cli/table.h"
#include "net/curl.h"

static int
is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *v;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		v = getenv(names[i]);
		if (v == NULL || v[0] == '\0')
			continue;
		v = strchr(v, '.');
		return v != NULL && (strncasecmp(v, ".UTF-8", 6) == 0 ||
					strncasecmp(v, ".UTF8", 5) == 0);
	}
	return 0;
}

static void
tell_terminal(struct ses_doctor *d)
{
	const char *no_color = getenv("NO_COLOR");
	const char *bare =
	    no_color != NULL && no_color[0] != '\0' ? ", NO_COLOR is set" : "";

	if (!isatty(STDOUT_FILENO))
		ses_doctor_tell(d, SES_FINDING_OK, "terminal", NULL,
		    "the output is no terminal%s", bare);
	else if (!is_utf8())
		ses_doctor_tell(d, SES_FINDING_WARNING, "terminal",
		    "set LANG=C.UTF-8",
		    "the locale is not UTF-8: titles may be shown wrongly");
	else
		ses_doctor_tell(d, SES_FINDING_OK, "terminal", NULL,
		    "UTF-8, %zu columns%s", ses_table_width(), bare);
}

void
ses_doctor_system(struct ses_doctor *d)
{
	const struct ses_curl *curl;
	struct seshat_err err = SESHAT_ERR_INIT;
	struct utsname u = {0};

	tell_terminal(d);
	(void)uname(&u);
	ses_doctor_tell(d, SES_FINDING_OK, "versions", NULL,
	    "seshat %s, %s %s, %s, SQLite %s, jansson %s, libyaml %s, "
	    "zlib %s, zstd %s",
	    seshat_version(), u.sysname, u.release,
	    OpenSSL_version(OPENSSL_VERSION), sqlite3_libversion(),
	    JANSSON_VERSION, yaml_get_version_string(), zlibVersion(),
	    ZSTD_versionString());
	curl = ses_curl_load(&err);
	if (curl != NULL)
		ses_doctor_tell(
		    d, SES_FINDING_OK, "libcurl", NULL, "%s", curl->version());
	else
		ses_doctor_tell(d,
		    ses_str_starts(
			d->c->config.store != NULL ? d->c->config.store : "",
			"file:")
			? SES_FINDING_OK
			: SES_FINDING_PROBLEM,
		    "libcurl", NULL, "no buckets: %s", err.msg);
}
