-- One row: the help of one citizen who is the spouse in another case, calculated alone and before income:
-- only income above it is deducted from the other spouse's help (LAS § 30, principle decision 42-19).
WITH spouses AS (
    SELECT DISTINCT spouse_person_id AS person_id
    FROM run.facts_in_force
    WHERE spouse_person_id IS NOT NULL
),
helped AS (
    SELECT
        grants.person_id,
        kontanthjaelp(
            period => $period,
            birth_date => persons.birth_date,
            provider => facts.provider,
            extra_child_allowance => facts.extra_child_allowance,
            single => facts.single,
            lives_with_parent => facts.lives_with_parent,
            partner_on_assistance => facts.partner_on_assistance,
            pregnant_past_week_12 => facts.pregnant_past_week_12,
            severe_mental_illness => facts.severe_mental_illness,
            vocational_education => facts.vocational_education,
            activity_ready => facts.activity_ready,
            residence_requirement_met => facts.residence_requirement_met,
            employment_requirement_met => facts.employment_requirement_met,
            work_income => 0,
            work_hours => 0,
            other_income => 0,
            spouse_work_income => 0,
            spouse_work_hours => 0,
            spouse_other_income => 0,
            spouse_help => 0,
            child_support => facts.child_support,
            spouse_opted_out => NULL,
            reduction_225 => facts.reduction_225
        ) AS result
    FROM run.grants AS grants
    JOIN spouses ON spouses.person_id = grants.person_id
    JOIN run.persons_in_force AS persons
        ON persons.person_id = grants.person_id AND persons.registrations = 1
    JOIN run.facts_in_force AS facts
        ON facts.case_id = grants.case_id AND facts.valid_from <= $period
)
SELECT
    person_id,
    max(
        result['base_rate'] + result['supplement'] + result['child_support_supplement'] + result['reduction_225']
    ) AS help
FROM helped
GROUP BY person_id
