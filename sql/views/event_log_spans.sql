-- One row: the beginning and end of one case of one event log. Span first_to_last_event takes the events of the case,
-- startdate_to_enddate its registered dates; there a case without an end is still open.
SELECT log, 'first_to_last_event' AS span, case_id, min(at) AS started_at, max(at) AS ended_at
FROM event_log
GROUP BY log, case_id
UNION ALL
SELECT log, 'startdate_to_enddate' AS span, case_id, started_at, ended_at
FROM event_log_cases
