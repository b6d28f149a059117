#include <stddef.h>

#include "cli/manual.h"

static const struct ses_key sessions_keys[] = {
    {"harness", SES_ALWAYS, "the agent"},
    {"id", SES_ALWAYS, "the session's id"},
    {"parent_session_id", SES_ALWAYS, "the session that began it, or null"},
    {"cwd", SES_ALWAYS, "the folder that the agent worked in"},
    {"title", SES_ALWAYS, "what it is about"},
    {"agent", SES_ALWAYS, "kind of a subagent, or null"},
    {"path", SES_ALWAYS, "the agent's file"},
    {"size", SES_ALWAYS, "its bytes; null of a session in a database"},
    {"mirrored_bytes", SES_ALWAYS,
	"how many of them are stored; null of one in a database"},
    {"rows", SES_SOMETIMES, "of a session in a database: its rows"},
    {"mirrored_to", SES_SOMETIMES, "the last row that is stored"},
    {"last_row", SES_SOMETIMES, "the last row"},
    {"last_write", SES_ALWAYS, "when the agent wrote last"},
    {NULL, 0, NULL},
};

static const struct ses_key mirror_keys[] = {
    {"sessions", SES_ALWAYS, "sessions that were looked at"},
    {"mirrored", SES_ALWAYS, "sessions that had something new"},
    {"new_bytes", SES_ALWAYS, "bytes that were new"},
    {"stored_bytes", SES_ALWAYS, "bytes that they take in the store"},
    {"redactions", SES_ALWAYS, "secrets that were replaced"},
    {"failed", SES_ALWAYS, "sessions that could not be stored"},
    {"untried", SES_ALWAYS, "sessions that were not tried any more"},
    {"removed", SES_ALWAYS,
	"sessions left out because 'seshat rm' removed them"},
    {"rewritten", SES_ALWAYS, "sessions whose file was rewritten"},
    {"stored_again", SES_ALWAYS, "sessions that the store had lost"},
    {"emptied", SES_ALWAYS, "sessions whose file is empty now"},
    {"seconds", SES_ALWAYS, "how long it took"},
    {"errors", SES_ALWAYS, "session_id and error of each failure"},
    {"workspace", SES_SOMETIMES, "with --workspace: what was stored of it"},
    {NULL, 0, NULL},
};

static const struct ses_key mirror_keys_2[] = {
    {"event", SES_ALWAYS, "ready, stored, failing, lagging, well or ending"},
    {"harness", SES_SOMETIMES, "the agent"},
    {"session_id", SES_SOMETIMES, "the session"},
    {"sessions", SES_SOMETIMES, "ready: sessions that are followed"},
    {"folders", SES_SOMETIMES, "ready: folders that are watched"},
    {"inotify_watches", SES_SOMETIMES, "ready: watches"},
    {"polled", SES_SOMETIMES, "ready: folders that are looked at in turns"},
    {"new_bytes", SES_SOMETIMES, "stored: bytes that were new"},
    {"stored_bytes", SES_SOMETIMES,
	"stored: bytes that they take in the store"},
    {"redactions", SES_SOMETIMES, "stored: secrets that were replaced"},
    {"parts", SES_SOMETIMES, "stored: objects that were written"},
    {"error", SES_SOMETIMES, "failing, lagging: why"},
    {NULL, 0, NULL},
};

static const struct ses_key status_keys[] = {
    {"harness", SES_ALWAYS, "the agent"},
    {"session_id", SES_ALWAYS, "the session, or null of what cannot be read"},
    {"project", SES_ALWAYS, "the project in the vault"},
    {"cwd", SES_ALWAYS, "the folder that the agent worked in"},
    {"title", SES_ALWAYS, "what it is about"},
    {"path", SES_ALWAYS, "the agent's file"},
    {"state", SES_ALWAYS, "protected, behind, unprotected, removed or gone"},
    {"reason", SES_ALWAYS, "why it is in that state"},
    {"source_bytes", SES_ALWAYS, "bytes of the agent's file"},
    {"mirrored_bytes", SES_ALWAYS, "how many of them are stored"},
    {"stored_bytes", SES_ALWAYS, "bytes that they take in the vault"},
    {"pending_bytes", SES_ALWAYS, "bytes that are not stored"},
    {"pending_since", SES_ALWAYS, "since when"},
    {"torn_bytes", SES_ALWAYS, "bytes behind the last newline"},
    {"pending_files", SES_ALWAYS,
	"files beside the transcript that are not stored"},
    {"rows", SES_SOMETIMES, "of a session in a database: its rows"},
    {"last_row", SES_SOMETIMES, "the last row"},
    {"mirrored_to", SES_SOMETIMES, "the last row that is stored"},
    {"pending_rows", SES_SOMETIMES, "rows that are not stored"},
    {"stream", SES_ALWAYS, "the stream"},
    {"rev", SES_ALWAYS, "revision of its checkpoint"},
    {"verified_at", SES_ALWAYS, "when it was found whole last"},
    {"last_write", SES_ALWAYS, "when the agent wrote last"},
    {"deleted_in_days", SES_ALWAYS,
	"days until the agent deletes it, or null: never"},
    {"deleted_at", SES_ALWAYS, "when that is"},
    {"retention", SES_ALWAYS, "the agent's setting that says so"},
    {NULL, 0, NULL},
};

