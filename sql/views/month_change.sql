-- One row: one case whose calculated amount before tax differs from the month before, with the reason: new,
-- stopped, unknown (one of the months could not be calculated), rate, income or other. Both months must have been
-- run for the benefit; months after report_date() are left out. Set a limit with WHERE abs(difference) > …
WITH runs AS (
    SELECT DISTINCT benefit, period
    FROM calculations
    WHERE period <= report_date()
),
pairs AS (
    SELECT this_month.benefit, this_month.period
    FROM runs AS this_month
    JOIN runs AS last_month
        ON last_month.benefit = this_month.benefit
        AND CAST(last_month.period + INTERVAL '1 month' AS DATE) = this_month.period
),
sides AS (
    SELECT case_id, benefit, period, true AS is_now, gross, base_rate, income_deduction, spouse_deduction
    FROM calculations
    UNION ALL
    SELECT
        case_id,
        benefit,
        CAST(period + INTERVAL '1 month' AS DATE) AS period,
        false AS is_now,
        gross,
        base_rate,
        income_deduction,
        spouse_deduction
    FROM calculations
),
compared AS (
    SELECT
        sides.benefit,
        sides.period,
        sides.case_id,
        bool_or(is_now) AS has_now,
        bool_or(NOT is_now) AS has_before,
        max(gross) FILTER (WHERE is_now) AS gross,
        max(gross) FILTER (WHERE NOT is_now) AS gross_before,
        max(base_rate) FILTER (WHERE is_now) AS rate,
        max(base_rate) FILTER (WHERE NOT is_now) AS rate_before,
        max(income_deduction) FILTER (WHERE is_now) AS income,
        max(income_deduction) FILTER (WHERE NOT is_now) AS income_before,
        max(spouse_deduction) FILTER (WHERE is_now) AS spouse,
        max(spouse_deduction) FILTER (WHERE NOT is_now) AS spouse_before
    FROM sides
    JOIN pairs ON pairs.benefit = sides.benefit AND pairs.period = sides.period
    GROUP BY 1, 2, 3
)
SELECT
    benefit,
    period,
    case_id,
    gross_before,
    gross,
    CASE
        WHEN has_now AND has_before THEN gross - gross_before
        WHEN has_now THEN gross
        ELSE -gross_before
    END AS difference,
    CASE
        WHEN NOT has_before THEN 'new'
        WHEN NOT has_now THEN 'stopped'
        WHEN gross IS NULL OR gross_before IS NULL THEN 'unknown'
        WHEN rate <> rate_before THEN 'rate'
        WHEN (income IS DISTINCT FROM income_before) OR (spouse IS DISTINCT FROM spouse_before) THEN 'income'
        ELSE 'other'
    END AS reason
FROM compared
WHERE
    CASE
        WHEN has_now AND has_before THEN gross IS DISTINCT FROM gross_before
        WHEN has_now THEN gross IS DISTINCT FROM 0
        ELSE gross_before IS DISTINCT FROM 0
    END
