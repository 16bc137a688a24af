-- One row: of all CPR texts, how many are valid numbers and how many hold a birth date, and the sum of those
-- dates as days since 1970-01-01. The months of 200 years are made first, keyed by the five digits that name
-- them (month, year, position 7), and joined; the day is then a comparison with the month's length.
WITH months AS (
    SELECT
        CAST(month * 1000 + short_year * 10 + digit AS INTEGER) AS key,
        make_date(short_year + CASE
            WHEN digit <= 3 THEN 1900
            WHEN digit IN (4, 9) THEN CASE WHEN short_year <= 36 THEN 2000 ELSE 1900 END
            WHEN short_year <= 57 THEN 2000
            ELSE 1800
        END, month, 1) AS first_day
    FROM range(1, 13) AS months (month)
    CROSS JOIN range(100) AS years (short_year)
    CROSS JOIN range(10) AS digits (digit)
),
calendar AS (
    SELECT key, first_day, day(last_day(first_day)) AS length
    FROM months
),
numbers AS (
    SELECT CASE WHEN regexp_full_match(cpr, '[0-9]{10}') THEN CAST(cpr AS BIGINT) END AS number
    FROM texts
),
parts AS (
    SELECT
        number % 10000 AS serial,
        CAST(number // 1000 % 100000 AS INTEGER) AS key,
        CAST(number // 100000000 AS INTEGER) AS written_day
    FROM numbers
),
days AS (
    SELECT
        serial,
        key,
        written_day > 60 AS replacement,
        CASE WHEN written_day > 60 THEN written_day - 60 ELSE written_day END AS day
    FROM parts
),
dates AS (
    SELECT
        serial,
        replacement,
        CASE WHEN day BETWEEN 1 AND length THEN first_day + day - 1 END AS birth_date
    FROM days
    LEFT JOIN calendar ON calendar.key = days.key
)
SELECT
    count(*) AS texts,
    count(*) FILTER (WHERE NOT replacement AND serial <> 0 AND birth_date <= DATE '2026-01-01') AS valid,
    count(birth_date) AS dates,
    sum(CAST(birth_date - DATE '1970-01-01' AS BIGINT)) AS days
FROM dates
