-- One row: the advis of one event type whose first finish (færdiggjort) was in one month, up to report_date():
-- how many, and the days from made to finished. Median and 90th percentile are days that occurred: the smallest
-- number of days within which at least half, or nine tenths, were finished. Working days leave out the day the
-- advis was made, weekends and public holidays.
WITH finished AS (
    SELECT
        event_code,
        created_on,
        local_date(finished_at) AS finished_on
    FROM report.advis_state
    WHERE finished_at IS NOT NULL
),
measured AS (
    SELECT
        event_code,
        CAST(date_trunc('month', finished_on) AS DATE) AS month,
        'calendar' AS measure,
        finished_on - created_on AS days
    FROM finished
    UNION ALL
    SELECT
        event_code,
        CAST(date_trunc('month', finished_on) AS DATE) AS month,
        'working' AS measure,
        working_day_count(created_on, finished_on) AS days
    FROM finished
),
counted AS (
    SELECT event_code, month, measure, days, count(*) AS advis
    FROM measured
    GROUP BY 1, 2, 3, 4
),
ranked AS (
    SELECT
        *,
        sum(advis) OVER (PARTITION BY event_code, month, measure ORDER BY days) AS reached,
        sum(advis) OVER (PARTITION BY event_code, month, measure) AS total
    FROM counted
)
SELECT
    event_code,
    month,
    max(total) AS finished,
    min(days) FILTER (WHERE measure = 'calendar' AND 2 * reached >= total) AS median_days,
    min(days) FILTER (WHERE measure = 'calendar' AND 10 * reached >= 9 * total) AS p90_days,
    round(
        CAST(sum(days * advis) FILTER (WHERE measure = 'calendar') AS DECIMAL(18, 4)) / max(total), 1
    ) AS mean_days,
    min(days) FILTER (WHERE measure = 'working' AND 2 * reached >= total) AS median_working_days,
    min(days) FILTER (WHERE measure = 'working' AND 10 * reached >= 9 * total) AS p90_working_days,
    round(
        CAST(sum(days * advis) FILTER (WHERE measure = 'working') AS DECIMAL(18, 4)) / max(total), 1
    ) AS mean_working_days
FROM ranked
GROUP BY event_code, month
