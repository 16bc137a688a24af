-- One row: one granted person as the population register has them on the last day of the month.
-- More than one registration in force is a fault: then status and birth date are not known.
WITH granted AS (
    SELECT DISTINCT person_id
    FROM run.grants
),
newest AS (
    SELECT persons.person_id, persons.valid_from, max(persons.registered_at) AS registered_at
    FROM persons
    JOIN granted ON granted.person_id = persons.person_id
    WHERE persons.valid_from < $period_end
    GROUP BY persons.person_id, persons.valid_from
)
SELECT
    persons.person_id,
    count(*) AS registrations,
    min(persons.birth_date) AS birth_date,
    bool_or(persons.status = '90') AS dead,
    bool_and(persons.status IN ('01', '03')) AS resident,
    bool_and(cpr_is_valid(persons.cpr) OR cpr_is_replacement(persons.cpr)) AS cpr_valid
FROM persons
JOIN newest
    ON newest.person_id = persons.person_id
    AND newest.valid_from = persons.valid_from
    AND newest.registered_at = persons.registered_at
WHERE persons.valid_from < $period_end AND persons.valid_to >= $period_end
GROUP BY persons.person_id
