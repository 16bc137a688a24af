-- One row: one event of an event log with the activity of the event before it in the same case and the microseconds since;
-- both are NULL for the first event of a case.
SELECT
    log,
    case_id,
    activity,
    lag(activity) OVER (PARTITION BY log, case_id ORDER BY event_no) AS from_activity,
    CAST(at AS BIGINT) - lag(CAST(at AS BIGINT)) OVER (PARTITION BY log, case_id ORDER BY event_no) AS micros
FROM event_log
