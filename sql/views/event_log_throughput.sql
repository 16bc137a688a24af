-- One row: the size of one event log, its variants (different sequences of activities of a case), and how long its cases
-- take from first to last event.
WITH durations AS (
    SELECT log, CAST(ended_at AS BIGINT) - CAST(started_at AS BIGINT) AS micros
    FROM report.event_log_spans
    WHERE span = 'first_to_last_event'
),
cases AS (
    SELECT
        log,
        count(*) AS cases,
        CAST(
            CAST(sum(CAST(micros AS DECIMAL(20, 0))) AS DECIMAL(28, 0)) / CAST(count(*) AS DECIMAL(16, 0))
            * CAST('0.000001' AS DECIMAL(7, 6)) AS DECIMAL(20, 6)
        ) AS mean_seconds,
        CAST(percentile_exact(micros, 50) * CAST('0.000001' AS DECIMAL(7, 6)) AS DECIMAL(20, 7)) AS p50_seconds,
        CAST(percentile_exact(micros, 90) * CAST('0.000001' AS DECIMAL(7, 6)) AS DECIMAL(20, 7)) AS p90_seconds
    FROM durations
    GROUP BY log
),
paths AS (
    SELECT log, case_id, string_agg(activity, chr(10) ORDER BY event_no) AS path
    FROM event_log
    GROUP BY log, case_id
),
variants AS (
    SELECT log, count(DISTINCT path) AS variants
    FROM paths
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
    cases.cases,
    sizes.activities,
    sizes.resources,
    sizes.events_without_resource,
    variants.variants,
    sizes.first_event_at,
    sizes.last_event_at,
    cases.mean_seconds,
    cases.p50_seconds,
    cases.p90_seconds
FROM sizes
JOIN cases ON cases.log = sizes.log
JOIN variants ON variants.log = sizes.log
ORDER BY sizes.log
