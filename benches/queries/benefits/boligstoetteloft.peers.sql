-- One row: the sums of every step of boligstøtteloft (the system of July 2025) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'housing_benefit_cap_couples_on_raised_rate' THEN amount END) * 100 AS BIGINT)
            AS cap
    FROM months
    CROSS JOIN rates
    WHERE benefit = 'kontanthjaelp_2025' AND valid_from <= month AND valid_to > month
    GROUP BY month
),
ceilings AS (
    SELECT
        CAST(housing_benefit * 100 AS BIGINT) AS housing_benefit,
        CASE WHEN couple_whole_month AND raised_rate_whole_month THEN cap END AS ceiling
    FROM person_months
    JOIN law ON month = month_from_2025
),
cuts AS (
    SELECT *, CASE WHEN ceiling IS NULL THEN 0 ELSE greatest(housing_benefit - ceiling, 0) END AS cut FROM ceilings
)
SELECT
    count(housing_benefit) AS calculated,
    sum(housing_benefit) AS housing_benefit,
    sum(-cut) AS cut,
    sum(housing_benefit - cut) AS gross,
    sum(ceiling) AS ceiling
FROM cuts
