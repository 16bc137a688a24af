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
    -- No case of the data has one of the two decisions.
    CASE WHEN calculable THEN CAST(coalesce(child_support, 0) AS DECIMAL(12, 2)) END AS child_support_supplement,
    CASE WHEN calculable THEN CAST(-coalesce(reduction_225, 0) AS DECIMAL(12, 2)) END AS reduction_225,
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
            spouse_help,
            child_support,
            spouse_opted_out,
            reduction_225
        )
    ) AS facts_used,
    CASE WHEN calculable THEN 'kontanthjaelp/' || rate || '@2022-01-01' END AS rates_used,
    false AS derived_rates_used
FROM assessed
ORDER BY period, case_id
