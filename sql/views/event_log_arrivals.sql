-- One row: the cases of one event log that begin (first event) and that end (last event) in one local month.
WITH cases AS (
    SELECT
        log,
        CAST(date_trunc('month', local_date(started_at)) AS DATE) AS began,
        CAST(date_trunc('month', local_date(ended_at)) AS DATE) AS ended
    FROM report.event_log_spans
    WHERE span = 'first_to_last_event'
),
moves AS (
    SELECT log, began AS month, 1 AS arrival, 0 AS closing FROM cases
    UNION ALL
    SELECT log, ended AS month, 0 AS arrival, 1 AS closing FROM cases
)
SELECT log, month, sum(arrival) AS arrivals, sum(closing) AS closings
FROM moves
GROUP BY log, month
ORDER BY log, month
