#ifndef SES_FILES_TABLE_H
#define SES_FILES_TABLE_H

#include "harness/files.h"

/* The rows that are built in: files_table.c. */
extern const struct ses_files ses_files_gemini;
extern const struct ses_files ses_files_pi;
extern const struct ses_files ses_files_qwen;

#endif
