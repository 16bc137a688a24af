-- One row: one requested payment to a citizen with a registration as dead that is in force on the last day
-- of the month, also where another registration says otherwise.
WITH dead AS (
    SELECT person_id, valid_from, registered_at
    FROM persons
    WHERE status = '90' AND valid_from < $period_end AND valid_to >= $period_end
),
paid AS (
    SELECT payments.payment_id, payments.case_id, dead.person_id, dead.valid_from, dead.registered_at
    FROM run.payments AS payments
    JOIN dead ON dead.person_id = payments.person_id
    WHERE payments.status = 'requested'
)
SELECT paid.payment_id, paid.case_id, min(paid.valid_from) AS dead_from
FROM paid
WHERE NOT EXISTS (
    SELECT 1
    FROM persons AS later
    WHERE later.person_id = paid.person_id
        AND later.valid_from = paid.valid_from
        AND later.registered_at > paid.registered_at
)
GROUP BY paid.payment_id, paid.case_id
ORDER BY paid.payment_id
