-- One row: the sums of every step of revalideringsydelse (LAS § 52) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'age_30_plus' THEN amount END) * 100 AS BIGINT) AS from_30_rate,
        CAST(max(CASE WHEN parameter = 'prior_income_above_max_6_months' THEN amount END) * 100 AS BIGINT) AS prior_income,
        CAST(max(CASE WHEN parameter = 'under_30_provider_own_child_at_home' THEN amount END) * 100 AS BIGINT) AS at_home,
        CAST(max(CASE WHEN parameter = 'age_25_plus_provider_child_not_at_home' THEN amount END) * 100 AS BIGINT)
            AS from_25_provider,
        CAST(max(CASE WHEN parameter = 'age_25_plus_non_provider' THEN amount END) * 100 AS BIGINT) AS from_25_other,
        CAST(max(CASE WHEN parameter = 'under_25_living_out' THEN amount END) * 100 AS BIGINT) AS living_out,
        CAST(max(CASE WHEN parameter = 'under_25_living_home' THEN amount END) * 100 AS BIGINT) AS living_home,
        CAST(max(CASE WHEN parameter = 'under_25_pregnant_past_week_12' THEN amount END) * 100 AS BIGINT) AS pregnant,
        CAST(max(CASE WHEN parameter = 'under_25_mental_illness_provider_child_not_at_home' THEN amount END) * 100 AS BIGINT)
            AS ill_provider,
        CAST(max(CASE WHEN parameter = 'under_25_mental_illness_living_out' THEN amount END) * 100 AS BIGINT) AS ill_out,
        CAST(max(CASE WHEN parameter = 'under_25_child_maintenance_max_total' THEN amount END) * 100 AS BIGINT) AS most
    FROM months
    CROSS JOIN rates
    WHERE benefit = 'revalideringsydelse' AND valid_from <= month AND valid_to > month
    GROUP BY month
),
priced AS (
    SELECT
        pre_rehabilitation,
        CAST(child_maintenance * 100 AS BIGINT) AS child_maintenance,
        most,
        birth_date > period - INTERVAL '25 years' AND NOT prior_income_above_max AND NOT (provider AND child_at_home)
            AS maintained,
        CASE
            WHEN birth_date <= period - INTERVAL '30 years' THEN from_30_rate
            WHEN prior_income_above_max THEN prior_income
            WHEN provider AND child_at_home THEN at_home
            -- The reason that stops forrevalidering stops the choice under 30.
            WHEN pre_rehabilitation THEN NULL
            WHEN birth_date <= period - INTERVAL '25 years' AND provider THEN from_25_provider
            WHEN birth_date <= period - INTERVAL '25 years' THEN from_25_other
            WHEN mental_illness AND provider THEN ill_provider
            WHEN pregnant_past_week_12 THEN pregnant
            WHEN lives_with_parent THEN living_home
            WHEN mental_illness THEN ill_out
            ELSE living_out
        END AS base_rate
    FROM person_months
    JOIN law ON month = period
),
supported AS (
    SELECT
        *,
        CASE
            WHEN base_rate IS NULL THEN NULL
            WHEN maintained THEN least(child_maintenance, greatest(most - base_rate, 0))
            ELSE 0
        END AS supplement
    FROM priced
)
SELECT
    count(CASE WHEN NOT pre_rehabilitation THEN base_rate END) AS calculated,
    sum(base_rate) AS base_rate,
    sum(supplement) AS child_maintenance_supplement,
    sum(CASE WHEN NOT pre_rehabilitation THEN base_rate + supplement END) AS gross
FROM supported
