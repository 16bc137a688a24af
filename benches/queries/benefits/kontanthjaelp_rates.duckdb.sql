-- In front of kontanthjaelp.duckdb.sql: the amounts of law.rates on the first day of every month, each in a column of its own.
WITH rates_by_month AS (
    SELECT
        month,
        CAST(max(CASE WHEN benefit = 'kontanthjaelp' AND parameter = 'age_30_plus_provider' THEN amount END) AS DECIMAL(12, 2))
            AS kontanthjaelp_age_30_plus_provider,
        CAST(max(CASE WHEN benefit = 'kontanthjaelp' AND parameter = 'age_30_plus_other' THEN amount END) AS DECIMAL(12, 2))
            AS kontanthjaelp_age_30_plus_other,
        CAST(max(CASE WHEN benefit = 'kontanthjaelp' AND parameter = 'under_30_single_provider' THEN amount END) AS DECIMAL(12, 2))
            AS kontanthjaelp_under_30_single_provider,
        CAST(max(CASE WHEN benefit = 'kontanthjaelp' AND parameter = 'under_30_provider_no_extra_child_allowance' THEN amount END) AS DECIMAL(12, 2))
            AS kontanthjaelp_under_30_provider_no_extra_child_allowance,
        CAST(max(CASE WHEN benefit = 'kontanthjaelp' AND parameter = 'under_30_pregnant_past_week_12' THEN amount END) AS DECIMAL(12, 2))
            AS kontanthjaelp_under_30_pregnant_past_week_12,
        CAST(max(CASE WHEN benefit = 'kontanthjaelp' AND parameter = 'under_30_mental_illness_provider' THEN amount END) AS DECIMAL(12, 2))
            AS kontanthjaelp_under_30_mental_illness_provider,
        CAST(max(CASE WHEN benefit = 'kontanthjaelp' AND parameter = 'under_30_mental_illness_living_out' THEN amount END) AS DECIMAL(12, 2))
            AS kontanthjaelp_under_30_mental_illness_living_out,
        CAST(max(CASE WHEN benefit = 'kontanthjaelp' AND parameter = 'age_25_29_living_out' THEN amount END) AS DECIMAL(12, 2))
            AS kontanthjaelp_age_25_29_living_out,
        CAST(max(CASE WHEN benefit = 'kontanthjaelp' AND parameter = 'age_25_29_living_home' THEN amount END) AS DECIMAL(12, 2))
            AS kontanthjaelp_age_25_29_living_home,
        CAST(max(CASE WHEN benefit = 'kontanthjaelp' AND parameter = 'under_25_living_out' THEN amount END) AS DECIMAL(12, 2))
            AS kontanthjaelp_under_25_living_out,
        CAST(max(CASE WHEN benefit = 'kontanthjaelp' AND parameter = 'under_25_living_home' THEN amount END) AS DECIMAL(12, 2))
            AS kontanthjaelp_under_25_living_home,
        CAST(max(CASE WHEN benefit = 'aktivitetstillaeg' AND parameter = 'kontanthjaelp_under_30_single_provider' THEN amount END) AS DECIMAL(12, 2))
            AS aktivitetstillaeg_kontanthjaelp_under_30_single_provider,
        CAST(max(CASE WHEN benefit = 'aktivitetstillaeg' AND parameter = 'kontanthjaelp_under_30_provider_no_extra_child_allowance' THEN amount END) AS DECIMAL(12, 2))
            AS aktivitetstillaeg_kontanthjaelp_under_30_provider_no_extra_child_allowance,
        CAST(max(CASE WHEN benefit = 'aktivitetstillaeg' AND parameter = 'kontanthjaelp_age_25_29_living_out' THEN amount END) AS DECIMAL(12, 2))
            AS aktivitetstillaeg_kontanthjaelp_age_25_29_living_out,
        CAST(max(CASE WHEN benefit = 'aktivitetstillaeg' AND parameter = 'kontanthjaelp_age_25_29_living_home' THEN amount END) AS DECIMAL(12, 2))
            AS aktivitetstillaeg_kontanthjaelp_age_25_29_living_home,
        CAST(max(CASE WHEN benefit = 'fradrag' AND parameter = 'work_income_disregard_per_hour' THEN amount END) AS DECIMAL(12, 2))
            AS fradrag_work_income_disregard_per_hour,
        CAST(max(CASE WHEN benefit = 'fradrag' AND parameter = 'work_income_disregard_max_hours_per_month' THEN amount END) AS DECIMAL(12, 2))
            AS fradrag_work_income_disregard_max_hours_per_month
    FROM months
    JOIN rates ON valid_from <= month AND valid_to > month
    WHERE benefit IN ('kontanthjaelp', 'aktivitetstillaeg', 'fradrag')
    GROUP BY month
),
