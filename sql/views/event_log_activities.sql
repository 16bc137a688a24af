-- One row: the events and cases of one activity of one event log, and the waiting time from the preceding event of the
-- same case. First events of cases have none.
SELECT
    log,
    activity,
    count(*) AS events,
    count(DISTINCT case_id) AS cases,
    count(micros) AS waiting_n,
    CAST(
        CAST(sum(CAST(micros AS DECIMAL(20, 0))) AS DECIMAL(28, 0)) / CAST(nullif(count(micros), 0) AS DECIMAL(16, 0))
        * CAST('0.000001' AS DECIMAL(7, 6)) AS DECIMAL(20, 6)
    ) AS waiting_mean_s,
    CAST(percentile_exact(micros, 50) * CAST('0.000001' AS DECIMAL(7, 6)) AS DECIMAL(20, 7)) AS waiting_p50_s,
    CAST(percentile_exact(micros, 90) * CAST('0.000001' AS DECIMAL(7, 6)) AS DECIMAL(20, 7)) AS waiting_p90_s
FROM report.event_log_gaps
GROUP BY log, activity
ORDER BY log, events DESC, activity
