-- One row: the cases granted one benefit for one month that were not paid, for one reason.
SELECT period, reason, benefit, count(*) AS cases, sum(gross) AS gross
FROM report.not_paid_but_granted
GROUP BY period, reason, benefit
ORDER BY period, cases DESC, reason, benefit
