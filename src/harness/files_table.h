#ifndef SES_FILES_TABLE_H
#define SES_FILES_TABLE_H

#include "harness/files.h"

/* The rows that are built in: files_table.c. */
extern const struct ses_files ses_files_gemini;
extern const struct ses_files ses_files_pi;
extern const struct ses_files ses_files_qwen;
extern const struct ses_files ses_files_prime;
extern const struct ses_files ses_files_omp;
extern const struct ses_files ses_files_copilot;
extern const struct ses_files ses_files_cursor;
extern const struct ses_files ses_files_droid;
extern const struct ses_files ses_files_kimi;
extern const struct ses_files ses_files_kimi_code;
extern const struct ses_files ses_files_openclaude;
extern const struct ses_files ses_files_iflow;
extern const struct ses_files ses_files_traex;
extern const struct ses_files ses_files_amp;
extern const struct ses_files ses_files_cline;
extern const struct ses_files ses_files_continue;
extern const struct ses_files ses_files_codebuff;
extern const struct ses_files ses_files_deepseek;
extern const struct ses_files ses_files_vibe;
extern const struct ses_files ses_files_gptme;
extern const struct ses_files ses_files_zencoder;

#endif
