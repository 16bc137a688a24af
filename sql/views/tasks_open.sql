-- One row: one task that is not done at the end of report_date(), in the version registered last. A task nobody
-- has touched is new.
WITH touched AS (
    SELECT task_id, latest(status, changed_at) AS status
    FROM newest.task_status
    WHERE changed_at < local_midnight(report_date() + 1)
    GROUP BY task_id
)
SELECT
    made.task_id,
    made.task_type,
    made.municipality_code,
    made.benefit,
    local_date(made.created_at) AS created_on,
    made.due_on,
    made.must_before_run,
    made.owner_id,
    coalesce(touched.status, 'new') AS status
FROM newest.tasks AS made
LEFT JOIN touched ON touched.task_id = made.task_id
WHERE made.created_at < local_midnight(report_date() + 1)
    AND coalesce(touched.status, 'new') IN ('new', 'in_progress')
