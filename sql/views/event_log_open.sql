-- One row: the cases of one event log that are open at the end of the last local day of one month, by span and age.
-- With T = the first instant after the month, a case is open when it began before T and has no end or one at or
-- after T. Only months all of whose days lie within the days of the log. Ages in days of 86 400 seconds, rounded to
-- six decimals.
WITH days AS (
    SELECT log, local_date(min(at)) AS first_day, local_date(max(at)) AS last_day
    FROM event_log
    GROUP BY log
),
begun_months AS (
    SELECT
        log,
        first_day,
        last_day,
        CAST(
            unnest(
                range(
                    CAST(date_trunc('month', first_day) AS DATE),
                    CAST(last_day + INTERVAL '1 day' AS DATE),
                    INTERVAL '1 month'
                )
            ) AS DATE
        ) AS month
    FROM days
),
months AS (
    SELECT log, month, local_midnight(CAST(month + INTERVAL '1 month' AS DATE)) AS until
    FROM begun_months
    WHERE month >= first_day
        AND CAST(month + INTERVAL '1 month' AS DATE) <= CAST(last_day + INTERVAL '1 day' AS DATE)
),
ends AS (
    SELECT months.log, spans.span, months.month, months.until
    FROM months
    INNER JOIN (SELECT DISTINCT log, span FROM report.event_log_spans) AS spans ON months.log = spans.log
),
ages AS (
    SELECT
        ends.log,
        ends.span,
        ends.month,
        CAST(ends.until AS BIGINT) - CAST(cases.started_at AS BIGINT) AS micros
    FROM ends
    INNER JOIN report.event_log_spans AS cases ON ends.log = cases.log AND ends.span = cases.span
    WHERE cases.started_at < ends.until
        AND (cases.ended_at IS NULL OR cases.ended_at >= ends.until)
),
counted AS (
    SELECT
        log,
        span,
        month,
        count(*) AS open,
        percentile_exact(micros, 50) AS p50,
        percentile_exact(micros, 90) AS p90,
        count(*) FILTER (WHERE micros <= 604800000000) AS age_0_7,
        count(*) FILTER (WHERE micros > 604800000000 AND micros <= 2592000000000) AS age_7_30,
        count(*) FILTER (WHERE micros > 2592000000000 AND micros <= 7776000000000) AS age_30_90,
        count(*) FILTER (WHERE micros > 7776000000000) AS age_over_90
    FROM ages
    GROUP BY log, span, month
)
SELECT
    ends.log,
    ends.span,
    ends.month,
    ends.until,
    coalesce(counted.open, 0) AS open,
    CAST(
        CAST(counted.p50 AS DECIMAL(24, 6)) / CAST(86400000000 AS DECIMAL(11, 0)) AS DECIMAL(12, 6)
    ) AS age_days_p50,
    CAST(
        CAST(counted.p90 AS DECIMAL(24, 6)) / CAST(86400000000 AS DECIMAL(11, 0)) AS DECIMAL(12, 6)
    ) AS age_days_p90,
    coalesce(counted.age_0_7, 0) AS age_0_7,
    coalesce(counted.age_7_30, 0) AS age_7_30,
    coalesce(counted.age_30_90, 0) AS age_30_90,
    coalesce(counted.age_over_90, 0) AS age_over_90
FROM ends
LEFT JOIN counted ON ends.log = counted.log AND ends.span = counted.span AND ends.month = counted.month
ORDER BY ends.log, ends.span, ends.month
