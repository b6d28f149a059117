#ifndef SES_REDACT_SAMPLES_H
#define SES_REDACT_SAMPLES_H

/*
 * What the rows of the rule tables are written with.  Shapes are those that
 * the providers document or issue.  Samples were made up, and stand in pieces
 * so that no literal token is in the source.
 */
#define ALNUM "[A-Za-z0-9]"
#define WORD  "[A-Za-z0-9_-]"
#define HEX   "[0-9a-f]"
#define R16                                                                    \
	"q7Rt2Zx9"                                                             \
	"Lm4Kp8Vb"
#define R24 R16 "c3Wn6Ys1"
#define R36                                                                    \
	R24 "Hd5Gf0Ja"                                                         \
	    "Uo2e"
#define H32                                                                    \
	"9f8e7d6c"                                                             \
	"5b4a3928"                                                             \
	"1706f5e4"                                                             \
	"d3c2b1a0"

#endif
