-- One row: one requested payment to a citizen with a registration as dead that is in force on the last day
-- of the month, also where another registration says otherwise.
SELECT payments.payment_id, payments.case_id, min(persons.valid_from) AS dead_from
FROM run.payments AS payments
JOIN persons ON persons.person_id = payments.person_id
JOIN (
    SELECT person_id, valid_from, max(registered_at) AS registered_at
    FROM persons
    GROUP BY person_id, valid_from
) AS newest
    ON newest.person_id = persons.person_id
    AND newest.valid_from = persons.valid_from
    AND newest.registered_at = persons.registered_at
WHERE payments.status = 'requested'
    AND persons.status = '90'
    AND persons.valid_from < $period_end
    AND persons.valid_to >= $period_end
GROUP BY payments.payment_id, payments.case_id
ORDER BY payments.payment_id
