#ifndef SES_HUMAN_H
#define SES_HUMAN_H

#include <stdint.h>

#define SES_HUMAN_MAX 16

/** A size for people, in units of 1000: "842 B", "1.2 MB". */
void ses_human_size(uint64_t bytes, char out[SES_HUMAN_MAX]);

#endif
