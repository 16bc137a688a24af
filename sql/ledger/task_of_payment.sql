-- One row: the task that the run made because the payment is withheld, in the version registered last, and how far
-- the caseworkers are with it. A task nobody has touched is new.
WITH touched AS (
    SELECT last_value(status ORDER BY changed_at, registered_at) AS status
    FROM task_status
    WHERE task_id = $payment_id
)
SELECT
    tasks.task_id,
    tasks.task_type,
    tasks.created_at,
    tasks.due_on,
    tasks.package,
    tasks.owner_id,
    tasks.assigned_by_rule,
    coalesce(touched.status, 'new') AS status
FROM tasks
CROSS JOIN touched
WHERE tasks.task_id = $payment_id
ORDER BY tasks.registered_at DESC
LIMIT 1
