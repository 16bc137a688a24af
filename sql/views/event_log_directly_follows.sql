-- One row per event log and pair of activities that follow each other in a case: how often, and how long between.
-- The median interpolates between order statistics ("type 7"), exactly.
WITH pairs AS (
    SELECT
        log,
        lag(activity) OVER (PARTITION BY log, case_id ORDER BY event_no) AS from_activity,
        activity AS to_activity,
        CAST(at AS BIGINT) - lag(CAST(at AS BIGINT)) OVER (PARTITION BY log, case_id ORDER BY event_no) AS micros
    FROM event_log
),
ranked AS (
    SELECT
        log,
        from_activity,
        to_activity,
        micros,
        row_number() OVER (PARTITION BY log, from_activity, to_activity ORDER BY micros) - 1 AS place,
        (count(*) OVER (PARTITION BY log, from_activity, to_activity) - 1) * 5 AS p50
    FROM pairs
    WHERE from_activity IS NOT NULL
),
durations AS (
    SELECT
        log,
        from_activity,
        to_activity,
        count(*) AS n,
        CAST(sum(CAST(micros AS DECIMAL(20, 0))) AS DECIMAL(28, 0)) AS total,
        sum(
            CASE
                WHEN place = p50 / 10 THEN micros * (10 - p50 % 10)
                WHEN place = p50 / 10 + 1 THEN micros * (p50 % 10)
                ELSE 0
            END
        ) AS p50_tenths
    FROM ranked
    GROUP BY log, from_activity, to_activity
)
SELECT
    log,
    from_activity,
    to_activity,
    n,
    CAST(
        CAST(total / CAST(n AS DECIMAL(10, 0)) AS DECIMAL(24, 4)) * CAST('0.000001' AS DECIMAL(7, 6))
        AS DECIMAL(20, 6)
    ) AS mean_s,
    CAST(
        CAST(p50_tenths AS DECIMAL(20, 0)) * CAST('0.0000001' AS DECIMAL(8, 7)) AS DECIMAL(20, 7)
    ) AS p50_s
FROM durations
ORDER BY log, n DESC, from_activity, to_activity
