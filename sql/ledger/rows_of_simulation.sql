-- One row: how one case ended in one simulated run.
SELECT
    calculations.case_id,
    calculations.person_id,
    calculations.benefit,
    calculations.gross,
    coalesce(payments.status, 'nothing_to_pay') AS status,
    payments.status_reason
FROM simulated.calculations AS calculations
LEFT JOIN simulated.payments AS payments
    ON payments.case_id = calculations.case_id
    AND payments.run_id = $run_id
    AND payments.period = $period
WHERE calculations.run_id = $run_id AND calculations.period = $period
