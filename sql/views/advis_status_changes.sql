-- One row: one change of status of one advis made before the end of report_date(), in the version registered
-- last, with the status before it (NULL: the first). Open statuses are new and in_progress, closed ones done
-- and cancelled. The row before is read over one ordering of the whole table, in which the rows of an advis
-- stand together: a window for each advis is many times slower.
SELECT
    advis_id,
    status,
    changed_at,
    caseworker_id,
    CASE WHEN lag(advis_id) OVER everything = advis_id THEN lag(status) OVER everything END AS status_before
FROM newest.advis_status
WHERE changed_at < local_midnight(report_date() + 1)
WINDOW everything AS (ORDER BY advis_id, changed_at)
