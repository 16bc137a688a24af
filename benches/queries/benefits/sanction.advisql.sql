-- One row: the sums of every step of a sanction over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['sanction']) * 100 AS BIGINT) AS sanction,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    CAST(sum(k['sanction_rate']) * 100 AS BIGINT) AS sanction_rate,
    sum(k['units']) AS units
FROM (
    SELECT
        sanction(
            event_date => event_date,
            offence => offence,
            help_before_income => help_before_income,
            help_after_income => help_before_income,
            days => offence_days,
            decided_rates => offence_days
        ) AS k
    FROM person_months
) AS calculated
