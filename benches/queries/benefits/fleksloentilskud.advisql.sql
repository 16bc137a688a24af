-- One row: the sums of every step of fleksløntilskud over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['maximum']) * 100 AS BIGINT) AS maximum,
    CAST(sum(k['reduction_below_limit']) * 100 AS BIGINT) AS reduction_below_limit,
    CAST(sum(k['reduction_above_limit']) * 100 AS BIGINT) AS reduction_above_limit,
    CAST(sum(k['ceiling_reduction']) * 100 AS BIGINT) AS ceiling_reduction,
    CAST(sum(k['other_benefit_reduction']) * 100 AS BIGINT) AS other_benefit_reduction,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    CAST(sum(k['wage_income']) * 100 AS BIGINT) AS wage_income,
    CAST(sum(k['elevated_atp']) * 100 AS BIGINT) AS elevated_atp
FROM (
    SELECT
        fleksloentilskud(
            period => period,
            flex_wage => flex_wage,
            other_wage => other_wage,
            full_time_pay => full_time_pay,
            holiday_supplement => holiday_supplement,
            other_benefit_days => other_benefit_days
        ) AS k
    FROM person_months
) AS calculated
