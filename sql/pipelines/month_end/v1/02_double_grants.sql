-- One row: one citizen with more than one grant in force in the month; only the oldest case is paid.
SELECT person_id, min(case_id) AS oldest_case_id
FROM run.grants
GROUP BY person_id
HAVING count(*) > 1
