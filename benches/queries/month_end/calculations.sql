-- One row: the calculated kontanthjælp of one granted case for December 2022, with its steps and facts.
SELECT
    'benchmark' AS run_id,
    case_id,
    person_id,
    DATE '2022-12-01' AS period,
    'kontanthjaelp' AS benefit,
    CASE WHEN calculable THEN rate END AS rule_id,
    CASE WHEN calculable THEN '2016' END AS law_version,
    base_rate,
    supplement,
    CASE WHEN calculable THEN work_income + other_income END AS income,
    disregard,
    -own_deduction AS income_deduction,
    -spouse_deduction AS spouse_deduction,
    gross,
    CASE WHEN gross IS NULL THEN coalesce(fault, 'fact or rate') END AS missing,
    to_json(
        struct_pack(
            birth_date,
            provider,
            extra_child_allowance,
            single,
            lives_with_parent,
            partner_on_assistance,
            pregnant_past_week_12,
            severe_mental_illness,
            vocational_education,
            activity_ready,
            residence_requirement_met,
            employment_requirement_met,
            work_income,
            work_hours,
            other_income,
            spouse_work_income,
            spouse_work_hours,
            spouse_other_income,
            spouse_help
        )
    ) AS facts_used,
    CASE WHEN calculable THEN 'kontanthjaelp/' || rate || '@2022-01-01' END AS rates_used,
    false AS derived_rates_used
FROM assessed
ORDER BY period, case_id
