-- One row: the sums of every step of overgangsydelse over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['base_rate']) * 100 AS BIGINT) AS base_rate,
    CAST(sum(k['supplement']) * 100 AS BIGINT) AS supplement,
    CAST(sum(k['reduction_225']) * 100 AS BIGINT) AS reduction_225,
    CAST(sum(k['income_deduction']) * 100 AS BIGINT) AS income_deduction,
    CAST(sum(k['spouse_deduction']) * 100 AS BIGINT) AS spouse_deduction,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    CAST(sum(k['income']) * 100 AS BIGINT) AS income,
    CAST(sum(k['disregard']) * 100 AS BIGINT) AS disregard
FROM (
    SELECT
        overgangsydelse(
            period => month_from_2020,
            birth_date => birth_date,
            provider => provider,
            extra_child_allowance => extra_child_allowance,
            lives_with_parent => lives_with_parent,
            dansk_bonus => dansk_bonus,
            single => single,
            work_income => work_income,
            work_hours => work_hours,
            other_income => other_income,
            spouse_work_income => spouse_work_income,
            spouse_work_hours => spouse_work_hours,
            spouse_other_income => spouse_other_income,
            spouse_help => spouse_help,
            spouse_opted_out => NULL,
            reduction_225 => reduction_225
        ) AS k
    FROM person_months
) AS calculated
