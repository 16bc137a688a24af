-- One row: the payments of one benefit for one month.
SELECT period, benefit, payments, gross, withheld, withheld_gross, withheld_unknown
FROM report.payments_by_benefit
ORDER BY period, benefit
