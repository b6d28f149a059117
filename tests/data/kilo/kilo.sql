PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE `workspace` (
          `id` text PRIMARY KEY,
          `type` text NOT NULL,
          `name` text DEFAULT '' NOT NULL,
          `branch` text,
          `directory` text,
          `extra` text,
          `project_id` text NOT NULL,
          `time_used` integer NOT NULL,
          CONSTRAINT `fk_workspace_project_id_project_id_fk` FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON DELETE CASCADE
        );
CREATE TABLE `data_migration` (
          `name` text PRIMARY KEY,
          `time_completed` integer NOT NULL
        );
CREATE TABLE `account_state` (
          `id` integer PRIMARY KEY,
          `active_account_id` text,
          `active_org_id` text,
          CONSTRAINT `fk_account_state_active_account_id_account_id_fk` FOREIGN KEY (`active_account_id`) REFERENCES `account`(`id`) ON DELETE SET NULL
        );
CREATE TABLE `account` (
          `id` text PRIMARY KEY,
          `email` text NOT NULL,
          `url` text NOT NULL,
          `access_token` text NOT NULL,
          `refresh_token` text NOT NULL,
          `token_expiry` integer,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL
        );
CREATE TABLE `control_account` (
          `email` text NOT NULL,
          `url` text NOT NULL,
          `access_token` text NOT NULL,
          `refresh_token` text NOT NULL,
          `token_expiry` integer,
          `active` integer NOT NULL,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL,
          CONSTRAINT `control_account_pk` PRIMARY KEY(`email`, `url`)
        );
CREATE TABLE `credential` (
          `id` text PRIMARY KEY,
          `integration_id` text,
          `label` text NOT NULL,
          `value` text NOT NULL,
          `connector_id` text,
          `method_id` text,
          `active` integer,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL
        );
CREATE TABLE `event_sequence` (
          `aggregate_id` text PRIMARY KEY,
          `seq` integer NOT NULL,
          `owner_id` text
        );
CREATE TABLE `event` (
          `id` text PRIMARY KEY,
          `aggregate_id` text NOT NULL,
          `seq` integer NOT NULL,
          `type` text NOT NULL,
          `data` text NOT NULL,
          CONSTRAINT `fk_event_aggregate_id_event_sequence_aggregate_id_fk` FOREIGN KEY (`aggregate_id`) REFERENCES `event_sequence`(`aggregate_id`) ON DELETE CASCADE
        );
CREATE TABLE `kilo_board_message` (
          `id` text PRIMARY KEY,
          `board_root_session_id` text NOT NULL,
          `seq` integer NOT NULL,
          `time_created` integer NOT NULL,
          `sender_session_id` text NOT NULL,
          `recipient` text NOT NULL,
          `type` text NOT NULL,
          `body` text NOT NULL,
          `reply_to` text,
          `source_message_id` text NOT NULL,
          `source_call_id` text NOT NULL,
          CONSTRAINT `fk_kilo_board_message_board_root_session_id_kilo_board_root_session_id_fk` FOREIGN KEY (`board_root_session_id`) REFERENCES `kilo_board`(`root_session_id`) ON DELETE CASCADE
        );
CREATE TABLE `kilo_board` (
          `root_session_id` text PRIMARY KEY,
          `objective` text NOT NULL,
          `objective_message_id` text,
          `next_seq` integer DEFAULT 1 NOT NULL,
          `cleared_seq` integer DEFAULT 0 NOT NULL,
          `message_count` integer DEFAULT 0 NOT NULL,
          `message_bytes` integer DEFAULT 0 NOT NULL,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL,
          CONSTRAINT `fk_kilo_board_root_session_id_session_id_fk` FOREIGN KEY (`root_session_id`) REFERENCES `session`(`id`) ON DELETE CASCADE
        );
