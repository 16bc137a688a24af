-- One row: the sums of every step of ATP over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['recipient']) * 100 AS BIGINT) AS recipient,
    CAST(sum(k['payer']) * 100 AS BIGINT) AS payer,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross
FROM (
    SELECT
        atp_contribution(
            period => period,
            scheme => 'las',
            amount => help_before_income,
            provider => provider,
            hours => NULL,
            pay_period => NULL
        ) AS k
    FROM person_months
) AS calculated
