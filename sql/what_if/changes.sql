-- One row: one case of the month, calculated with the rates in force (before) and with others (after), on the
-- same facts and incomes. The family is read from the facts of the calculation; what they do not say is unknown.
SELECT
    coalesce(before.case_id, after.case_id) AS case_id,
    coalesce(before.person_id, after.person_id) AS person_id,
    coalesce(before.benefit, after.benefit) AS benefit,
    CASE
        WHEN after.facts_used LIKE '%"single":true%' AND after.facts_used LIKE '%"provider":true%'
            THEN 'single_provider'
        WHEN after.facts_used LIKE '%"single":true%' AND after.facts_used LIKE '%"provider":false%'
            THEN 'single'
        WHEN after.facts_used LIKE '%"single":false%' AND after.facts_used LIKE '%"provider":true%'
            THEN 'couple_provider'
        WHEN after.facts_used LIKE '%"single":false%' AND after.facts_used LIKE '%"provider":false%'
            THEN 'couple'
        ELSE 'unknown'
    END AS family_type,
    before.gross AS gross_before,
    after.gross AS gross_after,
    CAST(after.gross - before.gross AS DECIMAL(12, 2)) AS difference,
    CASE
        WHEN after.gross > before.gross THEN 'gains'
        WHEN after.gross < before.gross THEN 'loses'
        WHEN after.gross = before.gross THEN 'unchanged'
        WHEN after.gross IS NOT NULL THEN 'only_after'
        WHEN before.gross IS NOT NULL THEN 'only_before'
        ELSE 'not_calculated'
    END AS outcome,
    after.missing
FROM run.before AS before
FULL JOIN run.after AS after
    ON after.case_id = before.case_id
    AND after.benefit = before.benefit
ORDER BY case_id, benefit
