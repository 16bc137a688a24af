-- One row: the sums of every step of kontanthjælpsloft over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['saerlig_stoette']) * 100 AS BIGINT) AS saerlig_stoette,
    CAST(sum(k['saerlig_stoette_cut']) * 100 AS BIGINT) AS saerlig_stoette_cut,
    CAST(sum(k['housing_share']) * 100 AS BIGINT) AS housing_share,
    CAST(sum(k['housing_cut']) * 100 AS BIGINT) AS housing_cut,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    CAST(sum(k['ceiling']) * 100 AS BIGINT) AS ceiling,
    CAST(sum(k['room']) * 100 AS BIGINT) AS room
FROM (
    SELECT
        kontanthjaelpsloft(
            period => period,
            rate_group => rate_group,
            single => single,
            children => children,
            help => help,
            saerlig_stoette => saerlig_stoette,
            housing_benefit => housing_benefit,
            adults => adults,
            exempt_dwelling => exempt_dwelling
        ) AS k
    FROM person_months
) AS calculated
