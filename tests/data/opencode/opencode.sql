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
INSERT INTO project VALUES('global','/',NULL,NULL,NULL,NULL,NULL,1795383270076,1795383286994,NULL,'[]',NULL);
CREATE TABLE `message` (
          `id` text PRIMARY KEY,
          `session_id` text NOT NULL,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL,
          `data` text NOT NULL,
          CONSTRAINT `fk_message_session_id_session_id_fk` FOREIGN KEY (`session_id`) REFERENCES `session`(`id`) ON DELETE CASCADE
        );
INSERT INTO message VALUES('msg_2052e9e94001PopsUzK10jPcv7','ses_dfad16302ffe0ev6yveoLzKqHD',1795383271060,1795383273829,'{"role":"user","time":{"created":1795383271060},"agent":"build","model":{"providerID":"lab","modelID":"fake-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES('msg_2052ea47b001r1VQ8uJs3yYKgc','ses_dfad16302ffe0ev6yveoLzKqHD',1795383272571,1795383273760,'{"parentID":"msg_2052e9e94001PopsUzK10jPcv7","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":945,"input":903,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383272571,"completed":1795383273759},"finish":"tool-calls"}');
INSERT INTO message VALUES('msg_2052ea927001RtFUTgyyrtYnlB','ses_dfad16302ffe0ev6yveoLzKqHD',1795383273767,1795383273961,'{"parentID":"msg_2052e9e94001PopsUzK10jPcv7","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":947,"input":905,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383273767,"completed":1795383273959},"finish":"stop"}');
INSERT INTO message VALUES('msg_2052eb1a7001Ys95DGePMmm6sD','ses_dfad16302ffe0ev6yveoLzKqHD',1795383275943,1795383277758,'{"role":"user","time":{"created":1795383275943},"agent":"build","model":{"providerID":"lab","modelID":"fake-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES('msg_2052eb4b6001txbAGQ1N6PkS80','ses_dfad16302ffe0ev6yveoLzKqHD',1795383276726,1795383277361,'{"parentID":"msg_2052eb1a7001Ys95DGePMmm6sD","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":949,"input":907,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383276726,"completed":1795383277359},"finish":"tool-calls"}');
INSERT INTO message VALUES('msg_2052eb734001o6pFlEqHvOO9ZJ','ses_dfad16302ffe0ev6yveoLzKqHD',1795383277364,1795383277973,'{"parentID":"msg_2052eb1a7001Ys95DGePMmm6sD","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":951,"input":909,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383277364,"completed":1795383277972},"finish":"stop"}');
INSERT INTO message VALUES('msg_2052ec14f00111q4MSzHEgLZUV','ses_dfad13ebeffecF5H4ob9XsBp62',1795383271060,1795383279954,'{"role":"user","time":{"created":1795383271060},"agent":"build","model":{"providerID":"lab","modelID":"fake-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES('msg_2052ec49a001qrcSXUW9SlrcPT','ses_dfad13ebeffecF5H4ob9XsBp62',1795383272571,1795383280796,'{"parentID":"msg_2052ec14f00111q4MSzHEgLZUV","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":945,"input":903,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383272571,"completed":1795383273759},"finish":"tool-calls"}');
INSERT INTO message VALUES('msg_2052ec4a8001s8S9UG4ASHud8I','ses_dfad13ebeffecF5H4ob9XsBp62',1795383273767,1795383280809,'{"parentID":"msg_2052ec14f00111q4MSzHEgLZUV","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":947,"input":905,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383273767,"completed":1795383273959},"finish":"stop"}');
INSERT INTO message VALUES('msg_2052ec4b3001LeO81HNzO6xZy8','ses_dfad13ebeffecF5H4ob9XsBp62',1795383275943,1795383280820,'{"role":"user","time":{"created":1795383275943},"agent":"build","model":{"providerID":"lab","modelID":"fake-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES('msg_2052ec4bc001oqGvgdfvMIwoAs','ses_dfad13ebeffecF5H4ob9XsBp62',1795383276726,1795383280837,'{"parentID":"msg_2052ec4b3001LeO81HNzO6xZy8","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":949,"input":907,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383276726,"completed":1795383277359},"finish":"tool-calls"}');
INSERT INTO message VALUES('msg_2052ec4d7001NlgUy0eel9SrtH','ses_dfad13ebeffecF5H4ob9XsBp62',1795383277364,1795383280856,'{"parentID":"msg_2052ec4b3001LeO81HNzO6xZy8","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":951,"input":909,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383277364,"completed":1795383277972},"finish":"stop"}');
INSERT INTO message VALUES('msg_2052ec518001HSTPD4wrkhrBht','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280920,1795383281144,'{"role":"user","time":{"created":1795383280920},"agent":"build","model":{"providerID":"lab","modelID":"fake-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES('msg_2052ec53b001dn1HYTnA7kRoVY','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280955,1795383281273,'{"parentID":"msg_2052ec518001HSTPD4wrkhrBht","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":953,"input":911,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383280955,"completed":1795383281272},"finish":"stop"}');
INSERT INTO message VALUES('msg_2052eec53001AFCathm27ru5nT','ses_dfad13ebeffecF5H4ob9XsBp62',1795383290963,1795383291876,'{"role":"user","model":{"providerID":"lab","modelID":"fake-model"},"agent":"build","time":{"created":1795383290963},"summary":{"diffs":[]}}');
INSERT INTO message VALUES('msg_2052eef1f001nJR8rWjl35mxS5','ses_dfad13ebeffecF5H4ob9XsBp62',1795383291679,1795383291843,'{"role":"assistant","parentID":"msg_2052eec53001AFCathm27ru5nT","mode":"compaction","agent":"compaction","summary":true,"path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":955,"input":913,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383291679,"completed":1795383291842},"finish":"stop"}');
INSERT INTO message VALUES('msg_2052f0dbe0010S9fuCGrv3ckQI','ses_dfad13ebeffecF5H4ob9XsBp62',1795383299518,1795383301330,'{"role":"user","time":{"created":1795383299518},"agent":"build","model":{"providerID":"lab","modelID":"fake-model"},"summary":{"diffs":[]}}');
INSERT INTO message VALUES('msg_2052f0ddc001toAu1tJhDp9xDx','ses_dfad13ebeffecF5H4ob9XsBp62',1795383299548,1795383301315,'{"parentID":"msg_2052f0dbe0010S9fuCGrv3ckQI","role":"assistant","mode":"build","agent":"build","path":{"cwd":"/srv/harnesslab/demo","root":"/"},"cost":0,"tokens":{"total":957,"input":915,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"modelID":"fake-model","providerID":"lab","time":{"created":1795383299548,"completed":1795383301314},"finish":"stop"}');
CREATE TABLE `part` (
          `id` text PRIMARY KEY,
          `message_id` text NOT NULL,
          `session_id` text NOT NULL,
          `time_created` integer NOT NULL,
          `time_updated` integer NOT NULL,
          `data` text NOT NULL,
          CONSTRAINT `fk_part_message_id_message_id_fk` FOREIGN KEY (`message_id`) REFERENCES `message`(`id`) ON DELETE CASCADE
        );
INSERT INTO part VALUES('prt_2052e9e9f001HUKSdn6mD7ijB4','msg_2052e9e94001PopsUzK10jPcv7','ses_dfad16302ffe0ev6yveoLzKqHD',1795383272540,1795383272543,'{"type":"text","text":"\"Please list the files. STEPS:[[[\\\"say\\\",\\\"I look at the folder.\\\"],[\\\"tool\\\",\\\"bash\\\",{\\\"command\\\":\\\"ls\\\",\\\"description\\\":\\\"list files\\\"}]],[[\\\"say\\\",\\\"There is one file.\\\"]]]\""}');
INSERT INTO part VALUES('prt_2052ea83f001882vQNsxcQnvjB','msg_2052ea47b001r1VQ8uJs3yYKgc','ses_dfad16302ffe0ev6yveoLzKqHD',1795383273535,1795383273539,'{"type":"step-start"}');
INSERT INTO part VALUES('prt_2052ea847001WPXOa3Hh3bF3AL','msg_2052ea47b001r1VQ8uJs3yYKgc','ses_dfad16302ffe0ev6yveoLzKqHD',1795383273543,1795383273610,'{"type":"text","text":"I look at the folder.","time":{"start":1795383273543,"end":1795383273608}}');
INSERT INTO part VALUES('prt_2052ea875001VEaksM7xzrXBhK','msg_2052ea47b001r1VQ8uJs3yYKgc','ses_dfad16302ffe0ev6yveoLzKqHD',1795383273590,1795383273742,'{"type":"tool","tool":"bash","callID":"call_laba2052e949e0030","state":{"status":"completed","input":{"command":"ls","description":"list files"},"output":"README.md\nnotes.txt\n","metadata":{"output":"README.md\nnotes.txt\n","exit":0,"truncated":false},"title":"ls","time":{"start":1795383273600,"end":1795383273739}}}');
INSERT INTO part VALUES('prt_2052ea911001s8WxWtR2vinXKm','msg_2052ea47b001r1VQ8uJs3yYKgc','ses_dfad16302ffe0ev6yveoLzKqHD',1795383273746,1795383273748,'{"reason":"tool-calls","type":"step-finish","tokens":{"total":945,"input":903,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
INSERT INTO part VALUES('prt_2052ea9cc001MZ0yXvl7WK2ztr','msg_2052ea927001RtFUTgyyrtYnlB','ses_dfad16302ffe0ev6yveoLzKqHD',1795383273933,1795383273935,'{"type":"step-start"}');
INSERT INTO part VALUES('prt_2052ea9d1001W4QnTk13eqN2a2','msg_2052ea927001RtFUTgyyrtYnlB','ses_dfad16302ffe0ev6yveoLzKqHD',1795383273938,1795383273947,'{"type":"text","text":"There is one file.","time":{"start":1795383273937,"end":1795383273945}}');
INSERT INTO part VALUES('prt_2052ea9e0001fiWN5PKbyadK0n','msg_2052ea927001RtFUTgyyrtYnlB','ses_dfad16302ffe0ev6yveoLzKqHD',1795383273952,1795383273954,'{"reason":"stop","type":"step-finish","tokens":{"total":947,"input":905,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
INSERT INTO part VALUES('prt_2052eb1a9001ump3aOjml6sIoV','msg_2052eb1a7001Ys95DGePMmm6sD','ses_dfad16302ffe0ev6yveoLzKqHD',1795383276706,1795383276709,'{"type":"text","text":"\"Write a note. STEPS:[[[\\\"tool\\\",\\\"write\\\",{\\\"filePath\\\":\\\"/srv/harnesslab/demo/notes2.txt\\\",\\\"content\\\":\\\"a note: 日本\\\"}]],[[\\\"say\\\",\\\"The note is written.\\\"]]]\""}');
INSERT INTO part VALUES('prt_2052eb6fd0011oRuIafcOlE4ym','msg_2052eb4b6001txbAGQ1N6PkS80','ses_dfad16302ffe0ev6yveoLzKqHD',1795383277309,1795383277311,'{"type":"step-start"}');
INSERT INTO part VALUES('prt_2052eb702001Xx5Tec0M40REk7','msg_2052eb4b6001txbAGQ1N6PkS80','ses_dfad16302ffe0ev6yveoLzKqHD',1795383277314,1795383277347,'{"type":"tool","tool":"write","callID":"call_laba2052e949e0070","state":{"status":"completed","input":{"filePath":"/srv/harnesslab/demo/notes2.txt","content":"a note: 日本"},"output":"Wrote file successfully.","metadata":{"diagnostics":{},"filepath":"/srv/harnesslab/demo/notes2.txt","exists":false,"truncated":false},"title":"srv/harnesslab/demo/notes2.txt","time":{"start":1795383277332,"end":1795383277346}}}');
INSERT INTO part VALUES('prt_2052eb727001eqAZgKJLw6SOAI','msg_2052eb4b6001txbAGQ1N6PkS80','ses_dfad16302ffe0ev6yveoLzKqHD',1795383277351,1795383277352,'{"reason":"tool-calls","type":"step-finish","tokens":{"total":949,"input":907,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
INSERT INTO part VALUES('prt_2052eb90e001K4MNmKf51mYCQK','msg_2052eb734001o6pFlEqHvOO9ZJ','ses_dfad16302ffe0ev6yveoLzKqHD',1795383277838,1795383277857,'{"type":"step-start"}');
INSERT INTO part VALUES('prt_2052eb980001m6OoN08ATPivls','msg_2052eb734001o6pFlEqHvOO9ZJ','ses_dfad16302ffe0ev6yveoLzKqHD',1795383277952,1795383277959,'{"type":"text","text":"The note is written.","time":{"start":1795383277952,"end":1795383277958}}');
INSERT INTO part VALUES('prt_2052eb98b001ewTRw7QxhOBmQX','msg_2052eb734001o6pFlEqHvOO9ZJ','ses_dfad16302ffe0ev6yveoLzKqHD',1795383277963,1795383277967,'{"reason":"stop","type":"step-finish","tokens":{"total":951,"input":909,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
INSERT INTO part VALUES('prt_2052ec495001yQbstuKkCd4twZ','msg_2052ec14f00111q4MSzHEgLZUV','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280789,1795383280792,'{"type":"text","text":"\"Please list the files. STEPS:[[[\\\"say\\\",\\\"I look at the folder.\\\"],[\\\"tool\\\",\\\"bash\\\",{\\\"command\\\":\\\"ls\\\",\\\"description\\\":\\\"list files\\\"}]],[[\\\"say\\\",\\\"There is one file.\\\"]]]\""}');
INSERT INTO part VALUES('prt_2052ec49d0019gaQCW0BQAfJNR','msg_2052ec49a001qrcSXUW9SlrcPT','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280798,1795383280799,'{"type":"step-start"}');
INSERT INTO part VALUES('prt_2052ec49f001qyyKVSh5xslWCx','msg_2052ec49a001qrcSXUW9SlrcPT','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280800,1795383280801,'{"type":"text","text":"I look at the folder.","time":{"start":1795383273543,"end":1795383273608}}');
INSERT INTO part VALUES('prt_2052ec4a2001YhVdYMyveylHCf','msg_2052ec49a001qrcSXUW9SlrcPT','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280802,1795383280803,'{"type":"tool","tool":"bash","callID":"call_laba2052e949e0030","state":{"status":"completed","input":{"command":"ls","description":"list files"},"output":"README.md\nnotes.txt\n","metadata":{"output":"README.md\nnotes.txt\n","exit":0,"truncated":false},"title":"ls","time":{"start":1795383273600,"end":1795383273739}}}');
INSERT INTO part VALUES('prt_2052ec4a4001z1W0MM2n0DjssF','msg_2052ec49a001qrcSXUW9SlrcPT','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280804,1795383280805,'{"reason":"tool-calls","type":"step-finish","tokens":{"total":945,"input":903,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
INSERT INTO part VALUES('prt_2052ec4ab001hyfhC4zkxOxEVX','msg_2052ec4a8001s8S9UG4ASHud8I','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280811,1795383280812,'{"type":"step-start"}');
INSERT INTO part VALUES('prt_2052ec4ad001sfXTPV4np9Ie5G','msg_2052ec4a8001s8S9UG4ASHud8I','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280813,1795383280815,'{"type":"text","text":"There is one file.","time":{"start":1795383273937,"end":1795383273945}}');
INSERT INTO part VALUES('prt_2052ec4b0001jGDkt4Qw4G9dt0','msg_2052ec4a8001s8S9UG4ASHud8I','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280816,1795383280817,'{"reason":"stop","type":"step-finish","tokens":{"total":947,"input":905,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
INSERT INTO part VALUES('prt_2052ec4ba001gq60jPHz1jyjeL','msg_2052ec4b3001LeO81HNzO6xZy8','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280826,1795383280828,'{"type":"text","text":"\"Write a note. STEPS:[[[\\\"tool\\\",\\\"write\\\",{\\\"filePath\\\":\\\"/srv/harnesslab/demo/notes2.txt\\\",\\\"content\\\":\\\"a note: 日本\\\"}]],[[\\\"say\\\",\\\"The note is written.\\\"]]]\""}');
INSERT INTO part VALUES('prt_2052ec4d1001BVbGWs3uAlmfRs','msg_2052ec4bc001oqGvgdfvMIwoAs','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280849,1795383280850,'{"type":"step-start"}');
INSERT INTO part VALUES('prt_2052ec4d3001ILZJ69TMJ6gHgx','msg_2052ec4bc001oqGvgdfvMIwoAs','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280851,1795383280852,'{"type":"tool","tool":"write","callID":"call_laba2052e949e0070","state":{"status":"completed","input":{"filePath":"/srv/harnesslab/demo/notes2.txt","content":"a note: 日本"},"output":"Wrote file successfully.","metadata":{"diagnostics":{},"filepath":"/srv/harnesslab/demo/notes2.txt","exists":false,"truncated":false},"title":"srv/harnesslab/demo/notes2.txt","time":{"start":1795383277332,"end":1795383277346}}}');
INSERT INTO part VALUES('prt_2052ec4d5001k2GXjVZ1MjR5vG','msg_2052ec4bc001oqGvgdfvMIwoAs','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280853,1795383280854,'{"reason":"tool-calls","type":"step-finish","tokens":{"total":949,"input":907,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
INSERT INTO part VALUES('prt_2052ec4dc001z5PbnXcvh9OY6v','msg_2052ec4d7001NlgUy0eel9SrtH','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280860,1795383280861,'{"type":"step-start"}');
INSERT INTO part VALUES('prt_2052ec4dd001daKoJ5TsjqNfF8','msg_2052ec4d7001NlgUy0eel9SrtH','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280861,1795383280862,'{"type":"text","text":"The note is written.","time":{"start":1795383277952,"end":1795383277958}}');
INSERT INTO part VALUES('prt_2052ec4ea001sjJhXpfLg1BJVy','msg_2052ec4d7001NlgUy0eel9SrtH','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280874,1795383280875,'{"reason":"stop","type":"step-finish","tokens":{"total":951,"input":909,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
INSERT INTO part VALUES('prt_2052ec51e001FCViVauJrtJcYL','msg_2052ec518001HSTPD4wrkhrBht','ses_dfad13ebeffecF5H4ob9XsBp62',1795383280928,1795383280932,'{"type":"text","text":"\"A fork. STEPS:[[[\\\"say\\\",\\\"Forked.\\\"]]]\""}');
INSERT INTO part VALUES('prt_2052ec662001ie3zHegnBIHl6o','msg_2052ec53b001dn1HYTnA7kRoVY','ses_dfad13ebeffecF5H4ob9XsBp62',1795383281250,1795383281252,'{"type":"step-start"}');
INSERT INTO part VALUES('prt_2052ec666001NfvId3Fuv3qB0D','msg_2052ec53b001dn1HYTnA7kRoVY','ses_dfad13ebeffecF5H4ob9XsBp62',1795383281254,1795383281259,'{"type":"text","text":"Forked.","time":{"start":1795383281254,"end":1795383281258}}');
INSERT INTO part VALUES('prt_2052ec66f0010lmb5zJ7BZup0a','msg_2052ec53b001dn1HYTnA7kRoVY','ses_dfad13ebeffecF5H4ob9XsBp62',1795383281263,1795383281266,'{"reason":"stop","type":"step-finish","tokens":{"total":953,"input":911,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
INSERT INTO part VALUES('prt_2052eec5b00129U2sDCbsaxRmB','msg_2052eec53001AFCathm27ru5nT','ses_dfad13ebeffecF5H4ob9XsBp62',1795383290972,1795383290974,'{"type":"compaction","auto":false}');
INSERT INTO part VALUES('prt_2052eef95001S0jMvEzPXwZlKW','msg_2052eef1f001nJR8rWjl35mxS5','ses_dfad13ebeffecF5H4ob9XsBp62',1795383291797,1795383291799,'{"type":"step-start"}');
INSERT INTO part VALUES('prt_2052eef9a0017WSUlFosyHt5r7','msg_2052eef1f001nJR8rWjl35mxS5','ses_dfad13ebeffecF5H4ob9XsBp62',1795383291803,1795383291823,'{"type":"text","text":"Lab session about files","time":{"start":1795383291803,"end":1795383291818}}');
INSERT INTO part VALUES('prt_2052eefb6001V0JMigksrlCa9I','msg_2052eef1f001nJR8rWjl35mxS5','ses_dfad13ebeffecF5H4ob9XsBp62',1795383291831,1795383291833,'{"reason":"stop","type":"step-finish","tokens":{"total":955,"input":913,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
INSERT INTO part VALUES('prt_2052f0dc2001LvaqIvq8uGaYjk','msg_2052f0dbe0010S9fuCGrv3ckQI','ses_dfad13ebeffecF5H4ob9XsBp62',1795383299527,1795383299530,'{"type":"text","text":"After compact. STEPS:[[[\"say\",\"After.\"]]]"}');
INSERT INTO part VALUES('prt_2052f14a3001GNt2MrJ3Jr4o4R','msg_2052f0ddc001toAu1tJhDp9xDx','ses_dfad13ebeffecF5H4ob9XsBp62',1795383301283,1795383301288,'{"type":"step-start"}');
INSERT INTO part VALUES('prt_2052f14aa00100o9tqwp35yfdr','msg_2052f0ddc001toAu1tJhDp9xDx','ses_dfad13ebeffecF5H4ob9XsBp62',1795383301290,1795383301298,'{"type":"text","text":"After.","time":{"start":1795383301290,"end":1795383301292}}');
INSERT INTO part VALUES('prt_2052f14b4001njXjN634lJrcCB','msg_2052f0ddc001toAu1tJhDp9xDx','ses_dfad13ebeffecF5H4ob9XsBp62',1795383301300,1795383301304,'{"reason":"stop","type":"step-finish","tokens":{"total":957,"input":915,"output":42,"reasoning":0,"cache":{"write":0,"read":0}},"cost":0}');
CREATE TABLE `session_context_epoch` (
          `session_id` text PRIMARY KEY,
          `baseline` text NOT NULL,
          `snapshot` text NOT NULL,
          `baseline_seq` integer NOT NULL,
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
          `seq` integer NOT NULL,
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
INSERT INTO session VALUES('ses_dfad16302ffe0ev6yveoLzKqHD','global',NULL,NULL,'quiet-canyon','/srv/harnesslab/demo','srv/harnesslab/demo','Lab session about files','1.18.33',NULL,0,0,0,NULL,NULL,0.0,3624,168,0,0,0,NULL,'[{"permission":"question","pattern":"*","action":"deny"},{"permission":"plan_enter","pattern":"*","action":"deny"},{"permission":"plan_exit","pattern":"*","action":"deny"}]','build','{"id":"fake-model","providerID":"lab","variant":"default"}',1795383270654,1795383278048,NULL,NULL);
INSERT INTO session VALUES('ses_dfad13ebeffecF5H4ob9XsBp62','global',NULL,NULL,'hidden-canyon','/srv/harnesslab/demo','srv/harnesslab/demo','Lab session about files (fork #1)','1.18.33',NULL,0,0,0,NULL,NULL,0.0,6363,294,0,0,0,NULL,NULL,'build','{"id":"fake-model","providerID":"lab","variant":"default"}',1795383279938,1795383301326,NULL,NULL);
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
CREATE UNIQUE INDEX `permission_project_action_resource_idx` ON `permission` (`project_id`,`action`,`resource`);
CREATE INDEX `message_session_time_created_id_idx` ON `message` (`session_id`,`time_created`,`id`);
CREATE INDEX `part_message_id_id_idx` ON `part` (`message_id`,`id`);
CREATE INDEX `part_session_idx` ON `part` (`session_id`);
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
