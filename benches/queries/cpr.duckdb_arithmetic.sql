-- One row: of all CPR texts, how many are valid numbers and how many hold a birth date, and the sum of those
-- dates as days since 1970-01-01. One check for ten digits, then whole-number arithmetic: the month's length
-- decides whether the date exists, so that make_date never fails.
WITH numbers AS (
    SELECT CASE WHEN regexp_full_match(cpr, '[0-9]{10}') THEN CAST(cpr AS BIGINT) END AS number
    FROM texts
),
parts AS (
    SELECT
        number,
        CAST(number // 100000000 AS INTEGER) AS written_day,
        CAST(number // 1000000 % 100 AS INTEGER) AS month,
        CAST(number // 10000 % 100 AS INTEGER) AS short_year,
        CAST(number // 1000 % 10 AS INTEGER) AS digit
    FROM numbers
),
years AS (
    SELECT
        number,
        written_day > 60 AS replacement,
        CASE WHEN written_day > 60 THEN written_day - 60 ELSE written_day END AS day,
        month,
        short_year + CASE
            WHEN digit <= 3 THEN 1900
            WHEN digit IN (4, 9) THEN CASE WHEN short_year <= 36 THEN 2000 ELSE 1900 END
            WHEN short_year <= 57 THEN 2000
            ELSE 1800
        END AS year
    FROM parts
),
dates AS (
    SELECT
        number,
        replacement,
        CASE
            WHEN month BETWEEN 1 AND 12 AND day BETWEEN 1 AND CASE
                WHEN month IN (4, 6, 9, 11) THEN 30
                WHEN month <> 2 THEN 31
                WHEN year % 4 = 0 AND year <> 1900 THEN 29
                ELSE 28
            END THEN make_date(year, month, day)
        END AS birth_date
    FROM years
)
SELECT
    count(*) AS texts,
    count(*) FILTER (
        WHERE NOT replacement AND number % 10000 <> 0 AND birth_date <= DATE '2026-01-01'
    ) AS valid,
    count(birth_date) AS dates,
    sum(CAST(birth_date - DATE '1970-01-01' AS BIGINT)) AS days
FROM dates
