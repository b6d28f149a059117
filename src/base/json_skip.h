#ifndef SES_JSON_SKIP_H
#define SES_JSON_SKIP_H

/*
 * Past a value of JSON without reading it; what is inside need not be JSON.
 */

/** Past the closing quote of the string that begins at p (p < end); NULL if
 * there is none before end. */
const char *ses_json_skip_string(const char *p, const char *end);

/** Past the bracket that closes what is open at p; NULL if there is none before
 * end.  Brackets are counted outside of strings, whatever their kind, to any
 * depth. */
const char *ses_json_skip_out(const char *p, const char *end);

/** The same byte by byte: for processors that have nothing better, and for
 * what the better way does not know. */
const char *ses_json_skip_out_plain(const char *p, const char *end);

#endif
