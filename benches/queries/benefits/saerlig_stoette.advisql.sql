-- One row: the sums of every step of særlig støtte over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['above_threshold']) * 100 AS BIGINT) AS above_threshold,
    CAST(sum(k['income_reduction']) * 100 AS BIGINT) AS income_reduction,
    CAST(sum(k['maximum_reduction']) * 100 AS BIGINT) AS maximum_reduction,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    CAST(sum(k['threshold']) * 100 AS BIGINT) AS threshold
FROM (
    SELECT
        saerlig_stoette(
            period => period,
            provider => provider,
            children_at_home => children_at_home,
            children_away => children_away,
            excluded => excluded,
            net_housing_cost => net_housing_cost,
            reasonable_housing_cost => NULL,
            net_income => net_income,
            work_costs => work_costs,
            net_help => net_help
        ) AS k
    FROM person_months
) AS calculated
