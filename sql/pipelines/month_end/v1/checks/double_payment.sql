-- One row: one citizen with more than one requested payment of a benefit for the month, in this run or
-- together with what another run has published. The run that this one replaces does not count.
WITH requested AS (
    SELECT person_id, benefit, payment_id
    FROM run.payments
    WHERE status = 'requested'
    UNION ALL
    SELECT person_id, benefit, payment_id
    FROM payments
    WHERE period = $period AND run_id <> $replaced_run_id AND status IN ('requested', 'paid')
)
SELECT person_id, benefit, count(*) AS payments, min(payment_id) AS first_payment_id
FROM requested
GROUP BY person_id, benefit
HAVING count(*) > 1
ORDER BY person_id, benefit
