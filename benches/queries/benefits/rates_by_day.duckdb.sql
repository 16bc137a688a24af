-- One row: one first of a month or Monday of 2018 to 2021 with every amount of six benefits in hundredths, each in a column of its own.
WITH days AS (
    SELECT CAST(DATE '2018-01-01' + to_months(CAST(n AS INTEGER)) AS DATE) AS day
    FROM range(48) AS months (n)
    UNION
    SELECT CAST(DATE '2018-01-01' + CAST(7 * n AS INTEGER) AS DATE) AS day
    FROM range(208) AS weeks (n)
),
amounts AS (
    SELECT
        CAST(day - DATE '1970-01-01' AS INTEGER) AS day,
        benefit || '_' || parameter AS name,
        CAST(amount * 100 AS BIGINT) AS amount
    FROM days
    JOIN rates ON rates.valid_from <= day AND rates.valid_to > day
)
PIVOT amounts
ON name IN (
    'fleksloentilskud_max_98_pct_of_dagpenge',
    'fleksloentilskud_income_limit_30_to_55_pct',
    'fleksloentilskud_reduction_pct_below_limit',
    'fleksloentilskud_reduction_pct_above_limit',
    'atp_fleksloentilskud_recipient_contribution_pct',
    'atp_fleksloentilskud_recipient_contribution_max',
    'saerlig_stoette_threshold_non_provider',
    'saerlig_stoette_threshold_provider_1_child_at_home',
    'saerlig_stoette_threshold_provider_1_child_not_at_home',
    'saerlig_stoette_threshold_deduction_per_further_child_at_home',
    'saerlig_stoette_threshold_deduction_per_further_child_not_at_home',
    'ressourceforloebsydelse_provider',
    'ressourceforloebsydelse_non_provider',
    'ressourceforloebsydelse_under_25_living_home_non_provider',
    'ressourceforloebsydelse_under_25_living_home_child_maintenance_max_total',
    'ressourceforloebsydelse_from_sygedagpenge_max',
    'ressourceforloebsydelse_from_ledighedsydelse_89_pct',
    'ressourceforloebsydelse_from_ledighedsydelse_kontanthjaelp_provider',
    'ressourceforloebsydelse_from_ledighedsydelse_kontanthjaelp_non_provider',
    'ressourceforloebsydelse_self_employed_pct_when_at_most_quarter_of_work',
    'ressourceforloebsydelse_self_employed_pct_when_at_most_half_of_work',
    'fradrag_ressourceforloebsydelse_wage_income_limit',
    'fradrag_ressourceforloebsydelse_wage_pct_below_limit',
    'fradrag_ressourceforloebsydelse_wage_pct_above_limit',
    'fradrag_ressourceforloebsydelse_disregard_per_hour_in_offer',
    'ledighedsydelse_max_89_pct_weekly',
    'ledighedsydelse_max_89_pct',
    'ledighedsydelse_low_rate_provider',
    'ledighedsydelse_low_rate_non_provider',
    'fradrag_conversion_factor_income_to_hours',
    'oekonomisk_friplads_full_place_income_up_to',
    'oekonomisk_friplads_no_subsidy_from_household_income',
    'oekonomisk_friplads_income_step_per_1_pct_parent_payment',
    'oekonomisk_friplads_single_parent_increase',
    'oekonomisk_friplads_increase_per_child_beyond_first',
    'oekonomisk_friplads_parent_payment_pct_first_step',
    'oekonomisk_friplads_parent_payment_pct_last_step',
    'oekonomisk_friplads_sibling_subsidy_pct',
    'sygedagpenge_max_per_week',
    'sygedagpenge_max_per_hour',
    'sygedagpenge_self_employed_minimum_two_thirds',
    'sygedagpenge_minimum_absence_hours_per_week',
    'sygedagpenge_employer_period_days',
    'sygedagpenge_self_employed_waiting_days',
    'sygedagpenge_self_employed_pct_when_at_most_quarter_of_work',
    'sygedagpenge_self_employed_pct_when_at_most_half_of_work',
    'sygedagpenge_partly_unemployed_hours_full_time_insured',
    'sygedagpenge_partly_unemployed_hours_part_time_insured',
    'skat_am_contribution_pct'
)
USING max(amount)
GROUP BY day
