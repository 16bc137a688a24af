-- One row: the sums of every step of a single payment (LAS §§ 81-85) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'state_refund_pct' THEN amount END) * 100 AS BIGINT) AS refund_pct
    FROM months
    CROSS JOIN rates
    WHERE benefit = 'enkeltydelser' AND valid_from <= month AND valid_to > month
    GROUP BY month
),
payments AS (
    SELECT CAST(granted * 100 AS BIGINT) AS granted, repayable, refund_pct
    FROM person_months
    JOIN law ON month = period
)
SELECT
    count(granted) AS calculated,
    sum(granted) AS granted,
    sum(granted) AS gross,
    sum(CASE WHEN repayable THEN granted ELSE 0 END) AS repayable,
    sum((granted * refund_pct + 5000) // 10000) AS refund
FROM payments
