-- One row: the sum of kontanthjælp over all person-months, its steps unread.
SELECT
    sum(k['gross']) AS gross
FROM (
    SELECT
        kontanthjaelp(
            period => period,
            birth_date => birth_date,
            provider => provider,
            extra_child_allowance => extra_child_allowance,
            single => single,
            lives_with_parent => lives_with_parent,
            partner_on_assistance => NULL,
            pregnant_past_week_12 => pregnant_past_week_12,
            severe_mental_illness => severe_mental_illness,
            vocational_education => vocational_education,
            activity_ready => activity_ready,
            residence_requirement_met => NULL,
            employment_requirement_met => NULL,
            work_income => work_income,
            work_hours => work_hours,
            other_income => other_income,
            spouse_work_income => spouse_work_income,
            spouse_work_hours => spouse_work_hours,
            spouse_other_income => spouse_other_income,
            spouse_help => spouse_help
        ) AS k
    FROM person_months
) AS calculated
