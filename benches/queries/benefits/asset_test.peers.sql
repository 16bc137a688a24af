-- One row: the sums of every step of the asset test (LAS § 14) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'limit_single' THEN amount END) * 100 AS BIGINT) AS limit_single,
        CAST(max(CASE WHEN parameter = 'limit_spouses_total' THEN amount END) * 100 AS BIGINT) AS limit_spouses
    FROM months
    CROSS JOIN rates
    WHERE benefit = 'formue' AND valid_from <= month AND valid_to > month
    GROUP BY month
),
counted AS (
    SELECT
        CAST(assets * 100 AS BIGINT) - CAST(coalesce(assets_left_out, 0) * 100 AS BIGINT)
        + CASE WHEN single THEN 0 ELSE CAST(spouse_assets * 100 AS BIGINT) END AS counted,
        CASE WHEN single THEN limit_single ELSE limit_spouses END AS kept
    FROM person_months
    JOIN law ON month = period
)
SELECT
    count(counted) AS calculated,
    sum(counted) AS assets,
    sum(-least(counted, kept)) AS disregard,
    sum(counted - least(counted, kept)) AS gross,
    sum(kept) AS "limit"
FROM counted
