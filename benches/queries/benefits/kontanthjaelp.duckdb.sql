-- One row: the sums of every step of kontanthjælp over all person-months (LAS §§ 25, 30 and 31 as in force 2016 to June 2025).
WITH banded AS (
    SELECT
        *,
        birth_date <= period - INTERVAL 30 YEARS AS from_30,
        birth_date <= period - INTERVAL 25 YEARS AS from_25
    FROM person_months
),
priced AS (
    SELECT
        banded.*,
        fradrag_work_income_disregard_per_hour AS per_hour,
        fradrag_work_income_disregard_max_hours_per_month AS max_hours,
        CASE
            WHEN from_30 AND provider THEN kontanthjaelp_age_30_plus_provider
            WHEN from_30 THEN kontanthjaelp_age_30_plus_other
            WHEN provider AND severe_mental_illness THEN kontanthjaelp_under_30_mental_illness_provider
            -- Which row applies to a provider who is pregnant was not read.
            WHEN provider AND pregnant_past_week_12 THEN NULL
            WHEN pregnant_past_week_12 THEN kontanthjaelp_under_30_pregnant_past_week_12
            WHEN provider AND extra_child_allowance THEN kontanthjaelp_under_30_single_provider
            WHEN provider THEN kontanthjaelp_under_30_provider_no_extra_child_allowance
            WHEN severe_mental_illness AND NOT lives_with_parent THEN kontanthjaelp_under_30_mental_illness_living_out
            WHEN from_25 AND lives_with_parent THEN kontanthjaelp_age_25_29_living_home
            WHEN from_25 THEN kontanthjaelp_age_25_29_living_out
            WHEN lives_with_parent THEN kontanthjaelp_under_25_living_home
            ELSE kontanthjaelp_under_25_living_out
        END AS base_rate,
        CASE
            WHEN NOT from_30 AND provider AND NOT severe_mental_illness AND pregnant_past_week_12 THEN NULL
            WHEN from_30 OR NOT activity_ready OR pregnant_past_week_12 THEN 0
            WHEN provider AND severe_mental_illness THEN 0
            WHEN provider AND extra_child_allowance THEN aktivitetstillaeg_kontanthjaelp_under_30_single_provider
            WHEN provider THEN aktivitetstillaeg_kontanthjaelp_under_30_provider_no_extra_child_allowance
            WHEN severe_mental_illness AND NOT lives_with_parent THEN 0
            WHEN from_25 AND lives_with_parent THEN aktivitetstillaeg_kontanthjaelp_age_25_29_living_home
            WHEN from_25 THEN aktivitetstillaeg_kontanthjaelp_age_25_29_living_out
            ELSE 0
        END AS supplement
    FROM banded
    JOIN rates_by_month ON month = period
),
-- Kroner per worked hour, at most 160 hours and the pay itself, rounded once to whole øre.
disregards AS (
    SELECT
        *,
        CAST(least(round(per_hour * least(work_hours, max_hours), 2), work_income) AS DECIMAL(12, 2)) AS disregard,
        CAST(
            least(round(per_hour * least(spouse_work_hours, max_hours), 2), spouse_work_income) AS DECIMAL(12, 2)
        ) AS spouse_disregard
    FROM priced
),
-- least and greatest skip NULL in DuckDB, so what is unknown is kept out of them.
own AS (
    SELECT
        *,
        CASE
            WHEN base_rate IS NOT NULL
                THEN least(work_income + other_income - disregard, base_rate + supplement)
        END AS own_deduction,
        CASE
            WHEN single THEN 0
            ELSE greatest(spouse_work_income + spouse_other_income - spouse_disregard - spouse_help, 0)
        END AS excess
    FROM disregards
),
deducted AS (
    SELECT
        *,
        CASE WHEN base_rate IS NOT NULL THEN least(excess, base_rate + supplement - own_deduction) END
            AS spouse_excess
    FROM own
)
SELECT
    count(base_rate) AS calculated,
    sum(base_rate) AS base_rate,
    sum(supplement) AS supplement,
    sum(-own_deduction) AS income_deduction,
    sum(-spouse_excess) AS spouse_deduction,
    sum(base_rate + supplement - own_deduction - spouse_excess) AS gross,
    sum(work_income + other_income) AS income,
    sum(disregard) AS disregard
FROM deducted
