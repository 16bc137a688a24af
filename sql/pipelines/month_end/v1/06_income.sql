-- One row: what one person who matters for the month had at disposal in it: the citizen or the spouse of a
-- granted case. Corrections are differences and reversals negative, so the sums are net of both. Pay whose
-- payslip states no hours makes the hours unknown.
WITH wanted AS (
    SELECT person_id
    FROM run.grants
    UNION
    SELECT spouse_person_id AS person_id
    FROM run.facts_in_force
    WHERE spouse_person_id IS NOT NULL
)
SELECT
    incomes.person_id,
    coalesce(sum(incomes.amount) FILTER (WHERE incomes.income_group = 'wage'), 0) AS work_income,
    CASE
        WHEN count(*) FILTER (
            WHERE incomes.income_group = 'wage' AND incomes.kind = 'original' AND incomes.hours IS NULL
        ) = 0
            THEN coalesce(sum(incomes.hours) FILTER (WHERE incomes.income_group = 'wage'), 0)
    END AS work_hours,
    coalesce(sum(incomes.amount) FILTER (WHERE incomes.income_group <> 'wage'), 0) AS other_income
FROM incomes
JOIN wanted ON wanted.person_id = incomes.person_id
WHERE incomes.period = $period
GROUP BY incomes.person_id
