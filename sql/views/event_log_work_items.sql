-- One row: how often the work on one activity of one event log was scheduled, begun and completed, and how long it took.
-- A completion closes the oldest beginning of the activity in the case that is still open (first in, first out); one
-- that finds none is unmatched. Only activities whose work has a beginning.
WITH steps AS (
    SELECT
        log,
        case_id,
        activity,
        event_no,
        lower(lifecycle) AS step,
        CAST(at AS BIGINT) AS micros,
        count(*) FILTER (WHERE lower(lifecycle) = 'start')
            OVER (PARTITION BY log, case_id, activity ORDER BY event_no) AS starts,
        count(*) FILTER (WHERE lower(lifecycle) = 'complete')
            OVER (PARTITION BY log, case_id, activity ORDER BY event_no) AS completions
    FROM event_log
),
-- As many completions have found no beginning as they have ever outnumbered the beginnings.
counted AS (
    SELECT
        *,
        completions - greatest(
            max(completions - starts) OVER (PARTITION BY log, case_id, activity ORDER BY event_no), 0
        ) AS matched
    FROM steps
),
ends AS (
    SELECT log, case_id, activity, matched AS item, min(micros) AS micros
    FROM counted
    WHERE step = 'complete' AND matched > 0
    GROUP BY log, case_id, activity, matched
),
services AS (
    SELECT ends.log, ends.activity, ends.micros - begun.micros AS micros
    FROM ends
    JOIN steps AS begun
        ON begun.log = ends.log
        AND begun.case_id = ends.case_id
        AND begun.activity = ends.activity
        AND begun.starts = ends.item
        AND begun.step = 'start'
),
served AS (
    SELECT
        log,
        activity,
        count(*) AS matched,
        sum(CAST(micros AS DECIMAL(20, 0))) AS total,
        percentile_exact(micros, 50) AS p50,
        percentile_exact(micros, 90) AS p90
    FROM services
    GROUP BY log, activity
),
sizes AS (
    SELECT
        log,
        activity,
        count(*) FILTER (WHERE step = 'schedule') AS schedule,
        count(*) FILTER (WHERE step = 'start') AS start,
        count(*) FILTER (WHERE step = 'complete') AS complete
    FROM steps
    GROUP BY log, activity
)
SELECT
    sizes.log,
    sizes.activity,
    sizes.schedule,
    sizes.start,
    sizes.complete,
    coalesce(served.matched, 0) AS matched,
    sizes.complete - coalesce(served.matched, 0) AS unmatched_complete,
    CAST(served.total * CAST('0.000001' AS DECIMAL(7, 6)) AS DECIMAL(20, 6)) AS service_total_s,
    CAST(served.p50 * CAST('0.000001' AS DECIMAL(7, 6)) AS DECIMAL(20, 7)) AS service_p50_s,
    CAST(served.p90 * CAST('0.000001' AS DECIMAL(7, 6)) AS DECIMAL(20, 7)) AS service_p90_s
FROM sizes
LEFT JOIN served ON served.log = sizes.log AND served.activity = sizes.activity
WHERE sizes.start > 0
ORDER BY sizes.log, sizes.activity
