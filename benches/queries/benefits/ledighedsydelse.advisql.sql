-- One row: the sums of every step of ledighedsydelse over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['base_rate']) * 100 AS BIGINT) AS base_rate,
    CAST(sum(k['income_deduction']) * 100 AS BIGINT) AS income_deduction,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    CAST(sum(k['side_income']) * 100 AS BIGINT) AS side_income
FROM (
    SELECT
        ledighedsydelse(
            period => period,
            level => unemployed_level,
            provider => provider,
            weeks => weeks,
            deduction => deduction,
            side_hours => side_hours
        ) AS k
    FROM person_months
) AS calculated
