-- One row: the closed and open cases of one event log with registered dates, those closed after their deadline, and how
-- long half of the closed ones took from registered start to end.
SELECT
    log,
    count(ended_at) AS closed,
    count(*) - count(ended_at) AS open,
    count(*) FILTER (WHERE ended_at > deadline_at) AS closed_after_deadline,
    CAST(
        percentile_exact(CAST(ended_at AS BIGINT) - CAST(started_at AS BIGINT), 50)
        * CAST('0.000001' AS DECIMAL(7, 6)) AS DECIMAL(20, 7)
    ) AS start_to_end_p50_s
FROM event_log_cases
GROUP BY log
ORDER BY log
