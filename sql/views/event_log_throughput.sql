-- One row per event log: its size, and how long its cases take from first to last event.
-- Quantiles interpolate linearly between order statistics ("type 7"), exactly: positions and weights are
-- whole tenths, durations whole microseconds.
WITH cases AS (
    SELECT
        log,
        case_id,
        count(*) AS events,
        CAST(max(at) AS BIGINT) - CAST(min(at) AS BIGINT) AS micros
    FROM event_log
    GROUP BY log, case_id
),
ranked AS (
    SELECT
        log,
        micros,
        row_number() OVER (PARTITION BY log ORDER BY micros) - 1 AS place,
        (count(*) OVER (PARTITION BY log) - 1) * 5 AS p50,
        (count(*) OVER (PARTITION BY log) - 1) * 9 AS p90
    FROM cases
),
durations AS (
    SELECT
        log,
        count(*) AS cases,
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
    GROUP BY log
),
sizes AS (
    SELECT
        log,
        count(*) AS events,
        count(DISTINCT activity) AS activities,
        count(DISTINCT resource) AS resources,
        count(*) - count(resource) AS events_without_resource,
        min(at) AS first_event_at,
        max(at) AS last_event_at
    FROM event_log
    GROUP BY log
)
SELECT
    sizes.log,
    sizes.events,
    durations.cases,
    sizes.activities,
    sizes.resources,
    sizes.events_without_resource,
    sizes.first_event_at,
    sizes.last_event_at,
    CAST(
        CAST(durations.total / CAST(durations.cases AS DECIMAL(10, 0)) AS DECIMAL(24, 4))
        * CAST('0.000001' AS DECIMAL(7, 6)) AS DECIMAL(20, 6)
    ) AS mean_seconds,
    CAST(
        CAST(durations.p50_tenths AS DECIMAL(20, 0)) * CAST('0.0000001' AS DECIMAL(8, 7)) AS DECIMAL(20, 7)
    ) AS p50_seconds,
    CAST(
        CAST(durations.p90_tenths AS DECIMAL(20, 0)) * CAST('0.0000001' AS DECIMAL(8, 7)) AS DECIMAL(20, 7)
    ) AS p90_seconds
FROM sizes
INNER JOIN durations ON sizes.log = durations.log
ORDER BY sizes.log
