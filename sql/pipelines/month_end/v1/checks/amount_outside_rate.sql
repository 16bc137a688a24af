-- One row: one calculation or payment whose amount is negative or above the rate with its supplements.
SELECT
    calculations.case_id,
    calculations.gross,
    calculations.base_rate,
    calculations.supplement,
    calculations.child_support_supplement
FROM run.calculations AS calculations
WHERE calculations.gross < 0
    OR calculations.gross
        > calculations.base_rate + calculations.supplement + calculations.child_support_supplement
ORDER BY calculations.case_id
