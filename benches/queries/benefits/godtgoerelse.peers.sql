-- One row: the sums of every step of godtgørelse (LAB §§ 175-176) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'transport_km_per_day_without_allowance' THEN amount END) * 100 AS BIGINT) AS free,
        CAST(max(CASE WHEN parameter = 'transport_per_km' THEN amount END) * 100 AS BIGINT) AS per_km,
        CAST(max(CASE WHEN parameter = 'expenses_max_per_month' THEN amount END) * 100 AS BIGINT) AS most
    FROM months
    CROSS JOIN rates
    WHERE benefit = 'godtgoerelse' AND valid_from <= month AND valid_to > month
    GROUP BY month
),
beyond AS (
    SELECT
        greatest(CAST(km_per_day * 100 AS BIGINT) - free, 0) AS beyond,
        days,
        CAST(expenses * 100 AS BIGINT) AS expenses,
        per_km,
        most
    FROM person_months
    JOIN law ON month = period
),
paid AS (
    SELECT
        -- Hundredths of kilometres times øre, to whole kroner.
        CASE WHEN beyond = 0 THEN 0 ELSE (beyond * days * per_km + 5000) // 10000 * 100 END AS transport,
        least(expenses, most) AS expenses_paid
    FROM beyond
)
SELECT
    count(transport) AS calculated,
    sum(transport) AS transport,
    sum(CASE WHEN transport IS NOT NULL THEN expenses_paid END) AS expenses_paid,
    sum(transport + expenses_paid) AS gross
FROM paid
