-- One row: one case granted in one month that was run, without a payment requested or paid, and the reason: that
-- of the withheld payment, nothing_to_pay (calculated as zero), rejected or repaid by the bank, or not_calculated.
-- Only months and benefits that a run has calculated; months after report_date() are left out.
WITH runs AS (
    SELECT DISTINCT benefit, period
    FROM calculations
    WHERE period <= report_date()
),
granted AS (
    SELECT case_row.case_id, case_row.municipality_code, runs.benefit, runs.period
    FROM report.cases_newest AS case_row
    JOIN runs
        ON runs.benefit = case_row.benefit
        AND case_row.granted_from < CAST(runs.period + INTERVAL '1 month' AS DATE)
        AND coalesce(case_row.stopped_from, case_row.closed_on, DATE '2200-01-01') > runs.period
    WHERE case_row.status IN ('granted', 'stopped', 'closed')
),
outcomes AS (
    SELECT
        case_id,
        period,
        max(status) FILTER (WHERE status IN ('requested', 'paid')) AS paid,
        max(coalesce(status_reason, status)) FILTER (WHERE status NOT IN ('requested', 'paid')) AS reason,
        max(gross) FILTER (WHERE status NOT IN ('requested', 'paid')) AS gross
    FROM payments
    GROUP BY case_id, period
)
SELECT
    granted.municipality_code,
    granted.benefit,
    granted.period,
    granted.case_id,
    CASE
        WHEN outcomes.reason IS NOT NULL THEN outcomes.reason
        WHEN calculations.gross = 0 THEN 'nothing_to_pay'
        ELSE 'not_calculated'
    END AS reason,
    coalesce(outcomes.gross, calculations.gross) AS gross
FROM granted
LEFT JOIN outcomes ON outcomes.case_id = granted.case_id AND outcomes.period = granted.period
LEFT JOIN calculations ON calculations.case_id = granted.case_id AND calculations.period = granted.period
WHERE outcomes.paid IS NULL
