-- One row: the sums of every step of revalideringsydelse over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['base_rate']) * 100 AS BIGINT) AS base_rate,
    CAST(sum(k['child_maintenance_supplement']) * 100 AS BIGINT) AS child_maintenance_supplement,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross
FROM (
    SELECT
        revalideringsydelse(
            period => period,
            birth_date => birth_date,
            pre_rehabilitation => pre_rehabilitation,
            provider => provider,
            child_at_home => child_at_home,
            prior_income_above_max => prior_income_above_max,
            pregnant_past_week_12 => pregnant_past_week_12,
            mental_illness => mental_illness,
            lives_with_parent => lives_with_parent,
            child_maintenance => child_maintenance,
            other_work_income_of_year => 0
        ) AS k
    FROM person_months
) AS calculated
