-- One row: one calculation whose steps do not sum up to its gross amount, or whose payment is not that amount.
SELECT
    calculations.case_id,
    calculations.gross,
    calculations.base_rate + calculations.supplement + calculations.child_support_supplement
        + calculations.reduction_225 + calculations.income_deduction + calculations.spouse_deduction AS steps,
    payments.gross AS paid
FROM run.calculations AS calculations
LEFT JOIN run.payments AS payments ON payments.case_id = calculations.case_id
WHERE coalesce(payments.gross, 0) <> coalesce(calculations.gross, 0)
    -- Parentheses: without them DataFusion reads everything after IS DISTINCT FROM as its right side.
    OR (
        calculations.gross IS DISTINCT FROM (
            calculations.base_rate + calculations.supplement + calculations.child_support_supplement
                + calculations.reduction_225 + calculations.income_deduction + calculations.spouse_deduction
        )
    )
ORDER BY calculations.case_id
