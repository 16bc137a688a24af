-- One row: the sums of every step of godtgørelse over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['transport']) * 100 AS BIGINT) AS transport,
    CAST(sum(k['expenses_paid']) * 100 AS BIGINT) AS expenses_paid,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross
FROM (
    SELECT
        godtgoerelse(
            period => period,
            km_per_day => km_per_day,
            days => days,
            expenses => expenses
        ) AS k
    FROM person_months
) AS calculated
