-- One row: one advis made before the end of report_date(), in the version registered last, with its status at
-- that moment. An advis nobody has touched is new. finished_at is the first time it was done.
WITH touched AS (
    SELECT
        advis_id,
        latest(status, changed_at) AS status,
        latest(caseworker_id, changed_at) AS caseworker_id,
        min(changed_at) FILTER (WHERE status = 'done') AS finished_at,
        min(changed_at) FILTER (WHERE status = 'in_progress') AS started_at
    FROM newest.advis_status
    WHERE changed_at < local_midnight(report_date() + 1)
    GROUP BY advis_id
)
SELECT
    made.advis_id,
    made.municipality_code,
    made.event_code,
    made.case_id,
    made.created_at,
    local_date(made.created_at) AS created_on,
    coalesce(touched.status, 'new') AS status,
    touched.caseworker_id,
    touched.started_at,
    touched.finished_at
FROM newest.advis AS made
LEFT JOIN touched ON touched.advis_id = made.advis_id
WHERE made.created_at < local_midnight(report_date() + 1)
