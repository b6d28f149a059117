/*
 * The agents whose sessions are files, one row each: where, which files, what
 * tells id, directory and name, and what their lines mean.  files.h says how a
 * row is read; docs/session-mirror.md tells people.
 */
#include "harness/blocks.h"
#include "harness/claude_code.h"
#include "harness/codex.h"
#include "harness/files_beside.h"
#include "harness/files_table.h"
#include "harness/gemini.h"
#include "harness/openclaw.h"

#define ROW(the_name, the_summary, the_events, the_place)                      \
	.ops.name = (the_name), .ops.summary = (the_summary),                  \
	.ops.roots = ses_files_roots, .ops.holds = ses_files_holds,            \
	.ops.find = ses_files_find, .ops.identify = ses_files_identify,        \
	.ops.describe = ses_files_describe, .ops.place = (the_place),          \
	.ops.events = (the_events)
/* Of an agent that has, or had, documents. */
#define DOCUMENTS .ops.documents = 1
/* Of an agent that tells of no session where it ran. */
#define NO_FOLDER .ops.has_no_folder = 1
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
    DOCUMENTS,
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

const struct ses_files ses_files_prime = {
    ROW("prime", "Prime (of Pi's kin)", ses_openclaw_events, NO_PLACE),
    .roots = {"$PRIME_AGENT_SESSION_DIR", "~/.prime/agent/sessions"},
    .forms = {APPEND("<*>.jsonl")},
    .cwds = {"cwd"},
    .name = {"\"session_info\"", "name"},
};

const struct ses_files ses_files_omp = {
    ROW("omp", "OhMyPi", ses_openclaw_events, NO_PLACE),
    .roots = {"~/.omp/agent/sessions"},
    .forms = {APPEND("*/*_<*>.jsonl")},
    .cwds = {"cwd"},
    .name = {"\"session_info\"", "name"},
};

const struct ses_files ses_files_copilot = {
    ROW("copilot", "GitHub Copilot CLI", ses_copilot_events,
	&ses_copilot_place),
    .roots = {"$COPILOT_HOME/session-state", "~/.copilot/session-state"},
    .forms = {APPEND("<*>/events.jsonl"), APPEND("<*>.jsonl")},
    .cwds = {"data.context.cwd"},
    .fill = ses_copilot_fill,
};

const struct ses_files ses_files_cursor = {
    ROW("cursor", "Cursor CLI", ses_blocks_events, NO_PLACE),
    .roots = {"$CURSOR_CONFIG_DIR/projects", "~/.cursor/projects"},
    .forms = {APPEND("*/agent-transcripts/<*>.jsonl"),
	APPEND("*/agent-transcripts/[*]/<*>.jsonl"),
	APPEND("*/agent-transcripts/[*]/subagents/<*>.jsonl"),
	APPEND("*/agent-transcripts/<*>.txt")},
    .fill = ses_cursor_fill,
};

const struct ses_files ses_files_droid = {
    ROW("droid", "Droid (Factory)", ses_blocks_events, NO_PLACE),
    .roots = {"$FACTORY_HOME_OVERRIDE/.factory/sessions",
	"~/.factory/sessions"},
    .forms = {APPEND("*/<*>.jsonl")},
    .cwds = {"cwd"},
    .name = {NULL, "title"},
};

const struct ses_files ses_files_kimi = {
    ROW("kimi", "Kimi CLI", ses_kimi_events, NO_PLACE),
    NO_FOLDER,
    .roots = {"~/.kimi/sessions"},
    .forms = {APPEND("*/<*>/wire.jsonl"), APPEND("*/[*]/<context>.jsonl")},
};

const struct ses_files ses_files_kimi_code = {
    ROW("kimi-code", "Kimi Code", ses_kimi_events, NO_PLACE),
    .roots = {"$KIMI_CODE_HOME/sessions", "~/.kimi-code/sessions"},
    .forms = {APPEND("*/<*>/agents/main/wire.jsonl"),
	APPEND("*/[*]/agents/<*>/wire.jsonl")},
    .fill = ses_kimi_code_fill,
};

