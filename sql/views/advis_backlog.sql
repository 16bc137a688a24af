-- One row: the advis that are not handled (ubehandlede and igangværende) at the end of report_date(), for one
-- municipality, event type, status and age band. Age is counted in calendar days from the day the advis was made.
WITH aged AS (
    SELECT municipality_code, event_code, status, report_date() - created_on AS days
    FROM report.advis_state
    WHERE status IN ('new', 'in_progress')
)
SELECT
    municipality_code,
    event_code,
    status,
    CASE
        WHEN days <= 7 THEN '0-7'
        WHEN days <= 14 THEN '8-14'
        WHEN days <= 30 THEN '15-30'
        ELSE '31+'
    END AS age_band,
    count(*) AS advis
FROM aged
GROUP BY 1, 2, 3, 4
