-- One row: the sums of every step of A-tax over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['tax']) * 100 AS BIGINT) AS tax,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    CAST(sum(k['tax_base']) * 100 AS BIGINT) AS tax_base
FROM (
    SELECT
        a_tax(
            pay_on => period,
            card => card,
            method => method,
            income => income,
            deduction => deduction,
            percent => percent
        ) AS k
    FROM person_months
) AS calculated