const struct ses_files ses_files_openclaude = {
    ROW("openclaude", "OpenClaude", ses_claude_events, NO_PLACE),
    .roots = {"$OPENCLAUDE_CONFIG_DIR/projects", "~/.openclaude/projects"},
    .forms = {APPEND("*/<*>.jsonl"), APPEND("*/[*]/subagents/<agent-*>.jsonl")},
    .cwds = {"cwd"},
    .name = {"\"custom-title\"", "customTitle"},
};

const struct ses_files ses_files_iflow = {
    ROW("iflow", "iFlow CLI", ses_claude_events, NO_PLACE),
    .roots = {"~/.iflow/projects"},
    .forms = {APPEND("*/<session-*>.jsonl")},
    .cwds = {"cwd"},
};

const struct ses_files ses_files_traex = {
    ROW("traex", "TRAE CLI", ses_codex_events, NO_PLACE),
    .roots = {"~/.trae/cli/sessions", "~/.trae/cli/archived_sessions"},
    .forms = {APPEND("**/rollout-*T*-*-*-<*-*-*-*-*>.jsonl")},
    .cwds = {"payload.cwd"},
};

const struct ses_files ses_files_amp = {
    ROW("amp", "Amp, threads that it keeps in files", ses_blocks_events,
	NO_PLACE),
    DOCUMENTS,
    .roots = {"$XDG_DATA_HOME/amp/threads"},
    .forms = {REWRITE("<T-*>.json")},
    .name = {NULL, "title"},
    .fill = ses_amp_fill,
};

const struct ses_files ses_files_cline = {
    ROW("cline", "Cline CLI", ses_blocks_events, NO_PLACE),
    DOCUMENTS,
    .roots = {"$CLINE_DATA_DIR/sessions", "~/.cline/data/sessions"},
    .forms = {REWRITE("[*]/<*>.messages.json")},
    .fill = ses_cline_fill,
};

const struct ses_files ses_files_continue = {
    ROW("continue", "Continue CLI", ses_blocks_events, &ses_continue_place),
    DOCUMENTS,
    .roots = {"$CONTINUE_GLOBAL_DIR/sessions", "~/.continue/sessions"},
    .forms = {REWRITE("<*-*-*-*-*>.json")},
    .cwds = {"workspaceDirectory"},
    .name = {NULL, "title"},
};

const struct ses_files ses_files_codebuff = {
    ROW("codebuff", "Codebuff", ses_blocks_events, NO_PLACE),
    DOCUMENTS,
    .roots = {"$XDG_CONFIG_HOME/manicode/projects"},
    .forms = {REWRITE("*/chats/<*>/chat-messages.json")},
    .owned = 1,
    .fill = ses_codebuff_fill,
};

const struct ses_files ses_files_deepseek = {
    ROW("deepseek-tui", "DeepSeek TUI (CodeWhale)", ses_blocks_events,
	NO_PLACE),
    DOCUMENTS,
    .roots = {"$CODEWHALE_HOME/sessions", "~/.codewhale/sessions",
	"~/.deepseek/sessions"},
    .forms = {REWRITE("<*-*-*-*-*>.json")},
    .cwds = {"metadata.workspace"},
    .name = {NULL, "metadata.title"},
};

const struct ses_files ses_files_vibe = {
    ROW("vibe", "Mistral Vibe", ses_blocks_events, NO_PLACE),
    .roots = {"$VIBE_HOME/logs/session", "~/.vibe/logs/session"},
    .forms = {APPEND("<session_*>/messages.jsonl")},
    .fill = ses_vibe_fill,
};

const struct ses_files ses_files_gptme = {
    ROW("gptme", "gptme", ses_blocks_events, NO_PLACE),
    NO_FOLDER,
    .roots = {"$GPTME_LOGS_HOME", "$XDG_DATA_HOME/gptme/logs"},
    .forms = {APPEND("<*>/conversation.jsonl")},
    .owned = 1,
};

const struct ses_files ses_files_zencoder = {
    ROW("zencoder", "Zencoder", ses_blocks_events, NO_PLACE),
    NO_FOLDER,
    .roots = {"~/.zencoder/sessions"},
    .forms = {APPEND("<*>.jsonl")},
};
