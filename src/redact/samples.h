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
#define UUID  HEX "{8}-" HEX "{4}-" HEX "{4}-" HEX "{4}-" HEX "{12}"

/* The value of a name that is enough to know it by, with ses_proof_value. */
#define VALUE "[A-Za-z0-9_-][A-Za-z0-9_.:+/=-]{15,}"

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
#define H40 H32 "7c31e95d"
#define H64                                                                    \
	H40 "04b8f26a"                                                         \
	    "e1970d5c"                                                         \
	    "38ba46f2"
#define L26                                                                    \
	"k3x9w2m7"                                                             \
	"pq5v8zr4"                                                             \
	"tn6yc1hd"                                                             \
	"b0"
#define U26                                                                    \
	"K3X9W2M7"                                                             \
	"PQ5V8ZR4"                                                             \
	"TN6YC1HD"                                                             \
	"B0"
#define U36                                                                    \
	"4c1f9a7e-3b2d-"                                                       \
	"4e8f-a6c5-"                                                           \
	"0d9b8e7f1a23"
#define U16                                                                    \
	"Q7RT2ZX9"                                                             \
	"LM4KP8VB"
#define U32                                                                    \
	U16 "C3WN6YS1"                                                         \
	    "HD5GF0JA"

#endif
