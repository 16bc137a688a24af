-- One row: the sums of every step of ressourceforløbsydelse over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['base_rate']) * 100 AS BIGINT) AS base_rate,
    CAST(sum(k['child_maintenance_supplement']) * 100 AS BIGINT) AS child_maintenance_supplement,
    CAST(sum(k['partly_fit_reduction']) * 100 AS BIGINT) AS partly_fit_reduction,
    CAST(sum(k['wage_reduction_below_limit']) * 100 AS BIGINT) AS wage_reduction_below_limit,
    CAST(sum(k['wage_reduction_above_limit']) * 100 AS BIGINT) AS wage_reduction_above_limit,
    CAST(sum(k['full_wage_deduction']) * 100 AS BIGINT) AS full_wage_deduction,
    CAST(sum(k['offer_income_deduction']) * 100 AS BIGINT) AS offer_income_deduction,
    CAST(sum(k['other_income_deduction']) * 100 AS BIGINT) AS other_income_deduction,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    CAST(sum(k['disregard']) * 100 AS BIGINT) AS disregard
FROM (
    SELECT
        ressourceforloebsydelse(
            period => period,
            course => course,
            level => level,
            birth_date => birth_date,
            provider => provider,
            lives_with_parent => lives_with_parent,
            child_maintenance => child_maintenance,
            previous_week_amount => previous_week_amount,
            weeks => weeks,
            wage => wage,
            employed_at_start => employed_at_start,
            fleksloentilskud => fleksloentilskud_paid,
            offer_income => offer_income,
            offer_hours => offer_hours,
            other_income => other_income,
            work_share => work_share,
            employer_wage => employer_wage
        ) AS k
    FROM person_months
) AS calculated
