-- One row: the sums of every step of økonomisk friplads over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['economic_subsidy']) * 100 AS BIGINT) AS economic_subsidy,
    CAST(sum(k['sibling_subsidy']) * 100 AS BIGINT) AS sibling_subsidy,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    CAST(sum(k['parent_payment']) * 100 AS BIGINT) AS parent_payment,
    sum(k['parent_payment_pct']) AS parent_payment_pct,
    CAST(sum(k['annual_income']) * 100 AS BIGINT) AS annual_income,
    CAST(sum(k['free_below']) * 100 AS BIGINT) AS free_below,
    CAST(sum(k['full_from']) * 100 AS BIGINT) AS full_from
FROM (
    SELECT
        oekonomisk_friplads(
            period => period,
            monthly_income => monthly_income,
            single_provider => single_provider,
            children => children,
            place_price => place_price,
            sibling_in_dearer_place => sibling_in_dearer_place
        ) AS k
    FROM person_months
) AS calculated
