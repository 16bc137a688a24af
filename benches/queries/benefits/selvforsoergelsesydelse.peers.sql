-- One row: the sums of every step of selvforsørgelses- og hjemrejseydelse (LAS §§ 22, 30 and 31) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'single_provider' THEN amount END) * 100 AS BIGINT) AS single_provider,
        CAST(max(CASE WHEN parameter = 'provider_no_extra_child_allowance' THEN amount END) * 100 AS BIGINT)
            AS provider_no_extra,
        CAST(max(CASE WHEN parameter = 'non_provider_living_out' THEN amount END) * 100 AS BIGINT) AS living_out,
        CAST(max(CASE WHEN parameter = 'under_30_living_home' THEN amount END) * 100 AS BIGINT) AS living_home,
        CAST(max(CASE WHEN parameter = 'danskbonus' THEN amount END) * 100 AS BIGINT) AS bonus,
        CAST(max(CASE WHEN parameter = 'work_income_disregard_per_hour' THEN amount END) * 100 AS BIGINT) AS per_hour,
        CAST(max(CASE WHEN parameter = 'work_income_disregard_max_hours_per_month' THEN amount END) * 100 AS BIGINT)
            AS max_hours
    FROM months
    CROSS JOIN rates
    WHERE benefit IN ('fradrag', 'selvforsoergelses_hjemrejseydelse') AND valid_from <= month AND valid_to > month
    GROUP BY month
),
facts AS (
    SELECT
        period,
        birth_date <= period - INTERVAL '30 years' AS from_30,
        provider,
        extra_child_allowance,
        lives_with_parent,
        dansk_bonus,
        single,
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
supported AS (
    SELECT
        facts.*,
        per_hour,
        max_hours,
        CASE
            WHEN provider AND extra_child_allowance THEN single_provider
            WHEN provider THEN provider_no_extra
            WHEN NOT from_30 AND lives_with_parent THEN living_home
            ELSE living_out
        END AS base_rate,
        CASE WHEN dansk_bonus THEN bonus ELSE 0 END AS supplement
    FROM facts
    JOIN law ON month = period
),
disregards AS (
    SELECT
        *,
        base_rate + supplement AS help,
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
),
-- Whether income larger than the rate reduces the bonus was not read.
paid AS (
    SELECT
        *,
        CASE WHEN supplement > 0 AND reduction + own + spouse > base_rate THEN NULL ELSE help - reduction - own - spouse END
            AS gross
    FROM deducted
)
SELECT
    count(gross) AS calculated,
    sum(base_rate) AS base_rate,
    sum(supplement) AS supplement,
    sum(-reduction) AS reduction_225,
    sum(-own) AS income_deduction,
    sum(-spouse) AS spouse_deduction,
    sum(gross) AS gross,
    sum(income) AS income,
    sum(disregard) AS disregard
FROM paid
