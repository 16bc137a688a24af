-- One row: the sums of every step of the refund of flexjobs begun before 2013 (LAB § 133) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'old_scheme_wage_cap_per_year' THEN amount END) * 100 AS BIGINT) AS per_year,
        CAST(max(CASE WHEN parameter = 'old_scheme_wage_cap_per_hour' THEN amount END) * 100 AS BIGINT) AS per_hour
    FROM months
    CROSS JOIN rates
    WHERE benefit = 'fleksloentilskud' AND valid_from <= month AND valid_to > month
    GROUP BY month
),
caps AS (
    SELECT
        CAST(wage * 100 AS BIGINT) AS wage,
        CASE WHEN share = 'one_half' THEN 3 ELSE 4 END AS sixths,
        CASE
            WHEN flexjob_from >= DATE '2013-01-01' THEN NULL
            WHEN hours IS NULL THEN (per_year + 6) // 12
            ELSE (per_hour * CAST(hours * 100 AS BIGINT) + 50) // 100
        END AS cap
    FROM person_months
    JOIN law ON month = month_of_2019
),
shares AS (
    SELECT cap, (wage * sixths + 3) // 6 AS whole, (least(wage, cap) * sixths + 3) // 6 AS capped FROM caps
)
SELECT
    count(cap) AS calculated,
    sum(whole) AS wage_share,
    sum(capped - whole) AS cap_reduction,
    sum(capped) AS gross
FROM shares
