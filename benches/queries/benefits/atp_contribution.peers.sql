-- One row: the sums of every step of ATP (LAS §§ 79-80) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'benefit_minimum_provider' THEN amount END) * 100 AS BIGINT) AS minimum_provider,
        CAST(max(CASE WHEN parameter = 'benefit_minimum_other' THEN amount END) * 100 AS BIGINT) AS minimum_other,
        CAST(max(CASE WHEN parameter = 'contribution_recipient_one_third' THEN amount END) * 100 AS BIGINT) AS one_third,
        CAST(max(CASE WHEN parameter = 'contribution_municipality_two_thirds' THEN amount END) * 100 AS BIGINT)
            AS two_thirds
    FROM months
    CROSS JOIN rates
    WHERE benefit = 'atp' AND valid_from <= month AND valid_to > month
    GROUP BY month
),
contributions AS (
    SELECT
        CASE
            WHEN CAST(help_before_income * 100 AS BIGINT) < CASE WHEN provider THEN minimum_provider ELSE minimum_other END THEN 0
            WHEN two_thirds IS NOT NULL THEN one_third
        END AS recipient,
        CASE
            WHEN CAST(help_before_income * 100 AS BIGINT) < CASE WHEN provider THEN minimum_provider ELSE minimum_other END THEN 0
            WHEN one_third IS NOT NULL THEN two_thirds
        END AS payer
    FROM person_months
    JOIN law ON month = period
)
SELECT count(recipient) AS calculated, sum(recipient) AS recipient, sum(payer) AS payer, sum(recipient + payer) AS gross
FROM contributions