static const struct ses_key relocate_keys[] = {
    {"dry_run", SES_ALWAYS, "whether nothing was moved"},
    {"moved", SES_ALWAYS, "sessions that were moved"},
    {"kept", SES_ALWAYS, "sessions that were left"},
    {"stays", SES_ALWAYS, "sessions that need no moving"},
    {"sessions", SES_ALWAYS,
	"each: harness, session_id, cwd, from, to, action, why, resume"},
    {"folders", SES_ALWAYS, "folders of projects: from, to, action, why"},
    {NULL, 0, NULL},
};

static const struct ses_key relocate_keys_2[] = {
    {"directories", SES_ALWAYS,
	"folders that are gone: harness, cwd, folder, sessions, bytes, last_write_at, moved_to"},
    {NULL, 0, NULL},
};

static const struct ses_key redact_keys[] = {
    {"id", SES_SOMETIMES, "the rule"},
    {"what", SES_SOMETIMES, "what it finds"},
    {"origin", SES_SOMETIMES, "the file that it is from, or built-in"},
    {"rule", SES_SOMETIMES, "the rule"},
    {"line", SES_SOMETIMES, "the line"},
    {"column", SES_SOMETIMES, "the column, in characters"},
    {"bytes", SES_SOMETIMES, "its length"},
    {"more", SES_SOMETIMES, "whether it is a further piece of the one before"},
    {"head", SES_SOMETIMES, "how it begins"},
    {"redacted", SES_SOMETIMES, "at the end: how many by rule"},
    {NULL, 0, NULL},
};

static const struct ses_key log_append_keys[] = {
    {"session_id", SES_ALWAYS, "the log"},
    {"file", SES_ALWAYS, "its file"},
    {NULL, 0, NULL},
};

static const struct ses_key hook_install_keys[] = {
    {"settings", SES_ALWAYS,
	"each agent: agent, file, changed, disabled, error"},
    {"advice", SES_ALWAYS, "what is left to do, or empty"},
    {"store", SES_ALWAYS, "where hooks store to"},
    {"environment", SES_ALWAYS, "variables that were remembered"},
    {"follow_ended", SES_ALWAYS,
	"whether a follow in the background was ended"},
    {NULL, 0, NULL},
};

static const struct ses_key hook_uninstall_keys[] = {
    {"settings", SES_ALWAYS,
	"each agent: agent, file, changed, disabled, error"},
    {"advice", SES_ALWAYS, "what is left to do, or empty"},
    {"store", SES_ALWAYS, "null"},
    {"environment", SES_ALWAYS, "variables that are remembered"},
    {"follow_ended", SES_ALWAYS,
	"whether a follow in the background was ended"},
    {NULL, 0, NULL},
};

static const struct ses_key hook_status_keys[] = {
    {"agents", SES_ALWAYS, "each agent: agent, file, state, command, plugin"},
    {"store", SES_ALWAYS, "where hooks store to"},
    {"environment", SES_ALWAYS, "variables that are remembered"},
    {"follows", SES_ALWAYS, "whether a follow runs"},
    {"follow_pid", SES_ALWAYS, "its process"},
    {"follow_since", SES_ALWAYS, "since when"},
    {"follow_by_hook", SES_ALWAYS, "whether a hook began it"},
    {"waiting", SES_ALWAYS, "sessions that could not be stored yet"},
    {"errors", SES_ALWAYS, "failures since all was well"},
    {"last_error", SES_ALWAYS, "the last of them"},
    {"last_error_at", SES_ALWAYS, "when that was"},
    {NULL, 0, NULL},
};

