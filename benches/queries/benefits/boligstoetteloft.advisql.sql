-- One row: the sums of every step of boligstøtteloft over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['housing_benefit']) * 100 AS BIGINT) AS housing_benefit,
    CAST(sum(k['cut']) * 100 AS BIGINT) AS cut,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    CAST(sum(k['ceiling']) * 100 AS BIGINT) AS ceiling
FROM (
    SELECT
        boligstoetteloft(
            period => month_from_2025,
            housing_benefit => housing_benefit,
            couple_whole_month => couple_whole_month,
            raised_rate_whole_month => raised_rate_whole_month
        ) AS k
    FROM person_months
) AS calculated
