-- One row: the payments of one benefit for one month, up to the month of report_date(): how many are paid or
-- requested and their amount before tax, and how many are withheld: the amount of those that could be calculated, and
-- the number of those that could not (withheld_unknown).
SELECT
    benefit,
    period,
    count(*) FILTER (WHERE status IN ('requested', 'paid')) AS payments,
    coalesce(sum(gross) FILTER (WHERE status IN ('requested', 'paid')), 0) AS gross,
    count(*) FILTER (WHERE status = 'withheld') AS withheld,
    CASE
        WHEN count(*) FILTER (WHERE status = 'withheld') = 0 THEN 0
        ELSE sum(gross) FILTER (WHERE status = 'withheld')
    END AS withheld_gross,
    count(*) FILTER (WHERE status = 'withheld' AND gross IS NULL) AS withheld_unknown,
    count(*) FILTER (WHERE status IN ('rejected', 'repaid')) AS returned
FROM payments
WHERE period <= report_date()
GROUP BY benefit, period
