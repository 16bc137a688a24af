-- One row: the sums of every step of the 225-hour rule over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['reduction']) * 100 AS BIGINT) AS reduction,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross
FROM (
    SELECT
        reduction_225(
            period => period,
            decided => decided,
            single => single,
            level => level,
            decided_amount => decided_amount
        ) AS k
    FROM person_months
) AS calculated
