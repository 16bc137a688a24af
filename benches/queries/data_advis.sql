-- One row: one advis of a synthetic delivery, the same ones every time; few types are frequent.
WITH types AS (
    SELECT code, source_group, row_number() OVER (ORDER BY code) AS number, count(*) OVER () AS types
    FROM read_csv('$event_types', all_varchar = true)
),
draws AS (
    SELECT
        number,
        CAST(hash(number * 2 + 7) >> 1 AS BIGINT) AS one,
        CAST(hash(number * 2 + 8) >> 1 AS BIGINT) AS two
    FROM range(1, $rows + 1) AS numbers (number)
)
SELECT
    draws.number AS advis_id,
    types.code AS event_code,
    types.source_group,
    lpad(CAST(101 + one % 98 * 7 AS VARCHAR), 4, '0') AS municipality_code,
    1 + two % 5000000 AS person_id,
    ['primary', 'primary', 'primary', 'spouse', 'child'][one // 128 % 5 + 1] AS party,
    CASE WHEN two % 5 < 4 THEN 1 + two // 8 % 1000000 END AS case_id,
    DATE '2021-01-01' + CAST(draws.number * 730 // $rows AS INTEGER) AS event_date,
    strftime(
        TIMESTAMP '2021-01-01 05:00:00' + to_seconds(draws.number * 63072000 // $rows), '%Y-%m-%dT%H:%M:%SZ'
    ) AS created_at,
    CASE WHEN one % 3 = 0 THEN CAST(two % 5000000 AS DECIMAL(12, 2)) / 100 END AS amount
FROM draws
JOIN types ON types.number = 1 + CAST(floor(power(one % 1000003 / 1000003, 2) * types.types) AS BIGINT)
