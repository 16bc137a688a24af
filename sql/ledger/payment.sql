-- One row: one payment with the calculation it comes from.
SELECT
    payments.payment_id,
    payments.run_id,
    payments.case_id,
    payments.person_id,
    payments.benefit,
    payments.period,
    payments.gross,
    payments.pay_on,
    payments.status,
    payments.status_reason,
    calculations.rule_id,
    calculations.law_version,
    calculations.base_rate,
    calculations.supplement,
    calculations.income,
    calculations.disregard,
    calculations.income_deduction,
    calculations.spouse_deduction,
    calculations.missing,
    calculations.facts_used,
    calculations.rates_used,
    calculations.derived_rates_used
FROM payments
JOIN calculations
    ON calculations.run_id = payments.run_id
    AND calculations.case_id = payments.case_id
    AND calculations.period = payments.period
WHERE payments.payment_id = $payment_id
