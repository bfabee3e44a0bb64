#!/bin/sh
# make_tasks.sh TASKS FILE [AUTO_VACUUM]: a task database as an autopilot leaves it: TASKS tasks, five events a task,
# metrics and dependencies, indexed as such databases are: by status and by time, and not by epic_id, parent_id
# or depends_on_task_id. The newest task was created at 1760000000 (seconds since 1970), the oldest 40 days before;
# eight in ten were completed more than seven days before that. A thousand tasks are a megabyte. The same arguments make
# the same rows.
set -eu
tasks=$1 file=$2 auto_vacuum=${3:-incremental}
rm -f "$file"
sqlite3 "$file" >/dev/null <<END
PRAGMA auto_vacuum = $auto_vacuum;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -400000;
CREATE TABLE tasks (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, status TEXT NOT NULL, priority INTEGER,
  epic_id TEXT REFERENCES tasks (id), parent_id TEXT REFERENCES tasks (id),
  created_at INTEGER NOT NULL, updated_at INTEGER, completed_at INTEGER, metadata JSON);
CREATE TABLE task_dependencies (
  task_id TEXT NOT NULL REFERENCES tasks (id), depends_on_task_id TEXT NOT NULL REFERENCES tasks (id),
  PRIMARY KEY (task_id, depends_on_task_id));
CREATE TABLE events (
  id INTEGER PRIMARY KEY, task_id TEXT NOT NULL REFERENCES tasks (id), type TEXT NOT NULL, at INTEGER NOT NULL, data JSON);
CREATE TABLE quality_metrics (
  id INTEGER PRIMARY KEY, task_id TEXT REFERENCES tasks (id), name TEXT, value REAL, at INTEGER);
CREATE TEMP TABLE number AS WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $tasks) SELECT i FROM n;
-- Every tenth task of a hundred is an epic's, most have none; a number stands for chance by its product with a prime.
BEGIN;
INSERT INTO tasks SELECT
  printf('task-%08x-%06d', i * 2654435761 % 4294967296, i), 'Implement step ' || i || ' of the plan',
  CASE WHEN i * 7919 % 100 < 97 THEN 'completed' WHEN i * 7919 % 100 < 99 THEN 'pending' ELSE 'failed' END, i % 5,
  CASE WHEN i % 100 > 60 THEN printf('task-%08x-%06d', (i - i % 100) * 2654435761 % 4294967296, i - i % 100) END,
  CASE WHEN i % 7 = 6 THEN printf('task-%08x-%06d', (i - 1) * 2654435761 % 4294967296, i - 1) END,
  created, created + 60000,
  CASE WHEN i * 7919 % 100 < 97 THEN created + 1000 * (i * 104729 % 7200) END,
  '{"complexity":' || (i % 10) || ',"tags":["auto","' || (i % 13) || '"],"files":["src/module_' || (i % 997) || '.ts"],"note":"'
    || substr('the agent read the plan, wrote the code, ran the tests and reported what it had found there', 1, 40 + i % 50) || '"}'
FROM (SELECT i, (1760000000 - 40 * 86400) * 1000 + CAST(40.0 * 86400000 * i / $tasks AS INTEGER) AS created FROM number);
INSERT INTO task_dependencies SELECT a.id, b.id FROM number n
  JOIN tasks a ON a.rowid = n.i + 1 JOIN tasks b ON b.rowid = n.i - n.i * 31 % 50 WHERE n.i % 3 = 0 AND n.i > 100;
-- Events of tasks that run side by side lie between each other's.
INSERT INTO events (task_id, type, at, data) SELECT t.id, 'step_' || (e % 7), t.created_at + e % 5 * 1000,
  '{"step":' || (e % 5) || ',"worker":"worker-' || (e % 20) || '","ms":' || (e * 31 % 5000) || '}'
FROM (WITH RECURSIVE n(e) AS (VALUES (0) UNION ALL SELECT e + 1 FROM n WHERE e + 1 < $tasks * 5) SELECT e FROM n)
  JOIN tasks t ON t.rowid = min($tasks, max(1, e / 5 + 1 - e * 37 % 40));
INSERT INTO quality_metrics (task_id, name, value, at) SELECT t.id, 'coverage', i % 100 / 100.0, t.created_at FROM number
  JOIN tasks t ON t.rowid = i + 1 WHERE i % 2 = 0;
COMMIT;
CREATE INDEX tasks_by_status ON tasks (status);
CREATE INDEX tasks_by_creation ON tasks (created_at);
CREATE INDEX events_by_task ON events (task_id);
CREATE INDEX events_by_time ON events (at);
CREATE INDEX quality_metrics_by_task ON quality_metrics (task_id);
PRAGMA wal_checkpoint(TRUNCATE);
END
