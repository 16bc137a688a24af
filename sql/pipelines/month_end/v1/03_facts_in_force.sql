-- One row: the newest registration of the facts of a granted case from one day on, holding on some day of
-- the month. The month is judged by the facts of its first day.
SELECT
    facts.case_id,
    facts.valid_from,
    facts.valid_to,
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
    facts.spouse_person_id,
    facts.child_support,
    facts.spouse_opted_out,
    facts.reduction_225
FROM newest.case_facts AS facts
JOIN run.grants AS grants ON grants.case_id = facts.case_id
WHERE facts.valid_from < $period_end AND facts.valid_to > $period
