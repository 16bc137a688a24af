-- One row: of all CPR texts, how many are valid numbers and how many hold a birth date, and the sum of those
-- dates as days since 1970-01-01.
SELECT
    count(*) AS texts,
    count(*) FILTER (WHERE cpr_is_valid(cpr)) AS valid,
    count(cpr_birth_date(cpr)) AS dates,
    sum(CAST(CAST(cpr_birth_date(cpr) AS INTEGER) AS BIGINT)) AS days
FROM texts
