-- One row: the movement of all unhandled advis in one month: opening + new - done - cancelled = closing.
SELECT
    month,
    sum(opening) AS opening,
    sum(new) AS new,
    sum(done) AS done,
    sum(cancelled) AS cancelled,
    sum(closing) AS closing
FROM report.advis_flow
GROUP BY month
ORDER BY month