INSERT INTO kilo_board VALUES('ses_dfaca375bffeMDlWnCrsixwjVj','"Please list the files. STEPS:[[[\"say\",\"I look at the folder.\"],[\"tool\",\"bash\",{\"command\":\"ls\",\"description\":\"list files\"}]],[[\"say\",\"There is one file.\"]]]"','msg_20535dcd6001vClACB1zABOgxq',1,0,0,0,1795383747602,1795383747602);
CREATE TABLE `permission` (
          `id` text PRIMARY KEY,
          `project_id` text NOT NULL,
          `action` text NOT NULL,
          `resource` text NOT NULL,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL,
          CONSTRAINT `fk_permission_project_id_project_id_fk` FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON DELETE CASCADE
        );
CREATE TABLE `project_directory` (
          `project_id` text NOT NULL,
          `directory` text NOT NULL,
          `type` text,
          `strategy` text,
          `time_created` integer NOT NULL,
          CONSTRAINT `project_directory_pk` PRIMARY KEY(`project_id`, `directory`),
          CONSTRAINT `fk_project_directory_project_id_project_id_fk` FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON DELETE CASCADE
        );
CREATE TABLE `project` (
          `id` text PRIMARY KEY,
          `worktree` text NOT NULL,
          `vcs` text,
          `name` text,
          `icon_url` text,
          `icon_url_override` text,
          `icon_color` text,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL,
          `time_initialized` integer,
          `sandboxes` text NOT NULL,
          `commands` text
        );
INSERT INTO project VALUES('global','/',NULL,NULL,NULL,NULL,NULL,1795383739718,1795383764702,NULL,'[]',NULL);
CREATE TABLE `message` (
          `id` text PRIMARY KEY,
          `session_id` text NOT NULL,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL,
          `data` text NOT NULL,
          CONSTRAINT `fk_message_session_id_session_id_fk` FOREIGN KEY (`session_id`) REFERENCES `session`(`id`) ON DELETE CASCADE
        );
INSERT INTO message VALUES('msg_20535dcd6001vClACB1zABOgxq','ses_dfaca375bffeMDlWnCrsixwjVj',1795383745750,1795383748101,'{"role":"user","time":{"created":1795383745750},"agent":"code","model":{"providerID":"lab","modelID":"fake-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES('msg_20535e0df001HMPVt4nDSzl3Ks','ses_dfaca375bffeMDlWnCrsixwjVj',1795383746783,1795383747710,'{"parentID":"msg_20535dcd6001vClACB1zABOgxq","role":"assistant","mode":"code","agent":"code","path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":943,"input":901,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383746783,"completed":1795383747708},"finish":"tool-calls"}');
INSERT INTO message VALUES('msg_20535e4a6001kc8y5C2IG2E5pl','ses_dfaca375bffeMDlWnCrsixwjVj',1795383747750,1795383748065,'{"parentID":"msg_20535dcd6001vClACB1zABOgxq","role":"assistant","mode":"code","agent":"code","path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":945,"input":903,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383747750,"completed":1795383748063},"finish":"stop"}');
INSERT INTO message VALUES('msg_205360da3001WnWV7QsNdZk1xm','ses_dfaca375bffeMDlWnCrsixwjVj',1795383758243,1795383760028,'{"role":"user","time":{"created":1795383758243},"agent":"code","model":{"providerID":"lab","modelID":"fake-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES('msg_2053610f30015PvWrfoUQnZrtS','ses_dfaca375bffeMDlWnCrsixwjVj',1795383759091,1795383759567,'{"parentID":"msg_205360da3001WnWV7QsNdZk1xm","role":"assistant","mode":"code","agent":"code","path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":949,"input":907,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383759091,"completed":1795383759565},"finish":"tool-calls"}');
INSERT INTO message VALUES('msg_2053612ee001LKRveyvYYsgo7s','ses_dfaca375bffeMDlWnCrsixwjVj',1795383759598,1795383759843,'{"parentID":"msg_205360da3001WnWV7QsNdZk1xm","role":"assistant","mode":"code","agent":"code","path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":951,"input":909,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383759598,"completed":1795383759841},"finish":"stop"}');
CREATE TABLE `part` (
          `id` text PRIMARY KEY,
          `message_id` text NOT NULL,
          `session_id` text NOT NULL,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL,
          `data` text NOT NULL,
          CONSTRAINT `fk_part_message_id_message_id_fk` FOREIGN KEY (`message_id`) REFERENCES `message`(`id`) ON DELETE CASCADE
        );
