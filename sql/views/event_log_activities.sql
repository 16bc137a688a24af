-- One row per event log and activity: its events and cases, and the waiting time from the preceding event of the
-- same case. First events of cases have none. Quantiles interpolate between order statistics ("type 7"), exactly.
WITH gaps AS (
    SELECT
        log,
        case_id,
        activity,
        CAST(at AS BIGINT) - lag(CAST(at AS BIGINT)) OVER (PARTITION BY log, case_id ORDER BY event_no) AS micros
    FROM event_log
),
ranked AS (
    SELECT
        log,
        activity,
        micros,
        row_number() OVER (PARTITION BY log, activity ORDER BY micros) - 1 AS place,
        (count(*) OVER (PARTITION BY log, activity) - 1) * 5 AS p50,
        (count(*) OVER (PARTITION BY log, activity) - 1) * 9 AS p90
    FROM gaps
    WHERE micros IS NOT NULL
),
waiting AS (
    SELECT
        log,
        activity,
        count(*) AS waiting,
        CAST(sum(CAST(micros AS DECIMAL(20, 0))) AS DECIMAL(28, 0)) AS total,
        sum(
            CASE
                WHEN place = p50 / 10 THEN micros * (10 - p50 % 10)
                WHEN place = p50 / 10 + 1 THEN micros * (p50 % 10)
                ELSE 0
            END
        ) AS p50_tenths,
        sum(
            CASE
                WHEN place = p90 / 10 THEN micros * (10 - p90 % 10)
                WHEN place = p90 / 10 + 1 THEN micros * (p90 % 10)
                ELSE 0
            END
        ) AS p90_tenths
    FROM ranked
    GROUP BY log, activity
),
sizes AS (
    SELECT log, activity, count(*) AS events, count(DISTINCT case_id) AS cases
    FROM event_log
    GROUP BY log, activity
)
SELECT
    sizes.log,
    sizes.activity,
    sizes.events,
    sizes.cases,
    coalesce(waiting.waiting, 0) AS waiting_n,
    CAST(
        CAST(waiting.total / CAST(waiting.waiting AS DECIMAL(10, 0)) AS DECIMAL(24, 4))
        * CAST('0.000001' AS DECIMAL(7, 6)) AS DECIMAL(20, 6)
    ) AS waiting_mean_s,
    CAST(
        CAST(waiting.p50_tenths AS DECIMAL(20, 0)) * CAST('0.0000001' AS DECIMAL(8, 7)) AS DECIMAL(20, 7)
    ) AS waiting_p50_s,
    CAST(
        CAST(waiting.p90_tenths AS DECIMAL(20, 0)) * CAST('0.0000001' AS DECIMAL(8, 7)) AS DECIMAL(20, 7)
    ) AS waiting_p90_s
FROM sizes
LEFT JOIN waiting ON sizes.log = waiting.log AND sizes.activity = waiting.activity
ORDER BY sizes.log, sizes.events DESC, sizes.activity
