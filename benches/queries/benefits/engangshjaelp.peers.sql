-- One row: the sums of every step of engangshjælp (LAS § 25 a) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'one_off_help_max_25_plus_or_living_out' THEN amount END) * 100 AS BIGINT)
            AS most_other,
        CAST(max(CASE WHEN parameter = 'one_off_help_max_under_25_living_home' THEN amount END) * 100 AS BIGINT)
            AS most_home
    FROM months
    CROSS JOIN rates
    WHERE benefit = 'kontanthjaelp' AND valid_from <= month AND valid_to > month
    GROUP BY month
),
most AS (
    SELECT
        birth_date <= month_of_2013 - INTERVAL '18 years' AS from_18,
        CAST(needed * 100 AS BIGINT) AS needed,
        CASE WHEN birth_date > month_of_2013 - INTERVAL '25 years' AND lives_with_parent THEN most_home ELSE most_other END
            AS most
    FROM person_months
    JOIN law ON month = month_of_2013
)
SELECT
    count(CASE WHEN from_18 THEN 0 END) AS calculated,
    sum(least(needed, most)) AS help,
    sum(CASE WHEN from_18 THEN least(needed, most) END) AS gross,
    sum(most) AS maximum
FROM most
