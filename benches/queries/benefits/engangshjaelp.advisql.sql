-- One row: the sums of every step of engangshjælp over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['help']) * 100 AS BIGINT) AS help,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    CAST(sum(k['maximum']) * 100 AS BIGINT) AS maximum
FROM (
    SELECT
        engangshjaelp(
            period => month_of_2013,
            birth_date => birth_date,
            lives_with_parent => lives_with_parent,
            needed => needed
        ) AS k
    FROM person_months
) AS calculated
