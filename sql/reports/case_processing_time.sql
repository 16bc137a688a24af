-- One row: the applications for one benefit decided in one of the twelve months up to report_date(), all
-- municipalities of the store together.
WITH decided AS (
    SELECT
        benefit,
        CAST(date_trunc('month', decided_on) AS DATE) AS month,
        decided_on - received_on AS days,
        count(*) AS cases
    FROM report.cases_newest
    WHERE decided_on <= report_date() AND decided_on > CAST(report_date() - INTERVAL '12 months' AS DATE)
    GROUP BY 1, 2, 3
),
ranked AS (
    SELECT
        *,
        sum(cases) OVER (PARTITION BY benefit, month ORDER BY days) AS reached,
        sum(cases) OVER (PARTITION BY benefit, month) AS total
    FROM decided
)
SELECT
    month,
    benefit,
    max(total) AS decided,
    min(days) FILTER (WHERE 2 * reached >= total) AS median_days,
    min(days) FILTER (WHERE 10 * reached >= 9 * total) AS p90_days
FROM ranked
GROUP BY month, benefit
ORDER BY month, benefit
