-- One row: one case granted in the month, read anew from the cases, that has not exactly one calculation.
WITH newest AS (
    SELECT
        case_id,
        last_value(benefit ORDER BY registered_at) AS benefit,
        last_value(status ORDER BY registered_at) AS status,
        last_value(granted_from ORDER BY registered_at) AS granted_from,
        last_value(coalesce(stopped_from, closed_on) ORDER BY registered_at) AS ends
    FROM cases
    GROUP BY case_id
),
granted AS (
    SELECT case_id
    FROM newest
    WHERE benefit = 'kontanthjaelp'
        AND status NOT IN ('applied', 'refused')
        AND granted_from < $period_end
        AND (ends IS NULL OR ends > $period)
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
