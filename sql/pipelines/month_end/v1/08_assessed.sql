-- One row: one granted case with the facts that hold, the month's income, the law's result, and the reason
-- why it cannot be paid without a caseworker, if there is one. The first reason that applies is kept.
WITH facts AS (
    SELECT facts_in_force.*
    FROM run.facts_in_force AS facts_in_force
    WHERE facts_in_force.valid_from <= $period
        AND NOT EXISTS (
            SELECT 1
            FROM run.overlapping_facts AS overlapping
            WHERE overlapping.case_id = facts_in_force.case_id AND overlapping.on_first_day
        )
),
-- What the spouse of a case contributes. No line of income means no reported income, and a spouse without a grant
-- has no help of their own to set the income against.
spouses AS (
    SELECT
        facts.case_id,
        coalesce(income.work_income, 0) AS work_income,
        CASE WHEN income.person_id IS NULL THEN 0 ELSE income.work_hours END AS work_hours,
        coalesce(income.other_income, 0) AS other_income,
        CASE WHEN help.person_id IS NULL THEN 0 ELSE help.help END AS help
    FROM facts
    LEFT JOIN run.income AS income ON income.person_id = facts.spouse_person_id
    LEFT JOIN run.spouse_help AS help ON help.person_id = facts.spouse_person_id
    WHERE facts.spouse_person_id IS NOT NULL
),
joined AS (
    SELECT
        grants.case_id,
        grants.person_id,
        CASE
            WHEN persons.person_id IS NULL THEN 'person_unknown'
            WHEN persons.registrations > 1 THEN 'overlapping_person_rows'
            WHEN persons.dead THEN 'dead'
            WHEN NOT persons.resident THEN 'not_resident'
            WHEN NOT persons.cpr_valid THEN 'cpr_invalid'
            WHEN double_grants.oldest_case_id <> grants.case_id THEN 'double_grant'
            WHEN NOT grants.whole_month THEN 'part_month'
            WHEN overlapping.on_first_day THEN 'overlapping_facts'
            WHEN facts.case_id IS NULL THEN 'facts_missing'
            WHEN overlapping.case_id IS NOT NULL THEN 'overlapping_facts'
        END AS fault,
        CASE WHEN persons.registrations = 1 THEN persons.birth_date END AS birth_date,
        facts.case_id IS NOT NULL AND grants.whole_month AS calculable,
        facts.provider,
        facts.extra_child_allowance,
        facts.lives_with_parent,
        facts.single,
        facts.partner_on_assistance,
        facts.pregnant_past_week_12,
        facts.severe_mental_illness,
        facts.vocational_education,
        facts.activity_ready,
        facts.residence_requirement_met,
        facts.employment_requirement_met,
        facts.supplementary,
        facts.payslip_received_for,
        facts.child_support,
        facts.spouse_opted_out,
        facts.reduction_225,
        -- No line in a month whose delivery is in (gate income_not_delivered) means no reported income.
        CAST(CASE WHEN own.person_id IS NULL THEN 0 ELSE own.work_income END AS DECIMAL(12, 2)) AS work_income,
        CAST(CASE WHEN own.person_id IS NULL THEN 0 ELSE own.work_hours END AS DECIMAL(9, 2)) AS work_hours,
        CAST(CASE WHEN own.person_id IS NULL THEN 0 ELSE own.other_income END AS DECIMAL(12, 2)) AS other_income,
        -- Without a spouse whose income counts there is no spouse income.
        CAST(CASE WHEN spouses.case_id IS NULL THEN 0 ELSE spouses.work_income END AS DECIMAL(12, 2))
            AS spouse_work_income,
        CAST(CASE WHEN spouses.case_id IS NULL THEN 0 ELSE spouses.work_hours END AS DECIMAL(9, 2))
            AS spouse_work_hours,
        CAST(CASE WHEN spouses.case_id IS NULL THEN 0 ELSE spouses.other_income END AS DECIMAL(12, 2))
            AS spouse_other_income,
        CAST(CASE WHEN spouses.case_id IS NULL THEN 0 ELSE spouses.help END AS DECIMAL(12, 2)) AS spouse_help
    FROM run.grants AS grants
    LEFT JOIN run.persons_in_force AS persons ON persons.person_id = grants.person_id
    LEFT JOIN run.income AS own ON own.person_id = grants.person_id
    LEFT JOIN run.double_grants AS double_grants ON double_grants.person_id = grants.person_id
    LEFT JOIN facts ON facts.case_id = grants.case_id
    LEFT JOIN spouses ON spouses.case_id = grants.case_id
    LEFT JOIN run.overlapping_facts AS overlapping ON overlapping.case_id = grants.case_id
),
assessed AS (
    SELECT
        *,
        CASE
            WHEN calculable
                THEN kontanthjaelp(
                    period => $period,
                    birth_date => birth_date,
                    provider => provider,
                    extra_child_allowance => extra_child_allowance,
                    single => single,
                    lives_with_parent => lives_with_parent,
                    partner_on_assistance => partner_on_assistance,
                    pregnant_past_week_12 => pregnant_past_week_12,
                    severe_mental_illness => severe_mental_illness,
                    vocational_education => vocational_education,
                    activity_ready => activity_ready,
                    residence_requirement_met => residence_requirement_met,
                    employment_requirement_met => employment_requirement_met,
                    work_income => work_income,
                    work_hours => work_hours,
                    other_income => other_income,
                    spouse_work_income => spouse_work_income,
                    spouse_work_hours => spouse_work_hours,
                    spouse_other_income => spouse_other_income,
                    spouse_help => spouse_help,
                    child_support => child_support,
                    spouse_opted_out => spouse_opted_out,
                    reduction_225 => reduction_225
                )
        END AS result
    FROM joined
)
SELECT
    *,
    CASE
        WHEN fault IS NOT NULL THEN fault
        WHEN result['gross'] IS NULL THEN 'calculation_incomplete'
        WHEN supplementary AND (payslip_received_for IS NULL OR payslip_received_for < $period)
            THEN 'missing_payslip'
    END AS reason
FROM assessed
