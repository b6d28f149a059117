/* The statements of the catalog: SES_SQL(name, text). */
SES_SQL(NAME_GET, "SELECT id FROM name WHERE kind = ?1 AND name = ?2")
SES_SQL(NAME_ADD, "INSERT INTO name(kind, name) VALUES (?1, ?2)")
SES_SQL(BLOCK_GET, "SELECT len, data FROM block WHERE id = ?1")
SES_SQL(BLOCK_ADD,
    "INSERT INTO block(id, session, first, last, len, data, line, clock)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, max(?8, coalesce((SELECT"
    " max(clock) FROM block WHERE session = ?2), 0)))")
SES_SQL(
    BLOCKS, "SELECT id, first, last FROM block WHERE session = ?1 ORDER BY id")
SES_SQL(BLOCK_DEL, "DELETE FROM block WHERE session = ?1")
SES_SQL(EVENT_ADD,
    "INSERT INTO event(id, session, line, time, role, kind, tool, model, of,"
    " block, at, len) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
    " ?12)")
SES_SQL(EVENTS, "SELECT id, role, kind, tool, model, of, at, len FROM event"
		" WHERE id BETWEEN ?1 AND ?2")
SES_SQL(EVENT_DEL, "DELETE FROM event WHERE id BETWEEN ?1 AND ?2")
SES_SQL(FT_ADD, "INSERT INTO ft(rowid, t, m) VALUES (?1, ?2, ?3)")
SES_SQL(FT_DEL, "INSERT INTO ft(ft, rowid, t, m) VALUES ('delete', ?1, ?2, ?3)")
SES_SQL(TITLE_GET, "SELECT t, m FROM title WHERE no = ?1")
SES_SQL(TITLE_ADD, "INSERT INTO title(no, t, m) VALUES (?1, ?2, ?3)")
SES_SQL(TITLE_DEL, "DELETE FROM title WHERE no = ?1")
SES_SQL(TT_ADD, "INSERT INTO tt(rowid, t, m) VALUES (?1, ?2, ?3)")
SES_SQL(TT_DEL, "INSERT INTO tt(tt, rowid, t, m) VALUES ('delete', ?1, ?2, ?3)")
SES_SQL(TITLED_PUT, "UPDATE session SET titled = 1 WHERE no = ?1")
SES_SQL(TITLED_DEL, "UPDATE session SET titled = 0 WHERE no = ?1")
SES_SQL(USAGE_ADD,
    "INSERT OR REPLACE INTO usage(message, session, day, model, input,"
    " output, cache_read, cache_write)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
SES_SQL(USAGE_DEL, "DELETE FROM usage WHERE session = ?1")
SES_SQL(TALLY_ADD, "INSERT INTO tally(session, day, what, name, n, failed)"
		   " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
		   " ON CONFLICT DO UPDATE SET n = n + excluded.n,"
		   " failed = failed + excluded.failed")
SES_SQL(TALLY_DEL, "DELETE FROM tally WHERE session = ?1")
SES_SQL(CALL_ADD,
    "INSERT OR REPLACE INTO call(session, hash, tool) VALUES (?1, ?2, ?3)")
SES_SQL(CALL_GET, "SELECT tool FROM call WHERE session = ?1 AND hash = ?2")
SES_SQL(CALL_DONE, "DELETE FROM call WHERE session = ?1 AND hash = ?2")
SES_SQL(CALL_DEL, "DELETE FROM call WHERE session = ?1")
SES_SQL(NEXT, "SELECT (SELECT coalesce(max(id), 0) FROM event),"
	      " (SELECT coalesce(max(id), 0) FROM block)")
SES_SQL(SESSION_PUT,
    "INSERT INTO session(harness, id, project, title, parent, cwd, row,"
    " uploaded_at, last_event, started, ended, size, uploaded, stored, lines,"
    " sign, origin) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
    " ?13, ?14, ?15, ?16, ?17) ON CONFLICT(harness, id) DO UPDATE SET"
    " titled = titled AND title IS excluded.title AND project ="
    " excluded.project, project = excluded.project, title = excluded.title,"
    " parent = excluded.parent, cwd = excluded.cwd, row = excluded.row,"
    " uploaded_at = excluded.uploaded_at, last_event = excluded.last_event,"
    " started = excluded.started, ended = excluded.ended,"
    " size = excluded.size, uploaded = excluded.uploaded,"
    " stored = excluded.stored, lines = excluded.lines, sign = excluded.sign,"
    " origin = excluded.origin, child = 0")
SES_SQL(CHILD_PUT,
    "UPDATE session SET child = coalesce((SELECT iif(p.project ="
    " session.project, 1, 2) FROM session p WHERE p.harness = session.harness"
    " AND p.id = session.parent), 0) WHERE harness = ?1 AND id = ?2")
SES_SQL(CHILDREN_PUT,
    "UPDATE session SET child = coalesce((SELECT iif(p.project ="
    " session.project, 1, 2) FROM session p WHERE p.harness = session.harness"
    " AND p.id = session.parent), 0) WHERE parent = ?2 AND harness = ?1")
SES_SQL(GONE_PUT, "INSERT INTO gone(no, harness, id, project)"
		  " SELECT no, harness, id, project FROM session WHERE no = ?1")
SES_SQL(STRAY_OF, "INSERT OR IGNORE INTO stray(harness, id)"
		  " SELECT harness, id FROM session WHERE no = ?1"
		  " AND origin <> ''")
SES_SQL(STRAY_PUT, "INSERT OR IGNORE INTO stray(harness, id) VALUES (?1, ?2)")
SES_SQL(STRAY_GET, "SELECT 1 FROM stray WHERE harness = ?1 AND id = ?2")
SES_SQL(GONE_ONE, "SELECT no, harness, id, project FROM gone LIMIT 1")
SES_SQL(GONE_DEL, "DELETE FROM gone WHERE no = ?1")
SES_SQL(SESSION_DEL, "DELETE FROM session WHERE no = ?1")
SES_SQL(SESSION_ROW, "SELECT no, row, origin, uploaded_at FROM session"
		     " WHERE harness = ?1 AND id = ?2")
SES_SQL(SESSION_NO, "SELECT no FROM session WHERE harness = ?1 AND id = ?2")
SES_SQL(SESSION_NAMES, "SELECT no, harness, id FROM session"
		       " WHERE ?1 IS NULL OR harness = ?1")
SES_SQL(
    ORIGIN_PUT, "UPDATE session SET origin = ?3 WHERE harness = ?1 AND id = ?2")
SES_SQL(ORIGIN_OF, "SELECT harness, id, project FROM session WHERE origin = ?1")
SES_SQL(HARNESSES,
    "WITH RECURSIVE h(name) AS (SELECT min(harness) FROM session UNION ALL"
    " SELECT (SELECT min(harness) FROM session WHERE harness > h.name) FROM h"
    " WHERE h.name IS NOT NULL) SELECT name FROM h WHERE name IS NOT NULL"
    " AND (?1 IS NULL OR EXISTS (SELECT 1 FROM session s WHERE"
    " s.project = ?1 AND s.harness = h.name))")
SES_SQL(SUBAGENTS, "SELECT count(*) FROM session WHERE parent = ?1"
		   " AND harness = ?2 AND (?3 IS NULL OR project = ?3)")
SES_SQL(IDS, "SELECT id FROM session")
SES_SQL(IDS_HARNESS, "SELECT id FROM session WHERE harness = ?2")
SES_SQL(IDS_PROJECT, "SELECT id FROM session WHERE project = ?1"
		     " AND (?2 IS NULL OR harness = ?2)")
SES_SQL(VERSION, "PRAGMA data_version")
SES_SQL(INDEXED, "SELECT key FROM indexed WHERE key <> ''")
SES_SQL(INDEX_GET, "SELECT stamp FROM indexed WHERE key = ?1")
SES_SQL(INDEX_PUT, "INSERT OR REPLACE INTO indexed(key, stamp) VALUES (?1, ?2)")
SES_SQL(INDEX_DEL, "DELETE FROM indexed WHERE key = ?1")
SES_SQL(PROOF_ALL, "SELECT key, stamp FROM proof ORDER BY key")
SES_SQL(PROOF_PUT, "INSERT OR REPLACE INTO proof(key, stamp) VALUES (?1, ?2)")
SES_SQL(TEXT_OLDEST, "SELECT no FROM session ORDER BY last_event, no")
SES_SQL(TEXT_ONE, "SELECT harness, id, project, sign, seen, stamp,"
		  " max(last_event, uploaded_at), ended, damaged,"
		  " titled, title"
		  " FROM session WHERE no = ?1")
SES_SQL(PLACE_GET,
    "SELECT stream, next, at, bytes, line, marks, ragged, model, input,"
    " output, cache_read, cache_write, time FROM place WHERE session = ?1")
SES_SQL(PLACE_PUT,
    "INSERT OR REPLACE INTO place(session, stream, next, at, bytes, line,"
    " marks, ragged, model, input, output, cache_read, cache_write, time)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)")
SES_SQL(PLACE_DEL, "DELETE FROM place WHERE session = ?1")
SES_SQL(SEEN_PUT,
    "UPDATE session SET seen = ?2, stamp = ?3, damaged = ?4 WHERE no = ?1")
SES_SQL(GAP_ADD,
    "INSERT OR REPLACE INTO gap(session, part, sign) VALUES (?1, ?2,"
    " ?3)")
SES_SQL(GAP_DEL, "DELETE FROM gap WHERE session = ?1")
SES_SQL(GAP_GET, "SELECT 1 FROM gap WHERE session = ?1 AND part = ?2")
SES_SQL(GAPS, "SELECT part, sign FROM gap WHERE session = ?1")
SES_SQL(DAMAGED, "SELECT no, harness, id, project FROM session"
		 " WHERE damaged != 0")
SES_SQL(DAMAGED_ONE,
    "SELECT no, damaged FROM session WHERE harness = ?1 AND id = ?2")
SES_SQL(DAMAGED_PUT, "UPDATE session SET damaged = 1 WHERE no = ?1")
SES_SQL(MENDED_PUT,
    "UPDATE session SET damaged = 0, seen = '', stamp = 0 WHERE no = ?1")
SES_SQL(DAMAGED_N, "SELECT count(*) FROM session WHERE damaged != 0")
SES_SQL(HIT,
    "SELECT s.project, s.harness, s.id, s.title, e.line, e.time, e.role,"
    " e.kind, n.name, s.damaged, e.of, e.session FROM event e"
    " JOIN session s ON s.no = e.session LEFT JOIN name n ON n.id = e.tool WHERE e.id = ?1")
SES_SQL(SNIPPET, "SELECT ses_snippet(ft) FROM ft"
		 " WHERE ft MATCH ?1 AND rowid = ?2")
SES_SQL(TITLE_HIT,
    "SELECT project, harness, id, title, damaged FROM session WHERE no = ?1")
SES_SQL(TITLE_SNIPPET, "SELECT ses_snippet(tt) FROM tt"
		       " WHERE tt MATCH ?1 AND rowid = ?2")
SES_SQL(NAMED, "SELECT count(*) FROM session"
	       " WHERE substr(id, 1, length(?1)) = ?1")
SES_SQL(EVENT_TEXT, "SELECT ses_text(block, at, len) FROM event WHERE id = ?1")
SES_SQL(EXTENT, "SELECT count(*), total(seen <> '') FROM session")
SES_SQL(RUN_ADD, "INSERT OR IGNORE INTO run(log, line, of, time, data)"
		 " VALUES (?1, ?2, ?3, ?4, ?5)")
SES_SQL(RUN_DEL, "DELETE FROM run WHERE log = ?1")
SES_SQL(RUN_OF, "SELECT s.no, n.id, p.line FROM session s"
		" JOIN name n ON n.kind = ?3 AND n.name = s.id"
		" LEFT JOIN place p ON p.session = s.no"
		" WHERE s.harness = ?1 AND s.id = ?2")
SES_SQL(RUN_WALK, "SELECT r.time, r.log, r.line, s.id, r.data FROM run r"
		  " JOIN session s ON s.no = r.log WHERE r.of = ?1"
		  " AND (r.time, r.log, r.line) >= (?2, ?3, ?4)"
		  " ORDER BY r.time, r.log, r.line LIMIT ?5")
SES_SQL(RUN_COUNT, "SELECT count(*) FROM run r WHERE r.of = ?1"
		   " AND r.time >= ?2 AND r.time < ?3")
SES_SQL(RUN_BEFORE, "SELECT count(*) FROM run r WHERE r.of = ?1"
		    " AND r.time >= ?2 AND (r.time, r.log, r.line) <"
		    " (?3, ?4, ?5)")
SES_SQL(RUN_GET, "SELECT r.time, r.log FROM run r JOIN session s"
		 " ON s.no = r.log WHERE r.of = ?1 AND s.id = ?2"
		 " AND s.harness = 'seshat-log' AND r.line = ?3")
SES_SQL(RUN_DATA, "SELECT data FROM run WHERE log = ?1 AND line = ?2")
SES_SQL(RUN_NEXT_OF, "SELECT r.of FROM run r WHERE r.log = ?1 AND r.of > ?2"
		     " ORDER BY r.of LIMIT 1")
SES_SQL(RUN_SESSION,
    "SELECT a.no, a.project, a.harness, a.id, a.title, a.damaged FROM name n"
    " JOIN session a ON a.id = n.name AND a.harness <> 'seshat-log'"
    " WHERE n.id = ?1 ORDER BY a.started <= ?2 AND a.last_event >= ?2 DESC,"
    " a.harness LIMIT 1")
SES_SQL(CLOCK_BLOCK, "SELECT first, last FROM block WHERE session = ?1"
		     " AND clock > ?2 ORDER BY clock, id LIMIT 1")
SES_SQL(CLOCK_LINE, "SELECT line, time FROM event WHERE id BETWEEN ?1 AND ?2"
		    " AND time > ?3 ORDER BY id LIMIT 1")
SES_SQL(CLOCK_AT, "SELECT first, last, clock FROM block WHERE session = ?1"
		  " AND line < ?2 ORDER BY line DESC, id DESC LIMIT 2")
SES_SQL(CLOCK_MAX, "SELECT coalesce(max(time), 0) FROM event"
		   " WHERE id BETWEEN ?1 AND ?2 AND line < ?3")
SES_SQL(LINES_OF, "SELECT line FROM place WHERE session = ?1")
SES_SQL(RUN_LOGS, "SELECT DISTINCT s.id FROM name n JOIN run r ON r.of = n.id"
		  " JOIN session s ON s.no = r.log WHERE n.kind = ?1"
		  " AND n.name = ?2 LIMIT 16")
SES_SQL(RUN_LAST, "SELECT coalesce(max(id), 0) FROM run")
SES_SQL(RUN_SINCE, "SELECT r.time, r.log, r.line, s.id, r.data, r.id FROM run r"
		   " JOIN session s ON s.no = r.log JOIN name n ON n.id = +r.of"
		   " WHERE r.id > ?1 AND n.kind = ?2 AND n.name = ?3"
		   " ORDER BY r.id LIMIT 50")
