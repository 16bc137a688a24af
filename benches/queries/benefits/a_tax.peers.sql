-- One row: the sums of every step of A-tax (KSL § 48) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'withholding_pct_without_card' THEN amount END) * 100 AS BIGINT) AS without_card
    FROM months
    CROSS JOIN rates
    WHERE benefit = 'skat' AND valid_from <= month AND valid_to > month
    GROUP BY month
),
bases AS (
    SELECT
        method,
        CASE
            WHEN card = 'main' THEN greatest(CAST(income * 100 AS BIGINT) - CAST(deduction * 100 AS BIGINT), 0)
            ELSE CAST(income * 100 AS BIGINT)
        END AS base,
        CASE WHEN card = 'none' THEN without_card ELSE CAST(percent * 100 AS BIGINT) END AS pct
    FROM person_months
    JOIN law ON month = period
),
rounded AS (
    SELECT method, CASE WHEN method = 'base_down_10_tax_up' THEN base // 1000 * 1000 ELSE base END AS base, pct FROM bases
),
taxed AS (
    SELECT
        base,
        CASE
            WHEN method = 'oere' THEN (base * pct + 5000) // 10000
            WHEN method = 'nearest_krone' THEN ((base * pct + 5000) // 10000 + 50) // 100 * 100
            WHEN method = 'cut_oere' THEN (base * pct + 5000) // 10000 // 100 * 100
            ELSE (base * pct + 999999) // 1000000 * 100
        END AS tax
    FROM rounded
)
SELECT count(tax) AS calculated, sum(tax) AS tax, sum(tax) AS gross, sum(base) AS tax_base
FROM taxed
