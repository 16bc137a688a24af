-- One row: the sums of every step of the dental subsidy over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['cost']) * 100 AS BIGINT) AS cost,
    CAST(sum(k['other_subsidies']) * 100 AS BIGINT) AS other_subsidies,
    CAST(sum(k['own_payment']) * 100 AS BIGINT) AS own_payment,
    CAST(sum(k['own_share']) * 100 AS BIGINT) AS own_share,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross
FROM (
    SELECT
        dental_subsidy(
            treatment_date => period,
            birth_date => birth_date,
            help => help_kind,
            supplement => activity_ready,
            cost => cost,
            other_subsidies => other_subsidies,
            own_payment_made => own_payment_made,
            approved => approved
        ) AS k
    FROM person_months
) AS calculated
