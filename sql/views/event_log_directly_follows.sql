-- One row: how often one activity of one event log directly follows another in a case, and how long between.
SELECT
    log,
    from_activity,
    activity AS to_activity,
    count(*) AS n,
    CAST(
        CAST(sum(CAST(micros AS DECIMAL(20, 0))) AS DECIMAL(28, 0)) / CAST(count(*) AS DECIMAL(16, 0))
        * CAST('0.000001' AS DECIMAL(7, 6)) AS DECIMAL(20, 6)
    ) AS mean_s,
    CAST(percentile_exact(micros, 50) * CAST('0.000001' AS DECIMAL(7, 6)) AS DECIMAL(20, 7)) AS p50_s
FROM report.event_log_gaps
WHERE from_activity IS NOT NULL
GROUP BY log, from_activity, activity
ORDER BY log, n DESC, from_activity, to_activity
