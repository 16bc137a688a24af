-- One row: the sums of every step of fritidstillæg (LAS § 20) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'leisure_supplement_per_child_couple' THEN amount END) * 100 AS BIGINT) AS per_child,
        CAST(max(CASE WHEN parameter = 'leisure_supplement_per_child_single_provider' THEN amount END) * 100 AS BIGINT)
            AS per_child_single,
        CAST(max(CASE WHEN parameter = 'leisure_supplement_max_children_per_family' THEN amount END) * 100 AS BIGINT)
            AS most,
        CAST(max(CASE WHEN parameter = 'leisure_supplement_waiting_months' THEN amount END) * 100 AS BIGINT) AS wait,
        CAST(max(CASE WHEN parameter = 'leisure_supplement_months_after_work' THEN amount END) * 100 AS BIGINT)
            AS after_work
    FROM months
    CROSS JOIN rates
    WHERE benefit = 'kontanthjaelp_2025' AND valid_from <= month AND valid_to > month
    GROUP BY month
),
families AS (
    SELECT
        100 * months_on_help < wait OR coalesce(100 * months_since_work >= after_work, false) OR NOT documented AS excluded,
        CASE
            WHEN NOT single_provider THEN per_child
            WHEN raised_rate_whole_month THEN per_child_single
            -- Sources disagree about a single provider on another rate.
        END AS amount,
        least(children_at_home, most // 100) AS paid_children
    FROM person_months
    JOIN law ON month = month_from_2025
)
SELECT
    count(CASE WHEN excluded THEN 0 ELSE amount END) AS calculated,
    sum(CASE WHEN excluded THEN 0 ELSE amount * paid_children END) AS leisure_supplement,
    sum(CASE WHEN excluded THEN 0 ELSE amount * paid_children END) AS gross,
    sum(CASE WHEN excluded THEN 0 WHEN amount IS NOT NULL THEN paid_children END) AS children
FROM families
