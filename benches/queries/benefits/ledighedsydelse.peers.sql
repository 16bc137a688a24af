-- One row: the sums of every step of ledighedsydelse (LAS § 74 a) over all person-months, in øre and hundredths of hours.
WITH priced AS (
    SELECT
        deduction,
        (fradrag_conversion_factor_income_to_hours * side_hours + 50) // 100 AS side_income,
        CASE
            -- Hours cannot be turned into income in a year without the factor.
            WHEN fradrag_conversion_factor_income_to_hours IS NULL THEN NULL
            WHEN unemployed_level = 'max_89_pct' THEN ledighedsydelse_max_89_pct_weekly * weeks
            WHEN provider THEN ledighedsydelse_low_rate_provider
            ELSE ledighedsydelse_low_rate_non_provider
        END AS base_rate
    FROM facts
    JOIN rates_by_day ON day = period
),
deducted AS (
    SELECT *, CASE WHEN base_rate IS NOT NULL THEN least(deduction, base_rate) END AS deducted FROM priced
)
SELECT
    count(base_rate) AS calculated,
    sum(base_rate) AS base_rate,
    sum(-deducted) AS income_deduction,
    sum(base_rate - deducted) AS gross,
    sum(side_income) AS side_income
FROM deducted
