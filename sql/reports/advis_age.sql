-- One row: the unhandled advis of one age band and status at report_date().
SELECT age_band, status, sum(advis) AS advis
FROM report.advis_backlog
GROUP BY age_band, status
ORDER BY
    CASE age_band WHEN '0-7' THEN 1 WHEN '8-14' THEN 2 WHEN '15-30' THEN 3 ELSE 4 END,
    status DESC
