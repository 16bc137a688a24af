-- One row: the cases whose calculated amount for one month differs from the month before, for one reason.
SELECT period, reason, count(*) AS cases, sum(difference) AS difference
FROM report.month_change
GROUP BY period, reason
ORDER BY period, reason
