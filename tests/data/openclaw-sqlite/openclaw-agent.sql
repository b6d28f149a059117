PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE schema_meta (
  meta_key TEXT NOT NULL PRIMARY KEY,
  role TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  agent_id TEXT,
  app_version TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO schema_meta VALUES('primary','agent',23,'main','2026.9.6',1795385177198,1795385177198);
CREATE TABLE session_nodes (
  session_key TEXT NOT NULL PRIMARY KEY,
  current_session_id TEXT NOT NULL,
  entry_json TEXT NOT NULL,
  legacy_acp_migration_json TEXT,
  entry_valid INTEGER NOT NULL DEFAULT 0 CHECK (entry_valid IN (-1, 0, 1)),
  updated_at INTEGER NOT NULL,
  status TEXT CHECK (status IS NULL OR status IN ('running', 'done', 'failed', 'killed', 'timeout')),
  created_at INTEGER,
  created_via TEXT CHECK (created_via IS NULL OR created_via IN ('operator', 'spawn', 'channel', 'cron', 'talk', 'run', 'plugin', 'internal')),
  created_actor_type TEXT CHECK (created_actor_type IS NULL OR created_actor_type IN ('human', 'agent', 'system')),
  created_actor_id TEXT,
  owner_actor_type TEXT,
  owner_actor_id TEXT,
  owner_assigned_by_type TEXT,
  owner_assigned_by_id TEXT,
  owner_assigned_at INTEGER,
  project_id TEXT,
  parent_session_key TEXT,
  spawned_by TEXT,
  fork_source_session_key TEXT,
  fork_source_session_id TEXT,
  fork_source_entry_id TEXT,
  label TEXT,
  display_name TEXT,
  category TEXT,
  icon TEXT,
  pinned_at INTEGER,
  archived_at INTEGER,
  last_read_at INTEGER,
  last_interaction_at INTEGER,
  last_activity_at INTEGER
) STRICT;
INSERT INTO session_nodes VALUES('agent:main:main','a40eb735-dd96-484f-99ec-965e1064db03','{"sessionId":"a40eb735-dd96-484f-99ec-965e1064db03","updatedAt":1795385213597,"sessionStartedAt":1795385177401,"delivery":{"kind":"none"},"skillsSnapshot":{"prompt":"\n\nThe following skills provide specialized instructions for specific tasks.\nRead a skill''s file at its listed location when the task matches its description.\nWhen a skill file references a relative path, resolve it against the skill directory (parent of SKILL.md / dirname of the path) and use that absolute path in tool commands.\n\n<available_skills>\n  <skill>\n    <name>add-model-provider</name>\n    <description>Add and live-prove a model provider with non-interactive config one-liners, without exposing credentials.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/custodian-skills/add-model-provider/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>browser-automation</name>\n    <description>Use when controlling web pages with the OpenClaw browser tool, especially multi-step flows, login checks, tab management, or recovery from stale refs/timeouts.</description>\n    <location>~/.openclaw/plugin-skills/browser-automation/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>canvas</name>\n    <description>Present hosted widget documents on a connected macOS panel and control panel visibility or navigation.</description>\n    <location>~/.openclaw/plugin-skills/canvas/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>clawhub</name>\n    <description>Search ClawHub for skills when a requested capability is not already available; install, verify, update, uninstall, publish, or sync skills.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/clawhub/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>cloud-image-bake</name>\n    <description>Bake, select, prove, and safely retire a Cloud Worker image with crabbox and config one-liners.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/custodian-skills/cloud-image-bake/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>configure-channel</name>\n    <description>Configure and prove a chat channel with non-interactive one-liners; secrets only as SecretRefs.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/custodian-skills/configure-channel/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>control-ui</name>\n    <description>Operate and troubleshoot the OpenClaw Control UI: navigate connected clients, organize sessions, build session dashboards, and handle direct or Tailscale-hosted Gateways.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/control-ui/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>diagnose-gateway</name>\n    <description>Diagnose Gateway, config, secrets, channels, and port failures with read-only one-liners.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/custodian-skills/diagnose-gateway/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>diagram-maker</name>\n    <description>Create SVG/HTML or Excalidraw diagrams for concepts, architecture, flows, and whiteboards.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/diagram-maker/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>gh-issues</name>\n    <description>Fetch GitHub issues, select candidates, spawn background fix agents, open PRs, and optionally process PR review comments.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/gh-issues/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>github</name>\n    <description>GitHub CLI for issues, PRs, CI/check logs, comments, reviews, releases, repos, and gh api queries.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/github/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>healthcheck</name>\n    <description>Audit/harden OpenClaw hosts: SSH, firewall, updates, exposure, backups, disk encryption, gateway security.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/healthcheck/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>meme-maker</name>\n    <description>Search meme templates, suggest formats, and generate local or hosted image memes.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/meme-maker/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>node-connect</name>\n    <description>Diagnose OpenClaw Control UI browser and native Android, iOS, or macOS node connection failures across route, auth, pairing, QR/setup-code, and reconnect states.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/node-connect/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>node-inspect-debugger</name>\n    <description>Debug Node.js with node inspect, --inspect, breakpoints, CDP, heap, and CPU profiles.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/node-inspect-debugger/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>notion</name>\n    <description>Notion CLI/API for pages, Markdown content, data sources, files, comments, search, Workers, and raw API calls.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/notion/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>python-debugpy</name>\n    <description>Debug Python with pdb, breakpoint(), post-mortem inspection, and debugpy remote attach.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/python-debugpy/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>skill-creator</name>\n    <description>Author or review AgentSkills: create, repair, validate, or restructure SKILL.md files and bundled resources.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/skill-creator/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>spike</name>\n    <description>Run throwaway prototypes to validate feasibility, compare approaches, and report a verdict.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/spike/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>taskflow</name>\n    <description>Run resumable approval workflows and coordinated subagent recipes with TaskFlow, Swarm, and optional Workboard claims.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/taskflow/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>taskflow-inbox-triage</name>\n    <description>Preview synthetic inbox routing with a real TaskFlow approval pause, and identify the adapters needed for live triage.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/taskflow-inbox-triage/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>tmux</name>\n    <description>Control tmux sessions/panes for interactive CLIs: list, capture output, send keys, paste text, monitor prompts.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/tmux/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>visualize</name>\n    <description>Create inline visuals for code and explanations, or author persistent OpenClaw dashboard widgets with show_widget.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/visualize/SKILL.md</location>\n  </skill>\n  <skill>\n    <name>weather</name>\n    <description>Current weather and forecasts with web_fetch, falling back to wttr.in curl for locations, rain, temperature, travel planning.</description>\n    <location>/tmp/lab/clis/openclaw/node_modules/openclaw/skills/weather/SKILL.md</location>\n  </skill>\n</available_skills>","skills":[{"name":"add-model-provider","skillKey":"add-model-provider"},{"name":"browser-automation","skillKey":"browser-automation"},{"name":"canvas","skillKey":"canvas"},{"name":"clawhub","skillKey":"clawhub"},{"name":"cloud-image-bake","skillKey":"cloud-image-bake"},{"name":"configure-channel","skillKey":"configure-channel"},{"name":"control-ui","skillKey":"control-ui"},{"name":"diagnose-gateway","skillKey":"diagnose-gateway"},{"name":"diagram-maker","skillKey":"diagram-maker"},{"name":"gh-issues","skillKey":"gh-issues","primaryEnv":"GH_TOKEN","requiredEnv":[]},{"name":"github","skillKey":"github","requiredEnv":[]},{"name":"healthcheck","skillKey":"healthcheck"},{"name":"meme-maker","skillKey":"meme-maker","requiredEnv":[]},{"name":"node-connect","skillKey":"node-connect"},{"name":"node-inspect-debugger","skillKey":"node-inspect-debugger","requiredEnv":[]},{"name":"notion","skillKey":"notion","primaryEnv":"NOTION_API_TOKEN","requiredEnv":[]},{"name":"python-debugpy","skillKey":"python-debugpy","requiredEnv":[]},{"name":"skill-creator","skillKey":"skill-creator"},{"name":"spike","skillKey":"spike"},{"name":"taskflow","skillKey":"taskflow"},{"name":"taskflow-inbox-triage","skillKey":"taskflow-inbox-triage"},{"name":"tmux","skillKey":"tmux","requiredEnv":[]},{"name":"visualize","skillKey":"visualize"},{"name":"weather","skillKey":"weather"}],"nodeSkillsEligibility":{"canExec":true},"version":1795385206461,"promptFormatVersion":6},"lastInteractionAt":1795385213595,"activeWriterRunId":"c6c095c5-689f-42ab-a76b-a4263d4e5bc1","model":"fake-model","modelProvider":"lab","abortedLastRun":false,"lastActivityAt":1795385213595,"contextTokens":100000,"contextTokensSource":"resolved","agentHarnessId":"openclaw","systemPromptReport":{"source":"run","generatedAt":1795385211045,"sessionId":"a40eb735-dd96-484f-99ec-965e1064db03","sessionKey":"agent:main:main","provider":"lab","model":"fake-model","workspaceDir":"/srv/harnesslab/demo","bootstrapMaxChars":20000,"bootstrapTotalMaxChars":60000,"bootstrapTruncation":{"warningMode":"always","warningShown":false,"truncatedFiles":0,"nearLimitFiles":0,"totalNearLimit":false},"sandbox":{"mode":"off","sandboxed":false},"systemPrompt":{"chars":31512,"hash":"3f8cf037370353bedb53c2c43ecec54324e10140344323a6f0a5df26d6ae149b","projectContextChars":2754,"nonProjectContextChars":28758},"injectedWorkspaceFiles":[{"name":"AGENTS.md","path":"/srv/harnesslab/demo/AGENTS.md","missing":true,"rawChars":0,"injectedChars":53,"truncated":false},{"name":"SOUL.md","path":"/srv/harnesslab/demo/SOUL.md","missing":true,"rawChars":0,"injectedChars":51,"truncated":false},{"name":"IDENTITY.md","path":"/srv/harnesslab/demo/IDENTITY.md","missing":true,"rawChars":0,"injectedChars":55,"truncated":false},{"name":"BOOTSTRAP.md","path":"/srv/harnesslab/demo/BOOTSTRAP.md","missing":true,"rawChars":0,"injectedChars":0,"truncated":false}],"skills":{"promptChars":7381,"hash":"e6f11cebdd157ee6762e8282a77498321cd3d329afb4de0b16f6724698ddfe0a","entries":[{"name":"add-model-provider","blockChars":306},{"name":"browser-automation","blockChars":324},{"name":"canvas","blockChars":243},{"name":"clawhub","blockChars":309},{"name":"cloud-image-bake","blockChars":292},{"name":"configure-channel","blockChars":294},{"name":"control-ui","blockChars":345},{"name":"diagnose-gateway","blockChars":286},{"name":"diagram-maker","blockChars":271},{"name":"gh-issues","blockChars":294},{"name":"github","blockChars":265},{"name":"healthcheck","blockChars":283},{"name":"meme-maker","blockChars":256},{"name":"node-connect","blockChars":340},{"name":"node-inspect-debugger","blockChars":282},{"name":"notion","blockChars":277},{"name":"python-debugpy","blockChars":270},{"name":"skill-creator","blockChars":289},{"name":"spike","blockChars":256},{"name":"taskflow","blockChars":289},{"name":"taskflow-inbox-triage","blockChars":315},{"name":"tmux","blockChars":274},{"name":"visualize","blockChars":287},{"name":"weather","blockChars":294}]},"tools":{"listChars":0,"schemaChars":6113,"entries":[{"name":"ls","summaryChars":192,"summaryHash":"90bdd7a772f66ad236d45f18e28ee873b8c795fe219804f2c19074a867423e20","schemaChars":254,"schemaHash":"ebe8d6a85b7011ec7e0d43a759b3b53b1ce96e682f54a64312b10e89260e9af9","propertiesCount":3},{"name":"read","summaryChars":164,"summaryHash":"d136f5b09e28d671addad4ca800b75b8aa6a36002bc739ead964f618d3e34829","schemaChars":481,"schemaHash":"b1b9b637dfe1dfade40f50c37cf840a298f1992b534cb9425b7470233a6b0cbb","propertiesCount":5},{"name":"edit","summaryChars":130,"summaryHash":"4149500b1f6501ec6450e4c048bdb6844764dd4a888a10846726cbbc7256152e","schemaChars":501,"schemaHash":"adf3140833ca927b84c66c989d6833fdcbd9de011dd2ffc59f9a2c4d3c25f127","propertiesCount":2},{"name":"write","summaryChars":49,"summaryHash":"f9ce3d8ac929a51498c03331b97c59bfaa2bb4d25580a5ddf0102e6a8e173aec","schemaChars":191,"schemaHash":"b61d2da23febf5fbda55e391526f36d283e9e9fb7f1a1dbadcf5c618a0632287","propertiesCount":2},{"name":"apply_patch","summaryChars":71,"summaryHash":"5c1173efe93d080a386a23216bc3e58db2e0033eb3ddea697eb2439938b7cae4","schemaChars":153,"schemaHash":"05521268363ff4f191472c90d69ef08a503ba9acf1d2febc50b3ee68db32ab65","propertiesCount":1},{"name":"exec","summaryChars":503,"summaryHash":"db730359f8e2e0af6b787dd3717ee4d33189b95f908103250e1e203079218503","schemaChars":1242,"schemaHash":"aeabc27dd35e066195bd6dc30a5fd0e3598974789e8784eb7303eee80fe82518","propertiesCount":12},{"name":"process","summaryChars":258,"summaryHash":"c9c81d9c38f731d0efcc810924c78c3161c38524baa561c6f9251638d9e164b2","schemaChars":1164,"schemaHash":"6cf3281369349e15ea532e644c8ec7f94c96fa6a4e3287272c8cfe90b0960516","propertiesCount":12},{"name":"openclaw","summaryChars":350,"summaryHash":"696c508d4eb6281d0454e09f27d5c728cf969829606beba510b6b50e580f7de4","schemaChars":196,"schemaHash":"9956b2b6fde1ca6ca3d035b66217a09c717a6503aa4e59a2ce184dbf67849bd3","propertiesCount":2},{"name":"sessions_yield","summaryChars":337,"summaryHash":"1dddf4158ea2c44cf79c93b483fd18bc48c6e32fe32fafca3fe83b5309310ce8","schemaChars":457,"schemaHash":"6f3649fb583d30499a48925363f0158ecff856d7bc44e9531dd9cbd8c23c6428","propertiesCount":3},{"name":"tool_search","summaryChars":502,"summaryHash":"acdcab138b356606711452241e668c366bdb15428e39a28a94d7be27d7968626","schemaChars":1139,"schemaHash":"0a78304973631f66103ff3f0c767433fdc00fb89d629bd5b12d1ada29940d382","propertiesCount":3},{"name":"tool_describe","summaryChars":92,"summaryHash":"fc74d14dc28e4026dba1a8904339a6bef1ce8118588e0bff809c37be73ce7a02","schemaChars":125,"schemaHash":"8b60055097c87990f29b27c1f82ecea48435ffb1163c486121a2189f118aa0a4","propertiesCount":1},{"name":"tool_call","summaryChars":61,"summaryHash":"0dc569a573cbc94928d868c94a178930879ac898b541cd9009338699a3e7d1fd","schemaChars":210,"schemaHash":"f48bfb0705c11b32ccbdfd456b791ce458604b1f51b1e31f61bc2d7b25ae07b9","propertiesCount":2}]},"currentTurn":{"promptChars":41,"runtimeContextChars":52,"modelOnlyPromptChars":0}},"contextBudgetStatus":{"schemaVersion":1,"source":"pre-prompt-estimate","updatedAt":1795385213374,"provider":"lab","model":"fake-model","route":"fits","shouldCompact":false,"estimatedPromptTokens":13581,"contextTokenBudget":100000,"promptBudgetBeforeReserve":80000,"reserveTokens":20000,"effectiveReserveTokens":20000,"remainingPromptBudgetTokens":66419,"overflowTokens":0,"toolResultReducibleChars":0,"messageCount":4,"unwindowedMessageCount":4,"sessionId":"a40eb735-dd96-484f-99ec-965e1064db03"},"inputTokens":905,"outputTokens":42,"cacheRead":0,"cacheWrite":0,"estimatedCostUsd":0,"totalTokens":905,"totalTokensFresh":true,"totalTokensVersion":1}',NULL,1,1795385213597,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1795385213595,1795385213595);
CREATE TABLE session_key_contract (
  id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  main_key TEXT NOT NULL,
  canonical_ready TEXT,
  updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO session_key_contract VALUES(1,'main',NULL,0);
CREATE TABLE session_windows (
  session_id TEXT NOT NULL PRIMARY KEY,
  session_key TEXT NOT NULL,
  previous_session_id TEXT,
  reason TEXT CHECK (reason IS NULL OR reason IN ('initial', 'reset', 'rollover', 'fork', 'rewind', 'switch', 'recovery', 'compaction')),
  session_scope TEXT NOT NULL DEFAULT 'conversation' CHECK (session_scope IN ('conversation', 'shared-main', 'group', 'channel')),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  transcript_updated_at INTEGER DEFAULT NULL,
  transcript_observed_at INTEGER DEFAULT NULL,
  session_entry_provenance INTEGER NOT NULL DEFAULT 0 CHECK (session_entry_provenance IN (0, 1)),
  acp_owned INTEGER NOT NULL DEFAULT 0 CHECK (acp_owned IN (0, 1)),
  plugin_owner_id TEXT,
  hook_external_content_source TEXT CHECK (hook_external_content_source IS NULL OR hook_external_content_source IN ('gmail', 'webhook')),
  started_at INTEGER,
  ended_at INTEGER,
  status TEXT CHECK (status IS NULL OR status IN ('running', 'done', 'failed', 'killed', 'timeout')),
  chat_type TEXT CHECK (chat_type IS NULL OR chat_type IN ('direct', 'group', 'channel')),
  channel TEXT,
  account_id TEXT,
  primary_conversation_id TEXT,
  model_provider TEXT,
  model TEXT,
  agent_harness_id TEXT,
  parent_session_key TEXT,
  spawned_by TEXT,
  display_name TEXT,
  FOREIGN KEY (session_key) REFERENCES session_nodes(session_key) ON DELETE CASCADE,
  FOREIGN KEY (primary_conversation_id) REFERENCES conversations(conversation_id) ON DELETE SET NULL
) STRICT;
INSERT INTO session_windows VALUES('a40eb735-dd96-484f-99ec-965e1064db03','agent:main:main',NULL,NULL,'conversation',1795385177401,1795385213597,1795385213548,1795385213548,1,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'lab','fake-model','openclaw',NULL,NULL,NULL);
CREATE TABLE transcript_events (
  session_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  event_json TEXT,
  created_at INTEGER NOT NULL,
  event_zstd BLOB,
  event_utf8_bytes INTEGER CHECK (event_utf8_bytes IS NULL OR event_utf8_bytes >= 0),
  navigation_json TEXT,
  PRIMARY KEY (session_id, seq),
  FOREIGN KEY (session_id) REFERENCES "session_windows"(session_id) ON DELETE CASCADE,
  CHECK (
    (event_json IS NOT NULL AND event_zstd IS NULL)
    OR (
      event_json IS NULL AND event_zstd IS NOT NULL
      AND event_utf8_bytes IS NOT NULL
      AND event_utf8_bytes BETWEEN 1 AND 4194304
      AND length(event_zstd) BETWEEN 1 AND 4194304
      AND navigation_json IS NOT NULL
    )
  )
) STRICT;
INSERT INTO transcript_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',0,'{"type":"session","version":4,"id":"a40eb735-dd96-484f-99ec-965e1064db03","timestamp":"2026-11-22T22:06:25.414Z","cwd":"/srv/harnesslab/demo"}',1795385185414,NULL,142,NULL);
INSERT INTO transcript_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',1,'{"type":"model_change","provider":"lab","modelId":"fake-model","id":"41332d7d-c7b5-4a09-a215-672875fe0840","parentId":null,"timestamp":"2026-11-22T22:06:25.437Z"}',1795385185437,NULL,162,NULL);
INSERT INTO transcript_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',2,'{"type":"thinking_level_change","thinkingLevel":"off","id":"237a80c3-adb3-44cf-9ef7-3f1577367dd2","parentId":"41332d7d-c7b5-4a09-a215-672875fe0840","timestamp":"2026-11-22T22:06:27.562Z"}',1795385187562,NULL,187,NULL);
INSERT INTO transcript_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',3,'{"type":"custom","customType":"model-snapshot","data":{"timestamp":1795385187655,"provider":"lab","modelApi":"openai-completions","modelId":"fake-model"},"id":"5610a43f-e8ad-444c-b380-17cd942807d6","parentId":"237a80c3-adb3-44cf-9ef7-3f1577367dd2","timestamp":"2026-11-22T22:06:27.657Z"}',1795385187657,NULL,287,NULL);
INSERT INTO transcript_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',4,'{"type":"message","id":"e0483870-6df1-4ad4-96fe-bfd4a7a909c1","parentId":"5610a43f-e8ad-444c-b380-17cd942807d6","timestamp":"2026-11-22T22:06:27.747Z","message":{"role":"user","content":"Please list the files. STEPS:[[[\"say\",\"I look at the folder.\"],[\"tool\",\"exec\",{\"command\":\"ls\"}]],[[\"say\",\"There is one file.\"]]]","timestamp":1795385177899,"__openclaw":{"senderIsOwner":true},"idempotencyKey":"65bdda44-0192-4265-85d2-3425cffff74b:user"}}',1795385187747,NULL,457,NULL);
INSERT INTO transcript_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',5,'{"type":"message","id":"49367da9-9ed4-4d02-83c0-d55842957992","parentId":"e0483870-6df1-4ad4-96fe-bfd4a7a909c1","timestamp":"2026-11-22T22:06:27.869Z","message":{"role":"assistant","content":[{"type":"text","text":"I look at the folder.","textSignature":"{\"v\":1,\"id\":\"commentary-0-411777278eb94ea2810cd54a\",\"phase\":\"commentary\"}"},{"type":"toolCall","id":"call_laba2054b9eb20010","name":"exec","arguments":{"command":"ls"}}],"api":"openai-completions","provider":"lab","model":"fake-model","usage":{"input":901,"output":42,"cacheRead":0,"cacheWrite":0,"totalTokens":943,"cost":{"input":0,"output":0,"cacheRead":0,"cacheWrite":0,"total":0}},"stopReason":"toolUse","timestamp":1795385187766,"responseId":"chatcmpl-laba2054b9eb20001","__openclaw":{"runId":"e71b68a3-1ff5-4ef9-b8af-dcdca8d13caa"}}}',1795385187869,NULL,804,NULL);
INSERT INTO transcript_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',6,'{"type":"message","id":"50ed4cb6-7df6-4829-a59f-716fe4a094fe","parentId":"49367da9-9ed4-4d02-83c0-d55842957992","timestamp":"2026-11-22T22:06:29.163Z","message":{"role":"toolResult","toolCallId":"call_laba2054b9eb20010","toolName":"exec","content":[{"type":"text","text":"README.md\nnotes.txt\nnotes10.txt\nnotes2.txt\nnotes3.txt\nnotes4.txt\nnotes5.txt\nnotes6.txt\nnotes8.txt\nnotes9.txt"}],"details":{"status":"completed","exitCode":0,"exitSignal":null,"exitReason":"exit","durationMs":252,"aggregated":"README.md\nnotes.txt\nnotes10.txt\nnotes2.txt\nnotes3.txt\nnotes4.txt\nnotes5.txt\nnotes6.txt\nnotes8.txt\nnotes9.txt","noOutputTimedOut":false,"cwd":"/srv/harnesslab/demo"},"isError":false,"timestamp":1795385189161,"__openclaw":{"runId":"e71b68a3-1ff5-4ef9-b8af-dcdca8d13caa"}}}',1795385189163,NULL,786,NULL);
INSERT INTO transcript_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',7,'{"type":"custom","customType":"openclaw.cache-ttl","data":{"prunedToolResults":[],"ambiguousToolResultBaseKeys":[],"frozenToolResults":[{"key":"tool:call_laba2054b9eb20010:1795385189161","sourceHash":"oRe_qmgCS7DzChXnSyAdY_voGWajtMr-K50Vo39v1Xg"}]},"id":"1f6fc9d0-81df-43e5-8570-49b6b8f47205","parentId":"50ed4cb6-7df6-4829-a59f-716fe4a094fe","timestamp":"2026-11-22T22:06:29.176Z"}',1795385189176,NULL,382,NULL);
INSERT INTO transcript_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',8,'{"type":"message","id":"c1d4cf00-e923-483a-9cb5-bbc723de8592","parentId":"1f6fc9d0-81df-43e5-8570-49b6b8f47205","timestamp":"2026-11-22T22:06:29.207Z","message":{"role":"assistant","content":[{"type":"text","text":"There is one file."}],"api":"openai-completions","provider":"lab","model":"fake-model","usage":{"input":903,"output":42,"cacheRead":0,"cacheWrite":0,"totalTokens":945,"cost":{"input":0,"output":0,"cacheRead":0,"cacheWrite":0,"total":0}},"stopReason":"stop","timestamp":1795385189181,"responseId":"chatcmpl-laba2054b9eb20003","__openclaw":{"runId":"e71b68a3-1ff5-4ef9-b8af-dcdca8d13caa"}}}',1795385189207,NULL,603,NULL);
INSERT INTO transcript_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',9,'{"type":"message","id":"7a36556d-c84d-47a0-b319-62b98123216a","parentId":"c1d4cf00-e923-483a-9cb5-bbc723de8592","timestamp":"2026-11-22T22:06:53.404Z","message":{"role":"user","content":"Again. STEPS:[[[\"say\",\"Second answer.\"]]]","timestamp":1795385209360,"__openclaw":{"senderIsOwner":true},"idempotencyKey":"01d464c9-9b76-4609-9c7b-eec0fe66dfaa:user"}}',1795385213404,NULL,358,NULL);
INSERT INTO transcript_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',10,'{"type":"custom","customType":"openclaw.cache-ttl","data":{"prunedToolResults":[],"ambiguousToolResultBaseKeys":[],"frozenToolResults":[{"key":"tool:calllaba2054b9eb20010:1795385189161","sourceHash":"oRe_qmgCS7DzChXnSyAdY_voGWajtMr-K50Vo39v1Xg"}]},"id":"16ff8b29-7423-4942-ae6b-4a468cd3b71e","parentId":"7a36556d-c84d-47a0-b319-62b98123216a","timestamp":"2026-11-22T22:06:53.435Z"}',1795385213435,NULL,381,NULL);
INSERT INTO transcript_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',11,'{"type":"message","id":"30b04f4e-fc56-4faf-bdc0-4da48ab65495","parentId":"16ff8b29-7423-4942-ae6b-4a468cd3b71e","timestamp":"2026-11-22T22:06:53.543Z","message":{"role":"assistant","content":[{"type":"text","text":"Second answer."}],"api":"openai-completions","provider":"lab","model":"fake-model","usage":{"input":905,"output":42,"cacheRead":0,"cacheWrite":0,"totalTokens":947,"cost":{"input":0,"output":0,"cacheRead":0,"cacheWrite":0,"total":0}},"stopReason":"stop","timestamp":1795385213444,"responseId":"chatcmpl-laba2054b9eb20005","__openclaw":{"runId":"c6c095c5-689f-42ab-a76b-a4263d4e5bc1"}}}',1795385213543,NULL,599,NULL);
CREATE TABLE session_transcript_archives (
  session_id TEXT NOT NULL,
  generation TEXT NOT NULL,
  session_key TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('deleted', 'reset')),
  encoding TEXT NOT NULL CHECK (encoding IN ('identity', 'zstd')),
  archive_blob BLOB NOT NULL,
  archive_sha256 TEXT NOT NULL CHECK (length(archive_sha256) = 64),
  archive_name TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  published_at INTEGER,
  publish_attempts INTEGER NOT NULL DEFAULT 0 CHECK (publish_attempts >= 0),
  last_publish_attempt_at INTEGER,
  last_publish_error TEXT,
  PRIMARY KEY (session_id, generation),
  CHECK (archive_name NOT LIKE '%/%' AND archive_name NOT LIKE '%\%')
) STRICT;
CREATE TABLE session_transcript_cold_archives (
  session_id TEXT NOT NULL PRIMARY KEY,
  generation TEXT NOT NULL,
  archive_name TEXT NOT NULL UNIQUE,
  archive_sha256 TEXT NOT NULL CHECK (length(archive_sha256) = 64),
  event_count INTEGER NOT NULL CHECK (event_count >= 1),
  raw_bytes INTEGER NOT NULL CHECK (raw_bytes >= 0),
  archive_bytes INTEGER NOT NULL CHECK (archive_bytes >= 0),
  last_seq INTEGER NOT NULL,
  archived_at INTEGER NOT NULL,
  storage TEXT NOT NULL CHECK (storage IN ('file', 'sqlite')),
  archive_blob BLOB,
  FOREIGN KEY (session_id) REFERENCES "session_windows"(session_id) ON DELETE CASCADE,
  CHECK (length(archive_name) > 0 AND archive_name NOT IN ('.', '..') AND archive_name NOT LIKE '%/%' AND archive_name NOT LIKE '%\%'),
  CHECK ((storage = 'file' AND archive_blob IS NULL) OR (storage = 'sqlite' AND archive_blob IS NOT NULL))
) STRICT;
CREATE TABLE transcript_rewrite_watermarks (
  session_id TEXT NOT NULL PRIMARY KEY,
  generation TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  FOREIGN KEY (session_id) REFERENCES "session_windows"(session_id) ON DELETE CASCADE
) STRICT;
INSERT INTO transcript_rewrite_watermarks VALUES('a40eb735-dd96-484f-99ec-965e1064db03','0c3e61ecee744f9e8b7c39b7822a132e',1795385187510);
CREATE TABLE transcript_event_identities (
  session_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  event_type TEXT,
  parent_id TEXT,
  message_idempotency_key TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (session_id, event_id),
  FOREIGN KEY (session_id, seq) REFERENCES transcript_events(session_id, seq) ON DELETE CASCADE
) STRICT;
INSERT INTO transcript_event_identities VALUES('a40eb735-dd96-484f-99ec-965e1064db03','a40eb735-dd96-484f-99ec-965e1064db03',0,'session',NULL,NULL,1795385185414);
INSERT INTO transcript_event_identities VALUES('a40eb735-dd96-484f-99ec-965e1064db03','41332d7d-c7b5-4a09-a215-672875fe0840',1,'model_change',NULL,NULL,1795385185437);
INSERT INTO transcript_event_identities VALUES('a40eb735-dd96-484f-99ec-965e1064db03','237a80c3-adb3-44cf-9ef7-3f1577367dd2',2,'thinking_level_change','41332d7d-c7b5-4a09-a215-672875fe0840',NULL,1795385187562);
INSERT INTO transcript_event_identities VALUES('a40eb735-dd96-484f-99ec-965e1064db03','5610a43f-e8ad-444c-b380-17cd942807d6',3,'custom','237a80c3-adb3-44cf-9ef7-3f1577367dd2',NULL,1795385187657);
INSERT INTO transcript_event_identities VALUES('a40eb735-dd96-484f-99ec-965e1064db03','e0483870-6df1-4ad4-96fe-bfd4a7a909c1',4,'message','5610a43f-e8ad-444c-b380-17cd942807d6','65bdda44-0192-4265-85d2-3425cffff74b:user',1795385187747);
INSERT INTO transcript_event_identities VALUES('a40eb735-dd96-484f-99ec-965e1064db03','49367da9-9ed4-4d02-83c0-d55842957992',5,'message','e0483870-6df1-4ad4-96fe-bfd4a7a909c1',NULL,1795385187869);
INSERT INTO transcript_event_identities VALUES('a40eb735-dd96-484f-99ec-965e1064db03','50ed4cb6-7df6-4829-a59f-716fe4a094fe',6,'message','49367da9-9ed4-4d02-83c0-d55842957992',NULL,1795385189163);
INSERT INTO transcript_event_identities VALUES('a40eb735-dd96-484f-99ec-965e1064db03','1f6fc9d0-81df-43e5-8570-49b6b8f47205',7,'custom','50ed4cb6-7df6-4829-a59f-716fe4a094fe',NULL,1795385189176);
INSERT INTO transcript_event_identities VALUES('a40eb735-dd96-484f-99ec-965e1064db03','c1d4cf00-e923-483a-9cb5-bbc723de8592',8,'message','1f6fc9d0-81df-43e5-8570-49b6b8f47205',NULL,1795385189207);
INSERT INTO transcript_event_identities VALUES('a40eb735-dd96-484f-99ec-965e1064db03','7a36556d-c84d-47a0-b319-62b98123216a',9,'message','c1d4cf00-e923-483a-9cb5-bbc723de8592','01d464c9-9b76-4609-9c7b-eec0fe66dfaa:user',1795385213404);
INSERT INTO transcript_event_identities VALUES('a40eb735-dd96-484f-99ec-965e1064db03','16ff8b29-7423-4942-ae6b-4a468cd3b71e',10,'custom','7a36556d-c84d-47a0-b319-62b98123216a',NULL,1795385213435);
INSERT INTO transcript_event_identities VALUES('a40eb735-dd96-484f-99ec-965e1064db03','30b04f4e-fc56-4faf-bdc0-4da48ab65495',11,'message','16ff8b29-7423-4942-ae6b-4a468cd3b71e',NULL,1795385213543);
CREATE TABLE session_transcript_active_events (
  session_id TEXT NOT NULL,
  active_position INTEGER NOT NULL CHECK (active_position >= 0),
  event_seq INTEGER NOT NULL,
  message_position INTEGER CHECK (message_position IS NULL OR message_position >= 0),
  context_eligible INTEGER,
  PRIMARY KEY (session_id, active_position),
  FOREIGN KEY (session_id, event_seq) REFERENCES transcript_events(session_id, seq) ON DELETE CASCADE
) STRICT;
INSERT INTO session_transcript_active_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',0,1,NULL,1);
INSERT INTO session_transcript_active_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',1,2,NULL,1);
INSERT INTO session_transcript_active_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',2,3,NULL,1);
INSERT INTO session_transcript_active_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',3,4,0,1);
INSERT INTO session_transcript_active_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',4,5,1,1);
INSERT INTO session_transcript_active_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',5,6,2,1);
INSERT INTO session_transcript_active_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',6,7,NULL,1);
INSERT INTO session_transcript_active_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',7,8,3,1);
INSERT INTO session_transcript_active_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',8,9,4,1);
INSERT INTO session_transcript_active_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',9,10,NULL,1);
INSERT INTO session_transcript_active_events VALUES('a40eb735-dd96-484f-99ec-965e1064db03',10,11,5,1);
COMMIT;
