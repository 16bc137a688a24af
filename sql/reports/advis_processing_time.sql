-- One row: the advis of one event type first finished in the twelve months up to report_date(): how many, and the
-- calendar and working days from made to finished. The types with most finished advis come first.
WITH finished AS (
    SELECT event_code, created_on, local_date(finished_at) AS finished_on
    FROM report.advis_state
    WHERE finished_at >= local_midnight(CAST(report_date() - INTERVAL '12 months' AS DATE))
),
measured AS (
    SELECT event_code, 'calendar' AS measure, finished_on - created_on AS days
    FROM finished
    UNION ALL
    SELECT event_code, 'working' AS measure, working_day_count(created_on, finished_on) AS days
    FROM finished
),
counted AS (
    SELECT event_code, measure, days, count(*) AS advis
    FROM measured
    GROUP BY 1, 2, 3
),
ranked AS (
    SELECT
        *,
        sum(advis) OVER (PARTITION BY event_code, measure ORDER BY days) AS reached,
        sum(advis) OVER (PARTITION BY event_code, measure) AS total
    FROM counted
),
timed AS (
    SELECT
        event_code,
        max(total) AS finished,
        min(days) FILTER (WHERE measure = 'calendar' AND 2 * reached >= total) AS median_days,
        min(days) FILTER (WHERE measure = 'calendar' AND 10 * reached >= 9 * total) AS p90_days,
        min(days) FILTER (WHERE measure = 'working' AND 2 * reached >= total) AS median_working_days
    FROM ranked
    GROUP BY event_code
),
names AS (
    SELECT code, min(name_da) AS name_da, min(name_en) AS name_en
    FROM law.event_types
    GROUP BY code
)
SELECT
    coalesce(names.name_da, timed.event_code) AS name_da,
    coalesce(names.name_en, timed.event_code) AS name_en,
    timed.event_code,
    timed.finished,
    timed.median_days,
    timed.p90_days,
    timed.median_working_days
FROM timed
LEFT JOIN names ON names.code = timed.event_code
ORDER BY timed.finished DESC, timed.event_code
LIMIT 12