INSERT INTO part VALUES('prt_20535dd3e001hIND9WfLF8JB2p','msg_20535dcd6001vClACB1zABOgxq','ses_dfaca375bffeMDlWnCrsixwjVj',1795383745862,1795383745864,'{"type":"text","text":"\"Please list the files. STEPS:[[[\\\"say\\\",\\\"I look at the folder.\\\"],[\\\"tool\\\",\\\"bash\\\",{\\\"command\\\":\\\"ls\\\",\\\"description\\\":\\\"list files\\\"}]],[[\\\"say\\\",\\\"There is one file.\\\"]]]\""}');
INSERT INTO part VALUES('prt_20535e276001ttRduBkXvk6gAK','msg_20535e0df001HMPVt4nDSzl3Ks','ses_dfaca375bffeMDlWnCrsixwjVj',1795383747191,1795383747216,'{"type":"step-start","time":{"start":1795383747140}}');
INSERT INTO part VALUES('prt_20535e295001F4V3pIpKjm2xDj','msg_20535e0df001HMPVt4nDSzl3Ks','ses_dfaca375bffeMDlWnCrsixwjVj',1795383747222,1795383747319,'{"type":"text","text":"I look at the folder.","time":{"start":1795383747221,"end":1795383747296}}');
INSERT INTO part VALUES('prt_20535e2b3001FdaBfEy7eYEyZS','msg_20535e0df001HMPVt4nDSzl3Ks','ses_dfaca375bffeMDlWnCrsixwjVj',1795383747252,1795383747611,'{"type":"tool","tool":"bash","callID":"call_laba20535b8470010","state":{"status":"completed","input":{"command":"ls","description":"list files"},"output":"README.md\nnotes.txt\nnotes2.txt\nnotes3.txt\nnotes4.txt\nnotes5.txt\n","metadata":{"output":"README.md\nnotes.txt\nnotes2.txt\nnotes3.txt\nnotes4.txt\nnotes5.txt\n","exit":0,"description":"list files","truncated":false,"approval":{"source":"global","rule":{"permission":"bash","pattern":"*","action":"allow"}}},"title":"list files","time":{"start":1795383747280,"end":1795383747608}}}');
INSERT INTO part VALUES('prt_20535e453001rouUF382tlKTEH','msg_20535e0df001HMPVt4nDSzl3Ks','ses_dfaca375bffeMDlWnCrsixwjVj',1795383747667,1795383747670,'{"reason":"tool-calls","type":"step-finish","time":{"start":1795383747140,"end":1795383747664,"elapsed":524},"metrics":{"generation":80.1526717557252,"source":"computed"},"tokens":{"total":943,"input":901,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
INSERT INTO part VALUES('prt_20535e580001sNitZSIpaW91ph','msg_20535e4a6001kc8y5C2IG2E5pl','ses_dfaca375bffeMDlWnCrsixwjVj',1795383747969,1795383747971,'{"type":"step-start","time":{"start":1795383747924}}');
INSERT INTO part VALUES('prt_20535e5850015x3fJ033rUWgZw','msg_20535e4a6001kc8y5C2IG2E5pl','ses_dfaca375bffeMDlWnCrsixwjVj',1795383747973,1795383747981,'{"type":"text","text":"There is one file.","time":{"start":1795383747973,"end":1795383747979}}');
INSERT INTO part VALUES('prt_20535e5bb001OwoEPwxuIQFKYf','msg_20535e4a6001kc8y5C2IG2E5pl','ses_dfaca375bffeMDlWnCrsixwjVj',1795383748027,1795383748029,'{"reason":"stop","type":"step-finish","time":{"start":1795383747924,"end":1795383748025,"elapsed":101},"metrics":{"generation":415.84158415841586,"source":"computed"},"tokens":{"total":945,"input":903,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
INSERT INTO part VALUES('prt_205360db5001nItB2BI8HbBJs3','msg_205360da3001WnWV7QsNdZk1xm','ses_dfaca375bffeMDlWnCrsixwjVj',1795383758270,1795383758271,'{"type":"text","text":"\"Write a note. STEPS:[[[\\\"tool\\\",\\\"write\\\",{\\\"filePath\\\":\\\"/srv/harnesslab/demo/notes6.txt\\\",\\\"content\\\":\\\"a note: 日本\\\"}]],[[\\\"say\\\",\\\"The note is written.\\\"]]]\""}');
INSERT INTO part VALUES('prt_205361277001o1sPu9ifCak0Up','msg_2053610f30015PvWrfoUQnZrtS','ses_dfaca375bffeMDlWnCrsixwjVj',1795383759479,1795383759482,'{"type":"step-start","time":{"start":1795383759412}}');
INSERT INTO part VALUES('prt_20536127d0014ZOhs0bKkS6epO','msg_2053610f30015PvWrfoUQnZrtS','ses_dfaca375bffeMDlWnCrsixwjVj',1795383759485,1795383759503,'{"type":"tool","tool":"write","callID":"call_laba20535b8470070","state":{"status":"completed","input":{"filePath":"/srv/harnesslab/demo/notes6.txt","content":"a note: 日本"},"output":"Wrote file successfully.","metadata":{"diagnostics":{},"filepath":"/srv/harnesslab/demo/notes6.txt","exists":false,"diff":"Index: /srv/harnesslab/demo/notes6.txt\n===================================================================\n--- /srv/harnesslab/demo/notes6.txt\n+++ /srv/harnesslab/demo/notes6.txt\n@@ -0,0 +1,1 @@\n+a note: 日本\n\\ No newline at end of file\n","filediff":{"file":"/srv/harnesslab/demo/notes6.txt","patch":"Index: /srv/harnesslab/demo/notes6.txt\n===================================================================\n--- /srv/harnesslab/demo/notes6.txt\n+++ /srv/harnesslab/demo/notes6.txt\n@@ -0,0 +1,1 @@\n+a note: 日本\n\\ No newline at end of file\n","additions":1,"deletions":0},"truncated":false,"approval":{"source":"global","rule":{"permission":"edit","pattern":"*","action":"allow"}}},"title":"srv/harnesslab/demo/notes6.txt","time":{"start":1795383759494,"end":1795383759501}}}');
INSERT INTO part VALUES('prt_2053612c2001AOzWdU0ow8nAxc','msg_2053610f30015PvWrfoUQnZrtS','ses_dfaca375bffeMDlWnCrsixwjVj',1795383759555,1795383759556,'{"reason":"tool-calls","type":"step-finish","time":{"start":1795383759412,"end":1795383759552,"elapsed":140},"metrics":{"generation":300,"source":"computed"},"tokens":{"total":949,"input":907,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
INSERT INTO part VALUES('prt_205361393001fXKSaEKNt8r7uQ','msg_2053612ee001LKRveyvYYsgo7s','ses_dfaca375bffeMDlWnCrsixwjVj',1795383759763,1795383759765,'{"type":"step-start","time":{"start":1795383759745}}');
INSERT INTO part VALUES('prt_205361397001U1P7NjCVxmu3jo','msg_2053612ee001LKRveyvYYsgo7s','ses_dfaca375bffeMDlWnCrsixwjVj',1795383759767,1795383759774,'{"type":"text","text":"The note is written.","time":{"start":1795383759767,"end":1795383759771}}');
INSERT INTO part VALUES('prt_2053613da001da9G9yPGMBtghx','msg_2053612ee001LKRveyvYYsgo7s','ses_dfaca375bffeMDlWnCrsixwjVj',1795383759834,1795383759835,'{"reason":"stop","type":"step-finish","time":{"start":1795383759745,"end":1795383759827,"elapsed":82},"metrics":{"generation":512.1951219512196,"source":"computed"},"tokens":{"total":951,"input":909,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
CREATE TABLE `session_context_epoch` (
          `session_id` text PRIMARY KEY,
          `baseline` text NOT NULL,
          `snapshot` text NOT NULL,
          `baseline_seq` integer NOT NULL, `agent` text DEFAULT 'build' NOT NULL, `replacement_seq` integer, `revision` integer DEFAULT 0 NOT NULL,
          CONSTRAINT `fk_session_context_epoch_session_id_session_id_fk` FOREIGN KEY (`session_id`) REFERENCES `session`(`id`) ON DELETE CASCADE
        );
CREATE TABLE `session_input` (
          `id` text PRIMARY KEY,
          `session_id` text NOT NULL,
          `prompt` text NOT NULL,
          `delivery` text NOT NULL,
          `admitted_seq` integer NOT NULL,
          `promoted_seq` integer,
          `time_created` integer NOT NULL,
          CONSTRAINT `fk_session_input_session_id_session_id_fk` FOREIGN KEY (`session_id`) REFERENCES `session`(`id`) ON DELETE CASCADE
        );
CREATE TABLE `session_message` (
          `id` text PRIMARY KEY,
          `session_id` text NOT NULL,
          `type` text NOT NULL,
          `seq` integer,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL,
          `data` text NOT NULL,
          CONSTRAINT `fk_session_message_session_id_session_id_fk` FOREIGN KEY (`session_id`) REFERENCES `session`(`id`) ON DELETE CASCADE
        );
CREATE TABLE `session` (
          `id` text PRIMARY KEY,
          `project_id` text NOT NULL,
          `workspace_id` text,
          `parent_id` text,
          `slug` text NOT NULL,
          `directory` text NOT NULL,
          `path` text,
          `title` text NOT NULL,
          `version` text NOT NULL,
          `share_url` text,
          `summary_additions` integer,
          `summary_deletions` integer,
          `summary_files` integer,
          `summary_diffs` text,
          `metadata` text,
          `cost` real DEFAULT 0 NOT NULL,
          `tokens_input` integer DEFAULT 0 NOT NULL,
          `tokens_output` integer DEFAULT 0 NOT NULL,
          `tokens_reasoning` integer DEFAULT 0 NOT NULL,
          `tokens_cache_read` integer DEFAULT 0 NOT NULL,
          `tokens_cache_write` integer DEFAULT 0 NOT NULL,
          `revert` text,
          `permission` text,
          `agent` text,
          `model` text,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL,
          `time_compacting` integer,
          `time_archived` integer,
          CONSTRAINT `fk_session_project_id_project_id_fk` FOREIGN KEY (`project_id`) REFERENCES `project`(`id`) ON DELETE CASCADE
        );
INSERT INTO session VALUES('ses_dfaca375bffeMDlWnCrsixwjVj','global',NULL,NULL,'stellar-lagoon','/srv/harnesslab/demo','srv/harnesslab/demo','Lab session about files','7.7.7',NULL,0,0,0,NULL,NULL,0.0,3620,168,0,0,0,NULL,'[{"permission":"question","pattern":"*","action":"deny"},{"permission":"suggest","pattern":"*","action":"deny"},{"permission":"plan_enter","pattern":"*","action":"deny"},{"permission":"plan_exit","pattern":"*","action":"deny"}]','code','{"id":"fake-model","providerID":"lab","variant":"default"}',1795383740581,1795383760003,NULL,NULL);
CREATE TABLE `todo` (
          `session_id` text NOT NULL,
          `content` text NOT NULL,
          `status` text NOT NULL,
          `priority` text NOT NULL,
          `position` integer NOT NULL,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL,
          CONSTRAINT `todo_pk` PRIMARY KEY(`session_id`, `position`),
          CONSTRAINT `fk_todo_session_id_session_id_fk` FOREIGN KEY (`session_id`) REFERENCES `session`(`id`) ON DELETE CASCADE
        );
CREATE TABLE `session_share` (
          `session_id` text PRIMARY KEY,
          `id` text NOT NULL,
          `secret` text NOT NULL,
          `url` text NOT NULL,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL,
          CONSTRAINT `fk_session_share_session_id_session_id_fk` FOREIGN KEY (`session_id`) REFERENCES `session`(`id`) ON DELETE CASCADE
        );
CREATE TABLE IF NOT EXISTS "migration" (id TEXT PRIMARY KEY, time_completed INTEGER NOT NULL);
CREATE UNIQUE INDEX `event_aggregate_seq_idx` ON `event` (`aggregate_id`,`seq`);
CREATE INDEX `event_aggregate_type_seq_idx` ON `event` (`aggregate_id`,`type`,`seq`);
CREATE UNIQUE INDEX `kilo_board_message_board_seq_idx` ON `kilo_board_message` (`board_root_session_id`,`seq`);
CREATE UNIQUE INDEX `permission_project_action_resource_idx` ON `permission` (`project_id`,`action`,`resource`);
CREATE INDEX `message_session_time_created_id_idx` ON `message` (`session_id`,`time_created`,`id`);
CREATE INDEX `recall_message_role_idx` ON `message` (`id`,json_extract("data", '$.role'),coalesce(json_extract("data", '$.parentID'), ''));
CREATE INDEX `part_message_id_id_idx` ON `part` (`message_id`,`id`);
CREATE INDEX `part_session_idx` ON `part` (`session_id`);
CREATE INDEX `part_session_step_finish_idx` ON `part` (`session_id`) WHERE json_valid("part"."data") AND json_extract("part"."data", '$.type') = 'step-finish';
CREATE INDEX `recall_part_search_idx` ON `part` (`session_id`,`id`,`message_id`,json_extract("data", '$.type'),CASE WHEN json_extract("data", '$.type') = 'text' THEN coalesce(json_extract("data", '$.text'), '') WHEN json_extract("data", '$.type') = 'file' THEN trim(coalesce(json_extract("data", '$.filename'), '') || ' ' || CASE WHEN coalesce(json_extract("data", '$.url'), '') NOT LIKE 'data:%' THEN coalesce(json_extract("data", '$.url'), '') ELSE '' END || ' ' || coalesce(json_extract("data", '$.source.path'), '') || ' ' || coalesce(json_extract("data", '$.source.name'), '') || ' ' || CASE WHEN coalesce(json_extract("data", '$.source.uri'), '') NOT LIKE 'data:%' THEN coalesce(json_extract("data", '$.source.uri'), '') ELSE '' END || ' ' || coalesce(json_extract("data", '$.source.clientName'), '')) ELSE coalesce(json_extract("data", '$.state.error'), '') END) WHERE json_valid("part"."data") AND ((json_extract("part"."data", '$.type') = 'text' AND coalesce(json_extract("part"."data", '$.synthetic'), 0) = 0 AND coalesce(json_extract("part"."data", '$.ignored'), 0) = 0) OR json_extract("part"."data", '$.type') = 'file' OR (json_extract("part"."data", '$.type') = 'tool' AND json_extract("part"."data", '$.state.status') = 'error'));
CREATE INDEX `session_input_session_pending_delivery_seq_idx` ON `session_input` (`session_id`,`promoted_seq`,`delivery`,`admitted_seq`);
CREATE UNIQUE INDEX `session_input_session_admitted_seq_idx` ON `session_input` (`session_id`,`admitted_seq`);
CREATE UNIQUE INDEX `session_input_session_promoted_seq_idx` ON `session_input` (`session_id`,`promoted_seq`);
CREATE UNIQUE INDEX `session_message_session_seq_idx` ON `session_message` (`session_id`,`seq`);
CREATE INDEX `session_message_session_type_seq_idx` ON `session_message` (`session_id`,`type`,`seq`);
CREATE INDEX `session_message_session_time_created_id_idx` ON `session_message` (`session_id`,`time_created`,`id`);
CREATE INDEX `session_message_time_created_idx` ON `session_message` (`time_created`);
CREATE INDEX `session_project_idx` ON `session` (`project_id`);
CREATE INDEX `session_workspace_idx` ON `session` (`workspace_id`);
CREATE INDEX `session_parent_idx` ON `session` (`parent_id`);
CREATE INDEX `todo_session_idx` ON `todo` (`session_id`);
COMMIT;
