-- One row: one month of 2016 to 2024 with every amount in a column of its own, as an analyst would lay the rates out.
WITH months AS (
    SELECT CAST(DATE '2016-01-01' + to_months(CAST(n AS INTEGER)) AS DATE) AS month
    FROM range(108) AS months (n)
),
amounts AS (
    SELECT month, benefit || '_' || parameter AS name, CAST(amount AS DECIMAL(12, 2)) AS amount
    FROM months
    JOIN rates ON rates.valid_from <= month AND rates.valid_to > month
)
PIVOT amounts
ON name IN (
    'kontanthjaelp_age_30_plus_provider',
    'kontanthjaelp_age_30_plus_other',
    'kontanthjaelp_under_30_single_provider',
    'kontanthjaelp_under_30_provider_no_extra_child_allowance',
    'kontanthjaelp_under_30_pregnant_past_week_12',
    'kontanthjaelp_under_30_mental_illness_provider',
    'kontanthjaelp_under_30_mental_illness_living_out',
    'kontanthjaelp_age_25_29_living_out',
    'kontanthjaelp_age_25_29_living_home',
    'kontanthjaelp_under_25_living_out',
    'kontanthjaelp_under_25_living_home',
    'aktivitetstillaeg_kontanthjaelp_under_30_single_provider',
    'aktivitetstillaeg_kontanthjaelp_under_30_provider_no_extra_child_allowance',
    'aktivitetstillaeg_kontanthjaelp_age_25_29_living_out',
    'aktivitetstillaeg_kontanthjaelp_age_25_29_living_home',
    'fradrag_work_income_disregard_per_hour',
    'fradrag_work_income_disregard_max_hours_per_month'
)
USING max(amount)
GROUP BY month
