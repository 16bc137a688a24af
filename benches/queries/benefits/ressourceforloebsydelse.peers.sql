-- One row: the sums of every step of ressourceforløbsydelse (LAS §§ 68, 68 a, 69 j and 69 t) over all person-months, in øre and hundredths of hours.
WITH priced AS (
    SELECT
        work_share,
        wage,
        offer_income,
        other_income,
        ressourceforloebsydelse_self_employed_pct_when_at_most_quarter_of_work AS quarter_pct,
        ressourceforloebsydelse_self_employed_pct_when_at_most_half_of_work AS half_pct,
        fradrag_ressourceforloebsydelse_wage_income_limit AS wage_limit,
        fradrag_ressourceforloebsydelse_wage_pct_below_limit AS below_pct,
        fradrag_ressourceforloebsydelse_wage_pct_above_limit AS above_pct,
        CASE
            WHEN level = 'sygedagpenge'
                THEN least(previous_week_amount, ressourceforloebsydelse_from_sygedagpenge_max) * weeks
            WHEN level = 'ledighedsydelse_89_pct' THEN ressourceforloebsydelse_from_ledighedsydelse_89_pct * weeks
            WHEN level = 'ledighedsydelse_kontanthjaelp' AND provider
                THEN ressourceforloebsydelse_from_ledighedsydelse_kontanthjaelp_provider
            WHEN level = 'ledighedsydelse_kontanthjaelp'
                THEN ressourceforloebsydelse_from_ledighedsydelse_kontanthjaelp_non_provider
            WHEN provider THEN ressourceforloebsydelse_provider
            WHEN NOT lives_with_parent OR NOT under_25 THEN ressourceforloebsydelse_non_provider
            ELSE ressourceforloebsydelse_under_25_living_home_non_provider
        END AS base_rate,
        CASE
            WHEN level = 'kontanthjaelp' AND NOT provider AND lives_with_parent AND under_25
                THEN
                    least(
                        child_maintenance,
                        ressourceforloebsydelse_under_25_living_home_child_maintenance_max_total
                        - ressourceforloebsydelse_under_25_living_home_non_provider
                    )
            ELSE 0
        END AS supplement,
        CASE WHEN course = 'jobafklaring' AND wage > 0 AND employed_at_start THEN wage + fleksloentilskud_paid ELSE 0 END
            AS full_wage,
        CASE
            WHEN offer_income = 0 THEN 0
            ELSE least((fradrag_ressourceforloebsydelse_disregard_per_hour_in_offer * offer_hours + 50) // 100, offer_income)
        END AS disregard
    FROM facts
    JOIN rates_by_day ON day = period
),
reduced AS (
    SELECT
        *,
        CASE
            WHEN work_share = 0 THEN base_rate + supplement
            WHEN work_share <= 2500 THEN ((base_rate + supplement) * quarter_pct + 5000) // 10000
            WHEN work_share <= 5000 THEN ((base_rate + supplement) * half_pct + 5000) // 10000
        END AS reduced,
        CASE WHEN full_wage > 0 THEN 0 ELSE (least(wage, wage_limit) * below_pct + 5000) // 10000 END AS below_whole,
        CASE WHEN full_wage > 0 THEN 0 ELSE (greatest(wage - wage_limit, 0) * above_pct + 5000) // 10000 END AS above_whole
    FROM priced
),
below AS (
    SELECT *, least(below_whole, reduced) AS below FROM reduced
),
above AS (
    SELECT *, least(above_whole, reduced - below) AS above FROM below
),
whole AS (
    SELECT *, least(full_wage, reduced - below - above) AS whole FROM above
),
offer AS (
    SELECT *, least(offer_income - disregard, reduced - below - above - whole) AS offer FROM whole
),
other AS (
    SELECT *, least(other_income, reduced - below - above - whole - offer) AS other FROM offer
)
SELECT
    count(reduced) AS calculated,
    sum(base_rate) AS base_rate,
    sum(supplement) AS child_maintenance_supplement,
    sum(reduced - base_rate - supplement) AS partly_fit_reduction,
    sum(CASE WHEN reduced IS NOT NULL THEN -below END) AS wage_reduction_below_limit,
    sum(CASE WHEN reduced IS NOT NULL THEN -above END) AS wage_reduction_above_limit,
    sum(CASE WHEN reduced IS NOT NULL THEN -whole END) AS full_wage_deduction,
    sum(CASE WHEN reduced IS NOT NULL THEN -offer END) AS offer_income_deduction,
    sum(CASE WHEN reduced IS NOT NULL THEN -other END) AS other_income_deduction,
    sum(reduced - below - above - whole - offer - other) AS gross,
    sum(disregard) AS disregard
FROM other
