-- One row: the sums of every step of uddannelseshjælp (LAS §§ 23, 24, 30 and 31 as in force 2016 to June 2025) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'under_30_single_provider' THEN amount END) * 100 AS BIGINT) AS single_provider,
        CAST(max(CASE WHEN parameter = 'under_30_provider_no_extra_child_allowance' THEN amount END) * 100 AS BIGINT)
            AS provider_no_extra,
        CAST(max(CASE WHEN parameter = 'under_30_pregnant_past_week_12' THEN amount END) * 100 AS BIGINT) AS pregnant,
        CAST(max(CASE WHEN parameter = 'under_30_mental_illness_provider' THEN amount END) * 100 AS BIGINT) AS ill_provider,
        CAST(max(CASE WHEN parameter = 'under_30_mental_illness_living_out' THEN amount END) * 100 AS BIGINT) AS ill_out,
        CAST(max(CASE WHEN parameter = 'age_25_29_living_out' THEN amount END) * 100 AS BIGINT) AS from_25_out,
        CAST(max(CASE WHEN parameter = 'age_25_29_living_home' THEN amount END) * 100 AS BIGINT) AS from_25_home,
        CAST(max(CASE WHEN parameter = 'under_25_living_out' THEN amount END) * 100 AS BIGINT) AS under_25_out,
        CAST(max(CASE WHEN parameter = 'under_25_living_home' THEN amount END) * 100 AS BIGINT) AS under_25_home,
        CAST(max(CASE WHEN parameter = 'under_30_child_maintenance_max_total' THEN amount END) * 100 AS BIGINT) AS most,
        CAST(max(CASE WHEN parameter = 'uddannelseshjaelp_under_30_single_provider' THEN amount END) * 100 AS BIGINT)
            AS added_single_provider,
        CAST(max(CASE WHEN parameter = 'uddannelseshjaelp_under_30_provider_no_extra_child_allowance' THEN amount END) * 100 AS BIGINT)
            AS added_provider_no_extra,
        CAST(max(CASE WHEN parameter = 'uddannelseshjaelp_age_25_29_living_out' THEN amount END) * 100 AS BIGINT)
            AS added_from_25_out,
        CAST(max(CASE WHEN parameter = 'uddannelseshjaelp_age_25_29_living_home' THEN amount END) * 100 AS BIGINT)
            AS added_from_25_home,
        CAST(max(CASE WHEN parameter = 'uddannelseshjaelp_under_25_living_out' THEN amount END) * 100 AS BIGINT)
            AS added_under_25_out,
        CAST(max(CASE WHEN parameter = 'uddannelseshjaelp_under_25_living_home' THEN amount END) * 100 AS BIGINT)
            AS added_under_25_home,
        CAST(max(CASE WHEN parameter = 'work_income_disregard_per_hour' THEN amount END) * 100 AS BIGINT) AS per_hour,
        CAST(max(CASE WHEN parameter = 'work_income_disregard_max_hours_per_month' THEN amount END) * 100 AS BIGINT)
            AS max_hours
    FROM months
    CROSS JOIN rates
    WHERE benefit IN ('aktivitetstillaeg', 'fradrag', 'uddannelseshjaelp') AND valid_from <= month AND valid_to > month
    GROUP BY month
),
facts AS (
    SELECT
        period,
        young_birth_date <= period - INTERVAL '25 years' AS from_25,
        provider,
        extra_child_allowance,
        lives_with_parent,
        pregnant_past_week_12,
        mental_illness,
        vocational_education,
        activity_ready,
        single,
        CAST(child_support * 100 AS BIGINT) AS child_support,
        CAST(work_income * 100 AS BIGINT) AS work_income,
        CAST(work_hours * 100 AS BIGINT) AS work_hours,
        CAST(other_income * 100 AS BIGINT) AS other_income,
        CAST(spouse_work_income * 100 AS BIGINT) AS spouse_work_income,
        CAST(spouse_work_hours * 100 AS BIGINT) AS spouse_work_hours,
        CAST(spouse_other_income * 100 AS BIGINT) AS spouse_other_income,
        CAST(spouse_help * 100 AS BIGINT) AS spouse_help,
        CAST(reduction_225 * 100 AS BIGINT) AS reduction_225
    FROM person_months
),
priced AS (
    SELECT
        facts.*,
        per_hour,
        max_hours,
        most,
        CASE
            WHEN vocational_education THEN NULL
            WHEN provider AND mental_illness THEN ill_provider
            -- Which row applies to a provider who is pregnant was not read.
            WHEN provider AND pregnant_past_week_12 THEN NULL
            WHEN pregnant_past_week_12 THEN pregnant
            WHEN provider AND extra_child_allowance THEN single_provider
            WHEN provider THEN provider_no_extra
            WHEN mental_illness AND NOT lives_with_parent THEN ill_out
            WHEN from_25 AND lives_with_parent THEN from_25_home
            WHEN from_25 THEN from_25_out
            WHEN lives_with_parent THEN under_25_home
            ELSE under_25_out
        END AS base_rate,
        CASE
            WHEN vocational_education OR (provider AND pregnant_past_week_12 AND NOT mental_illness) THEN NULL
            WHEN NOT activity_ready OR pregnant_past_week_12 THEN 0
            WHEN mental_illness AND (provider OR NOT lives_with_parent) THEN 0
            WHEN provider AND extra_child_allowance THEN added_single_provider
            WHEN provider THEN added_provider_no_extra
            WHEN from_25 AND lives_with_parent THEN added_from_25_home
            WHEN from_25 THEN added_from_25_out
            WHEN lives_with_parent THEN added_under_25_home
            ELSE added_under_25_out
        END AS supplement
    FROM facts
    JOIN law ON month = period
),
-- Whether the supplement counts towards the maximum of child support was not read.
supported AS (
    SELECT
        *,
        CASE
            WHEN base_rate IS NULL THEN NULL
            WHEN coalesce(child_support, 0) = 0 THEN 0
            WHEN supplement > 0 AND child_support > greatest(greatest(most - base_rate, 0) - supplement, 0) THEN NULL
            ELSE least(child_support, greatest(most - base_rate, 0))
        END AS support
    FROM priced
),
disregards AS (
    SELECT
        *,
        base_rate + supplement + support AS help,
        work_income + other_income AS income,
        least((per_hour * least(work_hours, max_hours) + 50) // 100, work_income) AS disregard,
        least((per_hour * least(spouse_work_hours, max_hours) + 50) // 100, spouse_work_income) AS spouse_disregard
    FROM supported
),
reduced AS (
    SELECT
        *,
        CASE WHEN help IS NOT NULL THEN least(coalesce(reduction_225, 0), help) END AS reduction,
        CASE
            WHEN single THEN 0
            ELSE greatest(spouse_work_income + spouse_other_income - spouse_disregard - spouse_help, 0)
        END AS excess
    FROM disregards
),
own AS (
    SELECT *, CASE WHEN help IS NOT NULL THEN least(income - disregard, help - reduction) END AS own FROM reduced
),
deducted AS (
    SELECT *, CASE WHEN help IS NOT NULL THEN least(excess, help - reduction - own) END AS spouse FROM own
)
SELECT
    count(help) AS calculated,
    sum(base_rate) AS base_rate,
    sum(supplement) AS supplement,
    sum(support) AS child_support_supplement,
    sum(-reduction) AS reduction_225,
    sum(-own) AS income_deduction,
    sum(-spouse) AS spouse_deduction,
    sum(help - reduction - own - spouse) AS gross,
    sum(income) AS income,
    sum(disregard) AS disregard
FROM deducted
