-- One row: the events of one resource of one event log and the cases it worked on. Events without one are left out.
SELECT log, resource, count(*) AS events, count(DISTINCT case_id) AS cases
FROM event_log
WHERE resource IS NOT NULL
GROUP BY log, resource
ORDER BY log, events DESC, resource
