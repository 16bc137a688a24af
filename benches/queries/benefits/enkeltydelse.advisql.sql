-- One row: the sums of every step of a single payment over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['granted']) * 100 AS BIGINT) AS granted,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    CAST(sum(k['repayable']) * 100 AS BIGINT) AS repayable,
    CAST(sum(k['refund']) * 100 AS BIGINT) AS refund
FROM (
    SELECT
        enkeltydelse(
            decision_date => period,
            purpose => purpose,
            granted => granted,
            repayable => repayable
        ) AS k
    FROM person_months
) AS calculated
