-- One row: the sums of every step of the refund of flexjobs begun before 2013 over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['wage_share']) * 100 AS BIGINT) AS wage_share,
    CAST(sum(k['cap_reduction']) * 100 AS BIGINT) AS cap_reduction,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross
FROM (
    SELECT
        fleksjob_refusion(
            period => month_of_2019,
            flexjob_from => flexjob_from,
            wage => wage,
            share => share,
            hours => hours
        ) AS k
    FROM person_months
) AS calculated
