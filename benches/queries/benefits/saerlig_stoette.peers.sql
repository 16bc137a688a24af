-- One row: the sums of every step of særlig støtte (LAS § 34); its maximum is not known over all person-months, in øre and hundredths of hours.
WITH thresholds AS (
    SELECT
        excluded,
        net_housing_cost,
        net_income - work_costs - net_help AS income,
        CASE
            WHEN excluded THEN NULL
            WHEN NOT provider THEN saerlig_stoette_threshold_non_provider
            WHEN children_at_home > 0
                THEN
                    saerlig_stoette_threshold_provider_1_child_at_home
                    - CASE
                        WHEN children_at_home > 1
                            THEN (children_at_home - 1) * saerlig_stoette_threshold_deduction_per_further_child_at_home
                        ELSE 0
                    END
                    - CASE
                        WHEN children_away > 0
                            THEN children_away * saerlig_stoette_threshold_deduction_per_further_child_not_at_home
                        ELSE 0
                    END
            WHEN children_away > 0
                THEN
                    saerlig_stoette_threshold_provider_1_child_not_at_home
                    - CASE
                        WHEN children_away > 1
                            THEN (children_away - 1) * saerlig_stoette_threshold_deduction_per_further_child_not_at_home
                        ELSE 0
                    END
        END AS threshold
    FROM facts
    JOIN rates_by_day ON day = period
),
above AS (
    SELECT
        *,
        CASE
            WHEN excluded THEN 0
            WHEN threshold IS NULL THEN NULL
            WHEN net_housing_cost > threshold THEN net_housing_cost - threshold
            ELSE 0
        END AS above
    FROM thresholds
),
reduced AS (
    SELECT
        *,
        CASE WHEN excluded THEN 0 WHEN above IS NULL THEN NULL ELSE least(greatest(income, 0), above) END AS reduction
    FROM above
)
SELECT
    count(CASE WHEN above = reduction THEN 0 END) AS calculated,
    sum(above) AS above_threshold,
    sum(-reduction) AS income_reduction,
    sum(CASE WHEN above = reduction THEN 0 END) AS maximum_reduction,
    sum(CASE WHEN above = reduction THEN above - reduction END) AS gross,
    sum(threshold) AS threshold
FROM reduced
