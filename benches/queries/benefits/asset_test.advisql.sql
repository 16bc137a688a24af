-- One row: the sums of every step of the asset test over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['assets']) * 100 AS BIGINT) AS assets,
    CAST(sum(k['disregard']) * 100 AS BIGINT) AS disregard,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    CAST(sum(k['limit']) * 100 AS BIGINT) AS limit
FROM (
    SELECT
        asset_test(
            period => period,
            assets => assets,
            assets_left_out => assets_left_out,
            single => single,
            spouse_assets => spouse_assets
        ) AS k
    FROM person_months
) AS calculated
