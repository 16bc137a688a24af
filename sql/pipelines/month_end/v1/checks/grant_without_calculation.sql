-- One row: one case granted in the month, read anew from the cases, that has not exactly one calculation.
WITH newest AS (
    SELECT case_id, max(registered_at) AS registered_at
    FROM cases
    GROUP BY case_id
),
granted AS (
    SELECT cases.case_id
    FROM cases
    JOIN newest ON newest.case_id = cases.case_id AND newest.registered_at = cases.registered_at
    WHERE cases.benefit = 'kontanthjaelp'
        AND cases.status NOT IN ('applied', 'refused')
        AND cases.granted_from < $period_end
        AND (
            cases.stopped_from > $period
            OR (cases.stopped_from IS NULL AND (cases.closed_on IS NULL OR cases.closed_on > $period))
        )
),
calculated AS (
    SELECT case_id, count(*) AS calculations
    FROM run.calculations
    GROUP BY case_id
)
SELECT
    coalesce(granted.case_id, calculated.case_id) AS case_id,
    granted.case_id IS NOT NULL AS granted,
    coalesce(calculated.calculations, 0) AS calculations
FROM granted
FULL JOIN calculated ON calculated.case_id = granted.case_id
WHERE granted.case_id IS NULL OR (calculated.calculations IS DISTINCT FROM 1)
ORDER BY case_id
