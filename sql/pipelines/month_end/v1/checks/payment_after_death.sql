-- One row: one requested payment to a citizen with a registration as dead that is in force on the last day
-- of the month, also where another registration says otherwise.
WITH dead AS (
    SELECT person_id, min(valid_from) AS dead_from
    FROM newest.persons
    WHERE status = '90' AND valid_from < $period_end AND valid_to >= $period_end
    GROUP BY person_id
)
SELECT payments.payment_id, payments.case_id, dead.dead_from
FROM run.payments AS payments
JOIN dead ON dead.person_id = payments.person_id
WHERE payments.status = 'requested'
ORDER BY payments.payment_id