static const struct ses_key serve_keys[] = {
    {"url", SES_ALWAYS, "where it answers"},
    {NULL, 0, NULL},
};

static const struct ses_key trust_keys[] = {
    {"path", SES_ALWAYS, "the file"},
    {"trusted", SES_SOMETIMES, "whether it is trusted now"},
    {"decides", SES_SOMETIMES, "the settings that it makes"},
    {"sha256", SES_SOMETIMES, "with --list: the hash that is trusted"},
    {"state", SES_SOMETIMES,
	"with --list: trusted, changed, gone or unreadable"},
    {NULL, 0, NULL},
};

static const struct ses_key init_keys[] = {
    {"config", SES_ALWAYS, "the file that was written"},
    {"written", SES_ALWAYS, "whether it changed"},
    {"store", SES_ALWAYS, "where sessions are kept"},
    {"made", SES_ALWAYS, "whether that was made"},
    {"keys", SES_ALWAYS, "where keys are from, or null"},
    {"project", SES_ALWAYS, "the project, or null"},
    {"sessions", SES_ALWAYS, "sessions that were found, by agent"},
    {NULL, 0, NULL},
};

static const struct ses_key doctor_keys[] = {
    {"findings", SES_ALWAYS,
	"each: group, check, state (ok, warning, problem), text, advice"},
    {"ok", SES_ALWAYS, "how many are ok"},
    {"warnings", SES_ALWAYS, "how many are warnings"},
    {"problems", SES_ALWAYS, "how many are problems"},
    {NULL, 0, NULL},
};

static const struct ses_key upload_keys[] = {
    {"success", SES_ALWAYS, "true; else false, with error alone"},
    {"gist_id", SES_SOMETIMES, "the gist"},
    {"gist_url", SES_SOMETIMES, "its page"},
    {"raw_url", SES_SOMETIMES, "the session in it"},
    {"session_id", SES_SOMETIMES, "the session"},
    {"issue_number", SES_SOMETIMES, "with --plan-issue: the issue"},
    {"issue_updated", SES_SOMETIMES, "whether it tells of the session"},
    {"issue_update_error", SES_SOMETIMES, "why not"},
    {"dry_run", SES_SOMETIMES, "true"},
    {"uploaded", SES_SOMETIMES,
	"false: with --if-present, and there was no session"},
    {"error", SES_SOMETIMES, "what went wrong"},
    {NULL, 0, NULL},
};

static const struct ses_key download_keys[] = {
    {"success", SES_ALWAYS, "true; else false, with error alone"},
    {"session_id", SES_SOMETIMES, "the session"},
    {"path", SES_SOMETIMES, "the file"},
    {"source", SES_SOMETIMES, "gist, artifact or issue"},
    {"error", SES_SOMETIMES, "what went wrong"},
    {NULL, 0, NULL},
};

static const struct ses_key discover_keys[] = {
    {"success", SES_SOMETIMES, "true; else false, with error alone"},
    {"issue_number", SES_SOMETIMES, "the issue of the plan"},
    {"planning_session_id", SES_SOMETIMES,
	"the session that made the plan, or null"},
    {"implementation_session_ids", SES_SOMETIMES,
	"sessions that carried it out"},
    {"learn_session_ids", SES_SOMETIMES, "sessions that learned from it"},
    {"readable_session_ids", SES_SOMETIMES,
	"sessions that are on this machine"},
    {"session_paths", SES_SOMETIMES, "their files"},
    {"local_session_ids", SES_SOMETIMES,
	"sessions of this project, where none of the plan is here"},
    {"last_remote_impl_at", SES_SOMETIMES, "as the plan's header has it"},
    {"last_remote_impl_run_id", SES_SOMETIMES, "as the plan's header has it"},
    {"last_remote_impl_session_id", SES_SOMETIMES,
	"as the plan's header has it"},
    {"session_sources", SES_SOMETIMES,
	"where each can be had: source_type, session_id, run_id, path, gist_url"},
    {"last_session_gist_url", SES_SOMETIMES, "as the plan's header has it"},
    {"last_session_id", SES_SOMETIMES, "as the plan's header has it"},
    {"last_session_source", SES_SOMETIMES, "as the plan's header has it"},
    {"session_id", SES_SOMETIMES, "with --fetch: the session"},
    {"path", SES_SOMETIMES, "with --fetch: its file, or null"},
    {"error", SES_SOMETIMES, "what went wrong"},
    {NULL, 0, NULL},
};

