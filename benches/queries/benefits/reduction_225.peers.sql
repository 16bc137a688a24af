-- One row: the sums of every step of the 225-hour rule (LAS § 13 g) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'rule_225_hours_reduction_highest_rates' THEN amount END) * 100 AS BIGINT)
            AS highest,
        CAST(max(CASE WHEN parameter = 'rule_225_hours_reduction_lower_rates' THEN amount END) * 100 AS BIGINT) AS lowered
    FROM months
    CROSS JOIN rates
    WHERE benefit = 'kontanthjaelp' AND valid_from <= month AND valid_to > month
    GROUP BY month
),
reduced AS (
    SELECT
        CASE
            WHEN NOT decided THEN 0
            WHEN NOT single THEN CAST(decided_amount * 100 AS BIGINT)
            WHEN level = 'adult' THEN highest
            WHEN level = 'lower' THEN lowered
            ELSE 0
        END AS reduction
    FROM person_months
    JOIN law ON month = period
)
SELECT count(reduction) AS calculated, sum(reduction) AS reduction, sum(reduction) AS gross
FROM reduced
