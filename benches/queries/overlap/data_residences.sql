-- One row: one person's stay at one address, the same every time. Most addresses house a few, 60 are institutions and
-- dormitories with thousands of stays. `hash` is DuckDB's; requirements.txt pins it.
WITH draws AS (
    SELECT
        number,
        CAST(hash(number * 4) >> 1 AS BIGINT) AS kind,
        CAST(hash(number * 4 + 1) >> 1 AS BIGINT) AS address,
        CAST(hash(number * 4 + 2) >> 1 AS BIGINT) AS day,
        CAST(hash(number * 4 + 3) >> 1 AS BIGINT) AS length
    FROM range($rows) AS numbers (number)
)
SELECT
    number AS person_id,
    CASE WHEN kind % 100 < 3 THEN address % 60 ELSE 1000 + address % ($rows * 11 // 40) END AS address_id,
    DATE '2005-01-01' + CAST(day % 7300 AS INTEGER) AS valid_from,
    DATE '2005-01-01'
    + CAST(day % 7300 + 30 + length % CASE WHEN kind % 100 < 3 THEN 180 ELSE 2400 END AS INTEGER) AS valid_to
FROM draws
