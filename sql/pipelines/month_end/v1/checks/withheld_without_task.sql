-- One row: one withheld payment that has no task for a caseworker, or one task whose payment is not withheld.
WITH withheld AS (
    SELECT case_id, status_reason
    FROM run.payments
    WHERE status = 'withheld'
)
SELECT
    coalesce(withheld.case_id, tasks.case_id) AS case_id,
    withheld.status_reason,
    tasks.task_id
FROM withheld
FULL JOIN run.tasks AS tasks ON tasks.case_id = withheld.case_id
WHERE withheld.case_id IS NULL OR tasks.task_id IS NULL
ORDER BY case_id
