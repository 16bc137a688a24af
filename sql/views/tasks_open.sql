-- One row: one task that is not done at the end of report_date(), in the version registered last. A task nobody
-- has touched is new.
WITH made AS (
    SELECT
        task_id,
        last_value(task_type ORDER BY registered_at) AS task_type,
        last_value(municipality_code ORDER BY registered_at) AS municipality_code,
        last_value(benefit ORDER BY registered_at) AS benefit,
        last_value(created_at ORDER BY registered_at) AS created_at,
        last_value(due_on ORDER BY registered_at) AS due_on,
        last_value(must_before_run ORDER BY registered_at) AS must_before_run,
        last_value(owner_id ORDER BY registered_at) AS owner_id
    FROM tasks
    GROUP BY task_id
),
touched AS (
    SELECT task_id, last_value(status ORDER BY changed_at, registered_at) AS status
    FROM task_status
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
FROM made
LEFT JOIN touched ON touched.task_id = made.task_id
WHERE made.created_at < local_midnight(report_date() + 1)
    AND coalesce(touched.status, 'new') IN ('new', 'in_progress')
