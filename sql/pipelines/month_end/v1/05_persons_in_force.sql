-- One row: one granted person as the population register has them on the last day of the month.
-- More than one registration in force is a fault: then status and birth date are not known.
SELECT
    persons.person_id,
    count(*) AS registrations,
    min(persons.birth_date) AS birth_date,
    bool_or(persons.status = '90') AS dead,
    bool_and(persons.status IN ('01', '03')) AS resident,
    bool_and(cpr_is_valid(persons.cpr) OR cpr_is_replacement(persons.cpr)) AS cpr_valid
FROM newest.persons AS persons
WHERE persons.valid_from < $period_end
    AND persons.valid_to >= $period_end
    AND persons.person_id IN (SELECT person_id FROM run.grants)
GROUP BY persons.person_id
