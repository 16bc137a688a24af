-- One row: the applications for one benefit decided in one month by one municipality, up to report_date(): how
-- many, and the days from receipt to decision (sagsbehandlingstid, retssikkerhedsloven § 3). Day 0 is the day of
-- receipt. Median and 90th percentile are days that occurred; working days leave out weekends and public holidays.
WITH decided AS (
    SELECT municipality_code, benefit, received_on, decided_on
    FROM report.cases_newest
    WHERE decided_on <= report_date()
),
measured AS (
    SELECT
        municipality_code,
        benefit,
        CAST(date_trunc('month', decided_on) AS DATE) AS month,
        'calendar' AS measure,
        decided_on - received_on AS days
    FROM decided
    UNION ALL
    SELECT
        municipality_code,
        benefit,
        CAST(date_trunc('month', decided_on) AS DATE) AS month,
        'working' AS measure,
        working_day_count(received_on, decided_on) AS days
    FROM decided
),
counted AS (
    SELECT municipality_code, benefit, month, measure, days, count(*) AS cases
    FROM measured
    GROUP BY 1, 2, 3, 4, 5
),
ranked AS (
    SELECT
        *,
        sum(cases) OVER (PARTITION BY municipality_code, benefit, month, measure ORDER BY days) AS reached,
        sum(cases) OVER (PARTITION BY municipality_code, benefit, month, measure) AS total
    FROM counted
)
SELECT
    municipality_code,
    benefit,
    month,
    max(total) AS decided,
    min(days) FILTER (WHERE measure = 'calendar' AND 2 * reached >= total) AS median_days,
    min(days) FILTER (WHERE measure = 'calendar' AND 10 * reached >= 9 * total) AS p90_days,
    round(
        CAST(sum(days * cases) FILTER (WHERE measure = 'calendar') AS DECIMAL(18, 4)) / max(total), 1
    ) AS mean_days,
    min(days) FILTER (WHERE measure = 'working' AND 2 * reached >= total) AS median_working_days,
    min(days) FILTER (WHERE measure = 'working' AND 10 * reached >= 9 * total) AS p90_working_days,
    round(
        CAST(sum(days * cases) FILTER (WHERE measure = 'working') AS DECIMAL(18, 4)) / max(total), 1
    ) AS mean_working_days
FROM ranked
GROUP BY municipality_code, benefit, month
