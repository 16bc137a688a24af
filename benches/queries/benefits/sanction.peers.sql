-- One row: the sums of every step of a sanction (LAS § 35, stk. 4) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'tiered_sanction_threshold_1' THEN amount END) * 100 AS BIGINT) AS threshold_1,
        CAST(max(CASE WHEN parameter = 'tiered_sanction_threshold_2' THEN amount END) * 100 AS BIGINT) AS threshold_2,
        CAST(max(CASE WHEN parameter = 'tiered_sanction_threshold_3' THEN amount END) * 100 AS BIGINT) AS threshold_3,
        CAST(max(CASE WHEN parameter = 'tiered_sanction_level_1' THEN amount END) * 100 AS BIGINT) AS level_1,
        CAST(max(CASE WHEN parameter = 'tiered_sanction_level_2' THEN amount END) * 100 AS BIGINT) AS level_2,
        CAST(max(CASE WHEN parameter = 'tiered_sanction_level_3' THEN amount END) * 100 AS BIGINT) AS level_3,
        CAST(max(CASE WHEN parameter = 'tiered_sanction_level_4' THEN amount END) * 100 AS BIGINT) AS level_4
    FROM months
    CROSS JOIN rates
    WHERE benefit = 'sanktion' AND valid_from <= month AND valid_to > month
    GROUP BY month
),
chosen AS (
    SELECT
        CAST(help_before_income * 100 AS BIGINT) AS help,
        CAST(date_trunc('month', event_date) AS DATE) AS month_of_event,
        offence_days
    FROM person_months
),
priced AS (
    SELECT
        offence_days,
        CASE
            WHEN help < threshold_1 THEN level_1
            WHEN help <= threshold_2 THEN level_2
            WHEN help <= threshold_3 THEN level_3
            ELSE level_4
        END AS rate
    FROM chosen
    -- The amounts change on the first of a month.
    JOIN law ON month = month_of_event
)
SELECT
    count(rate) AS calculated,
    sum(rate * offence_days) AS sanction,
    sum(rate * offence_days) AS gross,
    sum(rate) AS sanction_rate,
    sum(offence_days) AS units
FROM priced
