-- One row: one payment with the calculation it comes from, and that calculation in words.
WITH found AS (
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
        calculations.child_support_supplement,
        calculations.reduction_225,
        calculations.income,
        calculations.disregard,
        calculations.income_deduction,
        calculations.spouse_deduction,
        calculations.missing,
        calculations.facts_used,
        calculations.rates_used,
        calculations.derived_rates_used,
        named_struct(
            'base_rate', calculations.base_rate,
            'supplement', calculations.supplement,
            'child_support_supplement', calculations.child_support_supplement,
            'reduction_225', calculations.reduction_225,
            'income_deduction', calculations.income_deduction,
            'spouse_deduction', calculations.spouse_deduction,
            'gross', calculations.gross,
            'income', calculations.income,
            'disregard', calculations.disregard,
            'rule_id', calculations.rule_id,
            'law_version', calculations.law_version,
            'rates_used', calculations.rates_used,
            'missing', calculations.missing,
            'derived_rates_used', calculations.derived_rates_used
        ) AS assessment
    FROM payments
    JOIN calculations
        ON calculations.run_id = payments.run_id
        AND calculations.case_id = payments.case_id
        AND calculations.period = payments.period
    WHERE payments.payment_id = $payment_id
)
SELECT
    payment_id,
    run_id,
    case_id,
    person_id,
    benefit,
    period,
    gross,
    pay_on,
    status,
    status_reason,
    rule_id,
    law_version,
    base_rate,
    supplement,
    child_support_supplement,
    reduction_225,
    income,
    disregard,
    income_deduction,
    spouse_deduction,
    missing,
    facts_used,
    rates_used,
    derived_rates_used,
    explain_assessment(assessment, 'da') AS explanation_da,
    explain_assessment(assessment, 'en') AS explanation_en
FROM found
