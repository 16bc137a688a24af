-- One row per event log, span and month: the cases open at the end of its last local day, by age.
-- With T = the first instant after the month, a case is open when it began before T and has no end or one at or
-- after T. Span first_to_last_event takes the events of a case, startdate_to_enddate its registered dates.
-- Only months all of whose days lie within the days of the log. Ages in days of 86 400 seconds; quantiles
-- interpolate linearly between order statistics ("type 7"), exactly, and are rounded to six decimals.
WITH cases AS (
    SELECT log, 'first_to_last_event' AS span, case_id, min(at) AS started_at, max(at) AS ended_at
    FROM event_log
    GROUP BY log, case_id
    UNION ALL
    SELECT log, 'startdate_to_enddate' AS span, case_id, started_at, ended_at
    FROM event_log_cases
),
days AS (
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
    INNER JOIN (SELECT DISTINCT log, span FROM cases) AS spans ON months.log = spans.log
),
ages AS (
    SELECT
        ends.log,
        ends.span,
        ends.month,
        CAST(ends.until AS BIGINT) - CAST(cases.started_at AS BIGINT) AS micros
    FROM ends
    INNER JOIN cases ON ends.log = cases.log AND ends.span = cases.span
    WHERE cases.started_at < ends.until
        AND (cases.ended_at IS NULL OR cases.ended_at >= ends.until)
),
ranked AS (
    SELECT
        log,
        span,
        month,
        micros,
        row_number() OVER (PARTITION BY log, span, month ORDER BY micros) - 1 AS place,
        (count(*) OVER (PARTITION BY log, span, month) - 1) * 5 AS p50,
        (count(*) OVER (PARTITION BY log, span, month) - 1) * 9 AS p90
    FROM ages
),
counted AS (
    SELECT
        log,
        span,
        month,
        count(*) AS open,
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
        ) AS p90_tenths,
        sum(CASE WHEN micros <= 604800000000 THEN 1 ELSE 0 END) AS age_0_7,
        sum(CASE WHEN micros > 604800000000 AND micros <= 2592000000000 THEN 1 ELSE 0 END) AS age_7_30,
        sum(CASE WHEN micros > 2592000000000 AND micros <= 7776000000000 THEN 1 ELSE 0 END) AS age_30_90,
        sum(CASE WHEN micros > 7776000000000 THEN 1 ELSE 0 END) AS age_over_90
    FROM ranked
    GROUP BY log, span, month
)
SELECT
    ends.log,
    ends.span,
    ends.month,
    ends.until,
    coalesce(counted.open, 0) AS open,
    CAST(
        CAST(counted.p50_tenths AS DECIMAL(24, 6)) / CAST(864000000000 AS DECIMAL(12, 0)) AS DECIMAL(12, 6)
    ) AS age_days_p50,
    CAST(
        CAST(counted.p90_tenths AS DECIMAL(24, 6)) / CAST(864000000000 AS DECIMAL(12, 0)) AS DECIMAL(12, 6)
    ) AS age_days_p90,
    coalesce(counted.age_0_7, 0) AS age_0_7,
    coalesce(counted.age_7_30, 0) AS age_7_30,
    coalesce(counted.age_30_90, 0) AS age_30_90,
    coalesce(counted.age_over_90, 0) AS age_over_90
FROM ends
LEFT JOIN counted ON ends.log = counted.log AND ends.span = counted.span AND ends.month = counted.month
ORDER BY ends.log, ends.span, ends.month