static const struct ses_key gists_list_keys[] = {
    {"gist_id", SES_ALWAYS, "the gist"},
    {"gist_url", SES_ALWAYS, "its page"},
    {"session_id", SES_ALWAYS, "the session"},
    {"agent", SES_ALWAYS, "its agent"},
    {"source", SES_ALWAYS, "local or remote"},
    {"plan", SES_ALWAYS, "number of its plan, or null"},
    {"pointed_to", SES_SOMETIMES, "with --repo: whether the plan points to it"},
    {"public", SES_ALWAYS, "whether anybody finds it"},
    {"created_at", SES_ALWAYS, "when it was made"},
    {"updated_at", SES_ALWAYS, "when it was changed last"},
    {NULL, 0, NULL},
};

static const struct ses_key gists_delete_keys[] = {
    {"deleted", SES_ALWAYS, "the gist"},
    {NULL, 0, NULL},
};

static const struct ses_key plan_get_keys[] = {
    {"success", SES_ALWAYS, "true; else false, with error alone"},
    {"value", SES_SOMETIMES, "what the field holds, or null"},
    {"issue_number", SES_SOMETIMES, "the issue"},
    {"field", SES_SOMETIMES, "the field"},
    {"error", SES_SOMETIMES, "what went wrong"},
    {NULL, 0, NULL},
};

static const struct ses_key plan_set_keys[] = {
    {"success", SES_ALWAYS, "true; else false, with error alone"},
    {"changed", SES_SOMETIMES, "whether it had another value"},
    {"issue_number", SES_SOMETIMES, "the issue"},
    {"error", SES_SOMETIMES, "what went wrong"},
    {NULL, 0, NULL},
};

const struct ses_output ses_outputs_more[] = {
    {"sessions", "One object a session.", sessions_keys},
    {"mirror", "One object at the end.", mirror_keys},
    {"mirror", "With --follow, before it, one object an event.", mirror_keys_2},
    {"status", "One object a session.", status_keys},
    {"relocate", "One object.", relocate_keys},
    {"relocate", "With --scan.", relocate_keys_2},
    {"redact",
	"With --rules one object a rule; with --report, on standard error, one a secret.",
	redact_keys},
    {"log append", "One object.", log_append_keys},
    {"log read", "The stored lines as they are; see FORMATS.md.", NULL},
    {"hook install", "One object.", hook_install_keys},
    {"hook uninstall", "One object.", hook_uninstall_keys},
    {"hook status", "One object.", hook_status_keys},
    {"hook run", "Nothing is ever printed.", NULL},
    {"hook follow", "Nothing is printed.", NULL},
    {"serve", "One object when it listens.", serve_keys},
    {"serve",
	"One object a request with -v, on standard error, and in --access-log; see seshat's docs/serving.md.",
	NULL},
    {"demo", "It is for people, and refuses.", NULL},
    {"trust", "One object a file.", trust_keys},
    {"init", "One object.", init_keys},
    {"doctor", "One object.", doctor_keys},
    {"upload", "One object.", upload_keys},
    {"exec upload-session", "As upload does; see seshat-upload(1).",
	upload_keys},
    {"download", "One object.", download_keys},
    {"exec download-remote-session",
	"As download does; see seshat-download(1).", download_keys},
    {"discover",
	"One object; with --fetch one for each session that was fetched.",
	discover_keys},
    {"exec get-learn-sessions", "As discover does; see seshat-discover(1).",
	discover_keys},
    {"gists list", "One object a gist.", gists_list_keys},
    {"gists prune", "One object a gist that goes, or would.", gists_list_keys},
    {"gists delete", "One object.", gists_delete_keys},
    {"plan get", "One object.", plan_get_keys},
    {"plan set", "One object.", plan_set_keys},
    {"plan show", "One object: the fields of the header, by their names.",
	NULL},
    {"exec get-plan-metadata", "As plan get does; see seshat-plan-get(1).",
	plan_get_keys},
    {NULL, NULL, NULL},
};
