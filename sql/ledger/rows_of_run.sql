-- One row: how one case ended in one published run.
SELECT
    calculations.case_id,
    calculations.person_id,
    calculations.benefit,
    calculations.gross,
    coalesce(payments.status, 'nothing_to_pay') AS status,
    payments.status_reason
FROM calculations
LEFT JOIN payments
    ON payments.case_id = calculations.case_id
    AND payments.run_id = $run_id
    AND payments.period = $period
WHERE calculations.run_id = $run_id AND calculations.period = $period
