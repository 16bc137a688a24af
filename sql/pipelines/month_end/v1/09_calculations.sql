-- One row: the calculated kontanthjælp of one granted case for the month, with every step; amounts are NULL
-- where the calculation could not be made, and `missing` says why.
SELECT
    $run_id AS run_id,
    case_id,
    person_id,
    $period AS period,
    'kontanthjaelp' AS benefit,
    result['rule_id'] AS rule_id,
    result['law_version'] AS law_version,
    result['base_rate'] AS base_rate,
    result['supplement'] AS supplement,
    result['child_support_supplement'] AS child_support_supplement,
    result['reduction_225'] AS reduction_225,
    result['income'] AS income,
    result['disregard'] AS disregard,
    result['income_deduction'] AS income_deduction,
    result['spouse_deduction'] AS spouse_deduction,
    result['gross'] AS gross,
    CASE WHEN result['gross'] IS NULL THEN coalesce(result['missing'], fault) END AS missing,
    facts_json(
        named_struct(
            'birth_date', birth_date,
            'provider', provider,
            'extra_child_allowance', extra_child_allowance,
            'single', single,
            'lives_with_parent', lives_with_parent,
            'partner_on_assistance', partner_on_assistance,
            'pregnant_past_week_12', pregnant_past_week_12,
            'severe_mental_illness', severe_mental_illness,
            'vocational_education', vocational_education,
            'activity_ready', activity_ready,
            'residence_requirement_met', residence_requirement_met,
            'employment_requirement_met', employment_requirement_met,
            'work_income', work_income,
            'work_hours', work_hours,
            'other_income', other_income,
            'spouse_work_income', spouse_work_income,
            'spouse_work_hours', spouse_work_hours,
            'spouse_other_income', spouse_other_income,
            'spouse_help', spouse_help,
            'child_support', child_support,
            'spouse_opted_out', spouse_opted_out,
            'reduction_225', reduction_225
        )
    ) AS facts_used,
    result['rates_used'] AS rates_used,
    coalesce(result['derived_rates_used'], false) AS derived_rates_used
FROM run.assessed
