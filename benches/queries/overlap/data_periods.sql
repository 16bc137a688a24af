-- One row: one period of one synthetic person, the same every time: an id, the person, and half-open dates.
-- Few persons have many periods (the $skew-th power of a uniform draw). `hash` is DuckDB's; requirements.txt pins it.
WITH draws AS (
    SELECT
        number,
        (hash(number * 4 + $seed) >> 11) / 9007199254740992.0 AS person,
        CAST(hash(number * 4 + $seed + 1) >> 1 AS BIGINT) AS day,
        CAST(hash(number * 4 + $seed + 2) >> 1 AS BIGINT) AS length
    FROM range($rows) AS numbers (number)
)
SELECT
    number AS id,
    -- Spread over a wide range, as register numbers are, and in no order.
    6000000000 + CAST(floor(pow(person, $skew) * $persons) AS BIGINT) * 48271 % 3999999979 AS person_id,
    DATE '2015-01-01' + CAST(day % 3650 AS INTEGER) AS valid_from,
    DATE '2015-01-01' + CAST(day % 3650 + 1 + length % $days AS INTEGER) AS valid_to
FROM draws
