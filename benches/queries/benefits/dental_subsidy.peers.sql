-- One row: the sums of every step of the dental subsidy (LAS § 82 a) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'dental_own_payment_per_calendar_year' THEN amount END) * 100 AS BIGINT)
            AS own_payment,
        CAST(max(CASE WHEN parameter = 'dental_prior_approval_above_total' THEN amount END) * 100 AS BIGINT)
            AS approval_above,
        CAST(max(CASE WHEN parameter = 'dental_subsidy_pct_age_18_24' THEN amount END) * 100 AS BIGINT) AS under_25_pct,
        CAST(max(CASE WHEN parameter = 'dental_subsidy_pct_age_25_29_uddannelseshjaelp_without_supplement' THEN amount END) * 100 AS BIGINT)
            AS student_pct,
        CAST(max(CASE WHEN parameter = 'dental_subsidy_pct_age_25_plus' THEN amount END) * 100 AS BIGINT) AS other_pct
    FROM months
    CROSS JOIN rates
    WHERE benefit = 'enkeltydelser' AND valid_from <= month AND valid_to > month
    GROUP BY month
),
bills AS (
    SELECT
        CAST(cost * 100 AS BIGINT) AS cost,
        CAST(other_subsidies * 100 AS BIGINT) AS other_subsidies,
        own_payment - CAST(own_payment_made * 100 AS BIGINT) AS left_to_pay,
        approval_above,
        approved,
        CASE
            WHEN birth_date > period - INTERVAL '25 years' THEN under_25_pct
            WHEN birth_date > period - INTERVAL '30 years' AND help_kind <> 'kontanthjaelp' AND NOT activity_ready
                THEN student_pct
            ELSE other_pct
        END AS pct
    FROM person_months
    JOIN law ON month = period
),
-- Other subsidies above the bill, and more than the own payment of a year, are errors; there are none here.
own AS (
    SELECT *, greatest(least(left_to_pay, cost - other_subsidies), 0) AS own FROM bills
),
paid AS (
    SELECT
        *,
        CASE
            WHEN cost <= approval_above OR approved THEN ((cost - other_subsidies - own) * pct + 5000) // 10000
            ELSE 0
        END AS paid
    FROM own
)
SELECT
    count(paid) AS calculated,
    sum(cost) AS cost,
    sum(-other_subsidies) AS other_subsidies,
    sum(-own) AS own_payment,
    sum(paid - (cost - other_subsidies - own)) AS own_share,
    sum(paid) AS gross
FROM paid
