-- One row: one synthetic text in the form of a CPR number, the same ones every time. No living person has any:
-- 40 % are valid numbers with a birth date of 1858-1899, 54 % replacement numbers (day + 60) with birth dates
-- of 1900-2025 and every digit that may stand at position 7 then, 4 % have a date that does not exist, and
-- 2 % are damaged in one position. `hash` is DuckDB's; requirements.txt pins the version.
WITH draws AS (
    SELECT
        CAST(hash(number * 3) >> 1 AS BIGINT) AS kind,
        CAST(hash(number * 3 + 1) >> 1 AS BIGINT) AS day,
        CAST(hash(number * 3 + 2) >> 1 AS BIGINT) AS other
    FROM range($rows) AS numbers (number)
),
persons AS (
    SELECT
        kind % 100 AS kind,
        kind // 256 % 1000 AS serial,
        other,
        CASE
            WHEN kind % 100 < 40 THEN DATE '1858-01-01' + CAST(day % 15339 AS INTEGER)
            ELSE DATE '1900-01-01' + CAST(day % 46000 AS INTEGER)
        END AS born
    FROM draws
),
numbers AS (
    SELECT
        kind,
        other,
        lpad(CAST(day(born) + CASE WHEN kind < 40 THEN 0 ELSE 60 END AS VARCHAR), 2, '0')
        || lpad(CAST(month(born) AS VARCHAR), 2, '0')
        || lpad(CAST(year(born) % 100 AS VARCHAR), 2, '0')
        || CAST(
            CASE
                WHEN year(born) < 1900 THEN 5 + other % 4
                WHEN year(born) < 1937 THEN other % 4
                WHEN year(born) < 2000 THEN [0, 1, 2, 3, 4, 9][other % 6 + 1]
                ELSE 4 + other % 6
            END AS VARCHAR
        )
        || lpad(CAST(serial AS VARCHAR), 3, '0') AS cpr
    FROM persons
)
SELECT
    CASE
        WHEN kind < 94 THEN cpr
        WHEN kind < 98
            THEN [
                '3102', '3002', '3104', '3106', '3109', '3111', '0013', '1500', '3213', '9901', '9102', '9131'
            ][other % 12 + 1] || cpr[5:]
        ELSE cpr[:other // 16 % 10]
            || ['O', 'l', 'B', 'S', 'x', '-', ' ', '_', '.', 'e'][other % 10 + 1]
            || cpr[other // 16 % 10 + 2:]
    END AS cpr
FROM numbers
