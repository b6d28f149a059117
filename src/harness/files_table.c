/*
 * The agents whose sessions are files, one row each: where, which files, what
 * tells id, directory and name, and what their lines mean.  files.h says how a
 * row is read; docs/session-mirror.md tells people.
 */
#include "harness/claude_code.h"
#include "harness/codex.h"
#include "harness/files_table.h"
#include "harness/gemini.h"
#include "harness/generic.h"
#include "harness/openclaw.h"

#define OPS(the_name, the_summary, the_events, the_place)                      \
	{                                                                      \
		.name = (the_name), .summary = (the_summary),                  \
		.roots = ses_files_roots, .holds = ses_files_holds,            \
		.find = ses_files_find, .identify = ses_files_identify,        \
		.describe = ses_files_describe, .place = (the_place),          \
		.events = (the_events),                                        \
	}
#define ROW(the_name, the_summary, the_events, the_place)                      \
	.ops = OPS(the_name, the_summary, the_events, the_place)
#define APPEND(pattern)                                                        \
	{                                                                      \
		pattern, SES_FILES_APPEND, NULL                                \
	}
#define REWRITE(pattern)                                                       \
	{                                                                      \
		pattern, SES_FILES_REWRITE, NULL                               \
	}
#define NO_PLACE &ses_files_no_place

const struct ses_files ses_files_gemini = {
    ROW("gemini", "Gemini CLI", ses_gemini_events, &ses_gemini_place),
    .roots = {"$GEMINI_CLI_HOME/.gemini/tmp", "~/.gemini/tmp"},
    .forms = {APPEND("*/chats/<session-*>.jsonl"),
	REWRITE("*/chats/<session-*>.json"), APPEND("*/chats/[*]/<*>.jsonl")},
    .name = {"\"summary\"", "$set.summary"},
    .fill = ses_gemini_fill,
};

const struct ses_files ses_files_pi = {
    ROW("pi", "Pi", ses_openclaw_events, &ses_pi_place),
    .roots = {"$PI_CODING_AGENT_SESSION_DIR", "$PI_CODING_AGENT_DIR/sessions",
	"~/.pi/agent/sessions"},
    .forms = {APPEND("*/*_<*>.jsonl"), APPEND("*_<*>.jsonl")},
    .cwds = {"cwd"},
    .name = {"\"session_info\"", "name"},
};

const struct ses_files ses_files_qwen = {
    ROW("qwen", "Qwen Code", ses_qwen_events, &ses_qwen_place),
    .roots = {"$QWEN_RUNTIME_DIR/projects", "$QWEN_HOME/projects",
	"~/.qwen/projects"},
    .forms = {APPEND("*/chats/<*>.jsonl")},
    .cwds = {"cwd"},
    .name = {"\"custom_title\"", "systemPayload.customTitle"},
};
