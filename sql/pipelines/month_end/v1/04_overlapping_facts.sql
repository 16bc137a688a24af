-- One row: one case whose facts contradict each other: more than one row holds on the first day of the month, or
-- facts begin within the month while others still hold.
WITH several AS (
    SELECT case_id
    FROM run.facts_in_force
    WHERE valid_from <= $period
    GROUP BY case_id
    HAVING count(*) > 1
),
overtaken AS (
    SELECT later.case_id
    FROM run.facts_in_force AS later
    JOIN run.facts_in_force AS earlier
        ON earlier.case_id = later.case_id
        AND earlier.valid_from < later.valid_from
        AND earlier.valid_to > later.valid_from
    WHERE later.valid_from > $period
),
found AS (
    SELECT case_id, true AS on_first_day
    FROM several
    UNION ALL
    SELECT case_id, false AS on_first_day
    FROM overtaken
)
SELECT case_id, bool_or(on_first_day) AS on_first_day
FROM found
GROUP BY case_id
