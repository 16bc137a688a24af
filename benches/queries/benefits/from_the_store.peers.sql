-- In front of the steps of a query of the peers: facts in the types of the store and the amounts of law.rates, as whole øre and days.
WITH facts AS (
    SELECT
        $days(period) AS period,
        $days(week) AS week,
        birth_date > period - INTERVAL '25 years' AS under_25,
        provider,
        other_benefit_days,
        children_at_home,
        children_away,
        excluded,
        course,
        level,
        lives_with_parent,
        weeks,
        employed_at_start,
        unemployed_level,
        single_provider,
        children,
        sibling_in_dearer_place,
        recipient,
        employer_offers_part_time,
        employer_period,
        insurance,
        insured_full_time,
        CAST(flex_wage * 100 AS BIGINT) AS flex_wage,
        CAST(other_wage * 100 AS BIGINT) AS other_wage,
        CAST(full_time_pay * 100 AS BIGINT) AS full_time_pay,
        CAST(holiday_supplement * 100 AS BIGINT) AS holiday_supplement,
        CAST(net_housing_cost * 100 AS BIGINT) AS net_housing_cost,
        CAST(net_income * 100 AS BIGINT) AS net_income,
        CAST(work_costs * 100 AS BIGINT) AS work_costs,
        CAST(net_help * 100 AS BIGINT) AS net_help,
        CAST(child_maintenance * 100 AS BIGINT) AS child_maintenance,
        CAST(previous_week_amount * 100 AS BIGINT) AS previous_week_amount,
        CAST(wage * 100 AS BIGINT) AS wage,
        CAST(fleksloentilskud_paid * 100 AS BIGINT) AS fleksloentilskud_paid,
        CAST(offer_income * 100 AS BIGINT) AS offer_income,
        CAST(offer_hours * 100 AS BIGINT) AS offer_hours,
        CAST(other_income * 100 AS BIGINT) AS other_income,
        CAST(work_share * 100 AS BIGINT) AS work_share,
        CAST(employer_wage * 100 AS BIGINT) AS employer_wage,
        CAST(deduction * 100 AS BIGINT) AS deduction,
        CAST(side_hours * 100 AS BIGINT) AS side_hours,
        CAST(monthly_income * 100 AS BIGINT) AS monthly_income,
        CAST(place_price * 100 AS BIGINT) AS place_price,
        CAST(weekly_hours * 100 AS BIGINT) AS weekly_hours,
        CAST(absent_hours * 100 AS BIGINT) AS absent_hours,
        CAST(pay * 100 AS BIGINT) AS pay,
        CAST(pay_hours * 100 AS BIGINT) AS pay_hours,
        CAST(employer_pay * 100 AS BIGINT) AS employer_pay,
        CAST(weekly_earning * 100 AS BIGINT) AS weekly_earning,
        CAST(sick_work_share * 100 AS BIGINT) AS sick_work_share,
        CAST(dagpenge_per_day * 100 AS BIGINT) AS dagpenge_per_day,
        CAST(dagpenge_per_hour * 100 AS BIGINT) AS dagpenge_per_hour,
        CAST(work_hours * 100 AS BIGINT) AS work_hours,
        $days(absent_from) AS absent_from,
        $days(absent_to) AS absent_to
    FROM person_months
),
rates_by_day AS (
    SELECT
        $days(day) AS day,
        CAST(max(CASE WHEN benefit = 'fleksloentilskud' AND parameter = 'max_98_pct_of_dagpenge' THEN amount END) * 100 AS BIGINT)
            AS fleksloentilskud_max_98_pct_of_dagpenge,
        CAST(max(CASE WHEN benefit = 'fleksloentilskud' AND parameter = 'income_limit_30_to_55_pct' THEN amount END) * 100 AS BIGINT)
            AS fleksloentilskud_income_limit_30_to_55_pct,
        CAST(max(CASE WHEN benefit = 'fleksloentilskud' AND parameter = 'reduction_pct_below_limit' THEN amount END) * 100 AS BIGINT)
            AS fleksloentilskud_reduction_pct_below_limit,
        CAST(max(CASE WHEN benefit = 'fleksloentilskud' AND parameter = 'reduction_pct_above_limit' THEN amount END) * 100 AS BIGINT)
            AS fleksloentilskud_reduction_pct_above_limit,
        CAST(max(CASE WHEN benefit = 'atp' AND parameter = 'fleksloentilskud_recipient_contribution_pct' THEN amount END) * 100 AS BIGINT)
            AS atp_fleksloentilskud_recipient_contribution_pct,
        CAST(max(CASE WHEN benefit = 'atp' AND parameter = 'fleksloentilskud_recipient_contribution_max' THEN amount END) * 100 AS BIGINT)
            AS atp_fleksloentilskud_recipient_contribution_max,
        CAST(max(CASE WHEN benefit = 'saerlig_stoette' AND parameter = 'threshold_non_provider' THEN amount END) * 100 AS BIGINT)
            AS saerlig_stoette_threshold_non_provider,
        CAST(max(CASE WHEN benefit = 'saerlig_stoette' AND parameter = 'threshold_provider_1_child_at_home' THEN amount END) * 100 AS BIGINT)
            AS saerlig_stoette_threshold_provider_1_child_at_home,
        CAST(max(CASE WHEN benefit = 'saerlig_stoette' AND parameter = 'threshold_provider_1_child_not_at_home' THEN amount END) * 100 AS BIGINT)
            AS saerlig_stoette_threshold_provider_1_child_not_at_home,
        CAST(max(CASE WHEN benefit = 'saerlig_stoette' AND parameter = 'threshold_deduction_per_further_child_at_home' THEN amount END) * 100 AS BIGINT)
            AS saerlig_stoette_threshold_deduction_per_further_child_at_home,
        CAST(max(CASE WHEN benefit = 'saerlig_stoette' AND parameter = 'threshold_deduction_per_further_child_not_at_home' THEN amount END) * 100 AS BIGINT)
            AS saerlig_stoette_threshold_deduction_per_further_child_not_at_home,
        CAST(max(CASE WHEN benefit = 'ressourceforloebsydelse' AND parameter = 'provider' THEN amount END) * 100 AS BIGINT)
            AS ressourceforloebsydelse_provider,
        CAST(max(CASE WHEN benefit = 'ressourceforloebsydelse' AND parameter = 'non_provider' THEN amount END) * 100 AS BIGINT)
            AS ressourceforloebsydelse_non_provider,
        CAST(max(CASE WHEN benefit = 'ressourceforloebsydelse' AND parameter = 'under_25_living_home_non_provider' THEN amount END) * 100 AS BIGINT)
            AS ressourceforloebsydelse_under_25_living_home_non_provider,
        CAST(max(CASE WHEN benefit = 'ressourceforloebsydelse' AND parameter = 'under_25_living_home_child_maintenance_max_total' THEN amount END) * 100 AS BIGINT)
            AS ressourceforloebsydelse_under_25_living_home_child_maintenance_max_total,
        CAST(max(CASE WHEN benefit = 'ressourceforloebsydelse' AND parameter = 'from_sygedagpenge_max' THEN amount END) * 100 AS BIGINT)
            AS ressourceforloebsydelse_from_sygedagpenge_max,
        CAST(max(CASE WHEN benefit = 'ressourceforloebsydelse' AND parameter = 'from_ledighedsydelse_89_pct' THEN amount END) * 100 AS BIGINT)
            AS ressourceforloebsydelse_from_ledighedsydelse_89_pct,
        CAST(max(CASE WHEN benefit = 'ressourceforloebsydelse' AND parameter = 'from_ledighedsydelse_kontanthjaelp_provider' THEN amount END) * 100 AS BIGINT)
            AS ressourceforloebsydelse_from_ledighedsydelse_kontanthjaelp_provider,
        CAST(max(CASE WHEN benefit = 'ressourceforloebsydelse' AND parameter = 'from_ledighedsydelse_kontanthjaelp_non_provider' THEN amount END) * 100 AS BIGINT)
            AS ressourceforloebsydelse_from_ledighedsydelse_kontanthjaelp_non_provider,
        CAST(max(CASE WHEN benefit = 'ressourceforloebsydelse' AND parameter = 'self_employed_pct_when_at_most_quarter_of_work' THEN amount END) * 100 AS BIGINT)
            AS ressourceforloebsydelse_self_employed_pct_when_at_most_quarter_of_work,
        CAST(max(CASE WHEN benefit = 'ressourceforloebsydelse' AND parameter = 'self_employed_pct_when_at_most_half_of_work' THEN amount END) * 100 AS BIGINT)
            AS ressourceforloebsydelse_self_employed_pct_when_at_most_half_of_work,
        CAST(max(CASE WHEN benefit = 'fradrag' AND parameter = 'ressourceforloebsydelse_wage_income_limit' THEN amount END) * 100 AS BIGINT)
            AS fradrag_ressourceforloebsydelse_wage_income_limit,
        CAST(max(CASE WHEN benefit = 'fradrag' AND parameter = 'ressourceforloebsydelse_wage_pct_below_limit' THEN amount END) * 100 AS BIGINT)
            AS fradrag_ressourceforloebsydelse_wage_pct_below_limit,
        CAST(max(CASE WHEN benefit = 'fradrag' AND parameter = 'ressourceforloebsydelse_wage_pct_above_limit' THEN amount END) * 100 AS BIGINT)
            AS fradrag_ressourceforloebsydelse_wage_pct_above_limit,
        CAST(max(CASE WHEN benefit = 'fradrag' AND parameter = 'ressourceforloebsydelse_disregard_per_hour_in_offer' THEN amount END) * 100 AS BIGINT)
            AS fradrag_ressourceforloebsydelse_disregard_per_hour_in_offer,
        CAST(max(CASE WHEN benefit = 'ledighedsydelse' AND parameter = 'max_89_pct_weekly' THEN amount END) * 100 AS BIGINT)
            AS ledighedsydelse_max_89_pct_weekly,
        CAST(max(CASE WHEN benefit = 'ledighedsydelse' AND parameter = 'max_89_pct' THEN amount END) * 100 AS BIGINT)
            AS ledighedsydelse_max_89_pct,
        CAST(max(CASE WHEN benefit = 'ledighedsydelse' AND parameter = 'low_rate_provider' THEN amount END) * 100 AS BIGINT)
            AS ledighedsydelse_low_rate_provider,
        CAST(max(CASE WHEN benefit = 'ledighedsydelse' AND parameter = 'low_rate_non_provider' THEN amount END) * 100 AS BIGINT)
            AS ledighedsydelse_low_rate_non_provider,
        CAST(max(CASE WHEN benefit = 'fradrag' AND parameter = 'conversion_factor_income_to_hours' THEN amount END) * 100 AS BIGINT)
            AS fradrag_conversion_factor_income_to_hours,
        CAST(max(CASE WHEN benefit = 'oekonomisk_friplads' AND parameter = 'full_place_income_up_to' THEN amount END) * 100 AS BIGINT)
            AS oekonomisk_friplads_full_place_income_up_to,
        CAST(max(CASE WHEN benefit = 'oekonomisk_friplads' AND parameter = 'no_subsidy_from_household_income' THEN amount END) * 100 AS BIGINT)
            AS oekonomisk_friplads_no_subsidy_from_household_income,
        CAST(max(CASE WHEN benefit = 'oekonomisk_friplads' AND parameter = 'income_step_per_1_pct_parent_payment' THEN amount END) * 100 AS BIGINT)
            AS oekonomisk_friplads_income_step_per_1_pct_parent_payment,
        CAST(max(CASE WHEN benefit = 'oekonomisk_friplads' AND parameter = 'single_parent_increase' THEN amount END) * 100 AS BIGINT)
            AS oekonomisk_friplads_single_parent_increase,
        CAST(max(CASE WHEN benefit = 'oekonomisk_friplads' AND parameter = 'increase_per_child_beyond_first' THEN amount END) * 100 AS BIGINT)
            AS oekonomisk_friplads_increase_per_child_beyond_first,
        CAST(max(CASE WHEN benefit = 'oekonomisk_friplads' AND parameter = 'parent_payment_pct_first_step' THEN amount END) * 100 AS BIGINT)
            AS oekonomisk_friplads_parent_payment_pct_first_step,
        CAST(max(CASE WHEN benefit = 'oekonomisk_friplads' AND parameter = 'parent_payment_pct_last_step' THEN amount END) * 100 AS BIGINT)
            AS oekonomisk_friplads_parent_payment_pct_last_step,
        CAST(max(CASE WHEN benefit = 'oekonomisk_friplads' AND parameter = 'sibling_subsidy_pct' THEN amount END) * 100 AS BIGINT)
            AS oekonomisk_friplads_sibling_subsidy_pct,
        CAST(max(CASE WHEN benefit = 'sygedagpenge' AND parameter = 'max_per_week' THEN amount END) * 100 AS BIGINT)
            AS sygedagpenge_max_per_week,
        CAST(max(CASE WHEN benefit = 'sygedagpenge' AND parameter = 'max_per_hour' THEN amount END) * 100 AS BIGINT)
            AS sygedagpenge_max_per_hour,
        CAST(max(CASE WHEN benefit = 'sygedagpenge' AND parameter = 'self_employed_minimum_two_thirds' THEN amount END) * 100 AS BIGINT)
            AS sygedagpenge_self_employed_minimum_two_thirds,
        CAST(max(CASE WHEN benefit = 'sygedagpenge' AND parameter = 'minimum_absence_hours_per_week' THEN amount END) * 100 AS BIGINT)
            AS sygedagpenge_minimum_absence_hours_per_week,
        CAST(max(CASE WHEN benefit = 'sygedagpenge' AND parameter = 'employer_period_days' THEN amount END) * 100 AS BIGINT)
            AS sygedagpenge_employer_period_days,
        CAST(max(CASE WHEN benefit = 'sygedagpenge' AND parameter = 'self_employed_waiting_days' THEN amount END) * 100 AS BIGINT)
            AS sygedagpenge_self_employed_waiting_days,
        CAST(max(CASE WHEN benefit = 'sygedagpenge' AND parameter = 'self_employed_pct_when_at_most_quarter_of_work' THEN amount END) * 100 AS BIGINT)
            AS sygedagpenge_self_employed_pct_when_at_most_quarter_of_work,
        CAST(max(CASE WHEN benefit = 'sygedagpenge' AND parameter = 'self_employed_pct_when_at_most_half_of_work' THEN amount END) * 100 AS BIGINT)
            AS sygedagpenge_self_employed_pct_when_at_most_half_of_work,
        CAST(max(CASE WHEN benefit = 'sygedagpenge' AND parameter = 'partly_unemployed_hours_full_time_insured' THEN amount END) * 100 AS BIGINT)
            AS sygedagpenge_partly_unemployed_hours_full_time_insured,
        CAST(max(CASE WHEN benefit = 'sygedagpenge' AND parameter = 'partly_unemployed_hours_part_time_insured' THEN amount END) * 100 AS BIGINT)
            AS sygedagpenge_partly_unemployed_hours_part_time_insured,
        CAST(max(CASE WHEN benefit = 'skat' AND parameter = 'am_contribution_pct' THEN amount END) * 100 AS BIGINT)
            AS skat_am_contribution_pct
    FROM days
    CROSS JOIN rates
    WHERE valid_from <= day AND valid_to > day
    GROUP BY day
),
