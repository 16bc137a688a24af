-- One row: the sums of every step of fritidstillæg over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['leisure_supplement']) * 100 AS BIGINT) AS leisure_supplement,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    sum(k['children']) AS children
FROM (
    SELECT
        fritidstillaeg(
            period => month_from_2025,
            children_at_home => children_at_home,
            months_on_help => months_on_help,
            months_since_work => months_since_work,
            documented => documented,
            single_provider => single_provider,
            raised_rate => raised_rate_whole_month
        ) AS k
    FROM person_months
) AS calculated
