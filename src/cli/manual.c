#include <stddef.h>

#include "cli/manual.h"

#define GITHUB                                                                 \
	"upload,download,discover,import,plan get,plan set,plan show,"         \
	"gists list,gists prune,gists delete,exec upload-session,"             \
	"exec download-remote-session,exec get-learn-sessions,"                \
	"exec get-plan-metadata"
#define FIND   "sessions,mirror,status,restore,relocate,hook install,doctor"
#define LOGS   "log append,log read,sessions,mirror,status"
#define KEYS   "download,discover,import"
#define SOCKET "serve"

const struct ses_variable ses_variables[] = {
    {"SESHAT_STORE", NULL, "The store, as --store."},
    {"SESHAT_PROJECT", NULL, "The project in the store, as --project."},
    {"SESHAT_AGENT", NULL,
	"Name of the machine's agent, part of what is stored; "
	"TRACECRAFT_AGENT counts where it is not set."},
    {"TRACECRAFT_AGENT", NULL, "See SESHAT_AGENT."},
    {"SESHAT_SESSIONS_DIR", LOGS, "The folder of the session logs."},
    {"SESHAT_IDENTITY", KEYS, "A file of age keys, as --identity."},
    {"SESHAT_PASSPHRASE", "upload," KEYS,
	"The passphrase of what is encrypted with one, instead of a question."},
    {"SESHAT_GIST_TOKEN", GITHUB, "A token for gists, before that of gh."},
    {"GH_TOKEN", GITHUB, "A token of github.com; then GITHUB_TOKEN."},
    {"GITHUB_TOKEN", GITHUB, "See GH_TOKEN."},
    {"GH_ENTERPRISE_TOKEN", GITHUB,
	"A token of another GitHub; then GITHUB_ENTERPRISE_TOKEN."},
    {"GITHUB_ENTERPRISE_TOKEN", GITHUB, "See GH_ENTERPRISE_TOKEN."},
    {"GH_HOST", GITHUB, "Which GitHub is meant where none is named."},
    {"GH_REPO", GITHUB, "The repository, as --repo."},
    {"GH_CONFIG_DIR", GITHUB, "Where gh keeps its configuration."},
    {"GH_PATH", GITHUB, "The program gh, which is asked for its token."},
    {"GITHUB_SERVER_URL", GITHUB, "In a workflow: the GitHub it runs at."},
    {"GITHUB_API_URL", GITHUB, "In a workflow: the API of that GitHub."},
    {"GITHUB_REPOSITORY", GITHUB, "In a workflow: its repository."},
    {"GITHUB_HEAD_REF", "discover,exec get-learn-sessions",
	"In a workflow: the branch that names the plan."},
    {"AWS_ACCESS_KEY_ID", NULL, "Keys of a bucket that speaks S3."},
    {"AWS_SECRET_ACCESS_KEY", NULL, "See AWS_ACCESS_KEY_ID."},
    {"AWS_SESSION_TOKEN", NULL, "See AWS_ACCESS_KEY_ID."},
    {"AWS_PROFILE", NULL, "The profile in the files of the AWS tools."},
    {"AWS_REGION", NULL, "The region; then AWS_DEFAULT_REGION."},
    {"AWS_DEFAULT_REGION", NULL, "See AWS_REGION."},
    {"AWS_ENDPOINT_URL_S3", NULL,
	"A server other than AWS; then AWS_ENDPOINT_URL."},
    {"AWS_ENDPOINT_URL", NULL, "See AWS_ENDPOINT_URL_S3."},
    {"AWS_CA_BUNDLE", NULL, "Certificates that such a server is trusted by."},
    {"AWS_CONFIG_FILE", NULL, "Instead of ~/.aws/config."},
    {"AWS_SHARED_CREDENTIALS_FILE", NULL, "Instead of ~/.aws/credentials."},
    {"HF_TOKEN", NULL, "The token of a bucket of Hugging Face."},
    {"HF_TOKEN_PATH", NULL, "A file that holds it."},
    {"HF_HOME", NULL, "Where Hugging Face's own tools keep it."},
    {"HF_ENDPOINT", NULL, "A hub other than huggingface.co."},
    {"SSL_CERT_FILE", NULL, "Certificates that servers are trusted by."},
    {"https_proxy", NULL,
	"A proxy for requests, with http_proxy, all_proxy and no_proxy as "
	"curl(1) has them."},
    {"XDG_DATA_HOME", NULL, "Instead of ~/.local/share."},
    {"XDG_STATE_HOME", NULL, "Instead of ~/.local/state."},
    {"XDG_CACHE_HOME", NULL, "Instead of ~/.cache."},
    {"XDG_CONFIG_HOME", NULL, "Instead of ~/.config."},
    {"XDG_RUNTIME_DIR", NULL,
	"The catalog goes there where the cache is on a network."},
    {"HOME", NULL, "What ~ stands for."},
    {"TMPDIR", NULL, "Instead of /tmp."},
    {"PATH", "hook install,hook status",
	"Whether the agent finds the program by its name."},
    {"PAGER", "show", "What --text is read in on a terminal (default: less)."},
    {"COLUMNS", NULL, "How wide tables are where no terminal says it."},
    {"NO_COLOR", NULL, "No colours, whatever it says."},
    {"CLAUDE_CONFIG_DIR", FIND, "Where Claude Code keeps its files."},
    {"CODEX_HOME", FIND, "Where Codex keeps its files."},
    {"OPENCLAW_STATE_DIR", FIND, "Where OpenClaw keeps its files."},
    {"OPENCLAW_HOME", FIND, "The home folder that OpenClaw sees."},
    {"OPENCLAW_PROFILE", FIND, "Which of OpenClaw's profiles is meant."},
    {"HERMES_HOME", FIND, "Where Hermes keeps its files."},
    {"OPENCODE_DIR", FIND, "Where opencode keeps its databases."},
    {"OPENCODE_DB", FIND, "One database of opencode."},
    {"KILO_DIR", FIND, "Where Kilo keeps its databases."},
    {"KILO_DB", FIND, "One database of Kilo."},
    {"MIMOCODE_DIR", FIND, "Where MiMo Code keeps its databases."},
    {"ICODEMATE_DIR", FIND, "Where iCodeMate keeps its databases."},
    {"GOOSE_PATH_ROOT", FIND, "Where Goose keeps its files."},
    {"CRUSH_GLOBAL_DATA", FIND, "Where Crush keeps its list of projects."},
    {"ZED_DIR", FIND, "Where Zed keeps its files."},
    {"CURSOR_CONFIG_DIR", FIND, "Where Cursor keeps its chats."},
    {"LISTEN_FDS", SOCKET, "Sockets of systemd; see sd_listen_fds(3)."},
    {"LISTEN_PID", SOCKET, "See LISTEN_FDS."},
    {"NOTIFY_SOCKET",
	SOCKET ","
	       "mirror",
	"See sd_notify(3)."},
    {NULL, NULL, NULL},
};

const struct ses_place ses_places[] = {
    {"~/.local/share/seshat/vault", NULL,
	"The vault, unless --store names another: the sessions. A copy of it "
	"is a backup."},
    {"~/.local/share/seshat/sessions", LOGS,
	"The session log: what 'seshat log append' wrote."},
    {"~/.config/seshat/config.yaml", NULL,
	"Settings; none is needed. 'seshat init' writes it."},
    {".seshat.yaml", NULL,
	"Settings of a project, in its folder; 'seshat trust' says when they "
	"count. So does .tracecraft.json."},
    {"~/.local/state/seshat", NULL,
	"How far each file was mirrored. May be deleted."},
    {"~/.cache/seshat", NULL, "The catalog. May be deleted."},
    {NULL, NULL, NULL},
};
