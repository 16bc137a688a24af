-- One row: the key figures at report_date(): the newest month paid, and the advis and applications.
WITH newest AS (
    SELECT max(period) AS period
    FROM report.payments_by_benefit
    WHERE payments > 0
),
paid AS (
    SELECT
        max(by_benefit.period) AS period,
        sum(by_benefit.payments) AS payments,
        sum(by_benefit.gross) AS gross,
        sum(by_benefit.withheld) AS withheld
    FROM report.payments_by_benefit AS by_benefit
    JOIN newest ON newest.period = by_benefit.period
),
backlog AS (
    SELECT
        coalesce(sum(advis), 0) AS advis,
        coalesce(sum(advis) FILTER (WHERE age_band = '31+'), 0) AS advis_old
    FROM report.advis_backlog
),
finished AS (
    SELECT local_date(finished_at) - created_on AS days, count(*) AS advis
    FROM report.advis_state
    WHERE finished_at >= local_midnight(CAST(report_date() - INTERVAL '12 months' AS DATE))
    GROUP BY 1
),
ranked AS (
    SELECT days, sum(advis) OVER (ORDER BY days) AS reached, sum(advis) OVER () AS total
    FROM finished
),
median AS (
    SELECT min(days) AS days
    FROM ranked
    WHERE 2 * reached >= total
)
SELECT
    paid.period,
    paid.payments,
    paid.gross,
    paid.withheld,
    backlog.advis,
    backlog.advis_old,
    median.days AS median_days
FROM paid
CROSS JOIN backlog
CROSS JOIN median
